import Identity
package import Languages
package import Reference
package import Values
package import Web

/// An expert who serves as a volunteer of one institution (志愿专家, clauses 2.1b and 2.2). The person is the id: nobody is
/// entered twice, and whoever signs in with this mobile number is the expert.
package struct Expert: Reachable, Sendable {
    package let person: ID<Person>
    package let institution: ID<Organisation>
    package var name: String
    package var kind: ExpertKind
    package var standing: Standing
    package var employer: String
    /// The employer's credit code: an expert of the owner's own firm is no outsider.
    package var employerCode: String?
    /// The employer's division of GB/T 4754: an expert of a rival firm is asked about first.
    package var industry: String?
    /// The line below the name: 原省模具研究所总工程师，已退休.
    package var headline: Words
    package var biography: Words
    /// The first is the main one; never empty.
    package var domains: [Domain]
    /// Codes of `SubTopics`.
    package var subTopics: [String]
    /// Six digits of GB/T 2260.
    package var region: String
    /// New cases a week that they are willing to take.
    package var weeklyLimit: Int
    package var pause: (from: Day, until: Day)?
    package var freeTimes: [FreeTime]
    package let enteredBy: ID<Person>
    package let enteredAt: Instant
    /// Newest first; one that was renewed before it ran out stands beside its successor.
    package internal(set) var appointments: [Appointment]
    /// Former office, licences, consents: where they may serve.
    package var background = Background()

    static let usualLimit = 3
    package static let limits = 1...20

    package init(
        person: ID<Person>, institution: ID<Organisation>, name: String, kind: ExpertKind, standing: Standing, employer: String, employerCode: String? = nil,
        industry: String? = nil, headline: Words, biography: Words, domains: [Domain], subTopics: [String], region: String, weeklyLimit: Int = Expert.usualLimit,
        pause: (from: Day, until: Day)? = nil, freeTimes: [FreeTime] = [], enteredBy: ID<Person>, enteredAt: Instant, appointments: [Appointment] = []
    ) {
        self.person = person
        self.institution = institution
        self.name = name
        self.kind = kind
        self.standing = standing
        self.employer = employer
        self.employerCode = employerCode
        self.industry = industry
        self.headline = headline
        self.biography = biography
        self.domains = domains
        self.subTopics = subTopics
        self.region = region
        self.weeklyLimit = weeklyLimit
        self.pause = pause
        self.freeTimes = freeTimes
        self.enteredBy = enteredBy
        self.enteredAt = enteredAt
        self.appointments = appointments
    }

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person], .expert: [person]]) }

    package var subject: Subject { Subject("expert", person) }

    /// The appointment that stands, or else the last one there was.
    package var appointment: Appointment? { appointments.first { $0.ending == nil } ?? appointments.first }

    package func appointment(on day: Day) -> Appointment? { appointments.first { $0.holds(on: day) } }

    package func isAppointed(on day: Day) -> Bool { appointment(on: day) != nil }

    /// Whether they were appointed once, and so stood in the directory.
    func wasAppointed(by day: Day) -> Bool { appointments.contains { $0.from <= day } }

    package func isPaused(on day: Day) -> Bool { pause.map { $0.from <= day && day <= $0.until } ?? false }

    /// The first moment from `moment` on at which a meeting can begin; nil when no free times are said, which means by arrangement.
    package func nextFree(after moment: Instant) -> Instant? { nextStretch(from: moment)?.begins }

    /// The stretch of free time that is running or comes next: when it began or begins, when one can meet, and the moment
    /// from which it no longer serves.
    func nextStretch(from moment: Instant) -> (from: Instant, begins: Instant, past: Instant)? {
        var day = moment.day
        if let pause, isPaused(on: day) { day = pause.until + 1 }
        for _ in 0..<16 {
            if let pause, isPaused(on: day) { day = pause.until + 1 }
            let minute = day == moment.day ? moment.minuteOfDay : 0
            for time in freeTimes.sorted() where time.weekday == day.weekday {
                if let start = time.beginning(from: minute) {
                    return (Instant(day, 0, time.from), Instant(day, 0, start), Instant(day, 0, time.last + 1))
                }
            }
            day = day + 1
        }
        return nil
    }

    /// Where an expert stands on the way from entry to the end of service.
    package enum State: Hashable, Sendable {
        /// Waits for the head's appointment.
        case entered
        /// Appointed from a day to come.
        case coming(from: Day)
        case appointed(until: Day)
        case paused(until: Day)
        case expired(on: Day)
        case ended(on: Day)
    }

    package func state(on day: Day) -> State {
        if let running = appointment(on: day) {
            if let pause, isPaused(on: day) { return .paused(until: pause.until) }
            return .appointed(until: running.until)
        }
        if let coming = appointments.filter({ $0.ending == nil && $0.from > day }).map(\.from).min() { return .coming(from: coming) }
        guard let last = appointments.first else { return .entered }
        if let ending = last.ending { return .ended(on: ending.at.day) }
        return .expired(on: last.until)
    }
}

extension Expert {
    /// The public directory and an expert's public page.
    package static let directory = Path("experts")
    package static let page = Path("experts/*", ID<Person>.self)
}

extension Expert {
    /// What staff see: state, contact, appointments, and the deeds that are due.
    package static let staffPage = Path("volunteers/*", ID<Person>.self)
    static let new = Path("volunteers/new")
    static let correction = Path("volunteers/*/correction", ID<Person>.self)
    static let appointing = Path("volunteers/*/appointment", ID<Person>.self)
    static let ending = Path("volunteers/*/ending", ID<Person>.self)
}
