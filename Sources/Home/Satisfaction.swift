import Cases
import Storage
import Values

/// What owners said: the public figure, from their own words alone (lesson 9).
struct Satisfaction: Sendable {
    let percent: Int
    let count: Int

    /// Nil while there are too few verdicts to speak of.
    static func lastYear(_ reader: Reader, _ now: Instant) throws -> Satisfaction? {
        let (all, good) = try reader.verdicts(since: now - .days(365))
        return all < 20 ? nil : Satisfaction(percent: good * 100 / all, count: all)
    }
}
