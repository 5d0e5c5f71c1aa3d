import Happenings
import Identity
import Languages
import Markup
import Messaging
import Storage
import Turns
import Values
import Web

struct WithdrawalPages: Sendable {
    let intake: Intake
    /// The room above ends its case with the need.
    let withdrawn: @Sendable (Need, ID<Person>, Instant, Transaction) throws -> Void

    func ask(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        let viewer = visit.viewer
        let need = try await visit.read { try viewer.find($0.need(id), .withdraw) }
        return .page(
            Page(
                Words("撤回需求", "Withdraw the need"), word: "needs", width: .narrow, back: (Need.page(id), Words("回到需求", "Back to the need")),
                """
                \(title(Words("要撤回吗", "Withdraw it?"), "\(need.title)"))
                <ul class="plain"><li>\(Words("正在办的人会收到通知，不再往下办", "Whoever works on it is told and stops"))</li><li>\(Words("约好的时间会取消", "Appointments are cancelled"))</li><li>\(Words("30天内可以恢复", "You can take it up again within 30 days"))</li></ul>
                <div class="row mt"><a class="btn go" href="\(Need.page(id))">\(Words("不撤，继续办", "Keep it"))</a>\(button(Withdrawal.page(id), Words("撤回这条需求", "Withdraw this need"), kind: "btn danger"))</div>
                """))
    }

    func withdraw(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address, withdrawn, intake) = (visit.viewer, visit.now, visit.address, withdrawn, intake)
        let link = try await visit.write(once: form) { tx in
            let need = try tx.lock(id)
            let may = try viewer.may(.withdraw, need)
            do {
                if need.state.isOpen { try withdrawn(need, may.person, now, tx) }
                try intake.withdraw(need, by: may, in: tx, now: now, from: address)
            } catch let refusal as Need.Refusal { throw refusal.problem() }
            return Need.page(id)
        }
        return .see(link, saying: Words("撤回了", "Withdrawn"), undo: Withdrawal.undo(id))
    }

    func undo(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address, intake) = (visit.viewer, visit.now, visit.address, intake)
        let link = try await visit.write(once: form) { tx in
            let need = try tx.lock(id)
            let may = try viewer.may(.withdraw, need)
            guard case .withdrawn(let withdrawal) = need.state, now - withdrawal.at < .days(30) else { throw Need.Refusal.past(need.state).problem() }
            try tx.removeWithdrawal(of: need, by: may)
            let again = try tx.lock(id)
            if let triage = again.state.triage { try tx.give(intake.proposalTurn(of: again, triage, since: now)) } else { try tx.give(intake.turn(of: again, since: now)) }
            try tx.record(Withdrawal.Undone(subject: need.subject), by: may.by, at: now, from: address)
            return Need.page(id)
        }
        return .see(link, saying: Words("恢复了，继续办", "Taken up again"))
    }

    // MARK: Handing on and joining

    func refer(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        var form = try await visit.form(["place", "reason"])
        let place = form.value(Referral.place)
        let reason = form.value(Referral.reason)
        guard let place, let reason else { return try await wrongPage(visit, Permission<Referral, Need>.refer, id, form, Referral.page(id), "\(form.show(Referral.place))\(form.show(Referral.reason))", Words("转介并告诉企业", "Hand it on and tell the owner")) }
        let (viewer, now, address, intake, withdrawn) = (visit.viewer, visit.now, visit.address, intake, withdrawn)
        let link = try await visit.write(once: form) { tx in
            let need = try tx.lock(id)
            let may = try viewer.may(Permission<Referral, Need>.refer, need)
            do {
                // An expert who was asked is not kept waiting.
                if case .triaged = need.state { try withdrawn(need, may.person, now, tx) }
                try intake.refer(need, to: place, because: reason, by: may, in: tx, now: now, from: address)
            } catch let refusal as Need.Refusal { throw refusal.problem() }
            return Need.list()
        }
        return .see(link, saying: Words("转介了，已告诉企业", "Handed on, and the owner was told"))
    }

    func join(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        var form = try await visit.form(["into"])
        guard let number = form.value(Joint.into) else { return try await wrongPage(visit, Permission<Joint, Need>.join, id, form, Joint.page(id), form.show(Joint.into), Words("并过去", "Join them")) }
        let (viewer, now, address, withdrawn) = (visit.viewer, visit.now, visit.address, withdrawn)
        let wrong = try await visit.write { tx -> Words? in
            // Both at once and in one order: two needs are never joined into each other.
            let pair = [id] + (try tx.need(number: number).map { [$0.id] } ?? [])
            try tx.lock(pair)
            var need = try tx.lock(id)
            let may = try viewer.may(Permission<Joint, Need>.join, need)
            guard let other = try tx.need(number: number), viewer.could(Permission<Joint, Need>.join, other), other.asker == need.asker || viewer.holds(.officer) else {
                return Words("没有这个编号的需求", "There is no need with this number")
            }
            do {
                let wasTriaged = if case .triaged = need.state { true } else { false }
                if let happening = try need.join(into: other, now: now) {
                    if wasTriaged { try withdrawn(need, may.person, now, tx) }
                    try tx.save(joint: other.id, of: need, by: may, now: now)
                    try tx.endTurn(of: need.subject)
                    try tx.record(happening, by: may.by, at: now, from: address)
                }
                return nil
            } catch let refusal as Need.Refusal { return refusal.words(names: [:]) }
        }
        if let wrong {
            form.wrong(Joint.into, Wrong(wrong))
            return try await wrongPage(visit, Permission<Joint, Need>.join, id, form, Joint.page(id), form.show(Joint.into), Words("并过去", "Join them"))
        }
        return .see(Need.page(id), saying: Words("合并了", "Joined"))
    }

    /// The form once more; for whoever may send it alone.
    private func wrongPage<Deed>(_ visit: Visit, _ permission: Permission<Deed, Need>, _ id: ID<Need>, _ form: Form, _ link: Link, _ fields: HTML, _ button: Words) async throws -> Answer {
        let viewer = visit.viewer
        _ = try await visit.read { try viewer.find($0.need(id), permission) }
        return .page(
            Page(button, word: "needs", width: .narrow, back: (Need.page(id), Words("回到需求", "Back to the need")), wrongs: form.wrongs.count,
                "\(title(button))\(form.summary)\(Web.form(link, "\(fields)<p><button class=\"btn go\">\(button)</button></p>"))"))
    }
}
