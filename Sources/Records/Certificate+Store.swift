import Languages
import Papers
package import Storage
package import Values
import Web

extension Certificate {
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

extension Reader {
    package func certificate(_ id: ID<Certificate>) throws -> Certificate? { try certificates("q.id = \(id)", limit: 1).first }

    /// Newest first; `condition` speaks of `q`, the request, and `i`, its issue.
    package func certificates(_ condition: SQL, limit: Int) throws -> [Certificate] {
        try rows(
            """
            select q.id, q.person, q.institution, q.region, q.from_month, q.until_month, q.at, q.due, c.by_person, c.minutes, c.records, c.at, i.by_person, i.paper, i.at, i.notice_until,
                r.by_person, r.reason, r.at, exists (select 1 from erasure e where e.person = q.person)
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
                id: id, person: person, institution: institution, region: region, from: from, until: until, at: at, due: due, check: check, issue: issue, refusal: refusal, isHolderErased: try row())
        }
    }

    /// Asked for, and neither issued nor refused.
    package func openCertificates(of person: ID<Person>) throws -> [ID<Certificate>] {
        try certificates("q.person = \(person) and i.request is null and r.request is null", limit: 20).map(\.id)
    }

    /// Of the certificates that were issued when this record counted already, for months that hold it.
    func papers(restingOn record: ID<ServiceRecord>) throws -> [ID<Paper>] {
        try values(
            """
            select i.paper from service_record r join certificate_request q on q.person = r.expert and q.institution = r.institution
                and q.from_month <= r.month and q.until_month >= r.month join certificate_issue i on i.request = q.id
            where r.claim = \(record) and i.at >= r.at order by i.paper limit 500
            """)
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

extension Transaction {
    /// Locks the request, then reads it as it stands.
    func lock(_ id: ID<Certificate>) throws -> Certificate {
        _ = try values("select id from certificate_request where id = \(id)\(.forUpdate)", String.self)
        guard let found = try certificate(id) else { throw Problem.notFound }
        return found
    }

    /// Whoever certifies somebody's hours waits for whoever corrects them, and the other way round.
    func lockHours(of expert: ID<Person>) throws { _ = try values("select id from person where id = \(expert)\(.forUpdate)", String.self) }

    /// The request for the same months that nobody has dealt with; whoever asks waits for whoever asks at the same time.
    func openCertificate(of person: ID<Person>, from: String, until: String) throws -> Certificate? {
        _ = try values("select id from person where id = \(person)\(.forUpdate)", String.self)
        return try certificates("q.person = \(person) and q.from_month = \(from) and q.until_month = \(until) and i.request is null and r.request is null", limit: 1).first
    }

    func add(_ it: Certificate) throws {
        try run(
            """
            insert into certificate_request (id, person, institution, region, from_month, until_month, at, due)
            values (\(it.id), \(it.person), \(it.institution), \(it.region), \(it.from), \(it.until), \(it.at), \(it.due))
            """)
    }

    /// In place of an earlier check, until it is issued.
    func set(_ check: Certificate.Check, of it: Certificate) throws {
        try run("delete from certificate_check where request = \(it.id)")
        try run(
            """
            insert into certificate_check (request, person, by_person, minutes, records, at)
            values (\(it.id), \(it.person), \(check.by), \(check.minutes), \(check.records), \(check.at))
            """)
    }

    func add(_ refusal: Certificate.Refusal, of it: Certificate) throws {
        try run("insert into certificate_refusal (request, person, by_person, reason, at) values (\(it.id), \(it.person), \(refusal.by), \(refusal.reason), \(refusal.at))")
    }

    func add(_ issue: Certificate.Issue, on check: Certificate.Check, of it: Certificate) throws {
        try run(
            """
            insert into certificate_issue (request, person, checked_by, minutes, by_person, paper, at, notice_until)
            values (\(it.id), \(it.person), \(check.by), \(check.minutes), \(issue.by), \(issue.paper), \(issue.at), \(issue.noticeUntil))
            """)
    }

    func add(_ objection: CertificateObjection, to it: Certificate, at now: Instant) throws {
        try run(
            """
            insert into certificate_objection (id, request, person, by_person, words, at, due)
            values (\(objection.id), \(it.id), \(it.person), \(objection.by), \(objection.words), \(now), \(objection.due))
            """)
    }

    func answer(_ objection: CertificateObjection, of id: ID<Certificate>, by person: ID<Person>, upheld: Bool, reason: String, at now: Instant) throws {
        try run(
            """
            insert into certificate_answer (objection, request, objector, by_person, upheld, reason, at)
            values (\(objection.id), \(id), \(objection.by), \(person), \(upheld), \(reason), \(now))
            """)
    }
}
