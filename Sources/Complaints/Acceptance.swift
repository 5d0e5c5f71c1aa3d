package import Values

/// The complaint is taken up (受理): from here on the time for its decision runs.
package struct Acceptance: Sendable, Equatable {
    package let by: ID<Person>
    package let at: Instant
    /// By when it is to be decided.
    package let due: Instant
}
