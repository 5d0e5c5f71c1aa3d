package import Reference
package import Values
package import Web

/// Who does something, when, and from where. The deeds of cases, meetings, service records and certificates take it as one value.
package struct Occasion: Sendable {
    package let viewer: Viewer
    package let now: Instant
    /// By which deadlines are counted.
    package let days: WorkingDays
    package let address: String

    package init(_ viewer: Viewer, at now: Instant, days: WorkingDays, from address: String = "") {
        self.viewer = viewer
        self.now = now
        self.days = days
        self.address = address
    }

    package init(_ visit: Visit, days: WorkingDays) { self.init(visit.viewer, at: visit.now, days: days, from: visit.address) }
}
