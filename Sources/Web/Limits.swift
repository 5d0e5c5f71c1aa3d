import Foundation
package import Values

/// How often an address may knock: a bucket for each, which fills again with time. Kept in memory by each node.
package final class Limits: Sendable {
    private let buckets = Buckets()

    package init() {}

    /// Takes one of `most` within a span; answers nil, or the seconds to wait.
    package func take(_ key: String, most: Int, within span: Span = .minutes(1), now: Instant) -> Int? { buckets.take(key, most: Double(most), within: span, now: now) }

    /// All access to `all` is between `lock` and `unlock`, hence unchecked.
    private final class Buckets: @unchecked Sendable {
        private let lock = NSLock()
        /// `empty` is when nothing of it is left, and it may be forgotten.
        private var all: [String: (level: Double, at: Instant, empty: Instant)] = [:]
        private var swept = Instant(milliseconds: 0)

        func take(_ key: String, most: Double, within span: Span, now: Instant) -> Int? {
            lock.lock()
            defer { lock.unlock() }
            // Not at each knock: a storm of addresses would make each one walk through all of them.
            if all.count > 50_000, now - swept > .seconds(10) {
                all = all.filter { now < $0.value.empty }
                swept = now
            }
            let (level, at, _) = all[key] ?? (0, now, now)
            let each = Double(span.milliseconds) / most
            let sunk = max(0, level - Double((now - at).milliseconds) / each)
            guard sunk + 1 <= most else { return max(1, Int(((sunk + 1 - most) * each / 1000).rounded(.up))) }
            all[key] = (sunk + 1, now, now + Span(milliseconds: Int64((sunk + 1) * each)))
            return nil
        }
    }
}
