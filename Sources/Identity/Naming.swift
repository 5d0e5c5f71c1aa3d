import Happenings
package import Storage
package import Values

/// What a person is called: said by themselves, or by whoever enters something for them.
package enum Naming {
    struct Named: Happening { static let kind = "person.named"; let subject: Subject }
}

extension Transaction {
    /// Keeps the name. May be repeated: the same name again changes nothing.
    package func name(_ person: ID<Person>, _ name: String, by: Party? = nil, now: Instant) throws {
        guard try run("update person set name = \(name) where id = \(person) and name <> \(name)") == 1 else { return }
        try record(Naming.Named(subject: Subject("person", person)), by: by ?? .person(person), at: now)
    }
}
