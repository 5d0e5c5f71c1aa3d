import Happenings
import Identity
package import Storage
package import Values
import Web

extension Workstation {
    static let migration = Migration(
        "Workstations", 1,
        [
            """
            create table workstation (organisation \(.text) not null primary key references organisation (id),
                institution \(.text) not null references organisation (id), region \(.text) not null, number \(.text) not null, from_day \(.text) not null,
                until_day \(.text) not null check (until_day > from_day), by_person \(.text) not null, at \(.int) not null, unique (institution, number))\(.strict)
            """,
            "create index workstation_region on workstation (region, organisation)",
        ])

    /// The term is the organisation's: Identity ends the roles of its liaisons by it. Said once, there.
    static let terms = Migration(
        "Workstations", 3,
        [
            """
            update organisation set from_day = (select w.from_day from workstation w where w.organisation = organisation.id),
                until_day = (select w.until_day from workstation w where w.organisation = organisation.id)
            where id in (select organisation from workstation)
            """,
            "alter table workstation drop column until_day",
            "alter table workstation drop column from_day",
        ])

    static func page(_ scope: SQL, after: ID<Organisation>?, limit: Int) -> SQL {
        """
        select w.organisation from workstation w where \(scope) \(after.map { "and w.organisation < \($0)" as SQL })
        order by w.organisation desc limit \(limit)
        """
    }
}

extension Reader {
    package func workstation(_ id: ID<Organisation>) throws -> Workstation? { try workstations([id]).first }

    /// In the order of `ids`.
    package func workstations(_ ids: some Collection<ID<Organisation>>) throws -> [Workstation] {
        guard !ids.isEmpty else { return [] }
        let organisations = try organisations(ids)
        let found = try rows(
            "select organisation, institution, region, number, by_person, at from workstation where organisation in (\(list: ids))"
        ) { row -> Workstation? in
            let id: ID<Organisation> = try row()
            let institution: ID<Organisation> = try row()
            let region: String = try row()
            guard let organisation = organisations[id], let term = organisation.term else { return nil }
            return Workstation(
                id: id, institution: institution, name: organisation.name, region: region, telephone: organisation.telephone, number: try row(),
                from: term.lowerBound, until: term.upperBound, by: try row(), at: try row())
        }.compactMap { $0 }
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { byID[$0] }
    }

    func isNumberTaken(_ number: String, in institution: ID<Organisation>) throws -> Bool {
        try exists("select 1 from workstation where institution = \(institution) and number = \(number)")
    }

    func find(scope: SQL, after: ID<Organisation>?, limit: Int) throws -> (workstations: [Workstation], total: Int, more: Bool) {
        let ids = try values(Workstation.page(scope, after: after, limit: limit + 1), ID<Organisation>.self)
        let total = try count("select count(*) from (select 1 from workstation w where \(scope) limit 1001) n")
        return (try workstations(ids.prefix(limit)), total, ids.count > limit)
    }
}

extension Transaction {
    /// Enters a workstation as an organisation below its institution. For the demonstration and for imports: a page asks for
    /// the proof first.
    package func enterWorkstation(_ workstation: Workstation, from address: String = "") throws {
        try add(
            OrganisationEntry(
                id: workstation.id, kind: .workstation, name: workstation.name, region: workstation.region, parent: workstation.institution,
                telephone: workstation.telephone, term: workstation.from...max(workstation.from, workstation.until)), now: workstation.at)
        try run(
            """
            insert into workstation (organisation, institution, region, number, by_person, at)
            values (\(workstation.id), \(workstation.institution), \(workstation.region), \(workstation.number), \(workstation.by), \(workstation.at))
            """)
        try record(Workstation.Entered(subject: workstation.subject), by: .person(workstation.by), at: workstation.at, from: address)
    }

    func enter(_ workstation: Workstation, by may: May<Workstation, Workstation>, from address: String) throws {
        guard may.person == workstation.by else { throw Problem.notFound }
        try enterWorkstation(workstation, from: address)
    }
}
