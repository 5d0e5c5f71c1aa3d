import Happenings
package import Storage
package import Values
package import Web

/// A staff account as the operator of the machine sees it: no name, no address, nothing but what signing in needs.
package struct StaffAccount: Sendable {
    package let login: String
    package let hasFactor: Bool
    /// Role, organisation's name (empty for none) and region of each membership that stands.
    package let roles: [(role: String, organisation: String, region: String)]
}

extension Reader {
    package func isTaken(login: String) throws -> Bool { try exists("select 1 from account where login = \(login.lowercased())") }

    /// What somebody signs in with; nil for who has no staff account.
    func login(of person: ID<Person>) throws -> (name: String, hasFactor: Bool)? {
        try first("select login, totp_since from account where person = \(person)") { row in (try row(String.self), try row.maybe(Instant.self) != nil) }
    }

    /// By login name.
    package func staffAccounts(now: Instant, limit: Int = 5000) throws -> [StaffAccount] {
        let rows = try rows(
            """
            select a.login, a.totp_since, m.role, coalesce(o.name, ''), m.region from account a
            left join membership m on m.person = a.person and m.since <= \(now) and (m.until is null or m.until > \(now))
            left join organisation o on o.id = m.organisation order by a.login, m.role, o.name limit \(limit)
            """
        ) { row in
            (login: try row(String.self), enrolled: try row.maybe(Instant.self), role: try row.maybe(String.self), organisation: try row(String.self), region: try row.maybe(String.self))
        }
        return Dictionary(grouping: rows, by: \.login).sorted { $0.key < $1.key }.map { login, rows in
            StaffAccount(
                login: login, hasFactor: rows.contains { $0.enrolled != nil },
                roles: rows.compactMap { row in row.role.map { ($0, row.organisation, row.region ?? "") } })
        }
    }
}

extension Transaction {
    /// The code of a link by which one person opens an account in one role, good for seven days (S11).
    package func inviteStaff(
        name: String, login: String, role: Role, organisation: OrganisationEntry?, region: String, by: Party, now: Instant, from address: String = ""
    ) throws -> String {
        let code = try invite(.staff, name: name, login: login, role: role.name, organisation: organisation?.id, region: region, by: by, expires: now + .days(7))
        try record(
            StaffRole.Invited(subject: Subject(kind: "role", id: role.name), fields: ["role": role.name, "organisation": organisation?.id.text ?? ""]), by: by,
            at: now, from: address)
        return code
    }

    /// The code of a reset link, good for seven days; nil for an unknown login name. It sets a password and nothing else:
    /// the second factor stays and is asked for at the next sign-in (S9). An earlier link dies.
    package func inviteReset(login: String, by: Party, now: Instant, from address: String = "") throws -> String? {
        let found = try first("select a.person, p.name, a.login from account a join person p on p.id = a.person where a.login = \(login.lowercased())") {
            (person: try $0(ID<Person>.self), name: try $0(String.self), login: try $0(String.self))
        }
        guard let found else { return nil }
        try run("update invitation set used_at = \(now) where purpose = \(Invitation.Purpose.reset) and person = \(found.person) and used_at is null")
        let code = try invite(.reset, person: found.person, name: found.name, login: found.login, role: "", organisation: nil, region: "", by: by, expires: now + .days(7))
        try record(StaffRole.ResetMade(subject: Subject("person", found.person)), by: by, at: now, from: address)
        return code
    }
}
