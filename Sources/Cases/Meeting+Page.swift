import Happenings
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import Turns
import Values
import Volunteers
import Web

/// Agreeing on a time, beginning and ending, moving, cancelling, and saying that somebody did not come.
struct MeetingPages: Sendable {
    let reference: Reference

    func propose(_ visit: Visit, _ id: ID<Case>, _ pages: CasePages) async throws -> Answer {
        var form = try await visit.form(Meeting.names)
        let way = form.value(Meeting.way)
        let place = form.optional(Meeting.place) ?? ""
        let minutes = form.value(Meeting.minutes)
        let times = Meeting.times.compactMap { form.optional($0) }
        if times.isEmpty, form.isGood { form.wrong(Meeting.times[0], Wrong("请至少提一个时间", "Please propose at least one time")) }
        if let past = times.firstIndex(where: { $0 < visit.now }) { form.wrong(Meeting.times[min(past, 2)], Wrong("这个时间已经过去了", "This time is past")) }
        if way == .video, place.isEmpty { form.wrong(Meeting.place, Wrong("视频要写会议链接", "A video session wants a link")) }
        if way == .onSite, place.isEmpty { form.wrong(Meeting.place, Wrong("入企要写地址", "A visit wants an address")) }
        guard form.isGood, let way, let minutes else { return try await pages.show(visit, id, tab: "meetings", form) }
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            _ = try CaseDeeds(id, occasion, in: tx).propose(way, place: place, minutes: Minutes(minutes), times: times)
            return CasePages.tab(id, "meetings")
        }
        return .see(link, saying: Words("时间提过去了，等对方选", "The times were sent; the other side chooses"))
    }

    private func change(_ visit: Visit, _ id: ID<Meeting>, _ form: Form, saying words: Words, _ deed: @escaping @Sendable (MeetingDeeds) throws -> ID<Case>) async throws -> Answer {
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            CasePages.tab(try deed(MeetingDeeds(id, occasion, in: tx)), "meetings")
        }
        return .see(link, saying: words)
    }

    func agree(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        var form = try await visit.form(["begins"])
        guard let begins = form.value(Meeting.chosen).flatMap({ Int64($0) }).map(Instant.init(milliseconds:)) else { throw Problem.badRequest("begins") }
        return try await change(visit, id, form, saying: Words("约好了，到时会提醒", "Agreed; you will be reminded")) { try $0.agree(at: begins) }
    }

    /// The three nearest beginnings that are free for all (lesson 1).
    static func nearest(_ begins: Instant, _ minutes: Minutes, _ people: [ID<Person>], _ tx: Transaction, after now: Instant) throws -> [Instant] {
        let taken = try tx.takenQuarters(people, from: begins - .days(1))
        let length = Int64((minutes.count + 14) / 15)
        let first = begins.milliseconds / 900_000
        return (1...96).flatMap { [first + $0, first - $0] }.filter { start in
            let moment = Instant(milliseconds: start * 900_000)
            return moment > now && (8 * 60...20 * 60).contains(moment.minuteOfDay) && (start..<start + length).allSatisfy { !taken.contains($0) }
        }.prefix(3).map { Instant(milliseconds: $0 * 900_000) }
    }

    func begin(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        let form = try await visit.form([])
        return try await change(visit, id, form, saying: Words("开始了，谈完请按“结束”", "Begun; press “end” when you finish")) { try $0.begin() }
    }

    func end(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        let form = try await visit.form([])
        return try await change(visit, id, form, saying: Words("结束了，时间记下了", "Ended, and the time is kept")) { try $0.end() }
    }

    func cancel(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        let reason = form.optional(Meeting.reason) ?? ""
        return try await change(visit, id, form, saying: Words("取消了，已告诉对方", "Cancelled; the other side was told")) { try $0.cancel(reason) }
    }

    func miss(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        let form = try await visit.form([])
        return try await change(visit, id, form, saying: Words("记下了，对方可以说明", "Noted; the other side can reply")) { try $0.miss() }
    }

    func object(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        let form = try await visit.form([])
        return try await change(visit, id, form, saying: Words("记下了，服务机构会了解情况", "Noted; the institution will look into it")) { try $0.object() }
    }

    // MARK: How it looks

    /// `beside` is what another room has to say under a meeting, such as how its minutes are witnessed.
    static func list(_ found: Dossier, _ viewer: Viewer, _ now: Instant, beside: [ID<Meeting>: HTML] = [:]) -> HTML {
        guard !found.meetings.isEmpty else { return "<p class=\"soft\">\(Words("还没有约过时间。", "No meeting has been proposed yet."))</p>" }
        // What is waited for stands out: the newest meeting that is open, where a meeting is what is owed.
        let main: ID<Meeting>? =
            switch found.owed {
            case .meetingAnswer: found.meetings.last { $0.allows(.agree) }?.id
            case .meeting: found.meetings.last { $0.allows(.begin) || $0.allows(.end) }?.id
            default: nil
            }
        return """
            <ul class="list">\(each: found.meetings.reversed(), { meeting in
                "<li><div class=\"stack\">\(head(meeting, now))\(meeting.id == found.uncovered?.meeting ? warning(found, viewer) : nil)\(deeds(meeting, found.it, viewer, now, isMain: meeting.id == main))\(beside[meeting.id])</div></li>"
            })</ul>
            """
    }

    /// For the expert and for staff; the licence of somebody else is not the owner's business.
    private static func warning(_ found: Dossier, _ viewer: Viewer) -> HTML? {
        guard let lacks = found.uncovered?.lacks, let person = viewer.person, person != found.it.asker, !found.it.colleagues.contains(person) else { return nil }
        return say(.wait, "<p>\(lacks.words)\(Words("。电话、视频可以照常谈，请尽快补上。", ". A call or video can be held; please see to it soon."))</p>")
    }

    private static func head(_ meeting: Meeting, _ now: Instant) -> HTML {
        let when: Words =
            switch meeting.state {
            case .agreed(let at), .running(let at, _), .missed(let at, _, _): at.spoken(now: now)
            case .held(_, let from, let until): from.spoken(now: now) + Words("，\((until - from).inMinutes)分钟", ", \((until - from).inMinutes) minutes")
            case .proposed, .cancelled: Words("", "")
            }
        return "<p class=\"row\"><b>\(meeting.way.words)　\(when)</b>\(tag(meeting.state.words, meeting.allows(.agree) || meeting.allows(.begin) ? .wait : .plain))<span class=\"soft small\">\(meeting.place)</span></p>"
    }

    private static func deeds(_ meeting: Meeting, _ found: Case, _ viewer: Viewer, _ now: Instant, isMain: Bool) -> HTML? {
        guard let person = viewer.person, viewer.could(Permission<Meeting, Case>.meet, found), found.isOpen else { return nil }
        let kind = isMain ? "btn go" : "btn"
        switch meeting.state {
        case .proposed where found.side(of: meeting.proposedBy) != found.side(of: person):
            let times = meeting.times.filter { $0 > now }
            guard let first = times.first else { return "<p class=\"soft\">\(Words("提的时间都过了，请另提。", "The proposed times are past; please propose others."))</p>" }
            return """
                <div class="row">\(each: times, { time in button(Meeting.agreement(meeting.id), Words("就约", "Take ") + time.spoken(now: now), kind: isMain && time == first ? "btn go" : "btn", fields: [("begins", String(time.milliseconds))]) })</div>
                """
        case .proposed: return "<div class=\"row\"><span class=\"soft\">\(each: meeting.times, { "\($0.spoken(now: now))　" })</span>\(button(Meeting.cancellation(meeting.id), Words("收回", "Take back"), kind: "btn quiet"))</div>"
        case .agreed(let begins):
            return """
                <div class="row">\(now > begins - Meeting.early && viewer.could(Permission<Meeting.Holding, Case>.hold, found) ? button(Meeting.beginning(meeting.id), Words("开始", "Begin"), kind: kind) : nil)\(now > begins + .minutes(15) ? button(Meeting.absence(meeting.id), Words("对方没来", "The other did not come"), kind: "btn quiet") : nil)</div>
                <details class="more"><summary>\(Words("改期或取消", "Move or cancel"))</summary>\(Web.form(Meeting.cancellation(meeting.id), "\(Form().show(Meeting.reason, optional: true))<button class=\"btn\">\(Words("取消这次，再约", "Cancel this one and agree anew"))</button>"))</details>
                """
        case .running where viewer.could(Permission<Meeting.Holding, Case>.hold, found): return button(Meeting.end(meeting.id), Words("结束", "End"), kind: kind)
        case .missed(_, let saidBy, false) where found.side(of: saidBy) != found.side(of: person): return button(Meeting.objection(meeting.id), Words("我来了，不是这样", "I was there; that is wrong"), kind: "btn")
        default: return nil
        }
    }

    /// `isAside` where a meeting stands above, which is looked at first.
    static func form(_ id: ID<Case>, _ form: Form, isAside: Bool) -> HTML {
        let isOpen = !form.isGood
        var form = form
        form.fill(Meeting.minutes, "60")
        let fields = Web.form(Meeting.page(id), """
            \(form.show(Meeting.way))\(form.show(Meeting.place, optional: true))\(form.show(Meeting.minutes))\
            \(form.show(Meeting.times[0]))\(form.show(Meeting.times[1], optional: true))\(form.show(Meeting.times[2], optional: true))<p><button class="btn">\(Words("提给对方选", "Send the times"))</button></p>
            """)
        return isAside ? "<details class=\"more mt\"\(flag: "open", isOpen)><summary>\(Words("另提几个时间", "Propose other times"))</summary>\(fields)</details>" : "<h2 class=\"h3 mt\">\(Words("提几个时间", "Propose times"))</h2>\(fields)"
    }
}

extension Case {
    /// The other of the two.
    func other(than person: ID<Person>) -> ID<Person>? { person == expert ? asker : expert }
}
