import Documents
import Files
import Happenings
import Identity
import Jobs
import Languages
import Ledgers
import Markup
import Messaging
package import Storage
import Turns
package import Values
import Web

extension Sealing {
    static let migration = Migration(
        "Papers", 3,
        [
            """
            create table sealing (id \(.text) not null primary key, paper \(.text) not null references paper (id),
                institution \(.text) not null references organisation (id), region \(.text) not null,
                way \(.text) not null check (way in ('ink', 'electronic')), by_person \(.text) not null, at \(.int) not null,
                unique (id, by_person))\(.strict)
            """,
            "create index sealing_paper on sealing (paper, id)",
            "create index sealing_institution on sealing (institution, id)",
            "create index sealing_region on sealing (region, id)",
            // Whoever applies does not approve: said here too, so that it cannot be got round.
            """
            create table sealing_approval (sealing \(.text) not null primary key, applicant \(.text) not null, by_person \(.text) not null,
                at \(.int) not null, check (by_person <> applicant), foreign key (sealing, applicant) references sealing (id, by_person))\(.strict)
            """,
            """
            create table sealing_refusal (sealing \(.text) not null primary key references sealing (id), reason \(.text) not null,
                by_person \(.text) not null, at \(.int) not null)\(.strict)
            """,
            """
            create table seal_register (institution \(.text) not null references organisation (id), year \(.int) not null, number \(.int) not null,
                sealing \(.text) not null unique references sealing_approval (sealing), file \(.text) not null unique references file (id),
                sha256 \(.text) not null, by_person \(.text), at \(.int) not null, primary key (institution, year, number))\(.strict)
            """,
            "create index seal_register_file on seal_register (sha256)",
        ] + SQL.appendOnly("sealing_approval") + SQL.appendOnly("seal_register"))

    static let columns: SQL = """
        select s.id, s.paper, s.institution, s.region, s.way, s.by_person, s.at, a.by_person, a.at, r.by_person, r.at, r.reason,
            l.year, l.number, l.by_person, l.at, l.file, l.sha256
        from sealing s left join sealing_approval a on a.sealing = s.id left join sealing_refusal r on r.sealing = s.id
        left join seal_register l on l.sealing = s.id
        """

    init(_ row: inout Row) throws {
        (id, paper, institution, region, way) = (try row(), try row(), try row(), try row(), try row())
        applied = Deed(by: try row(), at: try row())
        let approved: (ID<Person>?, Instant?) = (try row.maybe(), try row.maybe())
        let refused: (ID<Person>?, Instant?, String?) = (try row.maybe(), try row.maybe(), try row.maybe())
        let (year, number): (Int?, Int?) = (try row.maybe(), try row.maybe())
        let stamped: (ID<Person>?, Instant?) = (try row.maybe(), try row.maybe())
        let (file, hash): (ID<StoredFile>?, String?) = (try row.maybe(), try row.maybe())
        if let by = refused.0, let at = refused.1, let reason = refused.2 { state = .refused(Deed(by: by, at: at), reason: reason); return }
        guard let by = approved.0, let at = approved.1 else { state = .applied; return }
        guard let year, let number, let sealed = stamped.1, let file, let hash else { state = .approved(Deed(by: by, at: at)); return }
        state = .sealed(
            approved: Deed(by: by, at: at), Line(year: year, number: number, by: stamped.0, at: sealed, file: file, sha256: hash))
    }

    /// The job that asks the electronic seal's system.
    static let stamping = "sealing.stamp"

    func turn(_ what: Words, permission: String, due: Instant, since: Instant, title: String) -> Turn {
        Turn(
            subject, holder: .organisation(institution), permission: permission, what: what, due: due, since: since, institution: institution, region: region,
            title: title)
    }
}

extension Reader {
    package func sealing(_ id: ID<Sealing>) throws -> Sealing? { try first("\(Sealing.columns) where s.id = \(id)", Sealing.init) }

    /// The newest application for a paper's seal.
    package func sealing(of paper: ID<Paper>) throws -> Sealing? { try first("\(Sealing.columns) where s.paper = \(paper) order by s.id desc limit 1", Sealing.init) }

    /// The newest first, within what the viewer may see; `onlyOpen` leaves out what is sealed or refused.
    func sealings(for viewer: Viewer, onlyOpen: Bool, before: ID<Sealing>?, limit: Int) throws -> [Sealing] {
        let scope = viewer.scope(Permission<Sealing.Sight, Sealing>.see.grants, institution: "s.institution", region: "s.region") { _, _ in nil }
        let open: SQL? = onlyOpen ? "and l.number is null and r.sealing is null" : nil
        return try rows("\(Sealing.columns) where \(scope) \(open) \(before.map { "and s.id < \($0)" as SQL }) order by s.id desc limit \(limit)", Sealing.init)
    }

    /// The paper whose sealed document (scan, or electronic) has this hash.
    func sealedPaper(fileHash hash: String) throws -> Paper? {
        try first("\(Paper.columns) join sealing x on x.paper = p.id join seal_register y on y.sealing = x.id where y.sha256 = \(hash) limit 1", Paper.init)
    }

    func numbers(ofPapers ids: some Collection<ID<Paper>>) throws -> [ID<Paper>: (number: String, kind: Paper.Kind)] {
        guard !ids.isEmpty else { return [:] }
        return Dictionary(
            try rows("select id, number, kind from paper where id in (\(list: Set(ids)))") { row in (try row(ID<Paper>.self), (number: try row(String.self), kind: try row(Paper.Kind.self))) },
            uniquingKeysWith: { first, _ in first })
    }
}

extension Transaction {
    /// Applies for the seal on a paper whose PDF is ready. A room that issues papers calls it; the button on the paper's page does too.
    @discardableResult
    package func applyForSeal(on id: ID<Paper>, way: Sealing.Way, by person: ID<Person>, at now: Instant) throws -> ID<Sealing> {
        let paper = try lockedPaper(id)
        guard paper.standing(on: now.day) == .valid else { throw Sealing.Refusal.notValid }
        guard try paperFile(id) != nil else { throw Sealing.Refusal.notMadeYet }
        switch try sealing(of: id)?.state {
        case nil, .refused: break
        case .applied, .approved, .sealed: throw Sealing.Refusal.openAlready
        }
        let sealing = Sealing(id: ID<Sealing>(at: now), paper: id, institution: paper.institution, region: paper.region, way: way, applied: .init(by: person, at: now), state: .applied)
        try run(
            """
            insert into sealing (id, paper, institution, region, way, by_person, at)
            values (\(sealing.id), \(id), \(sealing.institution), \(sealing.region), \(way), \(person), \(now))
            """)
        try record(Sealing.Applied(subject: sealing.subject, fields: ["paper": id.text, "way": way.rawValue]), by: .person(person), at: now)
        try give(
            sealing.turn(
                Words("批准用印", "Approve the seal"), permission: Permission<Sealing.Approval, Sealing>.approveSeal.name, due: now + .days(2), since: now,
                title: "\(paper.kind.words.chinese) \(paper.number)"))
        return sealing.id
    }

    /// Lock, then load.
    func lockedSealing(_ id: ID<Sealing>) throws -> Sealing {
        _ = try rows("select id from sealing where id = \(id)\(.forUpdate)") { _ in true }
        guard let sealing = try sealing(id) else { throw Problem.notFound }
        return sealing
    }

    func approve(_ sealing: Sealing, by may: May<Sealing.Approval, Sealing>, at now: Instant) throws {
        try sealing.allow(.approve, by: may.person)
        try demand(sealing, by: may.person, at: now)
        try run("insert into sealing_approval (sealing, applicant, by_person, at) values (\(sealing.id), \(sealing.applied.by), \(may.person), \(now))")
        try record(Sealing.Approved(subject: sealing.subject, fields: ["paper": sealing.paper.text]), by: may.by, at: now)
        switch sealing.way {
        case .electronic:
            try endTurn(of: sealing.subject)
            try enqueue(Job(Sealing.stamping, sealing.id.text), at: now)
        case .ink:
            let title = try numbers(ofPapers: [sealing.paper])[sealing.paper].map { "\($0.kind.words.chinese) \($0.number)" } ?? ""
            try give(
                sealing.turn(
                    Words("打印、盖章、传扫描件", "Print, stamp and upload the scan"), permission: Permission<Sealing, Sealing>.seal.name, due: now + .days(3), since: now,
                    title: title))
        }
    }

    /// The seal goes on a paper that still holds, by other hands than its holder's, and is approved by other hands than the applicant's.
    func demand(_ sealing: Sealing, by person: ID<Person>, at now: Instant) throws {
        let paper = try lockedPaper(sealing.paper)
        guard paper.holder != person else { throw Sealing.Refusal.ownPaper }
        let hands = if case .applied = sealing.state { [paper.holder, sealing.applied.by] } else { [paper.holder] }
        if let one = try oneHuman(person, among: hands, called: paper.claims.names) { throw Sealing.Refusal.oneHuman(one) }
        guard paper.standing(on: now.day) == .valid else { throw Sealing.Refusal.notValid }
    }

    func refuse(_ sealing: Sealing, reason: String, by may: May<Sealing.Approval, Sealing>, at now: Instant) throws {
        try sealing.allow(.refuse, by: may.person)
        try run("insert into sealing_refusal (sealing, reason, by_person, at) values (\(sealing.id), \(reason), \(may.person), \(now))")
        try record(Sealing.Refused(subject: sealing.subject, fields: ["paper": sealing.paper.text]), by: may.by, at: now)
        try endTurn(of: sealing.subject)
        try tell(
            Notice(to: sealing.applied.by, .work, about: sealing.subject, key: "sealing.refused", Words("用印申请没有批准", "Your application for the seal was not approved"), place: Sealing.page(sealing.id).text),
            at: now)
    }

    /// The sealed document is frozen beside the paper, and its line stands in the register and in the ledger.
    func enter(_ file: TakenFile, sealing: Sealing, by person: ID<Person>?, at now: Instant) throws {
        guard let paper = try paper(sealing.paper) else { throw Paper.Refusal.missing }
        let stored = try add(file, to: paper.subject, by: person.map(Party.person) ?? .system, now: now)
        let year = now.day.parts.year
        let number: Int = try one(
            """
            insert into paper_sequence (institution, kind, year, last) values (\(sealing.institution), 'seal', \(year), 1)
            on conflict (institution, kind, year) do update set last = paper_sequence.last + 1 returning last
            """
        ) { try $0() }
        try run(
            """
            insert into seal_register (institution, year, number, sealing, file, sha256, by_person, at)
            values (\(sealing.institution), \(year), \(number), \(sealing.id), \(stored), \(file.hash), \(person), \(now))
            """)
        let line = Sealing.Line(year: year, number: number, by: person, at: now, file: stored, sha256: file.hash)
        let payload = CanonicalJSON.object([
            "format": .text("zhuqi.seal.1"), "line": .text(line.name), "paper": .text(paper.number), "way": .text(sealing.way.rawValue),
            "sha256": .text(file.hash), "at": .number(Double(now.milliseconds)),
        ])
        try commit(kind: Sealing.subjectKind, subject: sealing.subject, institution: sealing.institution, holder: paper.holder, payload: payload.bytes, at: now)
        try record(
            Sealing.Sealed(subject: sealing.subject, fields: ["paper": paper.id.text, "line": line.name]), by: person.map(Party.person) ?? .system, at: now)
        try endTurn(of: sealing.subject)
        try tell(
            Notice(to: paper.holder, .work, about: paper.subject, key: "paper.sealed", Words("\(paper.kind.words.chinese)已盖章，可以下载", "Your \(paper.kind.words.english.lowercased()) is sealed and can be downloaded"), place: Paper.page(paper.id).text),
            at: now)
    }
}
