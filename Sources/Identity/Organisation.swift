package import Languages
package import Storage
package import Values

/// An organisation of the field: an authority, an institution, a workstation.
package struct OrganisationEntry: Sendable {
    package enum Kind: String, CellCodable, CaseIterable {
        /// 中小企业主管部门
        case smeAuthority
        /// 民政部门
        case civilAffairs
        /// 专门服务机构, clause 2.1a
        case institution
        /// 志愿服务工作站, clause 2.3a
        case workstation

        package var words: Words {
            switch self {
            case .smeAuthority: Words("中小企业主管部门", "SME authority")
            case .civilAffairs: Words("民政部门", "Civil affairs authority")
            case .institution: Words("专门服务机构", "Service institution")
            case .workstation: Words("志愿服务工作站", "Workstation")
            }
        }
    }

    package let id: ID<Organisation>
    package let kind: Kind
    package let name: String
    /// Six digits of GB/T 2260.
    package let region: String
    /// A workstation's institution; an institution's superior.
    package let parent: ID<Organisation>?
    package let telephone: String
    /// The first and the last day of a workstation's accreditation: outside them nobody acts for it. Nil where a
    /// designation speaks, or nothing ends.
    package let term: ClosedRange<Day>?

    package init(
        id: ID<Organisation>, kind: Kind, name: String, region: String, parent: ID<Organisation>? = nil, telephone: String = "", term: ClosedRange<Day>? = nil
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.region = region
        self.parent = parent
        self.telephone = telephone
        self.term = term
    }

    static let terms = Migration(
        "Identity", 21,
        ["alter table organisation add column from_day \(.text)", "alter table organisation add column until_day \(.text)"])

    /// That the organisation of the membership `m`, where it has one, is within its term: a role ends with it (A9).
    static func isWithinTerm(on day: Day) -> SQL {
        """
        not exists (select 1 from organisation o where o.id = m.organisation and (o.from_day > \(day) or o.until_day < \(day)))
        """
    }

    static let migration = Migration(
        "Identity", 2,
        [
            """
            create table organisation (id \(.text) not null primary key, kind \(.text) not null
                check (kind in ('smeAuthority', 'civilAffairs', 'institution', 'workstation')), name \(.text) not null,
                region \(.text) not null, parent \(.text) references organisation (id), telephone \(.text) not null,
                created_at \(.int) not null)\(.strict)
            """,
            "create index organisation_kind on organisation (kind, region)",
            // Designation of an institution by the SME authority of its jurisdiction (clause 2.1a).
            """
            create table designation (institution \(.text) not null references organisation (id), authority \(.text) not null references organisation (id),
                document \(.text) not null, from_day \(.text) not null, until_day \(.text) not null check (until_day > from_day),
                in_charge \(.text) not null, contact \(.text) not null, by_person \(.text) not null, at \(.int) not null,
                primary key (institution, from_day))\(.strict)
            """,
            """
            create table membership (id \(.text) not null primary key, person \(.text) not null references person (id), role \(.text) not null,
                organisation \(.text) references organisation (id), region \(.text) not null, since \(.int) not null, until \(.int))\(.strict)
            """,
            "create index membership_person on membership (person)",
            "create index membership_organisation on membership (organisation, role)",
        ])
}

extension Reader {
    package func organisation(_ id: ID<Organisation>) throws -> OrganisationEntry? {
        try first("\(OrganisationEntry.columns) where id = \(id)", OrganisationEntry.init)
    }

    package func organisations(_ kind: OrganisationEntry.Kind, limit: Int = 500) throws -> [OrganisationEntry] {
        try rows("\(OrganisationEntry.columns) where kind = \(kind) order by region, name limit \(limit)", OrganisationEntry.init)
    }

    package func organisations(_ ids: some Collection<ID<Organisation>>) throws -> [ID<Organisation>: OrganisationEntry] {
        guard !ids.isEmpty else { return [:] }
        return Dictionary(
            try rows("\(OrganisationEntry.columns) where id in (\(list: Set(ids)))", OrganisationEntry.init).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Institutions that bear this name.
    func institutions(called name: String) throws -> [OrganisationEntry] {
        try rows("\(OrganisationEntry.columns) where kind = 'institution' and name = \(name) order by region limit 20", OrganisationEntry.init)
    }

    package func workstations(of institution: ID<Organisation>, limit: Int = 500) throws -> [OrganisationEntry] {
        try rows("\(OrganisationEntry.columns) where parent = \(institution) and kind = 'workstation' order by region, name limit \(limit)", OrganisationEntry.init)
    }

    /// The institution that is designated on this day for the smallest area around a region: a county's before a city's
    /// before a province's. Nil where none is.
    package func institution(for region: String, on day: Day) throws -> OrganisationEntry? {
        let around = [region, String(region.prefix(4)) + "00", String(region.prefix(2)) + "0000"]
        return try first(
            """
            select o.id, o.kind, o.name, o.region, o.parent, o.telephone, o.from_day, o.until_day from organisation o
            where o.kind = 'institution' and o.region in (\(list: around)) and exists (
                select 1 from designation d where d.institution = o.id and \(Designation.holds(on: day)))
            order by case when substr(o.region, 5, 2) <> '00' then 0 when substr(o.region, 3, 2) <> '00' then 1 else 2 end, o.id limit 1
            """, OrganisationEntry.init)
    }

    /// The people who hold a role in an organisation now.
    package func members(of organisation: ID<Organisation>, role: String, now: Instant, limit: Int = 200) throws -> [ID<Person>] {
        try values(
            """
            select m.person from membership m where m.organisation = \(organisation) and m.role = \(role) and m.since <= \(now)
            and (m.until is null or m.until > \(now)) and \(OrganisationEntry.isWithinTerm(on: now.day)) order by m.since, m.person limit \(limit)
            """)
    }

    /// Of each organisation who holds which role in it now.
    package func members(of organisations: Set<ID<Organisation>>, now: Instant) throws -> [ID<Organisation>: [(person: ID<Person>, role: String)]] {
        guard !organisations.isEmpty else { return [:] }
        let all = try rows(
            """
            select m.organisation, m.person, m.role from membership m where m.organisation in (\(list: organisations)) and m.since <= \(now)
            and (m.until is null or m.until > \(now)) and \(OrganisationEntry.isWithinTerm(on: now.day)) order by m.organisation, m.since, m.person limit 20000
            """
        ) { row in (organisation: try row(ID<Organisation>.self), person: try row(ID<Person>.self), role: try row(String.self)) }
        return Dictionary(grouping: all, by: \.organisation).mapValues { $0.map { ($0.person, $0.role) } }
    }
}

extension Transaction {
    package func add(_ organisation: OrganisationEntry, now: Instant) throws {
        try run(
            """
            insert into organisation (id, kind, name, region, parent, telephone, from_day, until_day, created_at) values (\(organisation.id),
                \(organisation.kind), \(organisation.name), \(organisation.region), \(organisation.parent), \(organisation.telephone),
                \(organisation.term?.lowerBound), \(organisation.term?.upperBound), \(now))
            """)
    }

    /// Gives a role; `region` is where it reaches, six digits, or empty for everywhere.
    package func grant(_ role: String, to person: ID<Person>, in organisation: ID<Organisation>?, region: String, from since: Instant, until: Instant? = nil) throws {
        try run(
            """
            insert into membership (id, person, role, organisation, region, since, until)
            values (\(ID<OrganisationEntry>(at: since)), \(person), \(role), \(organisation), \(region), \(since), \(until))
            """)
    }

    package func endRole(_ role: String, of person: ID<Person>, in organisation: ID<Organisation>, at now: Instant) throws {
        try run(
            """
            update membership set until = \(now) where person = \(person) and role = \(role) and organisation = \(organisation)
            and (until is null or until > \(now))
            """)
    }
}

extension OrganisationEntry {
    fileprivate static let columns: SQL = "select id, kind, name, region, parent, telephone, from_day, until_day from organisation"

    fileprivate init(_ row: inout Row) throws {
        self.init(id: try row(), kind: try row(), name: try row(), region: try row(), parent: try row.maybe(), telephone: try row(), term: try OrganisationEntry.readTerm(&row))
    }

    private static func readTerm(_ row: inout Row) throws -> ClosedRange<Day>? {
        guard let from = try row.maybe(Day.self) else { _ = try row.maybe(Day.self); return nil }
        return try row.maybe(Day.self).flatMap { from <= $0 ? from...$0 : nil }
    }
}
