import Languages
import Reference
import Turns
import Values

extension Case {
    /// What is owed next in a running case, and by whom: exactly one thing at a time.
    enum Owed: Sendable {
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

    enum Side: Sendable { case asker, expert }

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
            subject, holder: holder, permission: permission(owed), what: what, due: due, since: now, institution: institution, region: region, title: titleForTurn)
    }

    /// What the case is called on a start page: before the undertaking of confidentiality by its number alone, as its title is
    /// the owner's own words.
    var titleForTurn: String { expert != nil && undertaking == nil ? "案例\(number)" : title }

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
