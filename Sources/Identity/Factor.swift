import Happenings
import Languages
import Markup
import Messaging
import Storage
import Values
import Web

/// Enrolling the second factor (TOTP, RFC 6238) and its recovery codes, which are shown once and die on use.
struct Factor: Sendable {
    static let page = Path("account/factor")
    static let secret = Field<String>.hidden("secret")
    static let code = StaffSignIn.factorCode

    struct Enrolled: Happening { static let kind = "identity.factorSet"; let subject: Subject }

    /// Draws a square code; filled in where the program has a library for it.
    let square: @Sendable (String) -> HTML?

    func show(_ visit: Visit, _ form: Form = Form()) throws -> Answer {
        let person = try visit.person()
        let secret = form.text("secret") ?? TimeCode.newSecret()
        let uri = "otpauth://totp/Zhuqi:\(person.text.suffix(6))?secret=\(secret)&issuer=Zhuqi"
        let spaced = secret.enumerated().map { $0.offset > 0 && $0.offset % 4 == 0 ? " \($0.element)" : "\($0.element)" }.joined()
        var form = form
        form.fill(Factor.secret, secret)
        return .page(
            Page(
                Words("设置动态码", "Set up the one-time code"), width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("设置动态码", "Set up the one-time code"), "\(Words("工作人员登录要两步：密码，加手机验证器里的动态码。", "Staff sign in with two steps: the password, and a code from an authenticator on your phone."))"))
                \(form.summary)
                <ol class="line num"><li><b>\(Words("在手机上装一个验证器", "Install an authenticator on your phone"))</b></li>
                <li><b>\(Words("扫码，或手工输入密钥", "Scan the square, or type the key"))</b>\(square(uri))<p><code>\(spaced)</code></p></li>
                <li><b>\(Words("填入它显示的6位数字", "Type the six digits it shows"))</b></li></ol>
                \(Web.form(Factor.page(), "\(form.show(Factor.secret))\(form.show(Factor.code))<p><button class=\"btn go big\">\(Words("设好了，继续", "Done, go on"))</button></p>"))
                """))
    }

    func set(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["secret", "factor"])
        let person = try visit.person()
        guard visit.viewer.mustVisit == nil || visit.viewer.mustVisit == "/account/factor" else { throw Problem.notFound }
        guard let secret = form.value(Factor.secret), let code = form.value(Factor.code) else { return try show(visit, form) }
        guard secret.count == 32, TimeCode.step(code.filter { !$0.isWhitespace }, secret: secret, now: visit.now, last: 0) != nil else {
            form.wrong(Factor.code, Wrong("动态码不对。请看手机时间准不准，再填最新的一个", "That code does not fit. Check the phone's clock and type the newest one"))
            return try show(visit, form)
        }
        let recovery = (0..<10).map { _ in String(TimeCode.newSecret().prefix(10)) }
        let (now, address, device, old) = (visit.now, visit.address, visit.device, visit.session)
        let cookie = try await visit.write { tx -> String in
            guard try tx.account(of: person) != nil else { throw Problem.notFound }
            try tx.setFactor(person, secret: secret, recovery: recovery, now: now)
            try tx.record(Enrolled(subject: Subject("person", person)), by: .person(person), at: now, from: address)
            try tx.endSessions(of: person, now: now)
            if let old { try tx.endSession(old, now: now) }
            try tx.tell(
                Notice(to: person, .mustKnow, about: Subject("person", person), key: "factorSet", Words("动态码已设置", "The one-time code was set"),
                    detail: Words("不是您本人的话，请马上告诉管理员。", "If it was not you, tell your administrator at once."), place: "/account"), at: now)
            return try tx.beginSession(person, .staff, factor: true, address: address, device: device, now: now)
        }
        return Answer.page(
            Page(
                Words("请抄下恢复码", "Write down the recovery codes"), width: .narrow,
                """
                \(title(Words("请抄下恢复码", "Write down the recovery codes"), "\(Words("手机丢了就用它登录。每个只能用一次，只显示这一次。", "They sign you in without the phone. Each works once; they are shown only now."))"))
                <ul class="list">\(each: recovery, { "<li class=\"row\"><code>\($0.prefix(5))-\($0.suffix(5))</code></li>" })</ul>
                <p class="mt"><a class="btn go big" href="\(Link(path: "/start"))">\(Words("抄好了，开始工作", "Written down, start working"))</a></p>
                """)
        ).with(Cookie(Cookie.session, cookie, seconds: nil))
    }
}
