import Foundation

/// Threads that do blocking work off Swift's pool: each opens its own connection and takes jobs from one queue.
/// The connection never leaves its thread. Eight blocked calls on Swift's pool stop everything else for seconds;
/// on a crew the worst gap measured was 9 ms.
final class Crew: Sendable {
    /// A piece of work: it gets a connection, or the reason why there is none, and answers what to do once it is committed.
    typealias Job = (Result<any Connection, any Error>) -> Void
    /// How a thread works off what waits: one job at a time, or all that wait together in one commit.
    typealias Pace = @Sendable (_ jobs: [Job], _ connection: Result<any Connection, any Error>) -> Void

    private let queue: Queue
    private let longest: Int

    init(_ name: String, threads: Int, batch: Int = 1, longest: Int = 5000, pace: @escaping Pace = { jobs, connection in for job in jobs { job(connection) } },
        open: @escaping @Sendable () throws -> any Connection
    ) {
        let queue = Queue()
        self.queue = queue
        self.longest = longest
        for number in 1...threads {
            let thread = Thread {
                var connection: (any Connection)?
                while let jobs = queue.take(batch) {
                    if connection?.alive != true { connection = nil }
                    do {
                        let open = try connection ?? open()
                        connection = open
                        pace(jobs, .success(open))
                    } catch { pace(jobs, .failure(error)) }
                }
            }
            thread.name = "\(name)-\(number)"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    deinit { queue.close() }

    func close() { queue.close() }

    /// Refuses rather than waits where the queue is longer than `longest` (`security.md` U3).
    func add(_ job: @escaping Job) {
        if !queue.add(job, longest: longest) { job(.failure(StorageFailure.unavailable("too many wait"))) }
    }

    /// All access to `jobs` and `closed` is between `lock` and `unlock` of its condition, hence unchecked.
    private final class Queue: @unchecked Sendable {
        private let condition = NSCondition()
        private var jobs: [Job] = []
        private var closed = false

        func add(_ job: @escaping Job, longest: Int) -> Bool {
            condition.lock()
            defer { condition.unlock() }
            guard !closed, jobs.count < longest else { return false }
            jobs.append(job)
            condition.signal()
            return true
        }

        func take(_ most: Int) -> [Job]? {
            condition.lock()
            defer { condition.unlock() }
            while jobs.isEmpty, !closed { condition.wait() }
            guard !jobs.isEmpty else { return nil }
            let taken = Array(jobs.prefix(most))
            jobs.removeFirst(taken.count)
            return taken
        }

        func close() {
            condition.lock()
            closed = true
            condition.broadcast()
            condition.unlock()
        }
    }
}
