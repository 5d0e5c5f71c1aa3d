import Languages
import Messaging
import Storage
import Values
import Web

/// A six-digit code in a text message that a session has asked for: five minutes, five tries, once, and useless to any other
/// session. What signs in is a code of its own (`SignIn`), as there is no session yet.
struct MobileCode: Sendable {
    /// What it may be used for, and nothing else.
    enum Purpose: String, CellCodable { case moveFrom, moveTo, proof }

    let post: Post

    static let wrong = Wrong("验证码不对或已过期。请核对短信，或者重新发一次", "The code is wrong or has expired. Please check the message, or send a new one")

    /// Sends a code that only this session can use; says what is in the way otherwise.
    func send(_ visit: Visit, _ purpose: Purpose, _ mobile: String) async throws -> (ID<MobileCode>, Words?) {
        if let wait = visit.limits.take("code \(visit.address)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
        let (now, vault, digits, id, session) = (visit.now, visit.site.database.vault, newDigits(6), ID<MobileCode>(at: visit.now), visit.session ?? "")
        let wrong = try await visit.write { tx -> Words? in
            let hash = vault.hash(mobile, for: "mobile")
            let sent = try tx.values("select at from mobile_code where mobile_hash = \(hash) and at > \(now - .days(1)) order by at desc limit 20", Instant.self)
            if let last = sent.first, now - last < .seconds(60) {
                return Words("刚发过验证码，请等\(60 - (now - last).inSeconds)秒再发", "A code was just sent; please wait \(60 - (now - last).inSeconds) seconds")
            }
            guard sent.count < 10 else { return Words("这个号码今天的验证码发满10次了，请明天再试或打电话", "Ten codes went to this number today; please try tomorrow or call") }
            try tx.run(
                """
                insert into mobile_code (id, mobile_sealed, mobile_hash, digits_hash, visitor, purpose, at, tries)
                values (\(id), \(try vault.seal(mobile, at: "mobile_code.\(id)")), \(hash), \(vault.hash("\(id)|\(digits)", for: "code")), \(session), \(purpose), \(now), 0)
                """)
            return nil
        }
        if let wrong { return (id, wrong) }
        do { try await post.send(.code(digits, to: mobile)) } catch {
            visit.logFailure("code not sent", error)
            return (id, Words("短信没有发出去，是我们的问题。请过一会儿再试，或打电话", "The text message could not be sent; that is our fault. Please try again shortly, or call"))
        }
        return (id, nil)
    }

    /// The number of an open code of this session.
    func find(_ visit: Visit, _ purpose: Purpose, _ id: ID<MobileCode>) async throws -> String {
        let (vault, session) = (visit.site.database.vault, visit.session ?? "")
        let mobile = try await visit.read { reader in
            try reader.first("select mobile_sealed from mobile_code where id = \(id) and visitor = \(session) and purpose = \(purpose)") { try vault.open($0(), at: "mobile_code.\(id)") }
        }
        guard let mobile else { throw Problem.notFound }
        return mobile
    }

    /// Uses a code up: five tries, five minutes, once. Answers its number.
    func use(_ visit: Visit, _ purpose: Purpose, _ id: ID<MobileCode>, _ typed: String) async throws -> String? {
        if let wait = visit.limits.take("try \(visit.address)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
        let (now, vault, session, digits) = (visit.now, visit.site.database.vault, visit.session ?? "", typed.filter { !$0.isWhitespace })
        return try await visit.write { tx in
            guard
                let found = try tx.first(
                    """
                    select mobile_sealed, digits_hash from mobile_code where id = \(id) and visitor = \(session) and purpose = \(purpose) and used_at is null
                    and at > \(now - .minutes(5)) and tries < 5\(.forUpdate)
                    """, { row in (sealed: try row(String.self), hash: try row(String.self)) })
            else { return nil }
            guard vault.hash("\(id)|\(digits)", for: "code") == found.hash else {
                try tx.run("update mobile_code set tries = tries + 1 where id = \(id)")
                return nil
            }
            try tx.run("update mobile_code set used_at = \(now) where id = \(id)")
            return try vault.open(found.sealed, at: "mobile_code.\(id)")
        }
    }
}
