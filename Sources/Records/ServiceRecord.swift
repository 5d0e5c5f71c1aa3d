package import Cases
import Happenings
import Identity
package import Languages
import Needs
import Storage
package import Values
package import Web

/// Minutes that an expert gave to a firm (志愿服务记录, ordinance art. 19, clause 4.1d). They are a claim until both keys are
/// there – evidence made at the time, and the word of the other side – and a record from then on. Nobody holds both keys.
package struct ServiceRecord: Reachable, Sendable {
    package let id: ID<ServiceRecord>
    package let serviceCase: ID<Case>
    package let institution: ID<Organisation>
    package let region: String
    package let expert: ID<Person>
    package let owner: ID<Person>
    /// Confirmed speakers of the same company: any of them may confirm.
    package internal(set) var colleagues: Set<ID<Person>> = []
    var company: ID<Enterprise>?
    var caseNumber = ""
    var caseTitle = ""
    package let source: Source
    package let meeting: ID<Meeting>?
    /// Whole minutes.
    package let begins: Instant
    package let ends: Instant
    package let claimed: Minutes
    /// What was done, in the expert's words; empty for a session.
    package let content: String
    /// Who recorded it (记录人).
    let statedBy: ID<Person>
    let statedAt: Instant
    package internal(set) var evidence: [Evidence] = []
    package let dispute: Dispute?
    package let withdrawn: Instant?
    package let confirmation: Confirmation?
    package let counted: Counted?

    package enum Source: String, CellCodable, CaseIterable, Sendable {
        /// Start and end pressed in a meeting of the case.
        case session
        /// The written solution, by its version.
        case solution
        /// Typed afterwards.
        case typed

        package var words: Words {
            switch self {
            case .session: Words("面谈", "Session")
            case .solution: Words("写书面方案", "Written solution")
            case .typed: Words("补记", "Entered afterwards")
            }
        }
    }

    /// What counts, and how much of it after corrections.
    package struct Counted: Sendable, Equatable {
        /// Its place in the public export.
        package let number: Int
        package let kind: Evidence.Kind
        package let recorded: Minutes
        package let minutes: Minutes
        package let at: Instant
    }

    package enum State: Sendable, Equatable {
        /// No evidence from the time: it counts nowhere.
        case unproven
        /// The owner was asked, and has not answered.
        case waiting(since: Instant)
        case disputed(Dispute)
        case counted(Minutes)
        /// The owner said no, and it was decided so.
        case refused
        case withdrawn

        package var words: Words {
            switch self {
            case .unproven: Words("缺凭证，不计入", "No evidence: does not count")
            case .waiting: Words("等企业确认", "Waiting for the owner")
            case .disputed: Words("有争议", "Disputed")
            case .counted: Words("已计入", "Counted")
            case .refused: Words("没有计入", "Not counted")
            case .withdrawn: Words("已撤回", "Withdrawn")
            }
        }
        var tone: Tone {
            switch self {
            case .counted: .good
            case .waiting, .disputed: .wait
            case .unproven, .refused, .withdrawn: .plain
            }
        }
    }

    package var state: State {
        if withdrawn != nil { return .withdrawn }
        if let counted { return .counted(counted.minutes) }
        if let dispute { return dispute.decision == nil ? .disputed(dispute) : .refused }
        guard let first = evidence.first else { return .unproven }
        return .waiting(since: first.at)
    }

    package enum Deed: String, CaseIterable, Sendable { case attach, confirm, standIn, deny, decide, object, answer, withdraw }

    /// Whether the deed fits the state; the time that must have passed is the deed's own matter.
    package func allows(_ deed: Deed) -> Bool {
        switch (deed, state) {
        case (.attach, .unproven), (.attach, .waiting), (.confirm, .waiting), (.standIn, .waiting), (.deny, .waiting), (.decide, .disputed), (.object, .counted),
            (.answer, .counted), (.withdraw, .unproven), (.withdraw, .waiting):
            true
        default: false
        }
    }

    package var reach: Reach {
        Reach(institution: institution, region: region, people: [.asker: [owner], .colleague: colleagues.subtracting([expert]), .expert: [expert]])
    }
    package var subject: Subject { Subject(ServiceRecord.kind, id) }
    package static let kind = "record"
    var objectionSubject: Subject { Subject("recordObjection", id) }

    /// Whoever had part in it decides nothing about it (A7).
    var hands: Set<ID<Person>> { colleagues.union([expert, owner, statedBy]).union(evidence.map(\.by)).union([dispute?.by].compactMap { $0 }) }

    /// What a place may set otherwise.
    package struct Terms: Sendable {
        /// The owner is silent so long before somebody may stand in; the database asks for seven days at least.
        package var silence = 7
        /// Working days for a dispute, an objection, a certificate.
        package var dispute = 10
        package var objection = 10
        package var certificate = 10
        /// A certificate stands in the institution's internal notice so many days.
        package var notice = 7
        /// Minutes that the written solution of one case may bring.
        package var solution = 120
        /// Minutes that all solutions of one person may bring on one day.
        package var solutionDay = 240
        /// A paper counts as made at the time when it reached us so many hours after the end.
        package var papers = 24
        package init() {}
    }

    package static let list = Path("records")
    package static let page = Path("records/*", ID<ServiceRecord>.self)
    package static let confirmation = Path("records/*/confirmation", ID<ServiceRecord>.self)
    static let evidencePage = Path("records/*/evidence", ID<ServiceRecord>.self)
    static let standIn = Path("records/*/stand-in", ID<ServiceRecord>.self)
    static let dispute = Path("records/*/dispute", ID<ServiceRecord>.self)
    static let decision = Path("records/*/decision", ID<ServiceRecord>.self)
    static let objection = Path("records/*/objection", ID<ServiceRecord>.self)
    static let answer = Path("records/*/objection/answer", ID<ServiceRecord>.self)
    static let withdrawal = Path("records/*/withdrawal", ID<ServiceRecord>.self)

    // What happened: ids and figures alone.
    package struct Stated: Happening { package static let kind = "record.stated"; package let subject: Subject; package let fields: [String: String] }
    package struct Proven: Happening { package static let kind = "record.proven"; package let subject: Subject; package let fields: [String: String] }
    package struct Confirmed: Happening { package static let kind = "record.confirmed"; package let subject: Subject; package let fields: [String: String] }
    package struct Disputed: Happening { package static let kind = "record.disputed"; package let subject: Subject; package let fields: [String: String] }
    package struct Decided: Happening { package static let kind = "record.decided"; package let subject: Subject; package let fields: [String: String] }
    package struct ObjectedTo: Happening { package static let kind = "record.objectedTo"; package let subject: Subject; package let fields: [String: String] }
    package struct Answered: Happening { package static let kind = "record.answered"; package let subject: Subject; package let fields: [String: String] }
    package struct Withdrawn: Happening { package static let kind = "record.withdrawn"; package let subject: Subject }
}

extension Permission where Deed == See, Noun == ServiceRecord {
    static var see: Self {
        Permission(
            "record.see",
            [
                // Whoever served reads what they gave, also when the appointment is over (ordinance art. 19).
                Grant(.expert, .own(.expert)), Grant(.owner, .own(.expert)), Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague)), Grant(.officer, .institution),
                Grant(.head, .institution), Grant(.auditor, .anywhere),
            ])
    }
}

extension Permission where Deed == Confirmation, Noun == ServiceRecord {
    /// The second key: the owner's, or a confirmed colleague's.
    package static var confirm: Self { Permission("record.confirm", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague))]) }
}

extension Permission where Deed == Confirmation.StandIn, Noun == ServiceRecord {
    package static var standIn: Self { Permission("record.standIn", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Permission where Deed == Dispute.Decision, Noun == ServiceRecord {
    package static var decide: Self { Permission("record.decide", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Permission where Deed == Objection, Noun == ServiceRecord {
    package static var object: Self {
        Permission(
            "record.object",
            [
                Grant(.expert, .own(.expert)), Grant(.owner, .own(.expert)), Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague)), Grant(.officer, .institution),
                Grant(.head, .institution),
            ])
    }
}

extension Permission where Deed == Objection.Answer, Noun == ServiceRecord {
    package static var answer: Self { Permission("record.answer", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Permission where Deed == Evidence, Noun == ServiceRecord {
    package static var attach: Self { Permission("record.attach", [Grant(.expert, .own(.expert))]) }
}

extension Permission where Deed == Claim, Noun == Case {
    /// Stating what one did in a case of one's own. It counts nowhere by itself.
    package static var claim: Self { Permission("record.claim", [Grant(.expert, .own(.expert))]) }
}
