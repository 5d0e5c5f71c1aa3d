import Happenings
package import Identity
package import Languages
import Reference
import Turns
package import Values
package import Web

/// Somebody applies to be a volunteer expert (报名, clause 2.2b): in answer to a call or to a personal invitation. An officer
/// reviews it, the head selects, each with a reason.
package struct Application: Reachable, Sendable {
    package let id: ID<Application>
    package let institution: ID<Organisation>
    package let region: String
    package let recruitment: ID<Recruitment>?
    package let person: ID<Person>
    package let entry: ExpertEntry
    package let background: Background
    /// Hours a year that they offer.
    package let hours: Int
    package let at: Instant
    package internal(set) var state: State

    package init(
        id: ID<Application>, institution: ID<Organisation>, region: String, recruitment: ID<Recruitment>?, person: ID<Person>, entry: ExpertEntry, background: Background,
        hours: Int, at: Instant, state: State
    ) {
        self.id = id
        self.institution = institution
        self.region = region
        self.recruitment = recruitment
        self.person = person
        self.entry = entry
        self.background = background
        self.hours = hours
        self.at = at
        self.state = state
    }

    /// Read from its deeds.
    package enum State: Sendable, Equatable {
        case sent
        case reviewed(Review)
        case selected(Review, Selection)
        case refused(Review, Selection)
        case withdrawn(at: Instant)

        package var words: Words {
            switch self {
            case .sent: Words("待审核", "To be reviewed")
            case .reviewed: Words("待遴选", "To be decided")
            case .selected: Words("已入选", "Selected")
            case .refused: Words("未入选", "Not selected")
            case .withdrawn: Words("已撤回", "Withdrawn")
            }
        }
    }

    /// What an officer found (审核).
    package struct Review: Sendable, Equatable {
        package let isSuitable: Bool
        package let reason: String
        package let by: ID<Person>
        package let at: Instant
        package init(isSuitable: Bool, reason: String, by: ID<Person>, at: Instant) { self.isSuitable = isSuitable; self.reason = reason; self.by = by; self.at = at }
    }

    /// What the head decided (遴选): by a second hand (A7).
    package struct Selection: Sendable, Equatable {
        package let isSelected: Bool
        package let reason: String
        package let by: ID<Person>
        package let at: Instant
        package init(isSelected: Bool, reason: String, by: ID<Person>, at: Instant) { self.isSelected = isSelected; self.reason = reason; self.by = by; self.at = at }
    }

    package enum Deed: CaseIterable, Sendable { case review, select, withdraw }

    /// Whether the deed fits the state.
    package func allows(_ deed: Deed) -> Bool {
        switch (deed, state) {
        case (.review, .sent), (.select, .reviewed), (.withdraw, .sent), (.withdraw, .reviewed): true
        default: false
        }
    }

    package enum Refusal: Error, Equatable {
        case past(State)
        case reviewedByYou
        case yourOwn
        case oneHuman(OneHuman)
        case servesAlready
        case appliedAlready(ID<Application>)

        package var words: Words {
            switch self {
            case .past(let state): Words("这份报名已经是“\(state.words.chinese)”了，请刷新看看", "This application is “\(state.words.english)” already; please reload the page")
            case .reviewedByYou: Words("审核和遴选要由两个人做，请另一位负责人决定", "Review and selection are done by two people; please let another head decide")
            case .yourOwn: Words("自己的报名由别人来审", "One's own application is reviewed by others")
            case .oneHuman(let one): one.words
            case .servesAlready: Words("这位已经是志愿专家了", "They serve as a volunteer expert already")
            case .appliedAlready: Words("您在这家机构已经有一份报名在办，不用再报", "Your application to this institution is being dealt with already")
            }
        }
    }

    package mutating func review(_ review: Review) throws(Refusal) {
        guard allows(.review) else { throw .past(state) }
        guard review.by != person else { throw .yourOwn }
        state = .reviewed(review)
    }

    package mutating func select(_ selection: Selection) throws(Refusal) {
        guard allows(.select), case .reviewed(let review) = state else { throw .past(state) }
        guard selection.by != review.by else { throw .reviewedByYou }
        guard selection.by != person else { throw .yourOwn }
        state = selection.isSelected ? .selected(review, selection) : .refused(review, selection)
    }

    mutating func withdraw(at now: Instant) throws(Refusal) {
        guard allows(.withdraw) else { throw .past(state) }
        state = .withdrawn(at: now)
    }

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person]]) }
    package var subject: Subject { Subject("application", id) }

    /// Whom a complaint about the result accuses.
    package var deciders: [ID<Person>] {
        switch state {
        case .sent, .withdrawn: []
        case .reviewed(let review): [review.by]
        case .selected(let review, let selection), .refused(let review, let selection): [review.by, selection.by]
        }
    }

    func turn(_ permission: String, _ what: Words, since now: Instant) -> Turn {
        Turn(
            subject, holder: .organisation(institution), permission: permission, what: what, due: WorkingDays.bundled.add(workingDays: 5, to: now).at, since: now,
            institution: institution, region: region, title: "报名：\(entry.name)")
    }

    package static let list = Path("applications")
    package static let page = Path("applications/*", ID<Application>.self)
    static let review = Path("applications/*/review", ID<Application>.self)
    static let selection = Path("applications/*/selection", ID<Application>.self)
    static let withdrawal = Path("applications/*/withdrawal", ID<Application>.self)

    package struct Sent: Happening { package static let kind = "application.sent"; package let subject: Subject }
    package struct Reviewed: Happening { package static let kind = "application.reviewed"; package let subject: Subject; package let fields: [String: String] }
    package struct Selected: Happening { package static let kind = "application.selected"; package let subject: Subject; package let fields: [String: String] }
    package struct Withdrawn: Happening { package static let kind = "application.withdrawn"; package let subject: Subject }

    /// What a happening of an application is called on a timeline.
    static func words(_ happening: String) -> Words {
        switch happening {
        case Sent.kind: Words("报名", "Applied")
        case Reviewed.kind: Words("审核", "Reviewed")
        case Selected.kind: Words("遴选", "Decided")
        case Withdrawn.kind: Words("撤回", "Withdrawn")
        default: Words("变更", "Changed")
        }
    }
}

extension Permission where Deed == Application, Noun == Application {
    package static var see: Self {
        Permission(
            "application.see",
            [Grant(.officer, .institution), Grant(.head, .institution), Grant(.smeAuthority, .region), Grant(.auditor, .anywhere), Grant(.owner, .own(.oneself)), Grant(.expert, .own(.oneself))])
    }
    /// The vetting list (遴选名单) is staff's.
    package static var list: Self {
        Permission("application.list", [Grant(.officer, .institution), Grant(.head, .institution), Grant(.smeAuthority, .region), Grant(.auditor, .anywhere)])
    }
    package static var withdraw: Self { Permission("application.withdraw", [Grant(.owner, .own(.oneself)), Grant(.expert, .own(.oneself))]) }
}
extension Permission where Deed == Application.Review, Noun == Application {
    package static var review: Self { Permission("application.review", [Grant(.officer, .institution)]) }
}
extension Permission where Deed == Application.Selection, Noun == Application {
    package static var select: Self { Permission("application.select", [Grant(.head, .institution)]) }
}
