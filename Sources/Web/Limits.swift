import Foundation
package import Values

/// How often an address may knock: a bucket for each, which fills again with time. Kept in memory by each node.
package final class Limits: Sendable {
    private let buckets = Buckets()

    package init() {}

    /// Takes one of `most` a minute; answers nil, or the seconds to wait.
    package func take(_ key: String, most: Int, now: Instant) -> Int? { buckets.take(key, most: Double(most), now: now) }

    /// All access to `all` is between `lock` and `unlock`, hence unchecked.
    private final class Buckets: @unchecked Sendable {
        private let lock = NSLock()
        private var all: [String: (level: Double, at: Instant)] = [:]
        private var swept = Instant(milliseconds: 0)

        func take(_ key: String, most: Double, now: Instant) -> Int? {
            lock.lock()
            defer { lock.unlock() }
            // Not at each knock: a storm of addresses would make each one walk through all of them.
            if all.count > 50_000, now - swept > .seconds(10) {
                all = all.filter { now - $0.value.at < .minutes(1) }
                swept = now
            }
            let (level, at) = all[key] ?? (0, now)
            let sunk = max(0, level - Double((now - at).milliseconds) * most / 60_000)
            guard sunk + 1 <= most else { return max(1, Int(((sunk + 1 - most) * 60 / most).rounded(.up))) }
            all[key] = (sunk + 1, now)
            return nil
        }
    }
}
