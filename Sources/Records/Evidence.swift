package import Files
package import Languages
import Storage
package import Values
import Web

/// The first key: what was made at the time (凭证). Each row is enough by itself, and says how many minutes it bears out at most.
package struct Evidence: Sendable, Equatable {
    package let id: ID<Evidence>
    package let kind: Kind
    package let most: Minutes
    package let madeAt: Instant
    package let by: ID<Person>
    package let file: ID<StoredFile>?
    package let version: Int?
    /// When it came to the record: the owner is asked from then on.
    package let at: Instant

    package enum Kind: String, CellCodable, CaseIterable, Sendable {
        /// Start and end pressed by the expert, and the code on the owner's phone typed on the spot.
        case visitCode
        /// Start and end pressed by the expert, and "we have begun" pressed by the owner.
        case ownerBegun
        case callLog
        /// 现场服务单
        case sheet
        case solution

        package var words: Words {
            switch self {
            case .visitCode: Words("起止时间＋到访码", "Start and end, and the visit code")
            case .ownerBegun: Words("起止时间＋企业按了“开始了”", "Start and end, and the owner's “we have begun”")
            case .callLog: Words("通话记录", "Call log")
            case .sheet: Words("现场服务单", "Signed service sheet")
            case .solution: Words("书面方案", "Written solution")
            }
        }
    }

    /// Kinds that come as a paper.
    static let papers: [Kind] = [.sheet, .callLog]
    static let kindField = Field<Kind>.choice("kind", Words("是什么凭证", "What kind of evidence"), of: papers, columns: true) { $0.words }
}
