import Testing
import Values

@testable import Languages

@Suite struct DatesTests {
    /// Tuesday 24 November 2026, 14:30 in China.
    let now = Instant(Day(number: 20_781), 14, 30)

    @Test func `the day of these tests is the one of the design`() throws {
        #expect(try #require(Day(2026, 11, 24)) == now.day)
    }

    @Test(arguments: [
        (0, 0, "今天 14:30", "today 14:30"), (1, -330, "明天 9:00", "tomorrow 9:00"), (-1, 110, "昨天 16:20", "yesterday 16:20"),
        (2, 0, "11月26日 (周四) 14:30", "Thu 26 Nov, 14:30"), (-2, 0, "11月22日 (周日) 14:30", "Sun 22 Nov, 14:30"),
        (100, 5, "2027年3月4日 (周四) 14:35", "Thu 4 Mar 2027, 14:35"),
    ])
    func `a moment is said as near to the reader as it can be`(days: Int, minutes: Int, chinese: String, english: String) {
        #expect((now + .days(days) + .minutes(minutes)).spoken(now: now) == Words(chinese, english))
    }

    @Test func `midnight in China parts the days, not midnight in London`() {
        let lateYesterday = Instant(now.day, 0, 0) - .minutes(1)
        #expect(lateYesterday.spoken(now: now).chinese == "昨天 23:59")
        #expect(Instant(now.day, 0, 0).spoken(now: now).chinese == "今天 0:00")
    }

    @Test func `paper carries the whole date`() {
        #expect(now.full() == Words("2026年11月24日 (周二) 14:30", "Tue 24 Nov 2026, 14:30"))
        #expect(now.day.full() == Words("2026年11月24日 (周二)", "Tue 24 Nov 2026"))
        #expect(now.day.spoken(now: now) == Words("今天", "today"))
    }

    @Test(arguments: [
        (24 * 60, "还有1天", "1 day left"), (47 * 60, "还有1天", "1 day left"), (185, "还有3小时", "3 hours left"),
        (1, "还有1分钟", "1 minute left"), (0, "还有不到1分钟", "less than 1 minute left"), (-120, "已过2小时", "2 hours overdue"),
        (-3 * 1440, "已过3天", "3 days overdue"),
    ])
    func `a deadline is said as what is left of it`(minutes: Int, chinese: String, english: String) {
        #expect((now + .minutes(minutes)).left(now: now) == Words(chinese, english))
    }

    @Test(arguments: [
        (150, "2小时30分钟", "2 hours 30 minutes"), (60, "1小时", "1 hour"), (45, "45分钟", "45 minutes"),
        (1440 + 5, "1天", "1 day"), (1500, "1天1小时", "1 day 1 hour"), (0, "不到1分钟", "less than 1 minute"),
    ])
    func `a length is said in its two largest units`(minutes: Int, chinese: String, english: String) {
        #expect(Span.minutes(minutes).spoken() == Words(chinese, english))
    }
}
