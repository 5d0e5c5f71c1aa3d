import Foundation
import Languages
import Testing
import Values

@testable import Reference

@Suite struct ReferenceEditionTests {
    /// A folder of the operator's with one file in it.
    func load(_ file: String, _ text: String) throws -> Reference {
        try load(file, Data(text.utf8))
    }

    func load(_ file: String, _ data: Data) throws -> Reference {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reference-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try data.write(to: folder.appendingPathComponent(file))
        return try Reference.load(from: folder.path)
    }

    @Test func `next year's holidays come from a file in the operator's folder`() throws {
        let day = try #require(Day(2027, 2, 8))
        #expect(WorkingDays.bundled.isWorkday(day))
        let reference = try load(
            "working-days.csv", "day,kind,chinese,english\n2027-01-01,off,元旦,New Year’s Day\n2027-02-08,off,春节,Spring Festival\n")
        #expect(!reference.workingDays.isWorkday(day))
        #expect(reference.workingDays.isAnnounced(day))
        #expect(!reference.workingDays.isAnnounced(day + 365))
        #expect(reference.regions.provinces.count == 32, "the other tables stay the bundled ones")
    }

    @Test func `columns may stand in another order, and more of them`() throws {
        let reference = try load(
            "subtopics.csv",
            "\u{FEFF}english,note,signs,code,chinese\r\n\"Debts, \"\"old\"\" ones\",x,货款 | debt |,law.debt,货款\r\n# all that is needed\r\n\r\n"
        )
        let topic = try #require(reference.subTopics["law.debt"])
        #expect(topic.words == Words("货款", "Debts, \"old\" ones"))
        #expect(topic.signs == ["货款", "debt"])
        #expect(reference.subTopics.all.count == 1)
    }

    @Test(arguments: [
        ("regions.csv", "", 1, "the file is empty"),
        ("regions.csv", "code,parent,chinese\n", 1, "the column “english” is missing"),
        ("regions.csv", "code,parent,chinese,english\n33,,浙江省,Zhejiang\n", 2, "column “code” “33” is no six-digit region code"),
        ("regions.csv", "code,parent,chinese,english\n\n# note\n330000,,浙江省\n", 4, "3 fields where the header has 4"),
        ("regions.csv", "code,parent,chinese,english\n330000,,\"浙江省,Zhejiang\n", 2, "a quote is not closed"),
        (
            "regions.csv", "code,parent,chinese,english\n331000,330000,台州市,Taizhou\n", 2,
            "column “parent” 330000 is in none of the lines before"
        ),
        (
            "regions.csv", "code,parent,chinese,english\n330000,,浙江省,\n330000,,浙江省,\n", 3,
            "column “code” 330000 stands there twice"
        ),
        (
            "working-days.csv", "day,kind,chinese,english\n2027-02-30,off,元旦,x\n", 2,
            "column “day” “2027-02-30” is no date such as 2026-10-01"
        ),
        ("working-days.csv", "day,kind,chinese,english\n2027-01-01,holiday,元旦,x\n", 2, "column “kind” must be off or work"),
        (
            "sizes.csv", sizes("C", "300,1000,20"), 2,
            "column “persons_large” wants three lines, for large, medium, small, in falling order"
        ),
        (
            "sizes.csv", sizes("C", "1000,300,"), 2,
            "column “persons_large” wants three lines, for large, medium, small, in falling order"
        ),
        ("sizes.csv", sizes("98", "1000,300,20"), 2, "column “industries” there is no industry “98”"),
        ("sizes.csv", sizes("C", "1000,300,x"), 2, "column “persons_small” “x” is no whole number"),
        (
            "subtopics.csv", "code,chinese,english,signs\ntax.debt,a,b,c\n", 2,
            "column “code” “tax.debt” must begin with a domain, as law.debt does"
        ),
        ("urgency.csv", "sign,urgency\n停产,soon\n", 2, "column “urgency” must be now, thisWeek or thisMonth"),
        (
            "jurisdictions.csv", "region,answers,kind,from,until\n330000,330000,state,,\n", 2,
            "column “kind” must be province, plannedCity or corps"
        ),
        (
            "jurisdictions.csv", "region,answers,kind,from,until\n330000,330001,province,,\n", 2,
            "column “answers” 330001 is not in the table of regions"
        ),
        (
            "jurisdictions.csv",
            "region,answers,kind,from,until\n330200,330200,plannedCity,1987-02-24,\n330200,330000,province,,1990-01-01\n", 3,
            "column “region” two periods of 330200 overlap"
        ),
    ])
    func `a table that cannot be used says file, line and what is wrong`(file: String, text: String, line: Int, what: String)
        throws
    {
        let fault = try #require(throws: ReferenceFault.self) { try load(file, text) }
        #expect(fault.file.hasSuffix(file))
        #expect(fault.line == line)
        #expect(fault.what.english == what)
        #expect(fault.words.chinese.contains("第\(line)行"))
    }

    @Test func `a file in another encoding is refused`() throws {
        let fault = try #require(throws: ReferenceFault.self) { try load("urgency.csv", Data([0xCD, 0xA3, 0xB2, 0xFA])) }
        #expect(fault.what.english == "the file is not UTF-8")
    }

    @Test func `an institution whose time has run out no longer answers`() throws {
        let reference = try load(
            "jurisdictions.csv",
            "region,answers,kind,from,until\n330000,330000,province,,\n330200,330200,plannedCity,1987-02-24,2027-01-01\n330200,330000,province,2027-01-01,\n"
        )
        let ningbo = try #require(RegionCode("330212"))
        #expect(reference.jurisdictions.answering(for: ningbo, on: try #require(Day(2026, 12, 31))).code.text == "330200")
        #expect(reference.jurisdictions.answering(for: ningbo, on: try #require(Day(2027, 1, 1))).code.text == "330000")
    }

    @Test func `a file that replaces nothing is refused, lest a typing error go unnoticed`() throws {
        let fault = try #require(throws: ReferenceFault.self) { try load("working_days.csv", "day,kind,chinese,english\n") }
        #expect(fault.what.english.hasPrefix("no table has this name"))
        #expect(throws: Never.self) { try load("README", "Next year's holidays") }
    }

    @Test func `a folder that does not exist is refused, lest a typing error go unnoticed`() throws {
        let fault = try #require(throws: ReferenceFault.self) { try Reference.load(from: "/nowhere/at/all") }
        #expect(fault.file == "/nowhere/at/all")
        #expect(throws: Never.self) { try Reference.load(from: "") }
    }
}

private func sizes(_ industries: String, _ persons: String) -> String {
    "chinese,english,industries,persons_large,persons_medium,persons_small,revenue_large,revenue_medium,revenue_small,assets_large,assets_medium,assets_small\n"
        + "x,y,\(industries),\(persons),,,,,,\n"
}
