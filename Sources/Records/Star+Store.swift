package import Cases
import Happenings
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
    /// Newest first; `condition` speaks of `q`.
    package func stars(_ condition: SQL, limit: Int) throws -> [Star] {
        try rows(
            """
            select q.id, q.person, q.institution, q.region, q.level, q.at, q.due, a.by_person, a.at from star_application q left join star_award a on a.application = q.id
            where \(condition) order by q.id desc limit \(limit)
            """
        ) { row in
            let (id, person, institution, region): (ID<Star>, ID<Person>, ID<Organisation>, String) = (try row(), try row(), try row(), try row())
            let (level, at, due): (Int, Instant, Instant) = (try row(), try row(), try row())
            let (by, awardedAt) = (try row.maybe(ID<Person>.self), try row.maybe(Instant.self))
            return Star(id: id, person: person, institution: institution, region: region, level: level, at: at, due: due, awarded: by.flatMap { by in awardedAt.map { (by: by, at: $0) } })
        }
    }

    /// All hours that stars are given for: what counts here, and what was carried over.
    func starMinutes(of person: ID<Person>) throws -> Int { try countedMinutes(of: person).minutes + carriedMinutes(of: person) }

    /// The same for several people at once.
    func starMinutes(of people: [ID<Person>]) throws -> [ID<Person>: Minutes] {
        guard !people.isEmpty else { return [:] }
        return Dictionary(
            try rows(
                """
                select person, cast(sum(minutes) as \(.int)) from (select expert as person, minutes from counted_record where expert in (\(list: people))
                union all select person, minutes from carried_acceptance where person in (\(list: people))) s group by person
                """
            ) { row in (try row(ID<Person>.self), try row(Minutes.self)) }, uniquingKeysWith: { first, _ in first })
    }

    /// What was accepted from other organisations.
    package func carriedMinutes(of person: ID<Person>) throws -> Int {
        try count("select cast(coalesce(sum(minutes), 0) as \(.int)) from carried_acceptance where person = \(person)")
    }
}

extension Transaction {
    /// Applies for the level that the hours reach; nil where that was asked for before.
    @discardableResult
    package func askForStar(by occasion: Occasion, terms: ServiceRecord.Terms = .init()) throws -> ID<Star>? {
        let now = occasion.now
        let may = try occasion.viewer.may(Permission<Star, Star>.apply)
        guard let expert = try expert(may.person), let institution = try organisation(expert.institution) else { throw Problem.notFound }
        let level = Star.level(try starMinutes(of: may.person))
        guard level > 0 else { throw Star.tooFew }
        let id = ID<Star>(at: now)
        let due = occasion.days.add(workingDays: terms.certificate, to: now).at
        guard try insertsOnce(
            """
            insert into star_application (id, person, institution, region, level, at, due)
            values (\(id), \(may.person), \(institution.id), \(institution.region), \(level), \(now), \(due)) on conflict (person, level) do nothing
            """)
        else { return nil }
        try record(Star.Asked(subject: Subject(Star.kind, id), fields: ["level": "\(level)"]), by: may.by, at: now, from: occasion.address)
        try give(
            Turn(
                Subject(Star.kind, id), holder: .organisation(institution.id), permission: Permission<Star.Award, Star>.award.name, what: Words("核对星级申请", "Check an application for stars"), due: due, since: now,
                institution: institution.id, region: institution.region, title: String(repeating: "★", count: level)))
        return id
    }

    /// Given by somebody else of the institution, over the hours as they are today.
    package func awardStar(_ id: ID<Star>, by occasion: Occasion) throws {
        let now = occasion.now
        _ = try values("select id from star_application where id = \(id)\(.forUpdate)", String.self)
        guard let found = try stars("q.id = \(id)", limit: 1).first else { throw Problem.notFound }
        let may = try occasion.viewer.may(Permission<Star.Award, Star>.award, found)
        if let one = try oneHuman(may.person, among: [found.person]) { throw one.problem(Certificate.sameHand) }
        guard found.awarded == nil else { return }
        let minutes = try starMinutes(of: found.person)
        guard Star.level(minutes) >= found.level else { throw Star.tooFew }
        try run("insert into star_award (application, person, level, minutes, by_person, at) values (\(id), \(found.person), \(found.level), \(minutes), \(may.person), \(now))")
        try record(Star.Given(subject: found.subject, fields: ["level": "\(found.level)"]), by: may.by, at: now, from: occasion.address)
        try endTurn(of: found.subject)
        try tell(Notice(to: found.person, .mustKnow, about: found.subject, key: "star.given", Words("评定为\(Star.words(found.level).chinese)志愿者", "You are now a volunteer with \(Star.words(found.level).english)"), place: ServiceRecord.list().text), at: now)
    }
}
