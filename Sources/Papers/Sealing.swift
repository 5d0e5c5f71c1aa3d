package import Files
import Happenings
package import Identity
package import Languages
import Storage
package import Values
package import Web

/// The seal on a paper (用印): application → approval → sealing → register, by two different people. A technical signature is
/// not an official seal; what is frozen in the end is the sealed document.
package struct Sealing: Sendable {
    package let id: ID<Sealing>
    package let paper: ID<Paper>
    package let institution: ID<Organisation>
    package let region: String
    package let way: Way
    package let applied: Deed
    package let state: State

    package enum Way: String, CellCodable, CaseIterable, Sendable {
        /// Printed, stamped, scanned; the scan is frozen beside the paper.
        case ink
        /// By the place's system for electronic seals (国办发〔2025〕33号: equal in force).
        case electronic

        package var words: Words {
            switch self {
            case .ink: Words("实物章：打印、盖章、扫描", "Ink: printed, stamped, scanned")
            case .electronic: Words("电子印章", "Electronic seal")
            }
        }
        var short: Words {
            switch self {
            case .ink: Words("实物章", "Ink")
            case .electronic: Words("电子印章", "Electronic")
            }
        }
    }

    /// Who did a step, and when.
    package struct Deed: Sendable, Equatable {
        package let by: ID<Person>
        package let at: Instant
    }

    /// Read from the steps, each of which is a row of its own.
    package enum State: Sendable, Equatable {
        case applied
        case refused(Deed, reason: String)
        case approved(Deed)
        case sealed(approved: Deed, Line)
    }

    /// A line of the seal register (用印登记).
    package struct Line: Sendable, Equatable {
        package let year: Int
        package let number: Int
        /// Who stamped; nil for an electronic seal, which its system sets.
        package let by: ID<Person>?
        package let at: Instant
        package let file: ID<StoredFile>
        package let sha256: String

        package var name: String { "YY-\(year)-" + String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number)" }
    }

    /// What can be done to an application for the seal.
    package enum Step: Sendable { case approve, refuse, seal }

    /// Whether this person may take the step now.
    /// 
    /// - Throws: why not; `quicker` and `sealedAlready` say who was before them.
    package func allow(_ step: Step, by person: ID<Person>) throws(Refusal) {
        switch (step, state) {
        case (.approve, .applied), (.refuse, .applied):
            // Two hands for what counts (A7).
            guard person != applied.by else { throw .ownApplication }
        case (.seal, .approved): return
        case (_, .refused(let deed, _)), (.approve, .approved(let deed)), (.refuse, .approved(let deed)): throw .quicker(deed)
        case (_, .sealed(_, let line)): throw .sealedAlready(line)
        case (.seal, .applied): throw .notApproved
        }
    }

    package enum Refusal: Error, Equatable, Sendable {
        case ownApplication
        /// Nobody has a hand in the seal on a paper of their own (A7).
        case ownPaper
        case oneHuman(OneHuman)
        case quicker(Deed)
        case notApproved
        case sealedAlready(Line)
        case openAlready
        case notMadeYet
        case notValid
        case noDriver

        package var words: Words {
            switch self {
            case .ownApplication: Words("自己申请的用印要由另一个人批", "Somebody else must approve what you applied for")
            case .ownPaper: Words("这是您自己的文书，请同事来办", "This paper is your own; a colleague must do this")
            case .oneHuman(let one): one.words
            case .quicker: Words("已有人办过这一步，现在是新的进展", "Somebody was quicker with this step; below is how it stands now")
            case .notApproved: Words("还没有批准，不能用印", "It is not approved yet")
            case .sealedAlready(let line): Words("已经用印，登记号\(line.name)", "It is sealed already, register line \(line.name)")
            case .openAlready: Words("这份文书的用印已经在办或办完了", "The seal for this paper is already under way or done")
            case .notMadeYet: Words("文书还在制作，做好后再申请用印", "The paper is still being made; apply when it is ready")
            case .notValid: Words("这份文书现在不是有效的，不能用印", "This paper is not valid now and cannot be sealed")
            case .noDriver: Words("这里没有接电子印章系统，请选实物章", "No electronic seal system is connected here; please choose ink")
            }
        }
    }

    package var subject: Subject { Subject(Sealing.subjectKind, id) }
    package static let subjectKind = "sealing"
}

extension Sealing: Reachable {
    package var reach: Reach { Reach(institution: institution, region: region) }
}

extension Sealing {
    package enum Application {}
    package enum Approval {}
    package enum Sight {}

    package static let register = Path("sealings")
    package static let page = Path("sealings/*", ID<Sealing>.self)
    static let applying = Path("papers/*/sealing", ID<Paper>.self)
    static let approval = Path("sealings/*/approval", ID<Sealing>.self)
    static let refusal = Path("sealings/*/refusal", ID<Sealing>.self)
    static let stamp = Path("sealings/*/stamp", ID<Sealing>.self)
}

extension Permission where Deed == Sealing.Application, Noun == Paper {
    package static var applyForSeal: Self { Permission("sealing.apply", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Permission where Deed == Sealing.Approval, Noun == Sealing {
    package static var approveSeal: Self { Permission("sealing.approve", [Grant(.head, .institution)]) }
}

extension Permission where Deed == Sealing, Noun == Sealing {
    /// Whoever keeps the seal; the approval is what counts.
    package static var seal: Self { Permission("sealing.seal", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Permission where Deed == Sealing.Sight, Noun == Sealing {
    package static var see: Self {
        Permission(
            "sealing.see",
            [Grant(.officer, .institution), Grant(.head, .institution), Grant(.smeAuthority, .region), Grant(.civilAffairs, .region), Grant(.auditor, .anywhere)])
    }
}

extension Sealing {
    package struct Applied: Happening { package static let kind = "sealing.applied"; package let subject: Subject; package let fields: [String: String] }
    package struct Approved: Happening { package static let kind = "sealing.approved"; package let subject: Subject; package let fields: [String: String] }
    package struct Refused: Happening { package static let kind = "sealing.refused"; package let subject: Subject; package let fields: [String: String] }
    package struct Sealed: Happening { package static let kind = "sealing.sealed"; package let subject: Subject; package let fields: [String: String] }
}

/// A system for electronic seals. Each place has its own; this is all that we ask of one.
package protocol SealDriver: Sendable {
    /// The paper with the institution's electronic seal on it. May be called again after a failure: a seal that was set
    /// already for the same key is given back.
    func seal(_ pdf: [UInt8], institution: ID<Organisation>, key: String) async throws -> [UInt8]
}
