import Languages
import Testing
import Values

@testable import Reference

@Suite struct IdentityNumberTests {
    /// A number that is valid and belongs to nobody we know of.
    static func made(_ seventeen: String) throws -> String {
        seventeen + String(try #require(IdentityNumber.checkCharacter(after: seventeen)))
    }

    @Test(arguments: [
        "11010519491231002X", "11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X",
    ])
    func `the standard's own example is valid, however it was typed`(typed: String) throws {
        let number = try IdentityNumber(typed)
        #expect(number.text == "11010519491231002X")
        #expect(number.birth == Day(1949, 12, 31))
    }

    @Test(arguments: [
        ("", IdentityNumber.Flaw.length(0)), ("110105491231002", .length(15)), ("11010519491231002", .length(17)),
        ("11010519491231002XX", .character("X", place: 19)), ("1101051949123100XX", .character("X", place: 17)),
        ("11010519491231002A", .character("A", place: 18)),
        ("110105194912310021", .check), ("11010519491231003X", .check), ("110105194902300021", .birth("19490230")),
        ("110105190002290021", .birth("19000229")),
        ("110105194913010021", .birth("19491301")), ("110105100001010021", .birth("10000101")),
        ("990105194912310021", .region("99")), ("000000000000000000", .region("00")),
    ])
    func `what is wrong is said`(typed: String, flaw: IdentityNumber.Flaw) {
        #expect(throws: flaw) { try IdentityNumber(typed) }
        #expect(!flaw.words.chinese.isEmpty && !flaw.words.english.isEmpty)
    }

    @Test func `every wrong digit and every swap of neighbours is noticed`() throws {
        let right = Array(try IdentityNumberTests.made("33100319760515421"))
        for place in right.indices {
            for other in "0123456789" where other != right[place] {
                var wrong = right
                wrong[place] = other
                #expect(throws: IdentityNumber.Flaw.self) { try IdentityNumber(String(wrong)) }
            }
            if place > 0, right[place] != right[place - 1] {
                var wrong = right
                wrong.swapAt(place, place - 1)
                #expect(throws: IdentityNumber.Flaw.self) { try IdentityNumber(String(wrong)) }
            }
        }
    }

    @Test func `nobody is born tomorrow`() throws {
        let today = try #require(Day(2026, 11, 24))
        let (born, unborn) = (
            try IdentityNumberTests.made("33100320261124001"), try IdentityNumberTests.made("33100320261125001")
        )
        #expect(try IdentityNumber(born, today: today).age(on: today) == 0)
        #expect(throws: IdentityNumber.Flaw.birth("20261125")) { try IdentityNumber(unborn, today: today) }
    }

    @Test func `years are full on the birthday, and a leap day's child has it on 1 March`() throws {
        let number = try IdentityNumber(try IdentityNumberTests.made("33100320120229001"))
        #expect(number.age(on: try #require(Day(2026, 2, 28))) == 13)
        #expect(number.age(on: try #require(Day(2026, 3, 1))) == 14)
        #expect(number.age(on: try #require(Day(2028, 2, 29))) == 16)
    }

    @Test func `a number prints masked wherever it is printed by accident`() throws {
        let number = try IdentityNumber(try IdentityNumberTests.made("33010619900101123"))
        #expect(number.masked.hasPrefix("330106********123"))
        #expect("\(number)" == number.masked)
        #expect(number.masked.count == 18)
    }

    @Test func `residence permits of Hong Kong, Macao and Taiwan residents are of the same make`() throws {
        #expect(throws: Never.self) { try IdentityNumber(try IdentityNumberTests.made("81000019900101123")) }
    }
}
