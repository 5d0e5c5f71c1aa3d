import Identity
package import Needs
import Reference
package import Storage
package import Values
import Web

extension Case {
    static let migration = Migration(
        "Cases", 3,
        [
            """
            create table service_case (id \(.text) not null primary key, need \(.text) not null unique references need (id), number \(.text) not null,
                title \(.text) not null, institution \(.text) not null, region \(.text) not null, domain \(.text) not null, sub_topic \(.text),
                asker \(.text) not null, enterprise \(.text), expert \(.text), begun \(.int) not null, undertaking_at \(.int), ended_at \(.int))\(.strict)
            """,
            "create index service_case_expert on service_case (expert, id)",
            "create index service_case_asker on service_case (asker, id)",
            "create index service_case_enterprise on service_case (enterprise, id)",
            "create index service_case_institution on service_case (institution, id)",
            "create index service_case_open on service_case (institution, id) where ended_at is null",
            "create table case_suspension (service_case \(.text) not null primary key references service_case (id), at \(.int) not null)\(.strict)",
            // Who helped before, and why it changed: the history stays.
            """
            create table expert_change (service_case \(.text) not null references service_case (id), expert \(.text) not null, from_at \(.int) not null,
                at \(.int) not null, kind \(.text) not null check (kind in ('owner', 'expert', 'institution')), reason \(.text) not null,
                by_person \(.text) not null, primary key (service_case, at))\(.strict)
            """,
        ])
}

extension Reader {
    package func serviceCase(_ id: ID<Case>) throws -> Case? { try cases("c.id = \(id)", limit: 1).first }
    /// The cases that still run, in which somebody asks or helps.
    package func openCases(with person: ID<Person>) throws -> [Case] { try cases("(c.asker = \(person) or c.expert = \(person)) and c.ended_at is null", limit: 50) }
    package func serviceCase(of need: ID<Need>) throws -> Case? { try cases("c.need = \(need)", limit: 1).first }

    /// Newest first; `condition` speaks of `c`.
    package func cases(_ condition: SQL, limit: Int) throws -> [Case] {
        let found = try rows(
            """
            select c.id, c.need, c.number, c.title, c.institution, c.region, c.domain, c.sub_topic, c.asker, c.enterprise, c.expert, c.begun, c.undertaking_at, c.ended_at, s.at,
                l.verdict, l.advice, l.contact, l.speed, l.words, l.no_charge, l.baseline, l.target, l.by_person, l.at
            from service_case c left join case_closure l on l.service_case = c.id
                left join case_suspension s on s.service_case = c.id where \(condition) order by c.id desc limit \(limit)
            """, Case.read)
        let speakers = try confirmedSpeakers(of: Set(found.compactMap(\.enterprise)))
        return found.map { it in
            var it = it
            it.colleagues = Set(it.enterprise.flatMap { speakers[$0] } ?? [])
            return it
        }
    }

    /// The expert of a case, and those who were before.
    package func experts(of id: ID<Case>) throws -> [ID<Person>] {
        try values(
            "select expert from service_case where id = \(id) and expert is not null union select expert from expert_change where service_case = \(id)")
    }

    /// Who had a hand in bringing owner and expert together: typed the need for the owner, sorted it, proposed or chose the
    /// expert, or had the expert changed.
    package func arrangers(of id: ID<Case>) throws -> [ID<Person>] {
        let parties = try values(
            """
            select h.by_party from service_case c join happening h on h.subject_kind = 'need' and h.subject_id = c.need where c.id = \(id) and h.outcome = 'done'
            union select h.by_party from service_case c join offer o on o.need = c.need join happening h on h.subject_kind = 'offer' and h.subject_id = o.id
                where c.id = \(id) and h.outcome = 'done'
            union select h.by_party from happening h where h.subject_kind = 'case' and h.subject_id = \(id) and h.kind = \(Change.Done.kind) and h.outcome = 'done'
            """, Party.self)
        return parties.compactMap { if case .person(let person) = $0 { person } else { nil } }
    }

    func caseScope(_ viewer: Viewer) -> SQL {
        viewer.scope(Permission<See, Case>.see.grants, institution: "c.institution", region: "c.region") { tie, person in
            switch tie {
            case .asker: "c.asker = \(person)"
            case .expert: "c.expert = \(person)"
            default: nil
            }
        }
    }
}

extension Transaction {
    func add(_ need: Need, expert: ID<Person>, triage: Triage, now: Instant) throws -> ID<Case> {
        let id = ID<Case>(at: now)
        try run(
            """
            insert into service_case (id, need, number, title, institution, region, domain, sub_topic, asker, enterprise, expert, begun)
            values (\(id), \(need.id), \(need.number), \(need.title), \(need.institution), \(need.region), \(triage.domain.rawValue), \(triage.subTopic),
                \(need.asker), \(need.enterprise), \(expert), \(now))
            """)
        return id
    }

    func setExpert(_ expert: ID<Person>?, of id: ID<Case>) throws { try run("update service_case set expert = \(expert), undertaking_at = null where id = \(id)") }
    func setUndertaking(of id: ID<Case>, at now: Instant) throws { try run("update service_case set undertaking_at = \(now) where id = \(id) and undertaking_at is null") }
    func suspend(_ id: ID<Case>, at now: Instant) throws { try run("insert into case_suspension (service_case, at) values (\(id), \(now)) on conflict do nothing") }
    func resume(_ id: ID<Case>) throws { try run("delete from case_suspension where service_case = \(id)") }

    func setEnded(_ id: ID<Case>, at now: Instant?) throws { try run("update service_case set ended_at = \(now) where id = \(id)") }

    /// A case that was stopped, given back or ended with its need goes on with this expert. Whoever helped before stays in the history.
    func takeUpAgain(_ found: Case, _ expert: ID<Person>, now: Instant) throws {
        if let former = found.expert {
            try run(
                """
                insert into expert_change (service_case, expert, from_at, at, kind, reason, by_person)
                values (\(found.id), \(former), \(found.undertaking ?? found.begun), \(now), \(Change.Kind.owner.rawValue), '', \(found.asker)) on conflict do nothing
                """)
        }
        try reopen(found.id)
        try setExpert(expert, of: found.id)
    }

    /// Nothing of an earlier end, verdict, follow-up or stop holds any more; happenings keep them.
    func reopen(_ id: ID<Case>) throws {
        for table in ["case_closure", "case_declaration", "follow_up", "case_suspension"] as [SQL] { try run("delete from \(table) where service_case = \(id)") }
        try setEnded(id, at: nil)
    }

    package func lock(_ id: ID<Case>) throws -> Case {
        _ = try values("select id from service_case where id = \(id)\(.forUpdate)", String.self)
        guard let found = try serviceCase(id) else { throw Problem.notFound }
        return found
    }
}

extension Case {
    fileprivate static func read(_ row: inout Row) throws -> Case {
        let (id, need, number, title) = (try row(ID<Case>.self), try row(ID<Need>.self), try row(String.self), try row(String.self))
        let (institution, region, domain) = (try row(ID<Organisation>.self), try row(String.self), try row(String.self))
        let (subTopic, asker, enterprise) = (try row.maybe(String.self), try row(ID<Person>.self), try row.maybe(ID<Enterprise>.self))
        let (expert, begun) = (try row.maybe(ID<Person>.self), try row(Instant.self))
        let (undertaking, ended) = (try row.maybe(Instant.self), try row.maybe(Instant.self))
        let suspended = try row.maybe(Instant.self)
        let closure = try Closure(&row)
        return Case(
            id: id, need: need, number: number, title: title, institution: institution, region: region, domain: Domain(rawValue: domain) ?? .management, subTopic: subTopic, asker: asker,
            enterprise: enterprise, colleagues: [], expert: expert, begun: begun, undertaking: undertaking, suspended: suspended, closure: closure, ended: ended)
    }
}
