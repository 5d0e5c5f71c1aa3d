import Happenings
import Identity
package import Languages
package import Reference
package import Storage
package import Values
package import Web

/// An accident insurance that the institution holds for its volunteers (意外伤害保险, clause 4.1c; ordinance art. 17): who is
/// insured from when to when. Service on site stands on a day of it.
package struct Policy: Reachable, Sendable {
    package let id: ID<Policy>
    package let institution: ID<Organisation>
    package let region: String
    package let insurer: String
    package let number: String
    package let from: Day
    /// The last day.
    package let until: Day
    package let by: ID<Person>
    package let at: Instant

    package init(id: ID<Policy>, institution: ID<Organisation>, region: String, insurer: String, number: String, from: Day, until: Day, by: ID<Person>, at: Instant) {
        self.id = id
        self.institution = institution
        self.region = region
        self.insurer = insurer
        self.number = number
        self.from = from
        self.until = until
        self.by = by
        self.at = at
    }

    package var reach: Reach { Reach(institution: institution, region: region) }
    package var subject: Subject { Subject("policy", id) }

    static let list = Path("volunteers/cover")
    static let page = Path("volunteers/cover/*", ID<Policy>.self)
    static let people = Path("volunteers/cover/*/people", ID<Policy>.self)
    static let training = Path("volunteers/*/training", ID<Person>.self)

    package struct Taken: Happening { package static let kind = "policy.taken"; package let subject: Subject }
    package struct Insured: Happening { package static let kind = "policy.insured"; package let subject: Subject; package let fields: [String: String] }
    package struct Trained: Happening { package static let kind = "expert.trained"; package let subject: Subject }

    /// What the database itself sees to (N6): a day of cover stands only where the policy names the person for that day and the
    /// person has done the training; a session on site stands only on a day of cover (the table of agreed meetings refers to it).
    static let migration = Migration(
        "Volunteers", 11,
        [
            """
            create table policy (id \(.text) not null primary key, institution \(.text) not null references organisation (id), region \(.text) not null,
                insurer \(.text) not null, number \(.text) not null, from_day \(.text) not null, until_day \(.text) not null check (until_day >= from_day),
                by_person \(.text) not null, at \(.int) not null, unique (institution, insurer, number), unique (id, from_day, until_day))\(.strict)
            """,
            "create index policy_institution on policy (institution, until_day)",
            // From when to when somebody is insured: never beyond the policy.
            """
            create table policy_person (policy \(.text) not null, expert \(.text) not null references expert (person), policy_from \(.text) not null, policy_until \(.text) not null,
                from_day \(.text) not null check (from_day >= policy_from), until_day \(.text) not null check (until_day <= policy_until and until_day >= from_day),
                by_person \(.text) not null, at \(.int) not null, primary key (policy, expert), unique (policy, expert, from_day, until_day),
                foreign key (policy, policy_from, policy_until) references policy (id, from_day, until_day))\(.strict)
            """,
            "create index policy_person_expert on policy_person (expert, until_day)",
            """
            create table expert_training (expert \(.text) not null primary key references expert (person), done_on \(.text) not null, by_person \(.text) not null,
                at \(.int) not null)\(.strict)
            """,
            """
            create table cover (expert \(.text) not null references expert_training (expert), day \(.text) not null, policy \(.text) not null, from_day \(.text) not null, until_day \(.text) not null,
                primary key (expert, day), check (day >= from_day and day <= until_day),
                foreign key (policy, expert, from_day, until_day) references policy_person (policy, expert, from_day, until_day))\(.strict)
            """,
            "create index cover_policy on cover (policy, expert)",
        ])
}

/// Whether an expert may serve on site on a day, and what is missing.
package enum Readiness: Sendable, Equatable {
    case ready(until: Day)
    case uninsured
    case untrained
    case licenceOver(Day)

    package var isReady: Bool { if case .ready = self { true } else { false } }

    package var words: Words {
        switch self {
        case .ready(let day): Words("有保险，到", "Insured, until ") + day.date()
        case .uninsured: Words("还没有有效的意外保险，不能入企", "Not insured yet: no service on site")
        case .untrained: Words("还没完成上岗培训，不能入企", "Not trained yet: no service on site")
        case .licenceOver(let day): Words("资格证书", "The licence ended on ") + day.date() + Words("到期，换证后才能入企", ": no service on site before it is renewed")
        }
    }
}

extension Permission where Deed == Policy, Noun == Policy {
    package static var see: Self {
        Permission("cover.see", [Grant(.officer, .institution), Grant(.head, .institution), Grant(.smeAuthority, .region), Grant(.auditor, .anywhere)])
    }
    package static var insure: Self { Permission("cover.insure", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}
extension Permission where Deed == Policy, Noun == Expert {
    package static var train: Self { Permission("expert.train", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Reader {
    package func policy(_ id: ID<Policy>) throws -> Policy? { try first("\(Policy.columns) where id = \(id)", Policy.init) }

    func policies(scope: SQL, limit: Int) throws -> [Policy] { try rows("\(Policy.columns) where \(scope) order by until_day desc, id desc limit \(limit)", Policy.init) }

    func knowsPolicy(of institution: ID<Organisation>, insurer: String, number: String) throws -> Bool {
        try exists("select 1 from policy where institution = \(institution) and insurer = \(insurer) and number = \(number)")
    }

    /// Who is appointed that day.
    func serving(scope: SQL, on day: Day, limit: Int) throws -> [ID<Person>] {
        try values(
            """
            select distinct l.person from expert_listing l join expert e on e.person = l.person
            where \(scope) and l.from_day <= \(day) and l.until_day >= \(day) order by l.person limit \(limit)
            """)
    }

    /// Who is insured, with their terms.
    func insured(by policy: ID<Policy>, limit: Int = 2000) throws -> [(person: ID<Person>, name: String, from: Day, until: Day)] {
        try rows("select p.expert, e.name, p.from_day, p.until_day from policy_person p join expert e on e.person = p.expert where p.policy = \(policy) order by e.name, p.expert limit \(limit)") { row in
            (person: try row(), name: try row(), from: try row(), until: try row())
        }
    }

    package func readiness(of person: ID<Person>, on day: Day, for domain: Domain? = nil) throws -> Readiness { try readiness(of: [person], on: day, for: domain)[person] ?? .untrained }

    /// What is missing for service on site: training, insurance, a licence that still holds where the work asks for one: in
    /// this field, or in any that the expert serves in.
    package func readiness(of people: [ID<Person>], on day: Day, for domain: Domain? = nil) throws -> [ID<Person>: Readiness] {
        guard !people.isEmpty else { return [:] }
        let trained = Set(try values("select expert from expert_training where expert in (\(list: people))", ID<Person>.self))
        let insured = Dictionary(
            try rows("select expert, max(until_day) from policy_person where expert in (\(list: people)) and from_day <= \(day) and until_day >= \(day) group by expert") { row in
                (try row(ID<Person>.self), try row(Day.self))
            }, uniquingKeysWith: { first, _ in first })
        let backgrounds = try backgrounds(of: people)
        let fields = try fields(of: people)
        return Dictionary(uniqueKeysWithValues: Set(people).map { person in
            let served = domain.map { [$0] } ?? fields[person] ?? []
            let licences = backgrounds[person]?.licences.filter { licence in served.contains { licence.kind.bears(on: $0) } } ?? []
            if !trained.contains(person) { return (person, .untrained) }
            if let over = licences.first(where: { !$0.isValid(on: day) })?.until { return (person, .licenceOver(over)) }
            return (person, insured[person].map { .ready(until: $0) } ?? .uninsured)
        })
    }
}

extension Transaction {
    /// Enters an insurance policy; whom it covers is said by `insure`.
    package func take(_ policy: Policy, from address: String = "") throws {
        try run(
            """
            insert into policy (id, institution, region, insurer, number, from_day, until_day, by_person, at)
            values (\(policy.id), \(policy.institution), \(policy.region), \(policy.insurer), \(policy.number), \(policy.from), \(policy.until), \(policy.by), \(policy.at))
            """)
        try record(Policy.Taken(subject: policy.subject), by: .person(policy.by), at: policy.at, from: address)
    }

    /// Names people in a policy from a day on; whoever is named already stays as they are.
    package func insure(_ people: [ID<Person>], by policy: Policy, from day: Day, person: ID<Person>, at now: Instant, address: String = "") throws {
        let day = max(day, policy.from)
        guard day <= policy.until, !people.isEmpty else { return }
        for expert in people {
            try run(
                """
                insert into policy_person (policy, expert, policy_from, policy_until, from_day, until_day, by_person, at)
                values (\(policy.id), \(expert), \(policy.from), \(policy.until), \(day), \(policy.until), \(person), \(now)) on conflict do nothing
                """)
        }
        try record(Policy.Insured(subject: policy.subject, fields: ["count": "\(people.count)"]), by: .person(person), at: now, from: address)
    }

    /// Notes that the training before the first service is done. May be repeated.
    package func train(_ expert: ID<Person>, on day: Day, by person: ID<Person>, at now: Instant, address: String = "") throws {
        guard try insertsOnce("insert into expert_training (expert, done_on, by_person, at) values (\(expert), \(day), \(person), \(now)) on conflict do nothing") else { return }
        try record(Policy.Trained(subject: Subject("expert", expert)), by: .person(person), at: now, from: address)
    }

    /// The day of cover that a session on site stands on; answers what is missing where there is none.
    ///
    /// - Parameter domain: the field of the case, which may ask for a licence.
    package func cover(_ expert: ID<Person>, on day: Day, for domain: Domain? = nil) throws -> Readiness {
        let readiness = try readiness(of: expert, on: day, for: domain)
        guard readiness.isReady else { return readiness }
        try run(
            """
            insert into cover (expert, day, policy, from_day, until_day) select p.expert, \(day), p.policy, p.from_day, p.until_day from policy_person p
            where p.expert = \(expert) and p.from_day <= \(day) and p.until_day >= \(day) order by p.until_day desc, p.policy limit 1 on conflict do nothing
            """)
        return readiness
    }
}

extension Policy {
    fileprivate static let columns: SQL = "select id, institution, region, insurer, number, from_day, until_day, by_person, at from policy"

    fileprivate init(_ row: inout Row) throws {
        self.init(
            id: try row(), institution: try row(), region: try row(), insurer: try row(), number: try row(), from: try row(), until: try row(), by: try row(), at: try row())
    }
}
