import CArgon2
import Crypto
import Foundation
package import Languages
package import Storage
package import Values

/// A staff account: login name, password, second factor. Passwords are kept by Argon2id (t=2, 19 MiB, p=1; S2).
package struct Account: Sendable {
    let person: ID<Person>
    let password: String
    let totp: String?
    let totpLast: Int64

    static let migration = Migration(
        "Identity", 4,
        [
            """
            create table account (person \(.text) not null primary key references person (id), login \(.text) not null unique,
                password \(.text) not null, totp_sealed \(.text), totp_since \(.int), totp_last \(.int) not null, created_at \(.int) not null)\(.strict)
            """,
            "create table recovery (person \(.text) not null, hash \(.text) not null, used_at \(.int), primary key (person, hash))\(.strict)",
            // Tries at every door that takes a secret (S5); account is a keyed hash, for those that do not exist too.
            """
            create table attempt (number \(.serial), door \(.text) not null, account \(.text) not null, address \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index attempt_account on attempt (account, at)",
            // Invitations, resets and the first administrator's code (S11, S12): bound, once, expiring.
            """
            create table invitation (hash \(.text) not null primary key, purpose \(.text) not null check (purpose in ('first', 'staff', 'reset')),
                person \(.text), name \(.text) not null, login \(.text) not null, role \(.text) not null, organisation \(.text),
                region \(.text) not null, expires_at \(.int) not null, used_at \(.int), by_party \(.text) not null)\(.strict)
            """,
            """
            create table mobile_code (id \(.text) not null primary key, mobile_sealed \(.text) not null, mobile_hash \(.text) not null,
                digits_hash \(.text) not null, visitor \(.text) not null, purpose \(.text) not null, at \(.int) not null, tries \(.int) not null,
                used_at \(.int))\(.strict)
            """,
            "create index mobile_code_mobile on mobile_code (mobile_hash, at)",
        ])
}

/// Passwords, by the rules of S1.
package enum Password {
    /// Nil when good; otherwise what is so and what to do.
    package static func wrong(_ password: String, names: [String]) -> Words? {
        let text = password.precomposedStringWithCanonicalMapping
        if text.count < 12 { return Words("密码至少12个字，现在是\(text.count)个。一句好记的话最好", "At least 12 characters; now there are \(text.count). A sentence you remember works well") }
        if text.count > 128 { return Words("密码最多128个字", "At most 128 characters") }
        let lower = text.lowercased()
        if common.contains(lower) || Set(lower).count < 4 { return Words("这个密码太常见，请换一个", "This password is too common; please choose another") }
        for name in names + ["助企", "zhuqi"] where name.count >= 2 && lower.contains(name.lowercased()) {
            return Words("密码里不要有姓名、账号或“助企”", "Leave out your name, login name and “Zhuqi”")
        }
        return nil
    }

    /// Of the commonest passwords those of 12 characters and more; shorter ones are refused for their length.
    private static let common: Set<String> = [
        "123456789012", "1234567890123", "1qaz2wsx3edc", "qwertyuiop123", "password1234", "passwordpassword", "administrator", "q1w2e3r4t5y6",
        "1q2w3e4r5t6y", "123123123123", "111111111111", "000000000000", "abcdefghijkl", "abc123456789", "woaini1314520", "iloveyou1234",
        "qwerty123456", "123qweasdzxc", "a123456789012", "zxcvbnm123456", "asdfghjkl123", "123456abcdef", "1234567890ab", "welcome12345",
        "letmein12345", "changeme1234", "superuser123", "987654321098", "112233445566", "123321123321", "5201314520131", "qazwsxedcrfv",
    ]

    package static func hash(_ password: String) async throws -> String {
        let text = password.precomposedStringWithCanonicalMapping
        return try await slowly {
            let salt = Vault.newSecret().prefix(16)
            var encoded = [CChar](repeating: 0, count: 200)
            let code = argon2id_hash_encoded(2, 19 << 10, 1, text, text.utf8.count, Array(salt), salt.count, 32, &encoded, encoded.count)
            guard code == ARGON2_OK.rawValue else { throw PasswordFailure.argon2(code) }
            return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// As slow for an account that does not exist as for a wrong password (S4).
    package static func verify(_ password: String, _ encoded: String?) async throws -> Bool {
        let text = password.precomposedStringWithCanonicalMapping
        let stored = encoded ?? nobody
        return try await slowly { argon2id_verify(stored, text, text.utf8.count) == ARGON2_OK.rawValue && encoded != nil }
    }

    /// The record of a password that nobody has, at the same cost.
    private static let nobody = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LW5vYm9keQ$L8Ys6cfGvWLqbUGEY3dgbvRgSyp5kOqXWC0HcvYhYFQ"

    /// On two threads of their own, so that a burst of sign-ins does not stop the pages.
    private static let threads: OperationQueue = {
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 2
        return queue
    }()

    private static func slowly<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in threads.addOperation { continuation.resume(with: Result(catching: body)) } }
    }
}

package enum PasswordFailure: Error { case argon2(Int32) }

/// Time-based one-time codes (RFC 6238): SHA-1, 30 seconds, six digits, one step of drift. A step that was used is refused.
package enum TimeCode {
    package static func newSecret() -> String { base32(Array(Vault.newSecret().prefix(20))) }

    /// The step that matches, later than `last`; nil when none does.
    package static func step(_ code: String, secret: String, now: Instant, last: Int64) -> Int64? {
        let current = now.milliseconds / 30_000
        return [current, current - 1, current + 1].first { $0 > last && digits(secret, step: $0) == code }
    }

    package static func digits(_ secret: String, step: Int64) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Data($0) }
        let code = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: Data(bytes(base32: secret)))))
        let offset = Int(code[19] & 15)
        let number = (Int(code[offset]) & 127) << 24 | Int(code[offset + 1]) << 16 | Int(code[offset + 2]) << 8 | Int(code[offset + 3])
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - text.count) + text
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

    static func base32(_ bytes: [UInt8]) -> String {
        var (text, buffer, bits) = ("", 0, 0)
        for byte in bytes {
            buffer = buffer << 8 | Int(byte)
            bits += 8
            while bits >= 5 {
                text.append(alphabet[buffer >> (bits - 5) & 31])
                bits -= 5
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 { text.append(alphabet[buffer << (5 - bits) & 31]) }
        return text
    }

    static func bytes(base32 text: String) -> [UInt8] {
        var (bytes, buffer, bits) = ([UInt8](), 0, 0)
        for character in text {
            guard let value = alphabet.firstIndex(of: character) else { continue }
            buffer = buffer << 5 | value
            bits += 5
            if bits >= 8 {
                bytes.append(UInt8(buffer >> (bits - 8) & 255))
                bits -= 8
            }
            buffer &= (1 << bits) - 1
        }
        return bytes
    }
}

extension Reader {
    func account(login: String) throws -> Account? {
        try first("select person, password, totp_sealed, totp_last from account where login = \(login.lowercased())", account)
    }

    func account(of person: ID<Person>) throws -> Account? {
        try first("select person, password, totp_sealed, totp_last from account where person = \(person)", account)
    }

    private func account(_ row: inout Row) throws -> Account {
        let person: ID<Person> = try row()
        let password: String = try row()
        let totp = try row.maybe(String.self).map { try vault.open($0, at: "account.totp.\(person)") }
        return Account(person: person, password: password, totp: totp, totpLast: try row())
    }

    /// Failures of the last 15 minutes: of this account from this address, and of it from anywhere.
    func failures(_ account: String, _ address: String, now: Instant) throws -> (here: Int, anywhere: Int) {
        try one(
            """
            select cast(coalesce(sum(case when address = \(address) then 1 else 0 end), 0) as \(.int)), count(*) from attempt
            where account = \(vault.hash(account, for: "attempt")) and at > \(now - .minutes(15))
            """
        ) { (try $0(), try $0()) }
    }
}

extension Transaction {
    func fail(_ door: String, _ account: String, _ address: String, now: Instant) throws {
        try run("insert into attempt (door, account, address, at) values (\(door), \(vault.hash(account, for: "attempt")), \(address), \(now))")
    }

    package func makeAccount(_ person: ID<Person>, login: String, passwordHash: String, now: Instant) throws {
        try run("insert into account (person, login, password, totp_last, created_at) values (\(person), \(login.lowercased()), \(passwordHash), 0, \(now))")
    }

    /// Sets the second factor; the old one and its recovery codes are gone.
    package func setFactor(_ person: ID<Person>, secret: String, recovery: [String], now: Instant) throws {
        let sealed = try vault.seal(secret, at: "account.totp.\(person)")
        try run("update account set totp_sealed = \(sealed), totp_since = \(now), totp_last = 0 where person = \(person)")
        try run("delete from recovery where person = \(person)")
        for code in recovery { try run("insert into recovery (person, hash) values (\(person), \(vault.hash(code, for: "recovery")))") }
    }

    /// True when the code fits, and then it is used up: a time code once, a recovery code for ever.
    func passFactor(_ account: Account, _ code: String, now: Instant) throws -> Bool {
        let typed = code.filter { !$0.isWhitespace && $0 != "-" }.uppercased()
        if let secret = account.totp, let step = TimeCode.step(typed, secret: secret, now: now, last: account.totpLast) {
            return try run("update account set totp_last = \(step) where person = \(account.person) and totp_last < \(step)") == 1
        }
        return try run(
            "update recovery set used_at = \(now) where person = \(account.person) and hash = \(vault.hash(typed, for: "recovery")) and used_at is null") == 1
    }
}
