/// What the database refused or could not do.
package enum StorageFailure: Error, Equatable {
    /// A key, check or reference said no: somebody was quicker, or the caller is wrong. `what` names table and column or constraint.
    case collision(what: String)
    case refused(what: String)
    /// Two transactions got in each other's way; the driver runs the closure again.
    case retry(String)
    /// Reading or writing the disk failed: what was not acknowledged may be lost, and nothing more is written.
    case disk(String)
    case unreadable(column: Int, as: String)
    case missing
    case newerSchema(unknown: [String])
    case unavailable(String)
    case statement(String)
}
