import Happenings
import Identity
import Languages
import Markup
package import Reference
package import Storage
package import Values
package import Web

/// The institution's expert volunteer team (专家志愿服务团, clause 2.2g): a name, a charter, a head, sub-teams by field.
package struct Team: Sendable {
    package let institution: ID<Organisation>
    package let name: String
    package let charter: String
    package let head: ID<Person>?
    /// Who leads a field's sub-team.
    package let leaders: [Domain: ID<Person>]

    package static let page = Path("teams/*", ID<Organisation>.self)
    static let setting = Path("volunteers/team")

    package struct Changed: Happening { package static let kind = "team.changed"; package let subject: Subject }

    static let migration = Migration(
        "Volunteers", 10,
        [
            """
            create table team (institution \(.text) not null primary key references organisation (id), name \(.text) not null, charter \(.text) not null,
                head \(.text) references expert (person), by_person \(.text) not null, at \(.int) not null)\(.strict)
            """,
            """
            create table team_leader (institution \(.text) not null references organisation (id), domain \(.text) not null, person \(.text) not null references expert (person),
                primary key (institution, domain))\(.strict)
            """,
        ])

    package init(institution: ID<Organisation>, name: String, charter: String, head: ID<Person>?, leaders: [Domain: ID<Person>]) {
        self.institution = institution
        self.name = name
        self.charter = charter
        self.head = head
        self.leaders = leaders
    }

    // MARK: As anybody sees it

    static func show(_ visit: Visit, _ id: ID<Organisation>) async throws -> Answer {
        let today = visit.now.day
        let (team, institution, people) = try await visit.read { reader in
            guard let institution = try reader.organisation(id), institution.kind == .institution, let team = try reader.team(id) else { throw Problem.notFound }
            // Whoever serves no more is not shown.
            let people = try reader.experts([team.head].compactMap { $0 } + team.leaders.values).filter { $0.isAppointed(on: today) }
            return (team, institution, Dictionary(people.map { ($0.person, $0) }, uniquingKeysWith: { first, _ in first }))
        }
        func line(_ words: Words, _ person: ID<Person>?) -> HTML? {
            person.flatMap { people[$0] }.map { "<dt>\(words)</dt><dd><a href=\"\(Expert.page($0.person))\">\($0.name)</a><br><span class=\"small soft\">\($0.headline)</span></dd>" }
        }
        return .page(
            Page(
                Words(same: team.name), word: "experts", width: .narrow, back: (Expert.directory(), Words("全部专家", "All experts")), isPublic: true,
                """
                \(title(Words(same: team.name), "\(institution.name)"))
                <dl class="facts">\(line(Words("团长", "Head"), team.head))\(each: Domain.allCases, { domain in line(Words("\(domain.words.chinese)分队", "\(domain.words.english) group"), team.leaders[domain]) ?? .empty })</dl>
                <h2 class="mt">\(Words("章程", "Charter"))</h2><div class="mt near">\(paragraphs(team.charter))</div>
                <p class="mt row"><a class="btn go" href="\(Recruitment.list())">\(Words("看招募公告", "See the calls"))</a></p>
                """))
    }

    // MARK: Setting it

    static let name = Field<String>.text("name", Words("志愿服务团名称", "Name of the team"), longest: 60)
    static let charter = Field<String>.area("charter", Words("章程", "Charter"), hint: Words("宗旨、成员的权利和义务、怎么加入和退出、谁管什么", "Purpose, rights and duties, how to join and leave, who does what"), longest: 6000, shortest: 20)
    static let headField = person("head", Words("团长", "Head"))
    static let leaderFields: [(domain: Domain, field: Field<ID<Person>>)] = zip(Domain.allCases, ["policyLeader", "lawLeader", "financeLeader", "managementLeader", "technologyLeader", "innovationLeader"] as [StaticString]).map {
        (domain: $0, field: person($1, Words("\($0.words.chinese)分队队长", "Leads \($0.words.english.lowercased())")))
    }

    private static func person(_ name: StaticString, _ words: Words) -> Field<ID<Person>> {
        Field(name, words, .select([])) { (typed: String) throws(Wrong) -> ID<Person> in
            guard let id = ID<Person>(typed) else { throw Wrong("请从名单里选", "Please choose from the list") }
            return id
        }
    }

    private static func own(_ visit: Visit) async throws -> (ID<Organisation>, OrganisationEntry, Team?, [Expert]) {
        let may = try visit.viewer.may(Permission<Team, Expert>.setTeam)
        guard let id = may.organisation else { throw Problem.notFound }
        let today = visit.now.day
        return try await visit.read { reader in
            guard let institution = try reader.organisation(id), institution.kind == .institution else { throw Problem.notFound }
            return (id, institution, try reader.team(id), try reader.experts(of: id, appointedOn: today))
        }
    }

    static func showSetting(_ visit: Visit, _ form: Form? = nil) async throws -> Answer {
        let (id, institution, team, experts) = try await own(visit)
        var form = form ?? Form()
        form.fill(name, team?.name ?? "\(institution.name)专家志愿服务团")
        form.fill(charter, team?.charter ?? firstCharter)
        form.fill(headField, team?.head?.text)
        for (domain, field) in leaderFields { form.fill(field, team?.leaders[domain]?.text) }
        let shown = form
        func menu(_ field: Field<ID<Person>>, _ domain: Domain?) -> HTML {
            let people = experts.filter { expert in domain.map(expert.domains.contains) ?? true }
            return Menu([Menu.Group(nil, people.map { Choice($0.person.text, Words(same: $0.name)) })]).show(field, in: shown, optional: true)
        }
        return .page(
            Page(
                Words("志愿服务团", "Volunteer team"), word: "experts", width: .narrow, back: (Roster.page(), Words("专家名册", "Experts")), wrongs: form.wrongs.count,
                """
                \(title(Words("志愿服务团", "Volunteer team"), "\(Words("名称印在聘书上；章程、团长和分队公开。", "The name stands on letters of appointment; charter, head and groups are public."))"))
                \(form.summary)
                \(Web.form(setting(), """
                    \(form.show(name))\(form.show(charter))\(menu(headField, nil))\(each: leaderFields, { menu($0.field, $0.domain) })\
                    <p><button class="btn go big">\(Words("保存志愿服务团", "Save the team"))</button></p>
                    """))
                \(team == nil ? nil : "<p class=\"mt\"><a class=\"btn quiet\" href=\"\(page(id))\">\(Words("看公开页", "See the public page"))</a></p>" as HTML)
                """))
    }

    static func set(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["name", "charter", "head"] + leaderFields.map(\.field.name))
        let (id, _, _, experts) = try await own(visit)
        let (name, charter) = (form.value(name), form.value(charter))
        let ours = Set(experts.map(\.person))
        func chosen(_ field: Field<ID<Person>>) -> ID<Person>? {
            guard let person = form.optional(field) else { return nil }
            if !ours.contains(person) { form.wrong(field, Wrong("请从在任的专家里选", "Please choose somebody who serves now")) }
            return person
        }
        let head = chosen(headField)
        var leaders: [Domain: ID<Person>] = [:]
        for (domain, field) in leaderFields { leaders[domain] = chosen(field) }
        guard form.isGood, let name, let charter else { return try await showSetting(visit, form) }
        let team = Team(institution: id, name: name, charter: charter, head: head, leaders: leaders)
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            let may = try viewer.may(Permission<Team, Expert>.setTeam)
            guard may.organisation == id else { throw Problem.notFound }
            try tx.save(team, by: may.person, at: now)
            try tx.record(Changed(subject: Subject("institution", id)), by: may.by, at: now, from: address)
            return page(id)
        }
        return .see(link, saying: Words("志愿服务团已保存", "The team is saved"))
    }

    private static let firstCharter = """
        宗旨：自愿、无偿、平等、诚信、合法，帮助中小企业解决经营中的困难。
        成员：经遴选、签订服务协议并受聘的志愿专家。入团自愿，退团自由。
        权利：了解服务内容和风险，谢绝不合适的安排，得到培训、保险和如实的服务记录。
        义务：按约服务，保守秘密，回避利益冲突，不收任何费用，不借服务推销。
        组织：设团长一名，按领域设分队，由服务机构负责日常管理，接受中小企业主管部门和民政部门指导、监督。
        """
}

extension Permission where Deed == Team, Noun == Expert {
    static var setTeam: Self { Permission("team.set", [Grant(.head, .institution)]) }
}

extension Reader {
    package func team(_ institution: ID<Organisation>) throws -> Team? {
        let leaders = Dictionary(
            try rows("select domain, person from team_leader where institution = \(institution)") { row in (try row.word(Domain.self), try row(ID<Person>.self)) },
            uniquingKeysWith: { first, _ in first })
        return try first("select name, charter, head from team where institution = \(institution)") { row in
            Team(institution: institution, name: try row(), charter: try row(), head: try row.maybe(), leaders: leaders)
        }
    }

    /// What the team is called on a letter.
    func team(of institution: ID<Organisation>) throws -> String {
        try team(institution)?.name ?? organisation(institution).map { "\($0.name)专家志愿服务团" } ?? ""
    }
}

extension Transaction {
    package func save(_ team: Team, by person: ID<Person>, at now: Instant) throws {
        try run(
            """
            insert into team (institution, name, charter, head, by_person, at) values (\(team.institution), \(team.name), \(team.charter), \(team.head), \(person), \(now))
            on conflict (institution) do update set name = excluded.name, charter = excluded.charter, head = excluded.head, by_person = excluded.by_person, at = excluded.at
            """)
        try run("delete from team_leader where institution = \(team.institution)")
        for (domain, person) in team.leaders.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try run("insert into team_leader (institution, domain, person) values (\(team.institution), \(domain.rawValue), \(person))")
        }
    }
}
