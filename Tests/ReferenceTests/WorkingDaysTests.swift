import Languages
import Reference
import Testing
import Values

@Suite struct WorkingDaysTests {
    let days = WorkingDays.bundled

    func day(_ text: String) throws -> Day { try #require(Day(text)) }

    /// `2026-09-30 10:00`.
    func moment(_ text: String) throws -> Instant {
        let fields = text.split(separator: " ")
        let clock = try #require(fields.last).split(separator: ":").compactMap { Int($0) }
        return Instant(try day(String(try #require(fields.first))), try #require(clock.first), try #require(clock.last))
    }

    func text(_ moment: Instant) -> String {
        let minute = moment.minuteOfDay
        return "\(moment.day) \(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
    }

    @Test func `every day from 2019 on is worked or not as another's list has it`() throws {
        var compared = 0
        for line in workedMonths.split(separator: "\n") {
            let fields = line.split(separator: " ")
            let month = try #require(fields.first)
            for (index, digit) in try #require(fields.last).enumerated() {
                let day = try #require(Day("\(month)-\(index < 9 ? "0" : "")\(index + 1)"))
                #expect(days.isWorkday(day) == (digit == "1"), "\(day)")
                #expect(days.isAnnounced(day))
                compared += 1
            }
        }
        #expect(compared >= 8 * 365 + 2)
    }

    @Test(arguments: [
        // 国庆 2026: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked.
        ("2026-09-30 10:00", 3, "2026-10-10 18:00", "3个工作日；10月1日至7日放假不算；10月10日 (周六) 补班算一天"),
        ("2026-09-30 10:00", 1, "2026-10-08 18:00", "1个工作日；10月1日至7日放假不算"),
        ("2026-10-03 11:00", 1, "2026-10-08 18:00", "1个工作日；10月1日至7日放假不算"),
        ("2026-10-09 17:59", 1, "2026-10-10 18:00", "1个工作日；10月10日 (周六) 补班算一天"),
        ("2026-10-09 10:00", 2, "2026-10-12 18:00", "2个工作日；10月10日 (周六) 补班算一天；周末不算"),
        ("2026-09-18 16:00", 1, "2026-09-20 18:00", "1个工作日；9月20日 (周日) 补班算一天；周末不算"),
        // 春节 2026: 15 to 23 February off, Saturdays 14 and 28 February worked.
        ("2026-02-13 09:00", 2, "2026-02-24 18:00", "2个工作日；2月14日 (周六) 补班算一天；2月15日至23日放假不算"),
        ("2026-02-27 09:00", 1, "2026-02-28 18:00", "1个工作日；2月28日 (周六) 补班算一天"),
        // 国庆 with 中秋 2023, off from Friday 29 September; 2020, off to 8 October.
        ("2023-09-28 09:00", 2, "2023-10-08 18:00", "2个工作日；9月29日至10月6日放假不算；10月7日 (周六) 补班算一天；10月8日 (周日) 补班算一天"),
        ("2020-09-30 23:30", 1, "2020-10-09 18:00", "1个工作日；10月1日至8日放假不算"),
        // An ordinary week: the day itself is never counted, at whatever hour.
        ("2026-11-23 00:00", 2, "2026-11-25 18:00", "2个工作日"), ("2026-11-23 10:00", 2, "2026-11-25 18:00", "2个工作日"),
        ("2026-11-23 23:59", 2, "2026-11-25 18:00", "2个工作日"), ("2026-11-27 10:00", 2, "2026-12-01 18:00", "2个工作日；周末不算"),
        ("2026-11-28 10:00", 2, "2026-12-01 18:00", "2个工作日；周末不算"), ("2026-11-29 10:00", 1, "2026-11-30 18:00", "1个工作日"),
        ("2026-11-23 10:00", 10, "2026-12-07 18:00", "10个工作日；周末不算"),
        // Nothing is announced for the year after the last notice, and its New Year's Day is said not to be known.
        ("2028-12-28 10:00", 2, "2029-01-01 18:00", "2个工作日；周末不算；2028年放假安排尚未公布，周一至周五按工作日算；2029年放假安排尚未公布，周一至周五按工作日算"),
        // Within the same working day.
        ("2026-11-23 10:00", 0, "2026-11-23 18:00", "当个工作日内"), ("2026-11-23 18:00", 0, "2026-11-24 18:00", "当个工作日内"),
        ("2026-11-28 10:00", 0, "2026-11-30 18:00", "当个工作日内；周末不算"), ("2026-11-23 10:00", -1, "2026-11-23 18:00", "当个工作日内"),
    ])
    func `a deadline in working days says what it skipped`(from: String, count: Int, due: String, because: String) throws {
        let found = days.add(workingDays: count, to: try moment(from))
        #expect(text(found.at) == due)
        #expect(found.because.chinese == because)
    }

    @Test func `the same is said in English`() throws {
        let due = days.add(workingDays: 3, to: try moment("2026-09-30 10:00"))
        #expect(
            due.because.english
                == "3 working days; 1–7 Oct are holidays and do not count; Sat 10 Oct is a make-up workday and counts")
        let across = days.add(workingDays: 1, to: try moment("2023-09-28 10:00"))
        #expect(across.because.english.contains("29 Sep–6 Oct"))
    }

    @Test(arguments: [
        ("2026-11-23 10:00", 60, "2026-11-23 11:00"), ("2026-11-23 11:30", 60, "2026-11-23 14:30"),
        ("2026-11-23 16:00", 240, "2026-11-24 11:00"),
        ("2026-11-23 20:00", 60, "2026-11-24 10:00"), ("2026-11-23 06:00", 60, "2026-11-23 10:00"),
        ("2026-11-27 17:00", 120, "2026-11-30 10:00"),
        ("2026-09-30 17:00", 120, "2026-10-08 10:00"), ("2026-11-23 10:00", 120, "2026-11-23 12:00"),
        ("2026-11-23 09:00", 420, "2026-11-23 18:00"),
        ("2026-11-23 12:30", 0, "2026-11-23 14:00"),
    ])
    func `working time runs while somebody is at work`(from: String, minutes: Int, due: String) throws {
        #expect(text(days.add(workingTime: .minutes(minutes), to: try moment(from)).at) == due)
    }

    @Test(arguments: [
        ("2026-11-23 09:00", "2026-11-23 18:00", 420), ("2026-11-23 00:00", "2026-11-24 00:00", 420),
        ("2026-11-23 12:00", "2026-11-23 14:00", 0),
        ("2026-11-27 17:00", "2026-11-30 10:00", 120), ("2026-09-30 17:00", "2026-10-10 10:00", 60 + 420 + 420 + 60),
        ("2026-11-28 00:00", "2026-11-29 23:00", 0),
        ("2026-11-24 10:00", "2026-11-23 10:00", 0), ("2026-11-23 10:00", "2026-11-23 10:00", 0),
    ])
    func `the span between two moments is the time that was worked`(from: String, to: String, minutes: Int) throws {
        #expect(days.workingSpan(from: try moment(from), to: try moment(to)) == .minutes(minutes))
    }

    @Test func `what is added comes back as the span, wherever one begins`() throws {
        let start = try moment("2026-09-17 00:00")
        for step in 0..<200 {
            let from = start + .minutes(step * 197)
            for minutes in [1, 59, 240, 420, 1000] {
                let due = days.add(workingTime: .minutes(minutes), to: from)
                #expect(days.workingSpan(from: from, to: due.at) == .minutes(minutes))
                #expect(days.workingSpan(from: from, to: due.at - .minutes(1)) == .minutes(minutes - 1))
            }
        }
    }

    @Test(arguments: [
        ("2026-11-23 08:59", false, "2026-11-23 9:00"), ("2026-11-23 09:00", true, "2026-11-23 9:00"),
        ("2026-11-23 11:59", true, "2026-11-23 11:59"),
        ("2026-11-23 12:00", false, "2026-11-23 14:00"), ("2026-11-23 18:00", false, "2026-11-24 9:00"),
        ("2026-10-01 10:00", false, "2026-10-08 9:00"),
        ("2026-10-10 10:00", true, "2026-10-10 10:00"), ("2026-11-28 10:00", false, "2026-11-30 9:00"),
    ])
    func `the house is open or says when it will be`(now: String, isOpen: Bool, opening: String) throws {
        let now = try moment(now)
        #expect(days.isOpen(at: now) == isOpen)
        #expect(text(days.opening(from: now)) == opening)
    }

    @Test func `an institution's own hours decide`() throws {
        let hours = try WorkingHours("8:30-12:00，13:30-17:30")
        #expect(text(days.add(workingDays: 1, to: try moment("2026-11-23 10:00"), hours: hours).at) == "2026-11-24 17:30")
        #expect(hours.length == Minutes(450))
        #expect(hours.description == "8:30-12:00, 13:30-17:30")
        #expect(try WorkingHours(WorkingHours.standard.description) == .standard)
        #expect(try WorkingHours("0:00-24:00").close == 1440)
    }

    @Test(arguments: [
        "", "9", "9-12", "9:00-", "12:00-9:00", "9:00-12:00, 11:00-13:00", "9:00-9:00", "9:00-24:01", "9:60-10:00", "a:00-b:00",
        "9:0-10:00",
    ])
    func `hours that cannot be kept are refused`(text: String) {
        #expect(throws: WorkingHours.Flaw.self) { try WorkingHours(text) }
    }

    @Test func `years outside the table count Monday to Friday and say so`() throws {
        #expect(try !days.isAnnounced(day("2018-12-31")))
        #expect(try !days.isAnnounced(day("2040-01-01")))
        #expect(try days.isWorkday(day("2040-10-01")))
        #expect(try !days.isWorkday(day("2040-10-06")))
        #expect(try days.holiday(day("2026-10-01"))?.chinese == "国庆节")
    }
}

extension WorkingDays {
    /// How much working time lies between two moments; nothing where the second is not the later one.
    fileprivate func workingSpan(from: Instant, to: Instant, hours: WorkingHours = .standard) -> Span {
        guard from < to else { return Span(milliseconds: 0) }
        var sum: Int64 = 0
        for number in from.day.number...to.day.number {
            let day = Day(number: number)
            guard isWorkday(day) else { continue }
            for period in hours.periods {
                let begin = max(from, Instant(day, 0, period.from))
                let end = min(to, Instant(day, 0, period.until))
                if begin < end { sum += (end - begin).milliseconds }
            }
        }
        return Span(milliseconds: sum)
    }
}
