import Files
package import Holdings
import Languages
import Needs
package import Storage
import Values

extension CasesRoom {
    private static let law = Words("服务记录按规定保存10年", "Records of service are kept for ten years by law")

    /// Ten years after a case has ended what was written in it goes, whoever wrote it; that it was, with whom, when, how long and
    /// how it went stays, as records and statistics count it.
    package static func age(_ serviceCase: SQL) -> Holding.Age {
        .emptiedAfterTenYears(since: "(select c.ended_at from service_case c where c.id = \(serviceCase))")
    }

    package var holdings: [Holding] {
        let time = Holding.Column("at", Words("时间", "Time"), .instant)
        return [
            Holding(
                "case_message", Words("案例里的对话", "Messages in cases"), [.init("text", Words("内容", "Text")), time], .blocked(years: 10), why: CasesRoom.law,
                age: CasesRoom.age("case_message.service_case"),
                whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "case_note", Words("案例的内部备注", "Notes on cases"), [.init("text", Words("内容", "Text")), time], .stays, why: Words("工作记录，属于服务机构", "Work notes, which are the institution's"),
                age: CasesRoom.age("case_note.service_case"),
                whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "solution", key: "service_case || '.' || cast(version as text)", Words("写过的方案", "Solutions you wrote"),
                [.init("situation", Words("情况", "Situation")), .init("analysis", Words("分析", "Analysis")), .init("advice", Words("建议", "Advice")), .init("steps", Words("步骤", "Steps")), time],
                .blocked(years: 10), why: CasesRoom.law, age: CasesRoom.age("solution.service_case"),
                whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "solution", key: "service_case || '.' || cast(version as text)", Words("给您的方案", "Solutions for you"),
                [.init("situation", Words("情况", "Situation")), .init("analysis", Words("分析", "Analysis")), .init("advice", Words("建议", "Advice")), .init("steps", Words("步骤", "Steps")), time],
                .blocked(years: 10), why: CasesRoom.law, age: CasesRoom.age("solution.service_case"),
                whose: { person, _ in "service_case in (select id from service_case where asker = \(person))" }),
            Holding(
                "solution_draft", key: "service_case", Words("没写完的方案", "Unfinished solutions"), [.init("fields", Words("写过的内容", "What was typed"), .form), time], .deleted,
                age: .init("at", years: 1), whose: { person, _ in "person = \(person)" }),
            Holding(
                "meeting", Words("约过的时间和地点", "Meetings you proposed"), [.init("place", Words("地点", "Place")), time], .emptied, age: CasesRoom.age("meeting.service_case"),
                whose: { person, _ in "proposed_by = \(person)" }),
            Holding(
                "meeting_cancellation", key: "meeting", Words("取消面谈的原因", "Why meetings were cancelled"), [.init("reason", Words("原因", "Reason")), time], .emptied,
                age: CasesRoom.age("(select m.service_case from meeting m where m.id = meeting_cancellation.meeting)"),
                whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "case_closure", key: "service_case", Words("对服务的评价", "Your ratings"),
                [.init("words", Words("评价", "Words")), .init("baseline", Words("起点", "Baseline")), .init("target", Words("目标", "Target")), time], .blocked(years: 10), why: CasesRoom.law,
                age: CasesRoom.age("case_closure.service_case"),
                whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "follow_up", key: "service_case", Words("回访时说的", "What you said at follow-up"), [.init("result", Words("内容", "Text"), optional: true)], .blocked(years: 10), why: CasesRoom.law,
                age: CasesRoom.age("follow_up.service_case"),
                whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "expert_change", key: "service_case || '.' || cast(at as text)", Words("换专家的原因", "Why an expert was changed"), [.init("reason", Words("原因", "Reason")), time], .blocked(years: 10),
                why: CasesRoom.law, age: CasesRoom.age("expert_change.service_case"),
                whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "offer_answer", key: "offer", Words("对邀请的答复", "Answers to invitations"), [.init("reason", Words("原因", "Reason")), time], .emptied,
                age: .emptiedAfterTenYears(since: "offer_answer.at"),
                whose: { person, _ in "offer in (select id from offer where expert = \(person))" }),
            Holding(
                "offer", Words("给专家看的摘要", "Summaries shown to experts"), [.init("summary", Words("摘要", "Summary")), time], .emptied,
                age: .emptiedAfterTenYears(since: "offer.at"),
                whose: { person, reader in "need in (\(list: try reader.needIDs(askedBy: person)))" }),
            .nobodys("offer", Words("短信里的链接", "Links in text messages"), ["code_hash"], why: Words("只有散列值", "A hash alone")),
            Holding(
                "proposal_place", key: "proposal || '.' || cast(place as text)", Words("推荐的理由", "Reasons of proposals"),
                [.init("reasons_zh", Words("理由", "Reasons")), .init("reasons_en", Words("英文", "English"))], .emptied,
                age: .emptiedAfterTenYears(since: "(select p.at from proposal p where p.id = proposal_place.proposal)"),
                whose: { person, reader in "proposal in (select id from proposal where need in (\(list: try reader.needIDs(askedBy: person))))" }),
            Holding(
                "need_opponent", key: "need", Words("法律事务的对方", "The other side in matters of law"), [.init("name", Words("名称", "Name")), time], .blocked(years: 10), why: CasesRoom.law,
                age: .emptiedAfterTenYears(since: "(select c.ended_at from service_case c where c.need = need_opponent.need)"),
                whose: { person, reader in "need in (\(list: try reader.needIDs(askedBy: person)))" }),
            Holding(
                "service_case", Words("案例的标题", "Titles of cases"), [.init("title", Words("标题", "Title"))], .blocked(years: 10), why: CasesRoom.law, age: .emptiedAfterTenYears(since: "service_case.ended_at") { limit, tx in
                    try tx.removeFiles(ofEach: "case", in: "select id from service_case where ended_at < \(limit)")
                },
                correction: "/cases",
                whose: { person, _ in "asker = \(person)" }),
        ]
    }
}
