import Happenings
import Languages
import Messaging
import Storage
import Values
import Web

/// What somebody does here: a role in an organisation, given and ended by the administrator. Nobody changes their own (A7).
package struct StaffRole: Sendable {
    static let list = Path("people")
    static let new = Path("people/new")
    static let page = Path("people/*", ID<Person>.self)
    static let sessions = Path("people/*/sessions", ID<Person>.self)
    static let reset = Path("people/*/reset", ID<Person>.self)
    static let ending = Path("people/*/roles/*/ending", Two<ID<Person>, ID<Membership>>.self)
    static let comingBack = Path("people/*/roles/*/return", Two<ID<Person>, ID<Membership>>.self)

    let post: Post

    struct Invited: Happening { static let kind = "staff.invited"; let subject: Subject; let fields: [String: String] }
    struct Ended: Happening { static let kind = "staff.roleEnded"; let subject: Subject; let fields: [String: String] }
    struct Restored: Happening { static let kind = "staff.roleRestored"; let subject: Subject; let fields: [String: String] }
    struct SessionsEnded: Happening { static let kind = "staff.sessionsEnded"; let subject: Subject }
    struct ResetMade: Happening { static let kind = "staff.resetMade"; let subject: Subject }

    /// The kind of organisation that a role belongs to; nil for those that stand outside.
    package static func kind(of role: String) -> OrganisationEntry.Kind? {
        switch role {
        case Role.officer.name, Role.head.name: .institution
        case Role.liaison.name: .workstation
        case Role.smeAuthority.name: .smeAuthority
        case Role.civilAffairs.name: .civilAffairs
        default: nil
        }
    }

    struct Held: Sendable {
        let id: ID<Membership>
        let person: ID<Person>
        let name: String
        let role: String
        let organisation: String
        let since: Instant
        let until: Instant?
        var words: Words { Role.named(role)?.words ?? Words(same: role) }
        var place: Words { organisation.isEmpty ? Words("整个平台", "the whole platform") : Words(same: organisation) }
    }

    static func isStaff(_ role: String) -> Bool { Role.staff.contains { $0.name == role } }

    /// Other people's only; the proof is the same for all deeds of this desk.
    static func may(_ viewer: Viewer, about person: ID<Person>, in reader: Reader) throws -> May<StaffRole, OrganisationEntry> {
        let may = try viewer.may(Permission<StaffRole, OrganisationEntry>.manageStaff)
        if let one = try reader.oneHuman(may.person, among: [person]) { throw one.problem(own) }
        return may
    }

    private static let own = Problem(
        "ownRole", status: 403, Words("自己的身份由别人来改", "Your own roles are changed by others"),
        Words("请另一位管理员来办。", "Please ask another administrator."))
}

/// Seeing who works here in which role.
enum StaffReading {}

extension Permission where Deed == StaffReading, Noun == OrganisationEntry {
    static var seeStaff: Self { Permission("staff.see", [Grant(.administrator, .anywhere), Grant(.auditor, .anywhere)]) }
}

extension Permission where Deed == StaffRole, Noun == OrganisationEntry {
    /// The administrator gives and ends the roles of others.
    static var manageStaff: Self { Permission("staff.manage", [Grant(.administrator, .anywhere)]) }
}

extension Reader {
    private func staffCondition(_ now: Instant, _ search: String?) -> SQL {
        """
        m.role in (\(list: Role.staff.map(\.name))) and m.since <= \(now) and (m.until is null or m.until > \(now)) \(search.map { "and p.name like \($0 + "%")" as SQL })
        """
    }

    func staff(now: Instant, search: String?, after: ID<Membership>?, limit: Int) throws -> [StaffRole.Held] {
        let last = try after.flatMap { try value("select p.name from membership m join person p on p.id = m.person where m.id = \($0)", String.self) }
        let cursor: SQL? = if let after, let last { "and (p.name, m.id) > (\(last), \(after))" } else { nil }
        return try rows("\(StaffRole.columns) where \(staffCondition(now, search)) \(cursor) order by p.name, m.id limit \(limit)", StaffRole.Held.init)
    }

    func staff(now: Instant, search: String?) throws -> Int {
        try count("select count(*) from (select 1 from membership m join person p on p.id = m.person where \(staffCondition(now, search)) limit 1000) s")
    }

    func roles(heldBy person: ID<Person>) throws -> [StaffRole.Held] {
        try rows("\(StaffRole.columns) where m.person = \(person) order by m.since desc, m.id limit 100", StaffRole.Held.init)
    }
}

extension Transaction {
    /// False where it has ended already.
    func endRole(_ id: ID<Membership>, at now: Instant) throws -> Bool {
        try run("update membership set until = \(now) where id = \(id) and (until is null or until > \(now))") == 1
    }

    /// Brings a role of staff back that ended within the last 30 days; false where there is none.
    func restoreRole(_ id: ID<Membership>, of person: ID<Person>, at now: Instant) throws -> Bool {
        try run(
            """
            update membership set until = null where id = \(id) and person = \(person) and until <= \(now) and until > \(now - .days(30))
            and role in (\(list: Role.staff.map(\.name)))
            """) == 1
    }
}

extension StaffRole {
    fileprivate static let columns: SQL = """
        select m.id, m.person, p.name, m.role, coalesce(o.name, ''), m.since, m.until from membership m join person p on p.id = m.person
        left join organisation o on o.id = m.organisation
        """
}

extension StaffRole.Held {
    fileprivate init(_ row: inout Row) throws {
        self.init(id: try row(), person: try row(), name: try row(), role: try row(), organisation: try row(), since: try row(), until: try row.maybe())
    }
}
