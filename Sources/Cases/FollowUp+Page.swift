import Identity
import Languages
import Markup
import Reference
import Storage
import Values
import Web

extension ClosurePages {
    func askFollowUp(_ visit: Visit, _ id: ID<Case>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let found = try await visit.read { reader in
            guard let found = try reader.serviceCase(id), viewer.could(Permission<Closure, Case>.close, found), let followUp = try reader.followUp(of: id) else { throw Problem.notFound }
            return (it: found, followUp: followUp)
        }
        // Before its day, and once it is answered, the case says so.
        guard found.followUp.isOpen(on: visit.now.day) else { return .see(Case.page(id)) }
        return .page(
            Page(
                Words("回访", "Follow-up"), word: "cases", width: .narrow, back: (Case.page(id), Words("回到案例", "Back to the case")), wrongs: form.wrongs.count,
                """
                \(title(Words("过了一阵，还管用吗", "After a while, does it still help?"), "\(found.it.title)"))\(form.summary)
                \(found.it.closure.flatMap { $0.target.isEmpty ? nil : "<p>\(Words("当时：", "Then: "))\($0.baseline)　\(Words("想做到：", "wanted: "))\($0.target)</p>" as HTML })
                \(Web.form(FollowUp.page(id), "\(form.show(FollowUp.verdict))\(form.show(FollowUp.result, optional: true))<p><button class=\"btn go big\">\(Words("答好了", "Done"))</button></p>"))
                """))
    }

    func answerFollowUp(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["verdict", "result"])
        let verdict = form.value(FollowUp.verdict)
        let result = form.optional(FollowUp.result) ?? ""
        guard form.isGood, let verdict else { return try await askFollowUp(visit, id, form) }
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            try CaseDeeds(id, occasion, in: tx).followUp(verdict, result: result)
            return Case.page(id)
        }
        return .see(link, saying: Words("谢谢您告诉我们", "Thank you for telling us"))
    }
}
