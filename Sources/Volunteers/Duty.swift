import Identity
import Happenings
import Languages
package import Storage
package import Values
package import Web

/// Who is on duty at an institution on a day (值班, clause 3.1c): one officer and at least one expert, whom an urgent need
/// reaches at any hour.
package struct Duty: Sendable, Hashable {
    package enum Kind: String, CellCodable { case officer, expert }

    package let institution: ID<Organisation>
    package let day: Day
    package let person: ID<Person>
    package let kind: Kind

    package init(institution: ID<Organisation>, day: Day, person: ID<Person>, kind: Kind) {
        self.institution = institution
        self.day = day
        self.person = person
        self.kind = kind
    }

    package static let page = Path("duty")

    /// A day on which somebody is missing.
    package struct Gap: Sendable, Hashable {
        package let day: Day
        package let lacksOfficer: Bool
        package let lacksExpert: Bool
    }

    /// The days without an officer or without an expert, from `first` on.
    package static func gaps(from first: Day, days: Int, in duties: [Duty]) -> [Gap] {
        let kinds = Dictionary(grouping: duties, by: \.day).mapValues { Set($0.map(\.kind)) }
        return (0..<days).map { first + $0 }.compactMap { day in
            let there = kinds[day] ?? []
            let gap = Gap(day: day, lacksOfficer: !there.contains(.officer), lacksExpert: !there.contains(.expert))
            return gap.lacksOfficer || gap.lacksExpert ? gap : nil
        }
    }

    /// Proposes who fills the gaps: whoever had the fewest duties so far, in turn; nobody on two days running where it can be
    /// helped. `canServe` says who is there that day.
    static func rotation(
        filling gaps: [Gap], of institution: ID<Organisation>, officers: [ID<Person>], experts: [ID<Person>], known: [Duty], canServe: (ID<Person>, Day) -> Bool
    ) -> [Duty] {
        var load: [ID<Person>: Int] = [:]
        var onDay: [Day: Set<ID<Person>>] = [:]
        func note(_ duty: Duty) {
            load[duty.person, default: 0] += 1
            onDay[duty.day, default: []].insert(duty.person)
        }
        known.forEach(note)
        func next(_ people: [ID<Person>], _ day: Day, isRested: Bool) -> ID<Person>? {
            people.enumerated().filter { canServe($0.element, day) && !(isRested && (onDay[day + -1] ?? []).contains($0.element)) }
                .min { (load[$0.element] ?? 0, $0.offset) < (load[$1.element] ?? 0, $1.offset) }?.element
        }
        var proposed: [Duty] = []
        for gap in gaps {
            for (lacks, people, kind) in [(gap.lacksOfficer, officers, Kind.officer), (gap.lacksExpert, experts, .expert)] where lacks {
                guard let person = next(people, gap.day, isRested: true) ?? next(people, gap.day, isRested: false) else { continue }
                let duty = Duty(institution: institution, day: gap.day, person: person, kind: kind)
                note(duty)
                proposed.append(duty)
            }
        }
        return proposed
    }

    package struct Arranged: Happening {
        package static let kind = "duty.arranged"
        package let subject: Subject
        package let fields: [String: String]
    }

    static let migration = Migration(
        "Volunteers", 2,
        [
            """
            create table duty (institution \(.text) not null references organisation (id), day \(.text) not null, person \(.text) not null references person (id),
                kind \(.text) not null check (kind in ('officer', 'expert')), primary key (institution, day, person))\(.strict)
            """,
            "create index duty_person on duty (person, day)",
        ])
}

/// The duties of one institution, as a thing that one may see or set.
package struct DutyRoster: Reachable, Sendable {
    package let institution: ID<Organisation>
    package var reach: Reach { Reach(institution: institution) }
}

/// Seeing a roster.
enum DutyReading {}

extension Permission where Deed == DutyReading, Noun == DutyRoster {
    /// Those who arrange it, and the auditor (A8).
    static var seeDuty: Self { Permission("duty.see", [Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)]) }
}

extension Permission where Deed == Duty, Noun == DutyRoster {
    static var setDuty: Self { Permission("duty.set", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Reader {
    package func onDuty(_ institution: ID<Organisation>, _ day: Day) throws -> [Duty] { try duties(of: institution, from: day, until: day) }

    /// The officers on duty that day, of any of these institutions.
    package func officersOnDuty(at institutions: Set<ID<Organisation>>, _ day: Day) throws -> [ID<Organisation>: Set<ID<Person>>] {
        guard !institutions.isEmpty else { return [:] }
        let all = try rows("select institution, person from duty where institution in (\(list: institutions)) and day = \(day) and kind = 'officer' limit 5000") { row in
            (institution: try row(ID<Organisation>.self), person: try row(ID<Person>.self))
        }
        return Dictionary(grouping: all, by: \.institution).mapValues { Set($0.map(\.person)) }
    }

    package func duties(of institution: ID<Organisation>, from: Day, until: Day) throws -> [Duty] {
        try rows(
            """
            select institution, day, person, kind from duty where institution = \(institution) and day >= \(from) and day <= \(until)
            order by day, kind desc, person limit 2000
            """
        ) { row in Duty(institution: try row(), day: try row(), person: try row(), kind: try row()) }
    }
}

extension Transaction {
    /// Puts these duties in the place of all that stood on `days`. For the demonstration; a page asks for the proof first.
    package func setDuties(_ duties: [Duty], of institution: ID<Organisation>, on days: [Day]) throws {
        guard let first = days.min(), let last = days.max() else { return }
        try run("delete from duty where institution = \(institution) and day >= \(first) and day <= \(last) and day in (\(list: days))")
        let lines = duties.filter { $0.institution == institution }.map { "(\($0.institution), \($0.day), \($0.person), \($0.kind))" as SQL }
        guard !lines.isEmpty else { return }
        try run("insert into duty (institution, day, person, kind) values \(lines: lines) on conflict (institution, day, person) do nothing")
    }

    func setDuties(_ duties: [Duty], on days: [Day], by may: May<Duty, DutyRoster>, of roster: DutyRoster, at now: Instant, from address: String) throws {
        try setDuties(duties, of: roster.institution, on: days)
        try record(
            Duty.Arranged(subject: Subject("institution", roster.institution), fields: ["days": days.map(\.description).joined(separator: " ")]), by: may.by, at: now,
            from: address)
    }
}
