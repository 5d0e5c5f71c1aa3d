import Cases
import Files
import Foundation
import Happenings
import Holdings
import Identity
import Jobs
import Messaging
import Languages
import Needs
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Volunteers
import Web

@testable import Papers
@testable import Records

/// A case that is running between an expert and an owner, its institution's people, and a neighbour's.
struct Yard {
    let database: Database
    let house: TestHouse
    let clock: MovingClock
    let serviceCase: ID<Case>

    static let head = Cast.head
    static let second = Cast.Member(id: Cast.id(31), name: "郑洁", mobile: "13300000831")
    static let partner = Cast.Member(id: Cast.id(32), name: "王海峰", mobile: "13300000832")
    static let auditor = Cast.Member(id: Cast.id(33), name: "严守一", mobile: "13300000833")
    static let days = Reference.bundled.workingDays

    private static let room = RecordsRoom(reference: .bundled, files: FileStore(folder: "/nonexistent"))
    private static let cases = CasesRoom(reference: .bundled, files: FileStore(folder: "/nonexistent"), queues: { _, _, _ in [] }, beside: RecordsRoom.besideMeetings)
    private static let papers = PapersRoom(files: FileStore(folder: "/nonexistent"), baseURL: "")
    private static let intake = Intake(adviser: Adviser(reference: .bundled) { _ in ("technology", 0.9, ["模具"]) }, reference: .bundled)

    private static let migrations =
        Blocked.migrations + Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
        + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations
        + FilesRoom(maySee: { _, _, _, _ in false }).migrations + VolunteersRoom(files: FileStore(folder: "")).migrations
        + NeedsRoom(reference: .bundled, intake: intake, files: FileStore(folder: "/nonexistent")).migrations + cases.migrations + papers.migrations + room.migrations

    static func on(connections: Int = 3, _ body: (Yard) async throws -> Void) async throws {
        try await onBothEngines(migrations, connections: connections) { database in
            try await inFolder { folder in try await body(try await Yard(database, folder)) }
        }
    }

    private init(_ database: Database, _ folder: String) async throws {
        self.database = database
        let clock = MovingClock()
        let now = clock.now
        serviceCase = try await database.write { tx in
            for person in [Cast.shen, Cast.wang, Cast.lin, Cast.head, Cast.stranger, Yard.second, Yard.partner, Yard.auditor] { _ = try tx.makePerson(name: person.name, mail: nil, id: person.id, now: now) }
            for (id, name, region) in [(Cast.institution, "黄岩服务中心", Cast.region), (Cast.otherInstitution, "青羊服务中心", Cast.otherRegion)] {
                try tx.add(OrganisationEntry(id: id, kind: .institution, name: name, region: region), now: now)
                try tx.run(
                    """
                    insert into designation (institution, authority, document, from_day, until_day, in_charge, contact, by_person, at)
                    values (\(id), \(id), '文', \(now.day + -300), \(now.day + 700), '某', '1', \(Cast.head.id), \(now))
                    """)
            }
            try Yard.appoint(Cast.shen, tx, now)
            return try Yard.open(Cast.wang.id, Cast.shen.id, at: now - .days(3), tx)
        }
        self.clock = clock
        let room = RecordsRoom(reference: .bundled, files: FileStore(folder: folder))
        let cases = CasesRoom(reference: .bundled, files: FileStore(folder: folder), queues: { _, _, _ in [] }, beside: RecordsRoom.besideMeetings)
        house = try TestHouse(database, folder: folder, clock: clock, rooms: [WebRoom(), PapersRoom(files: FileStore(folder: folder), baseURL: "", isContested: RecordsRoom.isContested), cases, room])
    }

    static func appoint(_ member: Cast.Member, _ tx: Transaction, _ now: Instant) throws {
        let expert = Expert(
            person: member.id, institution: Cast.institution, name: member.name, kind: .industry, standing: .retired, employer: "", headline: Words("总工", "Engineer"), biography: Words("", ""),
            domains: [.technology], subTopics: [], region: Cast.region, enteredBy: Cast.lin.id, enteredAt: now)
        try tx.enterExpert(expert)
        try tx.appoint(expert, Appointment(id: ID<Appointment>(at: now), person: member.id, institution: Cast.institution, number: "〔2026〕\(member.id.text.suffix(4))号", from: now.day, until: now.day + 700, by: Cast.head.id, at: now), now: now)
        // Who serves on site is trained and insured.
        let policy = Policy(
            id: ID(at: now), institution: Cast.institution, region: Cast.region, insurer: "财产保险", number: "P\(member.mobile)", from: now.day + -400, until: now.day + 400, by: Cast.lin.id, at: now)
        try tx.take(policy)
        try tx.insure([member.id], by: policy, from: policy.from, person: Cast.lin.id, at: now)
        try tx.train(member.id, on: policy.from, by: Cast.lin.id, at: now)
    }

    func paper<T: Sendable>(_ viewer: Viewer, _ body: @escaping @Sendable (CertificateDeeds) throws -> T) async throws -> T {
        let now = clock.now
        return try await database.write { tx in try body(CertificateDeeds(Occasion(viewer, at: now, days: Yard.days), in: tx)) }
    }

    /// Counted minutes: as many sessions as numbers, each confirmed.
    func served(_ minutes: Int...) async throws {
        for count in minutes {
            let id = try await held(count)
            try await deed(Yard.owner) { try $0.confirm(id) }
            clock.pass(.hours(1))
        }
    }

    /// A need with its case, signed and running.
    ///
    /// - Parameter by: who entered the need; nil for the owner.
    static func open(_ owner: ID<Person>, _ expert: ID<Person>, at: Instant, by: ID<Person>? = nil, _ tx: Transaction) throws -> ID<Case> {
        let need = try intake.take(
            .init(
                asker: owner, enterprise: nil, companyName: nil, region: Cast.region, statement: "模具水路堵了，注塑件总是缩水，请专家看看", domain: nil, urgency: .thisMonth, expert: nil, source: .init(.web),
                by: .person(by ?? owner)), in: tx, now: at, address: "")
        let id = ID<Case>(at: at)
        try tx.run(
            """
            insert into service_case (id, need, number, title, institution, region, domain, sub_topic, asker, enterprise, expert, begun, undertaking_at)
            values (\(id), \(need.id), \(need.number), \(need.title), \(need.institution), \(need.region), 'technology', null, \(owner), null, \(expert), \(at), \(at))
            """)
        return id
    }

    /// One white point.
    static let photo = [UInt8](Data(base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC") ?? Data())

    // MARK: Who acts

    static func viewer(_ person: Cast.Member, _ roles: Role..., at institution: ID<Organisation>? = nil) -> Viewer {
        person.viewer(roles.map { Membership(role: $0, organisation: institution, regionPrefix: "") })
    }
    static let expert = viewer(Cast.shen, .expert)
    static let owner = viewer(Cast.wang, .owner, .colleague)
    static let officer = viewer(Cast.lin, .officer, at: Cast.institution)
    static let colleagueOfficer = viewer(second, .officer, at: Cast.institution)
    static let chief = viewer(head, .head, at: Cast.institution)
    static let stranger = viewer(Cast.stranger, .officer, at: Cast.otherInstitution)
    static let reader = viewer(auditor, .auditor)
    /// The expert, with every role there is, everywhere.
    static let almighty = Cast.shen.viewer(Role.all.map { Membership(role: $0, organisation: Cast.institution, regionPrefix: "") })
    static let allRoles = [("expert", expert), ("owner", owner), ("officer", officer), ("second officer", colleagueOfficer), ("head", chief), ("stranger", stranger), ("auditor", reader), ("almighty expert", almighty)]
        + [Role.liaison, .smeAuthority, .civilAffairs, .administrator, .systemOperator].map { ($0.name, viewer(auditor, $0, at: Cast.institution)) }

    func deed<T: Sendable>(_ viewer: Viewer, _ body: @escaping @Sendable (RecordDeeds) throws -> T) async throws -> T {
        let now = clock.now
        return try await database.write { tx in try body(RecordDeeds(Occasion(viewer, at: now, days: Yard.days), in: tx)) }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T { try await database.write(body) }

    /// A session that is held: agreed, begun, witnessed or not, and over after some minutes.
    @discardableResult
    func held(_ minutes: Int = 42, way: Meeting.Way = .telephone, witnessed: Bool = true, in id: ID<Case>? = nil, by expert: Viewer = Yard.expert, with owner: Viewer = Yard.owner) async throws -> ID<ServiceRecord> {
        let id = id ?? serviceCase
        let meeting = try await begun(way, in: id, by: expert, with: owner)
        if witnessed { try await witness(meeting, way, by: expert, with: owner) }
        clock.pass(.minutes(minutes))
        let over = clock.now
        try await database.write { tx in _ = try MeetingDeeds(meeting, Occasion(expert, at: over, days: Yard.days), in: tx).end() }
        let record = try await database.write { tx in try tx.stateSession(meeting, days: Yard.days, at: over) }
        return try #require(record)
    }

    func begun(_ way: Meeting.Way, in id: ID<Case>, by expert: Viewer = Yard.expert, with owner: Viewer = Yard.owner) async throws -> ID<Meeting> {
        let now = clock.now
        let begins = Instant(milliseconds: (now.milliseconds / 900_000 + 2) * 900_000)
        let meeting = try await database.write { tx in
            let id = try CaseDeeds(id, Occasion(expert, at: now, days: Yard.days), in: tx).propose(way, place: way == .telephone ? "" : "厂里", minutes: Minutes(60), times: [begins])
            _ = try MeetingDeeds(id, Occasion(owner, at: now, days: Yard.days), in: tx).agree(at: begins)
            return id
        }
        clock.set(begins)
        try await database.write { tx in _ = try MeetingDeeds(meeting, Occasion(expert, at: begins, days: Yard.days), in: tx).begin() }
        return meeting
    }

    func witness(_ meeting: ID<Meeting>, _ way: Meeting.Way, by expert: Viewer = Yard.expert, with owner: Viewer = Yard.owner) async throws {
        let now = clock.now
        try await database.write { tx in
            func deeds(_ viewer: Viewer) -> WitnessDeeds { WitnessDeeds(meeting, Occasion(viewer, at: now, days: Yard.days), in: tx) }
            if way == .onSite { _ = try deeds(expert).visit(Witness.code(meeting, tx.vault)) } else { try deeds(owner).begun() }
        }
    }

    func record(_ id: ID<ServiceRecord>) async throws -> ServiceRecord { try #require(try await database.read { try $0.serviceRecord(id) }) }
    func total(_ person: ID<Person> = Cast.shen.id) async throws -> Int { try await database.read { try $0.countedMinutes(of: person).minutes } }
    func count(_ table: SQL) async throws -> Int { try await database.read { try $0.count("select count(*) from \(table)") } }
    func turn(_ id: ID<ServiceRecord>) async throws -> Turn? { try await database.read { try $0.turn(of: Subject(ServiceRecord.kind, id)) } }
}
