package import Storage
package import Values

/// Work that can wait, kept in a table in the transaction that wants it, and done at least once: so a job reads what is so
/// when it runs, and may run twice without harm.
package struct Job: Sendable {
    package let kind: String
    /// Ids and field names, never personal values.
    package let payload: String

    package init(_ kind: String, _ payload: String) { self.kind = kind; self.payload = payload }

    package static let migrations = [
        Migration(
            "Jobs", 1,
            [
                """
                create table job (number \(.serial), kind \(.text) not null, payload \(.text) not null, run_at \(.int) not null,
                    locked_until \(.int) not null, tries \(.int) not null, failure \(.text), failed_at \(.int))\(.strict)
                """,
                "create index job_due on job (run_at) where failed_at is null",
                "create table timer (name \(.text) not null primary key, next_at \(.int) not null)\(.strict)",
            ])
    ]
}

extension Transaction {
    /// Puts a job down, to run at `at` or later.
    package func enqueue(_ job: Job, at: Instant) throws {
        try run(
            "insert into job (kind, payload, run_at, locked_until, tries) values (\(job.kind), \(job.payload), \(at), 0, 0)")
    }

    /// Nobody is at work on any job: where a backup was made while some ran, they would wait for a lock that nobody holds.
    package func freeJobs() throws { try run("update job set locked_until = 0 where locked_until > 0") }
}

/// What does the jobs of one kind.
package struct Worker: Sendable {
    let kind: String
    let run: @Sendable (String) async throws -> Void
    package init(_ kind: String, _ run: @escaping @Sendable (_ payload: String) async throws -> Void) { self.kind = kind; self.run = run }
}

/// Recurring work: at most one node does it each time.
package struct Recurrence: Sendable {
    let name: String
    let every: Span
    let run: @Sendable (Instant) async throws -> Void
    package init(_ name: String, every: Span, _ run: @escaping @Sendable (_ now: Instant) async throws -> Void) {
        self.name = name
        self.every = every
        self.run = run
    }
}
