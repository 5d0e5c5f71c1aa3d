package import Languages
package import Values

/// Who answers to the centre for the firms of a region (主管关系, clause 2.1e): a province, one of the cities with
/// independent planning status (计划单列市), or the Xinjiang corps (新疆生产建设兵团).
package struct Jurisdiction: Hashable, Sendable {
    /// The region whose authority answers: 330000, 330200 for Ningbo, 660000 for the corps.
    package let code: RegionCode
    package let name: Words
    package let kind: Kind
    /// The region that it answers for.
    package let region: RegionCode
    /// The first day on which it does; nil where it always did, as far as the product can be asked.
    package let from: Day?
    /// The first day on which it no longer does; nil where no end is known.
    package let until: Day?

    package enum Kind: String, CaseIterable, Sendable {
        case province
        case plannedCity
        case corps
    }

    func holds(on day: Day) -> Bool {
        if let from, day < from { return false }
        if let until, day >= until { return false }
        return true
    }
}

/// The dated table of who answers for what. It is a table and not a prefix of the code: Ningbo lies in Zhejiang and
/// reports to the centre, and the corps has cities whose codes begin with Xinjiang's.
package struct Jurisdictions: Sendable {
    package static var bundled: Jurisdictions { Reference.bundled.jurisdictions }

    package let all: [Jurisdiction]

    /// The narrowest jurisdiction of that day that the region lies in. A region that no line covers is its province's.
    package func answering(for region: RegionCode, on day: Day) -> Jurisdiction {
        let holding = all.filter { $0.region.contains(region) && $0.holds(on: day) }
        return holding.max { $0.region.level < $1.region.level }
            ?? Jurisdiction(
                code: region.province, name: Words(same: region.province.text), kind: .province, region: region.province,
                from: nil,
                until: nil)
    }

    /// Whether an authority or institution of `authority` answers for `region`: the region lies in its own or is its
    /// jurisdiction's, and no other one has been put in between. Zhejiang answers for Taizhou and not for Ningbo.
    package func answers(_ authority: RegionCode, for region: RegionCode, on day: Day) -> Bool {
        let own = answering(for: authority, on: day)
        return own.code == answering(for: region, on: day).code && (authority == own.code || authority.contains(region))
    }
}

extension Jurisdictions {
    static let file = "jurisdictions.csv"

    init(_ edition: ReferenceEdition, _ regions: Regions) throws(ReferenceFault) {
        let table = try edition.table(Jurisdictions.file, columns: ["region", "answers", "kind", "from", "until"])
        var all: [Jurisdiction] = []
        for row in table.rows {
            let code = try row.region("answers")
            guard let name = regions[code]?.name else {
                throw row.fault("answers", Words("区划表中没有\(code)", "\(code) is not in the table of regions"))
            }
            guard let kind = Jurisdiction.Kind(rawValue: row["kind"]) else {
                throw row.fault("kind", Words("只能是province、plannedCity或corps", "must be province, plannedCity or corps"))
            }
            let jurisdiction = Jurisdiction(
                code: code, name: name, kind: kind, region: try row.region("region"), from: try row.day("from"),
                until: try row.day("until"))
            if let from = jurisdiction.from, let until = jurisdiction.until, from >= until {
                throw row.fault("until", Words("要晚于from", "must be later than from"))
            }
            let clash = all.contains { $0.region == jurisdiction.region && $0.overlaps(jurisdiction) }
            if clash {
                throw row.fault("region", Words("\(jurisdiction.region)的期间有重叠", "two periods of \(jurisdiction.region) overlap"))
            }
            all.append(jurisdiction)
        }
        self.all = all
    }
}

extension Jurisdiction {
    fileprivate func overlaps(_ other: Jurisdiction) -> Bool {
        let first = Day(number: .min / 2)
        let last = Day(number: .max / 2)
        return (from ?? first) < (other.until ?? last) && (other.from ?? first) < (until ?? last)
    }
}
