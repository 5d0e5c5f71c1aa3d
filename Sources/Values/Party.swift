/// Somebody who can hold a turn, do a deed or be told of one: a person, an organisation, or the system itself.
package enum Party: Hashable, Sendable {
    case person(ID<Person>)
    case organisation(ID<Organisation>)
    case system

    /// `person:0192…`, as the database writes it.
    package var key: String {
        switch self {
        case .person(let id): "person:\(id)"
        case .organisation(let id): "organisation:\(id)"
        case .system: "system"
        }
    }

    /// Nil for an organisation and the system.
    package var person: ID<Person>? { if case .person(let id) = self { id } else { nil } }

    package init?(key: String) {
        let fields = key.split(separator: ":")
        switch (fields.first, fields.count) {
        case ("system", 1): self = .system
        case ("person", 2): guard let id = ID<Person>(String(fields[1])) else { return nil }; self = .person(id)
        case ("organisation", 2):
            guard let id = ID<Organisation>(String(fields[1])) else { return nil }
            self = .organisation(id)
        default: return nil
        }
    }
}

/// The kinds that a party's id names. Their nouns live in Identity; the rooms below it know only the name.
package enum Person {}
package enum Organisation {}

/// Anything that can be opened, by kind and id: all that the rooms below a noun's own know of it.
package struct Subject: Hashable, Sendable {
    package let kind: String
    package let id: String

    package init(kind: String, id: String) { self.kind = kind; self.id = id }
    package init<Noun>(_ kind: String, _ id: ID<Noun>) { self.init(kind: kind, id: id.text) }
}
