import Synchronization
import TestSupport
import Testing
import Values

@testable import Storage

@Suite struct WriteTests {
    private static let tables = [
        Migration(
            "Write", 1,
            [
                "create table parent (id \(.text) not null primary key)\(.strict)",
                """
                create table seat (n \(.int) not null primary key check (n >= 0), who \(.text) not null, parent \(.text) references parent (id))\(.strict)
                """,
                "create table entry (number \(.serial), what \(.text) not null)\(.strict)",
            ] + SQL.appendOnly("entry"))
    ]

    private struct Taken: Error, Equatable { let by: String }

    /// As a noun's deed does it: reads, refuses in its own words, writes.
    private static func take(_ seat: Int, _ who: String, in tx: Transaction) throws {
        if let holder = try tx.value("select who from seat where n = \(seat)", String.self) { throw Taken(by: holder) }
        try tx.run("insert into seat (n, who) values (\(seat), \(who))")
    }

    @Test func `whoever is too late is told by the noun, in its own words`() async throws {
        try await onBothEngines(Self.tables) { database async throws in
            let runs = Mutex(0)
            // The first run does not see the other's row, as if it came between reading and writing.
            await #expect(throws: Taken(by: "沈国强")) {
                try await database.write { tx in
                    let run = runs.withLock { $0 += 1; return $0 }
                    if run == 1 {
                        try tx.run("insert into seat (n, who) values (1, 'x')")
                        throw StorageFailure.collision(what: "seat")
                    }
                    try tx.run("insert into seat (n, who) values (2, \("沈国强"))")
                    try Self.take(2, "王海燕", in: tx)
                }
            }
            #expect(runs.withLock { $0 } == 2)
            #expect(try await database.read { try $0.count("select count(*) from seat") } == 0)
        }
    }

    @Test func `a key taken twice is a collision, a check and a reference are refused`() async throws {
        try await onBothEngines(Self.tables) { database async throws in
            _ = try await database.write { try $0.run("insert into seat (n, who) values (1, 'a')") }
            let attempts: [(SQL, Bool)] = [
                ("insert into seat (n, who) values (1, 'b')", true), ("insert into seat (n, who) values (-1, 'b')", false),
                ("insert into seat (n, who, parent) values (3, 'b', 'nobody')", false), ("insert into seat (n, who) values (4, null)", false),
            ]
            for (attempt, isCollision) in attempts {
                do {
                    try await database.write { _ = try $0.run(attempt) }
                    Issue.record("\(database.engine) let \(attempt) through")
                } catch StorageFailure.collision { #expect(isCollision) } catch StorageFailure.refused { #expect(!isCollision) }
            }
            #expect(try await database.read { try $0.count("select count(*) from seat") } == 1)
        }
    }

    @Test func `the first row stands where a key is inserted once`() async throws {
        try await onBothEngines(Self.tables) { database async throws in
            let (first, second) = try await database.write { tx in
                (
                    try tx.insertsOnce("insert into seat (n, who) values (1, 'a') on conflict do nothing"),
                    try tx.insertsOnce("insert into seat (n, who) values (1, 'b') on conflict do nothing")
                )
            }
            #expect(first && !second)
        }
    }

    @Test func `what is append only is neither changed nor deleted`() async throws {
        try await onBothEngines(Self.tables) { database async throws in
            _ = try await database.write { try $0.run("insert into entry (what) values ('a')") }
            for attempt in ["update entry set what = 'b'", "delete from entry"] as [SQL] {
                await #expect { try await database.write { _ = try $0.run(attempt) } } throws: { error in
                    if case StorageFailure.refused(let what) = error { what.contains("append only") } else { false }
                }
            }
            // Nor replaced: SQLite deletes the old row on the way.
            let key = try await database.read { try $0.value("select number from entry", Int.self) ?? 0 }
            let replacement: SQL = .either(
                sqlite: "insert or replace into entry (number, what) values (1, 'b')", postgres: "insert into entry (number, what) values (1, 'b') on conflict (number) do update set what = 'b'")
            #expect(key == 1)
            await #expect(throws: StorageFailure.self) { try await database.write { _ = try $0.run(replacement) } }
            if database.engine == .postgres {
                await #expect { try await database.write { _ = try $0.run("truncate entry") } } throws: { error in
                    if case StorageFailure.refused = error { true } else { false }
                }
            }
            #expect(try await database.read { try $0.values("select what from entry", String.self) } == ["a"])
        }
    }

    @Test func `a commit is flushed to the disk before it is acknowledged`() async throws {
        try await onBothEngines([]) { database async throws in
            switch database.engine {
            case .sqlite:
                // 2 is FULL: NORMAL loses acknowledged writes in a power cut.
                let synchronous = try await database.write { try $0.value("pragma synchronous", Int.self) }
                #expect(synchronous == 2)
                #expect(try await database.write { try $0.value("pragma journal_mode", String.self) } == "wal")
                #expect(try await database.write { try $0.value("pragma foreign_keys", Int.self) } == 1)
            case .postgres: #expect(try await database.write { try $0.value("show transaction_isolation", String.self) } == "read committed")
            }
        }
    }

    @Test func `a reader writes nothing`() async throws {
        try await onBothEngines(Self.tables) { database async throws in
            await #expect(throws: StorageFailure.self) { try await database.read { try $0.values("insert into entry (what) values ('a') returning what", String.self) } }
            #expect(try await database.read { try $0.count("select count(*) from entry") } == 0)
        }
    }

    @Test func `eight tasks with 400 writes each lose none`() async throws {
        try await onBothEngines(Self.tables, connections: 8) { database async throws in
            try await withThrowingTaskGroup { group in
                for task in 0..<8 {
                    group.addTask {
                        for turn in 0..<400 {
                            try await database.write { _ = try $0.run("insert into seat (n, who) values (\(task * 1000 + turn), \("w\(task)"))") }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.read { try $0.count("select count(*) from seat") } == 3200)
        }
    }

    private struct Broken: Error {}

    @Test func `a write that fails harms none that was committed with it`() async throws {
        try await onBothEngines(Self.tables, connections: 4) { database async throws in
            let failures = await withTaskGroup(of: Bool.self) { group in
                for n in 0..<300 {
                    group.addTask {
                        do {
                            try await database.write { tx in
                                try tx.run("insert into seat (n, who) values (\(n), 'w')")
                                switch n % 6 {
                                case 1: throw Broken()
                                case 3: try tx.run("insert into seat (n, who) values (-1, 'w')")
                                case 5: try tx.run("this is no sql")
                                default: break
                                }
                            }
                            return false
                        } catch { return true }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(failures == 150)
            let kept = try await database.read { try $0.values("select n from seat order by n", Int.self) }
            #expect(kept == (0..<300).filter { $0.isMultiple(of: 2) })
        }
    }

    @Test func `where SQLite gives a whole transaction up, none of it is acknowledged and the next goes on`() async throws {
        let steps = Self.tables + [Migration("Write", 2, ["create trigger giveUp before insert on seat when new.who = 'fatal' begin select raise(rollback, 'given up'); end"])]
        try await onSQLite(steps) { database, _ async throws in
            let kept = await withTaskGroup(of: Int?.self) { group in
                for n in 0..<200 {
                    let who = n % 20 == 7 ? "fatal" : "w"
                    group.addTask {
                        do {
                            try await database.write { _ = try $0.run("insert into seat (n, who) values (\(n), \(who))") }
                            return n
                        } catch { return nil }
                    }
                }
                return await group.reduce(into: [Int]()) { if let n = $1 { $0.append(n) } }
            }
            #expect(try await database.read { try $0.values("select n from seat order by n", Int.self) } == kept.sorted())
            // A write that only shared the group is run again, so that the fatal ones alone are lost.
            #expect(kept.count == 190)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `of eight who take a key at once exactly one wins, 400 times`() async throws {
        try await onBothEngines(Self.tables, connections: 8) { database async throws in
            var wins = 0
            for seat in 0..<400 {
                wins += try await withThrowingTaskGroup(of: Bool.self) { group in
                    for who in 0..<8 {
                        group.addTask {
                            do {
                                try await database.write { try Self.take(seat, "w\(who)", in: $0) }
                                return true
                            } catch is Taken { return false }
                        }
                    }
                    let winners = try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                    #expect(winners == 1)
                    return winners
                }
            }
            #expect(wins == 400)
            #expect(try await database.read { try $0.count("select count(*) from seat") } == 400)
        }
    }
}
