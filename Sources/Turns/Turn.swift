package import Languages
package import Storage
package import Values

/// Whose turn it is (轮到谁), for what, by when. Every open thing has exactly one row, gone when nothing is open; start pages,
/// work lists, badges, reminders and "who waits for whom" are reads of this one small table.
package struct Turn: Sendable {
    package let subject: Subject
    package let holder: Party
    /// An organisation's turn appears for those members whose role has this permission.
    package let permission: String
    package let what: Words
    package let due: Instant
    /// When the holder got it: how long they have been waited for.
    package let since: Instant
    /// The institution and region it belongs to, by which a supervisor may see it.
    package let institution: ID<Organisation>
    package let region: String
    /// What the thing is called on a list; blacked out where the holder may not know yet.
    package let title: String
    /// Work has stopped somewhere: its holder is reminded at night too.
    package let isUrgent: Bool
    /// The id of the company for which its holder acts: whoever speaks for the same company sees that it waits.
    package let company: String?

    package init(
        _ subject: Subject, holder: Party, permission: String, what: Words, due: Instant, since: Instant, institution: ID<Organisation>,
        region: String, title: String, isUrgent: Bool = false, company: String? = nil
    ) {
        self.subject = subject
        self.holder = holder
        self.permission = permission
        self.what = what
        self.due = due
        self.since = since
        self.institution = institution
        self.region = region
        self.title = title
        self.isUrgent = isUrgent
        self.company = company
    }

    package static let migrations = [
        Migration(
            "Turns", 1,
            [
                """
                create table turn (kind \(.text) not null, id \(.text) not null, holder \(.text) not null, permission \(.text) not null,
                    what_zh \(.text) not null, what_en \(.text) not null, due \(.int) not null, since \(.int) not null,
                    institution \(.text) not null, region \(.text) not null, title \(.text) not null, reminded_at \(.int),
                    primary key (kind, id))\(.strict)
                """,
                "create index turn_holder on turn (holder, due)",
                "create index turn_due on turn (due)",
                "create index turn_institution on turn (institution, kind, due)",
                "create index turn_region on turn (region, due)",
            ]),
        Migration(
            "Turns", 2,
            [
                "alter table turn add column urgent \(.bool) not null default false",
                "alter table turn add column company \(.text)",
                "alter table turn add column late_at \(.int)",
                "create index turn_company on turn (company, due) where company is not null",
                "create index turn_unreminded on turn (due) where reminded_at is null",
                "create index turn_not_late on turn (due) where late_at is null",
            ]),
    ]
}

extension Transaction {
    /// Gives the turn: replaces whoever had it for this subject.
    package func give(_ turn: Turn) throws {
        try run(
            """
            insert into turn (kind, id, holder, permission, what_zh, what_en, due, since, institution, region, title, urgent, company)
            values (\(turn.subject.kind), \(turn.subject.id), \(turn.holder), \(turn.permission), \(turn.what.chinese), \(turn.what.english),
                \(turn.due), \(turn.since), \(turn.institution), \(turn.region), \(turn.title), \(turn.isUrgent), \(turn.company))
            on conflict (kind, id) do update set holder = excluded.holder, permission = excluded.permission, what_zh = excluded.what_zh,
                what_en = excluded.what_en, due = excluded.due, since = excluded.since, institution = excluded.institution,
                region = excluded.region, title = excluded.title, urgent = excluded.urgent, company = excluded.company, reminded_at = null, late_at = null
            """)
    }

    /// Nothing is open any more.
    package func endTurn(of subject: Subject) throws { try run("delete from turn where kind = \(subject.kind) and id = \(subject.id)") }

    /// Marks turns whose due time has passed, each once; answers them for a reminder. What is not urgent waits for the day.
    package func overdueTurns(now: Instant, onlyUrgent: Bool = false, limit: Int = 1000) throws -> [Turn] {
        let which: SQL = "due <= \(now) and reminded_at is null \(onlyUrgent ? "and urgent" : "" as SQL)"
        return try rows(
            """
            update turn set reminded_at = \(now) where reminded_at is null and (kind, id) in (select kind, id from turn where \(which) order by due limit \(limit))
            returning \(Turn.names)
            """, Turn.init)
    }

    /// Marks turns that were due before `due` and, of urgent ones, before `urgent`, each once: these are late by now.
    package func lateTurns(dueBefore due: Instant?, urgentBefore urgent: Instant, now: Instant, limit: Int = 1000) throws -> [Turn] {
        let which: SQL = "(urgent and due < \(urgent)) \(due.map { "or (not urgent and due < \($0))" as SQL })"
        return try rows(
            """
            update turn set late_at = \(now) where late_at is null
                and (kind, id) in (select kind, id from turn where late_at is null and due < \(now) and (\(which)) order by due limit \(limit))
            returning \(Turn.names)
            """, Turn.init)
    }
}

extension Reader {
    package func turn(of subject: Subject) throws -> Turn? {
        try first("\(Turn.columns) where kind = \(subject.kind) and id = \(subject.id)", Turn.init)
    }

    /// The turns of these things, by id: for a list of them, read at once.
    package func turns(kind: String, ids: [String]) throws -> [String: Turn] {
        guard !ids.isEmpty else { return [:] }
        let turns = try rows("\(Turn.columns) where kind = \(kind) and id in (\(list: ids))", Turn.init)
        return Dictionary(turns.map { ($0.subject.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The turns that a person holds or answers for, most urgent first.
    /// A turn that begins later, such as a follow-up in 30 days, sleeps until then.
    package func turns(person: ID<Person>, answering: [Turn.Answering], begunBy now: Instant, limit: Int = 50) throws -> [Turn] {
        try rows("\(Turn.columns) where \(Turn.held(person, answering)) and since <= \(now) order by due, kind, id limit \(limit)", Turn.init)
    }

    package func turnCount(person: ID<Person>, answering: [Turn.Answering], begunBy now: Instant) throws -> Int {
        try count("select count(*) from (select 1 from turn where \(Turn.held(person, answering)) and since <= \(now) limit 1000) t")
    }

    /// What waits for somebody else in companies for which a person speaks, most urgent first.
    package func turns(ofCompanies companies: [String], but person: ID<Person>, begunBy now: Instant, limit: Int) throws -> [Turn] {
        guard !companies.isEmpty else { return [] }
        return try rows(
            """
            \(Turn.columns) where company in (\(list: companies)) and holder <> \(Party.person(person)) and since <= \(now) order by due, kind, id limit \(limit)
            """, Turn.init)
    }

    /// Whether something that a party holds is due.
    package func isDue(for party: Party, now: Instant) throws -> Bool { try exists("select 1 from turn where holder = \(party) and due <= \(now)") }

    /// Who waits for whom, most urgent first, within what the viewer may see. `scope` speaks of `institution` and `region`;
    /// `after` is the place of the last row of the page before.
    package func waiting(scope: SQL, _ filter: Turn.Filter = .init(), limit: Int, after: (due: Instant, id: String)? = nil) throws -> [Turn] {
        try rows(
            """
            \(Turn.columns) where \(scope) and \(filter.condition) \(after.map { "and (due, id) > (\($0.due), \($0.id))" as SQL })
            order by due, id limit \(limit)
            """, Turn.init)
    }

    /// How many, exact to 1,000.
    package func waitingCount(scope: SQL, _ filter: Turn.Filter = .init()) throws -> Int {
        try count("select count(*) from (select 1 from turn where \(scope) and \(filter.condition) limit 1001) t")
    }
}

extension Turn {
    /// An organisation whose turns somebody answers for, and with which permissions: what they may do in one organisation
    /// says nothing about another.
    package struct Answering: Hashable, Sendable {
        let organisation: ID<Organisation>
        let permissions: [String]
        package init(_ organisation: ID<Organisation>, _ permissions: [String]) {
            self.organisation = organisation
            self.permissions = permissions
        }
    }

    /// Which turns of a scope: of a kind of thing, of a queue (its permission), due before a moment, in a region.
    package struct Filter: Sendable {
        package var kind: String?
        package var permission: String?
        package var dueBefore: Instant?
        package var regionPrefix: String?
        package var holder: Party?
        package init(kind: String? = nil, permission: String? = nil, dueBefore: Instant? = nil, regionPrefix: String? = nil, holder: Party? = nil) {
            self.kind = kind
            self.permission = permission
            self.dueBefore = dueBefore
            self.regionPrefix = regionPrefix
            self.holder = holder
        }

        fileprivate var condition: SQL {
            .all(
                [
                    kind.map { "kind = \($0)" }, permission.map { "permission = \($0)" }, dueBefore.map { "due <= \($0)" },
                    regionPrefix.map { "region >= \($0) and region < \($0 + ":")" }, holder.map { "holder = \($0)" },
                ].compactMap { $0 as SQL? })
        }
    }
}

extension Turn {
    /// Where a page of turns ends, as its address says it.
    package var place: String { "\(due.milliseconds)-\(subject.id)" }

    package static func place(_ text: String) -> (due: Instant, id: String)? {
        let parts = text.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let due = Int64(parts[0]) else { return nil }
        return (Instant(milliseconds: due), String(parts[1]))
    }

    fileprivate static let names: SQL = "kind, id, holder, permission, what_zh, what_en, due, since, institution, region, title, urgent, company"
    fileprivate static let columns: SQL = "select \(names) from turn"

    fileprivate static func held(_ person: ID<Person>, _ answering: [Answering]) -> SQL {
        let own: SQL = "holder = \(Party.person(person))"
        return "(\(.any([own] + answering.filter { !$0.permissions.isEmpty }.map { "(holder = \(Party.organisation($0.organisation)) and permission in (\(list: $0.permissions)))" })))"
    }

    fileprivate init(_ row: inout Row) throws {
        self.init(
            Subject(kind: try row(), id: try row()), holder: try row(), permission: try row(), what: Words(try row(), try row()), due: try row(),
            since: try row(), institution: try row(), region: try row(), title: try row(), isUrgent: try row(), company: try row.maybe())
    }
}
