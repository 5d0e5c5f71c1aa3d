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
    /// Newest first; `condition` speaks of `q`, the application, of `a`, its award, and of `w`, its withdrawal.
    package func stars(_ condition: SQL, limit: Int) throws -> [Star] {
        try rows(
            """
            select q.id, q.person, q.institution, q.region, q.level, q.at, q.due, a.by_person, a.at, w.minutes, o.claim, w.at from star_application q
            left join star_award a on a.application = q.id left join star_withdrawal w on w.application = q.id left join record_objection o on o.id = w.objection where \(condition) order by q.id desc limit \(limit)
            """
        ) { row in
            let (id, person, institution, region): (ID<Star>, ID<Person>, ID<Organisation>, String) = (try row(), try row(), try row(), try row())
            let (level, at, due): (Int, Instant, Instant) = (try row(), try row(), try row())
            let (by, awardedAt) = (try row.maybe(ID<Person>.self), try row.maybe(Instant.self))
            var withdrawn: Star.Withdrawal?
            if let minutes = try row.maybe(Minutes.self), let record = try row.maybe(ID<ServiceRecord>.self), let at = try row.maybe(Instant.self) {
                withdrawn = Star.Withdrawal(minutes: minutes, record: record, at: at)
            }
            return Star(
                id: id, person: person, institution: institution, region: region, level: level, at: at, due: due, awarded: by.flatMap { by in awardedAt.map { (by: by, at: $0) } }, withdrawn: withdrawn)
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
    /// Applies for the level that the hours reach; nil where that was asked for before and not withdrawn.
    @discardableResult
    package func askForStar(by occasion: Occasion, terms: ServiceRecord.Terms = .init()) throws -> ID<Star>? {
        let now = occasion.now
        let may = try occasion.viewer.may(Permission<Star, Star>.apply)
        guard let expert = try expert(may.person), let institution = try organisation(expert.institution) else { throw Problem.notFound }
        try lockHours(of: may.person)
        let level = Star.level(try starMinutes(of: may.person))
        guard level > 0 else { throw Star.tooFew }
        let earlier = try stars("q.person = \(may.person) and q.level = \(level)", limit: 100)
        guard earlier.allSatisfy({ $0.withdrawn != nil }) else { return nil }
        let id = ID<Star>(at: now)
        let due = occasion.days.add(workingDays: terms.certificate, to: now).at
        guard try insertsOnce(
            """
            insert into star_application (id, person, institution, region, level, again, at, due)
            values (\(id), \(may.person), \(institution.id), \(institution.region), \(level), \(earlier.count), \(now), \(due)) on conflict (person, level, again) do nothing
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
        // Whoever corrects a record of theirs locks the person too: hours and star stay together.
        guard let person = try value("select person from star_application where id = \(id)", ID<Person>.self) else { throw Problem.notFound }
        try lockHours(of: person)
        guard let found = try stars("q.id = \(id)", limit: 1).first else { throw Problem.notFound }
        let may = try occasion.viewer.may(Permission<Star.Award, Star>.award, found)
        if let one = try oneHuman(may.person, among: [found.person]) { throw one.problem(Certificate.sameHand) }
        guard found.isOpen else { return }
        let minutes = try starMinutes(of: found.person)
        guard Star.level(minutes) >= found.level else { throw Star.tooFew }
        try run("insert into star_award (application, person, level, minutes, by_person, at) values (\(id), \(found.person), \(found.level), \(minutes), \(may.person), \(now))")
        try record(Star.Given(subject: found.subject, fields: ["level": "\(found.level)"]), by: may.by, at: now, from: occasion.address)
        try endTurn(of: found.subject)
        try tell(Notice(to: found.person, .mustKnow, about: found.subject, key: "star.given", Words("评定为\(Star.words(found.level).chinese)志愿者", "You are now a volunteer with \(Star.words(found.level).english)"), place: ServiceRecord.list().text), at: now)
    }

    /// After a correction: what was given or asked for above the hours that are left is withdrawn, and the expert is told why.
    func withdrawStars(of person: ID<Person>, because objection: ID<Objection>, by: Party, at now: Instant, from address: String) throws {
        let minutes = Minutes(try starMinutes(of: person))
        for star in try stars("q.person = \(person) and q.level > \(Star.level(minutes.count)) and w.application is null", limit: Star.hours.count) {
            try run("insert into star_withdrawal (application, person, level, minutes, objection, at) values (\(star.id), \(person), \(star.level), \(minutes), \(objection), \(now))")
            try record(Star.Withdrawn(subject: star.subject, fields: ["level": "\(star.level)", "minutes": "\(minutes.count)"]), by: by, at: now, from: address)
            try endTurn(of: star.subject)
            let name = Star.words(star.level)
            try tell(
                Notice(
                    to: person, .mustKnow, about: star.subject, key: "star.withdrawn",
                    star.awarded == nil ? Words("\(name.chinese)的申请撤下了", "Your application for \(name.english) is withdrawn") : Words("\(name.chinese)撤回了", "Your \(name.english) is withdrawn"),
                    detail: Words(
                        "有一条服务记录更正了，累计\(minutes.words.chinese)，不到\(star.hours)小时。够了可以再申请。",
                        "A service record was corrected: \(minutes.words.english) in all, below \(star.hours) hours. It can be asked for again once they suffice."),
                    place: ServiceRecord.list().text), at: now)
        }
    }
}
