package import Languages

/// How soon a firm needs help (紧急程度), in the words of the form.
package enum Urgency: String, CaseIterable, Sendable, Codable, Comparable {
    case now
    case thisWeek
    case thisMonth

    package var words: Words {
        switch self {
        case .now: Words("停工停产，今天", "Work has stopped: today")
        case .thisWeek: Words("急，一周内", "Within a week")
        case .thisMonth: Words("不急，一个月内", "Within a month")
        }
    }

    /// The more urgent one is the greater.
    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .thisMonth: 0
        case .thisWeek: 1
        case .now: 2
        }
    }
}
