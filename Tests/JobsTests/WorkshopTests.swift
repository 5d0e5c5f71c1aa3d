import Logging
import Storage
import Synchronization
import TestSupport
import Testing
import Values

@testable import Jobs

@Suite struct WorkshopTests {
    private let start = MovingClock().now
    private struct Failing: Error {}

    /// Counts what was done, and what was done at the same time.
    private final class Work: Sendable {
        private let state = Mutex<(done: [String: Int], now: Set<String>, twice: Bool)>((done: [:], now: [], twice: false))
        var done: [String: Int] { state.withLock { $0.done } }
        var wasTwiceAtOnce: Bool { state.withLock { $0.twice } }
        func begin(_ name: String) { state.withLock { if !$0.now.insert(name).inserted { $0.twice = true } } }
        func end(_ name: String) { state.withLock { $0.now.remove(name); $0.done[name, default: 0] += 1 } }
    }

    private final class Ended: Sendable {
        private let state = Mutex(false)
        var isSet: Bool { state.withLock { $0 } }
        func set() { state.withLock { $0 = true } }
    }

    private func workshop(_ database: Database, _ workers: [Worker] = [], timers: [Recurrence] = []) -> Workshop {
        Workshop(database: database, workers: workers, timers: timers, log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func worker(_ work: Work) -> Worker {
        Worker("count") { payload in
            work.begin(payload)
            await Task.yield()
            work.end(payload)
        }
    }

    private func enqueue(_ names: [String], at: Instant, _ database: Database) async throws {
        try await database.write { tx in for name in names { try tx.enqueue(Job("count", name), at: at) } }
    }

    private func waiting(_ database: Database) async throws -> Int { try await database.read { try $0.count("select count(*) from job") } }

    @Test func `a job is done when it is due, once, and gone`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let work = Work()
            let shop = workshop(database, [worker(work)])
            try await enqueue(["a"], at: start, database)
            try await enqueue(["later"], at: start + .hours(1), database)
            try await shop.drain(now: start - .seconds(1))
            #expect(work.done == [:])
            try await shop.drain(now: start)
            #expect(work.done == ["a": 1])
            try await shop.drain(now: start + .hours(1))
            #expect(work.done == ["a": 1, "later": 1])
            #expect(try await waiting(database) == 0)
        }
    }

    @Test func `a job that was begun by a program that died is done again when its lock has run out`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let (work, start) = (Work(), start)
            try await enqueue(["a"], at: start, database)
            // As a claim leaves it.
            try await database.write { _ = try $0.run("update job set locked_until = \(start + .minutes(5)), tries = 1") }
            let shop = workshop(database, [worker(work)])
            try await shop.drain(now: start + .minutes(4))
            #expect(work.done == [:])
            try await shop.drain(now: start + .minutes(5))
            #expect(work.done == ["a": 1])
        }
    }

    @Test func `in a database that was put back no job waits for whoever was at work when it was copied`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let (work, start) = (Work(), start)
            try await enqueue(["a", "later"], at: start, database)
            try await database.write { tx in
                try tx.run("update job set locked_until = \(start + .minutes(5)), tries = 1 where payload = 'a'")
                try tx.run("update job set run_at = \(start + .hours(1)) where payload = 'later'")
                try tx.freeJobs()
            }
            try await workshop(database, [worker(work)]).drain(now: start)
            #expect(work.done == ["a": 1])
        }
    }

    @Test func `a job that was freed while it ran is done again, by the database that was put back meanwhile`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let (work, start) = (Work(), start)
            try await enqueue(["a"], at: start, database)
            let worker = Worker("count") { payload in
                if work.done.isEmpty { try await database.write { try $0.freeJobs() } }
                work.begin(payload)
                work.end(payload)
            }
            try await workshop(database, [worker]).drain(now: start)
            #expect(work.done == ["a": 2])
            #expect(try await database.read { try $0.count("select count(*) from job") } == 0)
        }
    }

    @Test func `a job that ends after another took its number leaves that one alone`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let start = start
            try await enqueue(["a"], at: start, database)
            // As when a backup is put back while it runs, and what is asked for next has its number.
            let shop = workshop(database, [Worker("count") { _ in try await database.write { _ = try $0.run("update job set payload = 'other', run_at = \(start + .hours(1)), locked_until = 0") } }])
            _ = try await shop.step(now: start)
            #expect(try await database.read { try $0.values("select payload from job", String.self) } == ["other"])
        }
    }

    @Test func `a job that fails comes back later and later, and is set aside after eight tries`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let tries = Mutex<[Instant]>([])
            let clock = MovingClock(start)
            let shop = workshop(
                database,
                [
                    Worker("count") { _ in
                        tries.withLock { $0.append(clock.now) }
                        throw Failing()
                    }
                ])
            try await enqueue(["a"], at: start, database)
            for _ in 0..<2000 {
                try await shop.drain(now: clock.now)
                clock.pass(.seconds(1))
            }
            let times = tries.withLock { $0 }
            #expect(times.count == 8)
            let pauses = zip(times, times.dropFirst()).map { ($1 - $0).inSeconds }
            for (pause, least) in zip(pauses, [2, 4, 8, 16, 32, 64, 128]) { #expect((least...least + 2).contains(pause), "\(pauses)") }
            let row = try await database.read { try $0.one("select tries, failure, failed_at from job") { (try $0(Int.self), try $0.maybe(String.self), try $0.maybe(Instant.self)) } }
            #expect(row.0 == 8 && row.1 == "Failing()" && row.2 == times.last)
        }
    }

    @Test func `a job that takes the program along each time is set aside as well`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let work = Work()
            try await enqueue(["a"], at: start, database)
            try await database.write { _ = try $0.run("update job set tries = 8") }
            try await workshop(database, [worker(work)]).drain(now: start)
            #expect(work.done == [:])
            #expect(try await database.read { try $0.exists("select 1 from job where failed_at is not null") })
        }
    }

    @Test func `one failing job does not keep the others, nor one that nobody knows how to do`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let (work, start) = (Work(), start)
            try await database.write { tx in
                for n in 0..<15 {
                    try tx.enqueue(Job("fail", "\(n)"), at: start)
                    try tx.enqueue(Job("unknown", "\(n)"), at: start)
                    try tx.enqueue(Job("count", "\(n)"), at: start)
                }
            }
            try await workshop(database, [worker(work), Worker("fail") { _ in throw Failing() }]).drain(now: start)
            #expect(work.done.count == 15)
            #expect(try await waiting(database) == 30)
        }
    }

    @Test func `two workshops never do one job twice`() async throws {
        try await onBothEngines(Job.migrations, connections: 6) { database async throws in
            let (work, start) = (Work(), start)
            try await enqueue((0..<200).map(String.init), at: start, database)
            let shops = [workshop(database, [worker(work)]), workshop(database, [worker(work)])]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for shop in shops { group.addTask { try await shop.drain(now: start) } }
                try await group.waitForAll()
            }
            // One may have found nothing for a moment while the other held the rest.
            try await shops[0].drain(now: start)
            #expect(work.done.count == 200 && work.done.values.allSatisfy { $0 == 1 })
            #expect(!work.wasTwiceAtOnce)
            #expect(try await waiting(database) == 0)
        }
    }

    @Test func `a timer goes off once a period, however many nodes there are`() async throws {
        try await onBothEngines(Job.migrations, connections: 6) { database async throws in
            let rings = Mutex(0)
            let start = start
            let timer = Recurrence("ring", every: .minutes(1)) { _ in rings.withLock { $0 += 1 } }
            let shops = [workshop(database, timers: [timer]), workshop(database, timers: [timer])]
            for seconds in stride(from: 0, to: 600, by: 20) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for shop in shops { group.addTask { try await shop.step(now: start + .seconds(seconds)) } }
                    try await group.waitForAll()
                }
            }
            #expect(rings.withLock { $0 } == 10)
        }
    }

    @Test func `a timer that fails goes off again in its next period, and keeps no other`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let rings = Mutex<[String]>([])
            let shop = workshop(
                database,
                timers: [
                    Recurrence("fails", every: .minutes(1)) { _ in
                        rings.withLock { $0.append("fails") }
                        throw Failing()
                    }, Recurrence("rings", every: .minutes(1)) { _ in rings.withLock { $0.append("rings") } },
                ])
            try await shop.drain(now: start)
            try await shop.drain(now: start + .minutes(1))
            #expect(rings.withLock { $0 } == ["fails", "rings", "fails", "rings"])
        }
    }

    @Test func `a workshop ends when it is told to`() async throws {
        try await onBothEngines(Job.migrations) { database async throws in
            let work = Work()
            let shop = workshop(database, [worker(work)])
            try await enqueue(["a"], at: Instant(milliseconds: 0), database)
            let ended = Ended()
            // Beside the test and not within it: one that does not end fails it, and does not hang it.
            let running = Task {
                try await shop.run()
                ended.set()
            }
            while work.done.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(!ended.isSet)
            running.cancel()
            for _ in 0..<1000 where !ended.isSet { try await Task.sleep(for: .milliseconds(5)) }
            #expect(ended.isSet)
        }
    }
}
