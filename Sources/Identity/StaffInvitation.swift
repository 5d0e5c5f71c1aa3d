import Languages
import Markup
import Messaging
import Storage
import Values
import Web

// Inviting somebody into a role: the form, and the link that is handed over.
extension StaffRole {
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

    func showNew(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let organisations = try await visit.read { reader in
            try OrganisationEntry.Kind.allCases.map { Group(kind: $0, all: try reader.organisations($0)) }
        }
        let menu = Menu(organisations.filter { !$0.all.isEmpty }.map { group in Menu.Group(group.kind.words, group.all.map { Choice($0.id.text, Words(same: $0.name)) }) })
        return .page(
            Page(
                Words("邀请工作人员", "Invite staff"), word: "people", width: .narrow, back: (StaffRole.list(), Words("工作人员", "Staff")), wrongs: form.wrongs.count,
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
    func hand(_ visit: Visit, _ code: String, _ login: String, _ heading: Words, _ subject: Words) async -> Answer {
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
                heading, word: "people", width: .narrow, back: (StaffRole.list(), Words("工作人员", "Staff")),
                """
                \(title(heading, "\(isMailed ? Words("链接已发到\(login)。", "The link was sent to \(login).") : Words("请把链接当面或用可靠的办法交给本人。", "Please hand the link over in person or by a way you trust."))"))
                \(say(.wait, "<p>\(Words("只显示这一次，7天内有效，只能用一次：", "Shown only now, valid for seven days, once:"))</p><p><code>\(link)</code></p>"))
                """))
    }

    /// A reset link sets the password; the second factor stays as it is (S3).
    func makeReset(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        _ = try await visit.form([])
        let found = try await find(visit, person)
        guard let login = found.login else { throw Problem.notFound }
        let (now, address, viewer) = (visit.now, visit.address, visit.viewer)
        let code = try await visit.write { tx in
            let may = try StaffRole.may(viewer, about: person, in: tx)
            guard let code = try tx.inviteReset(login: login, by: may.by, now: now, from: address) else { throw Problem.notFound }
            return code
        }
        return await hand(visit, code, login, Words("重设密码的链接", "The reset link"), Words("重设密码", "Set a new password"))
    }
}
