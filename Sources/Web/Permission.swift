package import Storage
package import Values

/// How somebody is tied to a thing of their own: its asker, its expert, the officer who handles it.
package struct Tie: Hashable, Sendable {
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// How far a role reaches with a permission.
package enum Within: Hashable, Sendable {
    case anywhere
    case region
    case institution
    case own(Tie)

    package var text: String {
        switch self {
        case .anywhere: "anywhere"
        case .region: "region"
        case .institution: "institution"
        case .own(let tie): "own:\(tie.name)"
        }
    }
}

package struct Grant: Hashable, Sendable {
    package let role: Role
    package let within: Within
    package init(_ role: Role, _ within: Within) { self.role = role; self.within = within }
}

/// What a permission says, without the types of deed and noun: for routes and the printed table.
package struct PermissionEntry: Sendable {
    package let name: String
    package let grants: [Grant]
}

/// Who may do a deed to a noun. Declared once, in the noun's room, and used by the route and by the deed alike.
package struct Permission<Deed, Noun>: Sendable {
    package let entry: PermissionEntry
    package init(_ name: StaticString, _ grants: [Grant]) { entry = PermissionEntry(name: "\(name)", grants: grants) }
    package var name: String { entry.name }
    package var grants: [Grant] { entry.grants }
}

/// Where a thing stands and whose it is: what a viewer's role is compared with.
package struct Reach: Sendable {
    package var institution: ID<Organisation>?
    /// Six digits; nil for a thing without a place.
    package var region: String?
    package var people: [Tie: Set<ID<Person>>]
    package init(institution: ID<Organisation>? = nil, region: String? = nil, people: [Tie: Set<ID<Person>>] = [:]) {
        self.institution = institution
        self.region = region
        self.people = people
    }
}

package protocol Reachable: Sendable {
    var reach: Reach { get }
}

extension Viewer {
    /// Whether a grant of the permission covers a thing with this reach. Identity alone makes a proof of it.
    package func covers(_ grants: [Grant], _ reach: Reach) -> Bool { covering(grants, reach) != nil }

    package func covering(_ grants: [Grant], _ reach: Reach) -> Membership? {
        for grant in grants {
            for membership in memberships where membership.role == grant.role {
                switch grant.within {
                case .anywhere: return membership
                case .region: if let region = reach.region, region.hasPrefix(membership.regionPrefix) { return membership }
                case .institution:
                    if let institution = reach.institution, institution == membership.organisation { return membership }
                case .own(let tie): if let person, reach.people[tie]?.contains(person) == true { return membership }
                }
            }
        }
        return nil
    }

    /// Whether some role of the viewer appears in the permission at all: the route's first look, before any row is read.
    package func mayKnock(_ grants: [Grant]) -> Bool { grants.contains { grant in memberships.contains { $0.role == grant.role } } }

    /// The same rule as a condition, so that a list, a count or a search holds nothing that its page would refuse (A3).
    /// `own` gives for each tie a condition on the person, such as `need.asker = \(person)`.
    package func scope(_ grants: [Grant], institution: SQL?, region: SQL?, own: (Tie, ID<Person>) -> SQL?) -> SQL {
        var ways: [SQL] = []
        for grant in grants {
            for membership in memberships where membership.role == grant.role {
                switch grant.within {
                case .anywhere: ways.append("1 = 1")
                case .region:
                    if let region, membership.regionPrefix.isEmpty { ways.append("\(region) is not null") }
                    else if let region {
                        // ':' follows '9', so this is the range of all codes with the prefix, by an index on both engines.
                        ways.append("(\(region) >= \(membership.regionPrefix) and \(region) < \(membership.regionPrefix + ":"))")
                    }
                case .institution: if let institution, let id = membership.organisation { ways.append("\(institution) = \(id)") }
                case .own(let tie): if let person, let way = own(tie, person) { ways.append(way) }
                }
            }
        }
        return .any(ways)
    }
}
