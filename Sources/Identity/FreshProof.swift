import Happenings
import Languages
import Markup
package import Messaging
import Storage
import Values
package import Web

/// Proving anew that it is still oneself who sits there, before a deed that must not be done at a desk that somebody has left
/// (S9): staff by password and second factor, others by a code to their mobile number. It holds for five minutes.
package struct FreshProof: Sendable {
    package static let page = Path("sign-in/proof")

    private let post: Post

    package init(post: Post) { self.post = post }

    struct Proved: Happening { static let kind = "identity.provedAfresh"; let subject: Subject; let fields: [String: String] }

    private static let held = Field<String>.hidden("held")
    private static let code = Field<String>.hidden("code")
    private static let step = Field<String>.hidden("step")

    /// How this person can prove it.
    private enum Way: Sendable {
        case password(login: String, withFactor: Bool)
        case code(Masked<String>)
        /// Staff of a demonstration have no password: they came in by a tap.
        case demo
        /// Proved a moment ago, as after a second tap.
        case none
    }

    private func way(_ visit: Visit) async throws -> Way {
        let (person, hash, now) = (try visit.person(), visit.session ?? "", visit.now)
        if visit.viewer.isFresh(at: now) { return .none }
        let isDemo = visit.site.settings.isDemo
        return try await visit.read { reader in
            guard let kind = try reader.value("select kind from session where hash = \(hash)", Session.Kind.self) else { throw Problem.signIn }
            switch kind {
            case .code:
                guard let mobile = try reader.profile(person)?.mobile else { throw Problem.signIn }
                return .code(mobile)
            case .staff:
                guard let login = try reader.value("select login from account where person = \(person)", String.self) else {
                    if isDemo { return .demo }
                    throw Problem.signIn
                }
                return .password(login: login, withFactor: try reader.account(of: person)?.totp != nil)
            }
        }
    }

    // MARK: Asking

    func show(_ visit: Visit) async throws -> Answer {
        var form = Form()
        form.fill(SignIn.next, safePath(visit.question("next"))?.text)
        form.fill(FreshProof.held, visit.question("held"))
        form.fill(FreshProof.code, visit.question("code"))
        return .page(try await question(visit, form, to: try await place(visit, form)))
    }

    /// Where the proof goes: with a held form to that form's route, otherwise here.
    private func place(_ visit: Visit, _ form: Form) async throws -> Link {
        guard let name = form.text("held") else { return FreshProof.page() }
        let (session, now) = (visit.session ?? "", visit.now)
        guard let id = ID<HeldForm>(name), let held = try await visit.read({ try HeldForm.load(id, of: session, now: now, $0) }) else { throw Problem.staleForm }
        return held.answer
    }

    private func question(_ visit: Visit, _ form: Form, to place: Link) async throws -> Page {
        let way = try await way(visit)
        let go = form.text("held") == nil ? Words("验一下，接着办", "Confirm and go on") : Words("验一下，接着办刚才的事", "Confirm and go on with what you were doing")
        let button: HTML = "<p><button class=\"btn go big\">\(go)</button></p>"
        let carried: HTML = "\(place == FreshProof.page() ? form.show(SignIn.next) : nil)"
        let asked: HTML
        switch way {
        case .password(let login, let withFactor):
            asked = Web.form(place, """
                \(carried)<input type="hidden" name="username" autocomplete="username" value="\(login)">\
                \(form.show(StaffSignIn.password))\(withFactor ? form.show(StaffSignIn.factorCode) : nil)\(button)
                """)
        case .code(let mobile) where form.text("code") == nil:
            asked = """
                <p>\(Words("验证码发到您登录用的手机", "The code goes to the number that you sign in with, "))\(mobile.description)\(Words("。", "."))</p>
                \(sending(form, Words("发验证码", "Send the code"), "btn go big"))
                """
        case .code(let mobile):
            asked = """
                <p>\(Words("验证码发到了", "The code was sent to "))\(mobile.description)</p>
                \(Web.form(place, "\(carried)\(form.show(FreshProof.code))\(form.show(SignIn.digits))\(button)"))
                \(visit.site.settings.isDemo ? say(.plain, "<p>\(Words("演示：短信在", "Demonstration: text messages are in the "))<a href=\"\(Link(path: "/demo/outbox"))\">\(Words("发件箱", "outbox"))</a>\(Words("里。", "."))</p>") : nil)
                <div class="mt">\(sending(form, Words("再发一次", "Send it again"), "btn quiet"))</div>
                """
        case .demo:
            asked = """
                \(say(.plain, "<p>\(Words("演示里的工作人员没有密码，点一下就算验过。正式使用时要填密码和动态码。", "Staff of the demonstration have no password: one tap counts as the proof. In earnest, password and one-time code are asked for."))</p>"))
                \(Web.form(place, "\(carried)\(button)"))
                """
        case .none: asked = Web.form(place, "\(carried)\(button)")
        }
        return Page(
            Words("确认是您本人", "Confirm that it is you"), width: .narrow, wrongs: form.wrongs.count,
            """
            \(title(Words("确认是您本人", "Confirm that it is you"), "\(form.text("held") == nil ? Words("下一步要紧，离上次验证已过5分钟，请再验一次。", "The next step matters, and more than five minutes have passed: please confirm once more.") : Words("这一步要紧，离上次验证已过5分钟，请再验一次。填好的内容都在，验完接着办。", "This step matters, and more than five minutes have passed: please confirm once more. What you filled in is kept and goes on."))"))
            \(form.summary)\(asked)
            """)
    }

    private func sending(_ form: Form, _ words: Words, _ kind: String) -> HTML {
        Web.form(FreshProof.page(), "\(form.show(SignIn.next))\(form.show(FreshProof.held))<input type=\"hidden\" name=\"step\" value=\"send\"><button class=\"\(kind)\">\(words)</button>")
    }

    // MARK: Answering

    /// Without a held form: sends the code, or takes the proof and leads on.
    func answer(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["password", "factor", "digits", "code", "next", "held", "step", "username"])
        if form.text("step") == "send" { return try await send(visit, form) }
        guard try await holds(visit, &form) else { return .page(try await question(visit, form, to: FreshProof.page())) }
        return .see(safePath(form.text("next")) ?? Link(path: "/start"))
    }

    private func send(_ visit: Visit, _ given: Form) async throws -> Answer {
        var form = given
        guard case .code(let mobile) = try await way(visit) else { return .page(try await question(visit, form, to: try await place(visit, form))) }
        let (id, wrong) = try await MobileCode(post: post).send(visit, .proof, mobile.open("to prove anew who it is"))
        if let wrong {
            form.wrong(SignIn.digits, Wrong(wrong))
            return .page(try await question(visit, form, to: try await place(visit, form)))
        }
        return .see(FreshProof.page().with([("held", form.text("held")), ("next", safePath(form.text("next"))?.text), ("code", id.text)]))
    }

    /// With a held form, on that form's own route: nil when the proof holds, otherwise the page that asks again.
    package func prove(_ visit: Visit, _ held: HeldForm) async throws -> Answer? {
        var form = try await visit.form(["password", "factor", "digits", "code", "username"])
        form.fill(FreshProof.held, held.id.text)
        return try await holds(visit, &form) ? nil : .page(try await question(visit, form, to: held.answer))
    }

    /// Takes the proof; notes in the form what is wrong. Wrong tries are counted for the account, whatever door they knock at (S5).
    private func holds(_ visit: Visit, _ form: inout Form) async throws -> Bool {
        let (person, session, now, address) = (try visit.person(), visit.session ?? "", visit.now, visit.address)
        let way = try await way(visit)
        if case .none = way { return true }
        switch way {
        case .none: return true
        case .demo: return try await visit.write { tx in try FreshProof.note(person, session, "demo", now, address, tx) }
        case .code:
            guard let typed = form.value(SignIn.digits), let id = form.text("code").flatMap({ ID<MobileCode>($0) }) else { return false }
            guard try await MobileCode.use(visit, .proof, id, typed) != nil else {
                try await visit.write { tx in try FreshProof.noteFailure(person, "digits", now, address, tx) }
                form.wrong(SignIn.digits, MobileCode.wrong)
                return false
            }
            return try await visit.write { tx in try FreshProof.note(person, session, "code", now, address, tx) }
        case .password(let login, let withFactor):
            guard let password = form.value(StaffSignIn.password) else { return false }
            let code = withFactor ? form.value(StaffSignIn.factorCode) : nil
            if withFactor, code == nil { return false }
            if let wait = visit.limits.take("try \(visit.network)", most: visit.site.settings.triesPerMinute, now: now) { throw Problem.tooMany(retryAfter: wait) }
            let isRight = try await Password.verify(password, try await visit.read { try $0.account(of: person)?.password })
            let isProved = try await visit.write { tx -> Bool in
                _ = try tx.values("select person from account where person = \(person)\(.forUpdate)", String.self)
                let failures = try tx.failures(login, address, now: now)
                guard failures.here < 5, failures.anywhere < 20, isRight, let account = try tx.account(of: person), try account.totp == nil || code.map({ try tx.passFactor(account, $0, now: now) }) == true
                else {
                    try tx.fail("proof", login, address, now: now)
                    try FreshProof.noteFailure(person, failures.here >= 5 ? "locked" : "wrong", now, address, tx)
                    return false
                }
                return try FreshProof.note(person, session, account.totp == nil ? "password" : "password and factor", now, address, tx)
            }
            if !isProved {
                form.wrong(StaffSignIn.password, Wrong("密码或动态码不对，动态码用过的要等下一个。连错5次要等15分钟", "Password or one-time code is wrong; a used code wants the next one. After five failures please wait 15 minutes"))
            }
            return isProved
        }
    }

    private static func note(_ person: ID<Person>, _ session: String, _ by: String, _ now: Instant, _ address: String, _ tx: Transaction) throws -> Bool {
        guard try tx.run("update session set proved = \(now) where hash = \(session) and ended is null") == 1 else { throw Problem.signIn }
        try tx.record(Proved(subject: Subject("person", person), fields: ["by": by]), by: .person(person), at: now, from: address)
        return true
    }

    private static func noteFailure(_ person: ID<Person>, _ why: String, _ now: Instant, _ address: String, _ tx: Transaction) throws {
        try tx.record(SignIn.SignInFailed(subject: Subject("person", person), fields: ["why": "proof \(why)"]), by: .person(person), at: now, from: address, outcome: .failed)
    }
}
