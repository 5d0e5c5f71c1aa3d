import Happenings
import Languages
import Markup
import Messaging
import Storage
import Values
package import Web

/// Signing in with password and second factor: for staff (等保 level 3; S3–S6).
package struct StaffSignIn: Sendable {
    package static let page = Path("sign-in/staff")
    package static let factor = Path("sign-in/factor")

    static let login = Field<String>.text("login", Words("账号", "Login name"), hint: Words("工作邮箱或工号", "Work e-mail or staff number"), control: .line(autocomplete: "username"))
    static let password = Field<String>("password", Words("密码", "Password"), .line(type: "password", autocomplete: "current-password")) { typed throws(Wrong) in typed }
    static let factorCode = Field<String>.text("factor", Words("动态码", "One-time code"), hint: Words("验证器里的6位数字；手机不在身边就用恢复码", "Six digits from your authenticator; without the phone, a recovery code"), longest: 40, control: .line(keyboard: "text", autocomplete: "one-time-code", short: true))
    static let next = SignIn.next

    func show(_ visit: Visit, _ form: Form? = nil) -> Answer {
        var form = form ?? Form()
        form.fill(StaffSignIn.next, safePath(visit.question("next"))?.text)
        return .page(
            Page(
                Words("工作人员登录", "Staff sign-in"), width: .narrow, back: (SignIn.page(), Words("用手机号登录", "Sign in by mobile")), wrongs: form.wrongs.count,
                """
                \(title(Words("工作人员登录", "Staff sign-in")))
                \(visit.cookiesWork ? nil : say(.bad, "<p>\(Problem.needsTLS.title)</p><p>\(Problem.needsTLS.advice)</p>"))
                \(form.summary)
                \(Web.form(StaffSignIn.page(), """
                    \(form.show(StaffSignIn.next))\(form.show(StaffSignIn.login))\(form.show(StaffSignIn.password))\
                    <details class="more"><summary>\(Words("一次填好动态码", "Give the one-time code at once"))</summary>\(form.show(StaffSignIn.factorCode, optional: true))</details>\
                    <p><button class="btn go big">\(Words("登录", "Sign in"))</button></p>
                    """))
                <p class="hint mt">\(Words("忘了密码？请管理员发一个重设链接。", "Forgotten the password? Ask your administrator for a reset link."))</p>
                """))
    }

    /// Unknown name, wrong password, locked account: the same answer in the same time (S4).
    func enter(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["login", "password", "factor", "next"])
        guard visit.cookiesWork else { throw Problem.needsTLS }
        if let wait = visit.limits.take("try \(visit.network)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
        guard let login = form.value(StaffSignIn.login), let password = form.value(StaffSignIn.password) else { return show(visit, form) }
        let code = form.text("factor")
        let (now, address, device) = (visit.now, visit.address, visit.device)
        let account = try await visit.read { try $0.account(login: login) }
        let isRight = try await Password.verify(password, account?.password)
        let cookie = try await visit.write { tx -> String? in
            // Counted here, one try after the other: tries at the same moment are no more than tries in turn.
            if let account { _ = try tx.values("select person from account where person = \(account.person)\(.forUpdate)", String.self) }
            let failures = try tx.failures(login.lowercased(), address, now: now)
            // Locked for this address after 5 failures; attacked from anywhere after 20, then only password and factor together.
            let isLocked = failures.here >= 5
            let needsBoth = failures.anywhere >= 20
            var hasFactor = false
            if let account, isRight, let code, !isLocked { hasFactor = try tx.passFactor(account, code, now: now) }
            guard let account, isRight, !isLocked, !needsBoth || hasFactor, code == nil || hasFactor else {
                try tx.fail("staff", login.lowercased(), address, now: now)
                try tx.record(
                    SignIn.SignInFailed(subject: Subject(kind: "account", id: account?.person.text ?? "unknown"), fields: ["why": isLocked ? "locked" : "wrong"]),
                    by: .system, at: now, from: address, outcome: .failed)
                return nil
            }
            let known = try tx.sessions(of: account.person, now: now)
            if !known.isEmpty, !known.contains(where: { $0.device == device }) { try tx.tell(.newDevice(account.person, device: device), at: now) }
            try tx.record(
                SignIn.SignedIn(subject: Subject("person", account.person), fields: ["by": hasFactor ? "password and factor" : "password"]),
                by: .person(account.person), at: now, from: address)
            return try tx.beginSession(account.person, .staff, factor: hasFactor, address: address, device: device, now: now)
        }
        guard let cookie else {
            form.wrong(StaffSignIn.password, Wrong("账号或密码不对。连错5次要等15分钟", "Login name or password is wrong. After five failures please wait 15 minutes"))
            return show(visit, form)
        }
        return .see(safePath(form.text("next")) ?? Link(path: "/start")).with(Cookie(Cookie.session, cookie, seconds: nil))
    }

    // MARK: Second factor

    func showFactor(_ visit: Visit, _ form: Form = Form()) -> Answer {
        .page(
            Page(
                Words("输入动态码", "Enter the one-time code"), width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("再验一步", "One more step"), "\(Words("打开手机上的验证器，把6位数字填进来。", "Open the authenticator on your phone and type its six digits."))"))
                \(form.summary)
                \(Web.form(StaffSignIn.factor(), "\(form.show(StaffSignIn.factorCode))<p><button class=\"btn go big\">\(Words("登录", "Sign in"))</button></p>"))
                \(button(SignIn.end(), Words("退出", "Sign out"), kind: "btn quiet"))
                """))
    }

    /// The session that has the factor is a new one, with a new cookie (S6).
    func enterFactor(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["factor"])
        guard let person = visit.viewer.person, let old = visit.session, visit.viewer.mustVisit == "/sign-in/factor" else { throw Problem.signIn }
        if let wait = visit.limits.take("try \(visit.network)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
        guard let code = form.value(StaffSignIn.factorCode) else { return showFactor(visit, form) }
        let (now, address, device) = (visit.now, visit.address, visit.device)
        let cookie = try await visit.write { tx -> String? in
            _ = try tx.values("select person from account where person = \(person)\(.forUpdate)", String.self)
            let failures = try tx.failures("factor \(person)", address, now: now)
            guard failures.anywhere < 5, let account = try tx.account(of: person), try tx.passFactor(account, code, now: now) else {
                try tx.fail("factor", "factor \(person)", address, now: now)
                try tx.record(
                    SignIn.SignInFailed(subject: Subject("person", person), fields: ["why": "factor"]), by: .person(person), at: now, from: address, outcome: .failed)
                return nil
            }
            try tx.endSession(old, now: now)
            return try tx.beginSession(person, .staff, factor: true, address: address, device: device, now: now)
        }
        guard let cookie else {
            form.wrong(StaffSignIn.factorCode, Wrong("动态码不对或已用过，等下一个再试", "The code is wrong or was used already; please wait for the next one"))
            return showFactor(visit, form)
        }
        return .see(Link(path: "/start")).with(Cookie(Cookie.session, cookie, seconds: nil))
    }
}
