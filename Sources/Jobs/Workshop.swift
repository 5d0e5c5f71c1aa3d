package import Logging
import ServiceLifecycle
package import Storage
package import Values

/// Does jobs and timers in the background until the program stops.
package struct Workshop: Service {
    private let database: Database
    private let workers: [String: Worker]
    private let timers: [Recurrence]
    private let log: Logger
    private let clock: @Sendable () -> Instant

    /// Tries before a job is set aside as failed, red on the operator's page and in `zhuqi check`.
    private static let mostTries = 8
    /// A claimed job is another's after five minutes; none is begun after four.
    private static let patience = Duration.seconds(240)

    package init(
        database: Database, workers: [Worker], timers: [Recurrence], log: Logger, clock: @escaping @Sendable () -> Instant = { .now }
    ) {
        self.database = database
        self.workers = Dictionary(workers.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        self.timers = timers
        self.log = log
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let did = try await step(now: clock())
                    if did == 0 { try await Task.sleep(for: .milliseconds(300)) }
                } catch is CancellationError { return } catch {
                    log.error("jobs: the queue could not be read", metadata: ["cause": "\(error)"])
                    do { try await Task.sleep(for: .seconds(2)) } catch { return }
                }
            }
        }
    }

    /// Runs the timers that are due and up to ten jobs; answers how many. Tests call it instead of waiting.
    @discardableResult
    package func step(now: Instant) async throws -> Int {
        var did = 0
        for timer in timers where try await isDue(timer, now) {
            do { try await timer.run(now) } catch {
                log.error("timer failed", metadata: ["timer": "\(timer.name)", "cause": "\(error)"])
            }
            did += 1
        }
        let begin = ContinuousClock.now
        var left = try await claim(now)[...]
        while !left.isEmpty, ContinuousClock.now - begin < Workshop.patience {
            let job = left.removeFirst()
            await run(job, now)
            did += 1
        }
        // The others' lock would soon run out while they wait behind slow ones, and two workshops would do them at once.
        if let lock = left.first?.lockedUntil {
            let late = left.map(\.number)
            try await database.write { tx in
                _ = try tx.run("update job set locked_until = 0, tries = tries - 1 where number in (\(list: late)) and locked_until = \(lock)")
            }
        }
        return did
    }

    /// Runs until nothing is due.
    package func drain(now: Instant) async throws { while try await step(now: now) > 0 {} }

    private struct Claimed: Sendable {
        let number: Int64
        let kind: String
        let payload: String
        let tries: Int
        let lockedUntil: Instant

        /// As long as the lock is ours. Where a backup was put back while the job ran, its number may be another's, and what it
        /// did is not there: it was freed, and is done again.
        var itself: SQL { "number = \(number) and kind = \(kind) and payload = \(payload) and locked_until = \(lockedUntil)" }
    }

    private func isDue(_ timer: Recurrence, _ now: Instant) async throws -> Bool {
        let isNear = try await database.read { try $0.value("select next_at from timer where name = \(timer.name)", Instant.self).map { $0 <= now } ?? true }
        guard isNear else { return false }
        return try await database.write { tx in
            try tx.run("insert into timer (name, next_at) values (\(timer.name), \(now)) on conflict (name) do nothing")
            return try tx.run("update timer set next_at = \(now + timer.every) where name = \(timer.name) and next_at <= \(now)") == 1
        }
    }

    private func claim(_ now: Instant) async throws -> [Claimed] {
        let due = try await database.read {
            try $0.exists("select 1 from job where failed_at is null and run_at <= \(now) and locked_until <= \(now) limit 1")
        }
        guard due else { return [] }
        return try await database.write { tx in
            try tx.rows(
                """
                update job set locked_until = \(now + .minutes(5)), tries = tries + 1 where number in (
                    select number from job where failed_at is null and run_at <= \(now) and locked_until <= \(now)
                    order by run_at, number limit 10\(.skipLocked))
                returning number, kind, payload, tries, locked_until
                """
            ) { row in Claimed(number: try row(), kind: try row(), payload: try row(), tries: try row(), lockedUntil: try row()) }.sorted { $0.number < $1.number }
        }
    }

    private func run(_ job: Claimed, _ now: Instant) async {
        do {
            guard let worker = workers[job.kind] else { throw NoWorker(kind: job.kind) }
            // It took the program along each time.
            guard job.tries <= Workshop.mostTries else { throw NeverEnded(kind: job.kind) }
            try await worker.run(job.payload)
            try await database.write { tx in _ = try tx.run("delete from job where \(job.itself)") }
        } catch {
            let final = job.tries >= Workshop.mostTries
            log.log(level: final ? .error : .warning, "job failed", metadata: ["kind": "\(job.kind)", "tries": "\(job.tries)", "cause": "\(error)"])
            let cause = String("\(error)".prefix(500))
            // 2, 4, 8 … seconds, and a little more for each number, so that failures do not come back in step.
            let wait = Span(milliseconds: Int64(1000 << min(job.tries, 10)) + job.number % 997)
            do {
                try await database.write { tx in
                    _ = try tx.run(
                        """
                        update job set locked_until = 0, run_at = \(now + wait), failure = \(cause), failed_at = \(final ? now : nil)
                        where \(job.itself)
                        """)
                }
            } catch { log.error("job could not be put back; it comes again after its lock", metadata: ["cause": "\(error)"]) }
        }
    }

    private struct NoWorker: Error { let kind: String }
    private struct NeverEnded: Error { let kind: String }
}
