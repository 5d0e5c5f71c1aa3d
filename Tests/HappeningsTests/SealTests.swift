import Jobs
package import Storage
import TestSupport
import Testing
import Values

@testable import Happenings

/// Whoever holds the database itself can drop the triggers. They are found out (L2).
@Suite struct SealTests {
    private let now = MovingClock().now

    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statements: [SQL]
        let verdict: Seal.Verdict
        init(_ name: String, _ statements: [SQL], seal: Int64, happening: Int64, _ why: String) {
            testDescription = name
            self.statements = statements
            verdict = .broken(seal: seal, happening: happening, why: why)
        }
    }

    private static let changed = "the happening or its seal was changed"

    static let attacks = [
        Attack("one letter of a field", ["update happening set fields = 'n=X' where number = 7"], seal: 7, happening: 7, changed),
        Attack("who did it", ["update happening set by_party = 'system' where number = 7"], seal: 7, happening: 7, changed),
        Attack("when, by a millisecond", ["update happening set at = at + 1 where number = 7"], seal: 7, happening: 7, changed),
        Attack("how it ended", ["update happening set outcome = 'denied' where number = 7"], seal: 7, happening: 7, changed),
        Attack("from where", ["update happening set address = '' where number = 7"], seal: 7, happening: 7, changed),
        Attack("a letter moved to the next field", ["update happening set kind = 'box.openedb', subject_kind = 'ox' where number = 7"], seal: 7, happening: 7, changed),
        Attack("the first one", ["update happening set fields = '' where number = 1"], seal: 1, happening: 1, changed),
        Attack("the last one", ["update happening set fields = '' where number = 20"], seal: 20, happening: 20, changed),
        Attack("a happening is gone", ["delete from happening where number = 7"], seal: 7, happening: 7, "the happening is missing"),
        Attack("the last happening is gone", ["delete from happening where number = 20"], seal: 20, happening: 20, "the happening is missing"),
        Attack("a seal is gone", ["delete from seal where number = 7"], seal: 7, happening: 8, "a seal is missing"),
        Attack("the first seal is gone", ["delete from seal where number = 1"], seal: 1, happening: 2, "a seal is missing"),
        Attack("happening and seal are gone", ["delete from happening where number = 7", "delete from seal where number = 7"], seal: 7, happening: 8, "a seal is missing"),
        Attack(
            "happening and seal are gone, and the numbers closed up",
            ["delete from happening where number = 7", "delete from seal where number = 7", "update seal set number = -number where number > 7", "update seal set number = -number - 1 where number < 0"],
            seal: 7, happening: 8, changed),
        Attack("a seal's hash", ["update seal set hash = (select hash from seal where number = 8) where number = 7"], seal: 7, happening: 7, changed),
        Attack(
            "two happenings changed places",
            ["update seal set happening = -1 where number = 7", "update seal set happening = 7 where number = 8", "update seal set happening = 8 where number = 7"],
            seal: 7, happening: 8, changed),
        Attack(
            "the contents of two changed places",
            [
                "update happening set fields = 'keep' where number = 7", "update happening set fields = (select fields from happening where number = 8) where number = 7",
                "update happening set fields = 'n=7' where number = 8",
            ], seal: 7, happening: 7, changed),
        Attack(
            "one was slipped in and numbers moved on",
            [
                "update seal set number = -number where number > 7", "update seal set number = 1 - number where number < 0",
                "insert into seal (number, happening, hash) values (8, 99, 'forged')",
            ], seal: 8, happening: 99, "the happening is missing"),
    ]

    private func fill(_ database: Database, _ count: Int = 20) async throws {
        let now = now
        try await database.write { tx in for n in 1...count { try tx.record(Opened("box\(n)", ["n": "\(n)"]), by: Cast.lin.party, at: now, from: "192.0.2.7") } }
        try await Seal.sealAll(database)
    }

    private func dropTriggers(_ database: Database) async throws {
        try await database.write { tx in
            for statement in [
                .halves(sqlite: "drop trigger happening_no_update", postgres: "drop trigger happening_append_only on happening"),
                .halves(sqlite: "drop trigger happening_no_delete", postgres: "select 1"), .halves(sqlite: "drop trigger seal_no_update", postgres: "drop trigger seal_append_only on seal"),
                .halves(sqlite: "drop trigger seal_no_delete", postgres: "select 1"),
            ] as [SQL] { _ = try tx.run(statement) }
        }
    }

    @Test func `whatever was done to the trail, its first place is named`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            try await fill(database)
            try await dropTriggers(database)
            let before = try await Seal.verify(database)
            guard case .whole(20, 0, _) = before else {
                Issue.record("\(before)")
                return
            }
            for attack in Self.attacks {
                // Each on the same rows: a transaction that is looked at from within would need another way to read.
                let copy = try await rows(database)
                try await database.write { tx in for statement in attack.statements { _ = try tx.run(statement) } }
                #expect(try await Seal.verify(database) == attack.verdict, "\(attack.testDescription)")
                try await restore(copy, database)
            }
            #expect(try await Seal.verify(database) == before)
        }
    }

    private struct Copy: Sendable {
        let happenings: [[Cell]]
        let seals: [[Cell]]
    }

    private func rows(_ database: Database) async throws -> Copy {
        try await database.read { reader in
            Copy(
                happenings: try reader.rows("select number, kind, subject_kind, subject_id, by_party, at, address, outcome, fields from happening") { row in
                    [try row(Int64.self).cell, try row(String.self).cell, try row(String.self).cell, try row(String.self).cell, try row(String.self).cell, try row(Int64.self).cell, try row(String.self).cell, try row(String.self).cell, try row(String.self).cell]
                }, seals: try reader.rows("select number, happening, hash from seal") { row in [try row(Int64.self).cell, try row(Int64.self).cell, try row(String.self).cell] })
        }
    }

    private func restore(_ copy: Copy, _ database: Database) async throws {
        let overriding = SQL.either(sqlite: "", postgres: "overriding system value")
        try await database.write { tx in
            try tx.run("delete from happening")
            try tx.run("delete from seal")
            for row in copy.happenings {
                try tx.run("insert into happening (number, kind, subject_kind, subject_id, by_party, at, address, outcome, fields) \(overriding) values (\(list: row))")
            }
            for row in copy.seals { try tx.run("insert into seal (number, happening, hash) values (\(list: row))") }
        }
    }

    @Test func `no user of the program can change the trail`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            try await fill(database, 3)
            for statement in ["update happening set fields = ''", "delete from happening", "update seal set hash = ''", "delete from seal"] as [SQL] {
                await #expect(throws: StorageFailure.self) { try await database.write { _ = try $0.run(statement) } }
            }
            guard case .whole(3, 0, _) = try await Seal.verify(database) else {
                Issue.record("broken")
                return
            }
        }
    }

    @Test func `what was cut off at the end shows by the head that was written down`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            try await fill(database)
            guard case .whole(20, 0, let head) = try await Seal.verify(database) else {
                Issue.record("broken")
                return
            }
            #expect(try await database.read { try $0.sealHash(20) } == head)
            try await dropTriggers(database)
            try await database.write { tx in
                try tx.run("delete from seal where number > 17")
                try tx.run("delete from happening where number > 17")
            }
            guard case .whole(17, 0, let other) = try await Seal.verify(database) else {
                Issue.record("broken")
                return
            }
            #expect(other != head)
            #expect(try await database.read { try $0.sealHash(20) } == nil)
        }
    }

    @Test func `what has no seal yet is counted, and a happening that comes late is sealed after those with higher numbers`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            let now = now
            try await fill(database, 3)
            try await database.write { try $0.record(Opened("late"), by: .system, at: now) }
            guard case .whole(3, 1, _) = try await Seal.verify(database) else {
                Issue.record("not counted")
                return
            }
            try await Seal.sealAll(database)
            guard case .whole(4, 0, _) = try await Seal.verify(database) else {
                Issue.record("not sealed")
                return
            }
            #expect(try await database.read { try $0.count("select count(*) from unsealed") } == 0)
        }
    }

    @Test func `several sealers at once make one chain`() async throws {
        try await onBothEngines(happeningSteps, connections: 8) { database async throws in
            let now = now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask { for n in 0..<50 { try await database.write { try $0.record(Opened("\(writer) \(n)"), by: .system, at: now) } } }
                }
                for _ in 0..<2 {
                    group.addTask {
                        for _ in 0..<10 {
                            // A sealer that is too late twice leaves it to the next second.
                            do { try await Seal.sealAll(database) } catch StorageFailure.collision {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await Seal.sealAll(database)
            guard case .whole(200, 0, _) = try await Seal.verify(database) else {
                Issue.record("\(database.engine): broken")
                return
            }
        }
    }

    @Test func `an empty trail is whole`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            try await Seal.sealAll(database)
            #expect(try await Seal.verify(database) == .whole(seals: 0, unsealed: 0, head: ""))
        }
    }
}

/// Rows are copied as they stand.
extension Cell: CellCodable {
    package var cell: Cell { self }
    package init?(cell: Cell) { self = cell }
}
