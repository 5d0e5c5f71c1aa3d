import Happenings
package import Identity
import Languages
import Markup
import Messaging
import Reference
package import Storage
import Turns
package import Values
import Web

// The deeds of whoever deals with a complaint, each with its row, what happened, the turn that follows and what the
// complainant is told. Pages and the demonstration do the same.
extension Transaction {
    package func accept(_ complaint: Complaint, by may: May<Complaint.Handling, Complaint>, _ terms: Complaint.Terms = .init(), at now: Instant, from address: String = "") throws {
        let due = WorkingDays.bundled.add(workingDays: terms.decision, to: now).at
        try save(Acceptance(by: may.person, at: now, due: due), complaint, by: may)
        try record(Complaint.Received(subject: complaint.subject), by: may.by, at: now, from: address)
        try give(complaint.turn(Words("查清并作出处理", "Look into it and decide"), due: due, since: now))
        try tellComplainant(complaint, "complaint.received", .work, Words("投诉\(complaint.name)已受理", "Complaint \(complaint.name) was accepted"), now)
    }

    /// Throws `Complaint.Refusal` where it was taken before.
    package func take(_ kind: Measure.Kind, _ words: String, _ complaint: Complaint, by may: May<Complaint.Handling, Complaint>, at now: Instant, from address: String = "") throws {
        guard try save(Measure(kind: kind, words: words, by: may.person, at: now), complaint, by: may) else {
            if let earlier = complaint.measures.first(where: { $0.kind == kind }) { throw Complaint.Refusal.quicker(earlier.by, earlier.at) }
            throw Complaint.Refusal.past
        }
        try record(Complaint.Measured(subject: complaint.subject, fields: ["measure": kind.rawValue]), by: may.by, at: now, from: address)
        guard kind == .stop else { return }
        if let about = complaint.about {
            try record(Complaint.ServiceStopped(subject: complaint.subject, about: about), by: may.by, at: now, from: address)
        }
        try tellComplainant(complaint, "complaint.measured", .work, Words("投诉\(complaint.name)：已停止这项服务", "Complaint \(complaint.name): the service was stopped"), now)
    }

    package func decide(
        _ complaint: Complaint, _ outcome: Decision.Outcome, _ words: String, by may: May<Complaint.Handling, Complaint>, _ terms: Complaint.Terms = .init(), at now: Instant,
        from address: String = ""
    ) throws {
        let due = WorkingDays.bundled.add(workingDays: terms.reply, to: now).at
        try save(Decision(outcome: outcome, words: words, by: may.person, at: now, due: due), complaint, by: may)
        try record(Complaint.Decided(subject: complaint.subject, fields: ["outcome": outcome.kind.rawValue]), by: may.by, at: now, from: address)
        try give(complaint.turn(Words("答复投诉人", "Answer the complainant"), due: due, since: now))
        try tellComplainant(complaint, "complaint.decided", .work, Words("投诉\(complaint.name)有结果了，答复随后到", "Complaint \(complaint.name) is decided; the answer follows"), now)
    }

    package func answer(_ complaint: Complaint, _ words: String, by may: May<Complaint.Handling, Complaint>, at now: Instant, from address: String = "") throws {
        try save(Reply(words: words, by: may.person, at: now), complaint, by: may)
        try record(Complaint.Answered(subject: complaint.subject), by: may.by, at: now, from: address)
        try endTurn(of: complaint.subject)
        try tellComplainant(complaint, "complaint.answered", .mustKnow, Words("投诉\(complaint.name)有答复了", "Complaint \(complaint.name) is answered"), now)
    }

    /// The complainant, where they are known.
    func tellComplainant(_ complaint: Complaint, _ key: String, _ kind: Notice.Class, _ words: Words, _ now: Instant) throws {
        guard let person = complaint.person else { return }
        try tell(Notice(to: person, kind, about: complaint.subject, key: key, words, place: Complaint.page(complaint.id).text), at: now)
    }
}
