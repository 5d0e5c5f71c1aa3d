import Languages
package import Reference
package import Storage
package import Values
import Web

extension Expert {
    static let migrations = [
        Migration(
            "Volunteers", 1,
            [
                """
                create table expert (person \(.text) not null primary key references person (id), institution \(.text) not null references organisation (id),
                    name \(.text) not null, kind \(.text) not null, standing \(.text) not null check (standing in ('inService', 'retired')),
                    employer \(.text) not null, employer_code \(.text), industry \(.text), headline_zh \(.text) not null, headline_en \(.text) not null,
                    biography_zh \(.text) not null, biography_en \(.text) not null, domains \(.text) not null check (length(domains) > 0),
                    topics \(.text) not null, region \(.text) not null check (length(region) = 6),
                    weekly_limit \(.int) not null check (weekly_limit between 1 and 20), free_times \(.text) not null,
                    entered_by \(.text) not null references person (id), entered_at \(.int) not null)\(.strict)
                """,
                "create index expert_institution on expert (institution, entered_at, person)",
                "create index expert_region on expert (region, entered_at, person)",
                """
                create table expert_pause (person \(.text) not null primary key references expert (person), from_day \(.text) not null,
                    until_day \(.text) not null check (until_day >= from_day), at \(.int) not null)\(.strict)
                """,
                // Two hands (A7): who entered the expert stands beside who appoints, and they differ.
                """
                create table appointment (id \(.text) not null primary key, person \(.text) not null references expert (person),
                    institution \(.text) not null references organisation (id), number \(.text) not null, from_day \(.text) not null,
                    until_day \(.text) not null check (until_day > from_day), entered_by \(.text) not null, by_person \(.text) not null
                    check (by_person <> entered_by), at \(.int) not null, unique (institution, number))\(.strict)
                """,
                "create index appointment_person on appointment (person, at)",
                "create index appointment_institution on appointment (institution, at)",
                """
                create table appointment_ending (appointment \(.text) not null primary key references appointment (id), reason \(.text) not null,
                    by_person \(.text) not null, at \(.int) not null)\(.strict)
                """,
                // The directory's index: a row for each appointment that stands, with what it is filtered and sorted by.
                """
                create table expert_listing (appointment \(.text) not null primary key references appointment (id), person \(.text) not null,
                    institution \(.text) not null, region \(.text) not null, kind \(.text) not null, from_day \(.text) not null, until_day \(.text) not null,
                    free_from \(.int) not null, free_until \(.int) not null, sort_key \(.text) not null)\(.strict)
                """,
                "create index expert_listing_order on expert_listing (free_from, sort_key, person)",
                "create index expert_listing_person on expert_listing (person)",
                "create index expert_listing_institution on expert_listing (institution, free_from, person)",
                "create index expert_listing_stale on expert_listing (free_until)",
                "create table expert_place (region \(.text) not null primary key)\(.strict)",
                // What an expert is found by: words of name and topics, pinyin, and domains and sub-topics behind a colon.
                "create table expert_term (term \(.text) not null, person \(.text) not null, primary key (term, person))\(.strict)",
                "create index expert_term_person on expert_term (person)",
            ])
    ]
}

extension Reader {
    package func expert(_ person: ID<Person>) throws -> Expert? { try experts(where: "e.person = \(person)").first }

    /// In the order of `ids`; whoever is no expert is left out.
    package func experts(_ ids: some Collection<ID<Person>>) throws -> [Expert] {
        guard !ids.isEmpty else { return [] }
        let found = Dictionary(try experts(where: "e.person in (\(list: ids))", limit: ids.count).map { ($0.person, $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { found[$0] }
    }

    /// The fields that each serves in.
    func fields(of people: [ID<Person>]) throws -> [ID<Person>: [Domain]] {
        Dictionary(
            try rows("select person, domains from expert where person in (\(list: people))") { row in (try row(), Expert.list(try row()).compactMap(Domain.init(rawValue:))) },
            uniquingKeysWith: { first, _ in first })
    }

    /// All candidates for matching: an institution's experts with a valid appointment that day; of more than `limit` those who
    /// are free soonest. Those who pause are among them, so that the reason can be said.
    package func experts(of institution: ID<Organisation>, appointedOn day: Day, domain: Domain? = nil, limit: Int = 500) throws -> [Expert] {
        let people = Expert.candidates(of: institution, appointedOn: day, domain: domain, limit: limit)
        return try experts(among: people, limit: limit).filter { $0.isAppointed(on: day) }
    }

    func experts(where condition: SQL, limit: Int = 1) throws -> [Expert] {
        try experts(among: "select e.person from expert e where \(condition)", limit: limit)
    }

    /// The experts that a query names, each with all its appointments and what binds it: a few queries, however many they are.
    private func experts(among people: SQL, limit: Int) throws -> [Expert] {
        var experts = try rows("\(Expert.columns) where e.person in (\(people)) order by e.person limit \(limit)", { row in try Expert(row: &row) })
        let all = try rows("\(Appointment.columns) where a.person in (\(people)) order by a.at desc, a.id desc limit \(limit * 20)", Appointment.init)
        let appointments = Dictionary(grouping: all, by: \.person)
        let backgrounds = try backgrounds(among: people)
        for place in experts.indices {
            experts[place].appointments = appointments[experts[place].person] ?? []
            experts[place].background = backgrounds[experts[place].person] ?? Background()
        }
        return experts
    }
}

extension Expert {
    static func candidates(of institution: ID<Organisation>, appointedOn day: Day, domain: Domain?, limit: Int) -> SQL {
        """
        select l.person from expert_listing l where l.institution = \(institution) and l.from_day <= \(day) and l.until_day >= \(day)
        \(domain.map { "and l.person in (select t.person from expert_term t where t.term = \(":" + $0.rawValue))" as SQL })
        order by l.free_from, l.person limit \(limit)
        """
    }

    fileprivate static let columns: SQL = """
        select e.person, e.institution, e.name, e.kind, e.standing, e.employer, e.employer_code, e.industry, e.headline_zh, e.headline_en, e.biography_zh,
            e.biography_en, e.domains, e.topics, e.region, e.weekly_limit, e.free_times, e.entered_by, e.entered_at, p.from_day, p.until_day
        from expert e left join expert_pause p on p.person = e.person
        """

    fileprivate init(row: inout Row) throws {
        self.init(
            person: try row(), institution: try row(), name: try row(), kind: try row.word(), standing: try row.word(), employer: try row(),
            employerCode: try row.maybe(), industry: try row.maybe(), headline: Words(try row(), try row()), biography: Words(try row(), try row()),
            domains: Expert.list(try row()).compactMap(Domain.init(rawValue:)), subTopics: Expert.list(try row()), region: try row(),
            weeklyLimit: try row(), freeTimes: [FreeTime](spelled: try row()), enteredBy: try row(), enteredAt: try row())
        if let from = try row.maybe(Day.self), let until = try row.maybe(Day.self) { pause = (from, until) }
    }

    fileprivate static func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}

extension Appointment {
    fileprivate static let columns: SQL = """
        select a.id, a.person, a.institution, a.number, a.from_day, a.until_day, a.by_person, a.at, d.reason, d.by_person, d.at, d.kind
        from appointment a left join appointment_ending d on d.appointment = a.id
        """

    fileprivate init(_ row: inout Row) throws {
        self.init(
            id: try row(), person: try row(), institution: try row(), number: try row(), from: try row(), until: try row(), by: try row(), at: try row())
        if number == id.text { number = "" }
        if let reason = try row.maybe(String.self) {
            let (by, at): (ID<Person>, Instant) = (try row(), try row())
            ending = Ending(kind: try row.word(), reason: reason, by: by, at: at)
        }
    }
}

extension Row {
    /// One of the words of an enum of Reference.
    mutating func word<Word: RawRepresentable>(_ type: Word.Type = Word.self) throws -> Word where Word.RawValue == String {
        let text: String = try self()
        guard let word = Word(rawValue: text) else { throw StorageFailure.unreadable(column: 0, as: "\(type)") }
        return word
    }
}

extension Transaction {
    /// Locks an expert for a deed, then loads; `Problem.notFound` where there is none.
    func lockedExpert(_ person: ID<Person>) throws -> Expert {
        guard try exists("select person from expert where person = \(person)\(.forUpdate)"), let expert = try expert(person) else { throw Problem.notFound }
        return expert
    }

    func insert(_ expert: Expert) throws {
        try run(
            """
            insert into expert (person, institution, name, kind, standing, employer, employer_code, industry, headline_zh, headline_en, biography_zh,
                biography_en, domains, topics, region, weekly_limit, free_times, entered_by, entered_at)
            values (\(expert.person), \(expert.institution), \(expert.name), \(expert.kind.rawValue), \(expert.standing.rawValue), \(expert.employer),
                \(expert.employerCode), \(expert.industry), \(expert.headline.chinese), \(expert.headline.english), \(expert.biography.chinese),
                \(expert.biography.english), \(Expert.line(expert.domains.map(\.rawValue))), \(Expert.line(expert.subTopics)), \(expert.region),
                \(expert.weeklyLimit), \(expert.freeTimes.spelled), \(expert.enteredBy), \(expert.enteredAt))
            """)
        if expert.pause != nil { try setPause(of: expert, at: expert.enteredAt) }
    }

    func update(_ expert: Expert) throws {
        try run(
            """
            update expert set name = \(expert.name), kind = \(expert.kind.rawValue), standing = \(expert.standing.rawValue), employer = \(expert.employer),
                employer_code = \(expert.employerCode), industry = \(expert.industry), headline_zh = \(expert.headline.chinese),
                headline_en = \(expert.headline.english), biography_zh = \(expert.biography.chinese), biography_en = \(expert.biography.english),
                domains = \(Expert.line(expert.domains.map(\.rawValue))), topics = \(Expert.line(expert.subTopics)), region = \(expert.region),
                weekly_limit = \(expert.weeklyLimit), free_times = \(expert.freeTimes.spelled) where person = \(expert.person)
            """)
    }

    func setPause(of expert: Expert, at now: Instant) throws {
        guard let pause = expert.pause else {
            try run("delete from expert_pause where person = \(expert.person)")
            return
        }
        try run(
            """
            insert into expert_pause (person, from_day, until_day, at) values (\(expert.person), \(pause.from), \(pause.until), \(now))
            on conflict (person) do update set from_day = excluded.from_day, until_day = excluded.until_day, at = excluded.at
            """)
    }

    /// Numbers are told apart by the database, so that its own id stands where there is no letter yet.
    func insert(_ appointment: Appointment, enteredBy: ID<Person>) throws {
        let number = appointment.number.isEmpty ? appointment.id.text : appointment.number
        try run(
            """
            insert into appointment (id, person, institution, number, from_day, until_day, entered_by, by_person, at)
            values (\(appointment.id), \(appointment.person), \(appointment.institution), \(number), \(appointment.from), \(appointment.until),
                \(enteredBy), \(appointment.by), \(appointment.at))
            """)
    }

    func insert(_ ending: Appointment.Ending, of appointments: [ID<Appointment>]) throws {
        let lines = appointments.map { "(\($0), \(ending.reason), \(ending.by), \(ending.at), \(ending.kind.rawValue))" as SQL }
        guard !lines.isEmpty else { return }
        try run("insert into appointment_ending (appointment, reason, by_person, at, kind) values \(lines: lines) on conflict (appointment) do nothing")
    }
}

extension Expert {
    fileprivate static func line(_ words: [String]) -> String { words.joined(separator: ",") }
}
