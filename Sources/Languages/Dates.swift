package import Values

// How the product says times, in one place: 今天 14:30, 2026年11月24日 (周二) 14:30, 还有1天. Days and hours are China's.

extension Instant {
    /// As near to the reader as it can be said: 今天 14:30, 明天, 昨天; the year only where it is not this one.
    package func spoken(now: Instant) -> Words { day.spoken(now: now) + Words(" ", day.isNear(now.day) ? " " : ", ") + clock }

    /// 2026年11月24日 (周二) 14:30, for paper and wherever `now` will have passed when it is read.
    package func full() -> Words { day.full() + Words(" ", ", ") + clock }

    /// A deadline as what is left of it: 还有1天, 还有3小时, 已过2小时. What is begun does not count, so that nobody is
    /// promised more than there is.
    package func left(now: Instant) -> Words {
        let gap = self - now
        let size = Span(milliseconds: abs(gap.milliseconds))
        if size < .minutes(1) {
            return gap.milliseconds < 0 ? Words("刚刚到期", "due just now") : Words("还有不到1分钟", "less than 1 minute left")
        }
        let length = size.units[0].words
        return gap.milliseconds < 0
            ? Words("已过", "") + length + Words("", " overdue")
            : Words("还有", "") + length + Words("", " left")
    }

    private var clock: Words {
        let minute = minuteOfDay % 60
        return Words(same: "\(minuteOfDay / 60):" + (minute < 10 ? "0" : "") + "\(minute)")
    }
}

extension Day {
    /// 今天, 明天, 昨天, 11月24日 (周二), or with the year where it is not that of `now`.
    package func spoken(now: Instant) -> Words {
        switch self - now.day {
        case 0: Words("今天", "today")
        case 1: Words("明天", "tomorrow")
        case -1: Words("昨天", "yesterday")
        default: parts.year == now.day.parts.year ? withoutYear : full()
        }
    }

    /// 2026年11月24日 (周二); Tue 24 Nov 2026.
    package func full() -> Words {
        Words("\(parts.year)年", "") + withoutYear + Words("", " \(parts.year)")
    }

    /// 2026年11月24日; 24 Nov 2026: for terms and papers, where nobody asks for the day of the week.
    package func date() -> Words {
        let (year, month, day) = parts
        return Words("\(year)年\(month)月\(day)日", "\(day) \(Day.months[month - 1]) \(year)")
    }

    /// 2026年11月; Nov 2026.
    package func month() -> Words {
        let (year, month, _) = parts
        return Words("\(year)年\(month)月", "\(Day.months[month - 1]) \(year)")
    }

    /// 2026年11月24日至2028年11月23日; 24 Nov 2026 to 23 Nov 2028.
    package func date(to last: Day) -> Words { date() + Words("至", " to ") + last.date() }

    fileprivate func isNear(_ today: Day) -> Bool { abs(self - today) <= 1 }

    private var withoutYear: Words {
        let (_, month, day) = parts
        let name = Day.weekdays[weekday - 1]
        return Words("\(month)月\(day)日 (\(name.chinese))", "\(name.english) \(day) \(Day.months[month - 1])")
    }

    private static let weekdays = [
        Words("周一", "Mon"), Words("周二", "Tue"), Words("周三", "Wed"), Words("周四", "Thu"), Words("周五", "Fri"),
        Words("周六", "Sat"), Words("周日", "Sun"),
    ]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

extension Span {
    /// A length in its two largest units: 2小时30分钟, 1天, 45分钟.
    package func spoken() -> Words {
        let units = Span(milliseconds: abs(milliseconds)).units
        guard let first = units.first else { return Words("不到1分钟", "less than 1 minute") }
        guard units.count > 1, units[1].size == first.next else { return first.words }
        return first.words + Words("", " ") + units[1].words
    }

    /// Days, hours and minutes of which there is at least one, largest first.
    fileprivate var units: [Unit] {
        let minutes = inMinutes
        return [
            Unit(size: .day, count: minutes / 1440), Unit(size: .hour, count: minutes / 60 % 24),
            Unit(size: .minute, count: minutes % 60),
        ].filter { $0.count > 0 }
    }

    fileprivate struct Unit {
        enum Size { case day, hour, minute }
        let size: Size
        let count: Int

        var next: Size? {
            switch size {
            case .day: .hour
            case .hour: .minute
            case .minute: nil
            }
        }

        var words: Words {
            let (chinese, english) =
                switch size {
                case .day: ("天", "day")
                case .hour: ("小时", "hour")
                case .minute: ("分钟", "minute")
                }
            return Words("\(count)\(chinese)", "\(count) \(english)\(count == 1 ? "" : "s")")
        }
    }
}
