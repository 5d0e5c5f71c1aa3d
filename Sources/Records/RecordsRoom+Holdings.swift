import Cases
package import Holdings
import Languages
import Storage
import Values

extension RecordsRoom {
    /// What was said about hours, and what stands beside it.
    static let said: [(table: StaticString, text: StaticString, fixed: [StaticString])] = [
        ("service_claim", "content", ["id", "service_case", "institution", "region", "expert", "owner", "source", "meeting", "begins", "ends", "minutes", "by_person", "at"]),
        ("service_confirmation", "reason", ["claim", "evidence", "asked", "expert", "owner", "by_person", "kind", "at"]),
        ("service_dispute", "words", ["claim", "expert", "owner", "by_person", "minutes", "at", "due"]),
        ("dispute_decision", "reason", ["claim", "expert", "owner", "disputer", "by_person", "minutes", "at"]),
        ("record_objection", "words", ["id", "claim", "expert", "recorded", "by_person", "minutes", "at", "due"]),
        ("objection_answer", "reason", ["objection", "claim", "expert", "recorded", "objector", "by_person", "upheld", "at"]),
        ("certificate_objection", "words", ["id", "request", "person", "by_person", "at", "due"]),
        ("certificate_answer", "reason", ["objection", "request", "objector", "by_person", "upheld", "at"]),
        ("carried_refusal", "reason", ["carried", "by_person", "at"]),
    ]

    /// The words go ten years after the case has ended, and the figures stay: no other change is let through.
    static let emptying = Migration("Records", 5, said.flatMap { SQL.emptiable($0.table, text: $0.text, fixed: $0.fixed) })

    private static let law = Words(
        "《志愿服务条例》要求如实记录、长期保存；记录两把钥匙、谁都不能改，这里保存10年", "The Regulations on Voluntary Service require true and lasting records; nobody can change them, and they are kept for ten years")

    /// What proves hours stays as it was said, for ten years; then the figures alone stay.
    private static func proof(
        _ table: StaticString, key: StaticString = "id", _ title: Words, _ columns: [Holding.Column], age: Holding.Age? = nil, whose: @escaping @Sendable (ID<Person>) -> SQL
    ) -> Holding {
        Holding(table, key: key, title, columns, .stays, why: law, age: age, whose: { person, _ in whose(person) })
    }

    /// Ten years after the case has ended; what says nothing stays as it is.
    private static func age(_ text: SQL, ofClaim claim: SQL) -> Holding.Age {
        CasesRoom.age("(select q.service_case from service_claim q where q.id = \(claim) and \(text) <> '')")
    }

    /// Records, disputes and certificates prove hours to third parties: what was said about them belongs to the proof.
    package var holdings: [Holding] {
        let time = Holding.Column("at", Words("时间", "Time"), .instant)
        let reason = Holding.Column("reason", Words("原因", "Reason"), shortest: 4)
        return [
            Self.proof("service_claim", Words("申报的服务时间", "Hours you claimed"), [.init("content", Words("内容", "Content")), .init("begins", Words("开始", "Begin"), .instant), .init("ends", Words("结束", "End"), .instant)],
                age: Self.age("service_claim.content", ofClaim: "service_claim.id")
            ) { person in
                "(expert = \(person) or owner = \(person))"
            },
            Self.proof("service_confirmation", key: "claim", Words("对服务时间的确认", "Confirmations of hours"), [reason, time], age: Self.age("service_confirmation.reason", ofClaim: "service_confirmation.claim")) { person in
                "by_person = \(person)"
            },
            Self.proof("service_dispute", key: "claim", Words("对服务时间的异议", "Disputes about hours"), [.init("words", Words("内容", "Text")), time], age: Self.age("service_dispute.words", ofClaim: "service_dispute.claim")) { person in
                "by_person = \(person)"
            },
            Self.proof("dispute_decision", key: "claim", Words("对异议的决定", "Decisions on disputes"), [reason, time], age: Self.age("dispute_decision.reason", ofClaim: "dispute_decision.claim")) { person in
                "(expert = \(person) or owner = \(person))"
            },
            Self.proof("record_objection", Words("对记录的更正要求", "Objections to records"), [.init("words", Words("内容", "Text")), time], age: Self.age("record_objection.words", ofClaim: "record_objection.claim")) { person in
                "by_person = \(person)"
            },
            Self.proof("objection_answer", key: "objection", Words("对更正要求的答复", "Answers to objections"), [reason, time], age: Self.age("objection_answer.reason", ofClaim: "objection_answer.claim")) { person in
                "(expert = \(person) or objector = \(person))"
            },
            Self.proof("carried_record", Words("从别处带来的记录", "Records carried over"),
                [.init("issuer", Words("开具单位", "Issuer")), .init("number", Words("编号", "Number")), .secret("issuer_key"), .secret("number_key"), time]) { person in
                "person = \(person)"
            },
            Self.proof("carried_acceptance", key: "carried", Words("承认带来的记录", "Acceptance of carried records"), [.secret("issuer_key"), .secret("number_key"), time]) { person in
                "person = \(person)"
            },
            Self.proof("carried_refusal", key: "carried", Words("没有承认的原因", "Why a carried record was refused"), [reason, time], age: .emptiedAfterTenYears(since: "carried_refusal.at")) { person in
                "carried in (select id from carried_record where person = \(person))"
            },
            Self.proof("certificate_refusal", key: "request", Words("没有开证明的原因", "Why a certificate was refused"), [.init("reason", Words("原因", "Reason")), time], age: .emptiedAfterTenYears(since: "certificate_refusal.at")) { person in
                "person = \(person)"
            },
            Self.proof("certificate_objection", Words("对证明的异议", "Objections to certificates"), [.init("words", Words("内容", "Text")), time], age: .emptiedAfterTenYears(since: "certificate_objection.at")) { person in
                "(person = \(person) or by_person = \(person))"
            },
            Self.proof("certificate_answer", key: "objection", Words("对证明异议的答复", "Answers to objections to certificates"), [reason, time], age: .emptiedAfterTenYears(since: "certificate_answer.at")) { person in
                "objector = \(person)"
            },
            Self.proof("volunteer_number", key: "person", Words("公开账目里的编号", "Your number in the public export"), [.init("number", Words("编号", "Number")), time]) { person in
                "person = \(person)"
            },
        ]
    }
}
