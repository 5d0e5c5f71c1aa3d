package import Storage
package import Values

/// How the jobs stand, for whoever runs the program.
package struct JobCounts: Sendable {
    /// Set aside after the last try: somebody was not told.
    package let failed: Int
    /// Kind and cause of one that failed last.
    package let lastFailure: String?
    /// Due for ten minutes and more: nobody does them.
    package let late: Int
}

extension Reader {
    package func jobCounts(now: Instant) throws -> JobCounts {
        JobCounts(
            failed: try count("select count(*) from job where failed_at is not null"),
            lastFailure: try first("select kind, coalesce(failure, '') from job where failed_at is not null order by failed_at desc, number desc limit 1") {
                "\(try $0(String.self)): \(try $0(String.self))"
            },
            late: try count("select count(*) from job where failed_at is null and run_at <= \(now - .minutes(10)) and locked_until <= \(now)"))
    }
}
