import Happenings
package import Identity
import Languages
import Markup
import Messaging
import Needs
package import Reference
package import Storage
import Turns
package import Values
package import Web

/// The deeds of a running case with all that follows from each – row, turn, happening, notice – in one transaction.
/// Pages call them for a visit; the demonstration calls them at its own times.
package struct CaseDeeds {
    let id: ID<Case>
    let viewer: Viewer
    let now: Instant
    let days: WorkingDays
    let address: String
    let tx: Transaction

    package init(_ id: ID<Case>, by viewer: Viewer, at now: Instant, days: WorkingDays, from address: String = "", in tx: Transaction) {
        self.id = id
        self.viewer = viewer
        self.now = now
        self.days = days
        self.address = address
        self.tx = tx
    }

    /// The expert signs the undertaking of confidentiality. May be repeated.
    package func undertake() throws {
        let found = try tx.lock(id)
        let may = try viewer.may(Permission<Undertaking, Case>.undertake, found)
        guard found.state == .awaitingUndertaking else { return }
        try tx.setUndertaking(of: id, at: now)
        try tx.give(found.turn(.firstContact, since: now, days: days))
        try tx.record(CasePages.Undertaken(subject: found.subject), by: may.by, at: now, from: address)
    }

    package func say(_ text: String) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(.talk, found)
        guard found.state == .running else { throw found.refusal() }
        try tx.add(Message(id: ID<Message>(at: now), by: may.person, text: text, at: now), to: id, by: may)
        if let turn = try tx.turn(of: found.subject), !turn.isFixed {
            try tx.give(found.turn(.reply(from: may.person == found.expert ? .asker : .expert), since: now, days: days))
        }
        try tx.record(Message.Sent(subject: found.subject), by: may.by, at: now, from: address)
        try tell(found.other(than: may.person), found, .work, "message", Words("对方给您留了话", "There is a message for you"), Case.page(id))
    }

    package func propose(_ way: Meeting.Way, place: String, minutes: Minutes, times: [Instant]) throws -> ID<Meeting> {
        let found = try tx.lock(id)
        let may = try viewer.may(Permission<Meeting, Case>.meet, found)
        guard found.state == .running else { throw found.refusal() }
        let meeting = Meeting(id: ID<Meeting>(at: now), serviceCase: id, proposedBy: may.person, way: way, place: place, minutes: minutes, times: times.sorted(), state: .proposed)
        try tx.add(meeting, by: may, now: now)
        try tx.give(found.turn(.meetingAnswer(from: may.person == found.expert ? .asker : .expert), since: now, days: days))
        try tx.record(Meeting.Changed(subject: found.subject, fields: ["meeting": meeting.id.text, "to": "proposed"]), by: may.by, at: now, from: address)
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
        try tx.run("delete from solution_draft where service_case = \(id) and person = \(may.person)")
        try tx.give(found.turn(.verdict, since: now, days: days))
        try tx.record(Solution.Written(subject: found.subject, fields: ["version": "\(version)"]), by: may.by, at: now, from: address)
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
        try tx.record(happening, by: may.by, at: now, from: address)
        try ClosurePages.afterClosure(found, closure.verdict, tx, now, days)
    }

    /// The expert confirms that nothing was charged. May be repeated.
    package func declare() throws {
        let found = try tx.lock(id)
        let may = try viewer.may(.declare, found)
        guard found.closure != nil else { throw found.refusal() }
        guard try tx.insertsOnce("insert into case_declaration (service_case, by_person, at) values (\(id), \(may.person), \(now)) on conflict do nothing") else { return }
        try tx.endTurn(of: Declaration.subject(id))
        try tx.record(Declaration.Made(subject: found.subject), by: may.by, at: now, from: address)
    }

    /// Thirty days later. "Not any more" goes to somebody other than the expert.
    package func followUp(_ verdict: Verdict, result: String) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(Permission<Closure, Case>.close, found)
        guard try tx.run("update follow_up set verdict = \(verdict.rawValue), result = \(result), by_person = \(may.person), at = \(now) where service_case = \(id) and at is null") == 1 else { return }
        try tx.endTurn(of: FollowUp.subject(id))
        try tx.record(FollowUp.Answered(subject: found.subject, fields: ["verdict": verdict.rawValue]), by: may.by, at: now, from: address)
        if verdict == .not { try tx.give(found.turn(.review, since: now, days: days)) }
    }

    private func tell(_ person: ID<Person>?, _ found: Case, _ kind: Notice.Class, _ key: String, _ words: Words, _ link: Link) throws {
        guard let person else { return }
        try tx.tell(Notice(to: person, kind, about: found.subject, key: key, words, place: link.text), at: now)
    }
}

/// One deed to a meeting, with its case locked around it.
package struct MeetingDeeds {
    let id: ID<Meeting>
    let viewer: Viewer
    let now: Instant
    let days: WorkingDays
    let address: String
    let tx: Transaction

    package init(_ id: ID<Meeting>, by viewer: Viewer, at now: Instant, days: WorkingDays, from address: String = "", in tx: Transaction) {
        self.id = id
        self.viewer = viewer
        self.now = now
        self.days = days
        self.address = address
        self.tx = tx
    }

    /// Checks state and right, does the deed, and records it; answers the case.
    @discardableResult
    func change(_ deed: Meeting.Deed, _ body: (Meeting, Case, May<Meeting, Case>) throws -> Void) throws -> ID<Case> {
        try change(deed, Permission<Meeting, Case>.meet, body)
    }

    @discardableResult
    private func change<Kind>(_ deed: Meeting.Deed, _ permission: Permission<Kind, Case>, _ body: (Meeting, Case, May<Kind, Case>) throws -> Void) throws -> ID<Case> {
        guard let meeting = try tx.meeting(id) else { throw Problem.notFound }
        let found = try tx.lock(meeting.serviceCase)
        let may = try viewer.may(permission, found)
        guard let current = try tx.meeting(id), current.allows(deed) else {
            throw Problem(
                "meeting.past", status: 409, Words("这次见面的情况变了", "This meeting has changed"),
                Words("现在是“\(meeting.state.words.chinese)”，请回案例看看。", "It is now “\(meeting.state.words.english)”; please look at the case."))
        }
        try body(current, found, may)
        try tx.record(Meeting.Changed(subject: found.subject, fields: ["meeting": id.text, "to": deed.rawValue]), by: may.by, at: now, from: address)
        return found.id
    }

    @discardableResult
    package func agree(at begins: Instant) throws -> ID<Case> {
        try change(.agree) { meeting, found, may in
            guard may.person != meeting.proposedBy, meeting.times.contains(begins), let expert = found.expert else { throw Problem.notFound }
            guard found.state == .running else { throw found.refusal() }
            guard begins > now else {
                throw Problem("meeting.over", status: 409, Words("这个时间已经过去了", "This time is past"), Words("请回案例另提时间。", "Please propose another in the case."))
            }
            guard try tx.agree(meeting, at: begins, people: [found.asker, expert], by: may, now: now) else {
                let free = try MeetingPages.nearest(begins, meeting.minutes, [found.asker, expert], tx, after: now).map { $0.spoken(now: now) }
                throw Problem(
                    "meeting.taken", status: 409, Words("这个时间刚被别的约占了", "This time was just taken"),
                    Words("最近的空：\(free.map(\.chinese).joined(separator: "、"))。请回案例重新提时间。", "Nearest free times: \(free.map(\.english).joined(separator: "; ")). Please propose again in the case."))
            }
            try tx.give(found.turn(.meeting(at: begins), since: now, days: days))
            try tx.tell(
                Notice(
                    to: meeting.proposedBy, .work, about: found.subject, key: "agreed.\(id.text.suffix(6))",
                    Words("约好了：\(begins.spoken(now: now).chinese)，\(meeting.way.words.chinese)", "Agreed: \(begins.spoken(now: now).english), \(meeting.way.words.english.lowercased())"), place: CasePages.tab(found.id, "meetings").text), at: now)
        }
    }

    @discardableResult
    package func begin() throws -> ID<Case> {
        try change(.begin, Permission<Meeting.Holding, Case>.hold) { meeting, found, may in
            guard found.state == .running else { throw found.refusal() }
            try tx.begin(meeting, by: may, now: now)
        }
    }

    @discardableResult
    package func end() throws -> ID<Case> {
        try change(.end, Permission<Meeting.Holding, Case>.hold) { meeting, found, may in
            try tx.end(meeting, by: may, now: now)
            guard found.state == .running else { return }
            try tx.give(found.turn(.solution, since: now, days: days))
        }
    }

    @discardableResult
    func cancel(_ reason: String) throws -> ID<Case> {
        try change(.cancel) { meeting, found, may in
            try tx.cancel(meeting.id, reason: reason, by: may.person, now: now)
            if found.state == .running { try tx.give(found.turn(.reply(from: may.person == found.expert ? .asker : .expert), since: now, days: days)) }
            if let other = found.other(than: may.person) {
                try tx.tell(Notice(to: other, .mustKnow, about: found.subject, key: "cancelled.\(meeting.id.text.suffix(6))", Words("见面取消了，请另约时间", "The meeting was cancelled; please agree on another time"), detail: Words(same: reason), place: CasePages.tab(found.id, "meetings").text), at: now)
            }
        }
    }

    /// Said by one side, a quarter of an hour after the agreed time at the earliest.
    @discardableResult
    func miss() throws -> ID<Case> {
        try change(.miss) { meeting, found, may in
            guard case .agreed(let begins) = meeting.state, now > begins + .minutes(15) else {
                throw Problem("meeting.early", status: 409, Words("还没到时间", "It is too early"), Words("约定时间过15分钟后才能说对方没来。", "Fifteen minutes after the agreed time you can say that the other did not come."))
            }
            try tx.miss(meeting, by: may, now: now)
            if let other = found.other(than: may.person) {
                try tx.tell(Notice(to: other, .mustKnow, about: found.subject, key: "missed.\(meeting.id.text.suffix(6))", Words("对方说您没有来，不是这样请说明", "The other side says you did not come; if that is wrong, please say so"), place: CasePages.tab(found.id, "meetings").text), at: now)
            }
        }
    }

    @discardableResult
    func object() throws -> ID<Case> {
        try change(.object) { meeting, _, may in
            guard case .missed(_, let saidBy, _) = meeting.state, saidBy != may.person else { throw Problem.notFound }
            try tx.object(meeting, by: may, now: now)
        }
    }
}
