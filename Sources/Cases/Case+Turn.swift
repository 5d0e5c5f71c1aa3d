import Identity
import Languages
import Reference
import Storage
import Turns
import Values

extension Case {
    /// What is owed next in a running case, and by whom: exactly one thing at a time.
    enum Owed: Sendable, Equatable {
        case undertaking
        case firstContact
        case reply(from: Side)
        case meetingAnswer(from: Side)
        case meeting(at: Instant)
        case solution
        case verdict
        case review
        case search
    }

    enum Side: Sendable, Equatable { case asker, expert }

    func side(of person: ID<Person>) -> Side { person == expert ? .expert : .asker }

    /// The turn that stands for the case, with its deadline in working time.
    func turn(_ owed: Owed, since now: Instant, days: WorkingDays) -> Turn {
        func within(_ count: Int) -> Instant { days.add(workingDays: count, to: now).at }
        let (holder, what, due): (Party, Words, Instant) =
            switch owed {
            case .undertaking: (party(.expert), Words("签保密承诺，开始服务", "Sign the undertaking and begin"), within(1))
            case .firstContact: (party(.expert), Words("先和企业主联系", "Get in touch with the owner"), within(1))
            case .reply(let side): (party(side), Words("回复对方", "Reply"), within(2))
            case .meetingAnswer(let side): (party(side), Words("定时间：对方提了几个时间", "Choose a time that was proposed"), within(2))
            case .meeting(let at): (party(.expert), Words("按约见面", "Meet as agreed"), at)
            case .solution: (party(.expert), Words("写书面方案", "Write the solution"), within(5))
            case .verdict: (party(.asker), Words("看方案，说说管不管用", "Read the solution and say whether it helps"), within(5))
            case .review: (.organisation(institution), Words("没解决：看看下一步怎么办", "Not solved: decide what comes next"), within(2))
            case .search: (.organisation(institution), Words("换一位专家", "Find another expert"), within(1))
            }
        return Turn(
            subject, holder: holder, permission: permission(owed), what: what, due: due, since: now, institution: institution, region: region, title: titleForTurn,
            company: holder == .person(asker) ? enterprise?.text : nil)
    }

    /// What the case is called on a start page: before the undertaking of confidentiality by its number alone, as its title is
    /// the owner's own words.
    var titleForTurn: String { expert != nil && undertaking == nil ? number : title }

    private func party(_ side: Side) -> Party {
        switch side {
        case .asker: .person(asker)
        case .expert: expert.map(Party.person) ?? .organisation(institution)
        }
    }

    /// An organisation's turns are for those with this permission; a person's say whose side is waited for.
    private func permission(_ owed: Owed) -> String {
        switch owed {
        case .review, .search: "case.review"
        case .reply(let side), .meetingAnswer(let side): side == .asker ? "case.ownerSide" : "case.expertSide"
        case .verdict: "case.ownerSide"
        case .undertaking, .firstContact, .meeting, .solution: "case.expertSide"
        }
    }
}

extension Reader {
    /// What is owed now in a case that is served, read from what has happened since its expert signed: a deed that is taken
    /// back, or comes to nothing, leaves what was open before it.
    func owed(in found: Case, now: Instant) throws -> Case.Owed {
        guard found.expert != nil else { return .search }
        guard let signed = found.undertaking else { return .undertaking }
        func other(than person: ID<Person>) -> Case.Side { found.side(of: person) == .expert ? .asker : .expert }
        let solved = try solutions(of: found.id).last.flatMap { $0.at >= signed ? $0.at : nil }
        let meetings = try meetings(of: found.id, since: signed)
        for meeting in meetings { if case .running(let at, _) = meeting.state { return .meeting(at: at) } }
        // The owner's word on a solution waits for no meeting that was agreed on before it.
        let since = meetings.filter { $0.at >= solved ?? signed }
        if let open = since.first(where: { $0.state == .proposed && $0.times.contains { $0 > now } }) { return .meetingAnswer(from: other(than: open.proposedBy)) }
        let agreed = since.compactMap { meeting in if case .agreed(let at) = meeting.state { at } else { nil } }
        if let next = agreed.min() { return .meeting(at: next) }
        if solved != nil { return .verdict }
        switch try lastStep(in: found.id, since: signed) {
        case nil: return .firstContact
        case .met: return .solution
        case .said(let person): return .reply(from: other(than: person))
        }
    }

    /// The last word or meeting of the two.
    private func lastStep(in id: ID<Case>, since signed: Instant) throws -> Step? {
        // Of what happened in one moment a meeting's end comes last, a message first.
        try first(
            """
            select person, rank from (
                select by_person as person, at, 0 as rank from case_message where service_case = \(id) and at >= \(signed)
                union all select c.by_person, c.at, 1 from meeting m join meeting_cancellation c on c.meeting = m.id left join meeting_agreement a on a.meeting = m.id
                    where m.service_case = \(id) and c.at >= \(signed) and (a.at is not null or c.by_person <> m.proposed_by)
                union all select x.by_person, x.at, 2 from meeting m join meeting_absence x on x.meeting = m.id where m.service_case = \(id) and x.at >= \(signed)
                union all select x.objected_by, x.objected_at, 3 from meeting m join meeting_absence x on x.meeting = m.id where m.service_case = \(id) and x.objected_at >= \(signed)
                union all select e.by_person, e.at, 4 from meeting m join meeting_end e on e.meeting = m.id where m.service_case = \(id) and e.at >= \(signed)
            ) step order by at desc, rank desc limit 1
            """
        ) { row in
            let person = try row(ID<Person>.self)
            return try row(Int.self) == 4 ? .met : .said(person)
        }
    }
}

private enum Step {
    case said(ID<Person>)
    case met
}

extension Transaction {
    /// Gives the turn to whoever is to do what is open now. Who is waited for already keeps the time that they were given.
    func settle(_ found: Case, since now: Instant, days: WorkingDays) throws {
        let owed = try owed(in: found, now: now)
        let next = found.turn(owed, since: now, days: days)
        if let turn = try turn(of: found.subject), turn.holder == next.holder, turn.what == next.what {
            if case .meeting(let at) = owed, turn.due != at {} else { return }
        }
        try give(next)
    }
}
