import Crypto
import Documents
import Files
import Foundation
import Identity
import Languages
import Ledgers
import Markup
package import Storage
import Values
import Web

/// Checking a paper (核验), open to anybody: by the square code, by number and name, or by the file itself.
struct Verify: Sendable {
    static let page = Path("verify")
    static let file = Path("verify/file")
    static let code = Path("verify/*", PathText.self)

    /// Tries that find nothing, from one network in an hour (R3).
    static let triesPerHour = 20

    static let number = Field<String>.text(
        "number", Words("编号", "Number"), hint: Words("照纸上写，如：助企证330000〔2026〕42号。括号用哪种都行", "As printed, such as 助企证330000〔2026〕42号; any kind of bracket will do"), longest: 60)
    static let name = Field<String>.text("name", Words("持有人姓名", "Name of the holder"), hint: Words("纸上写的那一位", "The person whom the paper names"), longest: 60)

    /// What a check found.
    enum Finding: Sendable {
        case paper(Found)
        case unknown
        case flawed(PaperCheck.Flaw)
    }

    struct Found: Sendable {
        let paper: Paper
        let standing: Paper.Standing
        /// The number of the paper that replaces it.
        let newer: String?
        let telephone: String
        /// Who answers for it where the institution is designated no more: its superior (民发〔2015〕149号).
        let successor: (name: String, telephone: String)?
    }

    func show(_ visit: Visit) async throws -> Answer {
        var form = Form()
        form.fill(Verify.number, visit.question("number"))
        return answer(visit, form, nil)
    }

    /// The page that the square code opens. A code cannot be guessed, and trying many is stopped all the same.
    func show(_ visit: Visit, code text: String) async throws -> Answer {
        let code = LongCode(typed: text)
        let now = visit.now
        let finding = try await visit.read { reader in try code.flatMap { try reader.paper(code: $0) }.map { try reader.finding($0, on: now.day) } }
        guard let finding else {
            try await count(visit, now)
            return answer(visit, Form(), .unknown)
        }
        return answer(visit, Form(), finding)
    }

    func check(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["number", "name"])
        let (typed, name) = (form.value(Verify.number), form.value(Verify.name))
        guard form.isGood, let typed, let name else { return answer(visit, form, nil) }
        let now = visit.now
        // Both must fit: whether it is the number or the name that does not, nobody is told.
        let finding = try await visit.read { reader -> Finding? in
            guard let paper = try reader.paper(numbered: typed), paper.claims.isNamed(name) else { return nil }
            return try reader.finding(paper, on: now.day)
        }
        try await count(visit, now, isFound: finding != nil)
        return answer(visit, form, finding ?? .unknown)
    }

    func checkFile(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form([], files: 1, filesEach: PaperCheck.largest)
        guard let upload = form.uploads.first else {
            form.wrong(named: "file", Words("还没有选PDF文件", "No PDF is chosen yet"))
            return answer(visit, form, nil)
        }
        form.uploads = []
        defer { upload.forget() }
        if let wait = visit.limits.take("verify file \(visit.network)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
        do {
            let (paper, words) = try await check(file: [UInt8](try Data(contentsOf: URL(fileURLWithPath: upload.path))), visit)
            return .see(Verify.code(PathText(paper.code.text)), saying: words)
        } catch let flaw as PaperCheck.Flaw { return answer(visit, form, .flawed(flaw)) }
    }

    /// Counted in a transaction that is kept. Whoever has tried too often gets no answer, not even to what is right.
    private func count(_ visit: Visit, _ now: Instant, isFound: Bool = false) async throws {
        let key = visit.site.database.vault.hash(visit.network, for: "verify")
        let tries = try await visit.write { tx in isFound ? try tx.paperTries(key, now: now) + 1 : try tx.countPaperTry(key, now: now) }
        guard tries <= Verify.triesPerHour else {
            throw Problem(
                "tooManyChecks", status: 429, Words("这个网络一小时内核验不到的次数太多了", "Too many checks from this network found nothing"),
                Words("每小时最多\(Verify.triesPerHour)次。请过一小时再试，或者扫纸上的二维码；急用请打出具机构的电话。", "At most \(Verify.triesPerHour) an hour. Please try again in an hour, or scan the paper's square code; if it is urgent, call the issuing institution."),
                retryAfter: 3600)
        }
    }

    /// The file must be whole by itself, and say what was issued.
    private func check(file pdf: [UInt8], _ visit: Visit) async throws -> (Paper, Words) {
        let hash = SHA256.hash(data: pdf).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        // The stamped scan, and what an electronic seal made of the paper, are known by their bytes.
        if let sealed = try await visit.read({ try $0.sealedPaper(fileHash: hash) }) { return (sealed, Words("这是登记过的盖章件，一个字节都没有变", "This is the registered sealed document, to the byte")) }
        let paper = try await PaperCheck.check(pdf, visit.site.database).paper
        return (paper, Words("文件的签名、内容和台账证明都对得上", "The file's signature, contents and ledger proof all fit"))
    }

    private func answer(_ visit: Visit, _ form: Form, _ finding: Finding?) -> Answer { .page(VerifyPage(form: form, finding: finding, now: visit.now).page) }
}

extension PaperCheck {
    /// Checks a file against what this installation has issued: the same paper, by the keys of its institution.
    package static func check(_ pdf: [UInt8], _ database: Database) async throws -> (paper: Paper, genuine: Genuine) {
        let claims = try unverifiedClaims(pdf)
        let found = try await database.read { reader in try reader.paper(code: claims.code).map { ($0, try reader.trust(in: $0.institution)) } }
        guard let (paper, trust) = found else { throw Flaw.notIssuedHere(claims.issuer) }
        let genuine = try check(pdf, trust)
        guard genuine.claims.canonical == paper.claims.canonical else { throw Flaw.proof(.changedContent) }
        return (paper, genuine)
    }
}

extension Reader {
    fileprivate func finding(_ paper: Paper, on day: Day) throws -> Verify.Finding {
        let standing = paper.standing(on: day)
        let newer: String? = if case .replaced(let id) = standing { try self.paper(id)?.number } else { nil }
        let issuer = try organisation(paper.institution)
        let isDesignated = try designations(of: paper.institution).contains { $0.holds(on: day) }
        let superior = isDesignated ? nil : try issuer?.parent.flatMap { try organisation($0) }
        return .paper(
            Verify.Found(
                paper: paper, standing: standing, newer: newer, telephone: issuer?.telephone ?? "",
                successor: superior.map { ($0.name, $0.telephone) }))
    }

    /// How often an address has looked for what is not there, in this hour.
    func paperTries(_ address: String, now: Instant) throws -> Int {
        try value("select count from paper_try where address = \(address) and hour = \(now.milliseconds / 3_600_000)", Int.self) ?? 0
    }
}

extension Transaction {
    func countPaperTry(_ address: String, now: Instant) throws -> Int {
        try one(
            """
            insert into paper_try (address, hour, count) values (\(address), \(now.milliseconds / 3_600_000), 1)
            on conflict (address, hour) do update set count = paper_try.count + 1 returning count
            """
        ) { try $0() }
    }

    func forgetPaperTries(now: Instant) throws { try run("delete from paper_try where hour < \(now.milliseconds / 3_600_000 - 1)") }
}
