import Happenings
import Languages
import Markup
import Messaging
import Reference
import Storage
import Values
import Web

/// Changing one's mobile number: a code to the old number proves the person, a code to the new one proves the number.
/// The old number is told (S10); the last step wants a fresh proof (S9).
struct MobileChange: Sendable {
    static let page = Path("account/mobile")
    static let old = Path("account/mobile/old/*", ID<MobileCode>.self)
    static let new = Path("account/mobile/new/*", ID<MobileCode>.self)

    let post: Post

    private var codes: MobileCode { MobileCode(post: post) }

    static let mobile = Field<MobileNumber>("mobile", Words("新手机号", "New mobile number"), hint: Words("11位，验证码发到这个号码", "11 digits; a code is sent to it"), .line(type: "tel", keyboard: "numeric", autocomplete: "tel", short: true)) { (typed: String) throws(Wrong) -> MobileNumber in
        do throws(MobileNumber.Flaw) { return try MobileNumber(typed) } catch { throw Wrong(error.words) }
    }
    static let digits = SignIn.digits

    struct Changed: Happening { static let kind = "account.mobileChanged"; let subject: Subject }

    private func own(_ visit: Visit) async throws -> Profile {
        let person = try visit.person()
        guard let profile = try await visit.read({ try $0.profile(person) }) else { throw Problem.notFound }
        return profile
    }

    // MARK: To the old number

    func show(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let profile = try await own(visit)
        let content: HTML =
            if let mobile = profile.mobile {
                """
                <p>\(Words("先向现在的号码", "First we send a code to the present number, "))\(mobile.description)\(Words("发一个验证码，再验新号码。", ", then one to the new number."))</p>
                \(Web.form(MobileChange.page(), "<p><button class=\"btn go big\">\(Words("向旧号码发验证码", "Send a code to the old number"))</button></p>"))
                <p class="hint mt near">\(Words("旧号码用不了了？请带身份证到服务机构，或打电话给我们。", "No access to the old number? Please visit the institution with your identity card, or call us."))</p>
                """
            } else {
                Web.form(MobileChange.page(), "\(form.show(MobileChange.mobile))<p><button class=\"btn go big\">\(Words("发验证码", "Send the code"))</button></p>")
            }
        return .page(
            Page(
                Words("换手机号", "Change the mobile number"), width: .narrow, back: (OwnAccount.page(), Words("我的账号", "My account")), wrongs: form.wrongs.count,
                "\(title(Words("换手机号", "Change the mobile number")))\(form.summary)\(content)"))
    }

    func begin(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["mobile"])
        let profile = try await own(visit)
        if let mobile = profile.mobile {
            let (id, wrong) = try await codes.send(visit, .moveFrom, mobile.open("to prove the old number"))
            if let wrong { form.wrong(named: "mobile", wrong); return try await show(visit, form) }
            return .see(MobileChange.old(id))
        }
        guard form.isGood, let mobile = form.value(MobileChange.mobile) else { return try await show(visit, form) }
        return try await sendToNew(visit, mobile, form) { try await show(visit, $0) }
    }

    // MARK: The old number's code, and the new number

    func showOld(_ visit: Visit, _ id: ID<MobileCode>, _ form: Form = Form()) async throws -> Answer {
        _ = try await MobileCode.find(visit, .moveFrom, id)
        return .page(
            Page(
                Words("旧号码的验证码", "The old number's code"), width: .narrow, back: (MobileChange.page(), Words("重新发", "Send again")), wrongs: form.wrongs.count,
                """
                \(title(Words("旧号码的验证码，和新号码", "The old number's code, and the new number")))\(form.summary)
                \(Web.form(MobileChange.old(id), "\(form.show(MobileChange.digits))\(form.show(MobileChange.mobile))<p><button class=\"btn go big\">\(Words("向新号码发验证码", "Send a code to the new number"))</button></p>"))
                """))
    }

    func proveOld(_ visit: Visit, _ id: ID<MobileCode>) async throws -> Answer {
        var form = try await visit.form(["digits", "mobile"])
        _ = try await MobileCode.find(visit, .moveFrom, id)
        let digits = form.value(MobileChange.digits)
        let mobile = form.value(MobileChange.mobile)
        guard let digits, let mobile, form.isGood else { return try await showOld(visit, id, form) }
        guard try await MobileCode.use(visit, .moveFrom, id, digits) != nil else {
            form.wrong(MobileChange.digits, MobileCode.wrong)
            return try await showOld(visit, id, form)
        }
        // A code to the number that one signs in with is the fresh proof itself (S9).
        let (session, now) = (visit.session ?? "", visit.now)
        try await visit.write { tx in _ = try tx.run("update session set proved = \(now) where hash = \(session) and kind = \(Session.Kind.code)") }
        return try await sendToNew(visit, mobile, form) { try await showOld(visit, id, $0) }
    }

    private func sendToNew(_ visit: Visit, _ mobile: MobileNumber, _ form: Form, orShow show: (Form) async throws -> Answer) async throws -> Answer {
        let (id, wrong) = try await codes.send(visit, .moveTo, mobile.text)
        if let wrong {
            var form = form
            form.wrong(MobileChange.mobile, Wrong(wrong))
            return try await show(form)
        }
        return .see(MobileChange.new(id))
    }

    // MARK: The new number's code

    func showNew(_ visit: Visit, _ id: ID<MobileCode>, _ form: Form = Form()) async throws -> Answer {
        let mobile = try await MobileCode.find(visit, .moveTo, id)
        return .page(
            Page(
                Words("新号码的验证码", "The new number's code"), width: .narrow, back: (MobileChange.page(), Words("从头来", "Start again")), wrongs: form.wrongs.count,
                """
                \(title(Words("新号码的验证码", "The new number's code"), "\(Words("发到了", "Sent to ")) \(Profile.masked(mobile).description)"))\(form.summary)
                \(Web.form(MobileChange.new(id), "\(form.show(MobileChange.digits))<p><button class=\"btn go big\">\(Words("换成这个号码", "Change to this number"))</button></p>"))
                """))
    }

    func finish(_ visit: Visit, _ id: ID<MobileCode>) async throws -> Answer {
        var form = try await visit.form(["digits"])
        _ = try await MobileCode.find(visit, .moveTo, id)
        guard let digits = form.value(MobileChange.digits) else { return try await showNew(visit, id, form) }
        let before = try await own(visit).mobile
        guard let mobile = try await MobileCode.use(visit, .moveTo, id, digits) else {
            form.wrong(MobileChange.digits, MobileCode.wrong)
            return try await showNew(visit, id, form)
        }
        let (person, now, address, session) = (try visit.person(), visit.now, visit.address, visit.session)
        let isTaken = try await visit.write { tx -> Bool in
            // Said only to who has just proved that the number is theirs.
            if let holder = try tx.person(mobile: mobile), holder != person { return true }
            try tx.setMobile(person, mobile)
            try tx.endSessions(of: person, but: session, now: now)
            try tx.record(Changed(subject: Subject("person", person)), by: .person(person), at: now, from: address)
            try tx.tell(
                Notice(
                    to: person, .mustKnow, about: Subject("person", person), key: "mobileChanged", Words("您的手机号改了", "Your mobile number was changed"),
                    detail: Words("其他设备都已退出。不是您本人的话，请马上告诉我们。", "All other devices were signed out. If it was not you, tell us at once."), place: OwnAccount.page().text), at: now)
            return false
        }
        guard !isTaken else {
            form.wrong(MobileChange.digits, Wrong("这个号码已经有账号。请用它登录，或打电话请我们合并", "This number has an account already. Please sign in with it, or call us to join them"))
            return try await showNew(visit, id, form)
        }
        if let before { await visit.tellOldChannel(post, .changed(.text, to: before.open("to tell the old channel"), Words("手机号", "mobile number"))) }
        return .see(OwnAccount.page(), saying: Words("手机号换好了，旧号码也通知了", "The number is changed, and the old one was told"))
    }
}
