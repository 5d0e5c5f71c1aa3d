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

/// An institution's ledger in the database, on both engines.
@Suite struct LedgerTests {
    static let site = "https://zhuqi.example.cn"

    private func commit(_ database: Database, _ numbers: Range<Int>, in institution: ID<Organisation> = Cast.institution, holder: ID<Person>? = Cast.shen.id) async throws {
        let now = MovingClock().now
        try await database.write { tx in
            for number in numbers {
                try tx.commit(
                    kind: "record", subject: Subject(kind: "record", id: "r\(number)"), institution: institution, holder: holder, payload: [UInt8](text: "{\"minutes\":\(number)}"), at: now)
            }
        }
    }

    private func checkpoint(_ database: Database, of institution: ID<Organisation> = Cast.institution) async throws -> Ledger.Signed {
        let now = MovingClock().now
        return try #require(try await database.write { try $0.checkpoint(of: institution, site: Self.site, at: now) })
    }

    private func key(_ database: Database) async throws -> NoteKey { try NoteKey(#require(try await database.read { try $0.ledgerKeys(of: Cast.institution).first }).text) }

    @Test func `what is entered gets the next number, and its proof passes against the signed checkpoint`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            try await commit(database, 0..<520)
            try await commit(database, 0..<3, in: Cast.otherInstitution)
            let signed = try await checkpoint(database)
            #expect(signed.size == 520)
            let key = try await key(database)
            #expect(key.name == "zhuqi.example.cn/ledger/\(Cast.institution)")
            for number in [0, 1, 255, 256, 511, 512, 519] {
                let entry = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, number) })
                #expect(entry.about == "record/r\(number)")
                let file = try ProofFile(try await database.write { try $0.proof(of: entry, site: Self.site, at: now) })
                #expect(try file.check(content: [UInt8](text: "{\"minutes\":\(number)}"), about: "record/r\(number)", key).size == 520)
                #expect(throws: LedgerRefusal.changedContent) { try file.check(content: [UInt8](text: "{\"minutes\":\(number + 1)}"), about: "record/r\(number)", key) }
                #expect(throws: LedgerRefusal.otherEntry(wanted: "record/x", found: "record/r\(number)")) { try file.check(content: [UInt8](text: "{\"minutes\":\(number)}"), about: "record/x", key) }
            }
            #expect(try await database.read { try $0.ledgerEntries(about: Subject(kind: "record", id: "r2")).map(\.institution) } == [Cast.institution, Cast.otherInstitution])
            let reports = try await LedgerCheck(database).run()
            #expect(reports.map(\.entries) == [520, 3])
            #expect(reports.allSatisfy { $0.isWhole }, "\(reports.flatMap(\.findings).map(\.words.english))")
        }
    }

    /// The row of the ledger is locked until the caller commits.
    @Test func `entries from eight sides never share a number, and leave none out`() async throws {
        try await onBothEngines(Registry.migrations, connections: 8) { database async throws in
            try await inFolder { folder in
                let database = try await Registry(database, folder).database
                let now = MovingClock().now
                try await withThrowingTaskGroup(of: [Int].self) { group in
                    for side in 0..<8 {
                        group.addTask {
                            var numbers: [Int] = []
                            for turn in 0..<40 {
                                let isGivenUp = turn % 10 == 9
                                do {
                                    numbers.append(
                                        try await database.write { tx in
                                            let entry = try tx.commit(
                                                kind: "record", subject: Subject(kind: "record", id: "\(side)-\(turn)"), institution: Cast.institution, payload: [UInt8](text: "\(side) \(turn)"), at: now)
                                            if isGivenUp { throw Changed.mind }
                                            return entry.number
                                        })
                                } catch Changed.mind {}
                            }
                            return numbers
                        }
                    }
                    var all: [Int] = []
                    for try await numbers in group {
                        #expect(numbers == numbers.sorted())
                        all += numbers
                    }
                    #expect(all.sorted() == Array(0..<288))
                }
                let signed = try await checkpoint(database)
                #expect(signed.size == 288)
                let report = try await LedgerCheck(database).run(Cast.institution)
                #expect(report.isWhole && report.entries == 288 && report.opened == 288, "\(report.findings)")
            }
        }
    }

    private enum Changed: Error { case mind }

    @Test func `eight signers at once make one checkpoint of a size, by one key`() async throws {
        try await onBothEngines(Registry.migrations, connections: 8) { database async throws in
            try await inFolder { folder in
                let database = try await Registry(database, folder).database
                let now = MovingClock().now
                try await commit(database, 0..<5)
                let notes = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                    for _ in 0..<8 { group.addTask { try await database.write { try $0.checkpoint(of: Cast.institution, site: Self.site, at: now)?.note ?? [] } } }
                    return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
                }
                #expect(notes.count == 1)
                #expect(try await database.read { try $0.count("select count(*) from ledger_key") } == 1)
            }
        }
    }

    @Test func `a ledger keeps its name when the site moves, and its secret key is nowhere to be read`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            #expect(try await database.write { try $0.checkpoint(of: Cast.institution, site: Self.site, at: now) } == nil)
            try await commit(database, 0..<1)
            let first = try await checkpoint(database)
            let key = try await key(database)
            try await commit(database, 1..<2)
            let second = try #require(try await database.write { try $0.checkpoint(of: Cast.institution, site: "http://elsewhere:8080/", at: now) })
            #expect(try await self.key(database) == key)
            #expect(try Checkpoint(second.note, signedBy: key).size == 2)
            #expect(try Checkpoint(first.note, signedBy: key).size == 1)
            let sealed = try #require(try await database.read { try $0.value("select secret_sealed from ledger_key", String.self) })
            let signer = try #require(try await database.read { try $0.ledgerSigner(Cast.institution) })
            #expect(signer.key == key)
            #expect(sealed.hasPrefix("g1."))
            // Sealed for this institution: it does not open in another's row.
            _ = try await database.write { try $0.run("insert into ledger_key select \(Cast.otherInstitution), 'x', public, secret_sealed, since from ledger_key") }
            await #expect(throws: (any Error).self) { _ = try await database.read { try $0.ledgerSigner(Cast.otherInstitution) } }
        }
        #expect(Ledger.origin(of: Cast.institution, site: "http://localhost:8080") == "localhost:8080/ledger/\(Cast.institution)")
        #expect(Ledger.origin(of: Cast.institution, site: "https://a.cn/zhuqi/") == "a.cn/zhuqi/ledger/\(Cast.institution)")
    }

    @Test func `no user of the program can change what was entered, signed or erased`() async throws {
        try await Registry.on { registry in
            let database = registry.database
            try await commit(database, 0..<3)
            _ = try await checkpoint(database)
            let now = registry.clock.now
            try await database.write { _ = try $0.eraseSalts(of: Cast.shen.id, at: now) }
            let attacks: [SQL] = [
                "update ledger_entry set subject_id = 'x' where number = 0", "delete from ledger_entry where number = 2", "update ledger_checkpoint set size = 2",
                "delete from ledger_checkpoint", "delete from ledger_erasure", "update ledger_erasure set at = 0",
            ]
            for attack in attacks { await #expect(throws: StorageFailure.self) { try await database.write { _ = try $0.run(attack) } } }
            // A second entry of the same number, and one that is no commitment.
            await #expect(throws: StorageFailure.self) {
                try await database.write { _ = try $0.run("insert into ledger_entry select institution, number, kind, subject_kind, subject_id, at, commitment from ledger_entry") }
            }
            await #expect(throws: StorageFailure.self) {
                try await database.write { _ = try $0.run("insert into ledger_entry (institution, number, kind, subject_kind, subject_id, at, commitment) values (\(Cast.institution), 3, 'a', 'a', 'a', 0, \([UInt8(1)]))") }
            }
        }
    }

    /// Signed checkpoints went out before the disk was lost: a second entry 5 by the same key would be a fork.
    @Test func `after a backup is restored a ledger signs under a new name, and what the old key signed stays good`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            try await commit(database, 0..<5)
            let entry = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, 3) })
            let old = try ProofFile(try await database.write { try $0.proof(of: entry, site: Self.site, at: now) })
            let oldKey = try await key(database)

            #expect(try await database.write { try $0.renewLedgerKeys(at: now) } == 1)
            #expect(try await database.write { try $0.renewLedgerKeys(at: now) } == 0)
            // The same tree needs no second signature.
            #expect(try await checkpoint(database).note == old.checkpoint)
            try await commit(database, 5..<8)
            let signed = try await checkpoint(database)
            let newKey = try await key(database)
            #expect(newKey.name == oldKey.name + "/2" && newKey.bytes != oldKey.bytes)
            #expect(throws: LedgerRefusal.otherName(wanted: oldKey.name, found: newKey.name)) { try Checkpoint(signed.note, signedBy: oldKey) }
            #expect(try Checkpoint(signed.note, signedBy: newKey).size == 8)
            #expect(try old.check(entry: entry.commitment, oldKey).size == 5)
            #expect(throws: LedgerRefusal.otherName(wanted: newKey.name, found: oldKey.name)) { try old.check(entry: entry.commitment, newKey) }
            let keys = try await database.read { try $0.ledgerKeys(of: Cast.institution) }
            #expect(keys.map(\.text) == [newKey.text, oldKey.text])
            #expect(keys.map(\.until) == [nil, now])
            #expect(try await database.read { try $0.count("select count(*) from ledger_key where origin = \(oldKey.name)") } == 0)
            let report = try await LedgerCheck(database).run(Cast.institution)
            #expect(report.isWhole && report.checkpoints == 2, "\(report.findings.map(\.words.english))")
        }
    }

    // MARK: Erasure

    @Test func `erasing a person leaves the tree whole and old proofs valid, and nothing to prove anew`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            try await commit(database, 0..<300)
            try await commit(database, 300..<310, holder: Cast.wang.id)
            let entry = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, 7) })
            let old = try ProofFile(try await database.write { try $0.proof(of: entry, site: Self.site, at: now) })
            #expect(try await database.read { try $0.ledgerContent(of: entry) } == [UInt8](text: "{\"minutes\":7}"))

            #expect(try await database.write { try $0.eraseSalts(of: Cast.shen.id, at: now) } == 300)
            #expect(try await database.write { try $0.eraseSalts(of: Cast.shen.id, at: now) } == 0)
            try await database.scrub(Ledger.openings)

            await #expect(throws: Ledger.Failure.erased) { _ = try await database.write { try $0.proof(of: entry, site: Self.site, at: now) } }
            #expect(try await database.read { try $0.ledgerContent(of: entry) } == nil)
            let key = try await key(database)
            #expect(try old.check(content: [UInt8](text: "{\"minutes\":7}"), about: "record/r7", key).size == 310)
            let other = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, 305) })
            #expect(try await database.read { try $0.ledgerContent(of: other) } == [UInt8](text: "{\"minutes\":305}"))
            try await commit(database, 310..<311)
            _ = try await checkpoint(database)
            let report = try await LedgerCheck(database).run(Cast.institution)
            #expect(report.isWhole && report.erased == 300 && report.opened == 11, "\(report.findings.map(\.words.english))")
            #expect(try await database.read { try $0.ledgerErasures(since: now).count } == 300)
            #expect(try await database.read { try $0.ledgerErasures(since: now + .seconds(1)).count } == 0)
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
                try await commit(database, 0..<200)
                try await commit(database, 200..<300, holder: Cast.wang.id)
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

    @Test func `anybody follows the ledger over the web, entry by entry`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            let house = try TestHouse(database, rooms: [WebRoom(), PapersRoom(files: FileStore(folder: registry.folder), baseURL: "")])
            let base = "/ledger/\(Cast.institution)/"
            let browser = house.browser()
            for path in ["checkpoint", "key", "tile/0/000", "tile/entries/000.p/1"] { #expect(try await browser.send(.get, base + path).status == 404) }

            let fetch: Follower.Fetch = { path in
                let shown = try await browser.send(.get, base + path)
                return shown.status == 200 ? shown.bytes : nil
            }
            try await commit(database, 0..<300)
            _ = try await checkpoint(database)
            let shown = try await browser.send(.get, base + "key")
            #expect(shown.header("Content-Type") == "text/plain; charset=utf-8")
            var follower = Follower(try NoteKey(shown.text.trimmingCharacters(in: .newlines)))
            #expect(try await follower.look(fetch).size == 300)
            // More has come, and is signed for later: nothing of it is shown yet.
            try await commit(database, 300..<520)
            #expect(try await browser.send(.get, base + "tile/0/001.p/45").status == 404)
            #expect(try await browser.send(.get, base + "tile/0/001").status == 404)
            #expect(try await browser.send(.get, base + "tile/entries/001.p/45").status == 404)
            _ = try await Ledger.signAll(database, site: Self.site, at: now)
            #expect(try await follower.look(fetch).size == 520)
            for number in [0, 255, 256, 300, 519] {
                let entry = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, number) })
                #expect(try await follower.entry(number, fetch) == entry.commitment)
            }

            let tile = try await browser.send(.get, base + "tile/0/000")
            #expect(tile.bytes.count == 8192)
            #expect(tile.header("Content-Type") == "application/octet-stream")
            #expect(tile.header("Cache-Control") == "public, max-age=31536000, immutable")
            #expect(tile.headers[values: .setCookie].isEmpty)
            #expect(try await browser.send(.get, base + "checkpoint").header("Cache-Control") == "no-cache")
            // What a checkpoint once vouched for is still given.
            #expect(try await browser.send(.get, base + "tile/0/001.p/44").bytes.count == 44 * 32)
            for path in ["tile/0/0", "tile/0/x000/001", "tile/8/000", "tile/0/003", "tile/0/001.p/0", "tile/0/001.p/256", "tile/data/000", "tile/2/000.p/1", "tile/0/x001/x001/x001/001.p/1"] {
                #expect(try await browser.send(.get, base + path).status == 404, "\(path)")
            }
            #expect(try await browser.send(.get, "/ledger/\(Cast.otherInstitution)/checkpoint").status == 404)
        }
    }

    @Test func `the timer signs what is not signed yet, and nothing twice`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            try await commit(database, 0..<2)
            try await commit(database, 0..<1, in: Cast.otherInstitution)
            for _ in 0..<3 { try await Ledger.signAll(database, site: Self.site, at: now) }
            #expect(try await database.read { try $0.count("select count(*) from ledger_checkpoint") } == 2)
            try await commit(database, 2..<3)
            try await Ledger.signAll(database, site: Self.site, at: now)
            #expect(try await database.read { try $0.latestCheckpoint(of: Cast.institution)?.size } == 3)
            #expect(try await database.read { try $0.count("select count(*) from ledger_checkpoint") } == 3)
        }
    }

    @Test func `nothing is signed over a log whose end was cut off, and nothing is entered in a broken tile`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            try await commit(database, 0..<5)
            _ = try await checkpoint(database)
            _ = try await database.write { try $0.run("update ledger set size = 4") }
            await #expect(throws: Ledger.Failure.broken("size 4, checkpoint 5")) { _ = try await database.write { try $0.checkpoint(of: Cast.institution, site: Self.site, at: now) } }
            _ = try await database.write { tx in
                try tx.run("update ledger set size = 5")
                try tx.run("update ledger_tile set hashes = \([UInt8](repeating: 0, count: 32))")
            }
            await #expect(throws: Ledger.Failure.broken("tile/0/000.p/5")) { try await commit(database, 5..<6) }
            #expect(try await database.read { try $0.ledgerSize(Cast.institution) } == 5)
        }
    }
}

extension [UInt8] {
    init(text: String) { self.init(text.utf8) }
}
