package import Languages
package import Values

/// When the institution is open on a working day (工作时间). A setting of the institution; 9:00–12:00 and 14:00–18:00
/// where it says nothing.
package struct WorkingHours: Hashable, Sendable, CustomStringConvertible {
    /// In order, without overlap, none empty; at least one.
    package let periods: [Period]

    /// From one minute of the day until, and without, another.
    package struct Period: Hashable, Sendable {
        package let from: Int
        package let until: Int
    }

    package static let standard = WorkingHours(periods: [Period(from: 540, until: 720), Period(from: 840, until: 1080)])

    /// Reads `9:00-12:00, 14:00-18:00`, as the setting is written.
    package init(_ text: String) throws(Flaw) {
        var periods: [Period] = []
        for part in text.split(whereSeparator: { ",，;；、".contains($0) }) {
            let ends = part.split(whereSeparator: { "-–—至~".contains($0) }).map { $0.filter { !$0.isWhitespace } }
            guard ends.count == 2, let from = WorkingHours.minute(ends[0]), let until = WorkingHours.minute(ends[1]) else {
                throw .unreadable(part.filter { !$0.isWhitespace })
            }
            guard from < until, from >= periods.last?.until ?? 0 else { throw .order(part.filter { !$0.isWhitespace }) }
            periods.append(Period(from: from, until: until))
        }
        guard !periods.isEmpty else { throw .unreadable(text) }
        self.periods = periods
    }

    private init(periods: [Period]) { self.periods = periods }

    /// The minute of the day at which work ends.
    package var close: Int { periods.last?.until ?? 1440 }

    /// How long a working day is.
    package var length: Minutes { Minutes(periods.reduce(0) { $0 + $1.until - $1.from }) }

    package var description: String {
        periods.map { "\(WorkingHours.clock($0.from))-\(WorkingHours.clock($0.until))" }.joined(separator: ", ")
    }

    /// What is wrong with a setting.
    package enum Flaw: Error, Equatable {
        case unreadable(String)
        case order(String)

        package var words: Words {
            switch self {
            case .unreadable(let text):
                Words("“\(text)”不是时段，请写成9:00-12:00, 14:00-18:00", "“\(text)” is no period; write 9:00-12:00, 14:00-18:00")
            case .order(let text):
                Words("“\(text)”要从早到晚，不能重叠", "“\(text)” must run from early to late without overlap")
            }
        }
    }

    private static func minute(_ text: String) -> Int? {
        let fields = text.split(omittingEmptySubsequences: false, whereSeparator: { ":：".contains($0) })
        guard fields.count == 2, fields[1].count == 2, let hour = Int(fields[0]), let minute = Int(fields[1]),
            (0...24).contains(hour), (0..<60).contains(minute), hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    private static func clock(_ minute: Int) -> String { "\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)" }
}
