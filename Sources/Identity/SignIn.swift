import Foundation
import Happenings
import Languages
import Markup
import Messaging
package import Reference
import Storage
package import Values
package import Web

/// Signing in by mobile number and code: for owners and experts. A code proves a telephone, not the right to speak for a company.
package struct SignIn: Sendable {
    package static let page = Path("sign-in")
    package static let code = Path("sign-in/codes/*", ID<MobileCode>.self)
    package static let end = Path("sign-out")

    let post: Post
    /// Told in the same transaction who a visitor turned out to be, so that drafts find their owner.
    let arrived: @Sendable (_ visitor: String, _ person: ID<Person>, _ now: Instant, _ tx: Transaction) throws -> Void

    package static let mobile = Field<MobileNumber>("mobile", Words("手机号", "Mobile number"), hint: Words("11位，用来收验证码，不公开", "11 digits; we send a code to it; it is not shown to others"), .line(type: "tel", keyboard: "numeric", autocomplete: "tel", short: true)) { (typed: String) throws(Wrong) -> MobileNumber in
        do throws(MobileNumber.Flaw) { return try MobileNumber(typed) } catch { throw Wrong(error.words) }
    }
    static let digits = Field<String>.text("digits", Words("验证码", "Code"), hint: Words("短信里的6位数字，5分钟内有效", "The six digits from the text message, valid for five minutes"), longest: 12, control: .line(keyboard: "numeric", autocomplete: "one-time-code", short: true))
    static let next = Field<String>.hidden("next")

    struct SignedIn: Happening { static let kind = "identity.signedIn"; let subject: Subject; let fields: [String: String] }
    struct SignInFailed: Happening { static let kind = "identity.signInFailed"; let subject: Subject; let fields: [String: String] }
    struct SignedOut: Happening { static let kind = "identity.signedOut"; let subject: Subject }

    // MARK: The number

    func show(_ visit: Visit, _ form: Form? = nil) -> Answer {
        var form = form ?? Form()
        form.fill(SignIn.next, safePath(visit.question("next"))?.text)
        let works = visit.cookiesWork
        return .page(
            Page(
                Words("登录", "Sign in"), width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("用手机号登录", "Sign in with your mobile number"), "\(form.text("next") == nil ? Words("没有账号也一样，第一次登录就有了。", "No account needed: the first sign-in makes one.") : Words("收个验证码就接着办。没有账号也一样，第一次登录就有了。", "With a code you go on where you were. No account needed: the first sign-in makes one."))"))
                \(works ? nil : say(.bad, "<p>\(Problem.needsTLS.title)</p><p>\(Problem.needsTLS.advice)</p>"))
                \(form.summary)
                \(Web.form(SignIn.page(), "\(form.show(SignIn.next))\(form.show(SignIn.mobile))<p><button class=\"btn go big\">\(Words("发验证码", "Send the code"))</button></p>"))
                <p class="mt"><a href="\(StaffSignIn.page())">\(Words("工作人员用密码登录", "Staff: sign in with password"))</a></p>
                """))
    }

    func send(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["mobile", "next"])
        guard visit.cookiesWork else { throw Problem.needsTLS }
        guard let mobile = form.value(SignIn.mobile) else { return show(visit, form) }
        let next = safePath(form.text("next"))?.text
        // Asked again by the same browser, a moment later: the code that was sent is still good, and its page is the place to go on.
        if let onItsWay = try await MobileCode.onItsWay(visit, .signIn, mobile.text) {
            return .see(SignIn.code(onItsWay).with([("next", next)]), saying: Words("刚发过验证码，请看短信", "A code was just sent; please look at your messages"))
        }
        let (id, wrong) = try await MobileCode(post: post).send(visit, .signIn, mobile.text)
        if let wrong {
            form.wrong(SignIn.mobile, Wrong(wrong))
            return show(visit, form)
        }
        return .see(SignIn.code(id).with([("next", next)]))
    }

    // MARK: The code

    func showCode(_ visit: Visit, _ id: ID<MobileCode>, _ form: Form? = nil) async throws -> Answer {
        let mobile = try await MobileCode.find(visit, .signIn, id)
        var form = form ?? Form()
        form.fill(SignIn.next, safePath(visit.question("next"))?.text)
        return .page(
            Page(
                Words("输入验证码", "Enter the code"), width: .narrow, back: (SignIn.page().with([("next", form.text("next"))]), Words("换一个号码", "Another number")), wrongs: form.wrongs.count,
                """
                \(title(Words("输入验证码", "Enter the code"), "\(Words("发到了", "Sent to ")) \(Profile.masked(mobile).description)"))
                \(form.summary)
                \(Web.form(SignIn.code(id), "\(form.show(SignIn.next))\(form.show(SignIn.digits))<p><button class=\"btn go big\">\(Words("登录", "Sign in"))</button></p>"))
                \(visit.site.settings.isDemo ? say(.plain, "<p>\(Words("演示：短信在", "Demonstration: text messages are in the "))<a href=\"\(Link(path: "/demo/outbox"))\">\(Words("发件箱", "outbox"))</a>\(Words("里。", "."))</p>") : nil)
                <p class="hint mt">\(Words("没收到？等一分钟再发一次；也可以打电话，我们替您办。", "Nothing arrived? Wait a minute and send it again, or call us and we do it for you."))</p>
                """))
    }

    func enter(_ visit: Visit, _ id: ID<MobileCode>) async throws -> Answer {
        var form = try await visit.form(["digits", "next"])
        try MobileCode.mayTry(visit)
        guard let typed = form.value(SignIn.digits) else { return try await showCode(visit, id, form) }
        let (now, visitor, language) = (visit.now, visit.visitor, visit.language)
        let (address, device, arrived) = (visit.address, visit.device, arrived)
        let cookie = try await visit.write { tx -> String? in
            let outcome = try tx.use(id, .signIn, typed, of: visitor, at: now)
            if outcome == .wrong {
                try tx.record(SignInFailed(subject: Subject("code", id), fields: ["why": "digits"]), by: .system, at: now, from: address, outcome: .failed)
            }
            guard case .right(let mobile) = outcome else { return nil }
            let person = try tx.findOrMakePerson(mobile: mobile, name: Words("用户\(mobile.suffix(4))", "User \(mobile.suffix(4))").chinese, language: language, now: now)
            let known = try tx.sessions(of: person, now: now)
            if !known.isEmpty, !known.contains(where: { $0.device == device }) {
                try tx.tell(.newDevice(person, device: device), at: now)
            }
            try arrived(visitor, person, now, tx)
            try tx.record(SignedIn(subject: Subject("person", person), fields: ["by": "code"]), by: .person(person), at: now, from: address)
            return try tx.beginSession(person, .code, factor: false, address: address, device: device, now: now)
        }
        guard let cookie else {
            form.wrong(SignIn.digits, MobileCode.wrong)
            return try await showCode(visit, id, form)
        }
        return .see(safePath(form.text("next")) ?? Link(path: "/start")).with(Cookie(Cookie.session, cookie, seconds: 30 * 86_400))
    }

    // MARK: Out

    func leave(_ visit: Visit) async throws -> Answer {
        _ = try await visit.form([])
        if let hash = visit.session, let person = visit.viewer.person {
            let (now, address) = (visit.now, visit.address)
            try await visit.write { tx in
                try tx.endSession(hash, now: now)
                try tx.record(SignedOut(subject: Subject("person", person)), by: .person(person), at: now, from: address)
            }
        }
        var answer = Answer.see(Link(path: "/"), saying: Words("已退出登录", "Signed out")).with(.forgetting(Cookie.session))
        answer.set(header: "Clear-Site-Data", "\"cache\", \"storage\"")
        return answer
    }
}

extension Visit {
    /// What the browser calls itself, for the list of one's own sessions.
    var device: String { String((header("User-Agent") ?? "").filter { !$0.isNewline }.prefix(200)) }

    /// `__Host-` cookies are kept over TLS and on localhost alone.
    var cookiesWork: Bool {
        if site.settings.tls || site.settings.baseURL.hasPrefix("https:") { return true }
        return ["localhost", "127.0.0.1", "[::1]"].contains(host)
    }
}

extension Letter {
    /// A code, in a text message that says what it is for.
    static func code(_ digits: String, to mobile: String) -> Letter {
        Letter(.text, to: mobile, "【助企】验证码\(digits)，5分钟内有效。任何人向您索要都不要给。 Zhuqi code \(digits), valid for 5 minutes.")
    }
}

extension Notice {
    static func newDevice(_ person: ID<Person>, device: String) -> Notice {
        Notice(
            to: person, .mustKnow, about: Subject("person", person), key: "newDevice", Words("您的账号在新设备上登录了", "Your account was used on a new device"),
            detail: Words("不是您本人的话，请在账号页结束那个登录。", "If it was not you, please end that session on your account page."), place: "/account/sessions")
    }
}
