import Languages
import Reference
import Testing

@Suite struct MobileNumberTests {
    @Test(arguments: [
        "13805710217", "+8613805710217", "+86 138 0571 0217", "86-138-0571-0217", "0086 13805710217", "138-0571-0217",
        " 138\u{3000}0571 0217 ",
        "１３８０５７１０２１７", "(138) 0571.0217", "\u{202A}13805710217\u{202C}",
    ])
    func `a number is kept in one form, however it was typed`(typed: String) throws {
        #expect(try MobileNumber(typed).text == "13805710217")
    }

    @Test(arguments: [
        ("", MobileNumber.Flaw.length(0)), ("1380571021", .length(10)), ("138057102170", .length(12)),
        ("12805710217", .start("12")),
        ("23805710217", .start("23")), ("1380571021a", .character("A")), ("一三八零", .character("一")), ("+4915112345678", .abroad),
        ("05711234567", .start("05")), ("138+5710217", .character("+")), ("13805710217\0", .character("\0")),
        ("١٣٨٠٥٧١٠٢١٧", .character("١")),
    ])
    func `what is wrong is said`(typed: String, flaw: MobileNumber.Flaw) {
        #expect(throws: flaw) { try MobileNumber(typed) }
        #expect(!flaw.words.chinese.isEmpty && !flaw.words.english.isEmpty)
    }

    @Test func `one that is too short is told how many digits it has`() {
        #expect(MobileNumber.Flaw.length(10).words.chinese == "手机号码有11位，您填了10位")
    }

    @Test func `a number prints masked wherever it is printed by accident`() throws {
        let number = try MobileNumber("13805710217")
        #expect(number.masked == "138****0217")
        #expect("\(number)" == "138****0217")
    }
}
