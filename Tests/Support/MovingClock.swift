import Synchronization
package import Values

/// A clock that a test moves: no test waits for time to pass.
package final class MovingClock: Sendable {
    private let moment: Mutex<Instant>

    /// Monday 23 November 2026, ten in the morning in China, unless another moment is given.
    package init(_ moment: Instant = Instant(Day(number: 20_780), 10)) { self.moment = Mutex(moment) }

    package var now: Instant { moment.withLock { $0 } }

    package func pass(_ span: Span) { moment.withLock { $0 = $0 + span } }
    package func set(_ instant: Instant) { moment.withLock { $0 = instant } }
}
