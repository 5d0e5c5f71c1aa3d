import Complaints
import Identity
import Languages
import Markup
import Messaging
import Needs
import Reference
import Storage
import Turns
import Values
import Web

struct ClosurePages: Sendable {
    let reference: Reference

    func ask(_ visit: Visit, _ id: ID<Case>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let found = try await visit.read { reader in
            let found = try viewer.find(reader.serviceCase(id), Permission<Closure, Case>.close)
            return (it: found, solutions: try reader.solutions(of: id).count)
        }
        guard found.it.isOpen else { return .see(Case.page(id)) }
        return .page(
            Page(
                Words("说说管不管用", "Say whether it helps"), word: "cases", width: .narrow, back: (Case.page(id), Words("回到案例", "Back to the case")), wrongs: form.wrongs.count,
                """
                \(title(Words("管不管用，您说了算", "Whether it helped is your word"), "\(found.it.title)"))
                \(found.solutions == 0 ? say(.wait, "<p>\(Words("专家还没有交书面方案。没解决也可以现在说。", "There is no written solution yet. You can still say that it is not solved."))</p>") : nil)
                \(form.summary)
                \(Web.form(Closure.page(id), """
                    \(form.show(Closure.verdict))\(form.show(Closure.advice))\(form.show(Closure.contact))\(form.show(Closure.speed))\(form.show(Closure.words, optional: true))\
                    \(form.show(Closure.baseline, optional: true))\(form.show(Closure.target, optional: true))\(form.show(Closure.noCharge))\
                    <p class="hint">\(Words("有人收了费？别打勾，", "Somebody charged you? Leave it open and "))<a href="\(Complaint.beginning(about: Subject("case", id), kind: .charge))">\(Words("告诉我们", "tell us"))</a></p>\
                    <p class="mt"><button class="btn go big">\(Words("就这样说", "That is my word"))</button></p>
                    """))
                """))
    }

    func close(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(Closure.names)
        let verdict = form.value(Closure.verdict)
        let (advice, contact, speed) = (form.value(Closure.advice), form.value(Closure.contact), form.value(Closure.speed))
        let words = form.optional(Closure.words) ?? ""
        let (baseline, target) = (form.optional(Closure.baseline) ?? "", form.optional(Closure.target) ?? "")
        let noCharge = form.text("noCharge") == "yes"
        guard form.isGood, let verdict, let advice, let contact, let speed else { return try await ask(visit, id, form) }
        let occasion = Occasion(visit, days: reference.workingDays)
        var refusal: Words?
        do {
            try await visit.write { tx in
                try CaseDeeds(id, occasion, in: tx).close { may in
                    Closure(verdict: verdict, advice: advice, contact: contact, speed: speed, words: words, noCharge: noCharge, baseline: baseline, target: target, by: may.person, at: occasion.now)
                }
            }
        } catch let error as ClosureRefusal { refusal = error.words }
        if let refusal {
            form.wrong(Closure.verdict, Wrong(refusal))
            return try await ask(visit, id, form)
        }
        return .see(
            Case.page(id),
            saying: verdict == .not ? Words("记下了。服务机构会另外派人看，两个工作日内联系您", "Noted. Somebody else at the institution looks into it and is in touch within two working days")
                : noCharge ? Words("谢谢您！30天后再问问效果", "Thank you. In 30 days we ask how it went") : Words("谢谢您。有人收过费的话，请点“有人收费或推销”", "Thank you. If anybody charged you, please use “somebody asks for money”"))
    }

    /// What follows from the owner's word: solved ends the need and sets the follow-up; not solved goes to somebody other than the expert.
    static func afterClosure(_ found: Case, _ verdict: Verdict, _ tx: Transaction, _ now: Instant, _ days: WorkingDays) throws {
        if verdict == .not {
            try tx.give(found.turn(.review, since: now, days: days))
        } else {
            try tx.close(found.need, at: now)
            try tx.endTurn(of: found.subject)
            let day = now.day + FollowUp.days
            try tx.setFollowUp(found.id, on: day)
            // It sleeps until the day comes: start pages show turns that have begun.
            try tx.give(
                Turn(
                    FollowUp.subject(found.id), holder: .person(found.asker), permission: "case.followUp", what: Words("回访：还管用吗", "Follow-up: does it still help?"), due: Instant(day + 7, 18), since: Instant(day),
                    institution: found.institution, region: found.region, title: found.title, company: found.enterprise?.text))
        }
        if let expert = found.expert {
            try tx.give(
                Turn(
                    Declaration.subject(found.id), holder: .person(expert), permission: "case.declare", what: Words("确认没有收费", "Confirm that nothing was charged"), due: days.add(workingDays: 5, to: now).at, since: now,
                    institution: found.institution, region: found.region, title: found.titleForTurn))
            try tx.tell(Notice(to: expert, .work, about: found.subject, key: "closed", Words("企业评定：\(verdict.words.chinese)。请确认没有收费", "The owner's word: \(verdict.words.english.lowercased()). Please confirm that nothing was charged"), place: Case.page(found.id).text), at: now)
        }
    }

    /// What is left to do on a closed case, and for whom.
    static func afterwards(_ found: Dossier, _ viewer: Viewer, _ now: Instant) -> HTML {
        let it = found.it
        guard let verdict = it.closure?.verdict else { return .empty }
        let turn = Words("轮到您", "Your turn")
        let said = Words("企业说：", "The owner says: ") + verdict.words
        if viewer.could(.declare, it), !found.hasDeclared {
            return nextStep(turn, Words("确认没有收费", "Confirm that nothing was charged"), "<p>\(said)</p><div class=\"row\">\(button(Declaration.page(it.id), Words("我确认：没有收取任何费用", "I confirm that I charged nothing"), kind: "btn go"))</div>")
        }
        let later: HTML? = found.followUp.map { followUp in
            followUp.verdict.map { "<p>\(Words("30天后：", "After 30 days: "))\($0.words)</p>" } ?? "<p>\(Words("回访日：", "Follow-up on "))\(followUp.due.spoken(now: now))</p>"
        }
        guard viewer.could(Permission<Closure, Case>.close, it) else { return nextStep(verdict.words, said, later ?? .empty) }
        if let followUp = found.followUp, followUp.isOpen(on: now.day) {
            return nextStep(turn, Words("过了一阵，还管用吗", "After a while, does it still help?"), "<div class=\"row\"><a class=\"btn go\" href=\"\(FollowUp.page(it.id))\">\(Words("答回访，一分钟", "Answer the follow-up, one minute"))</a></div>")
        }
        return nextStep(verdict.words, Words("谢谢您的评价", "Thank you for your word"), later ?? .empty)
    }
}
