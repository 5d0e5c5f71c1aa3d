package import Languages
import Storage
package import Values
import Web

/// The second key: the word of the other side (确认), once. Where they are silent for a week, an officer who had no part may
/// stand in, with a reason, and the record says so for good.
package struct Confirmation: Sendable, Equatable {
    package let by: ID<Person>
    package let kind: Kind
    package let reason: String
    package let at: Instant

    package enum Kind: String, CellCodable, CaseIterable, Sendable {
        case owner, colleague
        /// The owner was silent; somebody of the institution stood in.
        case standIn
        /// The owner said no, and it was decided otherwise.
        case decision

        package var words: Words {
            switch self {
            case .owner: Words("企业确认", "Confirmed by the owner")
            case .colleague: Words("企业同事确认", "Confirmed by a colleague")
            case .standIn: Words("企业到期没有答复，由机构代为确认", "The owner was silent until the end of the term; the institution stood in")
            case .decision: Words("有争议，裁定计入", "Disputed, and decided to count")
            }
        }
    }

    /// An officer's word in the owner's place.
    package enum StandIn {}

    static let reason = Field<String>.area(
        "reason", Words("凭什么代为确认", "On what grounds"), hint: Words("看了哪些凭证，怎样联系过企业", "Which evidence you looked at, and how you tried to reach the owner"), longest: 500, shortest: 4, low: true)
}
