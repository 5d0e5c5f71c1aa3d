import Happenings
package import Languages
import Reference
package import Storage
package import Values
package import Web

/// The designation of an institution by the SME authority of its jurisdiction (专门服务机构的确定, clause 2.1a): with a document,
/// a term, somebody in charge and a contact; renewed by a further one, ended early by a revocation.
package struct Designation: Sendable {
    package let institution: ID<Organisation>
    package let authority: ID<Organisation>
    /// The document's number, such as 浙企〔2025〕18号.
    package let document: String
    package let from: Day
    /// The last day.
    package let until: Day
    package let inCharge: String
    package let contact: String
    /// The first day on which it no longer holds, and why.
    package let revoked: (day: Day, reason: String)?

    package func holds(on day: Day) -> Bool { from <= day && day <= until && (revoked.map { day < $0.day } ?? true) }

    /// What stands against a designation: what is so, and what to do.
    package enum Refusal: Error, Sendable, Hashable {
        case term
        /// It is designated already in that time.
        case overlaps(from: Day, until: Day)
        /// Another institution is designated for the same region in that time.
        case other(String)
        /// The region answers elsewhere: Ningbo reports to the centre, not to Zhejiang (2.1e).
        case jurisdiction(Words)
        /// Nothing holds that could be revoked.
        case nothing

        package var words: Words {
            switch self {
            case .term: Words("到期日要晚于起始日，起始日也不能和以前某一次相同", "The last day must be after the first, and the first differ from that of any earlier term")
            case .overlaps(let from, let until): from.full() + Words("至", " to ") + until.full() + Words("已经确定过，请从下一天起", " it is designated already; please begin on the day after")
            case .other(let name): Words("这段时间这个地区已确定\(name)。要换，先撤销那一家", "In that time the region has \(name). To change, revoke that one first")
            case .jurisdiction(let name): Words("这个地区由\(name.chinese)主管，请由那里确定", "This region answers to \(name.english), which designates there")
            case .nothing: Words("现在没有有效的确定可以撤销", "There is no designation in force to revoke")
            }
        }
    }

    struct Made: Happening { static let kind = "institution.designated"; let subject: Subject; let fields: [String: String] }
    struct Revoked: Happening { static let kind = "institution.revoked"; let subject: Subject; let fields: [String: String] }

    static let migration = Migration(
        "Identity", 13,
        [
            """
            create table designation_revocation (institution \(.text) not null, from_day \(.text) not null, day \(.text) not null, reason \(.text) not null,
                document \(.text) not null, by_person \(.text) not null, at \(.int) not null, primary key (institution, from_day),
                foreign key (institution, from_day) references designation (institution, from_day))\(.strict)
            """
        ])

    /// That the designation `d` holds on a day, as a condition.
    static func holds(on day: Day) -> SQL {
        """
        d.from_day <= \(day) and d.until_day >= \(day) and not exists (
            select 1 from designation_revocation r where r.institution = d.institution and r.from_day = d.from_day and r.day <= \(day))
        """
    }
}

extension OrganisationEntry: Reachable {
    package var reach: Reach { Reach(institution: id, region: region) }
}

extension Permission where Deed == DesignationDesk, Noun == OrganisationEntry {
    /// The authority, and the auditor.
    static var seeInstitutions: Self { Permission("institution.see", [Grant(.smeAuthority, .region), Grant(.auditor, .anywhere)]) }
}

extension Permission where Deed == Designation, Noun == OrganisationEntry {
    /// The SME authority designates within its region.
    package static var designate: Self { Permission("institution.designate", [Grant(.smeAuthority, .region)]) }
}

extension Reader {
    /// All terms of an institution, newest first.
    package func designations(of institution: ID<Organisation>) throws -> [Designation] {
        try rows("\(Designation.columns) where d.institution = \(institution) order by d.from_day desc limit 100", Designation.init)
    }

    /// Institutions with the term that holds on a day, or none, by region.
    func institutions(_ scope: SQL, on day: Day) throws -> [(institution: OrganisationEntry, until: Day?)] {
        try rows(
            """
            select o.id, o.kind, o.name, o.region, o.parent, o.telephone,
                (select max(d.until_day) from designation d where d.institution = o.id and \(Designation.holds(on: day)))
            from organisation o where o.kind = 'institution' and \(scope) order by o.region, o.name limit 300
            """
        ) { row in
            let entry = OrganisationEntry(id: try row(), kind: try row(), name: try row(), region: try row(), parent: try row.maybe(), telephone: try row())
            return (entry, try row.maybe(Day.self))
        }
    }
}

extension Transaction {
    /// Designates an institution for a term. A further term that follows is its renewal. Not twice for one time, and one
    /// institution for one region.
    package func designate(
        _ institution: OrganisationEntry, by authority: ID<Organisation>, document: String, from: Day, until: Day, inCharge: String, contact: String,
        person: ID<Person>, now: Instant, address: String = ""
    ) throws {
        // The authority's row too: two institutions of one region are not designated at once.
        _ = try rows("select id from organisation where id in (\(list: [authority, institution.id])) order by id\(.forUpdate)") { try $0(ID<Organisation>.self) }
        let earlier = try designations(of: institution.id)
        guard until > from, !earlier.contains(where: { $0.from == from }) else { throw Designation.Refusal.term }
        for other in earlier {
            let last = other.revoked.map { $0.day + -1 } ?? other.until
            if other.from <= until, last >= from { throw Designation.Refusal.overlaps(from: other.from, until: last) }
        }
        let rival = try value(
            """
            select o.name from organisation o join designation d on d.institution = o.id
            where o.kind = 'institution' and o.region = \(institution.region) and o.id <> \(institution.id) and d.from_day <= \(until) and d.until_day >= \(from)
            and not exists (select 1 from designation_revocation r where r.institution = d.institution and r.from_day = d.from_day and r.day <= \(from))
            order by d.from_day limit 1
            """, String.self)
        if let rival { throw Designation.Refusal.other(rival) }
        try run(
            """
            insert into designation (institution, authority, document, from_day, until_day, in_charge, contact, by_person, at)
            values (\(institution.id), \(authority), \(document), \(from), \(until), \(inCharge), \(contact), \(person), \(now))
            """)
        try record(
            Designation.Made(subject: Subject("organisation", institution.id), fields: ["from": "\(from)", "until": "\(until)"]), by: .person(person), at: now, from: address)
        if from <= now.day { try adoptSpeakers(institution.id, region: institution.region, now: now) }
    }

    /// Ends the term that holds, from today on.
    package func revoke(_ institution: OrganisationEntry, reason: String, document: String, by may: May<Designation, OrganisationEntry>, now: Instant, address: String = "") throws {
        _ = try rows("select id from organisation where id = \(institution.id)\(.forUpdate)") { try $0(ID<Organisation>.self) }
        guard let current = try designations(of: institution.id).first(where: { $0.holds(on: now.day) }) else { throw Designation.Refusal.nothing }
        try run(
            """
            insert into designation_revocation (institution, from_day, day, reason, document, by_person, at)
            values (\(institution.id), \(current.from), \(now.day), \(reason), \(document), \(may.person), \(now))
            """)
        try record(Designation.Revoked(subject: Subject("organisation", institution.id), fields: ["from": "\(current.from)"]), by: may.by, at: now, from: address)
    }
}

extension Designation {
    fileprivate static let columns: SQL = """
        select d.institution, d.authority, d.document, d.from_day, d.until_day, d.in_charge, d.contact, r.day, r.reason from designation d
        left join designation_revocation r on r.institution = d.institution and r.from_day = d.from_day
        """

    fileprivate init(_ row: inout Row) throws {
        self.init(
            institution: try row(), authority: try row(), document: try row(), from: try row(), until: try row(), inCharge: try row(), contact: try row(),
            revoked: try Designation.revoked(&row))
    }

    private static func revoked(_ row: inout Row) throws -> (day: Day, reason: String)? {
        let (day, reason) = (try row.maybe(Day.self), try row.maybe(String.self))
        return day.map { ($0, reason ?? "") }
    }
}
