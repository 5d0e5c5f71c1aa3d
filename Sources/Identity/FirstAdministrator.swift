import Happenings
package import Storage
package import Values
import Web

/// The first administrator, by a one-time code that the operator prints at set-up: there is no default account (S12).
package enum FirstAdministrator {
    struct Invited: Happening { static let kind = "identity.firstInvited"; let subject: Subject }
}

extension Reader {
    package func hasAdministrator(now: Instant) throws -> Bool {
        try exists("select 1 from membership where role = \(Role.administrator.name) and since <= \(now) and (until is null or until > \(now)) limit 1")
    }
}

extension Transaction {
    /// The code, good for one hour; nil where there is an administrator, who invites the next one. An earlier code dies,
    /// so that only the last one printed opens an account.
    package func inviteFirstAdministrator(now: Instant) throws -> String? {
        guard try !hasAdministrator(now: now) else { return nil }
        try run("update invitation set used_at = \(now) where purpose = \(Invitation.Purpose.first) and used_at is null")
        let code = try invite(.first, role: Role.administrator.name, organisation: nil, region: "", by: .system, expires: now + .hours(1))
        try record(FirstAdministrator.Invited(subject: Subject(kind: "role", id: Role.administrator.name)), by: .system, at: now)
        return code
    }
}
