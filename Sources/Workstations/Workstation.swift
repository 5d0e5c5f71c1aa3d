import Happenings
import Identity
package import Values
package import Web

/// A volunteer service workstation (志愿服务工作站, clause 2.3a): a park, cluster or start-up base, an organisation of its own
/// below the institution.
package struct Workstation: Reachable, Sendable {
    package let id: ID<Organisation>
    package let institution: ID<Organisation>
    package let name: String
    /// Six digits of GB/T 2260: as far as its liaisons reach.
    package let region: String
    package let telephone: String
    /// The number of the accreditation (认定文号) and its term, with which the roles of its liaisons begin and end.
    package let number: String
    package let from: Day
    package let until: Day
    package let by: ID<Person>
    package let at: Instant

    package init(
        id: ID<Organisation>, institution: ID<Organisation>, name: String, region: String, telephone: String = "", number: String, from: Day, until: Day,
        by: ID<Person>, at: Instant
    ) {
        self.id = id
        self.institution = institution
        self.name = name
        self.region = region
        self.telephone = telephone
        self.number = number
        self.from = from
        self.until = until
        self.by = by
        self.at = at
    }

    package var reach: Reach { Reach(institution: institution, region: region) }
    package var subject: Subject { Subject("workstation", id) }

    package func isAccredited(on day: Day) -> Bool { from <= day && day <= until }

    package static let list = Path("workstations")
    package static let page = Path("workstations/*", ID<Organisation>.self)
    static let new = Path("workstations/new")

    package struct Entered: Happening {
        package static let kind = "workstation.entered"
        package let subject: Subject
    }
}

extension Permission where Deed == Workstation, Noun == Workstation {
    package static var enter: Self { Permission("workstation.enter", [Grant(.officer, .institution), Grant(.head, .institution)]) }
    package static var see: Self {
        Permission(
            "workstation.see",
            [Grant(.officer, .institution), Grant(.head, .institution), Grant(.liaison, .region), Grant(.smeAuthority, .region), Grant(.auditor, .anywhere)])
    }
}
