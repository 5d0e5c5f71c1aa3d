#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A moment, in milliseconds since 1970 UTC. Rules take `now` as a parameter; only the rim reads the clock.
package struct Instant: Hashable, Sendable, Comparable, Codable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// A moment of China Standard Time, which all dates of the product are in (UTC+8, no summer time since 1991).
    package init(_ day: Day, _ hour: Int = 0, _ minute: Int = 0) {
        milliseconds = Int64(day.number) * 86_400_000 + Int64(hour * 60 + minute) * 60_000 - Instant.east
    }

    package static var now: Instant { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) }

    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
    package static func + (a: Self, b: Span) -> Self { Instant(milliseconds: a.milliseconds + b.milliseconds) }
    package static func - (a: Self, b: Span) -> Self { Instant(milliseconds: a.milliseconds - b.milliseconds) }
    package static func - (a: Self, b: Self) -> Span { Span(milliseconds: a.milliseconds - b.milliseconds) }

    /// The day in China.
    package var day: Day {
        let local = milliseconds + Instant.east
        return Day(number: Int((local >= 0 ? local : local - 86_399_999) / 86_400_000))
    }

    /// Minutes since midnight in China, 0 to 1,439.
    package var minuteOfDay: Int {
        Int((milliseconds + Instant.east - Int64(day.number) * 86_400_000) / 60_000)
    }

    private static let east: Int64 = 8 * 3_600_000
}

/// A length of time in milliseconds.
package struct Span: Hashable, Sendable, Comparable {
    package var milliseconds: Int64
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package static func seconds(_ n: Int) -> Span { Span(milliseconds: Int64(n) * 1000) }
    package static func minutes(_ n: Int) -> Span { .seconds(n * 60) }
    package static func hours(_ n: Int) -> Span { .seconds(n * 3600) }
    package static func days(_ n: Int) -> Span { .seconds(n * 86_400) }
    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
    package var inSeconds: Int { Int(milliseconds / 1000) }
    package var inMinutes: Int { Int(milliseconds / 60_000) }
}

/// A calendar day, counted from 1970-01-01, which is day 0.
package struct Day: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package let number: Int

    package init(number: Int) { self.number = number }

    /// A day of the Gregorian calendar; nil where there is none, such as 30 February.
    package init?(_ year: Int, _ month: Int, _ day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Days from civil, H. Hinnant, "chrono-compatible low-level date algorithms".
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
        guard parts == (year, month, day) else { return nil }
    }

    /// `2026-11-24`, as forms and the database write it.
    package init?(_ text: String) {
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        guard fields.count == 3, fields[0].count == 4, fields[1].count == 2, fields[2].count == 2,
            let year = Int(fields[0]), let month = Int(fields[1]), let day = Int(fields[2])
        else { return nil }
        self.init(year, month, day)
    }

    package var parts: (year: Int, month: Int, day: Int) {
        let z = number + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let m = (5 * dayOfYear + 2) / 153
        let month = m < 10 ? m + 3 : m - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * m + 2) / 5 + 1)
    }

    /// 1 is Monday, 7 is Sunday.
    package var weekday: Int { ((number + 3) % 7 + 7) % 7 + 1 }

    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    package static func + (a: Self, days: Int) -> Self { Day(number: a.number + days) }
    package static func - (a: Self, b: Self) -> Int { a.number - b.number }

    package var description: String {
        let (year, month, day) = parts
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)-\(two(month))-\(two(day))"
    }
}
