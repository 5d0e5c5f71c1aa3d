import Files
import Happenings
import Identity
import Jobs
import Messaging
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Needs

/// Two institutions with their officers, an owner, and a door for needs.
struct Office {
    let database: Database
    let house: TestHouse
    let clock: MovingClock

    static let second = Cast.Member(id: Cast.id(30), name: "郑洁", mobile: "13300000830")
    static let authority: ID<Organisation> = Cast.id(111)
    static let mould = "模具水路堵了，注塑件总是缩水，请专家看看"

    /// A classifier that knows two words.
    static let intake = Intake(
        adviser: Adviser(reference: .bundled) { text in
            text.contains("模具") ? ("technology", 0.9, ["模具"]) : text.contains("合同") ? ("law", 0.8, ["合同"]) : ("none", 0.3, [])
        }, reference: .bundled)

    private static func room(_ slots: NeedsRoom.Slots = .init()) -> NeedsRoom {
        NeedsRoom(reference: .bundled, intake: intake, files: FileStore(folder: "/nonexistent"), slots: slots)
    }

    private static let migrations =
        Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
        + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations
        + FilesRoom(maySee: { _, _, _, _ in false }).migrations + room().migrations

    static func on(_ slots: NeedsRoom.Slots = .init(), _ body: (Office) async throws -> Void) async throws {
        try await onBothEngines(migrations) { database in try await body(try await Office(database, slots)) }
    }

    private init(_ database: Database, _ slots: NeedsRoom.Slots) async throws {
        self.database = database
        let clock = MovingClock()
        let now = clock.now
        try await database.write { tx in
            for person in [Cast.shen, Cast.wang, Cast.liaison, Cast.lin, Cast.head, Cast.stranger, Office.second] {
                _ = try tx.makePerson(name: person.name, mail: nil, id: person.id, now: now)
            }
            try tx.add(OrganisationEntry(id: Office.authority, kind: .smeAuthority, name: "省经信厅", region: "330000"), now: now)
            for (id, name, region, officer) in [(Cast.institution, "黄岩服务中心", Cast.region, Cast.lin), (Cast.otherInstitution, "青羊服务中心", Cast.otherRegion, Cast.stranger)] {
                try tx.add(OrganisationEntry(id: id, kind: .institution, name: name, region: region), now: now)
                try tx.run(
                    """
                    insert into designation (institution, authority, document, from_day, until_day, in_charge, contact, by_person, at)
                    values (\(id), \(Office.authority), '文', \(now.day + -300), \(now.day + 700), '某', '1', \(Cast.head.id), \(now))
                    """)
                try tx.grant("officer", to: officer.id, in: id, region: region, from: now - .days(9))
            }
        }
        self.clock = clock
        house = try TestHouse(database, clock: clock, rooms: [WebRoom(), Office.room(slots)])
    }

    // MARK: Who looks

    static func viewer(_ person: Cast.Member, _ role: Role, _ institution: ID<Organisation>?, _ prefix: String) -> Viewer {
        person.viewer([Membership(role: role, organisation: institution, regionPrefix: prefix)])
    }
    static let officer = viewer(Cast.lin, .officer, Cast.institution, "331003")
    static let colleague = viewer(second, .officer, Cast.institution, "331003")
    static let stranger = viewer(Cast.stranger, .officer, Cast.otherInstitution, "510104")
    static let owner = viewer(Cast.wang, .owner, nil, "")

    // MARK: Deeds

    @discardableResult
    func take(
        _ statement: String = mould, by asker: Cast.Member = Cast.wang, urgency: Urgency = .thisMonth, region: String = Cast.region, company: String? = nil
    ) async throws -> Need {
        let now = clock.now
        return try await database.write { tx in
            try Office.intake.take(
                .init(
                    asker: asker.id, enterprise: nil, companyName: company, region: region, statement: statement, domain: nil, urgency: urgency, expert: nil,
                    source: .init(.web), by: asker.party), in: tx, now: now, address: "")
        }
    }

    func need(_ id: ID<Need>) async throws -> Need { try #require(try await database.read { try $0.need(id) }) }
    func turn(_ id: ID<Need>) async throws -> Turn? { try await database.read { try $0.turn(of: Subject("need", id)) } }
    func count(_ table: SQL) async throws -> Int { try await database.read { try $0.count("select count(*) from \(table)") } }
}
