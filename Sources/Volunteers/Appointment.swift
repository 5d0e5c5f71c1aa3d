package import Values

/// A letter of appointment (聘书, clause 2.2d): by the head of the institution, with a number and a term.
package struct Appointment: Sendable, Hashable {
    package let id: ID<Appointment>
    package let person: ID<Person>
    package let institution: ID<Organisation>
    /// 〔2026〕317号
    package let number: String
    package let from: Day
    /// The last day on which it holds.
    package let until: Day
    package let by: ID<Person>
    package let at: Instant
    package internal(set) var ending: Ending?

    /// Ended before its time (解聘、辞聘).
    package struct Ending: Sendable, Hashable {
        package let reason: String
        package let by: ID<Person>
        package let at: Instant
        package init(reason: String, by: ID<Person>, at: Instant) { self.reason = reason; self.by = by; self.at = at }
    }

    package init(
        id: ID<Appointment>, person: ID<Person>, institution: ID<Organisation>, number: String, from: Day, until: Day, by: ID<Person>, at: Instant,
        ending: Ending? = nil
    ) {
        self.id = id
        self.person = person
        self.institution = institution
        self.number = number
        self.from = from
        self.until = until
        self.by = by
        self.at = at
        self.ending = ending
    }

    package func holds(on day: Day) -> Bool { ending == nil && from <= day && day <= until }

    /// Whether it holds now or will.
    func stands(on day: Day) -> Bool { ending == nil && day <= until }
}
