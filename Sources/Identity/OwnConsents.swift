import Languages
import Markup
import Storage
import Values
import Web

/// What one agreed to, to be withdrawn as easily as it was given (个人信息保护法 art. 15), and what rests on law instead.
struct OwnConsents: Sendable {
    static let page = Path("account/consents")
    static let giving = Path("account/consents/*", PathText.self)
    static let withdrawal = Path("account/consents/*/withdrawal", PathText.self)

    func show(_ visit: Visit) async throws -> Answer {
        let person = try visit.person()
        let all = try await visit.read { try $0.consents(of: person) }
        return .page(
            Page(
                Words("我同意过什么", "What I agreed to"), width: .narrow, back: (OwnAccount.page(), Words("我的账号", "My account")),
                """
                \(title(Words("我同意过什么", "What I agreed to"), "\(Words("同意随时可以撤回，撤回以前做的照样算数。", "You may withdraw at any time; what was done before stays as it is."))"))
                \(each: Consent.Purpose.allCases, { purpose in one(purpose, all.filter { $0.purpose == purpose }) })
                <section class="mt panel"><h2 class="h3">\(Words("不靠同意、靠法律的", "What rests on law, not on consent"))</h2>
                <ul><li>\(Words("手机号、姓名：登录和联系您所必需", "Mobile number and name: needed to sign you in and reach you"))</li>\
                <li>\(Words("服务记录和证明：《志愿服务条例》要求如实记录、长期保存", "Records of service and certificates: the Regulations on Voluntary Service require them to be kept"))</li>\
                <li>\(Words("登录和更改的日志：《网络安全法》要求留存至少六个月", "Logs of sign-ins and changes: the Cybersecurity Law requires at least six months"))</li></ul>
                <p class="soft">\(Words("这些不能撤回；到期会删除或封存。", "These cannot be withdrawn; when their time is over they are erased or blocked."))</p></section>
                """))
    }

    private func one(_ purpose: Consent.Purpose, _ history: [Consent]) -> HTML {
        let standing: HTML =
            if let consent = history.first(where: { $0.isOpen }) {
                """
                <p class="soft">\(Words("同意于", "Given "))\(time(consent.givenAt))\(Words("　第\(consent.version)版", " · version \(consent.version)"))</p>\
                <p class="hint">\(Words("撤回之后：", "After withdrawing: "))\(purpose.withdrawal)</p>\
                \(button(OwnConsents.withdrawal(PathText(purpose.rawValue)), Words("撤回同意", "Withdraw")))
                """
            } else {
                """
                <p class="soft">\(history.first?.withdrawnAt.map { "\(Words("撤回于", "Withdrawn "))\(time($0))" as HTML } ?? "\(Words("没有同意", "Not given"))" as HTML)</p>\
                \(button(OwnConsents.giving(PathText(purpose.rawValue)), Words("同意", "Agree")))
                """
            }
        return "<section class=\"mt panel\"><h2 class=\"h3\">\(purpose.title)</h2><p>\(purpose.words)</p>\(standing)</section>"
    }

    func give(_ visit: Visit, _ name: PathText) async throws -> Answer {
        let form = try await visit.form([])
        guard let purpose = Consent.Purpose(rawValue: name.text) else { throw Problem.notFound }
        let (person, now, address) = (try visit.person(), visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            try tx.consent(person, to: purpose, now: now, from: address)
            return OwnConsents.page()
        }
        return .see(link, saying: Words("同意记下了", "Your consent is noted"), undo: OwnConsents.withdrawal(name))
    }

    func withdraw(_ visit: Visit, _ name: PathText) async throws -> Answer {
        let form = try await visit.form([])
        guard let purpose = Consent.Purpose(rawValue: name.text) else { throw Problem.notFound }
        let (person, now, address) = (try visit.person(), visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            try tx.withdraw(person, from: purpose, now: now, from: address)
            return OwnConsents.page()
        }
        return .see(link, saying: Words("同意撤回了，从现在起不再用", "Withdrawn; it is not used from now on"), undo: OwnConsents.giving(name))
    }
}
