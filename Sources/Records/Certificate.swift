import Happenings
import Identity
package import Languages
import Markup
import Needs
package import Papers
import Reference
package import Storage
package import Values
package import Web

/// A certificate of volunteer service (志愿服务记录证明, decree 67; clause 4.1d): asked for by the expert for a period of whole
/// months, checked by an officer, issued by the head, and seven days in the institution's internal notice. Three persons.
package struct Certificate: Reachable, Sendable {
    package let id: ID<Certificate>
    package let person: ID<Person>
    package let institution: ID<Organisation>
    package let region: String
    /// Months, `2026-03`; both are in it.
    package let from: String
    package let until: String
    package let at: Instant
    package let due: Instant
    package let check: Check?
    package let issue: Issue?
    package let refusal: Refusal?

    package struct Check: Sendable, Equatable {
        package let by: ID<Person>
        package let minutes: Minutes
        package let records: Int
        package let at: Instant
    }
    package struct Issue: Sendable, Equatable {
        package let by: ID<Person>
        package let paper: ID<Paper>
        package let at: Instant
        package let noticeUntil: Instant
    }
    package struct Refusal: Sendable, Equatable {
        package let by: ID<Person>
        package let reason: String
        package let at: Instant
    }

    package enum State: Sendable, Equatable {
        case requested, checked, refused
        /// In the internal notice.
        case noticed(until: Instant)
        case issued

        package var words: Words {
            switch self {
            case .requested: Words("等核对", "To be checked")
            case .checked: Words("等签发", "To be issued")
            case .noticed: Words("公示中", "In the notice")
            case .issued: Words("已签发", "Issued")
            case .refused: Words("没有出具", "Not issued")
            }
        }
    }

    package func state(at now: Instant) -> State {
        if let issue { return now < issue.noticeUntil ? .noticed(until: issue.noticeUntil) : .issued }
        if refusal != nil { return .refused }
        return check == nil ? .requested : .checked
    }

    package enum Deed: String, CaseIterable, Sendable { case check, refuse, issue, object }

    package func allows(_ deed: Deed, at now: Instant) -> Bool {
        switch (deed, state(at: now)) {
        case (.check, .requested), (.check, .checked), (.refuse, .requested), (.refuse, .checked), (.issue, .checked), (.object, .noticed): true
        default: false
        }
    }

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person]]) }
    package var subject: Subject { Subject(Certificate.kind, id) }
    package static let kind = "certificate"
    package var objectionSubject: Subject { Subject("certificateObjection", id) }

    /// The half hours that the paper shows: what is left over is not lost, it stays in the records.
    package static func halfHours(_ minutes: Minutes) -> Int { minutes.count / 30 }
    package static func hours(_ minutes: Minutes) -> String { halfHours(minutes) % 2 == 0 ? "\(halfHours(minutes) / 2)" : "\(halfHours(minutes) / 2).5" }

    package static let list = Path("certificates")
    package static let page = Path("certificates/*", ID<Certificate>.self)
    static let request = Path("certificates/new")
    static let notice = Path("certificates/notice")
    static let checkPage = Path("certificates/*/check", ID<Certificate>.self)
    static let refusalPage = Path("certificates/*/refusal", ID<Certificate>.self)
    static let issuePage = Path("certificates/*/issue", ID<Certificate>.self)
    static let objection = Path("certificates/*/objection", ID<Certificate>.self)
    static let answer = Path("certificates/*/objection/answer", ID<Certificate>.self)

    package enum Request {}
    package enum Notice {}
    package enum Answer {}

    package struct Requested: Happening { package static let kind = "certificate.requested"; package let subject: Subject }
    package struct Checked: Happening { package static let kind = "certificate.checked"; package let subject: Subject; package let fields: [String: String] }
    package struct Refused: Happening { package static let kind = "certificate.refused"; package let subject: Subject }
    package struct Issued: Happening { package static let kind = "certificate.issued"; package let subject: Subject; package let fields: [String: String] }
    package struct ObjectedTo: Happening { package static let kind = "certificate.objectedTo"; package let subject: Subject }
    package struct Answered: Happening { package static let kind = "certificate.answered"; package let subject: Subject; package let fields: [String: String] }

    static let migration = Migration(
        "Records", 3,
        [
            """
            create table certificate_request (id \(.text) not null primary key, person \(.text) not null references person (id), institution \(.text) not null references organisation (id),
                region \(.text) not null, from_month \(.text) not null, until_month \(.text) not null, at \(.int) not null, due \(.int) not null,
                check (from_month <= until_month), check (length(from_month) = 7 and length(until_month) = 7), unique (id, person))\(.strict)
            """,
            "create index certificate_request_person on certificate_request (person, id)",
            "create index certificate_request_institution on certificate_request (institution, id)",
            // Checked by another than the expert, issued by a third: the database knows all three (A7).
            """
            create table certificate_check (request \(.text) not null primary key, person \(.text) not null, by_person \(.text) not null, minutes \(.int) not null check (minutes >= 30),
                records \(.int) not null check (records > 0), at \(.int) not null, foreign key (request, person) references certificate_request (id, person),
                check (by_person <> person), unique (request, person, by_person, minutes))\(.strict)
            """,
            """
            create table certificate_refusal (request \(.text) not null primary key, person \(.text) not null, by_person \(.text) not null, reason \(.text) not null, at \(.int) not null,
                foreign key (request, person) references certificate_request (id, person), check (by_person <> person))\(.strict)
            """,
            """
            create table certificate_issue (request \(.text) not null primary key, person \(.text) not null, checked_by \(.text) not null, minutes \(.int) not null, by_person \(.text) not null,
                paper \(.text) not null unique references paper (id), at \(.int) not null, notice_until \(.int) not null check (notice_until >= at + 604800000),
                foreign key (request, person, checked_by, minutes) references certificate_check (request, person, by_person, minutes),
                check (by_person <> person and by_person <> checked_by), unique (request, person))\(.strict)
            """,
            "create index certificate_issue_notice on certificate_issue (notice_until)",
            """
            create table certificate_objection (id \(.text) not null primary key, request \(.text) not null, person \(.text) not null, by_person \(.text) not null, words \(.text) not null,
                at \(.int) not null, due \(.int) not null check (due > at), foreign key (request, person) references certificate_issue (request, person),
                check (by_person <> person), unique (id, request, by_person))\(.strict)
            """,
            "create index certificate_objection_request on certificate_objection (request, id)",
            """
            create table certificate_answer (objection \(.text) not null primary key, request \(.text) not null, objector \(.text) not null, by_person \(.text) not null,
                upheld \(.bool) not null, reason \(.text) not null check (length(reason) >= 4), at \(.int) not null,
                foreign key (objection, request, objector) references certificate_objection (id, request, by_person), check (by_person <> objector))\(.strict)
            """,
        ] + ["certificate_request", "certificate_issue", "certificate_objection", "certificate_answer"].flatMap(SQL.appendOnly))
}

extension Permission where Deed == Certificate.Request, Noun == Certificate {
    package static var request: Self { Permission("certificate.request", [Grant(.expert, .own(.oneself))]) }
}
extension Permission where Deed == See, Noun == Certificate {
    static var see: Self {
        Permission("certificate.see", [Grant(.expert, .own(.oneself)), Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)])
    }
}
extension Permission where Deed == Certificate.Check, Noun == Certificate {
    package static var check: Self { Permission("certificate.check", [Grant(.officer, .institution)]) }
}
extension Permission where Deed == Certificate.Issue, Noun == Certificate {
    package static var issue: Self { Permission("certificate.issue", [Grant(.head, .institution)]) }
}
extension Permission where Deed == Certificate.Notice, Noun == Certificate {
    /// Everybody of the institution reads its internal notice and may object.
    package static var notice: Self { Permission("certificate.notice", [Grant(.officer, .institution), Grant(.head, .institution), Grant(.expert, .institution)]) }
}
extension Permission where Deed == Certificate.Answer, Noun == Certificate {
    package static var answer: Self { Permission("certificate.answer", [Grant(.head, .institution), Grant(.officer, .institution)]) }
}

/// An objection to a certificate that stands in the notice.
struct CertificateObjection: Sendable {
    let id: ID<CertificateObjection>
    let by: ID<Person>
    let words: String
    let due: Instant
    let answer: (by: ID<Person>, upheld: Bool, reason: String)?
}

extension Reader {
    package func certificate(_ id: ID<Certificate>) throws -> Certificate? { try certificates("q.id = \(id)", limit: 1).first }

    /// Newest first; `condition` speaks of `q`, the request, and `i`, its issue.
    package func certificates(_ condition: SQL, limit: Int) throws -> [Certificate] {
        try rows(
            """
            select q.id, q.person, q.institution, q.region, q.from_month, q.until_month, q.at, q.due, c.by_person, c.minutes, c.records, c.at, i.by_person, i.paper, i.at, i.notice_until,
                r.by_person, r.reason, r.at
            from certificate_request q left join certificate_check c on c.request = q.id left join certificate_issue i on i.request = q.id
                left join certificate_refusal r on r.request = q.id where \(condition) order by q.id desc limit \(limit)
            """
        ) { row in
            let (id, person, institution, region): (ID<Certificate>, ID<Person>, ID<Organisation>, String) = (try row(), try row(), try row(), try row())
            let (from, until, at, due): (String, String, Instant, Instant) = (try row(), try row(), try row(), try row())
            let (checker, minutes) = (try row.maybe(ID<Person>.self), try row.maybe(Minutes.self))
            let (records, checkedAt) = (try row.maybe(Int.self), try row.maybe(Instant.self))
            let (issuer, paper) = (try row.maybe(ID<Person>.self), try row.maybe(ID<Paper>.self))
            let (issuedAt, notice) = (try row.maybe(Instant.self), try row.maybe(Instant.self))
            let (refuser, reason, refusedAt) = (try row.maybe(ID<Person>.self), try row.maybe(String.self), try row.maybe(Instant.self))
            var (check, issue, refusal): (Certificate.Check?, Certificate.Issue?, Certificate.Refusal?)
            if let checker, let minutes, let records, let checkedAt { check = Certificate.Check(by: checker, minutes: minutes, records: records, at: checkedAt) }
            if let issuer, let paper, let issuedAt, let notice { issue = Certificate.Issue(by: issuer, paper: paper, at: issuedAt, noticeUntil: notice) }
            if let refuser, let reason, let refusedAt { refusal = Certificate.Refusal(by: refuser, reason: reason, at: refusedAt) }
            return Certificate(
                id: id, person: person, institution: institution, region: region, from: from, until: until, at: at, due: due, check: check, issue: issue, refusal: refusal)
        }
    }

    func objections(to id: ID<Certificate>) throws -> [CertificateObjection] {
        try rows(
            """
            select o.id, o.by_person, o.words, o.due, a.by_person, a.upheld, a.reason from certificate_objection o left join certificate_answer a on a.objection = o.id
            where o.request = \(id) order by o.id limit 100
            """
        ) { row in
            let (id, by, words, due): (ID<CertificateObjection>, ID<Person>, String, Instant) = (try row(), try row(), try row(), try row())
            let (answerer, upheld, reason) = (try row.maybe(ID<Person>.self), try row.maybe(Bool.self), try row.maybe(String.self))
            var answer: (by: ID<Person>, upheld: Bool, reason: String)?
            if let answerer, let upheld, let reason { answer = (by: answerer, upheld: upheld, reason: reason) }
            return CertificateObjection(id: id, by: by, words: words, due: due, answer: answer)
        }
    }

    /// What a certificate for these months rests on.
    func served(_ person: ID<Person>, _ institution: ID<Organisation>, from: String, until: String) throws -> Served {
        try one(
            """
            select cast(coalesce(sum(r.minutes), 0) as \(.int)), count(*), count(distinct q.owner), cast(coalesce(sum(case when r.kind = 'solution' then 1 else 0 end), 0) as \(.int)),
                coalesce((select max(number) from record_number), 0)
            from counted_record r join service_claim q on q.id = r.claim where r.expert = \(person) and r.institution = \(institution) and r.month >= \(from) and r.month <= \(until) and r.minutes > 0
            """
        ) { row in Served(minutes: try row(), records: try row(), firms: try row(), solutions: try row(), upTo: try row()) }
    }
}

struct Served: Sendable, Equatable {
    let minutes: Minutes
    let records: Int
    let firms: Int
    let solutions: Int
    /// The last number of the public export that it takes in.
    let upTo: Int
}
