package import Languages
import Values

/// A stretch of each week in which an expert can be met (可约时间).
package struct FreeTime: Hashable, Sendable, Comparable {
    /// 1 is Monday, 7 is Sunday.
    package let weekday: Int
    /// Minutes since midnight in China; `until` is after `from` and at most 1,440.
    package let from: Int
    package let until: Int

    /// Nil where there is no such weekday or the stretch is shorter than a meeting.
    package init?(weekday: Int, from: Int, until: Int) {
        guard (1...7).contains(weekday), from >= 0, until <= 1440, until - from >= FreeTime.meeting else { return nil }
        self.weekday = weekday
        self.from = from
        self.until = until
    }

    /// The shortest time for which it is worth meeting, in minutes; meetings begin on the hour or half past.
    package static let meeting = 30

    package static func < (a: Self, b: Self) -> Bool { (a.weekday, a.from, a.until) < (b.weekday, b.from, b.until) }

    /// When a meeting can still begin on such a day, from `minute` on: at once when the stretch is still to come, else at the
    /// next half hour; nil when what is left is too short.
    func beginning(from minute: Int) -> Int? {
        if minute <= from { return from }
        let start = (minute + FreeTime.meeting - 1) / FreeTime.meeting * FreeTime.meeting
        return start + FreeTime.meeting <= until ? start : nil
    }

    /// The last minute at which a meeting can still begin.
    var last: Int { max(from, (until - FreeTime.meeting) / FreeTime.meeting * FreeTime.meeting) }
}

extension FreeTime {
    /// `周三 14:00–17:30`
    package var words: Words {
        let clock = "\(FreeTime.clock(from))–\(FreeTime.clock(until))"
        let day = FreeTime.weekdays[weekday - 1]
        return Words("\(day.chinese) \(clock)", "\(day.english) \(clock)")
    }

    package static let weekdays = [
        Words("周一", "Mon"), Words("周二", "Tue"), Words("周三", "Wed"), Words("周四", "Thu"), Words("周五", "Fri"), Words("周六", "Sat"), Words("周日", "Sun"),
    ]

    static func clock(_ minute: Int) -> String { "\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)" }
}

extension [FreeTime] {
    /// `1:540-720,3:840-1080`, as a column holds them.
    var spelled: String { sorted().map { "\($0.weekday):\($0.from)-\($0.until)" }.joined(separator: ",") }

    init(spelled text: String) {
        self = text.split(separator: ",").compactMap { part in
            let numbers = part.split(whereSeparator: { $0 == ":" || $0 == "-" }).compactMap { Int($0) }
            return numbers.count == 3 ? FreeTime(weekday: numbers[0], from: numbers[1], until: numbers[2]) : nil
        }
    }
}
