package import Languages
import Storage
package import Values
import Web

/// What the inquiry came to (处理结果).
package struct Decision: Sendable, Equatable {
    package let outcome: Outcome
    package let words: String
    package let by: ID<Person>
    package let at: Instant
    /// By when the complainant is to have the answer.
    package let due: Instant

    /// Who has no power to decide names who has (ordinance art. 26).
    package enum Outcome: Sendable, Equatable {
        case founded
        case unfounded
        /// To a body, with the number or name on its receipt.
        case handedOver(body: String, receipt: String)

        var kind: Kind {
            switch self {
            case .founded: .founded
            case .unfounded: .unfounded
            case .handedOver: .handedOver
            }
        }
    }

    package enum Kind: String, CellCodable, CaseIterable, Sendable {
        case founded, unfounded, handedOver

        package var words: Words {
            switch self {
            case .founded: Words("属实", "Founded")
            case .unfounded: Words("不属实", "Not founded")
            case .handedOver: Words("移送有权部门", "Handed over to the competent body")
            }
        }
    }

    static let kindField = Field<Kind>.choice("outcome", Words("查下来", "The inquiry found"), of: Kind.allCases) { $0.words }
    static let wordsField = Field<String>.area(
        "decisionWords", Words("查明的情况和处理", "What was found, and what is done"), hint: Words("写进案卷；答复投诉人另写", "For the file; the answer to the complainant is written separately"), longest: 3000, shortest: 6)
    static let bodyField = Field<String>.text(
        "body", Words("移送给", "Handed over to"), hint: Words("只在移送时填，如某市市场监督管理局", "Only for a hand-over, such as the market regulation bureau of a city"), longest: 80)
    static let receiptField = Field<String>.text(
        "bodyReceipt", Words("对方回执", "Their receipt"), hint: Words("签收编号，或签收人和时间", "Its number, or who signed for it and when"), longest: 120)
}
