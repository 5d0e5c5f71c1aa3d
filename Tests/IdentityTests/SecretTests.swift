import Identity
import Languages
import Storage
import Testing
import Values

/// Passwords and one-time codes.
struct SecretTests {
    /// RFC 6238, appendix B, SHA-1: time, and the last six of its eight digits.
    static let vectors: [(seconds: Int64, digits: String)] = [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"), (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ]
    /// `12345678901234567890` in base 32.
    static let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    @Test func `One-time codes are those of RFC 6238`() {
        for (seconds, digits) in SecretTests.vectors { #expect(TimeCode.digits(SecretTests.secret, step: seconds / 30) == digits) }
    }

    @Test func `A code of the neighbouring half minute fits, one farther off or used already does not (S3)`() {
        let now = Instant(milliseconds: 59_000)
        for (step, fits) in [(Int64(0), true), (1, true), (2, true), (3, false)] {
            #expect((TimeCode.step(TimeCode.digits(SecretTests.secret, step: step), secret: SecretTests.secret, now: now, last: -1) != nil) == fits)
        }
        #expect(TimeCode.step("287082", secret: SecretTests.secret, now: now, last: 1) == nil)
        #expect(TimeCode.step("", secret: SecretTests.secret, now: now, last: 0) == nil)
    }

    /// What people choose, and whether it is let in (S1). The names given are 王海燕 and wang.haiyan@zj.example.
    static let passwords: [(password: String, isGood: Bool)] = [
        ("", false), ("短", false), ("abc", false), ("12345678", false), ("Zhong1guo2", false), ("elevenchars", false), ("十一个汉字也还是太短了", false),
        ("123456789012", false), ("1234567890123", false), ("qwerty123456", false), ("QWERTY123456", false), ("PasswordPassword", false),
        ("passwordpassword", false), ("administrator", false), ("1qaz2wsx3edc", false), ("woaini1314520", false), ("111111111111", false),
        ("abababababab", false), ("aaaaaaaaaaaaaaaaaaaaaaaa", false), ("我我我我我我我我我我我我", false), ("5201314520131", false), ("qazwsxedcrfv", false),
        ("王海燕的密码谁也猜不到吧", false), ("ilove王海燕forever", false), ("wang.haiyan@zj.example1", false), ("助企助企一定要记住它", false), ("我在助企上班已经三年了", false),
        ("zhuqi-is-my-work", false), ("ZHUQI2026!!!!", false), (String(repeating: "天地玄黄", count: 32) + "多", false),
        ("correct horse battery staple", true), ("昨天下班路上买了两斤橘子", true), ("    spaces count too    ", true), ("p4ssw0rd-but-longer-then", true),
        ("Tr0ub4dor&3-and-more", true), ("🍊🍋🍇🍉🍓🍒🍑🥭🍍🥥🥝🍅", true), ("模具 冷却 水路 三号机", true), ("lower case only here", true),
        ("0417-3986-5520-7", true), (String(repeating: "天地玄黄", count: 32), true), ("é̀ combining marks ok", true),
    ]

    @Test func `Passwords are long, uncommon and free of one's own names (S1)`() {
        #expect(SecretTests.passwords.count >= 40)
        for (password, isGood) in SecretTests.passwords {
            #expect((Password.wrong(password, names: ["王海燕", "wang.haiyan@zj.example"]) == nil) == isGood, "\(password)")
        }
    }

    @Test func `A Chinese pass phrase of 128 characters signs in, with one changed last character it does not (S1, S2)`() async throws {
        let phrase = String(repeating: "天地玄黄", count: 32)
        let kept = try await Password.hash(phrase)
        #expect(kept.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await Password.verify(phrase, kept))
        #expect(try await !Password.verify(String(phrase.dropLast()) + "宙", kept))
        #expect(try await !Password.verify(phrase, nil))
        // The same text in another normal form is the same password.
        #expect(try await Password.verify("caf\u{65}\u{301} au lait 12", try await Password.hash("caf\u{e9} au lait 12")))
    }
}
