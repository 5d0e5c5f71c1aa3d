import Happenings
import Messaging
import Languages
import Markup
package import Storage
package import Values
package import Web

/// An invitation to staff, the first administrator's one-time code, a reset link: bound to a person and role, once, expiring (S11, S12).
package struct Invitation: Sendable {
    package static let page = Path("welcome")
    package static let token = Path("welcome/*", PathText.self)

    package enum Purpose: String, CellCodable { case first, staff, reset }

    static let code = Field<String>.text("code", Words("一次性代码", "One-time code"), longest: 60)
    static let name = Field<String>.text("name", Words("姓名", "Name"), longest: 40, control: .line(autocomplete: "name"))
    static let login = StaffSignIn.login
    static let password = Field<String>("password", Words("密码", "Password"), hint: Words("至少12个字，一句好记的话最好", "At least 12 characters; a sentence you remember works well"), .line(type: "password", autocomplete: "new-password")) { typed throws(Wrong) in typed }

    struct Used: Happening { static let kind = "identity.invitationUsed"; let subject: Subject; let fields: [String: String] }

    struct Stored: Sendable {
        let purpose: Purpose
        let person: ID<Person>?
        let name: String
        let login: String
        let role: String
        let organisation: ID<Organisation>?
        let region: String
    }

    func show(_ visit: Visit, code: String?, _ form: Form? = nil) async throws -> Answer {
        var form = form ?? Form()
        form.fill(Invitation.code, code)
        let (now, given) = (visit.now, form.text("code"))
        let found = try await visit.read { reader in try given.flatMap { try reader.invitation($0, now: now) } }
        form.fill(Invitation.name, found?.name)
        form.fill(Invitation.login, found?.login)
        let isReset = found?.purpose == .reset
        return .page(
            Page(
                Words("开通账号", "Open your account"), width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(isReset ? Words("重设密码", "Set a new password") : Words("开通工作账号", "Open your staff account")))
                \(form.summary)
                \(Web.form(Invitation.page(), """
                    \(form.show(Invitation.code))\(form.show(Invitation.name))\(form.show(Invitation.login))\(form.show(Invitation.password))\
                    <p><button class="btn go big">\(isReset ? Words("设好，去登录", "Set it and sign in") : Words("开通，去登录", "Open it and sign in"))</button></p>
                    """))
                """))
    }

    func use(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["code", "name", "login", "password"])
        if let wait = visit.limits.take("try \(visit.network)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
        let code = form.value(Invitation.code)
        let name = form.value(Invitation.name)
        let login = form.value(Invitation.login)
        let password = form.value(Invitation.password)
        if let password, let wrong = Web.Form.passwordProblem(password, names: [name ?? "", login ?? ""]) { form.wrong(Invitation.password, Wrong(wrong)) }
        guard form.isGood, let code, let name, let login, let password else { return try await show(visit, code: nil, form) }
        let hash = try await Password.hash(password)
        let (now, address) = (visit.now, visit.address)
        let refused = Words("代码不对、用过了或过期了。请再要一个", "The code is wrong, used or expired. Please ask for another")
        let (purpose, wrong) = try await visit.write { tx -> (Purpose?, Words?) in
            guard let found = try tx.invitation(code, now: now) else { return (nil, refused) }
            guard found.purpose == .first || found.login.isEmpty || found.login == login.lowercased() else {
                return (nil, Words("账号和邀请的不一致", "The login name is not the invited one"))
            }
            switch found.purpose {
            case .reset:
                guard let person = found.person else { return (nil, refused) }
                try tx.run("update account set password = \(hash) where person = \(person)")
                try tx.endSessions(of: person, now: now)
                try tx.tell(.init(to: person, .mustKnow, about: Subject("person", person), key: "reset", Words("密码已重设", "Your password was reset"), place: "/account"), at: now)
            case .first, .staff:
                // Somebody else became administrator in the meantime: they invite, the printed code is worth nothing.
                guard try found.purpose != .first || !tx.hasAdministrator(now: now) else { return (nil, refused) }
                guard try !tx.exists("select 1 from account where login = \(login.lowercased())") else {
                    return (nil, Words("这个账号已经有了，请换一个", "This login name exists already; please choose another"))
                }
                let person = try tx.makePerson(name: name, mail: login.contains("@") ? login : nil, now: now)
                try tx.makeAccount(person, login: login, passwordHash: hash, now: now)
                try tx.grant(found.role, to: person, in: found.organisation, region: found.region, from: now)
            }
            try tx.useInvitation(code, now: now)
            try tx.record(Used(subject: Subject(kind: "invitation", id: found.purpose.rawValue), fields: ["role": found.role]), by: .system, at: now, from: address)
            return (found.purpose, nil)
        }
        if let wrong {
            form.wrong(Invitation.code, Wrong(wrong))
            return try await show(visit, code: nil, form)
        }
        return .see(
            StaffSignIn.page(),
            saying: purpose == .reset ? Words("新密码设好了，请登录", "The new password is set; please sign in") : Words("账号开通了，请登录", "The account is open; please sign in"))
    }
}

extension Form {
    fileprivate static func passwordProblem(_ password: String, names: [String]) -> Words? { Password.wrong(password, names: names.filter { !$0.isEmpty }) }
}

extension Reader {
    func invitation(_ code: String, now: Instant) throws -> Invitation.Stored? {
        try first(
            """
            select purpose, person, name, login, role, organisation, region from invitation
            where hash = \(vault.hash(code.trimmed, for: "invitation")) and used_at is null and expires_at > \(now)
            """
        ) { row in
            Invitation.Stored(
                purpose: try row(), person: try row.maybe(), name: try row(), login: try row(), role: try row(), organisation: try row.maybe(), region: try row())
        }
    }
}

extension Transaction {
    /// Makes an invitation and answers its code, which is not kept.
    package func invite(
        _ purpose: Invitation.Purpose, person: ID<Person>? = nil, name: String = "", login: String = "", role: String, organisation: ID<Organisation>?,
        region: String, by: Party, expires: Instant
    ) throws -> String {
        let code = newToken()
        try run(
            """
            insert into invitation (hash, purpose, person, name, login, role, organisation, region, expires_at, by_party)
            values (\(vault.hash(code, for: "invitation")), \(purpose), \(person), \(name), \(login.lowercased()), \(role), \(organisation), \(region), \(expires), \(by))
            """)
        return code
    }

    fileprivate func useInvitation(_ code: String, now: Instant) throws {
        guard try run("update invitation set used_at = \(now) where hash = \(vault.hash(code.trimmed, for: "invitation")) and used_at is null") == 1 else { throw Problem.notFound }
    }
}
