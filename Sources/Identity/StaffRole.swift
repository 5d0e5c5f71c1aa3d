import Happenings
import Languages
import Markup
import Messaging
import Reference
import Storage
import Values
package import Web

/// The administrator's desk: who works here in which role; inviting, ending, resetting. Nobody changes their own (A7).
package struct StaffRole: Sendable {
    static let list = Path("people")
    static let new = Path("people/new")
    static let page = Path("people/*", ID<Person>.self)
    static let sessions = Path("people/*/sessions", ID<Person>.self)
    static let reset = Path("people/*/reset", ID<Person>.self)
    static let ending = Path("people/*/roles/*/ending", Two<ID<Person>, ID<Membership>>.self)
    static let comingBack = Path("people/*/roles/*/return", Two<ID<Person>, ID<Membership>>.self)

    let post: Post

    static let name = Invitation.name
    static let login = StaffSignIn.login
    static let role = Field<String>("role", Words("做什么", "Role"), .radios(Role.staff.map { Choice($0.name, $0.words) }, columns: true)) { typed throws(Wrong) in
        guard Role.staff.contains(where: { $0.name == typed }) else { throw Wrong("请从上面选一个", "Please choose one of these") }
        return typed
    }
    static let organisation = Field<ID<Organisation>>("organisation", Words("在哪个单位", "Organisation"), hint: Words("系统管理员、审计员、运维员不用选", "Not for administrators, auditors and operators"), .select([])) { typed throws(Wrong) in
        guard let id = ID<Organisation>(typed) else { throw Wrong("请从列表里选一个单位", "Please choose from the list") }
        return id
    }

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
    }

    // MARK: List

    func list(_ visit: Visit) async throws -> Answer {
        let now = visit.now
        let search = visit.question("q")?.filter { $0 != "%" && $0 != "_" && $0 != "\\" }.trimmed
        let after = visit.question("after").flatMap { ID<Membership>($0) }
        let (all, total) = try await visit.read { (try $0.staff(now: now, search: search, after: after, limit: 51), try $0.staff(now: now, search: search)) }
        let shown = all.prefix(50)
        return .page(
            Page(
                Words("工作人员", "Staff"),
                """
                <div class="row"><h1>\(Words("工作人员", "Staff"))</h1><span class="soft">\(Words("\(grouped(total))个身份，按姓名", "\(grouped(total)) roles, by name"))</span>\
                <span class="end"><a class="btn go" href="\(StaffRole.new())">\(Words("邀请一位", "Invite somebody"))</a></span></div>
                <form class="mt mb row" role="search" action="\(StaffRole.list())"><label class="hide" for="q">\(Words("按姓名查找", "Find by name"))</label><input class="grow input" id="q" name="q" type="search" value="\(search ?? "")"><button class="btn">\(Words("查找", "Find"))</button></form>
                \(shown.isEmpty ? empty(Words("没有找到", "Nobody found"), Words("换个姓名查，或者邀请一位。", "Try another name, or invite somebody.")) : """
                    <table class="table dense fold"><caption class="hide">\(Words("工作人员和身份", "Staff and roles"))</caption>
                    <thead><tr><th scope="col">\(Words("姓名", "Name"))</th><th scope="col">\(Words("身份", "Role"))</th><th scope="col">\(Words("单位", "Organisation"))</th><th scope="col">\(Words("从何时起", "Since"))</th></tr></thead>
                    <tbody>\(each: shown, { held in
                        "<tr><td><a class=\"hit\" href=\"\(StaffRole.page(held.person))\">\(held.name)</a></td><td>\(held.words)</td><td>\(held.organisation)</td><td>\(time(held.since))</td></tr>"
                    })</tbody></table>
                    """)
                \(pager(
                    Words("这里\(shown.count)个，共\(grouped(total))个", "\(shown.count) of \(grouped(total))"),
                    next: all.count > 50 ? shown.last.map { (StaffRole.list().with([("q", search), ("after", $0.id.text)]), Words("后面的", "Further ones")) } : nil,
                    first: after == nil ? nil : StaffRole.list().with([("q", search)])))
                """))
    }

    // MARK: Inviting

    func showNew(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let organisations = try await visit.read { reader in
            try OrganisationEntry.Kind.allCases.map { Group(kind: $0, all: try reader.organisations($0)) }
        }
        let menu = Menu(organisations.filter { !$0.all.isEmpty }.map { group in Menu.Group(group.kind.words, group.all.map { Choice($0.id.text, Words(same: $0.name)) }) })
        return .page(
            Page(
                Words("邀请工作人员", "Invite staff"), width: .narrow, back: (StaffRole.list(), Words("工作人员", "Staff")), wrongs: form.wrongs.count,
                """
                \(title(Words("邀请工作人员", "Invite staff"), "\(Words("他会得到一个7天内有效的链接，自己设密码和动态码。", "They get a link, valid for seven days, and set password and one-time code themselves."))"))
                \(form.summary)
                \(Web.form(StaffRole.list(), """
                    \(form.show(StaffRole.name))\(form.show(StaffRole.login))\(form.show(StaffRole.role))\(menu.show(StaffRole.organisation, in: form))\
                    <p><button class="btn go big">\(Words("发出邀请", "Send the invitation"))</button></p>
                    """))
                """))
    }

    private struct Group: Sendable { let kind: OrganisationEntry.Kind, all: [OrganisationEntry] }

    func invite(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["name", "login", "role", "organisation"])
        let (name, login, role) = (form.value(StaffRole.name), form.value(StaffRole.login)?.lowercased(), form.value(StaffRole.role))
        let wanted = role.flatMap { StaffRole.kind(of: $0) }
        let chosen = wanted == nil ? nil : form.value(StaffRole.organisation)
        let (organisation, isTaken) = try await visit.read { reader in
            (try chosen.flatMap { try reader.organisation($0) }, try login.map { try reader.account(login: $0) != nil } ?? false)
        }
        if let chosen, organisation?.kind != wanted || organisation?.id != chosen {
            form.wrong(StaffRole.organisation, Wrong("这个身份不在这类单位，请换一个", "This role is not one of that organisation; please choose another"))
        }
        if isTaken { form.wrong(StaffRole.login, Wrong("这个账号已经有了", "This login name exists already")) }
        guard form.isGood, let name, let login, let role = role.flatMap({ Role.named($0) }) else { return try await showNew(visit, form) }
        let (now, viewer, address) = (visit.now, visit.viewer, visit.address)
        let code = try await visit.write { tx in
            let may = try viewer.may(.manageStaff)
            return try tx.inviteStaff(
                name: name, login: login, role: role, organisation: organisation, region: organisation?.region ?? "", by: may.by, now: now, from: address)
        }
        return await hand(visit, code, login, Words("邀请好了", "Invited"), Words("开通工作账号", "Open your staff account"))
    }

    /// The link is shown once, and mailed where the login name is an address.
    private func hand(_ visit: Visit, _ code: String, _ login: String, _ heading: Words, _ subject: Words) async -> Answer {
        let link = visit.site.settings.baseURL + Invitation.token(PathText(code)).text
        var isMailed = false
        if OwnAccount.isAddress(login) {
            do {
                try await post.send(Letter(.mail, to: login, subject: "【助企】\(subject.chinese) / \(subject.english)", "\(link)\n\n7天内有效，只能用一次。Valid for seven days, once.\n"))
                isMailed = true
            } catch { visit.logFailure("invitation not sent", error) }
        }
        return .page(
            Page(
                heading, width: .narrow, back: (StaffRole.list(), Words("工作人员", "Staff")),
                """
                \(title(heading, "\(isMailed ? Words("链接已发到\(login)。", "The link was sent to \(login).") : Words("请把链接当面或用可靠的办法交给本人。", "Please hand the link over in person or by a way you trust."))"))
                \(say(.wait, "<p>\(Words("只显示这一次，7天内有效，只能用一次：", "Shown only now, valid for seven days, once:"))</p><p><code>\(link)</code></p>"))
                """))
    }

    // MARK: One person

    private struct Found: Sendable {
        let profile: Profile
        let login: String?
        let roles: [Held]
        let sessions: Int
    }

    private func find(_ visit: Visit, _ person: ID<Person>) async throws -> Found {
        let now = visit.now
        return try await visit.read { reader in
            // Staff alone: owners and experts are no business of this desk.
            let (login, roles) = (try reader.value("select login from account where person = \(person)", String.self), try reader.roles(heldBy: person))
            guard let profile = try reader.profile(person), login != nil || roles.contains(where: { Role.named($0.role).map(Role.staff.contains) == true }) else { throw Problem.notFound }
            return Found(
                profile: profile, login: login, roles: roles,
                sessions: try reader.sessions(of: person, now: now).count)
        }
    }

    func show(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        let found = try await find(visit, person)
        let isOneself = visit.viewer.person == person
        return .page(
            Page(
                Words(same: found.profile.name), width: .narrow, back: (StaffRole.list(), Words("工作人员", "Staff")),
                """
                \(title(Words(same: found.profile.name), "\(found.login ?? "")"))
                \(isOneself ? say(.plain, "<p>\(Words("这是您自己。自己的身份由另一位管理员来改。", "This is you. Your own roles are changed by another administrator."))</p>") : nil)
                <h2 class="h3">\(Words("身份", "Roles"))</h2><ul class="list">\(each: found.roles, { held in
                    """
                    <li><div class="row"><div><b>\(held.words)</b>\(Words("　", " · "))\(held.organisation)<br><span class="soft small">\(time(held.since))\(held.until.map { "\(Words(" 至 ", " to "))\(time($0))" as HTML })</span></div>\
                    \(held.until == nil && !isOneself ? "<div class=\"end\">\(button(StaffRole.ending(Two(person, held.id)), Words("结束这个身份", "End this role"), kind: "btn quiet"))</div>" as HTML : nil)</div></li>
                    """
                })</ul>
                \(isOneself ? nil : """
                    <section class="mt panel"><h2 class="h3">\(Words("登录", "Sign-in"))</h2><p class="soft">\(Words("\(found.sessions)处登录着", "\(found.sessions) open sessions"))</p><div class="row">\
                    \(button(StaffRole.sessions(person), Words("让他全部退出", "End all sessions")))\(found.login == nil ? nil : button(StaffRole.reset(person), Words("发重设密码的链接", "Make a reset link")))</div></section>
                    """ as HTML)
                """))
    }

    /// Other people's only; the proof is the same for all deeds here.
    private func may(_ viewer: Viewer, about person: ID<Person>) throws -> May<StaffRole, OrganisationEntry> {
        let may = try viewer.may(Permission<StaffRole, OrganisationEntry>.manageStaff)
        guard may.person != person else { throw StaffRole.own }
        return may
    }

    private static let own = Problem(
        "ownRole", status: 403, Words("自己的身份由别人来改", "Your own roles are changed by others"),
        Words("请另一位管理员来办。", "Please ask another administrator."))

    func endSessions(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        let form = try await visit.form([])
        _ = try await find(visit, person)
        let (now, address, may) = (visit.now, visit.address, try may(visit.viewer, about: person))
        let link = try await visit.write(once: form) { tx in
            try tx.endSessions(of: person, now: now)
            try tx.record(SessionsEnded(subject: Subject("person", person)), by: may.by, at: now, from: address)
            return StaffRole.page(person)
        }
        return .see(link, saying: Words("全部退出了", "All sessions ended"))
    }

    func end(_ visit: Visit, _ path: Two<ID<Person>, ID<Membership>>) async throws -> Answer {
        let form = try await visit.form([])
        let (person, id) = (path.first, path.second)
        let (now, address, may) = (visit.now, visit.address, try may(visit.viewer, about: person))
        let link = try await visit.write(once: form) { tx in
            // An expert's role begins and ends with the head's letter, not here (A7).
            guard let held = try tx.roles(heldBy: person).first(where: { $0.id == id && StaffRole.isStaff($0.role) }) else { throw Problem.notFound }
            guard try tx.run("update membership set until = \(now) where id = \(id) and (until is null or until > \(now))") == 1 else { return StaffRole.page(person) }
            try tx.record(Ended(subject: Subject("person", person), fields: ["role": held.role, "membership": id.text]), by: may.by, at: now, from: address)
            try tx.tell(
                Notice(
                    to: person, .mustKnow, about: Subject("person", person), key: "roleEnded \(id)", Words("您的身份“\(held.words.chinese)”结束了", "Your role “\(held.words.english)” has ended"),
                    place: OwnAccount.page().text), at: now)
            return StaffRole.page(person)
        }
        return .see(link, saying: Words("这个身份结束了", "The role has ended"), undo: StaffRole.comingBack(path))
    }

    private static func isStaff(_ role: String) -> Bool { Role.staff.contains { $0.name == role } }

    /// Undoes the end of a role within 30 days.
    func restore(_ visit: Visit, _ path: Two<ID<Person>, ID<Membership>>) async throws -> Answer {
        let form = try await visit.form([])
        let (person, id) = (path.first, path.second)
        let (now, address, may) = (visit.now, visit.address, try may(visit.viewer, about: person))
        let link = try await visit.write(once: form) { tx in
            guard try tx.run("update membership set until = null where id = \(id) and person = \(person) and until <= \(now) and until > \(now - .days(30)) and role in (\(list: Role.staff.map(\.name)))") == 1 else { throw Problem.notFound }
            try tx.record(Restored(subject: Subject("person", person), fields: ["membership": id.text]), by: may.by, at: now, from: address)
            return StaffRole.page(person)
        }
        return .see(link, saying: Words("身份恢复了", "The role is back"))
    }

    /// A reset link sets the password; the second factor stays as it is (S3).
    func makeReset(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        _ = try await visit.form([])
        let found = try await find(visit, person)
        guard let login = found.login else { throw Problem.notFound }
        let (now, address, may) = (visit.now, visit.address, try may(visit.viewer, about: person))
        let code = try await visit.write { tx in
            guard let code = try tx.inviteReset(login: login, by: may.by, now: now, from: address) else { throw Problem.notFound }
            return code
        }
        return await hand(visit, code, login, Words("重设密码的链接", "The reset link"), Words("重设密码", "Set a new password"))
    }
}

extension Permission where Deed == StaffRole, Noun == OrganisationEntry {
    /// The administrator gives and ends the roles of others.
    package static var manageStaff: Self { Permission("staff.manage", [Grant(.administrator, .anywhere)]) }
}

extension Reader {
    private func staffCondition(_ now: Instant, _ search: String?) -> SQL {
        """
        m.role in (\(list: Role.staff.map(\.name))) and m.since <= \(now) and (m.until is null or m.until > \(now)) \(search.map { "and p.name like \($0 + "%")" as SQL })
        """
    }

    fileprivate func staff(now: Instant, search: String?, after: ID<Membership>?, limit: Int) throws -> [StaffRole.Held] {
        let last = try after.flatMap { try value("select p.name from membership m join person p on p.id = m.person where m.id = \($0)", String.self) }
        let cursor: SQL? = if let after, let last { "and (p.name, m.id) > (\(last), \(after))" } else { nil }
        return try rows("\(StaffRole.columns) where \(staffCondition(now, search)) \(cursor) order by p.name, m.id limit \(limit)", StaffRole.Held.init)
    }

    fileprivate func staff(now: Instant, search: String?) throws -> Int {
        try count("select count(*) from (select 1 from membership m join person p on p.id = m.person where \(staffCondition(now, search)) limit 1000) s")
    }

    fileprivate func roles(heldBy person: ID<Person>) throws -> [StaffRole.Held] {
        try rows("\(StaffRole.columns) where m.person = \(person) order by m.since desc, m.id limit 100", StaffRole.Held.init)
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
