import Languages
import Messaging
import Storage
import Values
import Web

/// A six-digit code in a text message that a browser has asked for: five minutes, five tries, once, for one purpose, and useless
/// to anybody else. It belongs to the session; where somebody only signs in, to the browser's visitor.
package struct MobileCode: Sendable {
    /// What it may be used for, and nothing else.
    enum Purpose: String, CellCodable { case signIn, moveFrom, moveTo, proof }

    /// What came of a try.
    enum Outcome: Equatable {
        /// The number that the code went to: whoever typed it holds that telephone.
        case right(mobile: String)
        case wrong
        /// Unknown, used, too old, tried too often, or another browser's.
        case past
    }

    let post: Post

    static let wrong = Wrong("验证码不对或已过期。请核对短信，或者重新发一次", "The code is wrong or has expired. Please check the message, or send a new one")

    /// Sends a code that only this browser can use; says what is in the way otherwise.
    func send(_ visit: Visit, _ purpose: Purpose, _ mobile: String) async throws -> (ID<MobileCode>, Words?) {
        try MobileCode.mayAsk(visit)
        let (now, digits, id, holder) = (visit.now, newDigits(6), ID<MobileCode>(at: visit.now), MobileCode.holder(visit, purpose))
        if let wrong = try await visit.write({ try $0.keep(id, purpose, digits, for: mobile, of: holder, at: now) }) { return (id, wrong) }
        do { try await post.send(.code(digits, to: mobile)) } catch {
            visit.logFailure("code not sent", error)
            return (id, Words("短信没有发出去，是我们的问题。请过一会儿再试，或打电话", "The text message could not be sent; that is our fault. Please try again shortly, or call"))
        }
        return (id, nil)
    }

    /// The code that this browser asked for a moment ago and that is still good. To ask for it is to ask for a code.
    static func onItsWay(_ visit: Visit, _ purpose: Purpose, _ mobile: String) async throws -> ID<MobileCode>? {
        let (now, vault, holder) = (visit.now, visit.site.database.vault, holder(visit, purpose))
        let id = try await visit.read { reader in
            try reader.value(
                """
                select id from mobile_code where mobile_hash = \(vault.hash(mobile, for: "mobile")) and at > \(now - .seconds(60)) and visitor = \(holder)
                and purpose = \(purpose) and used_at is null and tries < 5 order by at desc limit 1
                """, ID<MobileCode>.self)
        }
        if id != nil { try mayAsk(visit) }
        return id
    }

    /// The number of an open code of this browser.
    static func find(_ visit: Visit, _ purpose: Purpose, _ id: ID<MobileCode>) async throws -> String {
        let (vault, holder) = (visit.site.database.vault, holder(visit, purpose))
        let mobile = try await visit.read { reader in
            try reader.first("select mobile_sealed from mobile_code where id = \(id) and visitor = \(holder) and purpose = \(purpose)") { try vault.open($0(), at: "mobile_code.\(id)") }
        }
        guard let mobile else { throw Problem.notFound }
        return mobile
    }

    /// Uses a code up, in a transaction of its own. Answers its number.
    static func use(_ visit: Visit, _ purpose: Purpose, _ id: ID<MobileCode>, _ typed: String) async throws -> String? {
        try mayTry(visit)
        let (now, holder) = (visit.now, holder(visit, purpose))
        guard case .right(let mobile) = try await visit.write({ try $0.use(id, purpose, typed, of: holder, at: now) }) else { return nil }
        return mobile
    }

    /// So many codes a minute for an address, whatever the number.
    private static func mayAsk(_ visit: Visit) throws {
        if let wait = visit.limits.take("code \(visit.network)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
    }

    /// So many tries a minute for an address, whatever the code.
    static func mayTry(_ visit: Visit) throws {
        if let wait = visit.limits.take("try \(visit.network)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
    }

    private static func holder(_ visit: Visit, _ purpose: Purpose) -> String { purpose == .signIn ? visit.visitor : visit.session ?? "" }
}

extension Transaction {
    /// Keeps a code; says why there is none: one a minute and ten a day go to a number, whatever they are for.
    fileprivate func keep(_ id: ID<MobileCode>, _ purpose: MobileCode.Purpose, _ digits: String, for mobile: String, of holder: String, at now: Instant) throws -> Words? {
        let hash = vault.hash(mobile, for: "mobile")
        let sent = try values("select at from mobile_code where mobile_hash = \(hash) and at > \(now - .days(1)) order by at desc limit 20", Instant.self)
        if let last = sent.first, now - last < .seconds(60) {
            return Words("刚发过验证码，请等\(60 - (now - last).inSeconds)秒再发", "A code was just sent; please wait \(60 - (now - last).inSeconds) seconds")
        }
        guard sent.count < 10 else { return Words("这个号码今天的验证码发满10次了，请明天再试或打电话", "Ten codes went to this number today; please try tomorrow or call") }
        try run(
            """
            insert into mobile_code (id, mobile_sealed, mobile_hash, digits_hash, visitor, purpose, at, tries)
            values (\(id), \(try vault.seal(mobile, at: "mobile_code.\(id)")), \(hash), \(vault.hash("\(id)|\(digits)", for: "code")), \(holder), \(purpose), \(now), 0)
            """)
        return nil
    }

    /// Uses a code up: five tries, five minutes, once. A wrong try counts even where nothing else follows.
    func use(_ id: ID<MobileCode>, _ purpose: MobileCode.Purpose, _ typed: String, of holder: String, at now: Instant) throws -> MobileCode.Outcome {
        guard
            let found = try first(
                """
                select mobile_sealed, digits_hash from mobile_code where id = \(id) and visitor = \(holder) and purpose = \(purpose) and used_at is null
                and at > \(now - .minutes(5)) and tries < 5\(.forUpdate)
                """, { row in (sealed: try row(String.self), hash: try row(String.self)) })
        else { return .past }
        guard vault.hash("\(id)|\(typed.filter { !$0.isWhitespace })", for: "code") == found.hash else {
            try run("update mobile_code set tries = tries + 1 where id = \(id)")
            return .wrong
        }
        try run("update mobile_code set used_at = \(now) where id = \(id)")
        return .right(mobile: try vault.open(found.sealed, at: "mobile_code.\(id)"))
    }
}
