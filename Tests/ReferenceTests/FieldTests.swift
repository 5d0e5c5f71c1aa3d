import Languages
import Reference
import Testing

@Suite struct FieldTests {
    @Test func `the classification has twenty sections and ninety-seven divisions, named in both languages`() {
        let industries = Industries.bundled
        #expect(industries.sections.map(\.code).joined() == "ABCDEFGHIJKLMNOPQRST")
        let divisions = industries.sections.flatMap { industries.divisions(of: $0.code) }
        #expect(divisions.count == 97)
        #expect(divisions.allSatisfy { $0.name.chinese != $0.name.english && !$0.name.english.isEmpty })
    }

    @Test(arguments: [("29", "29"), ("2929", "29"), ("C", "C"), ("0111", "01"), ("98", nil), ("", nil), ("Z", nil)])
    func `a licence's code finds its division`(code: String, found: String?) {
        #expect(Industries.bundled[code]?.code == found)
    }

    @Test(arguments: [("29", "2929", true), ("29", "30", false), ("C", "C", false), ("C", "29", false), ("", "", false)])
    func `a rival is a firm of the same division`(a: String, b: String, rivals: Bool) {
        #expect(Industries.bundled.areRivals(a, b) == rivals)
    }

    @Test func `there are six domains, each with an owner's question`() {
        #expect(Domain.allCases.map(\.words.chinese) == ["政策", "法律", "金融", "管理", "技术", "创新创业"])
        #expect(Set(Domain.allCases.map(\.example)).count == 6)
    }

    @Test func `eight kinds of people may be recruited, in service or retired`() {
        #expect(ExpertKind.allCases.count == 8)
        #expect(Set(ExpertKind.allCases.map(\.words)).count == 8)
        #expect(Standing.allCases.map(\.words.chinese) == ["在职", "退休"])
    }

    @Test func `work that has stopped is the most urgent`() {
        #expect(Urgency.allCases.max() == .now)
        #expect(Urgency.thisMonth < .thisWeek)
        #expect(Urgency.now.words.chinese == "停工停产，今天")
    }
}
