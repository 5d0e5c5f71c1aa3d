package import Languages
package import Values

/// Which days are worked (工作日): Monday to Friday, but for the holidays and make-up workdays (放假调休) that the State
/// Council announces for one year at a time.
///
/// Deadlines in days follow the Civil Code (民法典): the day on which something comes in is not counted (art. 201), and
/// the last day ends with its working hours (art. 203). So what comes in on Monday, be it at 10:00 or at 23:00, is due
/// within two working days by the close of Wednesday; what comes in at a weekend is counted from Monday on.
package struct WorkingDays: Sendable {
    package static var bundled: WorkingDays { Reference.bundled.workingDays }

    private let notices: [Day: Notice]
    /// The years whose arrangement is known.
    private let years: Set<Int>

    /// What a notice says of one day.
    fileprivate struct Notice: Sendable {
        let isWorked: Bool
        let holiday: Words
    }

    package func isWorkday(_ day: Day) -> Bool { notices[day]?.isWorked ?? (day.weekday < 6) }

    /// Whether the arrangement of the day's year is known. Where it is not, Monday to Friday count.
    package func isAnnounced(_ day: Day) -> Bool { years.contains(day.parts.year) }

    /// The holiday that a day off belongs to, or a make-up workday makes up for.
    package func holiday(_ day: Day) -> Words? { notices[day]?.holiday }

    package func next(after day: Day) -> Day {
        var next = day + 1
        while !isWorkday(next) { next = next + 1 }
        return next
    }

    /// Whether somebody is at work.
    package func isOpen(at now: Instant, hours: WorkingHours = .standard) -> Bool {
        isWorkday(now.day) && hours.periods.contains { ($0.from..<$0.until).contains(now.minuteOfDay) }
    }

    /// The first moment from `now` on at which somebody is at work.
    package func opening(from now: Instant, hours: WorkingHours = .standard) -> Instant {
        if isWorkday(now.day) {
            for period in hours.periods where now < Instant(now.day, 0, period.until) {
                return max(now, Instant(now.day, 0, period.from))
            }
        }
        return Instant(next(after: now.day), 0, hours.periods.first?.from ?? 0)
    }
}

// Deadlines.
extension WorkingDays {
    /// The close of the n-th working day after the day of `moment`. With 0: the close of that day itself where it is
    /// still to come, or of the next working day.
    package func add(workingDays count: Int, to moment: Instant, hours: WorkingHours = .standard) -> Due {
        let start = moment.day
        var day = start
        if count < 1 {
            if !isWorkday(start) || moment >= Instant(start, 0, hours.close) { day = next(after: start) }
        } else {
            for _ in 0..<count { day = next(after: day) }
        }
        let length =
            count < 1
            ? Words("当个工作日内", "Within the same working day")
            : Words("\(count)个工作日", "\(count) working day\(count == 1 ? "" : "s")")
        return Due(at: Instant(day, 0, hours.close), because: explain(length, from: start, through: day))
    }

    /// So much working time later: 4 working hours from 16:00 end at 11:00 on the next working day.
    package func add(workingTime length: Span, to moment: Instant, hours: WorkingHours = .standard) -> Due {
        var left = length
        var now = opening(from: moment, hours: hours)
        while true {
            let end = hours.periods.map { Instant(now.day, 0, $0.until) }.first { now < $0 } ?? now
            if left < end - now || left == end - now { break }
            left = Span(milliseconds: (left.milliseconds - (end - now).milliseconds))
            now = opening(from: end, hours: hours)
        }
        let at = now + left
        let spoken = length.spoken()
        let words = Words("工作时间\(spoken.chinese)", "\(spoken.english) of working time")
        return Due(at: at, because: explain(words, from: moment.day, through: at.day))
    }
}

// Reasons.
extension WorkingDays {
    /// What was not counted and what was, between the day something came in and the day it is due.
    private func explain(_ length: Words, from start: Day, through end: Day) -> Words {
        var reasons = [length]
        var day = start + 1
        var weekend = false
        while day <= end {
            switch notices[day] {
            case .some(let notice) where notice.isWorked:
                reasons.append(Words("\(day.said.chinese) 补班算一天", "\(day.said.english) is a make-up workday and counts"))
            case .some:
                let run = holidayRun(around: day)
                reasons.append(
                    Words(
                        "\(DaysSaid.run(run).chinese)放假不算",
                        "\(DaysSaid.run(run).english) \(run.count == 1 ? "is a holiday and does" : "are holidays and do") not count"
                    ))
                day = max(day, run.upperBound)
            case .none: weekend = weekend || day.weekday > 5
            }
            day = day + 1
        }
        if weekend { reasons.append(Words("周末不算", "weekends do not count")) }
        if start < end {
            for year in (start + 1).parts.year...end.parts.year where !years.contains(year) {
                reasons.append(
                    Words(
                        "\(year)年放假安排尚未公布，周一至周五按工作日算",
                        "the holidays of \(year) are not announced yet, Monday to Friday count"))
            }
        }
        return Words(reasons.map(\.chinese).joined(separator: "；"), reasons.map(\.english).joined(separator: "; "))
    }

    /// The days off in one piece that `day` is one of.
    private func holidayRun(around day: Day) -> ClosedRange<Day> {
        func isOff(_ day: Day) -> Bool { notices[day].map { !$0.isWorked } ?? false }
        var (first, last) = (day, day)
        while isOff(first + -1) { first = first + -1 }
        while isOff(last + 1) { last = last + 1 }
        return first...last
    }
}

extension ClosedRange<Day> {
    fileprivate var count: Int { upperBound - lowerBound + 1 }
}

extension Day {
    /// `10月10日 (周六)`; `Sat 10 Oct`.
    fileprivate var said: Words {
        let (_, month, day) = parts
        let name = DaysSaid.weekdays[weekday - 1]
        return Words("\(month)月\(day)日 (\(name.chinese))", "\(name.english) \(day) \(DaysSaid.months[month - 1])")
    }
}

private enum DaysSaid {
    /// `10月1日至7日`, `1月31日至2月6日`, `1月1日`; `1–7 Oct`, `31 Jan–6 Feb`, `1 Jan`.
    static func run(_ days: ClosedRange<Day>) -> Words {
        let (_, month, day) = days.lowerBound.parts
        let (_, lastMonth, lastDay) = days.upperBound.parts
        if days.count == 1 { return Words("\(month)月\(day)日", "\(day) \(months[month - 1])") }
        return month == lastMonth
            ? Words("\(month)月\(day)日至\(lastDay)日", "\(day)–\(lastDay) \(months[month - 1])")
            : Words(
                "\(month)月\(day)日至\(lastMonth)月\(lastDay)日", "\(day) \(months[month - 1])–\(lastDay) \(months[lastMonth - 1])")
    }

    static let weekdays = [
        Words("周一", "Mon"), Words("周二", "Tue"), Words("周三", "Wed"), Words("周四", "Thu"), Words("周五", "Fri"),
        Words("周六", "Sat"), Words("周日", "Sun"),
    ]
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

extension WorkingDays {
    static let file = "working-days.csv"

    /// A year's arrangement is known when its New Year's Day stands in the table, which each notice begins with.
    init(_ edition: ReferenceEdition) throws(ReferenceFault) {
        let table = try edition.table(WorkingDays.file, columns: ["day", "kind", "chinese", "english"])
        var notices: [Day: Notice] = [:]
        var years: Set<Int> = []
        for row in table.rows {
            guard let day = try row.day("day") else { throw row.fault("day", Words("不能为空", "may not be empty")) }
            let isWorked: Bool
            switch row["kind"] {
            case "off": isWorked = false
            case "work": isWorked = true
            default: throw row.fault("kind", Words("只能是off（放假）或work（补班）", "must be off or work"))
            }
            let holiday = Words(try row.text("chinese"), try row.text("english"))
            guard notices.updateValue(Notice(isWorked: isWorked, holiday: holiday), forKey: day) == nil else {
                throw row.fault("day", Words("\(day)出现了两次", "\(day) stands there twice"))
            }
            if (day.parts.month, day.parts.day) == (1, 1) { years.insert(day.parts.year) }
        }
        self.notices = notices
        self.years = years
    }
}
