package import Storage
package import Values

extension Reader {
    /// How many experts are appointed today, exact: the front page says it. No two appointments of one expert overlap.
    package func appointedCount(on day: Day) throws -> Int {
        try count("select count(*) from expert_listing where from_day <= \(day) and until_day >= \(day)")
    }
}
