package import Holdings
import Languages
import Storage
import Values

extension RecordsRoom {
    private static let law = Words(
        "《志愿服务条例》要求如实记录、长期保存；记录两把钥匙、谁都不能改，这里保存10年", "The Regulations on Voluntary Service require true and lasting records; nobody can change them, and they are kept for ten years")

    /// Records, disputes and certificates prove hours to third parties: what was said about them belongs to the proof.
    package var holdings: [Holding] {
        let time = Holding.Column("at", Words("时间", "Time"), .instant)
        return [
            Holding(
                "service_claim", Words("申报的服务时间", "Hours you claimed"), [.init("content", Words("内容", "Content")), .init("begins", Words("开始", "Begin"), .instant), .init("ends", Words("结束", "End"), .instant)],
                .stays, why: RecordsRoom.law, whose: { person, _ in "(expert = \(person) or owner = \(person))" }),
            Holding(
                "service_confirmation", key: "claim", Words("对服务时间的确认", "Confirmations of hours"), [.init("reason", Words("原因", "Reason")), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "service_dispute", key: "claim", Words("对服务时间的异议", "Disputes about hours"), [.init("words", Words("内容", "Text")), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "dispute_decision", key: "claim", Words("对异议的决定", "Decisions on disputes"), [.init("reason", Words("原因", "Reason")), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "(expert = \(person) or owner = \(person))" }),
            Holding(
                "record_objection", Words("对记录的更正要求", "Objections to records"), [.init("words", Words("内容", "Text")), time], .stays, why: RecordsRoom.law, whose: { person, _ in "by_person = \(person)" }),
            Holding(
                "objection_answer", key: "objection", Words("对更正要求的答复", "Answers to objections"), [.init("reason", Words("原因", "Reason")), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "(expert = \(person) or objector = \(person))" }),
            Holding(
                "carried_record", Words("从别处带来的记录", "Records carried over"),
                [.init("issuer", Words("开具单位", "Issuer")), .init("number", Words("编号", "Number")), .secret("issuer_key"), .secret("number_key"), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "carried_acceptance", key: "carried", Words("承认带来的记录", "Acceptance of carried records"), [.secret("issuer_key"), .secret("number_key"), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "carried_refusal", key: "carried", Words("没有承认的原因", "Why a carried record was refused"), [.init("reason", Words("原因", "Reason")), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "carried in (select id from carried_record where person = \(person))" }),
            Holding(
                "certificate_refusal", key: "request", Words("没有开证明的原因", "Why a certificate was refused"), [.init("reason", Words("原因", "Reason")), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "certificate_objection", Words("对证明的异议", "Objections to certificates"), [.init("words", Words("内容", "Text")), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "(person = \(person) or by_person = \(person))" }),
            Holding(
                "certificate_answer", key: "objection", Words("对证明异议的答复", "Answers to objections to certificates"), [.init("reason", Words("原因", "Reason")), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "objector = \(person)" }),
            Holding(
                "volunteer_number", key: "person", Words("公开账目里的编号", "Your number in the public export"), [.init("number", Words("编号", "Number")), time], .stays, why: RecordsRoom.law,
                whose: { person, _ in "person = \(person)" }),
        ]
    }
}
