package import Languages
package import Reference
package import Storage
package import Values

/// The public directory (专家清单, clause 3.3b): who is appointed today, by what they are asked for.
package struct Directory: Sendable {
    package var text: String?
    package var domains: [Domain]
    package var region: RegionCode?
    package var kind: ExpertKind?
    /// Free before next Monday.
    package var thisWeek: Bool
    /// Where the page before ended.
    package var after: Place?

    package init(text: String? = nil, domains: [Domain] = [], region: RegionCode? = nil, kind: ExpertKind? = nil, thisWeek: Bool = false, after: Place? = nil) {
        self.text = text
        self.domains = domains
        self.region = region
        self.kind = kind
        self.thisWeek = thisWeek
        self.after = after
    }

    /// A place in the order: next free, then name.
    package struct Place: Sendable, Hashable {
        let free: Instant
        let sortKey: String
        let person: ID<Person>

        /// `1764000000000~li an 李安~0192…`
        package var text: String { "\(free.milliseconds)~\(sortKey)~\(person)" }

        package init?(_ text: String) {
            let fields = text.split(separator: "~", omittingEmptySubsequences: false)
            guard fields.count == 3, let free = Int64(fields[0]), fields[1].count <= 200, let person = ID<Person>(String(fields[2])) else { return nil }
            (self.free, sortKey, self.person) = (Instant(milliseconds: free), String(fields[1]), person)
        }

        init(free: Instant, sortKey: String, person: ID<Person>) { (self.free, self.sortKey, self.person) = (free, sortKey, person) }
    }

    /// A page of it.
    package struct Found: Sendable {
        package let experts: [Expert]
        /// Exact to 1,000; 1,001 stands for more.
        package let total: Int
        package let next: Place?
    }

    static let mostCounted = 1000

    /// `1,000+` where there are more than are counted.
    package static func spoken(_ total: Int) -> Words {
        total > mostCounted ? Words("1,000多", "more than 1,000") : Words(same: total < 1000 ? "\(total)" : "1,000")
    }

    func filter(now: Instant) -> SQL {
        var conditions: [SQL] = ["l.from_day <= \(now.day)", "l.until_day >= \(now.day)"]
        if let text { conditions += SearchTerm.conditions(text, on: "l.person") }
        if !domains.isEmpty { conditions.append("l.person in (select t.person from expert_term t where t.term in (\(list: domains.map(SearchTerm.facet))))") }
        if let region {
            let digits = region.significantDigits
            conditions.append("(l.region >= \(digits) and l.region < \(digits + ":"))")
        }
        if let kind { conditions.append("l.kind = \(kind.rawValue)") }
        if thisWeek { conditions.append("l.free_from < \(Instant(now.day + (8 - now.day.weekday)))") }
        return .all(conditions)
    }

    func page(now: Instant, limit: Int) -> SQL {
        """
        select l.free_from, l.sort_key, l.person from expert_listing l where \(filter(now: now))
        \(after.map { "and (l.free_from, l.sort_key, l.person) > (\($0.free), \($0.sortKey), \($0.person))" as SQL })
        order by l.free_from, l.sort_key, l.person limit \(limit)
        """
    }
}

extension RegionCode {
    /// `33` of 330000: what the codes of all regions within begin with.
    var significantDigits: String { String(text.prefix(level.rawValue)) }
}

extension Reader {
    /// A page of the directory. `total` is counted no further than `mostCounted`.
    package func find(_ directory: Directory, now: Instant, limit: Int) throws -> Directory.Found {
        let places = try rows(directory.page(now: now, limit: limit + 1)) { row in
            Directory.Place(free: try row(), sortKey: try row(), person: try row())
        }
        let total = try count("select count(*) from (select 1 from expert_listing l where \(directory.filter(now: now)) limit \(Directory.mostCounted + 1)) n")
        let shown = places.prefix(limit)
        return Directory.Found(experts: try experts(shown.map(\.person)), total: total, next: places.count > limit ? shown.last : nil)
    }

    /// The regions in which an expert ever served: few, for the filter.
    func expertPlaces() throws -> [String] { try values("select region from expert_place order by region limit 4000") }
}
