package import Reference
package import Values
package import Web

/// Who does something to a case, when, and from where. The deeds of cases and of meetings take it as one value.
package struct Occasion: Sendable {
    let viewer: Viewer
    let now: Instant
    /// By which deadlines are counted.
    let days: WorkingDays
    let address: String

    package init(_ viewer: Viewer, at now: Instant, days: WorkingDays, from address: String = "") {
        self.viewer = viewer
        self.now = now
        self.days = days
        self.address = address
    }

    init(_ visit: Visit, days: WorkingDays) { self.init(visit.viewer, at: visit.now, days: days, from: visit.address) }
}
