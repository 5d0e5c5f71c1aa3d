import Identity
package import Storage
package import Values
package import Web

extension Complaint {
    static let migration = Migration(
        "Complaints", 1,
        [
            "create table complaint_number (number \(.serial), complaint \(.text) not null unique)\(.strict)",
            """
            create table complaint (id \(.text) not null primary key, number \(.int) not null unique, filed_at \(.int) not null,
                about_kind \(.text), about_id \(.text), kind \(.text) not null
                check (kind in ('charge', 'selling', 'manner', 'confidentiality', 'advice', 'other')), words \(.text) not null,
                person \(.text) references person (id), handler \(.text) not null references organisation (id), holder \(.text) not null,
                concerns \(.text) not null references organisation (id), region \(.text) not null, due \(.int) not null,
                receipt_hash \(.text) not null unique, check ((about_kind is null) = (about_id is null)))\(.strict)
            """,
            "create index complaint_handler on complaint (handler, id)",
            "create index complaint_region on complaint (region, id)",
            "create index complaint_person on complaint (person, id)",
            "create index complaint_about on complaint (about_kind, about_id)",
            // Whom it accuses: they never see it, whatever their role.
            """
            create table complaint_accused (complaint \(.text) not null references complaint (id), person \(.text) not null,
                primary key (complaint, person))\(.strict)
            """,
            """
            create table complaint_acceptance (complaint \(.text) not null primary key references complaint (id),
                by_person \(.text) not null, at \(.int) not null, due \(.int) not null)\(.strict)
            """,
            """
            create table complaint_measure (complaint \(.text) not null references complaint (id), kind \(.text) not null
                check (kind in ('stop', 'evidence', 'talk', 'other')), words \(.text) not null, by_person \(.text) not null,
                at \(.int) not null, primary key (complaint, kind))\(.strict)
            """,
            """
            create table complaint_decision (complaint \(.text) not null primary key references complaint_acceptance (complaint),
                outcome \(.text) not null check (outcome in ('founded', 'unfounded', 'handedOver')), words \(.text) not null,
                body \(.text), body_receipt \(.text), by_person \(.text) not null, at \(.int) not null, due \(.int) not null,
                check ((outcome = 'handedOver') = (body is not null)), check ((body is null) = (body_receipt is null)))\(.strict)
            """,
            """
            create table complaint_reply (complaint \(.text) not null primary key references complaint_decision (complaint),
                words \(.text) not null, by_person \(.text) not null, at \(.int) not null)\(.strict)
            """,
            """
            create table complaint_message (id \(.text) not null primary key, complaint \(.text) not null references complaint (id),
                by_person \(.text), words \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index complaint_message_of on complaint_message (complaint, id)",
            """
            create table complaint_note (id \(.text) not null primary key, complaint \(.text) not null references complaint (id),
                by_person \(.text) not null, words \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index complaint_note_of on complaint_note (complaint, id)",
            // Counted apart from the complaints, so that no address hangs on a complaint without a name.
            """
            create table complaint_flood (key \(.text) not null, span \(.int) not null, count \(.int) not null, primary key (key, span))\(.strict)
            """,
        ])
}

extension Reader {
    /// A complaint that this viewer may see; `Problem.notFound` for one that is not there, is somebody else's or accuses them.
    package func complaint(_ id: ID<Complaint>, for viewer: Viewer) throws -> Complaint {
        let found = try first("\(Complaint.columns) where c.id = \(id) and \(Complaint.notAccusing(viewer))", Complaint.init)
        guard let found, viewer.covers(Permission<Complaint.Sight, Complaint>.see.grants, found.reach) else { throw Problem.notFound }
        return try withMeasures(found)
    }

    /// By its receipt: whoever holds the code is the complainant.
    func complaint(_ receipt: Receipt) throws -> Complaint? {
        try first("\(Complaint.columns) where c.receipt_hash = \(receipt.hash(vault))", Complaint.init).map(withMeasures)
    }

    private func withMeasures(_ complaint: Complaint) throws -> Complaint {
        let measures = try rows("select kind, words, by_person, at from complaint_measure where complaint = \(complaint.id) order by at, kind") { row in
            Measure(kind: try row(), words: try row(), by: try row(), at: try row())
        }
        return complaint.with(measures)
    }

    /// Open ones by what is due first, or all by the newest; nothing that its own page would refuse (A3).
    package func complaints(for viewer: Viewer, onlyOpen: Bool, after cursor: ID<Complaint>? = nil, limit: Int) throws -> [Complaint] {
        let scope = Complaint.scope(viewer)
        if onlyOpen {
            let due: SQL = "coalesce(d.due, a.due, c.due)"
            let from: SQL? = cursor.map { id in
                """
                and (\(due), c.id) > (select coalesce(dd.due, aa.due, cc.due), cc.id from complaint cc
                    left join complaint_acceptance aa on aa.complaint = cc.id left join complaint_decision dd on dd.complaint = cc.id
                    where cc.id = \(id))
                """
            }
            return try rows("\(Complaint.columns) where \(scope) and p.complaint is null \(from) order by \(due), c.id limit \(limit)", Complaint.init)
        }
        return try rows(
            "\(Complaint.columns) where \(scope) \(cursor.map { "and c.id < \($0)" as SQL }) order by c.id desc limit \(limit)", Complaint.init)
    }

    /// Exact to 1,000.
    package func complaintCount(for viewer: Viewer, onlyOpen: Bool) throws -> Int {
        try count(
            """
            select count(*) from (select 1 from complaint c left join complaint_reply p on p.complaint = c.id
                where \(Complaint.scope(viewer)) \(onlyOpen ? "and p.complaint is null" as SQL : nil) limit 1001) n
            """)
    }

    func complaintMessages(_ id: ID<Complaint>, limit: Int = 200) throws -> [Message] {
        try rows("select id, by_person, words, at from complaint_message where complaint = \(id) order by id desc limit \(limit)") { row in
            Message(id: try row(), by: try row.maybe(), words: try row(), at: try row())
        }.reversed()
    }

    func complaintNotes(_ id: ID<Complaint>, limit: Int = 200) throws -> [Note] {
        try rows("select id, by_person, words, at from complaint_note where complaint = \(id) order by id desc limit \(limit)") { row in
            Note(id: try row(), by: try row(), words: try row(), at: try row())
        }.reversed()
    }

    /// Whom each of these complaints accuses: nobody tells them that it waits.
    package func accused(by complaints: [String]) throws -> [String: Set<ID<Person>>] {
        guard !complaints.isEmpty else { return [:] }
        let all = try rows("select complaint, person from complaint_accused where complaint in (\(list: complaints)) limit 20000") { (try $0(String.self), try $0(ID<Person>.self)) }
        return Dictionary(grouping: all, by: \.0).mapValues { Set($0.map(\.1)) }
    }

    /// Whom to tell: those of the handler who may deal with it and are not accused.
    func complaintHandlers(_ complaint: Complaint, now: Instant) throws -> [ID<Person>] {
        if case .person(let person) = complaint.holder { return [person] }
        let accused = try accused(by: [complaint.id.text])[complaint.id.text] ?? []
        let people = try members(of: complaint.handler, role: "head", now: now, limit: 20) + members(of: complaint.handler, role: "smeAuthority", now: now, limit: 20)
        return people.filter { !accused.contains($0) }
    }
}

extension Transaction {
    /// Locks a complaint, then reads it: the decision is made on what is so.
    func lockedComplaint(_ id: ID<Complaint>, for viewer: Viewer) throws -> Complaint {
        _ = try rows("select id from complaint where id = \(id)\(.forUpdate)") { _ in true }
        return try complaint(id, for: viewer)
    }

    /// Nobody deals with a complaint of their own, or with one that accuses them (A7).
    func demandAnother(_ person: ID<Person>, than complaint: Complaint) throws {
        let sides = try (accused(by: [complaint.id.text])[complaint.id.text] ?? []).union([complaint.person].compactMap { $0 })
        if let one = try oneHuman(person, among: sides) { throw one.problem(.notFound) }
    }

    func file(_ complaint: Complaint, accused: Set<ID<Person>>, receipt: Receipt) throws {
        try run(
            """
            insert into complaint (id, number, filed_at, about_kind, about_id, kind, words, person, handler, holder, concerns, region, due, receipt_hash)
            values (\(complaint.id), \(complaint.number), \(complaint.filed), \(complaint.about?.kind), \(complaint.about?.id), \(complaint.kind),
                \(complaint.words), \(complaint.person), \(complaint.handler), \(complaint.holder), \(complaint.concerns), \(complaint.region),
                \(complaint.due), \(receipt.hash(vault)))
            """)
        for person in accused.sorted() {
            try run("insert into complaint_accused (complaint, person) values (\(complaint.id), \(person))")
        }
    }

    func nextComplaintNumber(_ id: ID<Complaint>) throws -> Int {
        try one("insert into complaint_number (complaint) values (\(id)) returning number") { try $0() }
    }

    /// Counts one more in a span of time; answers how many there are now.
    func countComplaint(_ key: String, span: Span, now: Instant) throws -> Int {
        let number = now.milliseconds / span.milliseconds
        return try one(
            """
            insert into complaint_flood (key, span, count) values (\(vault.hash(key, for: "complaint flood")), \(number), 1)
            on conflict (key, span) do update set count = complaint_flood.count + 1 returning count
            """
        ) { try $0() }
    }

    func forgetComplaintFloods(now: Instant) throws {
        // Spans of an hour and of a day are told apart by their size.
        let (day, hour) = (now.milliseconds / Span.days(1).milliseconds, now.milliseconds / Span.hours(1).milliseconds)
        try run("delete from complaint_flood where span < \(day - 1) or (span > \(day * 2) and span < \(hour - 2))")
    }

    func save(_ acceptance: Acceptance, _ complaint: Complaint, by may: May<Complaint.Handling, Complaint>) throws {
        try run(
            "insert into complaint_acceptance (complaint, by_person, at, due) values (\(complaint.id), \(may.person), \(acceptance.at), \(acceptance.due))")
    }

    func removeAcceptance(_ complaint: Complaint, by may: May<Complaint.Handling, Complaint>) throws {
        try run("delete from complaint_acceptance where complaint = \(complaint.id)")
    }

    /// False when a measure of this kind was taken already.
    func save(_ measure: Measure, _ complaint: Complaint, by may: May<Complaint.Handling, Complaint>) throws -> Bool {
        try insertsOnce(
            """
            insert into complaint_measure (complaint, kind, words, by_person, at)
            values (\(complaint.id), \(measure.kind), \(measure.words), \(may.person), \(measure.at)) on conflict (complaint, kind) do nothing
            """)
    }

    func remove(_ kind: Measure.Kind, _ complaint: Complaint, by may: May<Complaint.Handling, Complaint>) throws -> Bool {
        try run("delete from complaint_measure where complaint = \(complaint.id) and kind = \(kind)") == 1
    }

    func save(_ decision: Decision, _ complaint: Complaint, by may: May<Complaint.Handling, Complaint>) throws {
        var (body, receipt): (String?, String?)
        if case .handedOver(let to, let their) = decision.outcome { (body, receipt) = (to, their) }
        try run(
            """
            insert into complaint_decision (complaint, outcome, words, body, body_receipt, by_person, at, due)
            values (\(complaint.id), \(decision.outcome.kind), \(decision.words), \(body), \(receipt), \(may.person), \(decision.at), \(decision.due))
            """)
    }

    func removeDecision(_ complaint: Complaint, by may: May<Complaint.Handling, Complaint>) throws {
        try run("delete from complaint_decision where complaint = \(complaint.id)")
    }

    func save(_ reply: Reply, _ complaint: Complaint, by may: May<Complaint.Handling, Complaint>) throws {
        try run("insert into complaint_reply (complaint, words, by_person, at) values (\(complaint.id), \(reply.words), \(may.person), \(reply.at))")
    }

    /// `by` is nil for the complainant, known or not.
    func addMessage(_ words: String, to complaint: Complaint, by: ID<Person>?, now: Instant) throws {
        try run(
            "insert into complaint_message (id, complaint, by_person, words, at) values (\(ID<Message>(at: now)), \(complaint.id), \(by), \(words), \(now))")
    }

    func addNote(_ words: String, to complaint: Complaint, by may: May<Complaint.Handling, Complaint>, now: Instant) throws {
        try run(
            "insert into complaint_note (id, complaint, by_person, words, at) values (\(ID<Note>(at: now)), \(complaint.id), \(may.person), \(words), \(now))")
    }
}

extension Complaint {
    fileprivate static let columns: SQL = """
        select c.id, c.number, c.filed_at, c.about_kind, c.about_id, c.kind, c.words, c.person, c.handler, c.holder, c.concerns, c.region, c.due,
            a.by_person, a.at, a.due, d.outcome, d.words, d.body, d.body_receipt, d.by_person, d.at, d.due, p.words, p.by_person, p.at
        from complaint c left join complaint_acceptance a on a.complaint = c.id left join complaint_decision d on d.complaint = c.id
            left join complaint_reply p on p.complaint = c.id
        """

    /// What the viewer may see and what does not accuse them.
    fileprivate static func scope(_ viewer: Viewer) -> SQL {
        let seen = viewer.scope(Permission<Sight, Complaint>.see.grants, institution: "c.handler", region: "c.region") { tie, person in
            tie == .asker ? "c.person = \(person)" : nil
        }
        return "\(seen) and \(notAccusing(viewer))"
    }

    fileprivate static func notAccusing(_ viewer: Viewer) -> SQL {
        guard let person = viewer.person else { return "1 = 0" }
        return "not exists (select 1 from complaint_accused x where x.complaint = c.id and x.person = \(person))"
    }

    fileprivate init(_ row: inout Row) throws {
        (id, number, filed) = (try row(), try row(), try row())
        let (aboutKind, aboutID) = (try row.maybe(String.self), try row.maybe(String.self))
        about = aboutKind.flatMap { kind in aboutID.map { Subject(kind: kind, id: $0) } }
        (kind, words, person) = (try row(), try row(), try row.maybe())
        (handler, holder, concerns, region, due) = (try row(), try row(), try row(), try row(), try row())
        let accepted = (by: try row.maybe(ID<Person>.self), at: try row.maybe(Instant.self), due: try row.maybe(Instant.self))
        let decided = (
            outcome: try row.maybe(Decision.Kind.self), words: try row.maybe(String.self), body: try row.maybe(String.self),
            receipt: try row.maybe(String.self), by: try row.maybe(ID<Person>.self), at: try row.maybe(Instant.self), due: try row.maybe(Instant.self)
        )
        let replied = (words: try row.maybe(String.self), by: try row.maybe(ID<Person>.self), at: try row.maybe(Instant.self))
        measures = []
        guard let by = accepted.by, let at = accepted.at, let due = accepted.due else { state = .filed; return }
        let acceptance = Acceptance(by: by, at: at, due: due)
        guard let kind = decided.outcome, let words = decided.words, let by = decided.by, let at = decided.at, let due = decided.due else {
            state = .accepted(acceptance)
            return
        }
        let outcome: Decision.Outcome =
            switch kind {
            case .founded: .founded
            case .unfounded: .unfounded
            case .handedOver: .handedOver(body: decided.body ?? "", receipt: decided.receipt ?? "")
            }
        let decision = Decision(outcome: outcome, words: words, by: by, at: at, due: due)
        guard let words = replied.words, let by = replied.by, let at = replied.at else { state = .decided(acceptance, decision); return }
        state = .answered(acceptance, decision, Reply(words: words, by: by, at: at))
    }

    func with(_ measures: [Measure]) -> Complaint {
        Complaint(
            id: id, number: number, filed: filed, about: about, kind: kind, words: words, person: person, handler: handler, holder: holder,
            concerns: concerns, region: region, due: due, state: state, measures: measures)
    }
}
