import Documents
import Files
import Foundation
import Identity
import Languages
import Ledgers
import Storage
import TestSupport
import Testing
import Values

@testable import Papers

extension Registry {
    var files: FileStore { FileStore(folder: folder) }
    var making: Making { Making(files: files, drawings: [:], baseURL: Registry.site) }

    /// Issues a paper and makes its PDF.
    func made(_ draft: Paper.Draft = Registry.draft()) async throws -> (paper: Paper, pdf: [UInt8]) {
        let paper = try await issue(draft)
        try await making.make(paper.id, database, now: clock.now)
        return (paper, try await pdf(of: paper.id))
    }

    func pdf(of paper: ID<Paper>) async throws -> [UInt8] {
        let file = try await database.read { reader in try reader.paperFile(paper).flatMap { try reader.file($0) } }
        return try files.bytes(of: try #require(file))
    }

    func trust(_ institution: ID<Organisation> = Cast.institution) async throws -> PaperCheck.Trust { try await database.read { try $0.trust(in: institution) } }
    func key(_ institution: ID<Organisation> = Cast.institution) async throws -> SigningKey { try #require(try await database.read { try $0.signingKey(of: institution) }) }

    /// A PDF that the institution's own key has signed, with any claims and proof.
    func forged(claims: [UInt8]?, proof: [UInt8]?, by key: SigningKey) throws -> [UInt8] {
        let page = Document(title: "志愿服务记录证明", issuer: "黄岩服务中心", maker: "黄岩服务中心", made: clock.now)
        let attachments = [
            claims.map { Attachment(PaperCheck.claimsName, type: "application/json", description: "", $0) },
            proof.map { Attachment(PaperCheck.proofName, type: "text/plain", description: "", $0) },
        ].compactMap { $0 }
        return try SignedPDF(try page.pdf(), .init(title: "证明", author: "黄岩服务中心", reason: "出具", at: clock.now), attachments: attachments, by: key).bytes
    }
}

@Suite("A paper's PDF") struct MakingTests {
    @Test func `is made once, however often and from however many sides the job runs`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.issue()
            let (making, database, now) = (registry.making, registry.database, registry.clock.now)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await making.make(paper.id, database, now: now) } }
                try await group.waitForAll()
            }
            let first = try await registry.pdf(of: paper.id)
            try await making.make(paper.id, database, now: now + .hours(1))
            #expect(try await registry.pdf(of: paper.id) == first)
            #expect(try await database.read { try $0.count("select count(*) from paper_file") } == 1)
            #expect(try await database.read { try $0.count("select count(*) from paper_key") } == 1, "one key, though four sides wanted one")
            #expect(try await database.read { try $0.files(of: paper.subject) }.map(\.name) == ["志愿服务记录证明 \(paper.number).pdf"])
        }
    }

    @Test func `is genuine by what anybody may know alone, and carries the claims to the byte`() async throws {
        try await Registry.on { registry in
            let (paper, pdf) = try await registry.made()
            let trust = PaperCheck.Trust(reading: "# 黄岩服务中心\n" + (try await registry.trust()).text)
            #expect(trust.certificates.count == 2)
            #expect(trust.ledgers.count == 1)
            let genuine = try PaperCheck.check(pdf, trust)
            #expect(genuine.claims == paper.claims)
            #expect(genuine.checkpoint.size >= 1)
            #expect(throws: Never.self) { try PaperCheck.compare(genuine.claims, number: "助企证\(Cast.region)(\(registry.clock.now.day.parts.year))1", name: " 沈国强") }
        }
    }

    @Test func `stays genuine when the holder is erased and the institution has a new key`() async throws {
        try await Registry.on { registry in
            let (paper, pdf) = try await registry.made()
            let now = registry.clock.now
            try await registry.database.write { _ = try $0.eraseSalts(of: paper.holder, at: now) }
            let newer = try SigningKey.make(for: "黄岩服务中心", at: now)
            try await registry.database.write { try $0.add(newer, of: Cast.institution, by: .system, at: now + .seconds(1)) }
            #expect(try await registry.key().certificate == newer.certificate)
            #expect(try PaperCheck.check(pdf, try await registry.trust()).claims == paper.claims)
        }
    }

    /// As when a backup from before the key was put back between signing and keeping.
    @Test func `is not kept with the signature of a key that the institution does not have, and is made again with the one it has`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.issue()
            let (making, database, now) = (registry.making, registry.database, registry.clock.now)
            let gone = try SigningKey.make(for: paper.claims.issuer, at: now)
            #expect(try await !making.sign(paper, by: gone, database, now: now))
            #expect(try await database.read { try $0.paperFile(paper.id) } == nil)
            try await making.make(paper.id, database, now: now)
            #expect(try PaperCheck.check(try await registry.pdf(of: paper.id), try await registry.trust()).claims == paper.claims)
        }
    }

    private func flaw(_ pdf: [UInt8], _ trust: PaperCheck.Trust) -> PaperCheck.Flaw? {
        do throws(PaperCheck.Flaw) { _ = try PaperCheck.check(pdf, trust); return nil } catch { return error }
    }

    @Test func `fails with a sentence of its own for each thing that is wrong`() async throws {
        try await Registry.on { registry in
            let (_, pdf) = try await registry.made()
            let (_, second) = try await registry.made(Registry.draft(about: "2"))
            let (_, foreign) = try await registry.made(Registry.draft(institution: Cast.otherInstitution))
            let (trust, key) = (try await registry.trust(), try await registry.key())
            let file = try PDFFile(pdf)
            let (claims, proof) = (try #require(try file.attachment("claims.json")), try #require(try file.attachment("cert.tlog-proof")))
            let otherProof = try #require(try PDFFile(second).attachment("cert.tlog-proof"))
            let foreignProof = try #require(try PDFFile(foreign).attachment("cert.tlog-proof"))
            #expect(flaw(pdf, trust) == nil)
            // The file
            #expect(flaw([], trust) == .notPDF)
            #expect(flaw([UInt8]("PK".utf8) + pdf, trust) == .notPDF)
            #expect(flaw([UInt8](repeating: 37, count: PaperCheck.largest + 1), trust) == .tooLarge)
            #expect(flaw(try Document(title: "无签名", issuer: "", maker: "", made: registry.clock.now).pdf(), trust) == .unsigned)
            #expect(flaw(Array(pdf.dropLast(1000)), trust) == .cutOff)
            for place in [20, 4000, pdf.count / 2, pdf.count - 300] {
                var changed = pdf
                changed[place] ^= 1
                #expect([.changed, .cutOff, .unsigned].contains(flaw(changed, trust)), "byte \(place)")
            }
            #expect(flaw(pdf + [UInt8]("\n1 0 obj\n<< >>\nendobj\n".utf8), trust) == .appended)
            // Whose signature it is
            if case .unknownKey(let name)? = flaw(foreign, trust) { #expect(name.contains("青羊服务中心")) } else { Issue.record("another institution's paper") }
            let own = try SigningKey.make(for: "黄岩服务中心", at: registry.clock.now)
            if case .unknownKey? = flaw(try registry.forged(claims: claims, proof: proof, by: own), trust) {} else { Issue.record("a key of the same name") }
            // What is attached, by the right key
            #expect(flaw(try registry.forged(claims: claims, proof: proof, by: key), trust) == nil)
            #expect(flaw(try registry.forged(claims: nil, proof: proof, by: key), trust) == .noClaims)
            #expect(flaw(try registry.forged(claims: [32] + claims, proof: proof, by: key), trust) == .unreadableClaims)
            #expect(flaw(try registry.forged(claims: claims, proof: nil, by: key), trust) == .noProof)
            // A claim that was changed
            let more = [UInt8](String(decoding: claims, as: UTF8.self).replacing("312.5小时", with: "812.5小时").utf8)
            #expect(flaw(try registry.forged(claims: more, proof: proof, by: key), trust) == .proof(.changedContent))
            // A proof of another entry, of another ledger, with another key, cut, turned
            if case .proof(.otherEntry)? = flaw(try registry.forged(claims: claims, proof: otherProof, by: key), trust) {} else { Issue.record("a proof of another entry") }
            if case .proof(.otherEntry)? = flaw(try registry.forged(claims: claims, proof: foreignProof, by: key), trust) {} else { Issue.record("a proof of another ledger") }
            if case .proof(.badProof)? = flaw(try registry.forged(claims: claims, proof: [UInt8]("proof".utf8), by: key), trust) {} else { Issue.record("no proof at all") }
            let parsed = try ProofFile(proof)
            let elsewhere = ProofFile(extra: parsed.extra, index: parsed.index + 1, path: parsed.path, checkpoint: parsed.checkpoint).bytes
            if case .proof? = flaw(try registry.forged(claims: claims, proof: elsewhere, by: key), trust) {} else { Issue.record("another number in the ledger") }
            let late = [UInt8](String(decoding: proof, as: UTF8.self).replacing("\n1\n", with: "\n9\n").utf8)
            if late != proof { if case .proof? = flaw(try registry.forged(claims: claims, proof: late, by: key), trust) {} else { Issue.record("a checkpoint of another size") } }
            #expect(flaw(pdf, PaperCheck.Trust(certificates: trust.certificates, ledgers: [])) == .unknownLedger)
            #expect(flaw(pdf, PaperCheck.Trust(certificates: trust.certificates, ledgers: try await registry.trust(Cast.otherInstitution).ledgers)) == .unknownLedger)
            if case .unknownKey? = flaw(pdf, PaperCheck.Trust(certificates: [], ledgers: trust.ledgers)) {} else { Issue.record("nobody is trusted") }
        }
    }

    @Test(arguments: ["助企证331003〔2026〕2号", "助企聘331003〔2026〕1号", "x", ""])
    func `is not the paper of another number`(number: String) throws {
        let claims = try Self.claims()
        #expect(throws: PaperCheck.Flaw.otherNumber(wanted: number, found: claims.number)) { try PaperCheck.compare(claims, number: number, name: nil) }
    }

    @Test(arguments: ["沈国", "沈国强强", "王秀珍", "", " "])
    func `is not the paper of another name`(name: String) throws {
        #expect(throws: PaperCheck.Flaw.otherName(wanted: name)) { try PaperCheck.compare(try Self.claims(), number: nil, name: name) }
    }

    private static func claims() throws -> Claims {
        try Claims(
            id: ID<Paper>(), kind: .certificate, number: "助企证331003〔2026〕1号", code: LongCode(), issuer: "黄岩服务中心", issuedOn: try #require(Day(2026, 11, 24)), validUntil: nil,
            replaces: nil, facts: Registry.draft().facts)
    }
}
