import Identity
import Languages
import Markup
import Messaging
import Storage
import Values
import Web

extension Liaison {
    static let nameField = Field<String>.text("liaison", Words("联络员姓名", "Name of the liaison"), longest: 40)
    static let mailField = Field<String>("mail", Words("电子邮箱", "E-mail"), hint: Words("邀请发到这里，以后用它登录", "The invitation goes there; it becomes the login name"), .line(type: "email", keyboard: "email")) { (typed: String) throws(Wrong) -> String in
        let parts = typed.split(separator: "@", omittingEmptySubsequences: false)
        guard typed.utf8.count <= 100, parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !parts[1].hasPrefix("."), !parts[1].hasSuffix("."),
            typed.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 32 && $0.value < 127 && !"<>()[],;:\\\"".unicodeScalars.contains($0) })
        else { throw Wrong("邮箱应像 name@example.com，请核对", "An address looks like name@example.com; please check it") }
        return typed.lowercased()
    }

    /// The link stands on the page once, and goes by mail; it is in no address and in no log.
    static func invite(_ visit: Visit, _ id: ID<Organisation>, post: Post) async throws -> Answer {
        var form = try await visit.form(["liaison", "mail"])
        let name = form.value(nameField)
        let mail = form.value(mailField)
        guard form.isGood, let name, let mail else { return try await Workstation.show(visit, id, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let (workstation, code) = try await visit.write { tx -> (Workstation, String?) in
            guard let workstation = try tx.workstation(id) else { throw Problem.notFound }
            let may = try viewer.may(Permission<Liaison, Workstation>.invite, workstation)
            guard workstation.until >= now.day else {
                throw Problem(
                    "workstation.ended", status: 409, Words("这个工作站的认定已到期", "The accreditation of this workstation has ended"),
                    Words("联络员的身份跟着认定走，到期就不能办事了。续期以后再邀请。", "A liaison's role ends with it. Invite once it is renewed."))
            }
            let liaison = Liaison(workstation: id, name: name, mail: mail, invitedAt: now)
            return (workstation, try tx.invite(liaison, to: workstation, by: may, from: address))
        }
        guard let code else { return .see(Workstation.page(id), saying: Words("刚刚已经邀请过\(name)", "\(name) was invited just now")) }
        let link = visit.site.settings.baseURL + Invitation.token(PathText(code)).text
        var isSent = true
        do { try await post.send(letter(name, workstation, mail, link)) } catch {
            visit.logFailure("invitation not mailed", error)
            isSent = false
        }
        return .page(
            Page(
                Words("邀请了\(name)", "\(name) is invited"), word: "workstations", width: .narrow, back: (Workstation.page(id), Words(same: workstation.name)),
                """
                \(title(Words("邀请了\(name)", "\(name) is invited"), "\(Words("7天内用这个链接开通账号，设密码和动态码。", "Within 7 days the account is opened with this link: a password and a one-time code."))"))
                \(isSent ? say(.good, "<p>\(Words("邀请发到了", "The invitation went to "))\(mail)</p>") : say(.bad, "<p>\(Words("邮件没有发出去，是我们的问题。请把下面的链接当面或用电话交给本人。", "The mail could not be sent; that is our fault. Please hand the link below over yourself."))</p>"))
                <p>\(Words("链接只在这里显示一次，不要发到群里：", "The link is shown here once; do not post it anywhere:"))</p><p><code>\(link)</code></p>
                <p><a class="btn go" href="\(Workstation.page(id))">\(Words("回到工作站", "Back to the workstation"))</a></p>
                """))
    }

    private static func letter(_ name: String, _ workstation: Workstation, _ mail: String, _ link: String) -> Letter {
        Letter(
            .mail, to: mail, subject: "助企：\(workstation.name)请您做联络员 / Zhuqi: invitation",
            """
            \(name)，您好：

            \(workstation.name)请您做联络员。请在7天内打开下面的链接，开通工作账号：
            \(link)

            \(workstation.name) invites you as its liaison. Please open the link within 7 days to open your account.
            """)
    }

    static func end(_ visit: Visit, _ id: ID<Organisation>, _ person: ID<Person>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            guard let workstation = try tx.workstation(id) else { throw Problem.notFound }
            let may = try viewer.may(Permission<Liaison, Workstation>.invite, workstation)
            guard try tx.members(of: id, role: Role.liaison.name, now: now).contains(person) else { throw Problem.notFound }
            try tx.end(person, of: workstation, by: may, at: now, from: address)
            return Workstation.page(id)
        }
        return .see(link, saying: Words("联络员身份已结束，马上生效", "The role has ended, at once"))
    }
}
