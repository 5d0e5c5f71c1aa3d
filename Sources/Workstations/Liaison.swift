import Happenings
import Identity
import Storage
import Values
package import Web

/// The named person at a workstation who collects needs in its region (联络员, clause 2.3b). Invited by mail; with the account
/// opened, the role reaches as far as the workstation's region.
package struct Liaison: Sendable {
    let workstation: ID<Organisation>
    let name: String
    /// The login name too, in small letters.
    let mail: String
    let invitedAt: Instant

    static let list = Path("workstations/*/liaisons", ID<Organisation>.self)
    static let ending = Path("workstations/*/liaisons/*/ending", Two<ID<Organisation>, ID<Person>>.self)

    /// An invitation holds for a week.
    static let expires = Span.days(7)

    struct Invited: Happening {
        static let kind = "workstation.liaisonInvited"
        let subject: Subject
    }
    struct Ended: Happening {
        static let kind = "workstation.liaisonEnded"
        let subject: Subject
        let fields: [String: String]
    }

    static let migration = Migration(
        "Workstations", 2,
        [
            """
            create table liaison_invitation (workstation \(.text) not null references organisation (id), mail \(.text) not null, name \(.text) not null,
                by_person \(.text) not null, at \(.int) not null, primary key (workstation, mail))\(.strict)
            """,
        ])
}

extension Permission where Deed == Liaison, Noun == Workstation {
    package static var invite: Self { Permission("workstation.inviteLiaison", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Transaction {
    /// Invites, or invites again, and answers the code, which is not kept; nil when the same was done within the last minute
    /// (a double click).
    func invite(_ liaison: Liaison, to workstation: Workstation, by may: May<Liaison, Workstation>, from address: String) throws -> String? {
        let now = liaison.invitedAt
        let isNew = try insertsOnce(
            """
            insert into liaison_invitation (workstation, mail, name, by_person, at) values (\(workstation.id), \(liaison.mail), \(liaison.name), \(may.person), \(now))
            on conflict (workstation, mail) do update set name = excluded.name, by_person = excluded.by_person, at = excluded.at
            where liaison_invitation.at < \(now - .minutes(1))
            """)
        guard isNew else { return nil }
        try record(Liaison.Invited(subject: workstation.subject), by: may.by, at: now, from: address)
        return try invite(
            .staff, name: liaison.name, login: liaison.mail, role: Role.liaison.name, organisation: workstation.id, region: workstation.region, by: may.by,
            expires: now + Liaison.expires)
    }

    func end(_ liaison: ID<Person>, of workstation: Workstation, by may: May<Liaison, Workstation>, at now: Instant, from address: String) throws {
        try endRole(Role.liaison.name, of: liaison, in: workstation.id, at: now)
        try record(Liaison.Ended(subject: workstation.subject, fields: ["person": liaison.text]), by: may.by, at: now, from: address)
    }
}

extension Reader {
    /// Who serves at a workstation now, and who was invited and has not opened the account yet.
    func liaisons(of workstation: ID<Organisation>, now: Instant) throws -> (serving: [Profile], invited: [Liaison]) {
        let serving = try profiles(try members(of: workstation, role: Role.liaison.name, now: now, limit: 100))
        let mails = Set(serving.compactMap { $0.mail?.lowercased() })
        let invited = try rows("select workstation, name, mail, at from liaison_invitation where workstation = \(workstation) order by at desc limit 100") { row in
            Liaison(workstation: try row(), name: try row(), mail: try row(), invitedAt: try row())
        }
        return (serving, invited.filter { !mails.contains($0.mail) && now - $0.invitedAt < Liaison.expires })
    }
}
