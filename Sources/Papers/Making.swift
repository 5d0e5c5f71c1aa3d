package import Documents
package import Files
import Happenings
import Identity
package import Jobs
import Languages
import Ledgers
import Markup
package import Storage
package import Values
import Web

/// How an issued paper becomes a file: drawn from its claims, its claims and the ledger's proof attached, signed, frozen in
/// the store. Done at least once, by a job; the file that stands first stays.
package struct Making: Sendable {
    let files: FileStore
    let drawings: [Paper.Kind: Paper.Drawing]
    /// Of the site, for the square code.
    let baseURL: String

    package init(files: FileStore, drawings: [Paper.Kind: Paper.Drawing], baseURL: String) {
        self.files = files
        self.drawings = drawings
        self.baseURL = baseURL
    }

    package func worker(_ database: Database, clock: @escaping @Sendable () -> Instant = { .now }) -> Worker {
        Worker(Paper.making) { payload in
            guard let id = ID<Paper>(payload) else { return }
            try await make(id, database, now: clock())
        }
    }

    func make(_ id: ID<Paper>, _ database: Database, now: Instant) async throws {
        guard let paper = try await database.read({ try $0.paper(id) }), try await database.read({ try $0.paperFile(id) }) == nil else { return }
        while try await !sign(paper, by: signingKey(of: paper, database, now), database, now: now) {}
    }

    /// False where the key is not the institution's any more, as when a backup from before it was put back meanwhile: nobody
    /// could check what it signed.
    func sign(_ paper: Paper, by key: SigningKey, _ database: Database, now: Instant) async throws -> Bool {
        let (id, site) = (paper.id, baseURL)
        let proof = try await database.write { tx in
            guard let entry = try tx.ledgerEntries(about: paper.subject).first(where: { $0.kind == paper.kind.rawValue }) else { throw Ledger.Failure.missing }
            return try tx.proof(of: entry, about: paper.claims.about, site: site, at: now)
        }
        let file = try files.freeze(try signed(paper, proof: proof, by: key), name: "\(paper.kind.words.chinese) \(paper.number).pdf", as: .pdf)
        let isKnown: Bool
        var isKept = false
        // A file that no row names is swept away; this is only to be quicker.
        defer { if !isKept { file.forget() } }
        (isKnown, isKept) = try await database.write { tx in
            _ = try tx.rows("select id from paper where id = \(id)\(.forUpdate)") { _ in true }
            guard try tx.certificates(of: paper.institution).contains(where: { $0.own == key.certificate }) else { return (false, false) }
            guard try tx.paperFile(id) == nil else { return (true, false) }
            let stored = try tx.add(file, to: paper.subject, by: .system, now: now)
            try tx.run("insert into paper_file (paper, file, sha256, at) values (\(id), \(stored), \(file.hash), \(now))")
            try tx.record(Paper.Made(subject: paper.subject, fields: ["number": paper.number]), by: .system, at: now)
            return (true, true)
        }
        return isKnown
    }

    /// The institution's key; one is made where there is none.
    private func signingKey(of paper: Paper, _ database: Database, _ now: Instant) async throws -> SigningKey {
        let institution = paper.institution
        if let key = try await database.read({ try $0.signingKey(of: institution) }) { return key }
        let made = try SigningKey.make(for: paper.claims.issuer, at: now)
        return try await database.write { tx in
            _ = try tx.rows("select id from organisation where id = \(institution)\(.forUpdate)") { _ in true }
            // Somebody else's paper of the same institution was quicker.
            if let key = try tx.signingKey(of: institution) { return key }
            try tx.add(made, of: institution, by: .system, at: now)
            return made
        }
    }

    func signed(_ paper: Paper, proof: [UInt8], by key: SigningKey) throws -> [UInt8] {
        let drawn = try document(paper)
        let description = SignedPDF.Description(
            title: "\(drawn.title) \(paper.number)", author: paper.claims.issuer, language: .chinese, reason: "出具\(paper.kind.words.chinese)", at: paper.issued)
        return try SignedPDF(
            try drawn.pdf(), description,
            attachments: [
                Attachment(PaperCheck.claimsName, type: "application/json", description: "文书内容 (RFC 8785)", paper.claims.canonical),
                Attachment(PaperCheck.proofName, type: "text/plain", description: "台账证明 (c2sp.org/tlog-proof)", proof),
            ], by: key
        ).bytes
    }

    /// The paper as it is printed: what its kind draws, in the frame of the house.
    func document(_ paper: Paper) throws -> Document {
        let claims = paper.claims
        var document = (drawings[paper.kind] ?? Making.plain)(claims)
        document.language = .chinese
        document.issuer = claims.issuer
        document.number = claims.number
        document.maker = claims.issuer
        document.made = paper.issued
        var closing = document.closing ?? Document.Closing(lines: [claims.issuer, claims.issuedOn.chinese])
        closing.code = baseURL + Verify.code(PathText(paper.code.text)).text
        closing.note = ["扫码核验，或打开 \(baseURL.split(separator: "/").dropFirst().joined(separator: "/"))/verify，", "输入编号和姓名。"]
        document.closing = closing
        return document
    }

    /// For a kind that draws nothing of its own: a table, and long texts below it.
    static let plain: Paper.Drawing = { claims in
        let isLong = { (fact: Claims.Fact) in fact.value.count > 160 || fact.value.contains("\n") }
        return Document(
            title: claims.kind.words.chinese, issuer: claims.issuer, facts: claims.facts.filter { !isLong($0) }.map { Document.Fact($0.label.chinese, $0.value) },
            blocks: claims.facts.filter(isLong).flatMap { [.heading($0.label.chinese, level: 2), .paragraph($0.value)] }, maker: claims.issuer, made: Instant(claims.issuedOn))
    }
}

extension Paper {
    /// From the claims to what stands on the page. The frame (mark, issuer, number, square code) is the house's; lines of
    /// `closing` (who signs, the day) are the drawing's.
    package typealias Drawing = @Sendable (Claims) -> Document
}

extension Day {
    /// 2026年11月24日, as papers write it.
    package var chinese: String { "\(parts.year)年\(parts.month)月\(parts.day)日" }
}

extension Transaction {
    /// Asks anew for the PDF of each paper that has none: where jobs were lost, as in a restored backup.
    package func makePapersAgain(at now: Instant) throws {
        let waiting = try values(
            """
            select p.id from paper p left join paper_file f on f.paper = p.id
            where f.paper is null and not exists (select 1 from job j where j.kind = \(Paper.making) and j.payload = p.id) order by p.id
            """, ID<Paper>.self)
        for id in waiting { try enqueue(Job(Paper.making, id.text), at: now) }
    }
}

extension Reader {
    /// The frozen PDF of a paper; nil while it is being made.
    package func paperFile(_ id: ID<Paper>) throws -> ID<StoredFile>? { try value("select file from paper_file where paper = \(id)", ID<StoredFile>.self) }

    /// The paper whose frozen file has this hash.
    func paper(fileHash hash: String) throws -> Paper? {
        try first("\(Paper.columns) join paper_file f on f.paper = p.id where f.sha256 = \(hash)", Paper.init)
    }
}
