import Identity
import Languages
import Reference
package import Storage
package import Values
package import Web

extension Need {
    static let migration = Migration(
        "Needs", 2,
        [
            """
            create table need (id \(.text) not null primary key, number \(.text) not null unique, institution \(.text) not null, region \(.text) not null,
                asker \(.text) not null, enterprise \(.text), statement \(.text) not null, said_domain \(.text), said_urgency \(.text) not null,
                wished_expert \(.text), source \(.text) not null check (source in ('web', 'telephone', 'paper', 'line12345')), outer_number \(.text),
                outer_due \(.int), entered_by \(.text), at \(.int) not null)\(.strict)
            """,
            "create index need_asker on need (asker, id)",
            "create index need_enterprise on need (enterprise, id)",
            "create index need_institution on need (institution, id)",
            "create index need_region on need (region, id)",
            // Proposed by the software when it came.
            """
            create table need_suggestion (need \(.text) not null primary key references need (id), domain \(.text), sub_topic \(.text),
                confidence \(.double) not null, signs \(.text) not null, urgency \(.text) not null, reasons_zh \(.text) not null,
                reasons_en \(.text) not null)\(.strict)
            """,
            // By which staff find a need: pairs of characters of title and company, and the number.
            "create table need_term (term \(.text) not null, need \(.text) not null, primary key (term, need))\(.strict)",
            "create table need_number (year \(.int) not null primary key, last \(.int) not null)\(.strict)",
        ])

    fileprivate static let columns: SQL = """
        select n.id, n.number, n.institution, n.region, n.asker, n.enterprise, n.statement, n.said_domain, n.said_urgency, n.wished_expert,
            n.source, n.outer_number, n.outer_due, n.entered_by, n.at,
            s.need, s.domain, s.sub_topic, s.confidence, s.signs, s.urgency, s.reasons_zh, s.reasons_en,
            t.domain, t.sub_topic, t.urgency, t.by_person, t.at, u.at, c.at, r.place, r.reason, r.by_person, r.at, w.by_person, w.at, j.into_need, j.at
        from need n left join need_suggestion s on s.need = n.id left join need_triage t on t.need = n.id left join need_uptake u on u.need = n.id
            left join need_closure c on c.need = n.id left join need_referral r on r.need = n.id left join need_withdrawal w on w.need = n.id
            left join need_joint j on j.need = n.id
        """

    /// The state is read from the need's own deeds.
    fileprivate init(_ row: inout Row) throws {
        id = try row()
        number = try row()
        institution = try row()
        region = try row()
        asker = try row()
        enterprise = try row.maybe()
        statement = try row()
        saidDomain = try row.maybe(String.self).flatMap(Domain.init(rawValue:))
        saidUrgency = Urgency(rawValue: try row()) ?? .thisMonth
        wishedExpert = try row.maybe()
        var source = Source(Source.Kind(rawValue: try row()) ?? .web)
        source.outerNumber = try row.maybe()
        source.outerDue = try row.maybe()
        source.enteredBy = try row.maybe()
        self.source = source
        at = try row()
        colleagues = []
        suggestion = try Suggestion(&row)
        let triage = try Triage(&row)
        let uptake = try row.maybe(Instant.self)
        let closure = try row.maybe(Instant.self)
        let referral = try Referral(&row)
        let withdrawal = try Withdrawal(&row)
        let into = try row.maybe(ID<Need>.self)
        let joinedAt = try row.maybe(Instant.self)
        if let into, let joinedAt { state = .joined(into: into, at: joinedAt) }
        else if let withdrawal { state = .withdrawn(withdrawal) }
        else if let referral { state = .referred(referral) }
        else if let closure { state = .closed(triage, at: closure) }
        else if let triage, let uptake { state = .inService(triage, since: uptake) }
        else if let triage { state = .triaged(triage) }
        else { state = .submitted }
    }
}

extension Need.Suggestion {
    fileprivate init?(_ row: inout Row) throws {
        let exists = try row.maybe(String.self) != nil
        let domain = try row.maybe(String.self)
        let subTopic = try row.maybe(String.self)
        let confidence = try row.maybe(Double.self)
        let signs = try row.maybe(String.self)
        let urgency = try row.maybe(String.self)
        let (chinese, english) = (try row.maybe(String.self), try row.maybe(String.self))
        guard exists, let confidence, let signs, let chinese, let english else { return nil }
        let reasons = zip(chinese.split(separator: "\n"), english.split(separator: "\n")).map { Words(String($0), String($1)) }
        self.init(
            domain: domain.flatMap(Domain.init(rawValue:)), subTopic: subTopic, confidence: confidence, signs: signs.split(separator: "\n").map(String.init),
            urgency: urgency.flatMap(Urgency.init(rawValue:)) ?? .thisMonth, urgencyReasons: reasons)
    }
}

extension Triage {
    fileprivate init?(_ row: inout Row) throws {
        let domain = try row.maybe(String.self).flatMap(Domain.init(rawValue:))
        let subTopic = try row.maybe(String.self)
        let urgency = try row.maybe(String.self).flatMap(Urgency.init(rawValue:))
        let (by, at) = (try row.maybe(ID<Person>.self), try row.maybe(Instant.self))
        guard let domain, let urgency, let by, let at else { return nil }
        self.init(domain: domain, subTopic: subTopic, urgency: urgency, by: by, at: at)
    }
}

extension Referral {
    fileprivate init?(_ row: inout Row) throws {
        let (place, reason) = (try row.maybe(String.self), try row.maybe(String.self))
        let (by, at) = (try row.maybe(ID<Person>.self), try row.maybe(Instant.self))
        guard let place, let reason, let by, let at else { return nil }
        self.init(place: place, reason: reason, by: by, at: at)
    }
}

extension Withdrawal {
    fileprivate init?(_ row: inout Row) throws {
        let (by, at) = (try row.maybe(ID<Person>.self), try row.maybe(Instant.self))
        guard let by, let at else { return nil }
        self.init(by: by, at: at)
    }
}

extension Reader {
    package func need(_ id: ID<Need>) throws -> Need? { try needs([id]).first }

    /// With the colleagues who may see each, in the order of the ids.
    /// The institutions that a person has asked.
    package func institutions(askedBy person: ID<Person>) throws -> [ID<Organisation>] {
        try values("select distinct institution from need where asker = \(person) limit 100")
    }

    /// What a person has asked and nobody has ended.
    package func openNeeds(askedBy person: ID<Person>) throws -> [(id: ID<Need>, number: String)] {
        try rows(
            """
            select n.id, n.number from need n where n.asker = \(person) and exists (select 1 from turn t where t.kind = 'need' and t.id = n.id) order by n.id limit 50
            """
        ) { (try $0(), try $0()) }
    }

    package func needs(_ ids: [ID<Need>]) throws -> [Need] {
        guard !ids.isEmpty else { return [] }
        let found = try withColleagues(try rows("\(Need.columns) where n.id in (\(list: ids))", Need.init))
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { byID[$0] }
    }

    func need(number: String) throws -> Need? {
        try withColleagues(try rows("\(Need.columns) where n.number = \(number)", Need.init)).first
    }

    /// What a person has asked, or may see for their companies: newest first.
    func needs(of person: ID<Person>, enterprises: [ID<Enterprise>], before: ID<Need>?, limit: Int) throws -> [Need] {
        let mine: SQL = "(n.asker = \(person) or n.enterprise in (\(list: enterprises)))"
        return try withColleagues(
            try rows("\(Need.columns) where \(mine) \(before.map { "and n.id < \($0)" as SQL }) order by n.id desc limit \(limit)", Need.init))
    }

    /// Staff's search within their scope: a number, or words of title and company.
    func needs(matching text: String, scope: SQL, limit: Int) throws -> [Need] {
        let terms = Need.terms(text)
        guard !terms.isEmpty else { return [] }
        return try withColleagues(
            try rows(
                """
                \(Need.columns) where \(scope) and n.id in (select need from need_term where term in (\(list: terms)) group by need having count(*) = \(terms.count))
                order by n.id desc limit \(limit)
                """, Need.init))
    }

    private func withColleagues(_ needs: [Need]) throws -> [Need] {
        let companies = Set(needs.compactMap(\.enterprise))
        guard !companies.isEmpty else { return needs }
        let speakers = try confirmedSpeakers(of: companies)
        return needs.map { need in
            var need = need
            need.colleagues = Set(need.enterprise.flatMap { speakers[$0] } ?? [])
            return need
        }
    }

    /// Where a need stands, as a condition on `n`.
    package func needScope(_ viewer: Viewer) -> SQL {
        viewer.scope(Permission<See, Need>.see.grants, institution: "n.institution", region: "n.region") { tie, person in
            tie == .asker ? "n.asker = \(person)" : nil
        }
    }
}

extension Transaction {
    /// The next number of the year: each is given once.
    func nextNeedNumber(_ now: Instant) throws -> String {
        let year = now.day.parts.year
        let last: Int = try one(
            "insert into need_number (year, last) values (\(year), 1) on conflict (year) do update set last = need_number.last + 1 returning last") { try $0() }
        let digits = String(last)
        return "\(year)-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits)"
    }

    package func add(_ need: Need, companyName: String?) throws {
        try run(
            """
            insert into need (id, number, institution, region, asker, enterprise, statement, said_domain, said_urgency, wished_expert, source,
                outer_number, outer_due, entered_by, at)
            values (\(need.id), \(need.number), \(need.institution), \(need.region), \(need.asker), \(need.enterprise), \(need.statement),
                \(need.saidDomain?.rawValue), \(need.saidUrgency.rawValue), \(need.wishedExpert), \(need.source.kind.rawValue),
                \(need.source.outerNumber), \(need.source.outerDue), \(need.source.enteredBy), \(need.at))
            """)
        try setTerms(of: need, companyName: companyName)
        if let suggestion = need.suggestion { try save(suggestion, of: need.id) }
    }

    func save(_ suggestion: Need.Suggestion, of need: ID<Need>) throws {
        try run(
            """
            insert into need_suggestion (need, domain, sub_topic, confidence, signs, urgency, reasons_zh, reasons_en)
            values (\(need), \(suggestion.domain?.rawValue), \(suggestion.subTopic), \(suggestion.confidence), \(suggestion.signs.joined(separator: "\n")),
                \(suggestion.urgency.rawValue), \(suggestion.urgencyReasons.map(\.chinese).joined(separator: "\n")),
                \(suggestion.urgencyReasons.map(\.english).joined(separator: "\n")))
            on conflict (need) do update set domain = excluded.domain, sub_topic = excluded.sub_topic, confidence = excluded.confidence,
                signs = excluded.signs, urgency = excluded.urgency, reasons_zh = excluded.reasons_zh, reasons_en = excluded.reasons_en
            """)
    }

    private func setTerms(of need: Need, companyName: String?) throws {
        try run("delete from need_term where need = \(need.id)")
        for term in Set(Need.terms(need.title) + Need.terms(companyName ?? "") + [need.number, String(need.number.suffix(6))]) {
            try run("insert into need_term (term, need) values (\(term), \(need.id)) on conflict do nothing")
        }
    }

    func edit(_ need: Need, to statement: String, companyName: String?, by may: May<Edit, Need>, now: Instant) throws {
        try run(
            """
            insert into need_edit (need, version, statement, by_person, at)
            select \(need.id), count(*) + 1, \(need.statement), \(may.person), \(now) from need_edit where need = \(need.id)
            """)
        try run("update need set statement = \(statement) where id = \(need.id)")
        var edited = need
        edited.statement = statement
        try setTerms(of: edited, companyName: companyName)
    }

    func save(_ withdrawal: Withdrawal, of need: Need, by may: May<Withdrawal, Need>) throws {
        try run("insert into need_withdrawal (need, by_person, at) values (\(need.id), \(may.person), \(withdrawal.at)) on conflict do nothing")
    }

    func removeWithdrawal(of need: Need, by may: May<Withdrawal, Need>) throws { try run("delete from need_withdrawal where need = \(need.id)") }

    func save(_ referral: Referral, of need: Need, by may: May<Referral, Need>) throws {
        try run(
            "insert into need_referral (need, place, reason, by_person, at) values (\(need.id), \(referral.place), \(referral.reason), \(may.person), \(referral.at))")
    }

    func save(joint into: ID<Need>, of need: Need, by may: May<Joint, Need>, now: Instant) throws {
        try run("insert into need_joint (need, into_need, by_person, at) values (\(need.id), \(into), \(may.person), \(now))")
    }

    /// Another room's deed reaches a need through a row of its own: a case stands for it from now.
    package func takeUp(_ need: ID<Need>, at now: Instant) throws {
        try run("insert into need_uptake (need, at) values (\(need), \(now)) on conflict do nothing")
    }

    /// The case ended without a solution: the need goes back to whoever looks for an expert.
    package func giveBack(_ need: ID<Need>) throws { try run("delete from need_uptake where need = \(need)") }

    package func close(_ need: ID<Need>, at now: Instant) throws {
        try run("insert into need_closure (need, at) values (\(need), \(now)) on conflict do nothing")
    }

    package func reopen(_ need: ID<Need>) throws { try run("delete from need_closure where need = \(need)") }

    /// Several at once, in one order, so that two who do so never wait for each other.
    func lock(_ needs: [ID<Need>]) throws { _ = try values("select id from need where id in (\(list: needs)) order by id\(.forUpdate)", String.self) }

    /// Locks a need before a decision on it: first in a statement of its own.
    package func lock(_ need: ID<Need>) throws -> Need {
        _ = try values("select id from need where id = \(need)\(.forUpdate)", String.self)
        guard let need = try self.need(need) else { throw Problem.notFound }
        return need
    }
}

extension Need {
    /// Pairs of characters and words, as search keeps and asks them; a need's whole number is one term.
    static func terms(_ text: String) -> [String] {
        let parts = text.normalisedForSearch().split(separator: " ")
        return Array(Set(parts.flatMap { $0.wholeMatch(of: /[0-9]{4}-[0-9]{6,}/) != nil ? [String($0)] : bigrams(of: String($0)) }.filter { $0.count > 1 }.prefix(40)))
    }
}
