import Identity
package import Storage
package import Values

/// What a volunteer is called by on papers, never by the identity number: six digits of the region, four of the year, five in
/// sequence, one check character (ISO 7064 MOD 11-2).
package struct VolunteerNumber: Sendable, Equatable {
    package let text: String

    package init?(_ text: String) {
        guard text.count == 16, let last = text.last, VolunteerNumber.check(String(text.dropLast())) == last else { return nil }
        self.text = text
    }

    init(region: String, year: Int, place: Int) {
        func padded(_ number: Int, _ width: Int) -> String { String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)" }
        let body = "\(region.prefix(6))\(padded(year, 4))\(padded(place, 5))"
        text = body + String(VolunteerNumber.check(body) ?? "0")
    }

    static func check(_ digits: String) -> Character? {
        var sum = 0
        for digit in digits {
            guard digit.isASCII, let value = digit.wholeNumberValue else { return nil }
            sum = (sum + value) * 2 % 11
        }
        let value = (12 - sum) % 11
        return value == 10 ? "X" : Character("\(value)")
    }

    static let migration = Migration(
        "Records", 2,
        [
            "create table volunteer_sequence (region \(.text) not null, year \(.int) not null, last \(.int) not null check (last between 1 and 99999), primary key (region, year))\(.strict)",
            "create table volunteer_number (person \(.text) not null primary key references person (id), number \(.text) not null unique, at \(.int) not null)\(.strict)",
        ])
}

extension Transaction {
    /// A person's number; given the first time that it is asked for.
    package func volunteerNumber(of person: ID<Person>, region: String, at now: Instant) throws -> VolunteerNumber {
        if let known = try value("select number from volunteer_number where person = \(person)", String.self).flatMap(VolunteerNumber.init) { return known }
        let year = now.day.parts.year
        let place: Int = try one(
            """
            insert into volunteer_sequence (region, year, last) values (\(region), \(year), 1)
            on conflict (region, year) do update set last = volunteer_sequence.last + 1 returning last
            """) { try $0() }
        let number = VolunteerNumber(region: region, year: year, place: place)
        try run("insert into volunteer_number (person, number, at) values (\(person), \(number.text), \(now))")
        return number
    }
}
