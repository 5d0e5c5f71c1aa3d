import Files
import Foundation
import HTTPTypes
import Languages
import Ledgers
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Papers

/// What is erased from a ledger is gone, and the ledger stays whole.
@Suite struct LedgerErasureTests {
    @Test func `erasing a person leaves the tree whole and old proofs valid, and nothing to prove anew`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            try await database.enter(0..<300)
            try await database.enter(300..<310, holder: Cast.wang.id)
            let entry = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, 7) })
            let old = try ProofFile(try await database.write { try $0.proof(of: entry, site: Registry.site, at: now) })
            #expect(try await database.read { try $0.ledgerContent(of: entry) } == [UInt8](text: "{\"minutes\":7}"))

            #expect(try await database.write { try $0.eraseSalts(of: Cast.shen.id, at: now) } == 300)
            #expect(try await database.write { try $0.eraseSalts(of: Cast.shen.id, at: now) } == 0)
            try await database.scrub(Ledger.openings)

            await #expect(throws: Ledger.Failure.erased) { _ = try await database.write { try $0.proof(of: entry, site: Registry.site, at: now) } }
            #expect(try await database.read { try $0.ledgerContent(of: entry) } == nil)
            let key = try await database.ledgerKey()
            #expect(try old.check(content: [UInt8](text: "{\"minutes\":7}"), about: "record/r7", key).size == 310)
            let other = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, 305) })
            #expect(try await database.read { try $0.ledgerContent(of: other) } == [UInt8](text: "{\"minutes\":305}"))
            try await database.enter(310..<311)
            _ = try await database.sign()
            let report = try await LedgerCheck(database).run(Cast.institution)
            #expect(report.isWhole && report.erased == 300 && report.opened == 11, "\(report.findings.map(\.words.english))")
            #expect(try await database.read { try $0.count("select count(*) from ledger_erasure where at = \(now)") } == 300)
        }
    }

    @Test func `an erased salt is nowhere in the database's files`() async throws {
        try await onSQLite(Registry.migrations) { database, path in
            try await inFolder { folder in
                _ = try await Registry(database, folder)
                let now = MovingClock().now
                // Mixed holders and lengths, some longer than a page, and a second erasure after the first.
                let holders = [Cast.shen.id, Cast.wang.id, Cast.lin.id]
                for piece in 0..<20 {
                    try await database.write { tx in
                        for number in 0..<60 {
                            try tx.commit(
                                kind: "record", subject: Subject(kind: "record", id: "\(piece)-\(number)"), institution: Cast.institution, holder: holders[number % 3],
                                payload: [UInt8](text: String(repeating: "秘密\(piece)-\(number);", count: number % 17 == 0 ? 600 : 1 + number % 9)), at: now)
                        }
                    }
                }
                func salts(of person: ID<Person>) async throws -> [[UInt8]] {
                    try await database.read { try $0.values("select salt from ledger_opening where holder = \(person)", [UInt8].self) }
                }
                func found(_ needles: [[UInt8]]) throws -> Int {
                    let files = [path, path + "-wal"].map { FileManager.default.contents(atPath: $0) ?? Data() }
                    return needles.count { needle in files.contains { $0.range(of: Data(needle)) != nil } }
                }
                let (shen, wang, lin) = (try await salts(of: Cast.shen.id), try await salts(of: Cast.wang.id), try await salts(of: Cast.lin.id))
                #expect(try found(shen) == 400 && found(wang) == 400)
                for person in [Cast.shen.id, Cast.wang.id] {
                    #expect(try await database.write { try $0.eraseSalts(of: person, at: now) } == 400)
                    try await database.scrub(Ledger.openings)
                }
                #expect(try found(shen) == 0 && found(wang) == 0)
                #expect(try found(lin) == 400)
                let files = [path, path + "-wal"].map { FileManager.default.contents(atPath: $0) ?? Data() }
                #expect(!files.contains { $0.range(of: Data("秘密3-0;".utf8)) != nil || $0.range(of: Data("秘密3-1;".utf8)) != nil })
                #expect(files.contains { $0.range(of: Data("秘密3-2;".utf8)) != nil })
            }
        }
    }

    @Test func `nor is it in PostgreSQL's own file of the table`() async throws {
        try await onPostgres(Registry.migrations) { database async throws in
            try await inFolder { folder in
                _ = try await Registry(database, folder)
                guard try await database.read({ try $0.exists("select 1 from pg_user where usename = current_user and usesuper") }) else { return }
                try await database.enter(0..<200)
                try await database.enter(200..<300, holder: Cast.wang.id)
                let (shen, wang) = try await database.read { reader in
                    (try reader.values("select salt from ledger_opening where holder = \(Cast.shen.id)", [UInt8].self), try reader.values("select salt from ledger_opening where holder = \(Cast.wang.id)", [UInt8].self))
                }
                func found(_ salts: [[UInt8]]) async throws -> Int {
                    _ = try await database.write { try $0.run("checkpoint") }
                    let file = try #require(try await database.read { try $0.value("select pg_read_binary_file(pg_relation_filepath('ledger_opening'))", [UInt8].self) })
                    return salts.count { Data(file).range(of: Data($0)) != nil }
                }
                #expect(try await found(shen) == 200)
                let now = MovingClock().now
                _ = try await database.write { try $0.eraseSalts(of: Cast.shen.id, at: now) }
                // Overwritten is not gone here: the old rows lie in the file until the table is written anew.
                #expect(try await found(shen) > 0)
                try await database.scrub(Ledger.openings)
                #expect(try await found(shen) == 0)
                #expect(try await found(wang) == 100)
            }
        }
    }

    // MARK: What the public reads
}
