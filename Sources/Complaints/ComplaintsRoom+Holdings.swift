package import Holdings
import Languages
import Storage
import Values

extension ComplaintsRoom {
    private static let kept = Words("投诉怎样处理的，要能复查3年", "How a complaint was handled can be reviewed for three years")
    private static let office = Words("工作记录，属于处理的单位", "Work records, which are the office's")

    package var holdings: [Holding] {
        let time = Holding.Column("at", Words("时间", "Time"), .instant)
        let by: @Sendable (ID<Person>, Reader) -> SQL = { person, _ in "by_person = \(person)" }
        return [
            Holding(
                "complaint_message", Words("投诉里的补充", "What you added to complaints"), [.init("words", Words("内容", "Text")), time], .blocked(years: 3), why: ComplaintsRoom.kept, whose: by),
            Holding(
                "complaint", Words("投诉和建议", "Complaints"), [.init("words", Words("内容", "Text")), .init("filed_at", Words("时间", "Time"), .instant)], .blocked(years: 3),
                why: ComplaintsRoom.kept, correction: "/complaints", whose: { person, _ in "person = \(person)" }),
            .nobodys("complaint", Words("回执", "Receipts"), ["receipt_hash"], why: Words("只有散列值", "A hash alone")),
            Holding("complaint_note", Words("投诉的内部备注", "Notes on complaints"), [.init("words", Words("内容", "Text")), time], .stays, why: ComplaintsRoom.office, whose: by),
            Holding(
                "complaint_measure", key: "complaint || '.' || kind", Words("对投诉采取的措施", "Measures on complaints"), [.init("words", Words("内容", "Text")), time], .stays, why: ComplaintsRoom.office, whose: by),
            Holding(
                "complaint_decision", key: "complaint", Words("对投诉的决定", "Decisions on complaints"),
                [.init("words", Words("内容", "Text")), .init("body", Words("移交给", "Handed to"), optional: true), .init("body_receipt", Words("回执", "Receipt"), optional: true), time], .stays,
                why: ComplaintsRoom.office, whose: by),
            Holding("complaint_reply", key: "complaint", Words("对投诉的答复", "Replies to complaints"), [.init("words", Words("内容", "Text")), time], .stays, why: ComplaintsRoom.office, whose: by),
        ]
    }
}
