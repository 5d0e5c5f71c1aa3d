import Documents
import Happenings
import Identity
import Jobs
import Languages
import Markup
import Messaging
package import Storage
package import Values
import Web

extension Paper {
    static let migration = Migration(
        "Papers", 1,
        [
            "create table paper_mark (institution \(.text) not null primary key references organisation (id), mark \(.text) not null unique)\(.strict)",
            """
            create table paper_sequence (institution \(.text) not null references organisation (id), kind \(.text) not null,
                year \(.int) not null, last \(.int) not null check (last > 0), primary key (institution, kind, year))\(.strict)
            """,
            """
            create table paper (id \(.text) not null primary key, kind \(.text) not null, subject_kind \(.text) not null, subject_id \(.text) not null,
                institution \(.text) not null references organisation (id), region \(.text) not null, holder \(.text) not null references person (id),
                number \(.text) not null unique, number_key \(.text) not null unique, claims \(.bytes) not null, code \(.text) not null unique,
                issued_at \(.int) not null, valid_until \(.text), replaces \(.text) unique references paper (id), by_party \(.text) not null)\(.strict)
            """,
            "create index paper_holder on paper (holder, id)",
            "create index paper_subject on paper (subject_kind, subject_id, id)",
            "create index paper_institution on paper (institution, id)",
            "create index paper_region on paper (region, id)",
            """
            create table paper_revocation (paper \(.text) not null primary key references paper (id), reason \(.text) not null,
                by_party \(.text) not null, at \(.int) not null)\(.strict)
            """,
            """
            create table paper_suspension (id \(.text) not null primary key, paper \(.text) not null references paper (id), reason \(.text) not null,
                by_party \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index paper_suspension_of on paper_suspension (paper, id)",
            """
            create table paper_lifting (suspension \(.text) not null primary key references paper_suspension (id),
                by_party \(.text) not null, at \(.int) not null)\(.strict)
            """,
        ] + SQL.appendOnly("paper") + SQL.appendOnly("paper_revocation"))
}

extension Reader {
    package func paper(_ id: ID<Paper>) throws -> Paper? { try first("\(Paper.columns) where p.id = \(id)", Paper.init) }

    /// The newest first.
    package func papers(of holder: ID<Person>, limit: Int = 100) throws -> [Paper] {
        try rows("\(Paper.columns) where p.holder = \(holder) order by p.id desc limit \(limit)", Paper.init)
    }

    /// The newest paper about a thing: an appointment's letter, a request's certificate.
    package func paper(about subject: Subject) throws -> Paper? { try papers(about: subject, limit: 1).first }

    package func papers(about subject: Subject, limit: Int = 100) throws -> [Paper] {
        try rows(
            "\(Paper.columns) where p.subject_kind = \(subject.kind) and p.subject_id = \(subject.id) order by p.id desc limit \(limit)", Paper.init)
    }

    /// The newest paper about each of these things of one kind, by the thing's id.
    package func papers(aboutEach kind: String, _ ids: some Collection<String>) throws -> [String: Paper] {
        guard !ids.isEmpty else { return [:] }
        return Dictionary(
            try rows("\(Paper.columns) where p.subject_kind = \(kind) and p.subject_id in (\(list: Set(ids))) order by p.id desc", Paper.init).map { ($0.about.id, $0) },
            uniquingKeysWith: { newest, _ in newest })
    }

    func paper(code: LongCode) throws -> Paper? { try first("\(Paper.columns) where p.code = \(code)", Paper.init) }

    func paper(numbered typed: String) throws -> Paper? {
        try first("\(Paper.columns) where p.number_key = \(PaperNumber.key(typed))", Paper.init)
    }
}

extension Transaction {
    /// Issues a paper, all in the caller's transaction: number, claims, the ledger's commitment. The PDF follows in a job; until
    /// then its page says that it is being made. The caller's own key keeps this from happening twice.
    @discardableResult
    package func issue(_ draft: Paper.Draft, by: Party, at now: Instant) throws -> Paper { try issue(draft, replacing: nil, by: by, at: now) }

    /// Issues the new edition of a paper, with a number of its own; the old one is replaced from now on.
    ///
    /// - Throws: `Paper.Refusal` when somebody else replaced it first, or it is revoked.
    @discardableResult
    package func replace(_ id: ID<Paper>, with draft: Paper.Draft, by: Party, at now: Instant) throws -> Paper {
        let old = try lockedPaper(id)
        if let revoked = old.revoked { throw Paper.Refusal.revokedAlready(revoked) }
        if let newer = old.replacedBy { throw Paper.Refusal.replacedAlready(by: newer) }
        return try issue(draft, replacing: old, by: by, at: now)
    }

    private func issue(_ draft: Paper.Draft, replacing old: Paper?, by: Party, at now: Instant) throws -> Paper {
        guard let issuer = try organisation(draft.institution) else { throw Paper.Refusal.missing }
        let id = ID<Paper>(at: now)
        // Whoever checks a typed number is asked for the holder's name, so every paper says it.
        var facts = draft.facts
        if !facts.isEmpty, !facts.contains(where: { $0.key == "\(Claims.nameKey)" }) {
            guard let holder = try names(of: [draft.holder])[draft.holder] else { throw Paper.Refusal.missing }
            facts.insert(Claims.Fact(Claims.nameKey, Words("姓名", "Name"), holder), at: 0)
        }
        let number = try nextNumber(draft.kind, of: issuer.id, region: issuer.region, year: now.day.parts.year)
        let claims = try Claims(
            id: id, kind: draft.kind, number: number, code: LongCode(), issuer: issuer.name, issuedOn: now.day, validUntil: draft.validUntil,
            replaces: old?.number, facts: facts)
        try run(
            """
            insert into paper (id, kind, subject_kind, subject_id, institution, region, holder, number, number_key, claims, code, issued_at,
                valid_until, replaces, by_party)
            values (\(id), \(draft.kind), \(draft.about.kind), \(draft.about.id), \(issuer.id), \(issuer.region), \(draft.holder), \(number),
                \(PaperNumber.key(number)), \(claims.canonical), \(claims.code), \(now), \(draft.validUntil), \(old?.id), \(by))
            """)
        try commit(kind: draft.kind.rawValue, subject: Subject(Paper.subjectKind, id), institution: issuer.id, holder: draft.holder, payload: claims.canonical, at: now)
        try record(
            Paper.Issued(subject: Subject(Paper.subjectKind, id), fields: ["kind": draft.kind.rawValue, "number": number]), by: by, at: now)
        try enqueue(Job(Paper.making, id.text), at: now)
        return Paper(
            id: id, kind: draft.kind, about: draft.about, institution: issuer.id, region: issuer.region, holder: draft.holder, number: number,
            claims: claims, code: claims.code, issued: now, validUntil: draft.validUntil, replaces: old?.id, suspended: nil, revoked: nil,
            replacedBy: nil, isHolderErased: false)
    }

    /// Takes a paper back for good. Whoever checks it from now on is told so, with the day, not with the reason.
    package func revoke(_ id: ID<Paper>, reason: String, by: Party, at now: Instant) throws {
        let paper = try lockedPaper(id)
        if let revoked = paper.revoked { throw Paper.Refusal.revokedAlready(revoked) }
        try run("insert into paper_revocation (paper, reason, by_party, at) values (\(id), \(reason), \(by), \(now))")
        try enter("revocation", paper, at: now)
        try tell(
            Notice(to: paper.holder, .mustKnow, about: paper.subject, key: "paper.revoked", Words("\(paper.kind.words.chinese)\(paper.number)已撤销", "\(paper.kind.words.english) \(paper.number) is revoked"), place: Paper.page(id).text),
            at: now)
        try record(Paper.Revoked(subject: paper.subject, fields: ["number": paper.number]), by: by, at: now)
    }

    /// Says for a while that a paper is not to be relied on: an objection is being looked into.
    package func suspend(_ id: ID<Paper>, reason: String, by: Party, at now: Instant) throws {
        let paper = try lockedPaper(id)
        if let revoked = paper.revoked { throw Paper.Refusal.revokedAlready(revoked) }
        if let suspended = paper.suspended { throw Paper.Refusal.suspendedAlready(suspended) }
        try run(
            """
            insert into paper_suspension (id, paper, reason, by_party, at) values (\(ID<Paper.Suspension>(at: now)), \(id), \(reason), \(by), \(now))
            """)
        try enter("suspension", paper, at: now)
        try tell(
            Notice(to: paper.holder, .mustKnow, about: paper.subject, key: "paper.suspended", Words("\(paper.kind.words.chinese)\(paper.number)暂停使用", "\(paper.kind.words.english) \(paper.number) is suspended"), place: Paper.page(id).text),
            at: now)
        try record(Paper.Suspended(subject: paper.subject, fields: ["number": paper.number]), by: by, at: now)
    }

    /// Ends the suspension.
    package func lift(_ id: ID<Paper>, by: Party, at now: Instant) throws {
        let paper = try lockedPaper(id)
        let open = try value(
            """
            select s.id from paper_suspension s left join paper_lifting l on l.suspension = s.id where s.paper = \(id) and l.suspension is null
            order by s.id limit 1
            """, ID<Paper.Suspension>.self)
        guard let open else { throw Paper.Refusal.notSuspended }
        try run("insert into paper_lifting (suspension, by_party, at) values (\(open), \(by), \(now))")
        try enter("lifting", paper, at: now)
        try record(Paper.Lifted(subject: paper.subject, fields: ["number": paper.number]), by: by, at: now)
    }

    /// A deed to a paper stands in the ledger as the paper does.
    private func enter(_ deed: String, _ paper: Paper, at now: Instant) throws {
        let payload = CanonicalJSON.object([
            "format": .text("zhuqi.deed.1"), "deed": .text(deed), "paper": .text(paper.number), "at": .number(Double(now.milliseconds)),
        ])
        try commit(kind: "\(Paper.subjectKind).\(deed)", subject: paper.subject, institution: paper.institution, holder: paper.holder, payload: payload.bytes, at: now)
    }

    /// Lock, then load: what was decided while we waited is seen.
    func lockedPaper(_ id: ID<Paper>) throws -> Paper {
        // A paper's row never changes, so on PostgreSQL a lock of its own key keeps deeds apart, not a lock of the row.
        _ = try rows("select id from paper where id = \(id)\(.forUpdate)") { _ in true }
        guard let paper = try paper(id) else { throw Paper.Refusal.missing }
        return paper
    }
}

extension Paper {
    /// The job that makes the PDF.
    static let making = "paper.pdf"

    static let columns: SQL = """
        select p.id, p.kind, p.subject_kind, p.subject_id, p.institution, p.region, p.holder, p.number, p.claims, p.code, p.issued_at,
            p.valid_until, p.replaces, s.reason, s.by_party, s.at, r.reason, r.by_party, r.at, n.id, exists (select 1 from erasure e where e.person = p.holder)
        from paper p
        left join paper_suspension s on s.paper = p.id and not exists (select 1 from paper_lifting l where l.suspension = s.id)
        left join paper_revocation r on r.paper = p.id
        left join paper n on n.replaces = p.id
        """

    init(_ row: inout Row) throws {
        (id, kind) = (try row(), try row())
        about = Subject(kind: try row(), id: try row())
        (institution, region, holder, number) = (try row(), try row(), try row(), try row())
        guard let claims = Claims(canonical: try row()) else { throw StorageFailure.refused(what: "paper.claims are not claims") }
        self.claims = claims
        (code, issued, validUntil, replaces) = (try row(), try row(), try row.maybe(), try row.maybe())
        let suspension: (String?, Party?, Instant?) = (try row.maybe(), try row.maybe(), try row.maybe())
        let revocation: (String?, Party?, Instant?) = (try row.maybe(), try row.maybe(), try row.maybe())
        replacedBy = try row.maybe()
        isHolderErased = try row()
        suspended = if let reason = suspension.0, let by = suspension.1, let at = suspension.2 { Suspension(reason: reason, by: by, at: at) } else { nil }
        revoked = if let reason = revocation.0, let by = revocation.1, let at = revocation.2 { Revocation(reason: reason, by: by, at: at) } else { nil }
    }
}
