import Happenings
import Identity
package import Reference
package import Storage
package import Values
package import Web

/// A public call for volunteer experts (招募公告, clause 2.2b). It states what GB/T 40143-2021, 6.1 asks for, the possible
/// risks among it (ordinance art. 12): true, exact, complete.
package struct Recruitment: Reachable, Sendable {
    package let id: ID<Recruitment>
    package let institution: ID<Organisation>
    package let region: String
    package let title: String
    /// 时间
    package let time: String
    /// 地点
    package let place: String
    /// 内容
    package let content: String
    /// 条件
    package let conditions: String
    /// 数量
    package let wanted: Int
    package let domains: [Domain]
    /// 报名方式
    package let how: String
    /// 可能存在的风险
    package let risks: String
    /// 提供的保障
    package let guarantees: String
    /// The last day for applications.
    package let until: Day
    package let by: ID<Person>
    package let at: Instant
    /// Ended before its last day.
    package let closing: Closing?

    package struct Closing: Sendable, Equatable {
        package let reason: String
        package let at: Instant
    }

    package init(
        id: ID<Recruitment>, institution: ID<Organisation>, region: String, title: String, time: String, place: String, content: String, conditions: String,
        wanted: Int, domains: [Domain], how: String, risks: String, guarantees: String, until: Day, by: ID<Person>, at: Instant, closing: Closing? = nil
    ) {
        self.id = id
        self.institution = institution
        self.region = region
        self.title = title
        self.time = time
        self.place = place
        self.content = content
        self.conditions = conditions
        self.wanted = wanted
        self.domains = domains
        self.how = how
        self.risks = risks
        self.guarantees = guarantees
        self.until = until
        self.by = by
        self.at = at
        self.closing = closing
    }

    package var reach: Reach { Reach(institution: institution, region: region) }
    package var subject: Subject { Subject("recruitment", id) }
    package func isOpen(on day: Day) -> Bool { closing == nil && day <= until }

    package static let list = Path("recruitment")
    package static let page = Path("recruitment/*", ID<Recruitment>.self)
    static let new = Path("recruitment/new")
    static let closing = Path("recruitment/*/closing", ID<Recruitment>.self)
    static let application = Path("recruitment/*/application", ID<Recruitment>.self)

    package struct Published: Happening {
        package static let kind = "recruitment.published"
        package let subject: Subject
    }
    package struct Closed: Happening {
        package static let kind = "recruitment.closed"
        package let subject: Subject
    }

    static let migration = Migration(
        "Volunteers", 3,
        [
            """
            create table recruitment (id \(.text) not null primary key, institution \(.text) not null references organisation (id), region \(.text) not null,
                title \(.text) not null, time \(.text) not null, place \(.text) not null, content \(.text) not null, conditions \(.text) not null,
                wanted \(.int) not null check (wanted between 1 and 1000), domains \(.text) not null, how \(.text) not null,
                risks \(.text) not null check (length(risks) > 0), guarantees \(.text) not null, until_day \(.text) not null,
                by_person \(.text) not null references person (id), at \(.int) not null)\(.strict)
            """,
            "create index recruitment_until on recruitment (until_day, id)",
            "create index recruitment_institution on recruitment (institution, id)",
            "create table recruitment_closing (recruitment \(.text) not null primary key references recruitment (id), reason \(.text) not null, by_person \(.text) not null, at \(.int) not null)\(.strict)",
        ] + SQL.appendOnly("recruitment"))
}

/// Publishing a call and ending it.
extension Permission where Deed == Recruitment, Noun == Recruitment {
    package static var publish: Self { Permission("recruitment.publish", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Reader {
    package func recruitment(_ id: ID<Recruitment>) throws -> Recruitment? { try first("\(Recruitment.columns) where r.id = \(id)", Recruitment.init) }

    /// The calls that one can answer today, the soonest end first.
    func openRecruitments(on day: Day, limit: Int) throws -> [Recruitment] {
        try rows("\(Recruitment.columns) where r.until_day >= \(day) and c.at is null order by r.until_day, r.id limit \(limit)", Recruitment.init)
    }

    /// An institution's own, newest first.
    func recruitments(of institution: ID<Organisation>, limit: Int) throws -> [Recruitment] {
        try rows("\(Recruitment.columns) where r.institution = \(institution) order by r.id desc limit \(limit)", Recruitment.init)
    }
}

extension Transaction {
    func publish(_ new: Recruitment, by may: May<Recruitment, Recruitment>, from address: String) throws { try publish(new, from: address) }

    /// For the demonstration; a page asks for the proof first.
    package func publish(_ new: Recruitment, from address: String = "") throws {
        try run(
            """
            insert into recruitment (id, institution, region, title, time, place, content, conditions, wanted, domains, how, risks, guarantees, until_day, by_person, at)
            values (\(new.id), \(new.institution), \(new.region), \(new.title), \(new.time), \(new.place), \(new.content), \(new.conditions), \(new.wanted),
                \(new.domains.map(\.rawValue).joined(separator: ",")), \(new.how), \(new.risks), \(new.guarantees), \(new.until), \(new.by), \(new.at))
            """)
        try record(Recruitment.Published(subject: new.subject), by: .person(new.by), at: new.at, from: address)
    }

    /// May be repeated.
    func close(_ recruitment: Recruitment, reason: String, by may: May<Recruitment, Recruitment>, at now: Instant, from address: String) throws {
        guard try insertsOnce(
            "insert into recruitment_closing (recruitment, reason, by_person, at) values (\(recruitment.id), \(reason), \(may.person), \(now)) on conflict do nothing")
        else { return }
        try record(Recruitment.Closed(subject: recruitment.subject), by: may.by, at: now, from: address)
    }
}

extension Recruitment {
    fileprivate static let columns: SQL = """
        select r.id, r.institution, r.region, r.title, r.time, r.place, r.content, r.conditions, r.wanted, r.domains, r.how, r.risks, r.guarantees,
            r.until_day, r.by_person, r.at, c.reason, c.at
        from recruitment r left join recruitment_closing c on c.recruitment = r.id
        """

    fileprivate init(_ row: inout Row) throws {
        (id, institution, region, title) = (try row(), try row(), try row(), try row())
        (time, place, content, conditions, wanted) = (try row(), try row(), try row(), try row(), try row())
        domains = try row(String.self).split(separator: ",").compactMap { Domain(rawValue: String($0)) }
        (how, risks, guarantees, until, by, at) = (try row(), try row(), try row(), try row(), try row(), try row())
        let (reason, closed) = (try row.maybe(String.self), try row.maybe(Instant.self))
        closing = if let reason, let closed { Closing(reason: reason, at: closed) } else { nil }
    }
}
