package import Values
package import Web

/// The proof that somebody may do this deed to this noun, made inside the transaction from the row just read.
/// Saving a deed asks for it: without the proof it does not compile.
package struct May<Deed, Noun>: Sendable {
    package let person: ID<Person>
    /// The role that allowed it, for the happening and for words such as "an officer".
    package let role: Role
    package let organisation: ID<Organisation>?

    fileprivate init(person: ID<Person>, role: Role, organisation: ID<Organisation>?) {
        self.person = person
        self.role = role
        self.organisation = organisation
    }

    package var by: Party { .person(person) }
}

extension Viewer {
    /// The proof, or `Problem.notFound`: whoever may not know a thing is told that it is not there (A4).
    package func may<Deed, Noun: Reachable>(_ permission: Permission<Deed, Noun>, _ noun: Noun) throws -> May<Deed, Noun> {
        guard let person else { throw Problem.signIn }
        guard let membership = covering(permission.grants, noun.reach) else { throw Problem.notFound }
        return May(person: person, role: membership.role, organisation: membership.organisation)
    }

    /// Whether a button is worth showing. The deed asks for the proof all the same.
    package func could<Deed, Noun: Reachable>(_ permission: Permission<Deed, Noun>, _ noun: Noun) -> Bool { covers(permission.grants, noun.reach) }

    /// What a page or a form is about, for whoever may do this to it; for others it is not there (A4).
    package func find<Deed, Noun: Reachable>(_ noun: Noun?, _ permission: Permission<Deed, Noun>) throws -> Noun {
        guard let noun, could(permission, noun) else { throw Problem.notFound }
        return noun
    }

    /// For a deed to a thing that is not there yet, such as entering an expert: the viewer's own membership that grants it.
    package func may<Deed, Noun>(_ permission: Permission<Deed, Noun>) throws -> May<Deed, Noun> {
        guard let person else { throw Problem.signIn }
        for grant in permission.grants {
            if let membership = memberships.first(where: { $0.role == grant.role }) {
                return May(person: person, role: membership.role, organisation: membership.organisation)
            }
        }
        throw Problem.notFound
    }
}
