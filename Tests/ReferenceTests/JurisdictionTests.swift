import Languages
import Reference
import Testing
import Values

@Suite struct JurisdictionTests {
    let table = Jurisdictions.bundled
    let today = Day(number: 20_781)

    func code(_ text: String) throws -> RegionCode { try #require(RegionCode(text)) }

    @Test(arguments: [
        ("331003", "330000", Jurisdiction.Kind.province), ("330000", "330000", .province), ("330200", "330200", .plannedCity),
        ("330212", "330200", .plannedCity), ("210202", "210200", .plannedCity), ("350203", "350200", .plannedCity),
        ("370202", "370200", .plannedCity), ("440305", "440300", .plannedCity), ("441900", "440000", .province),
        ("650102", "650000", .province), ("659001", "660000", .corps), ("659012", "660000", .corps), ("660000", "660000", .corps),
        ("110105", "110000", .province),
    ])
    func `a planned city answers to the centre itself, and the corps for its own cities`(
        region: String, answers: String, kind: Jurisdiction.Kind
    ) throws {
        let found = try table.answering(for: code(region), on: today)
        #expect(found.code.text == answers)
        #expect(found.kind == kind)
        #expect(!found.name.chinese.isEmpty)
    }

    @Test(arguments: [
        ("330000", "331003", true), ("330000", "330212", false), ("330200", "330212", true), ("331000", "331003", true),
        ("331003", "331000", false),
        ("650000", "659001", false), ("660000", "659001", true), ("659001", "659001", true), ("660000", "650102", false),
        ("330000", "340100", false),
        ("659001", "659002", false), ("330000", "330000", true), ("330000", "330200", false),
    ])
    func `an institution answers for what lies in its region, unless another one was put in between`(
        authority: String, region: String, answers: Bool
    ) throws {
        #expect(try table.answers(code(authority), for: code(region), on: today) == answers)
    }

    @Test func `before Ningbo was planned on its own, Zhejiang answered for it`() throws {
        let eve = try #require(Day(1987, 2, 23))
        #expect(try table.answering(for: code("330212"), on: eve).code.text == "330000")
        #expect(try table.answering(for: code("330212"), on: eve + 1).code.text == "330200")
    }

    @Test func `a region that no line covers is its province's`() throws {
        let found = try table.answering(for: code("990101"), on: today)
        #expect(found.code.text == "990000")
        #expect(found.kind == .province)
    }

    @Test func `the circular's addressees are all there`() {
        #expect(table.all.filter { $0.kind == .province }.count == 31)
        #expect(table.all.filter { $0.kind == .plannedCity }.map(\.name.chinese) == ["大连市", "宁波市", "厦门市", "青岛市", "深圳市"])
        #expect(Set(table.all.filter { $0.kind == .corps }.map(\.code.text)) == ["660000"])
    }
}
