import Happenings
import Identity
import Languages
import Markup
import Values
import Web

/// Staff's notes on a case: nobody else is shown them but the auditor, who adds none.
extension CasePages {
    func notes(_ found: Dossier, _ viewer: Viewer, _ form: Form, _ now: Instant) -> HTML? {
        guard viewer.could(.readNotes, found.it) else { return nil }
        return """
            <section class="panel"><h2>\(Words("内部备注", "Internal notes"))</h2>\(each: found.notes, { "<p class=\"small\"><b>\(found.names[$0.by] ?? "")</b>　\($0.at.spoken(now: now))<br>\($0.text)</p>" })\
            \(viewer.could(.note, found.it) ? Web.form(Note.page(found.it.id), "\(form.show(Note.text))<button class=\"btn\">\(Words("记下", "Keep"))</button>") : found.notes.isEmpty ? "<p class=\"soft\">\(Words("没有备注", "None"))</p>" : nil)</section>
            """
    }

    func note(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["note"])
        guard let text = form.value(Note.text) else { return try await show(visit, id, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            let found = try tx.lock(id)
            let may = try viewer.may(.note, found)
            try tx.add(Note(id: ID<Note>(at: now), by: may.person, text: text, at: now), to: id, by: may)
            try tx.record(Note.Written(subject: found.subject), by: may.by, at: now, from: address)
            return Case.page(id)
        }
        return .see(link, saying: Words("记下了", "Kept"))
    }
}
