package import Holdings
import Languages
import Storage
import Values

extension RecordsRoom {
    private static let law = Words(
        "《志愿服务条例》要求如实记录、长期保存；记录两把钥匙、谁都不能改，这里保存10年", "The Regulations on Voluntary Service require true and lasting records; nobody can change them, and they are kept for ten years")

    /// What proves hours stays as it was said.
    private static func proof(
        _ table: StaticString, key: StaticString = "id", _ title: Words, _ columns: [Holding.Column], whose: @escaping @Sendable (ID<Person>) -> SQL
    ) -> Holding {
        Holding(table, key: key, title, columns, .stays, why: law, whose: { person, _ in whose(person) })
    }

    /// Records, disputes and certificates prove hours to third parties: what was said about them belongs to the proof.
    package var holdings: [Holding] {
        let time = Holding.Column("at", Words("时间", "Time"), .instant)
        return [
            Self.proof("service_claim", Words("申报的服务时间", "Hours you claimed"), [.init("content", Words("内容", "Content")), .init("begins", Words("开始", "Begin"), .instant), .init("ends", Words("结束", "End"), .instant)]) { person in
                "(expert = \(person) or owner = \(person))"
            },
            Self.proof("service_confirmation", key: "claim", Words("对服务时间的确认", "Confirmations of hours"), [.init("reason", Words("原因", "Reason")), time]) { person in
                "by_person = \(person)"
            },
            Self.proof("service_dispute", key: "claim", Words("对服务时间的异议", "Disputes about hours"), [.init("words", Words("内容", "Text")), time]) { person in
                "by_person = \(person)"
            },
            Self.proof("dispute_decision", key: "claim", Words("对异议的决定", "Decisions on disputes"), [.init("reason", Words("原因", "Reason")), time]) { person in
                "(expert = \(person) or owner = \(person))"
            },
            Self.proof("record_objection", Words("对记录的更正要求", "Objections to records"), [.init("words", Words("内容", "Text")), time]) { person in
                "by_person = \(person)"
            },
            Self.proof("objection_answer", key: "objection", Words("对更正要求的答复", "Answers to objections"), [.init("reason", Words("原因", "Reason")), time]) { person in
                "(expert = \(person) or objector = \(person))"
            },
            Self.proof("carried_record", Words("从别处带来的记录", "Records carried over"),
                [.init("issuer", Words("开具单位", "Issuer")), .init("number", Words("编号", "Number")), .secret("issuer_key"), .secret("number_key"), time]) { person in
                "person = \(person)"
            },
            Self.proof("carried_acceptance", key: "carried", Words("承认带来的记录", "Acceptance of carried records"), [.secret("issuer_key"), .secret("number_key"), time]) { person in
                "person = \(person)"
            },
            Self.proof("carried_refusal", key: "carried", Words("没有承认的原因", "Why a carried record was refused"), [.init("reason", Words("原因", "Reason")), time]) { person in
                "carried in (select id from carried_record where person = \(person))"
            },
            Self.proof("certificate_refusal", key: "request", Words("没有开证明的原因", "Why a certificate was refused"), [.init("reason", Words("原因", "Reason")), time]) { person in
                "person = \(person)"
            },
            Self.proof("certificate_objection", Words("对证明的异议", "Objections to certificates"), [.init("words", Words("内容", "Text")), time]) { person in
                "(person = \(person) or by_person = \(person))"
            },
            Self.proof("certificate_answer", key: "objection", Words("对证明异议的答复", "Answers to objections to certificates"), [.init("reason", Words("原因", "Reason")), time]) { person in
                "objector = \(person)"
            },
            Self.proof("volunteer_number", key: "person", Words("公开账目里的编号", "Your number in the public export"), [.init("number", Words("编号", "Number")), time]) { person in
                "person = \(person)"
            },
        ]
    }
}
