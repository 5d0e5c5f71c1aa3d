import Happenings
import Identity
import Languages
import Markup
import Messaging
package import Storage
import Turns
package import Values
import Volunteers
import Web

/// One deed to a meeting, with its case locked around it.
package struct MeetingDeeds {
    let id: ID<Meeting>
    let by: Occasion
    let tx: Transaction

    package init(_ id: ID<Meeting>, _ occasion: Occasion, in tx: Transaction) {
        self.id = id
        by = occasion
        self.tx = tx
    }

    private var now: Instant { by.now }

    /// Checks state and right, does the deed, and records it; answers the case.
    @discardableResult
    func change(_ deed: Meeting.Deed, _ body: (Meeting, Case, May<Meeting, Case>) throws -> Void) throws -> ID<Case> {
        try change(deed, Permission<Meeting, Case>.meet, body)
    }

    @discardableResult
    private func change<Kind>(_ deed: Meeting.Deed, _ permission: Permission<Kind, Case>, _ body: (Meeting, Case, May<Kind, Case>) throws -> Void) throws -> ID<Case> {
        guard let meeting = try tx.meeting(id) else { throw Problem.notFound }
        let found = try tx.lock(meeting.serviceCase)
        let may = try by.viewer.may(permission, found)
        guard let current = try tx.meeting(id) else { throw Problem.notFound }
        guard current.allows(deed) else {
            throw Problem(
                "meeting.past", status: 409, Words("这次见面的情况变了", "This meeting has changed"),
                Words("现在是“\(current.state.words.chinese)”，请回案例看看。", "It is now “\(current.state.words.english)”; please look at the case."))
        }
        try body(current, found, may)
        try tx.record(Meeting.Changed(subject: found.subject, fields: ["meeting": id.text, "to": deed.rawValue]), by: may.by, at: now, from: by.address)
        return found.id
    }

    @discardableResult
    package func agree(at begins: Instant) throws -> ID<Case> {
        try change(.agree) { meeting, found, may in
            guard meeting.times.contains(begins), let expert = found.expert else { throw Problem.notFound }
            guard found.side(of: may.person) != found.side(of: meeting.proposedBy) else {
                throw Problem("meeting.own", status: 409, Words("这是您这边提的时间", "These times are your own side's"), Words("等对方选一个；要改请收回再提。", "The other side chooses one; to change them, take them back and propose anew."))
            }
            guard found.state == .running else { throw found.refusal() }
            guard begins > now else {
                throw Problem("meeting.over", status: 409, Words("这个时间已经过去了", "This time is past"), Words("请回案例另提时间。", "Please propose another in the case."))
            }
            if meeting.way == .onSite {
                let readiness = try tx.cover(expert, on: begins.day, for: found.domain)
                guard readiness.isReady else {
                    throw Problem(
                        "meeting.uncovered", status: 409, Words("那天还不能入企", "No visit on that day yet"),
                        readiness.words + Words("。服务机构会补上；也可以先约电话或视频。", ". The institution sees to it; a call or video can be agreed meanwhile."))
                }
            }
            guard try tx.agree(meeting, at: begins, expert: expert, people: [found.asker, expert], by: may, now: now) else {
                let free = try MeetingPages.nearest(begins, meeting.minutes, [found.asker, expert], tx, after: now).map { $0.spoken(now: now) }
                throw Problem(
                    "meeting.taken", status: 409, Words("这个时间刚被别的约占了", "This time was just taken"),
                    Words("最近的空：\(free.map(\.chinese).joined(separator: "、"))。请回案例重新提时间。", "Nearest free times: \(free.map(\.english).joined(separator: "; ")). Please propose again in the case."))
            }
            try settle(found)
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
            guard case .agreed(let begins) = meeting.state, now > begins - Meeting.early else {
                throw Problem("meeting.early", status: 409, Words("还没到时间", "It is too early"), Words("约定时间前30分钟起可以开始。要提前，请改期。", "It can begin from half an hour before the agreed time. To meet earlier, please move it."))
            }
            // Held on another day than was agreed, a visit stands on the cover of that day (N6).
            if meeting.way == .onSite, now.day != begins.day {
                let readiness = try tx.cover(may.person, on: now.day, for: found.domain)
                guard readiness.isReady else {
                    throw Problem(
                        "meeting.uncovered", status: 409, Words("今天还不能入企", "No visit today yet"),
                        readiness.words + Words("。请改期，或改约电话、视频。", ". Please choose another day, or agree on a call or video."))
                }
            }
            try tx.begin(meeting, by: may, now: now)
        }
    }

    @discardableResult
    package func end() throws -> ID<Case> {
        try change(.end, Permission<Meeting.Holding, Case>.hold) { meeting, found, may in
            try tx.end(meeting, by: may, now: now)
            try settle(found)
        }
    }

    @discardableResult
    func cancel(_ reason: String) throws -> ID<Case> {
        try change(.cancel) { meeting, found, may in
            try tx.cancel(meeting.id, reason: reason, by: may.person, now: now)
            try settle(found)
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
            try settle(found)
            if let other = found.other(than: may.person) {
                try tx.tell(Notice(to: other, .mustKnow, about: found.subject, key: "missed.\(meeting.id.text.suffix(6))", Words("对方说您没有来，不是这样请说明", "The other side says you did not come; if that is wrong, please say so"), place: CasePages.tab(found.id, "meetings").text), at: now)
            }
        }
    }

    @discardableResult
    func object() throws -> ID<Case> {
        try change(.object) { meeting, found, may in
            guard case .missed(_, let saidBy, _) = meeting.state, found.side(of: saidBy) != found.side(of: may.person) else {
                throw Problem("meeting.own", status: 409, Words("这是您这边说的", "Your own side said so"), Words("要改口，请在对话里告诉对方。", "To take it back, please tell the other side in the conversation."))
            }
            try tx.object(meeting, by: may, now: now)
            try settle(found)
        }
    }

    /// The turn goes to what is open after the deed; in a case that is stopped or over it stays with whoever looks into it.
    private func settle(_ found: Case) throws {
        if found.state == .running { try tx.settle(found, since: now, days: by.days) }
    }
}
