import Happenings
package import Identity
package import Languages
package import Reference
package import Values
package import Web

/// A need that somebody has put to the institution (中小企业服务需求, clause 2.3b).
package struct Need: Reachable, Sendable {
    package let id: ID<Need>
    /// `2026-000123`, to say on the telephone.
    package let number: String
    package let institution: ID<Organisation>
    package let region: String
    package let asker: ID<Person>
    package let enterprise: ID<Enterprise>?
    /// Others who speak for the same company, confirmed: they see it too.
    package var colleagues: Set<ID<Person>>
    package var statement: String
    package let saidDomain: Domain?
    package let saidUrgency: Urgency
    /// The expert whom the person chose in the directory (由企业自主选择意向专家).
    package let wishedExpert: ID<Person>?
    package let source: Source
    package let at: Instant
    package var suggestion: Suggestion?
    package var state: State

    /// How it came.
    package struct Source: Sendable, Equatable {
        package enum Kind: String, CaseIterable, Sendable {
            case web, telephone, paper, line12345

            package var words: Words {
                switch self {
                case .web: Words("本人在网上填写", "Written on this site")
                case .telephone: Words("电话", "By telephone")
                case .paper: Words("书面", "On paper")
                case .line12345: Words("12345热线", "12345 hotline")
                }
            }
        }
        package let kind: Kind
        /// The number and due time of the line that handed it over.
        package var outerNumber: String?
        package var outerDue: Instant?
        /// The officer or liaison who entered it for somebody.
        package var enteredBy: ID<Person>?
        package init(_ kind: Kind, outerNumber: String? = nil, outerDue: Instant? = nil, enteredBy: ID<Person>? = nil) {
            self.kind = kind
            self.outerNumber = outerNumber
            self.outerDue = outerDue
            self.enteredBy = enteredBy
        }
    }

    /// What the software proposes; a person decides.
    package struct Suggestion: Sendable, Equatable {
        /// Nil: it looks like no need of a firm.
        package let domain: Domain?
        package let subTopic: String?
        /// 0 to 1; below 0.6 it is only a hint.
        package let confidence: Double
        package let signs: [String]
        package let urgency: Urgency
        package let urgencyReasons: [Words]

        package var isSure: Bool { confidence >= 0.6 }
        package init(domain: Domain?, subTopic: String?, confidence: Double, signs: [String], urgency: Urgency, urgencyReasons: [Words]) {
            self.domain = domain
            self.subTopic = subTopic
            self.confidence = confidence
            self.signs = signs
            self.urgency = urgency
            self.urgencyReasons = urgencyReasons
        }
    }

    /// Read from the need's own deeds, never stored twice.
    package enum State: Sendable, Equatable {
        case submitted
        case triaged(Triage)
        /// A case stands for it.
        case inService(Triage, since: Instant)
        case closed(Triage?, at: Instant)
        case referred(Referral)
        case withdrawn(Withdrawal)
        case joined(into: ID<Need>, at: Instant)

        package var words: Words {
            switch self {
            case .submitted: Words("已收到，等分办", "Received, waiting to be assigned")
            case .triaged: Words("正在找专家", "Looking for an expert")
            case .inService: Words("服务中", "In service")
            case .closed: Words("已办结", "Closed")
            case .referred: Words("已转介", "Referred")
            case .withdrawn: Words("已撤回", "Withdrawn")
            case .joined: Words("已并入另一条", "Joined with another")
            }
        }

        package var isOpen: Bool {
            switch self {
            case .submitted, .triaged, .inService: true
            case .closed, .referred, .withdrawn, .joined: false
            }
        }

        package var triage: Triage? {
            switch self {
            case .triaged(let triage), .inService(let triage, _): triage
            case .closed(let triage, _): triage
            case .submitted, .referred, .withdrawn, .joined: nil
            }
        }
    }

    package var subject: Subject { Subject("need", id) }

    /// The first sentence, short enough for a list.
    package var title: String {
        let line = statement.split(whereSeparator: { $0.isNewline || "。！？!?".contains($0) }).lazy.map { String($0).trimmed }.first { !$0.isEmpty } ?? statement.trimmed
        // Latin letters are half as wide, and words are not cut.
        let isLatin = line.utf8.count < line.count * 3 / 2
        let longest = isLatin ? 60 : 24
        guard line.count > longest else { return line }
        let start = line.prefix(longest - 1)
        return (isLatin ? start.lastIndex(of: " ").map { String(start[..<$0]) } ?? String(start) : String(start)) + "…"
    }

    package var reach: Reach {
        Reach(institution: institution, region: region, people: [.asker: [asker], .colleague: colleagues])
    }

    package static let page = Path("needs/*", ID<Need>.self)
    package static let list = Path("needs")

    /// What a deed to a need refuses, with words for the person.
    package enum Refusal: Error, Sendable {
        /// Somebody was quicker: the second officer is told who.
        case quicker(by: ID<Person>, at: Instant)
        case past(State)

        package func words(names: [ID<Person>: String]) -> Words {
            switch self {
            case .quicker(let by, _):
                Words("\(names[by] ?? "同事")先办了，下面是现在的情况。您填的还在", "\(names[by] ?? "A colleague") was quicker; this is how it stands now. What you typed is kept")
            case .past(let state): Words("这条需求现在是“\(state.words.chinese)”，这一步不用办了", "This need is now “\(state.words.english)”; the step is no longer needed")
            }
        }
    }

    package struct Submitted: Happening {
        package static let kind = "need.submitted"
        package let subject: Subject
        package let fields: [String: String]
    }
}

/// Where a need came from that is not about one of these.
package enum See {}
package enum Edit {}

extension Permission where Deed == See, Noun == Need {
    package static var see: Self {
        Permission(
            "need.see",
            [
                Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague)), Grant(.officer, .institution), Grant(.head, .institution),
                Grant(.liaison, .region), Grant(.auditor, .anywhere),
            ])
    }
}

extension Permission where Deed == Edit, Noun == Need {
    package static var edit: Self { Permission("need.edit", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague))]) }
}
