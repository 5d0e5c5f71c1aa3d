import Identity
import Languages
package import Markup
package import Messaging
package import Storage
package import Values
package import Web

/// The face of Workstations: workstations below the institution, and their liaisons.
package struct WorkstationsRoom: Room {
    private let post: Post

    /// `post` carries the invitations; without one their links are handed over by the officer.
    package init(post: Post = Post(mail: .missing, text: .missing)) { self.post = post }

    package var migrations: [Migration] { [Workstation.migration, Liaison.migration, Workstation.terms] }

    package func routes(_ routes: inout Routes) {
        routes.get(Workstation.list, .needs(Permission<Workstation, Workstation>.see)) { visit, _ in try await Workstation.showList(visit) }
        routes.get(Workstation.page, .needs(Permission<Workstation, Workstation>.see)) { visit, id in try await Workstation.show(visit, id) }
        routes.get(Workstation.new, .needs(Permission<Workstation, Workstation>.enter)) { visit, _ in try await Workstation.showNew(visit) }
        routes.post(Workstation.new, .needs(Permission<Workstation, Workstation>.enter)) { visit, _ in try await Workstation.enter(visit) }
        routes.post(Liaison.list, .needs(Permission<Liaison, Workstation>.invite).freshly) { visit, id in try await Liaison.invite(visit, id, post: post) }
        routes.post(Liaison.ending, .needs(Permission<Liaison, Workstation>.invite).freshly) { visit, both in try await Liaison.end(visit, both.first, both.second) }
    }

    package static func may(_ viewer: Viewer, see id: ID<Organisation>, in reader: Reader) throws -> Bool {
        guard let workstation = try reader.workstation(id) else { return false }
        return viewer.could(Permission<Workstation, Workstation>.see, workstation)
    }

    package static func link(_ subject: Subject) -> Link? {
        subject.kind == "workstation" ? ID<Organisation>(subject.id).map { Workstation.page($0) } : nil
    }
}
