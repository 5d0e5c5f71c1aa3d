import Happenings
import Identity
import Languages
import Markup
import Storage
import Turns
import Values
import Web

/// Changing what was said; the earlier text is kept.
struct NeedEdit: Sendable {
    static let page = Path("needs/*/edit", ID<Need>.self)
    let intake: Intake

    struct Edited: Happening { static let kind = "need.edited"; let subject: Subject }

    func show(_ visit: Visit, _ id: ID<Need>, _ form: Form? = nil) async throws -> Answer {
        let viewer = visit.viewer
        let need = try await visit.read { try viewer.find($0.need(id), Permission<Edit, Need>.edit) }
        var form = form ?? Form()
        form.fill(Draft.statement, need.statement)
        return .page(
            Page(
                Words("改需求", "Change the need"), word: "needs", width: .narrow, back: (Need.page(id), Words("回到需求", "Back to the need")), wrongs: form.wrongs.count,
                """
                \(title(Words("改一改", "Change what you said"), "\(Words("改过的会马上给正在办的人看。", "Whoever works on it sees the change at once."))"))
                \(form.summary)
                \(Web.form(NeedEdit.page(id), "\(form.show(Draft.statement))\(unclassified)<p><button class=\"btn go\">\(Words("改好了", "Save the change"))</button></p>"))
                """))
    }

    func save(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        var form = try await visit.form(["statement"])
        guard let statement = form.value(Draft.statement) else { return try await show(visit, id, form) }
        let (viewer, now, address, intake) = (visit.viewer, visit.now, visit.address, intake)
        let link = try await visit.write(once: form) { tx in
            let need = try tx.lock(id)
            let may = try viewer.may(Permission<Edit, Need>.edit, need)
            guard need.state.isOpen else { throw Need.Refusal.past(need.state).problem() }
            let company = try need.enterprise.flatMap { try tx.enterprise($0)?.name }
            try tx.edit(need, to: statement, companyName: company, by: may, now: now)
            if need.state == .submitted {
                try tx.save(intake.adviser.advise(statement, said: need.saidUrgency, today: now.day), of: id)
            }
            try tx.record(Edited(subject: need.subject), by: may.by, at: now, from: address)
            return Need.page(id)
        }
        return .see(link, saying: Words("改好了", "Changed"))
    }
}

extension Need.Refusal {
    /// Where there is no form to put the words beside.
    func problem(names: [ID<Person>: String] = [:]) -> Problem {
        Problem("need.refused", status: 409, Words("这一步现在办不了", "This step is not possible now"), words(names: names))
    }
}
