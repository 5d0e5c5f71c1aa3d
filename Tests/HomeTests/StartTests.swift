import Identity
import Languages
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Home

struct StartTests {
    private let permissions = [
        Permission<Int, Int>("need.triage", [Grant(.officer, .institution)]).entry, Permission<Int, Int>("expert.appoint", [Grant(.head, .institution)]).entry,
        Permission<Int, Int>("complaint.see", [Grant(.head, .region)]).entry,
    ]

    @Test func `Somebody with a role in two organisations answers in each for what the role there may do`() {
        let viewer = Viewer(
            person: Cast.lin.id, name: "林", memberships: [
                Membership(role: .officer, organisation: Cast.institution, regionPrefix: "33"), Membership(role: .head, organisation: Cast.otherInstitution, regionPrefix: "51"),
            ], provedAt: nil)
        let held = Start.held(viewer, permissions)
        #expect(Set(held) == [.init(Cast.institution, ["need.triage"]), .init(Cast.otherInstitution, ["expert.appoint"])])
    }
}
