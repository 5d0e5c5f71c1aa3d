package import Happenings
import Identity
package import Languages
import Storage
package import Values
package import Web

/// Somebody says that something is not as it should be (投诉, 举报): about anything, with or without a name (clause 4.1b,
/// ordinance art. 26). Those whom it accuses never learn of it here.
package struct Complaint: Sendable {
    package let id: ID<Complaint>
    package let number: Int
    package let filed: Instant
    /// What it is about; nil where it names nothing of ours.
    package let about: Subject?
    package let kind: Kind
    package let words: String
    /// Nil for somebody who gave no name: then nothing in the database says who.
    package let person: ID<Person>?
    /// The organisation that deals with it: the institution concerned, or whoever stands above when all its heads are accused.
    package let handler: ID<Organisation>
    /// Who has the turn: the handler, or one of its people where another of them is accused.
    package let holder: Party
    package let concerns: ID<Organisation>
    package let region: String
    /// By when it is to be accepted.
    package let due: Instant
    package let state: State
    package let measures: [Measure]

    package enum Kind: String, CellCodable, CaseIterable, Sendable {
        /// Asked for money or favours: 有人收费
        case charge
        /// Sells something: 推销
        case selling
        /// Rude, or did not come
        case manner
        case confidentiality
        case advice
        case other

        package var words: Words {
            switch self {
            case .charge: Words("向我收费，或要好处", "I was asked to pay or to return a favour")
            case .selling: Words("推销产品或服务", "Products or services were sold to me")
            case .manner: Words("态度不好，或约好了没来", "Rude, or did not come as agreed")
            case .confidentiality: Words("泄露了我的信息", "My information was passed on")
            case .advice: Words("给的建议有错", "The advice was wrong")
            case .other: Words("其他", "Something else")
            }
        }

        /// For lists, where it is not the complainant who reads.
        package var short: Words {
            switch self {
            case .charge: Words("收费", "Asked to pay")
            case .selling: Words("推销", "Selling")
            case .manner: Words("态度或失约", "Rude or absent")
            case .confidentiality: Words("泄密", "Confidentiality")
            case .advice: Words("建议有错", "Wrong advice")
            case .other: Words("其他", "Other")
            }
        }
    }

    /// Read from its deeds, each of which is a row of its own.
    package enum State: Sendable, Equatable {
        case filed
        case accepted(Acceptance)
        case decided(Acceptance, Decision)
        case answered(Acceptance, Decision, Reply)

        package var acceptance: Acceptance? {
            switch self {
            case .filed: nil
            case .accepted(let acceptance), .decided(let acceptance, _), .answered(let acceptance, _, _): acceptance
            }
        }
        package var decision: Decision? {
            switch self {
            case .filed, .accepted: nil
            case .decided(_, let decision), .answered(_, let decision, _): decision
            }
        }
        package var reply: Reply? { if case .answered(_, _, let reply) = self { reply } else { nil } }
    }

    package enum Deed: CaseIterable, Sendable { case accept, measure, decide, answer, undoAcceptance, lift, undoDecision }

    /// Whether the deed fits the state. Repeating one is told as it is: somebody was quicker.
    package func allow(_ deed: Deed) throws(Refusal) {
        switch (deed, state) {
        case (.accept, .filed), (.measure, .filed), (.measure, .accepted), (.measure, .decided), (.decide, .accepted), (.answer, .decided),
            (.undoAcceptance, .accepted), (.undoDecision, .decided), (.lift, _):
            return
        case (.accept, .accepted(let acceptance)), (.accept, .decided(let acceptance, _)), (.accept, .answered(let acceptance, _, _)):
            throw .quicker(acceptance.by, acceptance.at)
        case (.decide, .decided(_, let decision)), (.decide, .answered(_, let decision, _)): throw .quicker(decision.by, decision.at)
        case (.answer, .answered(_, _, let reply)): throw .quicker(reply.by, reply.at)
        case (.measure, .answered), (.undoAcceptance, .decided), (.undoAcceptance, .answered), (.undoDecision, .answered): throw .past
        case (.decide, .filed), (.answer, .filed), (.answer, .accepted), (.undoAcceptance, .filed), (.undoDecision, .filed),
            (.undoDecision, .accepted):
            throw .notYet
        }
    }

    package enum Refusal: Error, Equatable, Sendable {
        case quicker(ID<Person>, Instant)
        case past
        case notYet
    }

    /// `TS-2026-000018`.
    package var name: String {
        let digits = String(number)
        return "TS-\(filed.day.parts.year)-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    package var subject: Subject { Subject(Complaint.subjectKind, id) }
    package static let subjectKind = "complaint"

    /// By when the next deed is due; nil when nothing is open.
    var nextDue: Instant? {
        switch state {
        case .filed: due
        case .accepted(let acceptance): acceptance.due
        case .decided(_, let decision): decision.due
        case .answered: nil
        }
    }
}

extension Complaint: Reachable {
    package var reach: Reach {
        Reach(institution: handler, region: region, people: person.map { [.asker: [$0]] } ?? [:])
    }
}

extension Complaint {
    /// How long each step may take, in working days, and how many may come from one address or altogether in a day (R4).
    package struct Terms: Sendable {
        package var acceptance = 2
        package var decision = 15
        package var reply = 2
        package var perAddress = 10
        package var perDay = 1000
        /// Wrong receipt codes from one address in an hour (R3).
        package var triesPerHour = 20
        package init() {}
    }

    /// Dealing with a complaint: accepting, measures, decision, answer.
    package enum Handling {}
    package enum Sight {}
}

extension Permission where Deed == Complaint.Handling, Noun == Complaint {
    /// The head of the institution that deals with it; the authority only where no head is left who is not accused.
    package static var handle: Self { Permission("complaint.handle", [Grant(.head, .institution), Grant(.smeAuthority, .institution)]) }
}

extension Permission where Deed == Complaint.Sight, Noun == Complaint {
    /// Who deals with it, who supervises (SME authority, civil affairs of the region), the auditor, and whoever filed it.
    package static var see: Self {
        Permission(
            "complaint.see",
            [Grant(.head, .institution), Grant(.smeAuthority, .region), Grant(.civilAffairs, .region), Grant(.auditor, .anywhere)]
                + Complaint.filers.map { Grant($0, .own(.asker)) })
    }
}

extension Permission where Deed == Message, Noun == Complaint {
    /// The two who speak with each other.
    package static var write: Self {
        Permission(
            "complaint.write", [Grant(.head, .institution), Grant(.smeAuthority, .institution)] + Complaint.filers.map { Grant($0, .own(.asker)) })
    }
}

extension Complaint {
    fileprivate static let filers: [Role] = [.owner, .colleague, .expert, .liaison, .officer, .head, .smeAuthority, .civilAffairs]
}

// What happened. Their subject is the complaint, never the accused thing, whose timeline the accused may read.
extension Complaint {
    package struct Filed: Happening { package static let kind = "complaint.filed"; package let subject: Subject; package let fields: [String: String] }
    package struct Received: Happening { package static let kind = "complaint.received"; package let subject: Subject }
    package struct ReceiptUndone: Happening { package static let kind = "complaint.receiptUndone"; package let subject: Subject }
    package struct Measured: Happening { package static let kind = "complaint.measured"; package let subject: Subject; package let fields: [String: String] }
    package struct MeasureLifted: Happening { package static let kind = "complaint.measureLifted"; package let subject: Subject; package let fields: [String: String] }
    package struct Decided: Happening { package static let kind = "complaint.decided"; package let subject: Subject; package let fields: [String: String] }
    package struct DecisionUndone: Happening { package static let kind = "complaint.decisionUndone"; package let subject: Subject }
    package struct Answered: Happening { package static let kind = "complaint.answered"; package let subject: Subject }
    package struct Written: Happening { package static let kind = "complaint.written"; package let subject: Subject }
    package struct Noted: Happening { package static let kind = "complaint.noted"; package let subject: Subject }

    /// The service of the thing that `about` names is to stop; whoever keeps that thing listens.
    package struct ServiceStopped: Happening {
        package static let kind = "complaint.serviceStopped"
        package let subject: Subject
        package let about: Subject
        package var fields: [String: String] { Complaint.spelled(about) }
    }

    package struct ServiceResumed: Happening {
        package static let kind = "complaint.serviceResumed"
        package let subject: Subject
        package let about: Subject
        package var fields: [String: String] { Complaint.spelled(about) }
    }

    fileprivate static func spelled(_ about: Subject) -> [String: String] { ["about.kind": about.kind, "about.id": about.id] }

    /// What a complaint's happening is about, for the room that listens.
    package static func about(_ entry: HappeningEntry) -> Subject? {
        guard let kind = entry.fields["about.kind"], let id = entry.fields["about.id"] else { return nil }
        return Subject(kind: kind, id: id)
    }
}
