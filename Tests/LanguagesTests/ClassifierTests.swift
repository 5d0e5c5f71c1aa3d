import Testing

@testable import Languages

@Suite struct ClassifierTests {
    static let lines: [(String, String)] = [
        ("银行贷款批不下来", "finance"), ("贷款利息太高，银行要抵押", "finance"), ("增值税发票怎么开", "finance"), ("银行要看流水和发票", "finance"),
        ("a bank loan for a machine", "finance"),
        ("合同纠纷要起诉吗", "law"), ("对方违反合同不付款", "law"), ("商标被人仿冒，想起诉", "law"), ("合同没有签字算不算", "law"),
        ("can we sue over this contract", "law"),
        ("今天天气真好", "none"), ("哈哈谢谢大家", "none"), ("早上好，吃饭了吗", "none"), ("周末去看电影", "none"), ("nice weather today", "none"),
    ]
    static let small = Classifier.train((0..<4).flatMap { _ in lines.map { Classifier.Example(text: $0.0, label: $0.1) } })

    @Test(arguments: [
        ("想向银行贷款", "finance"), ("合同上没写，能不能起诉", "law"), ("天气不错，谢谢", "none"), ("銀行貸款", "finance"),
        ("the bank wants to see our loan", "finance"),
        ("our CONTRACT was broken", "law"),
    ])
    func `a text is sorted by what similar texts were`(_ text: String, _ label: String) {
        let verdict = Self.small.classify(text)
        #expect(verdict.label == label)
        #expect(verdict.ranked.map(\.label).sorted() == ["finance", "law", "none"])
        #expect(abs(verdict.ranked.map(\.probability).reduce(0, +) - 1) < 1e-9)
        #expect(verdict.confidence == verdict.ranked[0].probability)
    }

    @Test func `the reasons are words of the text, as written, and no lone characters`() {
        let verdict = Self.small.classify("我們想向銀行貸款，要看發票嗎？")
        #expect(verdict.reasons.joined().contains("銀行"))
        for text in Self.lines.map(\.0) + ["的", "我想问一下怎么办", "", "？？", "a"] {
            let reasons = Self.small.classify(text).reasons
            #expect(reasons.count <= 5)
            for reason in reasons {
                #expect(reason.count > 1 && text.contains(reason) && !["什么", "怎么", "怎么办", "我想"].contains(reason))
            }
        }
    }

    @Test func `the same examples give the same classifier, byte for byte`() {
        let examples = Self.lines.map { Classifier.Example(text: $0.0, label: $0.1) }
        #expect(Classifier.train(examples).write() == Classifier.train(examples).write())
    }

    @Test func `a classifier is read back as it was written`() throws {
        let again = try Classifier(reading: Self.small.write())
        #expect(again.write() == Self.small.write())
        for (text, _) in Self.lines {
            #expect(abs(again.classify(text).confidence - Self.small.classify(text).confidence) < 0.01)
        }
    }

    @Test func `a damaged file is refused and breaks nothing`() {
        let whole = Self.small.write()
        #expect(throws: Classifier.Damaged.self) { try Classifier(reading: []) }
        #expect(throws: Classifier.Damaged.self) { try Classifier(reading: Array("PK34".utf8) + whole.dropFirst(4)) }
        #expect(throws: Classifier.Damaged.self) { try Classifier(reading: whole + [0]) }
        for length in stride(from: 0, to: whole.count, by: 97) {
            #expect(throws: Classifier.Damaged.self) { try Classifier(reading: Array(whole.prefix(length))) }
        }
    }

    @Test(arguments: [
        ("我们厂想申请高新技术企业，听说有补贴", "policy"), ("客户欠货款三年不给，能起诉吗", "law"), ("银行贷款批不下来，有没有担保", "finance"),
        ("注塑件总是缩水，模具温度控制不好", "technology"),
        ("师傅们不肯加班，计件工资怎么定才公平", "management"), ("想开一家奶茶店，加盟还是自己做", "innovation"), ("老板拖欠我两个月工资，去哪里告", "none"), ("今天天气真好", "none"),
        ("The bank refused our loan", "finance"),
    ])
    func `the bundled classifier knows plain needs`(_ text: String, _ label: String) {
        let verdict = Classifier.bundled.classify(text)
        #expect(verdict.label == label && verdict.confidence > 0.6, "\(verdict)")
        #expect(label == "none" || !verdict.reasons.isEmpty)
    }

    @Test func `the bundled classifier is small and knows the seven labels`() {
        #expect(Bundled.bytes("triage.model").count < 2_000_000)
        #expect(Classifier.bundled.labels == ["finance", "innovation", "law", "management", "none", "policy", "technology"])
    }

    @Test func `a text of a hundred thousand characters is classified too`() {
        let verdict = Classifier.bundled.classify(String(repeating: "贷款", count: 20_000))
        #expect(verdict.label == "finance")
    }
}
