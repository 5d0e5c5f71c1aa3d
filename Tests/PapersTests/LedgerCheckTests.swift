import Languages
import Ledgers
import Storage
import TestSupport
import Testing
import Values

@testable import Papers

/// Whoever holds the database itself can drop the triggers. `zhuqi ledger fsck` finds out, and says where.
@Suite struct LedgerCheckTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statements: [SQL]
        /// Each place that must be named, and no other.
        let places: [String]
        init(_ name: String, _ places: [String], _ statements: [SQL]) {
            testDescription = name
            self.places = places
            self.statements = statements
        }
    }

    private static let zeros = [UInt8](repeating: 0, count: 32)

    /// On 520 entries (two full tiles and eight hashes), signed at 1, 300 and 520; entries 100 to 109 are erased.
    static let attacks = [
        Attack("a commitment is changed", ["entry 7", "tile/0/000", "tile/1/000.p/2", "checkpoint 300", "checkpoint 520"], ["update ledger_entry set commitment = \(zeros) where number = 7"]),
        Attack("two entries change places", ["entry 7", "entry 8", "tile/0/000", "tile/1/000.p/2", "checkpoint 300", "checkpoint 520"], [
            "update ledger_entry set commitment = (select commitment from ledger_entry where number = 8) where number = 7",
            "update ledger_entry set commitment = \(zeros) where number = 8",
        ]),
        Attack("a record is given an hour more", ["entry 7"], ["update ledger_opening set content = \([UInt8](text: "{\"minutes\":67}")) where number = 7"]),
        Attack("a salt is changed", ["entry 519"], ["update ledger_opening set salt = \(zeros) where number = 519"]),
        Attack("salt and content are gone without an erasure", ["entry 7"], ["delete from ledger_opening where number = 7"]),
        Attack("an erased content is back", ["entry 105"], ["update ledger_opening set content = \([UInt8](text: "{}")) where number = 105"]),
        Attack("an erasure is taken back", ["entry 105"], ["delete from ledger_erasure where number = 105"]),
        Attack("an entry is gone", ["entry 7"], ["delete from ledger_opening where number = 7", "delete from ledger_entry where number = 7"]),
        Attack("the first entry is gone", ["entry 0"], ["delete from ledger_opening where number = 0", "delete from ledger_entry where number = 0"]),
        Attack("the end is cut off", ["checkpoint 520", "tile/0/002.p/4"], [
            "delete from ledger_opening where number >= 516", "delete from ledger_entry where number >= 516", "update ledger set size = 516",
        ]),
        Attack("the end is cut off, tiles and all", ["checkpoint 520"], [
            "delete from ledger_opening where number >= 516", "delete from ledger_entry where number >= 516", "update ledger set size = 516",
            "update ledger_tile set hashes = \(.halves(sqlite: "substr(hashes, 1, 128)", postgres: "substring(hashes from 1 for 128)")) where level = 0 and number = 2",
        ]),
        Attack("the end is cut off in a full tile", ["checkpoint 520", "tile/0/001.p/244", "tile/1/000.p/1", "tile/0/002"], [
            "delete from ledger_opening where number >= 500", "delete from ledger_entry where number >= 500", "update ledger set size = 500",
        ]),
        Attack("entries are counted less", ["entry 510", "checkpoint 520", "tile/0/001.p/254", "tile/1/000.p/1", "tile/0/002"], ["update ledger set size = 510"]),
        Attack("entries are counted more", ["entry 520", "tile/0/002.p/9"], ["update ledger set size = 521"]),
        Attack("one hash of a full tile", ["tile/0/001"], ["update ledger_tile set hashes = \(.halves(sqlite: "cast(zeroblob(8192) as blob)", postgres: "decode(repeat('00', 8192), 'hex')")) where level = 0 and number = 1"]),
        Attack("a full tile is gone", ["tile/0/001"], ["delete from ledger_tile where level = 0 and number = 1"]),
        Attack("a tile is cut off", ["tile/0/001"], ["update ledger_tile set hashes = \(zeros) where level = 0 and number = 1"]),
        Attack("the growing tile is gone", ["tile/0/002.p/8"], ["delete from ledger_tile where level = 0 and number = 2"]),
        Attack("the growing tile of the second level is changed", ["tile/1/000.p/2"], ["update ledger_tile set hashes = \(zeros + zeros) where level = 1"]),
        Attack("a tile too many", ["tile/0/003"], ["insert into ledger_tile select institution, level, 3, hashes from ledger_tile where level = 0 and number = 2"]),
        Attack("a level too many", ["tile/2/000"], ["insert into ledger_tile select institution, 2, 0, hashes from ledger_tile where level = 0 and number = 2"]),
        Attack("a checkpoint's signature is another's", ["checkpoint 300"], ["update ledger_checkpoint set note = (select note from ledger_checkpoint where size = 520) where size = 300"]),
        Attack("a checkpoint is no note", ["checkpoint 300"], ["update ledger_checkpoint set note = \([UInt8](text: "signed, honestly\n")) where size = 300"]),
        Attack("a checkpoint of more than there is", ["checkpoint 600"], ["insert into ledger_checkpoint select institution, 600, note, at from ledger_checkpoint where size = 520"]),
        Attack("another public key", ["key", "checkpoint 1", "checkpoint 300", "checkpoint 520"], ["update ledger_key set public = \([UInt8](repeating: 9, count: 32))"]),
        Attack("another name of the key", ["checkpoint 1", "checkpoint 300", "checkpoint 520"], ["update ledger_key set origin = 'elsewhere'"]),
        Attack("a sealed key that does not open", ["key"], ["update ledger_key set secret_sealed = 'g1.aaaa.AAAA'"]),
        Attack("the key is gone", ["key"], ["delete from ledger_key"]),
        Attack("one entry slipped in and all made to fit, but not signed", ["entry 7", "checkpoint 300", "checkpoint 520"], []),
    ]

    private static let tables: [(table: SQL, copy: SQL)] = [
        ("ledger", "copy_ledger"), ("ledger_entry", "copy_ledger_entry"), ("ledger_opening", "copy_ledger_opening"), ("ledger_erasure", "copy_ledger_erasure"),
        ("ledger_tile", "copy_ledger_tile"), ("ledger_key", "copy_ledger_key"), ("ledger_checkpoint", "copy_ledger_checkpoint"),
    ]

    private func fill(_ database: Database) async throws {
        let now = MovingClock().now
        try await database.write { tx in
            for number in 0..<520 {
                try tx.commit(
                    kind: "record", subject: Subject(kind: "record", id: "r\(number)"), institution: Cast.institution, holder: number / 10 == 10 ? Cast.wang.id : Cast.shen.id,
                    payload: [UInt8](text: "{\"minutes\":\(number)}"), at: now)
                if [0, 299, 519].contains(number) { _ = try tx.checkpoint(of: Cast.institution, site: Registry.site, at: now) }
            }
            try tx.eraseSalts(of: Cast.wang.id, at: now)
        }
    }

    private func dropTriggers(_ database: Database) async throws {
        let tables: [SQL] = ["ledger_entry", "ledger_checkpoint", "ledger_erasure"]
        try await database.write { tx in
            for table in tables {
                try tx.run(.halves(sqlite: "drop trigger \(table)_no_update", postgres: "drop trigger \(table)_append_only on \(table)"))
                try tx.run(.halves(sqlite: "drop trigger \(table)_no_delete", postgres: "select 1"))
            }
        }
    }

    private func restore(_ database: Database) async throws {
        let tables = Self.tables
        try await database.write { tx in
            for (table, _) in tables.reversed() { try tx.run("delete from \(table)") }
            for (table, copy) in tables { try tx.run("insert into \(table) select * from \(copy)") }
        }
    }

    @Test func `whatever was done to a ledger, the place is named`() async throws {
        try await Registry.on { registry in
            let database = registry.database
            try await fill(database)
            try await dropTriggers(database)
            let tables = Self.tables
            try await database.write { tx in for (table, copy) in tables { try tx.run("create table \(copy) as select * from \(table)") } }
            let before = try await LedgerCheck(database).run(Cast.institution)
            #expect(before.isWhole && before.entries == 520 && before.erased == 10 && before.opened == 510 && before.checkpoints == 3, "\(before.findings)")
            for attack in Self.attacks {
                if attack.statements.isEmpty { try await remake(database) }
                try await database.write { tx in for statement in attack.statements { _ = try tx.run(statement) } }
                let report = try await LedgerCheck(database).run(Cast.institution)
                #expect(Set(report.findings.map(\.place)) == Set(attack.places), "\(database.engine): \(attack.testDescription): \(report.findings.map { "\($0.place): \($0.words.english)" })")
                try await restore(database)
            }
            let after = try await LedgerCheck(database).run(Cast.institution)
            #expect(after.isWhole && after.root == before.root)
        }
    }

    /// Entry 7 is another, and all tiles are made to fit: only what was signed tells.
    private func remake(_ database: Database) async throws {
        let zeros = Self.zeros
        try await database.write { tx in
            try tx.run("update ledger_entry set commitment = \(zeros) where number = 7")
            let entries = try tx.values("select commitment from ledger_entry order by number", [UInt8].self)
            var finished: [Frontier.Finished] = []
            var frontier = Frontier()
            for entry in entries { frontier.append(.leaf(entry)) { finished.append($0) } }
            for tile in finished { try tx.run("update ledger_tile set hashes = \(tile.hashes.bytes) where level = \(tile.level) and number = \(tile.index)") }
            try tx.run("update ledger_tile set hashes = \(frontier.edge[1].bytes) where level = 1 and number = 0")
        }
    }

    @Test func `what a thing says today is compared with what was entered`() async throws {
        try await Registry.on { registry in
            let database = registry.database
            try await fill(database)
            let source: LedgerCheck.Source = { ids, _ in
                Dictionary(
                    uniqueKeysWithValues: ids.compactMap { id in
                        switch id {
                        case "r3": nil
                        case "r4": (id, [UInt8](text: "{\"minutes\":64}"))
                        default: (id, [UInt8](text: "{\"minutes\":\(id.dropFirst())}"))
                        }
                    })
            }
            let report = try await LedgerCheck(database, sources: ["record": source]).run(Cast.institution)
            #expect(report.findings.map(\.place) == ["entry 3", "entry 4"])
            #expect(report.findings.map(\.words.english) == ["record r3 itself is gone", "record r4 says something else today than what was entered"])
            #expect(try await LedgerCheck(database, sources: ["paper": source]).run(Cast.institution).isWhole)
        }
    }

    @Test func `claims of a paper that were changed behind the program's back are found, and so is a paper that is gone`() async throws {
        try await Registry.on { registry in
            let database = registry.database
            let papers = try await [registry.issue(Registry.draft(about: "1")), registry.issue(Registry.draft(about: "2")), registry.issue(Registry.draft(about: "3"))]
            let check = LedgerCheck(database, sources: ["certificate": Paper.ledgerSource])
            #expect(try await check.run(Cast.institution).findings.isEmpty)
            let (changed, gone) = (papers[1].id, papers[2].id)
            try await database.write { tx in
                try tx.run(.halves(sqlite: "drop trigger paper_no_update", postgres: "drop trigger paper_append_only on paper"))
                try tx.run(.halves(sqlite: "drop trigger paper_no_delete", postgres: "select 1"))
                try tx.run("update paper set claims = \([UInt8](text: "{\"hours\":\"400\"}")) where id = \(changed)")
                try tx.run("delete from paper where id = \(gone)")
            }
            #expect(try await check.run(Cast.institution).findings.map(\.words.english) == ["certificate \(changed) says something else today than what was entered", "certificate \(gone) itself is gone"])
        }
    }

    @Test func `a ledger is looked at while entries come in`() async throws {
        try await Registry.on { registry in
            let database = registry.database
            let now = registry.clock.now
            try await fill(database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 520..<600 {
                        try await database.write { _ = try $0.commit(kind: "record", subject: Subject(kind: "record", id: "r\(number)"), institution: Cast.institution, payload: [], at: now) }
                    }
                }
                group.addTask {
                    for _ in 0..<8 {
                        let report = try await LedgerCheck(database).run(Cast.institution)
                        #expect(report.isWhole, "\(report.findings.map { "\($0.place): \($0.words.english)" })")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `no ledger, and a ledger without entries, are whole`() async throws {
        try await Registry.on { registry in
            let database = registry.database
            #expect(try await LedgerCheck(database).run().isEmpty)
            let now = registry.clock.now
            _ = try await database.write { try $0.run("insert into ledger (institution, size, since) values (\(Cast.institution), 0, \(now))") }
            let report = try #require(try await LedgerCheck(database).run().first)
            #expect(report.isWhole && report.entries == 0 && report.root == TreeHash.ofNothing.description)
        }
    }
}
