package import Languages
import Storage
package import Values
package import Web
import Identity

/// The institution's list of its experts, with where each stands on the way (专家名册, clause 4.1a).
package struct Roster: Sendable {
    package enum Group: String, CaseIterable, Sendable {
        case all, waiting, serving, paused, past

        package var words: Words {
            switch self {
            case .all: Words("全部", "All")
            case .waiting: Words("待任命", "To be appointed")
            case .serving: Words("在任", "Serving")
            case .paused: Words("暂停中", "Pausing")
            case .past: Words("已结束", "Ended")
            }
        }

        fileprivate func condition(_ today: Day) -> SQL? {
            switch self {
            case .all: nil
            case .waiting: "not exists (select 1 from appointment a where a.person = e.person)"
            case .serving: "\(Group.runs(today))"
            case .paused: "\(Group.runs(today)) and exists (select 1 from expert_pause p where p.person = e.person and p.from_day <= \(today) and p.until_day >= \(today))"
            case .past:
                """
                exists (select 1 from appointment a where a.person = e.person)
                and not exists (select 1 from expert_listing l where l.person = e.person and l.until_day >= \(today))
                """
            }
        }

        private static func runs(_ today: Day) -> SQL {
            "exists (select 1 from expert_listing l where l.person = e.person and l.from_day <= \(today) and l.until_day >= \(today))"
        }
    }

    package var group: Group
    package var text: String?
    package var after: (at: Instant, person: ID<Person>)?

    package init(group: Group = .all, text: String? = nil, after: (at: Instant, person: ID<Person>)? = nil) {
        self.group = group
        self.text = text
        self.after = after
    }

    package static let page = Path("volunteers")

    fileprivate func filter(_ scope: SQL, today: Day) -> SQL {
        .all([scope] + [group.condition(today)].compactMap { $0 } + (text.map { SearchTerm.conditions($0, on: "e.person") } ?? []))
    }

    func page(_ scope: SQL, today: Day, limit: Int) -> SQL {
        """
        select e.person from expert e where \(filter(scope, today: today))
        \(after.map { "and (e.entered_at, e.person) < (\($0.at), \($0.person))" as SQL }) order by e.entered_at desc, e.person desc limit \(limit)
        """
    }
}

/// Seeing what staff see of an expert: their institution's people, and whoever supervises it.
extension Permission where Deed == Roster, Noun == Expert {
    package static var see: Self {
        Permission("expert.see", [Grant(.officer, .institution), Grant(.head, .institution), Grant(.smeAuthority, .region), Grant(.auditor, .anywhere)])
    }
}

extension Viewer {
    /// The experts whose staff page this viewer may open, as a condition on `e`.
    var expertScope: SQL { scope(Permission<Roster, Expert>.see.grants, institution: "e.institution", region: "e.region", own: { _, _ in nil }) }
}

extension Reader {
    func find(_ roster: Roster, scope: SQL, today: Day, limit: Int) throws -> (experts: [Expert], total: Int, more: Bool) {
        let people = try values(roster.page(scope, today: today, limit: limit + 1), ID<Person>.self)
        let total = try count("select count(*) from (select 1 from expert e where \(roster.filter(scope, today: today)) limit \(Directory.mostCounted + 1)) n")
        return (try experts(people.prefix(limit)), total, people.count > limit)
    }

    /// How many of an institution's experts wait for the head.
    func expertsWaiting(scope: SQL) throws -> Int {
        try count("select count(*) from (select 1 from expert e where \(scope) and not exists (select 1 from appointment a where a.person = e.person) limit 1000) n")
    }
}
