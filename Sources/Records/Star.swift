import Happenings
import Identity
package import Languages
import Markup
import Messaging
import Needs
package import Reference
package import Storage
import Turns
package import Values
import Volunteers
package import Web

/// Star levels (星级, 民函〔2012〕340号): by hours in all, on application, given by somebody else of the institution.
package struct Star: Reachable, Sendable {
    package let id: ID<Star>
    package let person: ID<Person>
    package let institution: ID<Organisation>
    package let region: String
    package let level: Int
    package let at: Instant
    package let due: Instant
    package let awarded: (by: ID<Person>, at: Instant)?

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person]]) }
    package var subject: Subject { Subject(Star.kind, id) }
    package static let kind = "star"

    /// Hours for one to five stars.
    package static let hours = [100, 300, 600, 1000, 1500]
    package static func level(_ minutes: Int) -> Int { hours.count { minutes >= $0 * 60 } }
    package static func words(_ level: Int) -> Words { Words("\(["一", "二", "三", "四", "五"][level - 1])星", level == 1 ? "1 star" : "\(level) stars") }

    package static let list = Path("stars")
    static let award = Path("stars/*/award", ID<Star>.self)

    package enum Award {}
    package struct Asked: Happening { package static let kind = "star.asked"; package let subject: Subject; package let fields: [String: String] }
    package struct Given: Happening { package static let kind = "star.given"; package let subject: Subject; package let fields: [String: String] }

    static let migration = Migration(
        "Records", 4,
        [
            """
            create table star_application (id \(.text) not null primary key, person \(.text) not null references person (id), institution \(.text) not null references organisation (id),
                region \(.text) not null, level \(.int) not null check (level between 1 and 5), at \(.int) not null, due \(.int) not null,
                unique (person, level), unique (id, person, level))\(.strict)
            """,
            "create index star_application_institution on star_application (institution, id)",
            """
            create table star_award (application \(.text) not null primary key, person \(.text) not null, level \(.int) not null, minutes \(.int) not null, by_person \(.text) not null, at \(.int) not null,
                foreign key (application, person, level) references star_application (id, person, level), check (by_person <> person),
                check (minutes >= case level when 1 then 6000 when 2 then 18000 when 3 then 36000 when 4 then 60000 else 90000 end))\(.strict)
            """,
            // What another organisation recorded, with its paper: marked, and never twice.
            """
            create table carried_record (id \(.text) not null primary key, person \(.text) not null references person (id), institution \(.text) not null references organisation (id),
                region \(.text) not null, issuer \(.text) not null, number \(.text) not null, issuer_key \(.text) not null, number_key \(.text) not null, minutes \(.int) not null
                check (minutes between 30 and 600000), file \(.text) not null references file (id), at \(.int) not null, due \(.int) not null,
                unique (id, person, issuer_key, number_key, minutes))\(.strict)
            """,
            "create index carried_record_person on carried_record (person, id)",
            "create index carried_record_institution on carried_record (institution, id)",
            """
            create table carried_acceptance (carried \(.text) not null primary key, person \(.text) not null, issuer_key \(.text) not null, number_key \(.text) not null, minutes \(.int) not null,
                by_person \(.text) not null, at \(.int) not null, foreign key (carried, person, issuer_key, number_key, minutes)
                references carried_record (id, person, issuer_key, number_key, minutes), check (by_person <> person), unique (issuer_key, number_key))\(.strict)
            """,
            "create index carried_acceptance_person on carried_acceptance (person)",
            """
            create table carried_refusal (carried \(.text) not null primary key references carried_record (id), by_person \(.text) not null, reason \(.text) not null check (length(reason) >= 4),
                at \(.int) not null)\(.strict)
            """,
        ] + ["star_application", "star_award", "carried_record", "carried_acceptance", "carried_refusal"].flatMap(SQL.appendOnly))
}

extension Permission where Deed == Star, Noun == Star {
    static var apply: Self { Permission("star.apply", [Grant(.expert, .own(.oneself))]) }
}
extension Permission where Deed == See, Noun == Star {
    static var see: Self { Permission("star.see", [Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)]) }
}
extension Permission where Deed == Star.Award, Noun == Star {
    static var award: Self { Permission("star.award", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

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
    package func starMinutes(of person: ID<Person>) throws -> Int { try countedMinutes(of: person).minutes + carriedMinutes(of: person) }

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

    package func carriedMinutes(of person: ID<Person>) throws -> Int {
        try count("select cast(coalesce(sum(minutes), 0) as \(.int)) from carried_acceptance where person = \(person)")
    }
}

extension Transaction {
    /// Applies for the level that the hours reach; nil where that was asked for before.
    @discardableResult
    package func askForStar(by viewer: Viewer, at now: Instant, days: WorkingDays, terms: ServiceRecord.Terms = .init(), from address: String = "") throws -> ID<Star>? {
        let may = try viewer.may(Permission<Star, Star>.apply)
        guard let expert = try expert(may.person), let institution = try organisation(expert.institution) else { throw Problem.notFound }
        let level = Star.level(try starMinutes(of: may.person))
        guard level > 0 else { throw Star.tooFew }
        let id = ID<Star>(at: now)
        let due = days.add(workingDays: terms.certificate, to: now).at
        guard try insertsOnce(
            """
            insert into star_application (id, person, institution, region, level, at, due)
            values (\(id), \(may.person), \(institution.id), \(institution.region), \(level), \(now), \(due)) on conflict (person, level) do nothing
            """)
        else { return nil }
        try record(Star.Asked(subject: Subject(Star.kind, id), fields: ["level": "\(level)"]), by: may.by, at: now, from: address)
        try give(
            Turn(
                Subject(Star.kind, id), holder: .organisation(institution.id), permission: Permission<Star.Award, Star>.award.name, what: Words("核对星级申请", "Check an application for stars"), due: due, since: now,
                institution: institution.id, region: institution.region, title: String(repeating: "★", count: level)))
        return id
    }

    /// Given by somebody else of the institution, over the hours as they are today.
    package func awardStar(_ id: ID<Star>, by viewer: Viewer, at now: Instant, from address: String = "") throws {
        _ = try values("select id from star_application where id = \(id)\(.forUpdate)", String.self)
        guard let found = try stars("q.id = \(id)", limit: 1).first else { throw Problem.notFound }
        let may = try viewer.may(Permission<Star.Award, Star>.award, found)
        guard may.person != found.person else { throw Certificate.sameHand }
        guard found.awarded == nil else { return }
        let minutes = try starMinutes(of: found.person)
        guard Star.level(minutes) >= found.level else { throw Star.tooFew }
        try run("insert into star_award (application, person, level, minutes, by_person, at) values (\(id), \(found.person), \(found.level), \(minutes), \(may.person), \(now))")
        try record(Star.Given(subject: found.subject, fields: ["level": "\(found.level)"]), by: may.by, at: now, from: address)
        try endTurn(of: found.subject)
        try tell(Notice(to: found.person, .mustKnow, about: found.subject, key: "star.given", Words("评定为\(Star.words(found.level).chinese)志愿者", "You are now a volunteer with \(Star.words(found.level).english)"), place: ServiceRecord.list().text), at: now)
    }
}

extension Star {
    static let tooFew = Problem(
        "star.tooFew", status: 409, Words("时长还不够", "Not enough hours yet"), Words("累计满100小时可以申请一星，依次300、600、1,000、1,500小时。", "One star needs 100 hours; the others 300, 600, 1,000 and 1,500."))
}

struct StarPages: Sendable {
    let reference: Reference
    let terms: ServiceRecord.Terms

    /// For the expert's own page: what they have, and the one button when more is due.
    static func panel(_ stars: [Star], minutes: Int, carried: Int) -> HTML {
        let held = stars.filter { $0.awarded != nil }.map(\.level).max() ?? 0
        let reached = Star.level(minutes)
        let next = Star.hours.first { minutes < $0 * 60 }
        let isAsked = stars.contains { $0.level == reached && $0.awarded == nil }
        return """
            <section class="panel"><h2>\(Words("星级", "Stars"))</h2><p>\(held > 0 ? Star.words(held) : Words("还没有星级", "No star yet"))</p>\
            \(carried > 0 ? "<p class=\"small\">\(Words("含带入的\(Minutes(carried).words.chinese)", "With \(Minutes(carried).words.english) carried over"))</p>" as HTML : nil)\
            \(next.map { "<p class=\"small soft\">\(Words("下一级满\($0)小时", "The next level is at \($0) hours"))</p>" as HTML })\
            \(reached > held ? isAsked ? "<p class=\"small\">\(Words("申请了，等机构核对", "Applied for; the institution checks"))</p>" as HTML : button(Star.list(), Words("申请\(Star.words(reached).chinese)", "Apply for \(Star.words(reached).english)")) : nil)\
            <p class="small mt"><a href="\(Carried.list())">\(Words("带入其他机构的记录", "Carry over records of others"))</a></p></section>
            """
    }

    func apply(_ visit: Visit) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address, days, terms) = (visit.viewer, visit.now, visit.address, reference.workingDays, terms)
        let link = try await visit.write(once: form) { tx in
            try tx.askForStar(by: viewer, at: now, days: days, terms: terms, from: address)
            return ServiceRecord.list()
        }
        return .see(link, saying: Words("申请收到了，\(terms.certificate)个工作日内答复", "Received; an answer comes within \(terms.certificate) working days"))
    }

    func list(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let found = try await visit.read { reader in
            let scope = viewer.scope(Permission<See, Star>.see.grants, institution: "q.institution", region: "q.region") { _, _ in nil }
            let stars = try reader.stars(scope, limit: 100)
            return (stars: stars, names: try reader.names(of: stars.map(\.person)), minutes: try reader.starMinutes(of: stars.map(\.person)))
        }
        let heading = Words("星级申请", "Applications for stars")
        return .page(
            Page(
                heading, word: "records", width: .narrow, back: (ServiceRecord.list(), Words("服务记录", "Service records")),
                """
                \(title(heading, "\(Words("按累计计入的时长，由没有参与的人评定。", "By all hours that count; given by somebody else."))"))
                \(found.stars.isEmpty ? empty(Words("还没有申请", "No applications yet"), Words("专家满100小时可以申请一星。", "An expert may apply for the first star at 100 hours.")) : """
                    <ul class="list">\(each: found.stars, { it in
                        "<li><div class=\"row\"><span class=\"grow\">\(found.names[it.person] ?? "")　\(Star.words(it.level))<br><span class=\"soft small\">\(Words("累计", "In all "))\((found.minutes[it.person] ?? Minutes(0)).words)\(Words("　", " · "))\(it.at.spoken(now: now))</span></span>\(it.awarded != nil ? tag(Words("已评定", "Given"), .good) : viewer.could(.award, it) && viewer.person != it.person ? button(Star.award(it.id), Words("评为\(Star.words(it.level).chinese)", "Give \(Star.words(it.level).english)")) : tag(Words("待核对", "To be checked"), .wait))</div></li>"
                    })</ul>
                    """ as HTML)
                """))
    }

    func award(_ visit: Visit, _ id: ID<Star>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            try tx.awardStar(id, by: viewer, at: now, from: address)
            return Star.list()
        }
        return .see(link, saying: Words("评定了，已告诉专家", "Given; the expert was told"))
    }
}
