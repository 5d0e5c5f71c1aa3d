import Identity
import Languages
package import Matching
package import Needs
import Reference
package import Storage
package import Values
import Volunteers
import Web

extension Proposal {
    static let migration = Migration(
        "Cases", 1,
        [
            """
            create table proposal (id \(.text) not null primary key, need \(.text) not null references need (id), round \(.int) not null, at \(.int) not null,
                ranking \(.text) not null, unique (need, round))\(.strict)
            """,
            """
            create table proposal_place (proposal \(.text) not null references proposal (id), place \(.int) not null, expert \(.text) not null,
                score \(.double) not null, rival \(.bool) not null, reasons_zh \(.text) not null, reasons_en \(.text) not null,
                primary key (proposal, place), unique (proposal, expert))\(.strict)
            """,
            // Turned down by 重新推荐: not shown again for this need.
            "create table set_aside (need \(.text) not null, expert \(.text) not null, by_person \(.text) not null, at \(.int) not null, primary key (need, expert))\(.strict)",
            // The person agreed that an expert of a rival company may be asked: before anything is shown.
            "create table rival_consent (need \(.text) not null, expert \(.text) not null, by_person \(.text) not null, at \(.int) not null, primary key (need, expert))\(.strict)",
        ])
}

extension Reader {
    package func latestProposal(of need: ID<Need>) throws -> Proposal? {
        guard
            let head = try first("select id, need, round, at from proposal where need = \(need) order by round desc limit 1", { row in
                (id: try row(ID<Proposal>.self), need: try row(ID<Need>.self), round: try row(Int.self), at: try row(Instant.self))
            })
        else { return nil }
        let places = try rows("select expert, place, score, reasons_zh, reasons_en, rival from proposal_place where proposal = \(head.id) order by place") { row in
            let (expert, rank, score) = (try row(ID<Person>.self), try row(Int.self), try row(Double.self))
            let (chinese, english) = (try row(String.self), try row(String.self))
            let reasons = zip(chinese.split(separator: "\n"), english.split(separator: "\n")).map { Words(String($0), String($1)) }
            return Proposal.Place(expert: expert, rank: rank, score: score, reasons: reasons, isRival: try row())
        }
        return Proposal(id: head.id, need: head.need, round: head.round, at: head.at, places: places)
    }

    /// The stored ranking, which replays to the same list.
    package func ranking(of proposal: ID<Proposal>) throws -> Ranking? {
        try value("select ranking from proposal where id = \(proposal)", String.self).map { try Ranking(json: $0) }
    }

    func rivalConsents(of need: ID<Need>) throws -> Set<ID<Person>> { Set(try values("select expert from rival_consent where need = \(need)")) }

    /// What all these experts have done, for one need: five statements, whatever their number.
    func practice(of experts: [ID<Person>], cityOf region: String, now: Instant) throws -> [ID<Person>: Practice] {
        var all: [ID<Person>: Practice] = [:]
        let city = String(region.prefix(4))
        for (expert, domain, topic, count, inCity) in try rows(
            """
            select c.expert, c.domain, c.sub_topic, count(*), cast(sum(case when substr(c.region, 1, 4) = \(city) then 1 else 0 end) as \(.int))
            from service_case c join case_closure l on l.service_case = c.id where c.expert in (\(list: experts)) and l.verdict <> 'not' group by c.expert, c.domain, c.sub_topic
            """, { row in (try row(ID<Person>.self), try row(String.self), try row.maybe(String.self), try row(Int.self), try row(Int.self)) })
        {
            if let domain = Domain(rawValue: domain) { all[expert, default: Practice()].closed[domain, default: 0] += count }
            if let topic { all[expert, default: Practice()].closedTopics[topic, default: 0] += count }
            all[expert, default: Practice()].closedInCity += inCity
        }
        for (expert, count) in try rows(
            "select expert, count(*) from service_case where expert in (\(list: experts)) and ended_at is null group by expert", { row in (try row(ID<Person>.self), try row(Int.self)) })
        { all[expert, default: Practice()].open = count }
        for (expert, count, answered, total) in try rows(
            """
            select o.expert, cast(sum(case when o.at > \(now - .days(7)) and (a.answer is null or a.answer = 'accepted') then 1 else 0 end) as \(.int)), count(a.at),
                cast(coalesce(sum(a.at - o.at), 0) as \(.int))
            from offer o left join offer_answer a on a.offer = o.id where o.expert in (\(list: experts)) and o.at > \(now - .days(365)) group by o.expert
            """, { row in (try row(ID<Person>.self), try row(Int.self), try row(Int.self), try row(Int64.self)) })
        {
            all[expert, default: Practice()].thisWeek = count
            if answered > 0 { all[expert, default: Practice()].answer = Span(milliseconds: total / Int64(answered)) }
        }
        return all
    }

    /// Who cannot be asked again for a need: who passed on, let it lapse, or was changed away from it.
    /// Experts whom the owner asked and recalled before they answered: not asked by themselves again, but the owner may choose them.
    func recalled(of need: ID<Need>) throws -> Set<ID<Person>> {
        let rows = try rows("select o.expert, a.answer from offer o join offer_answer a on a.offer = o.id where o.need = \(need)") { row in (try row(ID<Person>.self), try row(String.self)) }
        let refused = Set(rows.filter { $0.1 != "recalled" }.map(\.0))
        return Set(rows.map(\.0)).subtracting(refused)
    }

    func refusers(of need: ID<Need>) throws -> Set<ID<Person>> {
        Set(try values("select o.expert from offer o join offer_answer a on a.offer = o.id where o.need = \(need) and a.answer <> 'accepted'", ID<Person>.self))
            .union(try values("select expert from set_aside where need = \(need)", ID<Person>.self))
            .union(try values("select x.expert from expert_change x join service_case c on c.id = x.service_case where c.need = \(need)", ID<Person>.self))
    }
}

extension Transaction {
    func add(_ proposal: Proposal, ranking: Ranking) throws {
        try run(
            "insert into proposal (id, need, round, at, ranking) values (\(proposal.id), \(proposal.need), \(proposal.round), \(proposal.at), \(try ranking.json()))")
        for place in proposal.places {
            try run(
                """
                insert into proposal_place (proposal, place, expert, score, rival, reasons_zh, reasons_en)
                values (\(proposal.id), \(place.rank), \(place.expert), \(place.score), \(place.isRival),
                    \(place.reasons.map(\.chinese).joined(separator: "\n")), \(place.reasons.map(\.english).joined(separator: "\n")))
                """)
        }
    }

    func setAside(_ expert: ID<Person>, need: ID<Need>, by person: ID<Person>, now: Instant) throws {
        try run("insert into set_aside (need, expert, by_person, at) values (\(need), \(expert), \(person), \(now)) on conflict do nothing")
    }

    func agree(toRival expert: ID<Person>, need: ID<Need>, by person: ID<Person>, now: Instant) throws {
        try run("insert into rival_consent (need, expert, by_person, at) values (\(need), \(expert), \(person), \(now)) on conflict do nothing")
    }
}
