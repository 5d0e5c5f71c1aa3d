import Happenings
package import Identity
package import Languages
package import Needs
package import Reference
import Storage
package import Values
package import Web

/// One expert helps one asker (案例): from the accepted offer to the owner's word that it helped, and the follow-up.
package struct Case: Reachable, Sendable {
    package let id: ID<Case>
    package let need: ID<Need>
    package let number: String
    package let title: String
    package let institution: ID<Organisation>
    package let region: String
    package let domain: Domain
    package let subTopic: String?
    package let asker: ID<Person>
    /// For which they asked; nil for somebody on their own.
    package let enterprise: ID<Enterprise>?
    /// Confirmed speakers of the same company.
    package var colleagues: Set<ID<Person>>
    /// Nil while another expert is looked for.
    package let expert: ID<Person>?
    package let begun: Instant
    /// The expert's undertaking of confidentiality: before it nothing of the case is shown to them.
    package let undertaking: Instant?
    /// Stopped by the institution after a complaint, until it is lifted.
    package let suspended: Instant?
    package let closure: Closure?
    package let ended: Instant?

    package enum State: Sendable, Equatable {
        /// Another expert is looked for.
        case changing
        case awaitingUndertaking
        case running
        /// Stopped while a complaint is looked into.
        case suspended
        case closed(Verdict)
        /// Withdrawn with its need, or stopped.
        case ended

        package var words: Words {
            switch self {
            case .changing: Words("正在换专家", "Changing the expert")
            case .awaitingUndertaking: Words("等专家签保密承诺", "Waiting for the expert's undertaking")
            case .running: Words("服务中", "In service")
            case .suspended: Words("服务暂停", "Service stopped for now")
            case .closed(.solved): Words("解决了", "Solved")
            case .closed(.partly): Words("解决了一部分", "Partly solved")
            case .closed(.not): Words("没有解决", "Not solved")
            case .ended: Words("已结束", "Ended")
            }
        }
    }

    package var state: State {
        if let closure { return .closed(closure.verdict) }
        if ended != nil { return .ended }
        if suspended != nil { return .suspended }
        if expert == nil { return .changing }
        return undertaking == nil ? .awaitingUndertaking : .running
    }

    package var isOpen: Bool { closure == nil && ended == nil }
    package var subject: Subject { Subject("case", id) }
    package var reach: Reach {
        // Nobody stands on both sides: an expert who came to speak for the company is the expert (A7).
        Reach(institution: institution, region: region, people: [.asker: [asker], .colleague: colleagues.subtracting([expert].compactMap { $0 }), .expert: expert.map { [$0] } ?? []])
    }

    package static let list = Path("cases")
    package static let page = Path("cases/*", ID<Case>.self)

    package struct Opened: Happening {
        package static let kind = "case.opened"
        package let subject: Subject
        package let fields: [String: String]
    }
    package struct Ended: Happening {
        package static let kind = "case.ended"
        package let subject: Subject
        package let fields: [String: String]
    }

    /// What a deed refuses because of the state, for a page of its own.
    func refusal() -> Problem {
        Problem("case.past", status: 409, Words("这一步现在办不了", "This step is not possible now"), Words("案例现在是“\(state.words.chinese)”。", "The case is now “\(state.words.english)”."))
    }
}

extension Permission where Deed == See, Noun == Case {
    package static var see: Self {
        Permission(
            "case.see",
            [
                Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague)), Grant(.expert, .own(.expert)), Grant(.officer, .institution),
                Grant(.head, .institution), Grant(.auditor, .anywhere),
            ])
    }
}
