package import Values

/// Plain numbers made into values of 0…1 that a `Part` can hold.
package enum Score {
    /// Room that is left: 1 with nothing in hand, 0 at the limit and beyond it. A limit of 0 leaves no room.
    /// `open` and `limit` count the same thing over the same time, for instance cases a week.
    package static func load(open: Int, limit: Int) -> Double {
        limit > 0 ? min(max(1 - Double(open) / Double(limit), 0), 1) : 0
    }

    /// half ÷ (half + median): 1 for an answer at once, ½ for one that usually takes `half`, near 0 for one that takes
    /// for ever. Who has not been asked yet gets the ½, neither praise nor blame.
    package static func answer(median: Span?, half: Span) -> Double {
        guard let median, half.milliseconds > 0 else { return 0.5 }
        let time = Double(max(median.milliseconds, 0))
        return Double(half.milliseconds) / (Double(half.milliseconds) + time)
    }

    /// 1 − past ÷ full, never below 0: 1 for whoever has none behind them, falling evenly to 0 at `full`.
    ///
    /// A newcomer has no record and would always stand behind those who have one, and so never get one. As a part with
    /// weight w among weights that sum to W, this lifts a newcomer by at most w ÷ W: enough to be seen among equals, and
    /// never past somebody who fits better by more than that. With w = 1 of W = 10, it is at most 0.1.
    package static func newcomer(past: Int, full: Int = 5) -> Double {
        full > 0 ? min(max(1 - Double(past) / Double(full), 0), 1) : 0
    }
}
