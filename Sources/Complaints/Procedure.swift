import Happenings
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import Turns
import Values
import Web

/// The course of a complaint, deed by deed (处理程序): each asks for the proof inside its transaction, writes its row, says
/// what happened, passes the turn on and tells the complainant.
struct Procedure: Sendable {
    let terms: Complaint.Terms

    func show(_ visit: Visit, _ id: ID<Complaint>, _ form: Form = Form(), kept: String? = nil) async throws -> Answer {
        let viewer = visit.viewer
        let view = try await visit.read { reader -> (ComplaintView, isStaff: Bool) in
            let complaint = try reader.complaint(id, for: viewer)
            // Whoever filed it sees the complainant's side, even when a role of theirs would show more.
            let isStaff = complaint.person == nil || complaint.person != viewer.person
            return (try ComplaintView(complaint, reader, withNotes: isStaff), isStaff)
        }
        let complaint = view.0.complaint
        // Whoever supervises reads the complaint, not the thing behind it: no link that leads nowhere.
        let isInside = viewer.holds(.head) || viewer.holds(.auditor)
        let content: HTML =
            view.isStaff
            ? view.0.forStaff(now: visit.now, form, mayHandle: viewer.could(.handle, complaint), link: isInside ? complaint.about.flatMap(visit.site.slots.link) : nil)
            : view.0.forComplainant(now: visit.now, form, sending: Complaint.messages(id))
        return .page(
            Page(
                Words("投诉\(complaint.name)", "Complaint \(complaint.name)"), word: "complaints", back: (Complaint.list(), Words("投诉", "Complaints")),
                wrongs: form.wrongs.count,
                """
                \(title(Words("投诉", "Complaint"), "\(complaint.name) \(complaint.stateTag)"))
                \(form.summary)
                \(kept.map { kept in say(.wait, "<p>\(Words("您刚才写的：", "What you had written:"))</p><p>\(kept)</p>") })
                \(content)
                """))
    }

    // MARK: Acceptance

    func accept(_ visit: Visit, _ id: ID<Complaint>) async throws -> Answer {
        let form = try await visit.form([])
        let (terms, address) = (terms, visit.address)
        return try await deed(visit, id, .accept, form, saying: Words("已受理", "Accepted"), undo: Complaint.acceptanceUndoing(id)) { complaint, may, now, tx in
            try tx.accept(complaint, by: may, terms, at: now, from: address)
        }
    }

    func undoAcceptance(_ visit: Visit, _ id: ID<Complaint>) async throws -> Answer {
        let form = try await visit.form([])
        return try await deed(visit, id, .undoAcceptance, form, saying: Words("已撤销受理", "The acceptance is undone")) { complaint, may, now, tx in
            try tx.removeAcceptance(complaint, by: may)
            try tx.record(Complaint.ReceiptUndone(subject: complaint.subject), by: may.by, at: now, from: visit.address)
            try tx.give(complaint.turn(Words("受理投诉", "Accept the complaint"), due: complaint.due, since: now))
        }
    }

    // MARK: Measures

    func measure(_ visit: Visit, _ id: ID<Complaint>) async throws -> Answer {
        var form = try await visit.form(["measure", "measureWords"])
        let kind = form.value(Measure.kindField)
        let words = form.value(Measure.wordsField)
        guard form.isGood, let kind, let words else { return try await show(visit, id, form) }
        let (undo, address) = (Complaint.measureUndoing(Two(id, PathText(kind.rawValue))), visit.address)
        return try await deed(visit, id, .measure, form, typed: words, saying: kind.done, undo: undo) { complaint, may, now, tx in
            try tx.take(kind, words, complaint, by: may, at: now, from: address)
        }
    }

    func lift(_ visit: Visit, _ id: ID<Complaint>, _ text: String) async throws -> Answer {
        let form = try await visit.form([])
        guard let kind = Measure.Kind(rawValue: text) else { throw Problem.notFound }
        return try await deed(visit, id, .lift, form, saying: Words("已撤销：", "Lifted: ") + kind.words) { complaint, may, now, tx in
            // Lifting what is lifted already is no error.
            guard try tx.remove(kind, complaint, by: may) else { return }
            try tx.record(Complaint.MeasureLifted(subject: complaint.subject, fields: ["measure": kind.rawValue]), by: may.by, at: now, from: visit.address)
            if kind == .stop, let about = complaint.about {
                try tx.record(Complaint.ServiceResumed(subject: complaint.subject, about: about), by: may.by, at: now, from: visit.address)
            }
        }
    }

    // MARK: Decision

    func decide(_ visit: Visit, _ id: ID<Complaint>) async throws -> Answer {
        var form = try await visit.form(["outcome", "decisionWords", "body", "bodyReceipt"])
        let kind = form.value(Decision.kindField)
        let words = form.value(Decision.wordsField)
        var outcome: Decision.Outcome?
        switch kind {
        case .founded: outcome = .founded
        case .unfounded: outcome = .unfounded
        case .handedOver:
            if let body = form.value(Decision.bodyField), let receipt = form.value(Decision.receiptField) { outcome = .handedOver(body: body, receipt: receipt) }
        case nil: break
        }
        if kind != .handedOver, form.text("body") != nil || form.text("bodyReceipt") != nil {
            form.wrong(Decision.bodyField, Wrong("只有移送时才填。请清空，或改选“移送有权部门”", "Only for a hand-over. Please clear it, or choose “Handed over”"))
        }
        guard form.isGood, let outcome, let words else { return try await show(visit, id, form) }
        let (terms, address) = (terms, visit.address)
        return try await deed(
            visit, id, .decide, form, typed: words, saying: Words("处理结果已记下", "The decision is recorded"), undo: Complaint.decisionUndoing(id)
        ) { complaint, may, now, tx in
            try tx.decide(complaint, outcome, words, by: may, terms, at: now, from: address)
        }
    }

    func undoDecision(_ visit: Visit, _ id: ID<Complaint>) async throws -> Answer {
        let form = try await visit.form([])
        return try await deed(visit, id, .undoDecision, form, saying: Words("已撤销处理结果", "The decision is undone")) { complaint, may, now, tx in
            try tx.removeDecision(complaint, by: may)
            try tx.record(Complaint.DecisionUndone(subject: complaint.subject), by: may.by, at: now, from: visit.address)
            let due = complaint.state.acceptance?.due ?? complaint.due
            try tx.give(complaint.turn(Words("查清并作出处理", "Look into it and decide"), due: due, since: now))
        }
    }

    // MARK: Answer

    func reply(_ visit: Visit, _ id: ID<Complaint>) async throws -> Answer {
        var form = try await visit.form(["replyWords"])
        guard let words = form.value(Reply.wordsField) else { return try await show(visit, id, form) }
        return try await deed(visit, id, .answer, form, typed: words, saying: Words("答复已发出", "The answer is sent")) { complaint, may, now, tx in
            try tx.answer(complaint, words, by: may, at: now, from: visit.address)
        }
    }

    // MARK: Dialogue

    func write(_ visit: Visit, _ id: ID<Complaint>) async throws -> Answer {
        var form = try await visit.form(["message"])
        guard let words = form.value(Message.wordsField) else { return try await show(visit, id, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let place = try await visit.write(once: form) { tx in
            let complaint = try tx.lockedComplaint(id, for: viewer)
            let may = try viewer.may(.write, complaint)
            if complaint.person == may.person {
                try tx.addFromComplainant(words, to: complaint, now: now)
            } else {
                try tx.addMessage(words, to: complaint, by: may.person, now: now)
                try tx.record(Complaint.Written(subject: complaint.subject), by: may.by, at: now, from: address)
                try tx.tellComplainant(complaint, "complaint.message", .work, Words("投诉\(complaint.name)有新消息", "There is a message on complaint \(complaint.name)"), now)
            }
            return Complaint.page(id)
        }
        return .see(place, saying: Words("已发出", "Sent"))
    }

    func note(_ visit: Visit, _ id: ID<Complaint>) async throws -> Answer {
        var form = try await visit.form(["note"])
        guard let words = form.value(Note.wordsField) else { return try await show(visit, id, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let place = try await visit.write(once: form) { tx in
            let complaint = try tx.lockedComplaint(id, for: viewer)
            let may = try viewer.may(.handle, complaint)
            try tx.demandAnother(may.person, than: complaint)
            try tx.addNote(words, to: complaint, by: may, now: now)
            try tx.record(Complaint.Noted(subject: complaint.subject), by: may.by, at: now, from: address)
            return Complaint.page(id)
        }
        return .see(place, saying: Words("记下了", "Written down"))
    }

    // MARK: What all deeds share

    private func deed(
        _ visit: Visit, _ id: ID<Complaint>, _ deed: Complaint.Deed, _ form: Form, typed: String? = nil, saying words: Words, undo: Link? = nil,
        _ body: @escaping @Sendable (Complaint, May<Complaint.Handling, Complaint>, Instant, Transaction) throws -> Void
    ) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        do {
            let place = try await visit.write(once: form) { tx in
                let complaint = try tx.lockedComplaint(id, for: viewer)
                let may = try viewer.may(.handle, complaint)
                try tx.demandAnother(may.person, than: complaint)
                try complaint.allow(deed)
                try body(complaint, may, now, tx)
                return Complaint.page(id)
            }
            return .see(place, saying: words, undo: undo)
        } catch let refusal as Complaint.Refusal {
            // The new state is shown, and what was typed is not lost.
            var form = form
            form.wrong(named: "state", try await explained(refusal, visit))
            return try await show(visit, id, form, kept: typed)
        }
    }

    private func explained(_ refusal: Complaint.Refusal, _ visit: Visit) async throws -> Words {
        switch refusal {
        case .quicker(let person, let at):
            let name = try await visit.read { try $0.names(of: [person])[person] } ?? ""
            let when = at.spoken(now: visit.now)
            return Words("\(name)已在", "\(name) was quicker: ") + when + Words("办过这一步，现在是新的进展", "; below is how it stands now")
        case .past: return Words("这件投诉已走到后一步，这一步不能再做", "This complaint has gone further; this step can no longer be taken")
        case .notYet: return Words("还没到这一步，请先做前一步", "This step comes later; please take the one before first")
        }
    }
}
