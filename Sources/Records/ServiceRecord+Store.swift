package import Cases
import Identity
import Needs
package import Storage
package import Values
import Web

extension ServiceRecord {
    /// The two keys are references that may not be null: a row of `service_record` without evidence, or without the word of the
    /// other side, is refused by either engine, whoever writes it.
    static let migration = Migration(
        "Records", 1,
        [
            // btree_gist lets one constraint compare a person by = and a time by &&.
            .halves(sqlite: "select 1", postgres: "create extension if not exists btree_gist"),
            """
            create table meeting_witness (meeting \(.text) not null primary key references meeting (id), kind \(.text) not null
                check (kind in ('visitCode', 'ownerBegun')), by_person \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create table visit_code_try (meeting \(.text) not null primary key references meeting (id), count \(.int) not null)\(.strict)",
            """
            create table service_claim (id \(.text) not null primary key, service_case \(.text) not null references service_case (id), institution \(.text) not null
                references organisation (id), region \(.text) not null, expert \(.text) not null, owner \(.text) not null, source \(.text) not null
                check (source in ('session', 'solution', 'typed')), meeting \(.text) unique references meeting (id), begins \(.int) not null, ends \(.int) not null,
                minutes \(.int) not null, content \(.text) not null, by_person \(.text) not null, at \(.int) not null,
                check (expert <> owner), check (begins % 60000 = 0 and ends % 60000 = 0 and ends > begins), check (minutes between 1 and 1440),
                check (minutes * 60000 <= ends - begins), check ((source = 'session') = (meeting is not null)),
                unique (id, expert, owner), unique (id, begins, ends), unique (id, service_case, institution, expert, begins, ends, minutes))\(.strict)
            """,
            "create index service_claim_expert on service_claim (expert, id)",
            "create index service_claim_owner on service_claim (owner, id)",
            "create index service_claim_case on service_claim (service_case, id)",
            "create index service_claim_institution on service_claim (institution, id)",
            "create table claim_withdrawal (claim \(.text) not null primary key references service_claim (id), at \(.int) not null)\(.strict)",
            // Made at the time: no later than a day after the end, by the database's own rule.
            """
            create table service_evidence (id \(.text) not null primary key, claim \(.text) not null, begins \(.int) not null, ends \(.int) not null, kind \(.text) not null
                check (kind in ('visitCode', 'ownerBegun', 'callLog', 'sheet', 'solution')), most \(.int) not null check (most between 1 and 480), made_at \(.int) not null,
                by_person \(.text) not null, file \(.text) references file (id), version \(.int), at \(.int) not null,
                foreign key (claim, begins, ends) references service_claim (id, begins, ends),
                check (made_at >= begins - 3600000 and made_at <= ends + 86400000), check ((kind in ('callLog', 'sheet')) = (file is not null)),
                check ((kind = 'solution') = (version is not null)), check (kind <> 'solution' or most <= 240), check (at >= made_at),
                unique (id, claim, at), unique (id, claim, kind, most))\(.strict)
            """,
            "create index service_evidence_claim on service_evidence (claim, id)",
            // The word of the other side stands on a piece of evidence, is never the expert's own, and a stand-in waits seven days.
            """
            create table service_confirmation (claim \(.text) not null primary key, evidence \(.text) not null, asked \(.int) not null, expert \(.text) not null,
                owner \(.text) not null, by_person \(.text) not null, kind \(.text) not null check (kind in ('owner', 'colleague', 'standIn', 'decision')),
                reason \(.text) not null, at \(.int) not null,
                foreign key (claim, expert, owner) references service_claim (id, expert, owner), foreign key (evidence, claim, asked) references service_evidence (id, claim, at),
                check (by_person <> expert), check ((kind = 'owner') = (by_person = owner)), check (kind in ('owner', 'colleague') or length(reason) >= 4),
                check (kind <> 'standIn' or at >= asked + 604800000), unique (claim, evidence))\(.strict)
            """,
            """
            create table service_dispute (claim \(.text) not null primary key, expert \(.text) not null, owner \(.text) not null, by_person \(.text) not null, words \(.text) not null,
                minutes \(.int) check (minutes >= 0), at \(.int) not null, due \(.int) not null check (due > at),
                foreign key (claim, expert, owner) references service_claim (id, expert, owner), check (by_person <> expert), unique (claim, expert, owner, by_person))\(.strict)
            """,
            """
            create table dispute_decision (claim \(.text) not null primary key, expert \(.text) not null, owner \(.text) not null, disputer \(.text) not null,
                by_person \(.text) not null, minutes \(.int) not null check (minutes >= 0), reason \(.text) not null check (length(reason) >= 4), at \(.int) not null,
                foreign key (claim, expert, owner, disputer) references service_dispute (claim, expert, owner, by_person),
                check (by_person <> expert and by_person <> owner and by_person <> disputer))\(.strict)
            """,
            "create table record_number (number \(.serial), claim \(.text) not null references service_claim (id), part \(.int) not null, unique (claim, part))\(.strict)",
            """
            create table service_record (claim \(.text) not null primary key, number \(.int) not null unique references record_number (number), service_case \(.text) not null,
                institution \(.text) not null, expert \(.text) not null, begins \(.int) not null, ends \(.int) not null, claimed \(.int) not null, minutes \(.int) not null,
                evidence \(.text) not null, kind \(.text) not null, most \(.int) not null, month \(.text) not null, at \(.int) not null,
                foreign key (claim, service_case, institution, expert, begins, ends, claimed)
                    references service_claim (id, service_case, institution, expert, begins, ends, minutes),
                foreign key (claim, evidence) references service_confirmation (claim, evidence),
                foreign key (evidence, claim, kind, most) references service_evidence (id, claim, kind, most),
                check (minutes between 1 and claimed and minutes <= most), unique (claim, minutes), unique (claim, expert))\(.strict)
            """,
            "create index service_record_expert on service_record (expert, begins)",
            "create index service_record_month on service_record (institution, month)",
            // One solution of a case counts once.
            "create unique index service_record_solution on service_record (service_case) where kind = 'solution'",
            // Nobody is in two sessions in the same minute.
            .halves(
                sqlite: """
                    create trigger service_record_overlap before insert on service_record when new.kind <> 'solution' and exists (
                        select 1 from service_record r where r.expert = new.expert and r.kind <> 'solution' and r.begins < new.ends and r.ends > new.begins)
                    begin select raise(abort, 'overlapping sessions of one person'); end
                    """,
                postgres: """
                    alter table service_record add constraint service_record_overlap exclude using gist (expert with =, int8range(begins, ends) with &&) where (kind <> 'solution')
                    """),
            """
            create table record_objection (id \(.text) not null primary key, claim \(.text) not null, expert \(.text) not null, recorded \(.int) not null, by_person \(.text) not null,
                words \(.text) not null, minutes \(.int) not null, at \(.int) not null, due \(.int) not null check (due > at),
                foreign key (claim, expert) references service_record (claim, expert), foreign key (claim, recorded) references service_record (claim, minutes),
                check (minutes >= 0 and minutes <= recorded), unique (id, claim, expert, recorded, by_person))\(.strict)
            """,
            "create index record_objection_claim on record_objection (claim, id)",
            """
            create table objection_answer (objection \(.text) not null primary key, claim \(.text) not null, expert \(.text) not null, recorded \(.int) not null,
                objector \(.text) not null, by_person \(.text) not null, upheld \(.bool) not null, reason \(.text) not null check (length(reason) >= 4), at \(.int) not null,
                foreign key (objection, claim, expert, recorded, objector) references record_objection (id, claim, expert, recorded, by_person),
                check (by_person <> expert and by_person <> objector), unique (objection, claim, recorded))\(.strict)
            """,
            // A correction is a new entry that points to the old; it never goes above what both keys bear out.
            """
            create table service_correction (claim \(.text) not null, part \(.int) not null check (part between 1 and 99), number \(.int) not null unique references record_number (number),
                objection \(.text) not null unique, recorded \(.int) not null, was \(.int) not null, minutes \(.int) not null, at \(.int) not null,
                foreign key (objection, claim, recorded) references objection_answer (objection, claim, recorded),
                check (minutes between 0 and recorded and minutes <> was), primary key (claim, part))\(.strict)
            """,
            // The one place that says what counts.
            """
            create view counted_record as select r.claim, r.number, r.service_case, r.institution, r.expert, r.begins, r.ends, r.month, r.kind, r.minutes as recorded,
                coalesce((select k.minutes from service_correction k where k.claim = r.claim order by k.part desc limit 1), r.minutes) as minutes, r.at
            from service_record r
            """,
        ]
            + ["meeting_witness", "service_claim", "service_evidence", "service_confirmation", "service_dispute", "dispute_decision", "service_record", "record_objection", "objection_answer", "service_correction"]
            .flatMap(SQL.appendOnly))

    private static let columns: SQL = """
        select q.id, q.service_case, q.institution, q.region, q.expert, q.owner, q.source, q.meeting, q.begins, q.ends, q.minutes, q.content, q.by_person, q.at, w.at,
            d.by_person, d.words, d.minutes, d.at, d.due, x.by_person, x.minutes, x.reason, x.at, f.by_person, f.kind, f.reason, f.at, r.number, r.kind, r.recorded, r.minutes, r.at
        from service_claim q left join claim_withdrawal w on w.claim = q.id left join service_dispute d on d.claim = q.id left join dispute_decision x on x.claim = q.id
            left join service_confirmation f on f.claim = q.id left join counted_record r on r.claim = q.id
        """

    fileprivate static func select(_ condition: SQL, limit: Int) -> SQL { "\(columns) where \(condition) order by q.id desc limit \(limit)" }

    fileprivate init(_ row: inout Row) throws {
        (id, serviceCase, institution, region) = (try row(), try row(), try row(), try row())
        (expert, owner, source, meeting) = (try row(), try row(), try row(), try row.maybe())
        (begins, ends, claimed, content) = (try row(), try row(), try row(), try row())
        (statedBy, statedAt, withdrawn) = (try row(), try row(), try row.maybe())
        let (disputer, words, less) = (try row.maybe(ID<Person>.self), try row.maybe(String.self), try row.maybe(Minutes.self))
        let (disputedAt, due) = (try row.maybe(Instant.self), try row.maybe(Instant.self))
        let (decider, decided) = (try row.maybe(ID<Person>.self), try row.maybe(Minutes.self))
        let (reason, decidedAt) = (try row.maybe(String.self), try row.maybe(Instant.self))
        var decision: Dispute.Decision?
        if let decider, let decided, let reason, let decidedAt { decision = Dispute.Decision(by: decider, minutes: decided, reason: reason, at: decidedAt) }
        if let disputer, let words, let disputedAt, let due {
            dispute = Dispute(by: disputer, words: words, minutes: less, at: disputedAt, due: due, decision: decision)
        } else { dispute = nil }
        let (confirmer, kind) = (try row.maybe(ID<Person>.self), try row.maybe(Confirmation.Kind.self))
        let (grounds, confirmedAt) = (try row.maybe(String.self), try row.maybe(Instant.self))
        if let confirmer, let kind, let grounds, let confirmedAt { confirmation = Confirmation(by: confirmer, kind: kind, reason: grounds, at: confirmedAt) } else { confirmation = nil }
        let (number, evidenceKind) = (try row.maybe(Int.self), try row.maybe(Evidence.Kind.self))
        let (recorded, minutes, countedAt) = (try row.maybe(Minutes.self), try row.maybe(Minutes.self), try row.maybe(Instant.self))
        if let number, let evidenceKind, let recorded, let minutes, let countedAt {
            counted = Counted(number: number, kind: evidenceKind, recorded: recorded, minutes: minutes, at: countedAt)
        } else { counted = nil }
    }

    /// What a viewer may see, as a condition on `q`.
    static func scope(_ viewer: Viewer) -> SQL {
        viewer.scope(Permission<See, ServiceRecord>.see.grants, institution: "q.institution", region: "q.region") { tie, person in
            switch tie {
            case .asker: "q.owner = \(person)"
            case .expert: "q.expert = \(person)"
            default: nil
            }
        }
    }
}

extension Reader {
    package func serviceRecord(_ id: ID<ServiceRecord>) throws -> ServiceRecord? { try serviceRecords("q.id = \(id)", limit: 1).first }

    /// Newest first; `condition` speaks of `q`, the claim.
    func serviceRecords(_ condition: SQL, limit: Int) throws -> [ServiceRecord] {
        var found = try rows(ServiceRecord.select(condition, limit: limit), ServiceRecord.init)
        guard !found.isEmpty else { return [] }
        let evidence = try rows(
            "select claim, id, kind, most, made_at, by_person, file, version, at from service_evidence where claim in (\(list: found.map(\.id))) order by id limit \(limit * 10)"
        ) { row in
            (
                try row(ID<ServiceRecord>.self),
                Evidence(id: try row(), kind: try row(), most: try row(), madeAt: try row(), by: try row(), file: try row.maybe(), version: try row.maybe(), at: try row())
            )
        }
        let cases = Dictionary(
            try cases("c.id in (\(list: Set(found.map(\.serviceCase))))", limit: limit).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for index in found.indices {
            let id = found[index].id
            found[index].evidence = evidence.filter { $0.0 == id }.map(\.1)
            guard let it = cases[found[index].serviceCase] else { continue }
            found[index].company = it.enterprise
            (found[index].colleagues, found[index].caseNumber, found[index].caseTitle) = (it.colleagues.subtracting([found[index].owner]), it.number, it.title)
        }
        return found
    }

    package func serviceRecord(of meeting: ID<Meeting>) throws -> ServiceRecord? { try serviceRecords("q.meeting = \(meeting)", limit: 1).first }

    /// The time of a case's written solution, where this expert has stated it already.
    func solutionRecord(of id: ID<Case>, expert: ID<Person>) throws -> ServiceRecord? {
        try serviceRecords("q.service_case = \(id) and q.source = 'solution' and q.expert = \(expert)", limit: 20).first { $0.state != .withdrawn }
    }

    func objections(to id: ID<ServiceRecord>) throws -> [Objection] {
        try rows(
            """
            select o.id, o.by_person, o.words, o.minutes, o.at, o.due, a.by_person, a.upheld, a.reason, a.at from record_objection o
            left join objection_answer a on a.objection = o.id where o.claim = \(id) order by o.id limit 100
            """
        ) { row in
            let (id, by, words): (ID<Objection>, ID<Person>, String) = (try row(), try row(), try row())
            let (minutes, at, due): (Minutes, Instant, Instant) = (try row(), try row(), try row())
            let (answerer, upheld) = (try row.maybe(ID<Person>.self), try row.maybe(Bool.self))
            let (reason, answeredAt) = (try row.maybe(String.self), try row.maybe(Instant.self))
            var answer: Objection.Answer?
            if let answerer, let upheld, let reason, let answeredAt { answer = Objection.Answer(by: answerer, upheld: upheld, reason: reason, at: answeredAt) }
            return Objection(id: id, by: by, words: words, minutes: minutes, at: at, due: due, answer: answer)
        }
    }

    /// What counts for a person, in months from one to the other (`2026-03`), at one institution or at all.
    package func countedMinutes(of expert: ID<Person>, at institution: ID<Organisation>? = nil, from: String = "", until: String = "9999-12") throws -> (minutes: Int, records: Int) {
        try one(
            """
            select cast(coalesce(sum(minutes), 0) as \(.int)), count(*) from counted_record where expert = \(expert) and month >= \(from) and month <= \(until)
            \(institution.map { "and institution = \($0)" as SQL })
            """
        ) { row in (try row(), try row()) }
    }

    /// By month, the newest first.
    func countedMonths(of expert: ID<Person>, limit: Int) throws -> [(month: String, minutes: Int, records: Int)] {
        try rows("select month, cast(sum(minutes) as \(.int)), count(*) from counted_record where expert = \(expert) group by month order by month desc limit \(limit)") { row in
            (try row(), try row(), try row())
        }
    }

    /// The record that a time of this expert runs into, to the minute. Two solutions may be handed in at one time; the day's cap
    /// bounds them.
    func recordOverlapping(_ record: ServiceRecord) throws -> ID<ServiceRecord>? {
        try value(
            """
            select claim from service_record where expert = \(record.expert) and begins < \(record.ends) and ends > \(record.begins)
            \(record.source == .solution ? "and kind <> 'solution'" as SQL : nil) order by begins limit 1
            """)
    }

    /// The last session of this expert, pressed or typed, that runs into this time.
    func session(of expert: ID<Person>, between begins: Instant, and ends: Instant) throws -> (begins: Instant, ends: Instant)? {
        try first(
            """
            select q.begins, q.ends from service_claim q where q.expert = \(expert) and q.source <> 'solution' and q.begins < \(ends) and q.ends > \(begins)
            and \(Claim.stands) order by q.ends desc limit 1
            """
        ) { row in (begins: try row(), ends: try row()) }
    }

    /// The minutes that this expert's solutions of a day bring, or still may.
    func solutionMinutes(of expert: ID<Person>, on day: Day) throws -> Int {
        try count(
            """
            select cast(coalesce(sum(coalesce(r.minutes, q.minutes)), 0) as \(.int)) from service_claim q left join service_record r on r.claim = q.id
            where q.expert = \(expert) and q.source = 'solution' and q.ends >= \(Instant(day)) and q.ends < \(Instant(day + 1)) and \(Claim.stands)
            """)
    }

    /// What a paper of this content proved before.
    func serviceRecord(provenBy content: String) throws -> ServiceRecord? {
        try serviceRecords("q.id = (select claim from service_evidence where sha256 = \(content))", limit: 1).first
    }

    /// Whether the written solution of a case counts already: once for a case.
    func countsSolution(of id: ID<Case>) throws -> Bool { try exists("select 1 from service_record where service_case = \(id) and kind = 'solution'") }

    func witness(of meeting: ID<Meeting>) throws -> Witness? {
        try first("select kind, by_person, at from meeting_witness where meeting = \(meeting)") { row in Witness(kind: try row(), by: try row(), at: try row()) }
    }
}

extension Transaction {
    func withdraw(_ id: ID<ServiceRecord>, at now: Instant) throws { try run("insert into claim_withdrawal (claim, at) values (\(id), \(now))") }

    func lock(_ id: ID<ServiceRecord>) throws -> ServiceRecord {
        _ = try values("select id from service_claim where id = \(id)\(.forUpdate)", String.self)
        guard let found = try serviceRecord(id) else { throw Problem.notFound }
        return found
    }

    func add(_ evidence: Evidence, to record: ServiceRecord) throws {
        try run(
            """
            insert into service_evidence (id, claim, begins, ends, kind, most, made_at, by_person, file, sha256, version, at) values (\(evidence.id), \(record.id), \(record.begins),
                \(record.ends), \(evidence.kind), \(evidence.most), \(evidence.madeAt), \(evidence.by), \(evidence.file), (select sha256 from file where id = \(evidence.file)),
                \(evidence.version), \(evidence.at))
            """)
    }

    /// The second key turns, and from now on the minutes count. Both keys are references of the row.
    func count(_ record: ServiceRecord, _ confirmation: Confirmation, on evidence: Evidence, minutes: Minutes) throws {
        try run(
            """
            insert into service_confirmation (claim, evidence, asked, expert, owner, by_person, kind, reason, at) values (\(record.id), \(evidence.id), \(evidence.at),
                \(record.expert), \(record.owner), \(confirmation.by), \(confirmation.kind), \(confirmation.reason), \(confirmation.at))
            """)
        let number: Int = try one("insert into record_number (claim, part) values (\(record.id), 0) returning number") { try $0() }
        try run(
            """
            insert into service_record (claim, number, service_case, institution, expert, begins, ends, claimed, minutes, evidence, kind, most, month, at)
            values (\(record.id), \(number), \(record.serviceCase), \(record.institution), \(record.expert), \(record.begins), \(record.ends), \(record.claimed),
                \(minutes), \(evidence.id), \(evidence.kind), \(evidence.most), \(record.month), \(confirmation.at))
            """)
        try enter(record, at: confirmation.at)
    }

    func correct(_ record: ServiceRecord, _ counted: ServiceRecord.Counted, to minutes: Minutes, because objection: ID<Objection>, at now: Instant) throws {
        let part: Int = try one("select count(*) + 1 from service_correction where claim = \(record.id)") { try $0() }
        let number: Int = try one("insert into record_number (claim, part) values (\(record.id), \(part)) returning number") { try $0() }
        try run(
            """
            insert into service_correction (claim, part, number, objection, recorded, was, minutes, at)
            values (\(record.id), \(part), \(number), \(objection), \(counted.recorded), \(counted.minutes), \(minutes), \(now))
            """)
        try enterCorrection(record, part: part, at: now)
    }
}

extension ServiceRecord {
    /// The month in China in which it began: `2026-11`.
    var month: String { String(begins.day.description.prefix(7)) }
}
