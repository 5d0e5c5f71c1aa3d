import Languages
import Markup
import Reference
import Storage
import Values
import Web

extension FactorReset {
    static let reasonField = Field<String>.text("reason", Words("怎么核实的", "How you made sure"), hint: Words("如：当面核对了工作证。另一位管理员会看到", "Such as: saw their staff card. The other administrator sees it"), longest: 200, shortest: 4)

    /// The part of a person's page on the administrators' desk.
    static func panel(_ person: ID<Person>, _ found: FactorReset?, askedBy name: String, hasFactor: Bool, _ form: Form, viewer: ID<Person>?, now: Instant) -> HTML? {
        guard let found else {
            guard hasFactor else { return nil }
            return """
                <section class="mt panel"><h2 class="h3">\(Words("手机丢了，进不来", "Lost the phone and cannot sign in"))</h2>\
                <p class="soft">\(Words("恢复码也没有时才用。您申请，另一位管理员核实后取消；本人马上收到邮件和短信。", "Only when the recovery codes are gone too. You ask, another administrator checks and does it; the person is told at once by mail and text message."))</p>\
                \(Web.form(asking(person), "\(form.show(reasonField))<p><button class=\"btn\">\(Words("申请取消动态码", "Ask to take the code away"))</button></p>"))</section>
                """
        }
        let isMine = found.askedBy == viewer
        return """
            <section class="mt panel"><h2 class="h3">\(isMine ? Words("等另一位管理员核实", "Another administrator is to check") : Words("请核实：申请取消动态码", "Please check: the code is to be taken away"))</h2>\
            <p>\(name)\(Words("申请，", " asked, "))\(found.askedAt.spoken(now: now))</p><blockquote><p>\(found.reason)</p></blockquote>\
            <p class="soft">\(Words("取消后，凭密码登录只能先设置新的动态码。", "Afterwards the password leads to setting up a new code, and nowhere else."))</p><div class="row">\
            \(isMine ? nil : button(approval(person), Words("核实了，取消动态码", "Checked: take the code away"), kind: "btn go"))\
            \(button(refusal(person), isMine ? Words("收回申请", "Take the request back") : Words("不对，不取消", "Not right: leave it"), kind: "btn quiet"))</div></section>
            """
    }

    // MARK: The person's own page

    static func showOwn(_ visit: Visit) async throws -> Answer {
        let (person, now) = (try visit.person(), visit.now)
        guard let found = try await visit.read({ try $0.factorReset(of: person, now: now) }) else { throw Problem.notFound }
        return .page(
            Page(
                Words("有人申请取消您的动态码", "Somebody asks to take away your one-time code"), width: .narrow,
                """
                \(title(Words("是您让办的吗？", "Did you ask for it?"), "\(Words("有管理员说您丢了动态码，", "An administrator says that you lost your code, "))\(found.askedAt.spoken(now: now))"))
                <p>\(Words("是的话，不用管：另一位管理员核实后取消，您下次登录重新设置。", "If so, do nothing: another administrator checks, and you set up a new one when you next sign in."))</p>
                <p>\(button(own(), Words("不是我，制止它", "It was not me: stop it"), kind: "btn go"))</p>
                """))
    }

    static func stop(_ visit: Visit) async throws -> Answer {
        let form = try await visit.form([])
        let (person, now, address) = (try visit.person(), visit.now, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                try tx.refuse(factorResetOf: person, by: .person(person), now: now, from: address)
                return OwnAccount.page()
            }
            return .see(link, saying: Words("制止了，动态码没有变；管理员会来问", "Stopped; your code is unchanged, and the administrators were told"))
        } catch let refusal as Refusal { return .see(OwnAccount.page(), saying: refusal.words) }
    }
}

extension StaffRole {
    func askFactorReset(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        _ = try await find(visit, person)
        guard let reason = form.value(FactorReset.reasonField) else { return try await show(visit, person, form) }
        let (now, address, viewer) = (visit.now, visit.address, visit.viewer)
        do {
            let link = try await visit.write(once: form) { tx in
                let may = try StaffRole.may(viewer, about: person, in: tx)
                try tx.ask(FactorReset(person: person, reason: reason, askedBy: may.person, askedAt: now), by: may, from: address)
                return StaffRole.page(person)
            }
            return .see(link, saying: Words("申请好了，请另一位管理员核实", "Asked; another administrator is to check"))
        } catch let refusal as FactorReset.Refusal {
            form.wrong(FactorReset.reasonField, Wrong(refusal.words))
            return try await show(visit, person, form)
        }
    }

    func approveFactorReset(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        try await settleFactorReset(visit, person, saying: Words("动态码取消了，已告诉本人", "The code is taken away, and the person was told")) { tx, may, now, address in
            try tx.approve(factorResetOf: person, by: may, now: now, from: address)
        }
    }

    func refuseFactorReset(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        try await settleFactorReset(visit, person, saying: Words("没有取消，动态码照旧", "Left as it is")) { tx, may, now, address in
            try tx.refuse(factorResetOf: person, by: may.by, now: now, from: address)
        }
    }

    private func settleFactorReset(
        _ visit: Visit, _ person: ID<Person>, saying words: Words,
        _ deed: @escaping @Sendable (Transaction, May<StaffRole, OrganisationEntry>, Instant, String) throws -> Void
    ) async throws -> Answer {
        let form = try await visit.form([])
        _ = try await find(visit, person)
        let (now, address, viewer) = (visit.now, visit.address, visit.viewer)
        do {
            let link = try await visit.write(once: form) { tx in
                try deed(tx, try StaffRole.may(viewer, about: person, in: tx), now, address)
                return StaffRole.page(person)
            }
            return .see(link, saying: words)
        } catch let refusal as FactorReset.Refusal {
            throw Problem("factorReset", status: 409, refusal.words, Words("回到他的页面看看现在怎样。", "Go back to their page to see how it stands."))
        }
    }
}
