package import Languages
package import Values

/// The name of a role. Web knows none of them; Identity adds them (`extension Role { static let officer … }`).
package struct Role: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    package let words: Words
    package init(_ name: String, _ words: Words) { self.name = name; self.words = words }
    package static func == (a: Role, b: Role) -> Bool { a.name == b.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
    package var description: String { name }
}

/// A role that a person holds: in which organisation, for which region.
package struct Membership: Hashable, Sendable {
    package let role: Role
    package let organisation: ID<Organisation>?
    /// The significant digits of the region: a region contains what begins with them. Empty for the whole country.
    package let regionPrefix: String
    package init(role: Role, organisation: ID<Organisation>?, regionPrefix: String) {
        self.role = role
        self.organisation = organisation
        self.regionPrefix = regionPrefix
    }
}

/// Who looks at a page: a person with the roles that this session has proved, or somebody unknown.
package struct Viewer: Sendable {
    package let person: ID<Person>?
    package let name: String
    package let memberships: [Membership]
    /// When this session last proved who it is (code, password with factor): changing a number wants it fresh (S9).
    package internal(set) var provedAt: Instant?
    /// The one page that may be seen before the second factor is enrolled; nil when nothing is missing.
    package let mustVisit: String?

    package init(person: ID<Person>?, name: String, memberships: [Membership], provedAt: Instant?, mustVisit: String? = nil) {
        self.person = person
        self.name = name
        self.memberships = memberships
        self.provedAt = provedAt
        self.mustVisit = mustVisit
    }

    package static let anonymous = Viewer(person: nil, name: "", memberships: [], provedAt: nil)

    /// Whether this session proved who it is within the last five minutes (S9).
    package func isFresh(at now: Instant) -> Bool { provedAt.map { now - $0 <= .minutes(5) } ?? false }

    package func holds(_ role: Role) -> Bool { memberships.contains { $0.role == role } }
    package func membership(_ role: Role) -> Membership? { memberships.first { $0.role == role } }
}
