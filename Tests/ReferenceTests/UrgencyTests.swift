import Languages
import Reference
import Testing
import Values

@Suite struct UrgencyTests {
    /// Tuesday 24 November 2026.
    let today = Day(number: 20_781)

    func urgency(_ text: String, said: Urgency? = nil) -> Urgency {
        UrgencyRules.bundled.judge(text, said: said, today: today).urgency
    }

    @Test(arguments: [
        "车间停产了，工人都在等", "法院刚来把设备查封了", "明天开庭，还没有律师", "贷款今天到期，银行不续", "工人堵门要工资", "账户被冻结了，货款付不出去", "电脑中了勒索病毒，图纸全没了",
        "环保局说今天之前必须交整改报告", "昨天停产了", "没料，停产了", "合同明天截止", "11月25日开庭", "25号开庭", "周三开庭", "Production has stopped, the line is down",
        "The hearing is tomorrow", "工人停工三天了", "台风过后车间进水", "限1天内必须拆除",
    ])
    func `what cannot wait until tomorrow is urgent now`(text: String) {
        #expect(urgency(text) == .now)
    }

    @Test(arguments: [
        "收到律师函，要赔三十万", "贷款下周一到期", "三天内必须答辩", "本周五之前要交材料", "11月30日截止", "30号开庭", "只剩两天就截止了", "银行要抽贷", "发不出工资了",
        "We received a summons", "The offer must be accepted within 5 days", "后天开庭", "贷款马上到期",
    ])
    func `what has a deadline within a week is for this week`(text: String) {
        #expect(urgency(text) == .thisWeek)
    }

    @Test(arguments: [
        "注塑件老是缩水，良率上不去", "我们没有停产", "怎么避免停产", "如果被查封怎么办", "会不会被查封", "去年停产过一次", "搬迁期间停工损失怎么算", "停线时间怎么安排", "停工留薪期工资怎么算",
        "合同12月31日到期", "合同下个月到期", "我明天想去银行问问", "今天看了你们的课程很好", "上周五开庭了", "我想起诉客户", "去年11月25日开庭", "", "The fire inspection report",
        "striking results", "昨天开庭了",
        "每天都要发货", "每周五必须交报表",
    ])
    func `what is feared, past, far away or another thing is not urgent`(text: String) {
        #expect(urgency(text) == .thisMonth)
    }

    @Test func `the more urgent of choice and text holds, with its reasons`() {
        let rules = UrgencyRules.bundled
        let raised = rules.judge("已经停产了，查封了设备", said: .thisMonth, today: today)
        #expect(raised.urgency == .now)
        #expect(raised.reasons.map(\.chinese) == ["说到“停产”", "说到“查封”"])
        let chosen = rules.judge("注塑件缩水", said: .thisWeek, today: today)
        #expect(chosen.urgency == .thisWeek)
        #expect(chosen.reasons.map(\.chinese) == ["选了“急，一周内”"])
        let both = rules.judge("停产了", said: .now, today: today)
        #expect(both.reasons.count == 2)
        #expect(rules.judge("", said: nil, today: today).reasons.map(\.chinese) == ["没有说到期限"])
    }

    @Test func `help is due in two hours at any hour, in two or in three working days`() throws {
        let night = Instant(try #require(Day(2026, 10, 1)), 3, 0)
        #expect(Urgency.now.due(from: night, hours: .standard, days: .bundled).at == night + .hours(2))
        let week = Urgency.thisWeek.due(from: night, hours: .standard, days: .bundled)
        #expect(week.at == Instant(try #require(Day(2026, 10, 9)), 18, 0))
        let month = Urgency.thisMonth.due(from: night, hours: .standard, days: .bundled)
        #expect(month.at == Instant(try #require(Day(2026, 10, 10)), 18, 0))
        #expect(month.because.chinese.hasPrefix("3个工作日"))
    }
}
