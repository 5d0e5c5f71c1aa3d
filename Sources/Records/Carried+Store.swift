package import Cases
package import Files
import Happenings
import Holdings
import Identity
import Languages
import Markup
import Messaging
import Reference
package import Storage
import Turns
package import Values
import Volunteers
import Web

extension Reader {
    package func carried(_ id: ID<Carried>) throws -> Carried? { try carried("q.id = \(id)", limit: 1).first }

    /// Newest first; `condition` speaks of `q`, the record, of `a`, its acceptance, and of `r`, its refusal.
    package func carried(_ condition: SQL, limit: Int) throws -> [Carried] {
        try rows(
            """
            select q.id, q.person, q.institution, q.region, q.issuer, q.number, q.minutes, q.file, q.at, q.due, a.at,
                case when r.reason is not null and exists (select 1 from erasure e where e.person = q.person) then \(Holding.dash) else r.reason end from carried_record q
            left join carried_acceptance a on a.carried = q.id left join carried_refusal r on r.carried = q.id where \(condition) order by q.id desc limit \(limit)
            """
        ) { row in
            Carried(
                id: try row(), person: try row(), institution: try row(), region: try row(), issuer: try row(), number: try row(), minutes: try row(), file: try row(), at: try row(), due: try row(),
                accepted: try row.maybe(), refused: try row.maybe())
        }
    }
}

extension Transaction {
    /// Carries over a record with its paper; it counts once somebody else has accepted it.
    @discardableResult
    package func bring(_ file: TakenFile, issuer: String, number: String, minutes: Minutes, by occasion: Occasion, terms: ServiceRecord.Terms = .init()) throws -> ID<Carried> {
        let now = occasion.now
        let may = try occasion.viewer.may(Permission<Carried, Carried>.bring)
        guard let expert = try expert(may.person), let institution = try organisation(expert.institution) else { throw Problem.notFound }
        let id = ID<Carried>(at: now)
        let due = occasion.days.add(workingDays: terms.certificate, to: now).at
        let stored = try add(file, to: Subject(Carried.kind, id), by: may.by, now: now)
        try run(
            """
            insert into carried_record (id, person, institution, region, issuer, number, issuer_key, number_key, minutes, file, at, due)
            values (\(id), \(may.person), \(institution.id), \(institution.region), \(issuer), \(number), \(Carried.key(issuer)), \(Carried.key(number)), \(minutes), \(stored), \(now), \(due))
            """)
        try record(Carried.Brought(subject: Subject(Carried.kind, id), fields: ["minutes": "\(minutes.count)"]), by: may.by, at: now, from: occasion.address)
        try give(
            Turn(
                Subject(Carried.kind, id), holder: .organisation(institution.id), permission: Permission<Carried.Decision, Carried>.decide.name, what: Words("核对带入的记录", "Check a record carried over"), due: due, since: now,
                institution: institution.id, region: institution.region, title: issuer))
        return id
    }

    /// Accepts it, or refuses it with a reason; not by whoever brought it.
    package func decide(_ id: ID<Carried>, refusing reason: String?, by occasion: Occasion) throws {
        let now = occasion.now
        _ = try values("select id from carried_record where id = \(id)\(.forUpdate)", String.self)
        guard let found = try carried(id) else { throw Problem.notFound }
        let may = try occasion.viewer.may(Permission<Carried.Decision, Carried>.decide, found)
        if let one = try oneHuman(may.person, among: [found.person]) { throw one.problem(Certificate.sameHand) }
        guard found.accepted == nil, found.refused == nil else { return }
        if let reason {
            try run("insert into carried_refusal (carried, by_person, reason, at) values (\(id), \(may.person), \(reason), \(now))")
            try record(Carried.Refused(subject: found.subject), by: may.by, at: now, from: occasion.address)
        } else {
            let (issuer, number) = (Carried.key(found.issuer), Carried.key(found.number))
            // What this house recorded counts already.
            guard try !organisations(.institution).contains(where: { Carried.key($0.name) == issuer }) else { throw Carried.ours }
            // Their key decides, also between two who accept at once.
            guard try insertsOnce(
                """
                insert into carried_acceptance (carried, person, issuer_key, number_key, minutes, by_person, at)
                values (\(id), \(found.person), \(issuer), \(number), \(found.minutes), \(may.person), \(now)) on conflict do nothing
                """)
            else { throw Carried.twice }
            try record(Carried.Accepted(subject: found.subject, fields: ["minutes": "\(found.minutes.count)"]), by: may.by, at: now, from: occasion.address)
        }
        try endTurn(of: found.subject)
        try tell(
            Notice(
                to: found.person, .mustKnow, about: found.subject, key: "carried.decided", reason == nil ? Words("带入的记录核对好了", "The record you carried over is accepted") : Words("带入的记录没有收，请看原因", "The record you carried over was not taken; please see why"),
                place: Carried.list().text), at: now)
    }
}
