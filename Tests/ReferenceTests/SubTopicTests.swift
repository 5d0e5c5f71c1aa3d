import Languages
import Reference
import Testing

@Suite struct SubTopicTests {
    let topics = SubTopics.bundled

    @Test(arguments: Domain.allCases)
    func `each domain has eight to ten sub-topics with signs in both languages`(domain: Domain) {
        let own = topics.of(domain)
        #expect((8...10).contains(own.count))
        for topic in own {
            #expect(topic.code.hasPrefix(domain.rawValue + "."))
            #expect(topic.signs.contains { !$0.allSatisfy(\.isASCII) } && topic.signs.contains { $0.allSatisfy(\.isASCII) })
            #expect(topic.words.chinese != topic.words.english)
        }
    }

    @Test(arguments: Domain.allCases)
    func `the example of a domain points to one of its sub-topics, in either language`(domain: Domain) {
        let chinese = topics.best(for: domain.example.chinese, in: domain)?.topic
        #expect(chinese != nil)
        #expect(topics.best(for: domain.example.english, in: domain)?.topic == chinese)
    }

    @Test(arguments: [
        ("客户拖欠货款二十万，欠条也有", Domain.law, "law.debt", ["拖欠", "货款", "欠条"]), ("商标被同行抢注了", .law, "law.property", ["商标"]),
        ("劳动合同到期不续要不要经济补偿", .law, "law.labour", ["劳动合同", "经济补偿"]),
        ("想做专精特新，怎么认定", .policy, "policy.recognition", ["专精特新", "认定"]),
        ("没有抵押物，銀行不給貸款", .finance, "finance.loan", ["抵押物", "贷款", "银行"]),
        ("ＩＳＯ９００１怎么做", .management, "management.quality", ["iso9001"]),
        ("The LOAN needs a collateral", .finance, "finance.loan", ["collateral", "loan"]),
    ])
    func `the signs in a text point to a sub-topic`(text: String, domain: Domain, code: String, signs: [String]) throws {
        let found = try #require(topics.best(for: text, in: domain))
        #expect(found.topic.code == code)
        #expect(Set(found.signs) == Set(signs))
    }

    @Test(arguments: ["", "你好", "floans", "Hello"])
    func `a text without signs points nowhere`(text: String) {
        for domain in Domain.allCases { #expect(topics.best(for: text, in: domain) == nil) }
    }

    @Test func `a code finds its sub-topic`() {
        #expect(topics["law.debt"]?.words.chinese == "货款与欠款追收")
        #expect(topics["law"] == nil)
    }
}
