import Files
import Happenings
import Holdings
import Identity
import Jobs
import Languages
import Messaging
import Needs
import Papers
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Volunteers
import Web

@testable import Cases
@testable import Happenings
@testable import Volunteers

/// An institution, its experts in technology, and an owner whose need goes up the ladder.
struct Street {
    let database: Database
    let clock: MovingClock
    let house: TestHouse
    let experts: [ID<Person>]

    static let statement = "台州鸿运塑胶有限公司的注塑模具水路堵了，废品率18%，电话13900000318，请专家看看"
    static let ladder = Ladder(reference: .bundled)
    static let intake = Intake(adviser: Adviser(reference: .bundled) { _ in ("technology", 0.9, []) }, reference: .bundled)
    static let days = Reference.bundled.workingDays

    static let officer = Cast.lin.viewer([Membership(role: .officer, organisation: Cast.institution, regionPrefix: "331003")])
    static let owner = Cast.wang.viewer([Membership(role: .owner, organisation: nil, regionPrefix: "")])
    static func expert(_ person: ID<Person>) -> Viewer {
        Viewer(person: person, name: "", memberships: [Membership(role: .expert, organisation: Cast.institution, regionPrefix: "")], provedAt: nil)
    }

    private static let room = CasesRoom(reference: .bundled, files: FileStore(folder: "/nonexistent"), queues: { _, _, _ in [] })
    private static let migrations =
        Blocked.migrations + Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
        + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations
        + FilesRoom(maySee: { _, _, _, _ in false }).migrations + PapersRoom(files: FileStore(folder: ""), baseURL: "").migrations + VolunteersRoom(files: FileStore(folder: "")).migrations
        + NeedsRoom(reference: .bundled, intake: intake, files: FileStore(folder: "/nonexistent")).migrations + room.migrations

    static func on(experts count: Int = 6, _ body: (Street) async throws -> Void) async throws {
        try await onBothEngines(migrations) { database in try await body(try await Street(database, count)) }
    }

    private init(_ database: Database, _ count: Int) async throws {
        self.database = database
        let clock = MovingClock()
        let now = clock.now
        experts = try await database.write { tx in
            for person in [Cast.wang, Cast.lin, Cast.head] { _ = try tx.makePerson(name: person.name, mail: nil, id: person.id, now: now) }
            // Without it no expert is shown anything.
            try tx.consent(Cast.wang.id, to: .service, now: now)
            try tx.add(OrganisationEntry(id: Cast.id(111), kind: .smeAuthority, name: "省经信厅", region: "330000"), now: now)
            try tx.add(OrganisationEntry(id: Cast.institution, kind: .institution, name: "黄岩服务中心", region: Cast.region), now: now)
            try tx.run(
                """
                insert into designation (institution, authority, document, from_day, until_day, in_charge, contact, by_person, at)
                values (\(Cast.institution), \(Cast.id(111) as ID<Organisation>), '文', \(now.day + -300), \(now.day + 700), '某', '1', \(Cast.head.id), \(now))
                """)
            return try (0..<count).map { try Street.enter($0, tx, now) }
        }
        self.clock = clock
        house = try TestHouse(database, clock: clock, rooms: [WebRoom(), Street.room])
    }

    @discardableResult
    static func enter(_ number: Int, _ tx: Transaction, _ now: Instant, industry: String? = nil) throws -> ID<Person> {
        let person = try tx.makePerson(name: "专家\(number)", mail: nil, id: Cast.id(200 + UInt64(number)), now: now)
        let expert = MatchmakerTests.expert(person, industry: industry, appointed: false)
        try tx.enterExpert(expert)
        try tx.appoint(
            expert, Appointment(id: ID(at: now), person: person, institution: Cast.institution, number: "〔2026〕\(number)号", from: now.day + -30, until: now.day + 700, by: Cast.head.id, at: now), now: now)
        return person
    }

    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T { try await database.write(body) }

    /// A need that an officer has triaged, with experts proposed.
    func proposed(_ urgency: Urgency = .thisMonth) async throws -> ID<Need> {
        let now = clock.now
        return try await write { tx in
            let need = try Street.intake.take(
                .init(
                    asker: Cast.wang.id, enterprise: nil, companyName: nil, region: Cast.region, statement: Street.statement, domain: nil, urgency: urgency, expert: nil,
                    source: .init(.web), by: Cast.wang.party), in: tx, now: now, address: "")
            let may = try Street.officer.may(Permission<Triage, Need>.triage, need)
            try Street.intake.triage(need, Triage(domain: .technology, subTopic: nil, urgency: urgency, by: may.person, at: now), by: may, in: tx)
            _ = try Street.ladder.propose(need.id, in: tx, now: now, by: .system)
            return need.id
        }
    }

    func choose(_ need: ID<Need>, _ expert: ID<Person>) async throws {
        let now = clock.now
        try await write { tx in
            let found = try tx.lock(need)
            try Street.ladder.choose(found, expert, by: try Street.owner.may(.choose, found), in: tx, now: now, address: "")
        }
    }

    func places(_ need: ID<Need>) async throws -> [ID<Person>] { try await database.read { try $0.latestProposal(of: need)?.places.map(\.expert) ?? [] } }
    func offer(_ need: ID<Need>) async throws -> Offer? { try await database.read { try $0.openOffer(for: need) } }
    func turn(_ subject: Subject) async throws -> Turn? { try await database.read { try $0.turn(of: subject) } }

    @discardableResult
    func answer(_ offer: Offer, _ answer: Offer.Answer, reason: String = "") async throws -> ID<Case>? {
        let now = clock.now
        return try await write { try Street.ladder.answer(offer.id, answer, reason: reason, by: .person(offer.expert), in: $0, now: now, address: "") }
    }

    /// A case whose expert has accepted and signed.
    func running() async throws -> Case {
        let need = try await proposed()
        let first = try #require(try await places(need).first)
        try await choose(need, first)
        let offer = try #require(try await self.offer(need))
        let id = try #require(try await answer(offer, .accepted))
        try await deed(id, Street.expert(first)) { try $0.undertake() }
        return try await serviceCase(id)
    }

    func serviceCase(_ id: ID<Case>) async throws -> Case { try #require(try await database.read { try $0.serviceCase(id) }) }

    @discardableResult
    func deed<T: Sendable>(_ id: ID<Case>, _ viewer: Viewer, _ body: @escaping @Sendable (CaseDeeds) throws -> T) async throws -> T {
        // No two deeds fall into one moment.
        clock.pass(.seconds(1))
        let occasion = Occasion(viewer, at: clock.now, days: Street.days)
        return try await write { try body(CaseDeeds(id, occasion, in: $0)) }
    }

    @discardableResult
    func meet<T: Sendable>(_ id: ID<Meeting>, _ viewer: Viewer = Street.owner, _ body: @escaping @Sendable (MeetingDeeds) throws -> T) async throws -> T {
        let occasion = Occasion(viewer, at: clock.now, days: Street.days)
        return try await write { try body(MeetingDeeds(id, occasion, in: $0)) }
    }

    func solve(_ found: Case) async throws {
        try await deed(found.id, Street.expert(try #require(found.expert))) { try $0.solve(situation: "水路结垢", analysis: "水质硬", advice: "酸洗", steps: Solution.read(steps: "酸洗水路｜李师傅｜周五前")) }
    }

    func close(_ id: ID<Case>, _ verdict: Verdict, by viewer: Viewer = Street.owner) async throws {
        let now = clock.now
        try await deed(id, viewer) { deeds in
            try deeds.close { may in Closure(verdict: verdict, advice: 5, contact: 5, speed: 4, words: "", noCharge: true, baseline: "", target: "", by: may.person, at: now) }
        }
    }

    func change(_ id: ID<Case>, _ kind: Change.Kind = .owner) async throws {
        let now = clock.now
        try await write { tx in try ChangePages.change(try tx.lock(id), kind, reason: "说不到一起", by: Cast.wang.party, Street.ladder, tx, now, "") }
    }

    /// Lets the room hear of something as the workshop does.
    func hear(_ kind: String, _ subject: Subject, _ fields: [String: String] = [:]) async throws {
        let clock = clock
        let entry = HappeningEntry(number: 1, kind: kind, subject: subject, by: .system, at: clock.now, outcome: "done", fields: fields)
        for listener in Street.room.listeners(database, clock: { clock.now }) where listener.kinds.contains(kind) { try await listener.hear(entry) }
    }

    func withdraw(_ need: ID<Need>) async throws {
        let now = clock.now
        try await write { tx in
            let found = try tx.lock(need)
            let may = try Street.owner.may(Permission<Withdrawal, Need>.withdraw, found)
            if found.state.isOpen { try CasesRoom.withdrawn(found, may.person, now, tx) }
            try Street.intake.withdraw(found, by: may, in: tx, now: now)
        }
    }

    /// The open turns that stand for a need: its own, its offers', its case's.
    func turns(_ need: ID<Need>) async throws -> [String] {
        try await database.read { reader in
            var subjects = [Subject("need", need)]
            subjects += try reader.offers(for: need).map(\.subject)
            if let running = try reader.serviceCase(of: need) { subjects.append(running.subject) }
            return try subjects.compactMap { try reader.turn(of: $0).map { "\($0.subject.kind): \($0.what.english)" } }
        }
    }

    func state(_ need: ID<Need>) async throws -> Need.State { try #require(try await database.read { try $0.need(need)?.state }) }
    func count(_ table: SQL) async throws -> Int { try await database.read { try $0.count("select count(*) from \(table)") } }
}
