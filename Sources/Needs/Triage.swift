import Happenings
package import Identity
import Languages
package import Reference
package import Storage
package import Values
package import Web

/// The officer's decision which kind of expert a need wants (分办): domain, sub-topic, urgency.
package struct Triage: Sendable, Equatable {
    package let domain: Domain
    package let subTopic: String?
    package let urgency: Urgency
    package let by: ID<Person>
    package let at: Instant

    package init(domain: Domain, subTopic: String?, urgency: Urgency, by: ID<Person>, at: Instant) {
        self.domain = domain
        self.subTopic = subTopic
        self.urgency = urgency
        self.by = by
        self.at = at
    }

    package static let page = Path("needs/*/triage", ID<Need>.self)
    package static let many = Path("needs/triages")

    package struct Done: Happening {
        package static let kind = "need.triaged"
        package let subject: Subject
        package let fields: [String: String]
    }
    package struct Undone: Happening {
        package static let kind = "need.triageUndone"
        package let subject: Subject
    }

    static let migration = Migration(
        "Needs", 3,
        [
            """
            create table need_triage (need \(.text) not null primary key references need (id), domain \(.text) not null, sub_topic \(.text),
                urgency \(.text) not null check (urgency in ('now', 'thisWeek', 'thisMonth')), by_person \(.text) not null, at \(.int) not null)\(.strict)
            """,
            // What officers corrected, kept for later training: what was proposed, what was decided.
            """
            create table triage_correction (need \(.text) not null, at \(.int) not null, proposed \(.text) not null, decided \(.text) not null,
                confidence \(.double) not null, primary key (need, at))\(.strict)
            """,
        ])
}

extension Permission where Deed == Triage, Noun == Need {
    package static var triage: Self { Permission("need.triage", [Grant(.officer, .institution)]) }
}

extension Need {
    /// Assigns the need to a domain. May be repeated with the same decision: nothing happens twice.
    package mutating func triage(_ triage: Triage) throws(Refusal) -> Triage.Done? {
        switch state {
        case .submitted:
            state = .triaged(triage)
            return Triage.Done(
                subject: subject, fields: ["domain": triage.domain.rawValue, "subTopic": triage.subTopic ?? "", "urgency": triage.urgency.rawValue])
        case .triaged(let earlier) where earlier.by == triage.by && earlier.domain == triage.domain && earlier.urgency == triage.urgency: return nil
        case .triaged(let earlier): throw .quicker(by: earlier.by, at: earlier.at)
        case .inService, .closed, .referred, .withdrawn, .joined: throw .past(state)
        }
    }

    /// Takes a triage back, while no expert has been asked.
    mutating func undoTriage(by person: ID<Person>) throws(Refusal) -> Triage.Undone {
        guard case .triaged = state else { throw .past(state) }
        state = .submitted
        return Triage.Undone(subject: subject)
    }
}

extension Transaction {
    package func save(_ triage: Triage, of need: Need, by may: May<Triage, Need>) throws {
        try run(
            """
            insert into need_triage (need, domain, sub_topic, urgency, by_person, at)
            values (\(need.id), \(triage.domain.rawValue), \(triage.subTopic), \(triage.urgency.rawValue), \(may.person), \(triage.at))
            """)
        if let suggestion = need.suggestion, suggestion.domain != triage.domain {
            try run(
                """
                insert into triage_correction (need, at, proposed, decided, confidence)
                values (\(need.id), \(triage.at), \(suggestion.domain?.rawValue ?? "none"), \(triage.domain.rawValue), \(suggestion.confidence)) on conflict do nothing
                """)
        }
    }

    func removeTriage(of need: Need, by may: May<Triage, Need>) throws { try run("delete from need_triage where need = \(need.id)") }
}
