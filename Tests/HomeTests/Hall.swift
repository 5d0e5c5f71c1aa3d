import Files
import Happenings
import Holdings
import Identity
import Jobs
import Languages
import Markup
import Messaging
import Papers
import Reference
import Storage
import TestSupport
import Turns
import Values
import Volunteers
import Web

@testable import Home

/// An institution with its people, and the start page of whoever comes.
struct Hall {
    let database: Database
    let house: TestHouse

    /// Monday 23 November 2026, ten in the morning.
    static let now = MovingClock().now
    static let second = Cast.Member(id: Cast.id(41), name: "郑洁", mobile: "13300000841")

    static let permissions = [
        Permission<Int, Int>("need.triage", [Grant(.officer, .institution), Grant(.head, .institution)]).entry, Permission<Int, Int>("expert.appoint", [Grant(.head, .institution)]).entry,
        Permission<Int, Int>("complaint.handle", [Grant(.head, .region), Grant(.head, .institution)]).entry,
    ]

    private static let migrations =
        Blocked.migrations + Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
        + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations
        + FilesRoom(maySee: { _, _, _, _ in false }).migrations + PapersRoom(files: FileStore(folder: ""), baseURL: "").migrations + VolunteersRoom(files: FileStore(folder: "")).migrations

    static func on(_ body: (Hall) async throws -> Void) async throws {
        try await onBothEngines(migrations) { database in try await body(try await Hall(database)) }
    }

    private init(_ database: Database) async throws {
        self.database = database
        let now = Hall.now
        try await database.write { tx in
            try tx.add(OrganisationEntry(id: Cast.institution, kind: .institution, name: "黄岩服务中心", region: Cast.region), now: now)
            try tx.add(OrganisationEntry(id: Cast.otherInstitution, kind: .institution, name: "青羊服务中心", region: Cast.otherRegion), now: now)
            for person in [Cast.lin, Hall.second, Cast.head, Cast.stranger, Cast.wang, Cast.shen] { _ = try tx.makePerson(name: person.name, mail: nil, id: person.id, now: now) }
            for (person, role, institution) in [(Cast.lin, "officer", Cast.institution), (Hall.second, "officer", Cast.institution), (Cast.head, "head", Cast.institution), (Cast.stranger, "officer", Cast.otherInstitution)] {
                try tx.grant(role, to: person.id, in: institution, region: Cast.region, from: now - .days(300))
            }
        }
        let room = HomeRoom(
            reference: .bundled, permissions: Hall.permissions, holdings: [], obstacles: { _, _, _ in [] }, silent: { _, _ in [:] }, link: { Link(path: "/\($0.kind)/\($0.id)") })
        house = try TestHouse(database, rooms: [WebRoom()], routes: room.routes)
    }
}
