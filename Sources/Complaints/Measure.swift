package import Languages
import Storage
package import Values
import Web

/// What is done at once, before anything is decided (采取的措施): the service stops, evidence is secured. Each kind once.
package struct Measure: Sendable, Equatable {
    package let kind: Kind
    package let words: String
    package let by: ID<Person>
    package let at: Instant

    package enum Kind: String, CellCodable, CaseIterable, Sendable {
        /// 停止服务
        case stop
        /// 固定证据
        case evidence
        /// 约谈
        case talk
        case other

        package var words: Words {
            switch self {
            case .stop: Words("停止这项服务", "Stop the service")
            case .evidence: Words("固定证据", "Secure the evidence")
            case .talk: Words("约谈当事人", "Call in those concerned")
            case .other: Words("其他措施", "Another measure")
            }
        }

        var done: Words {
            switch self {
            case .stop: Words("已停止这项服务", "The service was stopped")
            case .evidence: Words("已固定证据", "Evidence was secured")
            case .talk: Words("已约谈当事人", "Those concerned were called in")
            case .other: Words("已采取其他措施", "Another measure was taken")
            }
        }
    }

    static let kindField = Field<Kind>.choice("measure", Words("措施", "Measure"), of: Kind.allCases, columns: true) { $0.words }
    static let wordsField = Field<String>.area(
        "measureWords", Words("做了什么", "What was done"), hint: Words("写清对象、时间、依据，投诉人看不到这段话", "Say what, when and on what grounds; the complainant does not see this"), longest: 1000, shortest: 4, low: true)
}
