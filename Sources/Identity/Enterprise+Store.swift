import Happenings
package import Storage
package import Values

extension Enterprise {
    struct Entered: Happening { static let kind = "enterprise.entered"; let subject: Subject }
    struct Corrected: Happening { static let kind = "enterprise.corrected"; let subject: Subject }

    static let migration = Migration(
        "Identity", 10,
        [
            """
            create table enterprise (id \(.text) not null primary key, kind \(.text) not null check (kind in ('enterprise', 'selfEmployed')),
                name \(.text) not null, credit_code \(.text) unique, industry \(.text) not null, persons \(.int) check (persons >= 0),
                revenue \(.int) check (revenue >= 0), assets \(.int) check (assets >= 0), region \(.text) not null check (length(region) = 6),
                size \(.text) check (size in ('micro', 'small', 'medium', 'large')), created_at \(.int) not null, changed_at \(.int) not null,
                check (kind = 'selfEmployed' or credit_code is not null))\(.strict)
            """,
            "create index enterprise_region on enterprise (region, id)",
        ])

    fileprivate static let columns: SQL = "select id, kind, name, credit_code, industry, persons, revenue, assets, region, size from enterprise"

    fileprivate init(_ row: inout Row) throws {
        self.init(
            id: try row(), kind: try row(), name: try row(), creditCode: try row.maybe(), industry: try row(), persons: try row.maybe(),
            revenue: try row.maybe(), assets: try row.maybe(), region: try row(), size: try row.maybe())
    }
}

extension Reader {
    package func enterprise(_ id: ID<Enterprise>) throws -> Enterprise? { try first("\(Enterprise.columns) where id = \(id)", Enterprise.init) }

    package func enterprise(creditCode: String) throws -> Enterprise? {
        try first("\(Enterprise.columns) where credit_code = \(creditCode)", Enterprise.init)
    }

    /// Several at once, for lists.
    package func enterprises(_ ids: some Collection<ID<Enterprise>>) throws -> [ID<Enterprise>: Enterprise] {
        guard !ids.isEmpty else { return [:] }
        return Dictionary(
            try rows("\(Enterprise.columns) where id in (\(list: Set(ids)))", Enterprise.init).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension Transaction {
    /// The enterprise with this credit code; entered when there is none yet. What is known is not overwritten here: a code
    /// stands on every invoice, so whoever types it proves nothing by it. Without a code (self-employed) it is always a new one.
    package func findOrMake(enterprise facts: Enterprise.Facts, by: Party = .system, now: Instant) throws -> ID<Enterprise> {
        if let code = facts.creditCode, let known = try enterprise(creditCode: code) { return known.id }
        let id = ID<Enterprise>(at: now)
        try run(
            """
            insert into enterprise (id, kind, name, credit_code, industry, persons, revenue, assets, region, size, created_at, changed_at)
            values (\(id), \(facts.kind), \(facts.name), \(facts.creditCode), \(facts.industry), \(facts.persons), \(facts.revenue),
                \(facts.assets), \(facts.region), \(facts.size), \(now), \(now))
            """)
        try record(Enterprise.Entered(subject: Subject("enterprise", id)), by: by, at: now)
        return id
    }

    /// New figures, from somebody who speaks for it: who did so is asked by the caller.
    func correct(_ id: ID<Enterprise>, _ facts: Enterprise.Facts, by: Party, now: Instant) throws {
        let changed = try run(
            """
            update enterprise set name = \(facts.name), industry = \(facts.industry), persons = \(facts.persons), revenue = \(facts.revenue),
                assets = \(facts.assets), region = \(facts.region), size = \(facts.size), changed_at = \(now)
            where id = \(id) and (name <> \(facts.name) or industry <> \(facts.industry) or persons is distinct from \(facts.persons)
                or revenue is distinct from \(facts.revenue) or assets is distinct from \(facts.assets) or region <> \(facts.region))
            """)
        if changed == 1 { try record(Enterprise.Corrected(subject: Subject("enterprise", id)), by: by, at: now) }
    }
}
