import Languages
import Reference
import Storage
package import Values

// The directory's index: derived from the expert, written anew with each of its deeds, and moved on when a free time has passed.

extension Transaction {
    /// Writes anew what an expert is found and sorted by. Part of every deed that changes an expert.
    func list(_ expert: Expert, now: Instant) throws {
        try run("delete from expert_term where person = \(expert.person)")
        let terms = SearchTerm.all(of: expert).sorted().map { "(\($0), \(expert.person))" as SQL }
        try run("insert into expert_term (term, person) values \(lines: terms)")
        try run("delete from expert_listing where person = \(expert.person)")
        try list([expert], now: now)
        if !expert.appointments.isEmpty {
            try run("insert into expert_place (region) values (\(expert.region)) on conflict (region) do nothing")
        }
    }

    private func list(_ experts: [Expert], now: Instant) throws {
        let lines = experts.flatMap { expert -> [SQL] in
            let stretch = expert.nextStretch(from: now)
            let (from, until) = (stretch?.from ?? .byArrangement, stretch?.past ?? .byArrangement)
            return expert.appointments.filter { $0.stands(on: now.day) }.map { appointment in
                """
                (\(appointment.id), \(expert.person), \(expert.institution), \(expert.region), \(expert.kind.rawValue), \(appointment.from),
                    \(appointment.until), \(from), \(until), \(Pinyin.sortKey(expert.name)))
                """
            }
        }
        guard !lines.isEmpty else { return }
        try run(
            """
            insert into expert_listing (appointment, person, institution, region, kind, from_day, until_day, free_from, free_until, sort_key)
            values \(lines: lines)
            on conflict (appointment) do update set free_from = excluded.free_from, free_until = excluded.free_until
            """)
    }

    /// Moves those on whose free time has passed, and takes out those whose appointment has. Whoever reads first calls it, so
    /// that the order is right without a clock of its own; it may be called at any time.
    package func moveListings(on now: Instant) throws {
        try run("delete from expert_listing where until_day < \(now.day)")
        let people = try values("select distinct person from expert_listing where free_until <= \(now) limit 500", ID<Person>.self)
        try list(try experts(people), now: now)
    }
}

extension Reader {
    func hasPassedListings(now: Instant) throws -> Bool { try exists("select 1 from expert_listing where free_until <= \(now) limit 1") }
}

extension Instant {
    /// Stands where no free times are said, after all others.
    static let byArrangement = Instant(milliseconds: 253_402_214_400_000)
}

extension SQL.StringInterpolation {
    /// Lines of an `insert`, parted by commas. There must be one.
    mutating func appendInterpolation(lines: [SQL]) {
        for (place, line) in lines.enumerated() {
            if place > 0 { appendLiteral(", ") }
            appendInterpolation(line)
        }
    }
}
