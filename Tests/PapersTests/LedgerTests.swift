import Files
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
    @Test func `what is entered gets the next number, and its proof passes against the signed checkpoint`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            try await database.enter(0..<520)
            try await database.enter(0..<3, in: Cast.otherInstitution)
            let signed = try await database.sign()
            #expect(signed.size == 520)
            let key = try await database.ledgerKey()
            #expect(key.name == "zhuqi.example.cn/ledger/\(Cast.institution)")
            for number in [0, 1, 255, 256, 511, 512, 519] {
                let entry = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, number) })
                #expect(entry.about == "record/r\(number)")
                let file = try ProofFile(try await database.write { try $0.proof(of: entry, site: Registry.site, at: now) })
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
                let signed = try await database.sign()
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
                try await database.enter(0..<5)
                let notes = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                    for _ in 0..<8 { group.addTask { try await database.write { try $0.checkpoint(of: Cast.institution, site: Registry.site, at: now)?.note ?? [] } } }
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
            #expect(try await database.write { try $0.checkpoint(of: Cast.institution, site: Registry.site, at: now) } == nil)
            try await database.enter(0..<1)
            let first = try await database.sign()
            let key = try await database.ledgerKey()
            try await database.enter(1..<2)
            let second = try #require(try await database.write { try $0.checkpoint(of: Cast.institution, site: "http://elsewhere:8080/", at: now) })
            #expect(try await database.ledgerKey() == key)
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
            try await database.enter(0..<3)
            _ = try await database.sign()
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
            try await database.enter(0..<5)
            let entry = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, 3) })
            let old = try ProofFile(try await database.write { try $0.proof(of: entry, site: Registry.site, at: now) })
            let oldKey = try await database.ledgerKey()

            #expect(try await database.write { try $0.renewLedgerKeys(at: now) } == 1)
            #expect(try await database.write { try $0.renewLedgerKeys(at: now) } == 0)
            // The same tree needs no second signature.
            #expect(try await database.sign().note == old.checkpoint)
            try await database.enter(5..<8)
            let signed = try await database.sign()
            let newKey = try await database.ledgerKey()
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

    @Test func `the timer signs what is not signed yet, and nothing twice`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            try await database.enter(0..<2)
            try await database.enter(0..<1, in: Cast.otherInstitution)
            for _ in 0..<3 { try await Ledger.signAll(database, site: Registry.site, at: now) }
            #expect(try await database.read { try $0.count("select count(*) from ledger_checkpoint") } == 2)
            try await database.enter(2..<3)
            try await Ledger.signAll(database, site: Registry.site, at: now)
            #expect(try await database.read { try $0.latestCheckpoint(of: Cast.institution)?.size } == 3)
            #expect(try await database.read { try $0.count("select count(*) from ledger_checkpoint") } == 3)
        }
    }

    @Test func `nothing is signed over a log whose end was cut off, and nothing is entered in a broken tile`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            try await database.enter(0..<5)
            _ = try await database.sign()
            _ = try await database.write { try $0.run("update ledger set size = 4") }
            await #expect(throws: Ledger.Failure.broken("size 4, checkpoint 5")) { _ = try await database.write { try $0.checkpoint(of: Cast.institution, site: Registry.site, at: now) } }
            _ = try await database.write { tx in
                try tx.run("update ledger set size = 5")
                try tx.run("update ledger_tile set hashes = \([UInt8](repeating: 0, count: 32))")
            }
            await #expect(throws: Ledger.Failure.broken("tile/0/000.p/5")) { try await database.enter(5..<6) }
            #expect(try await database.read { try $0.ledgerSize(Cast.institution) } == 5)
        }
    }
}
