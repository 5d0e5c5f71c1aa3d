import Happenings
package import Identity
import Languages
import Messaging
import Reference
package import Storage
import Turns
package import Values
import Web

extension Application {
    static let migration = Migration(
        "Volunteers", 4,
        [
            """
            create table application (id \(.text) not null primary key, institution \(.text) not null references organisation (id), region \(.text) not null,
                recruitment \(.text) references recruitment (id), person \(.text) not null references person (id), name \(.text) not null, kind \(.text) not null,
                standing \(.text) not null check (standing in ('inService', 'retired')), employer \(.text) not null, employer_code \(.text), industry \(.text),
                headline_zh \(.text) not null, headline_en \(.text) not null, biography_zh \(.text) not null, biography_en \(.text) not null,
                domains \(.text) not null, topics \(.text) not null, place \(.text) not null, employer_consent \(.text), office_unit \(.text),
                office_rank \(.text), office_left \(.text), office_region \(.text), office_domains \(.text), firm_consents \(.bool) not null, licences \(.text) not null,
                hours \(.int) not null check (hours between 1 and 2000), at \(.int) not null,
                check (standing = 'retired' or employer_consent is not null), check ((office_unit is null) = (office_left is null)))\(.strict)
            """,
            "create index application_institution on application (institution, id)",
            "create index application_region on application (region, id)",
            "create index application_person on application (person, id)",
            """
            create table application_review (application \(.text) not null primary key references application (id), suitable \(.bool) not null,
                reason \(.text) not null check (length(reason) > 0), by_person \(.text) not null, at \(.int) not null, unique (application, by_person))\(.strict)
            """,
            // Two hands (A7): who reviewed stands beside who selects, and they differ.
            """
            create table application_selection (application \(.text) not null primary key, selected \(.bool) not null, reason \(.text) not null check (length(reason) > 0),
                reviewed_by \(.text) not null, by_person \(.text) not null check (by_person <> reviewed_by), at \(.int) not null,
                foreign key (application, reviewed_by) references application_review (application, by_person))\(.strict)
            """,
            "create table application_withdrawal (application \(.text) not null primary key references application (id), at \(.int) not null)\(.strict)",
            // One open application a person and institution, however often it is sent.
            """
            create table open_application (person \(.text) not null, institution \(.text) not null, application \(.text) not null references application (id),
                primary key (person, institution))\(.strict)
            """,
            // Where somebody may serve: the facts that bind, kept with the expert from the selection on.
            """
            create table expert_background (person \(.text) not null primary key references expert (person), employer_consent \(.text), office_unit \(.text),
                office_rank \(.text), office_left \(.text), office_region \(.text), office_domains \(.text), firm_consents \(.bool) not null, application \(.text))\(.strict)
            """,
            """
            create table expert_licence (person \(.text) not null references expert (person), kind \(.text) not null
                check (kind in ('lawyer', 'accountant', 'taxAgent', 'patentAgent', 'other')), number \(.text) not null, until_day \(.text),
                primary key (person, kind, number))\(.strict)
            """,
        ])

    fileprivate static let columns: SQL = """
        select a.id, a.institution, a.region, a.recruitment, a.person, a.name, a.kind, a.standing, a.employer, a.employer_code, a.industry, a.headline_zh,
            a.headline_en, a.biography_zh, a.biography_en, a.domains, a.topics, a.place, a.employer_consent, a.office_unit, a.office_rank, a.office_left,
            a.office_region, a.office_domains, a.firm_consents, a.licences, a.hours, a.at, r.suitable, r.reason, r.by_person, r.at, s.selected, s.reason, s.by_person, s.at, w.at
        from application a left join application_review r on r.application = a.id left join application_selection s on s.application = a.id
            left join application_withdrawal w on w.application = a.id
        """

    fileprivate init(_ row: inout Row) throws {
        (id, institution, region, recruitment, person) = (try row(), try row(), try row(), try row.maybe(), try row())
        entry = ExpertEntry(
            name: try row(), kind: try row.word(), standing: try row.word(), employer: try row(), employerCode: try row.maybe(), industry: try row.maybe(),
            headline: Words(try row(), try row()), biography: Words(try row(), try row()),
            domains: try row(String.self).split(separator: ",").compactMap { Domain(rawValue: String($0)) },
            subTopics: try row(String.self).split(separator: ",").map(String.init), region: try row())
        background = try Background(&row, licences: { Licence.read(try $0()) })
        (hours, at) = (try row(), try row())
        let (suitable, why, reviewer, reviewed) = (try row.maybe(Bool.self), try row.maybe(String.self), try row.maybe(ID<Person>.self), try row.maybe(Instant.self))
        let (selected, because, head, decided) = (try row.maybe(Bool.self), try row.maybe(String.self), try row.maybe(ID<Person>.self), try row.maybe(Instant.self))
        let withdrawn = try row.maybe(Instant.self)
        var review: Review?
        if let suitable, let why, let reviewer, let reviewed { review = Review(isSuitable: suitable, reason: why, by: reviewer, at: reviewed) }
        if let withdrawn { state = .withdrawn(at: withdrawn) }
        else if let review, let selected, let because, let head, let decided {
            let selection = Selection(isSelected: selected, reason: because, by: head, at: decided)
            state = selected ? .selected(review, selection) : .refused(review, selection)
        } else if let review { state = .reviewed(review) }
        else { state = .sent }
    }
}

extension Background {
    /// In the order employer's consent, office, firm's consent; `licences` reads what follows.
    fileprivate init(_ row: inout Row, licences: (inout Row) throws -> [Licence]) throws {
        employerConsent = try row.maybe(String.self).flatMap(EmployerConsent.init(rawValue:))
        let (unit, rank, left) = (try row.maybe(String.self), try row.maybe(String.self).flatMap(Rank.init(rawValue:)), try row.maybe(Day.self))
        let (region, domains) = (try row.maybe(String.self) ?? "", try row.maybe(String.self) ?? "")
        office = if let unit, let rank, let left {
            Office(unit: unit, rank: rank, left: left, region: region, domains: domains.split(separator: ",").compactMap { Domain(rawValue: String($0)) })
        } else { nil }
        firmConsents = try row()
        self.licences = try licences(&row)
    }
}

extension Licence {
    /// One line a licence: kind, number, last day.
    static func spelled(_ licences: [Licence]) -> String { licences.map { "\($0.kind.rawValue)\t\($0.number)\t\($0.until.map(\.description) ?? "")" }.joined(separator: "\n") }

    static func read(_ text: String) -> [Licence] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, let kind = Kind(rawValue: parts[0]) else { return nil }
            return Licence(kind: kind, number: parts[1], until: Day(parts[2]))
        }
    }
}

extension Reader {
    package func application(_ id: ID<Application>) throws -> Application? { try first("\(Application.columns) where a.id = \(id)", Application.init) }

    func applications(_ group: Vetting.Group, scope: SQL, before: ID<Application>?, limit: Int) throws -> [Application] {
        try rows("\(Application.columns) where \(scope) and \(group.condition) \(before.map { "and a.id < \($0)" as SQL }) order by a.id desc limit \(limit)", Application.init)
    }

    func applicationCount(_ group: Vetting.Group, scope: SQL) throws -> Int {
        try count(
            """
            select count(*) from (select 1 from application a left join application_review r on r.application = a.id left join application_selection s on s.application = a.id
            left join application_withdrawal w on w.application = a.id where \(scope) and \(group.condition) limit 1000) t
            """)
    }

    func applications(of person: ID<Person>, limit: Int = 20) throws -> [Application] {
        try rows("\(Application.columns) where a.person = \(person) order by a.id desc limit \(limit)", Application.init)
    }

    func openApplication(of person: ID<Person>, to institution: ID<Organisation>) throws -> ID<Application>? {
        try value("select application from open_application where person = \(person) and institution = \(institution)")
    }

    /// Everywhere that they have applied and nobody has decided.
    package func openApplications(of person: ID<Person>) throws -> [ID<Application>] {
        try values("select application from open_application where person = \(person) order by application limit 20")
    }

    /// What binds an expert; empty for one who was entered without it.
    package func background(of person: ID<Person>) throws -> Background { try backgrounds(among: "\(person)")[person] ?? Background() }

    func backgrounds(of people: some Collection<ID<Person>>) throws -> [ID<Person>: Background] {
        people.isEmpty ? [:] : try backgrounds(among: "\(list: people)")
    }

    /// Of the experts that a list or a query names.
    func backgrounds(among people: SQL) throws -> [ID<Person>: Background] {
        var all = Dictionary(
            try rows("select person, employer_consent, office_unit, office_rank, office_left, office_region, office_domains, firm_consents from expert_background where person in (\(people))") { row in
                (try row(ID<Person>.self), try Background(&row, licences: { _ in [] }))
            }, uniquingKeysWith: { first, _ in first })
        for (person, licence) in try rows("select person, kind, number, until_day from expert_licence where person in (\(people)) order by kind, number", { row in
            (try row(ID<Person>.self), Licence(kind: try row.word(), number: try row(), until: try row.maybe()))
        }) { all[person, default: Background()].licences.append(licence) }
        return all
    }
}

extension Transaction {
    func lockedApplication(_ id: ID<Application>) throws -> Application {
        guard try exists("select id from application where id = \(id)\(.forUpdate)"), let found = try application(id) else { throw Problem.notFound }
        return found
    }

    /// Puts an application down and gives the officer the turn. For the demonstration too.
    package func send(_ new: Application, from address: String = "") throws {
        if let open = try openApplication(of: new.person, to: new.institution) { throw Application.Refusal.appliedAlready(open) }
        let (entry, background) = (new.entry, new.background)
        try run(
            """
            insert into application (id, institution, region, recruitment, person, name, kind, standing, employer, employer_code, industry, headline_zh, headline_en,
                biography_zh, biography_en, domains, topics, place, employer_consent, office_unit, office_rank, office_left, office_region, office_domains, firm_consents, licences, hours, at)
            values (\(new.id), \(new.institution), \(new.region), \(new.recruitment), \(new.person), \(entry.name), \(entry.kind.rawValue), \(entry.standing.rawValue),
                \(entry.employer), \(entry.employerCode), \(entry.industry), \(entry.headline.chinese), \(entry.headline.english), \(entry.biography.chinese),
                \(entry.biography.english), \(entry.domains.map(\.rawValue).joined(separator: ",")), \(entry.subTopics.joined(separator: ",")), \(entry.region),
                \(background.employerConsent?.rawValue), \(background.office?.unit), \(background.office?.rank.rawValue), \(background.office?.left),
                \(background.office?.region), \(background.office?.domains.map(\.rawValue).joined(separator: ",")), \(background.firmConsents), \(Licence.spelled(background.licences)), \(new.hours), \(new.at))
            """)
        try run("insert into open_application (person, institution, application) values (\(new.person), \(new.institution), \(new.id))")
        try record(Application.Sent(subject: new.subject), by: .person(new.person), at: new.at, from: address)
        try give(new.turn(Permission<Application.Review, Application>.review.name, Words("审核\(new.entry.name)的报名", "Review the application of \(new.entry.name)"), since: new.at))
    }

    /// Two hands, and neither the applicant's (A7).
    private func demandAnother(_ person: ID<Person>, than others: [ID<Person>], _ application: Application) throws {
        if let one = try oneHuman(person, among: others, called: [application.entry.name]) { throw Application.Refusal.oneHuman(one) }
    }

    /// The officer's word; a head has the turn then.
    package func save(_ review: Application.Review, of application: Application, by may: May<Application.Review, Application>, from address: String) throws {
        try demandAnother(may.person, than: [application.person], application)
        try run("insert into application_review (application, suitable, reason, by_person, at) values (\(application.id), \(review.isSuitable), \(review.reason), \(may.person), \(review.at))")
        try record(Application.Reviewed(subject: application.subject, fields: ["suitable": "\(review.isSuitable)"]), by: may.by, at: review.at, from: address)
        try give(
            application.turn(
                Permission<Application.Selection, Application>.select.name, Words("决定\(application.entry.name)是否入选", "Decide whether to select \(application.entry.name)"), since: review.at))
    }

    /// The head's word, which ends the application; the database wants another person than who reviewed it.
    package func save(_ selection: Application.Selection, of application: Application, reviewedBy: ID<Person>, by may: May<Application.Selection, Application>, from address: String) throws {
        try demandAnother(may.person, than: [application.person, reviewedBy], application)
        try run(
            """
            insert into application_selection (application, selected, reason, reviewed_by, by_person, at)
            values (\(application.id), \(selection.isSelected), \(selection.reason), \(reviewedBy), \(may.person), \(selection.at))
            """)
        try run("delete from open_application where application = \(application.id)")
        try endTurn(of: application.subject)
        try record(Application.Selected(subject: application.subject, fields: ["selected": "\(selection.isSelected)"]), by: may.by, at: selection.at, from: address)
    }

    func withdraw(_ application: Application, by may: May<Application, Application>, at now: Instant, from address: String) throws {
        try run("insert into application_withdrawal (application, at) values (\(application.id), \(now))")
        try run("delete from open_application where application = \(application.id)")
        try endTurn(of: application.subject)
        try record(Application.Withdrawn(subject: application.subject), by: may.by, at: now, from: address)
    }

    /// What binds an expert, in the place of what stood there.
    package func set(_ background: Background, of person: ID<Person>, application: ID<Application>? = nil) throws {
        try run(
            """
            insert into expert_background (person, employer_consent, office_unit, office_rank, office_left, office_region, office_domains, firm_consents, application)
            values (\(person), \(background.employerConsent?.rawValue), \(background.office?.unit), \(background.office?.rank.rawValue), \(background.office?.left), \(background.office?.region), \(background.office?.domains.map(\.rawValue).joined(separator: ",")), \(background.firmConsents), \(application))
            on conflict (person) do update set employer_consent = excluded.employer_consent, office_unit = excluded.office_unit, office_rank = excluded.office_rank,
                office_left = excluded.office_left, office_region = excluded.office_region, office_domains = excluded.office_domains, firm_consents = excluded.firm_consents
            """)
        try run("delete from expert_licence where person = \(person)")
        for licence in background.licences {
            try run("insert into expert_licence (person, kind, number, until_day) values (\(person), \(licence.kind.rawValue), \(licence.number), \(licence.until)) on conflict do nothing")
        }
    }
}
