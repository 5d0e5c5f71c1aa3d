import Happenings
package import Identity
package import Languages
package import Storage
package import Values
package import Web

/// A frozen paper: letter of appointment (聘书), service agreement (服务协议), certificate of service (志愿服务记录证明).
/// Its claims and bytes never change; a new edition is a new paper with a number of its own.
package struct Paper: Sendable {
    package let id: ID<Paper>
    package let kind: Kind
    /// The thing of the field that it is about: an appointment, an agreement, a request for a certificate.
    package let about: Subject
    package let institution: ID<Organisation>
    /// The institution's region when it was issued, by which supervisors reach it.
    package let region: String
    package let holder: ID<Person>
    /// `助企证331003〔2026〕317号`: one sequence for each institution, kind and year.
    package let number: String
    package let claims: Claims
    package let code: LongCode
    package let issued: Instant
    package let validUntil: Day?
    package let replaces: ID<Paper>?
    let suspended: Suspension?
    let revoked: Revocation?
    let replacedBy: ID<Paper>?
    /// Its holder has had themselves erased: what it says is kept, and shown to nobody (个人信息保护法 art. 47).
    package let isHolderErased: Bool

    /// Another room's kind is one more constant, with its words, the sign in its numbers, and how it is drawn (`PapersRoom`).
    package struct Kind: RawRepresentable, Hashable, CellCodable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let letter = Kind(rawValue: "letter")
        package static let agreement = Kind(rawValue: "agreement")
        package static let certificate = Kind(rawValue: "certificate")

        package var words: Words {
            switch self {
            case .letter: Words("聘书", "Letter of appointment")
            case .agreement: Words("志愿服务协议", "Service agreement")
            case .certificate: Words("志愿服务记录证明", "Certificate of volunteer service")
            default: Words("文书", "Paper")
            }
        }

        /// Stands in the number.
        var sign: String {
            switch self {
            case .letter: "聘"
            case .agreement: "协"
            case .certificate: "证"
            default: "文"
            }
        }
    }

    package var subject: Subject { Subject(Paper.subjectKind, id) }
    package static let subjectKind = "paper"

    /// Read from its deeds. Revoked outranks suspended, that replaced, that expired, that valid.
    package enum Standing: Sendable, Equatable {
        case valid
        case expired(Day)
        case replaced(by: ID<Paper>)
        case suspended(Suspension)
        case revoked(Revocation)
    }

    /// Whoever checks a paper is told this of the day on which they ask.
    package func standing(on day: Day) -> Standing {
        if let revoked { return .revoked(revoked) }
        if let suspended { return .suspended(suspended) }
        if let replacedBy { return .replaced(by: replacedBy) }
        if let validUntil, validUntil < day { return .expired(validUntil) }
        return .valid
    }

    package struct Suspension: Sendable, Equatable {
        package let reason: String
        package let by: Party
        package let at: Instant
    }

    package struct Revocation: Sendable, Equatable {
        package let reason: String
        package let by: Party
        package let at: Instant
    }

    /// What a room hands over to have a paper issued. Number, code, issuer and day are added by `issue`.
    package struct Draft: Sendable {
        package var kind: Kind
        package var about: Subject
        package var institution: ID<Organisation>
        package var holder: ID<Person>
        /// Everything that will be printed, in the order of printing: the paper is drawn from this alone. The fact
        /// `name`, the holder's name, is put first where it is not among them.
        package var facts: [Claims.Fact]
        package var validUntil: Day?

        package init(
            _ kind: Kind, about: Subject, institution: ID<Organisation>, holder: ID<Person>, facts: [Claims.Fact], validUntil: Day? = nil
        ) {
            self.kind = kind
            self.about = about
            self.institution = institution
            self.holder = holder
            self.facts = facts
            self.validUntil = validUntil
        }
    }

    /// Why a deed to a paper is not done; nothing was written then.
    package enum Refusal: Error, Equatable, Sendable {
        case missing
        /// Somebody was quicker.
        case revokedAlready(Revocation)
        case suspendedAlready(Suspension)
        case notSuspended
        case replacedAlready(by: ID<Paper>)
        /// Two facts with one key, or none at all.
        case unclearFacts
        /// Nobody decides on a paper of their own (A7).
        case yourOwn
        case oneHuman(OneHuman)
        /// What it is about is being looked into: its suspension ends with the answer.
        case contested

        package var words: Words {
            switch self {
            case .missing: Words("没有这份文书", "There is no such paper")
            case .revokedAlready: Words("这份文书已经撤销了", "This paper is already revoked")
            case .suspendedAlready: Words("这份文书已经暂停了", "This paper is already suspended")
            case .notSuspended: Words("这份文书没有暂停", "This paper is not suspended")
            case .replacedAlready: Words("这份文书已经换发过了", "This paper is already replaced")
            case .unclearFacts: Words("文书的内容不全", "The paper's facts are incomplete")
            case .yourOwn: Words("这是您自己的文书，请另一位负责人来办", "This paper is your own; another head must do this")
            case .oneHuman(let one): one.words
            case .contested: Words("有异议还没答复，答复后自动恢复", "An objection is not answered yet; the answer ends the suspension")
            }
        }
    }
}

extension Paper: Reachable {
    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [holder]]) }
}

extension Paper {
    package enum Sight {}

    package static let list = Path("papers")
    package static let page = Path("papers/*", ID<Paper>.self)
    package static let file = Path("papers/*/file", ID<Paper>.self)
}

extension Permission where Deed == Paper.Sight, Noun == Paper {
    /// Its holder, the staff of its institution, who supervises, and the auditor.
    package static var see: Self {
        Permission(
            "paper.see",
            [
                Grant(.officer, .institution), Grant(.head, .institution), Grant(.smeAuthority, .region), Grant(.civilAffairs, .region),
                Grant(.auditor, .anywhere),
            ] + [Role.owner, .expert, .liaison, .officer, .head].map { Grant($0, .own(.oneself)) })
    }
}

// What happened. Fields hold kinds and numbers, never what the paper says.
extension Paper {
    package struct Issued: Happening { package static let kind = "paper.issued"; package let subject: Subject; package let fields: [String: String] }
    package struct Revoked: Happening { package static let kind = "paper.revoked"; package let subject: Subject; package let fields: [String: String] }
    package struct Suspended: Happening { package static let kind = "paper.suspended"; package let subject: Subject; package let fields: [String: String] }
    package struct Lifted: Happening { package static let kind = "paper.lifted"; package let subject: Subject; package let fields: [String: String] }
    package struct Made: Happening { package static let kind = "paper.made"; package let subject: Subject; package let fields: [String: String] }
}
