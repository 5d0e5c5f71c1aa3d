import Happenings
package import Identity
import Languages
import Markup
import Messaging
import Needs
import Reference
package import Storage
import Turns
package import Values
import Web

/// The deeds of a running case with all that follows from each – row, turn, happening, notice – in one transaction.
/// Pages call them for a visit; the demonstration calls them at its own times.
package struct CaseDeeds {
    let id: ID<Case>
    let by: Occasion
    let tx: Transaction

    package init(_ id: ID<Case>, _ occasion: Occasion, in tx: Transaction) {
        self.id = id
        by = occasion
        self.tx = tx
    }

    private var viewer: Viewer { by.viewer }
    private var now: Instant { by.now }

    /// The expert signs the undertaking of confidentiality. May be repeated.
    package func undertake() throws {
        let found = try tx.lock(id)
        let may = try viewer.may(Permission<Undertaking, Case>.undertake, found)
        guard found.undertaking == nil else { return }
        guard found.state == .awaitingUndertaking else { throw found.refusal() }
        try tx.setUndertaking(of: id, at: now)
        try tx.give(found.turn(.firstContact, since: now, days: by.days))
        try tx.record(Undertaking.Signed(subject: found.subject), by: may.by, at: now, from: by.address)
    }

    package func say(_ text: String) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(.talk, found)
        guard found.state == .running else { throw found.refusal() }
        try tx.add(Message(id: ID<Message>(at: now), by: may.person, text: text, at: now), to: id, by: may)
        try tx.settle(found, since: now, days: by.days)
        try tx.record(Message.Sent(subject: found.subject), by: may.by, at: now, from: by.address)
        try tell(found.other(than: may.person), found, .work, "message", Words("对方给您留了话", "There is a message for you"), Case.page(id))
    }

    package func propose(_ way: Meeting.Way, place: String, minutes: Minutes, times: [Instant]) throws -> ID<Meeting> {
        let found = try tx.lock(id)
        let may = try viewer.may(Permission<Meeting, Case>.meet, found)
        guard found.state == .running else { throw found.refusal() }
        let meeting = Meeting(id: ID<Meeting>(at: now), serviceCase: id, proposedBy: may.person, way: way, place: place, minutes: minutes, times: times.sorted(), at: now, state: .proposed)
        try tx.add(meeting, by: may, now: now)
        try tx.settle(found, since: now, days: by.days)
        try tx.record(Meeting.Changed(subject: found.subject, fields: ["meeting": meeting.id.text, "to": "proposed"]), by: may.by, at: now, from: by.address)
        try tell(found.other(than: may.person), found, .work, "meeting.\(meeting.id.text.suffix(6))", Words("对方提了见面时间，请选一个", "Times to meet were proposed; please choose one"), CasePages.tab(id, "meetings"))
        return meeting.id
    }

    /// A version of the solution, which never changes after.
    package func solve(situation: String, analysis: String, advice: String, steps: [Solution.Step]) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(Permission<Solution, Case>.solve, found)
        guard found.state == .running else { throw found.refusal() }
        let version = (try tx.solutions(of: id).last?.version ?? 0) + 1
        try tx.add(Solution(version: version, situation: situation, analysis: analysis, advice: advice, steps: steps, by: may.person, at: now), to: id, by: may)
        try tx.forgetSolutionDraft(of: id, by: may.person)
        try tx.give(found.turn(.verdict, since: now, days: by.days))
        try tx.record(Solution.Written(subject: found.subject, fields: ["version": "\(version)"]), by: may.by, at: now, from: by.address)
        try tell(found.asker, found, .work, "solution.\(version)", Words("书面方案来了，请看看管不管用", "The written solution is here; please say whether it helps"), CasePages.tab(id, "solution"))
    }

    /// The owner's word. Throws `ClosureRefusal`, which the form answers beside the field.
    package func close(_ closure: (May<Closure, Case>) -> Closure) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(Permission<Closure, Case>.close, found)
        let closure = closure(may)
        guard let happening = try found.close(closure, hasSolution: try !tx.solutions(of: id).isEmpty) else { return }
        try tx.save(closure, of: id, by: may)
        try tx.setEnded(id, at: now)
        // What was agreed for later is free again for others.
        for meeting in try tx.meetings(of: id) where meeting.allows(.cancel) { try tx.cancel(meeting.id, reason: "", by: may.person, now: now) }
        try tx.record(happening, by: may.by, at: now, from: by.address)
        try ClosurePages.afterClosure(found, closure.verdict, tx, now, by.days)
    }

    /// The expert confirms that nothing was charged. May be repeated.
    package func declare() throws {
        let found = try tx.lock(id)
        let may = try viewer.may(.declare, found)
        guard found.closure != nil else { throw found.refusal() }
        guard try tx.saveDeclaration(of: id, by: may, now: now) else { return }
        try tx.endTurn(of: Declaration.subject(id))
        try tx.record(Declaration.Made(subject: found.subject), by: may.by, at: now, from: by.address)
    }

    /// On its day or later, once. "Not any more" goes to somebody other than the expert. May be repeated with the same verdict.
    package func followUp(_ verdict: Verdict, result: String) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(Permission<Closure, Case>.close, found)
        guard let followUp = try tx.followUp(of: id) else { throw found.refusal() }
        guard let happening = try followUp.answer(verdict, on: now.day, subject: found.subject) else { return }
        try tx.save(verdict, result: result, ofFollowUp: id, by: may, now: now)
        try tx.endTurn(of: FollowUp.subject(id))
        try tx.record(happening, by: may.by, at: now, from: by.address)
        if verdict == .not { try tx.give(found.turn(.review, since: now, days: by.days)) }
    }

    private func tell(_ person: ID<Person>?, _ found: Case, _ kind: Notice.Class, _ key: String, _ words: Words, _ link: Link) throws {
        guard let person else { return }
        try tx.tell(Notice(to: person, kind, about: found.subject, key: key, words, place: link.text), at: now)
    }
}
