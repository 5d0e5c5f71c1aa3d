package import Storage
package import Values
package import Web

/// A signed-in browser. Its cookie holds 256 random bits; the database holds only their hash (S6).
package struct Session: Sendable {
    package enum Kind: String, CellCodable {
        /// By mobile number and code: owners and experts.
        case code
        /// By password and second factor: staff.
        case staff
    }

    package let hash: String
    package let kind: Kind
    package let device: String
    package let address: String
    package let begun: Instant
    package let seen: Instant

    /// Staff: 30 idle minutes, 12 hours in all (S7). Others keep a phone signed in for 30 days.
    static func isOver(_ kind: Kind, begun: Instant, seen: Instant, now: Instant) -> Bool {
        switch kind {
        case .staff: now - seen > .minutes(30) || now - begun > .hours(12)
        case .code: now - seen > .days(30) || now - begun > .days(90)
        }
    }

    static let migration = Migration(
        "Identity", 3,
        [
            """
            create table session (hash \(.text) not null primary key, person \(.text) not null references person (id), kind \(.text) not null
                check (kind in ('code', 'staff')), factor \(.bool) not null, begun \(.int) not null, seen \(.int) not null,
                proved \(.int) not null, address \(.text) not null, device \(.text) not null, ended \(.int))\(.strict)
            """,
            "create index session_person on session (person)",
        ])

    /// The viewer behind a session's hash: nil when it has ended. Staff roles count only after the second factor.
    package static func viewer(_ hash: String, _ reader: Reader, _ now: Instant) throws -> Viewer? {
        guard
            let found = try reader.first(
                """
                select s.person, s.kind, s.factor, s.begun, s.seen, s.proved, p.name, a.totp_since from session s
                join person p on p.id = s.person left join account a on a.person = s.person
                where s.hash = \(hash) and s.ended is null
                """,
                { row in
                    (
                        person: try row(ID<Person>.self), kind: try row(Kind.self), factor: try row(Bool.self), begun: try row(Instant.self),
                        seen: try row(Instant.self), proved: try row(Instant.self), name: try row(String.self), enrolled: try row.maybe(Instant.self)
                    )
                }), !isOver(found.kind, begun: found.begun, seen: found.seen, now: now)
        else { return nil }
        var memberships: [Membership] = []
        var mustVisit: String?
        switch found.kind {
        case .code:
            memberships = [.owner, .colleague].map { Membership(role: $0, organisation: nil, regionPrefix: "") }
            memberships += try reader.roles(of: found.person, now: now).filter { $0.role == .expert }
        case .staff where found.factor: memberships = try reader.roles(of: found.person, now: now).filter { Role.staff.contains($0.role) }
        case .staff: mustVisit = found.enrolled == nil ? "/account/factor" : "/sign-in/factor"
        }
        return Viewer(person: found.person, name: found.name, memberships: memberships, provedAt: found.proved, mustVisit: mustVisit)
    }

    /// Notes that a session is in use, at most once a minute.
    package static func keep(_ hash: String, in database: Database, now: Instant) async throws {
        let isOld = try await database.read { try $0.exists("select 1 from session where hash = \(hash) and seen < \(now - .minutes(1))") }
        if isOld { try await database.write { tx in _ = try tx.run("update session set seen = \(now) where hash = \(hash)") } }
    }

    /// The significant digits of a region: pairs of zeros at the end stand for "all of it".
    package static func prefix(_ region: String) -> String {
        var digits = region[...]
        while digits.hasSuffix("00") { digits = digits.dropLast(2) }
        return String(digits)
    }
}

extension Reader {
    func roles(of person: ID<Person>, now: Instant) throws -> [Membership] {
        try rows(
            """
            select m.role, m.organisation, m.region from membership m where m.person = \(person) and m.since <= \(now)
            and (m.until is null or m.until > \(now)) and \(OrganisationEntry.isWithinTerm(on: now.day)) limit 100
            """
        ) { row -> Membership? in
            let (role, organisation, region) = (try row(String.self), try row.maybe(ID<Organisation>.self), try row(String.self))
            return Role.named(role).map { Membership(role: $0, organisation: organisation, regionPrefix: Session.prefix(region)) }
        }.compactMap { $0 }
    }

    /// What somebody holds beyond being a person with needs: offices that the institution ends.
    package func offices(of person: ID<Person>, now: Instant) throws -> [Role] {
        try roles(of: person, now: now).map(\.role).filter { $0 != .owner && $0 != .colleague }
    }

    package func sessions(of person: ID<Person>, now: Instant) throws -> [Session] {
        try rows("select hash, kind, device, address, begun, seen from session where person = \(person) and ended is null order by seen desc limit 50") { row in
            Session(hash: try row(), kind: try row(), device: try row(), address: try row(), begun: try row(), seen: try row())
        }.filter { !Session.isOver($0.kind, begun: $0.begun, seen: $0.seen, now: now) }
    }
}

extension Transaction {
    /// Begins a session and answers the cookie's value, which is not kept.
    package func beginSession(_ person: ID<Person>, _ kind: Session.Kind, factor: Bool, address: String, device: String, now: Instant) throws -> String {
        let token = newToken()
        try run(
            """
            insert into session (hash, person, kind, factor, begun, seen, proved, address, device)
            values (\(vault.hash(token, for: "session")), \(person), \(kind), \(factor), \(now), \(now), \(now), \(address), \(String(device.prefix(200))))
            """)
        return token
    }

    package func endSession(_ hash: String, now: Instant) throws { try run("update session set ended = \(now) where hash = \(hash) and ended is null") }

    /// Ends all sessions of a person, at once and on all nodes; `but` is the one that goes on.
    func endSessions(of person: ID<Person>, but hash: String? = nil, now: Instant) throws {
        try run("update session set ended = \(now) where person = \(person) and ended is null and hash <> \(hash ?? "")")
    }
}
