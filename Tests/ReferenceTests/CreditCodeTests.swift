import Languages
import Testing

@testable import Reference

@Suite struct CreditCodeTests {
    /// A code that is valid and belongs to nobody: county, organisation number and check character are made up.
    static func made(_ seventeen: String) throws -> String {
        seventeen + String(try #require(CreditCode.checkCharacter(after: seventeen)))
    }

    /// The example of the standard (annex), and two that stand on published licences.
    @Test(arguments: ["91350100M000100Y43", "91110000600037341L", "914403001922038216"])
    func `codes as they are printed are valid`(text: String) throws {
        #expect(try CreditCode(text).text == text)
    }

    @Test(arguments: [
        "91350100m000100y43", " 9135 0100 M000 100Y 43 ", "91350100-M000100Y4-3", "９１３５０１００Ｍ０００１００Ｙ４３",
        "\u{200B}91350100M000100Y43",
    ])
    func `a code is taken as it was meant`(typed: String) throws {
        #expect(try CreditCode(typed).text == "91350100M000100Y43")
    }

    @Test func `every wrong character and every swap of neighbours is noticed`() throws {
        let right = Array(try CreditCodeTests.made("91331003MA2KWXY7T"))
        for place in right.indices {
            for other in "0123456789ABCDEFGHJKLMNPQRTUWXY" where other != right[place] {
                var wrong = right
                wrong[place] = other
                #expect(throws: CreditCode.Flaw.check) { try CreditCode(String(wrong)) }
            }
            if place > 0, right[place] != right[place - 1] {
                var wrong = right
                wrong.swapAt(place, place - 1)
                #expect(throws: CreditCode.Flaw.check) { try CreditCode(String(wrong)) }
            }
        }
    }

    @Test(arguments: [
        ("", CreditCode.Flaw.length(0)), ("91350100M000100Y4", .length(17)), ("91350100M000100Y433", .length(19)),
        ("9135O100M000100Y43", .character("O", place: 5)), ("91350100M000I00Y43", .character("I", place: 13)),
        ("91350100M0001S0Y43", .character("S", place: 14)), ("V1350100M000100Y43", .character("V", place: 1)),
        ("91350100M000100Z43", .character("Z", place: 16)), ("91350100M000100中43", .character("中", place: 16)),
        ("91350100M000100Y44", .check),
    ])
    func `what is wrong is said`(typed: String, flaw: CreditCode.Flaw) {
        #expect(throws: flaw) { try CreditCode(typed) }
        #expect(!flaw.words.chinese.isEmpty && !flaw.words.english.isEmpty)
    }

    @Test func `a letter that was meant to be a digit is said with the digit`() {
        #expect(CreditCode.Flaw.character("O", place: 5).words.chinese == "第5位不会是字母O，是不是数字0？")
        #expect(CreditCode.Flaw.length(17).words.chinese == "统一社会信用代码有18位，您填了17位")
    }
}
