import Complaints
import Files
import Happenings
import Identity
import Jobs
import Messaging
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Complaints

/// Two institutions, their people and authorities, and a case of the first that accuses its expert.
struct Town {
    let database: Database
    let house: TestHouse
    let clock: MovingClock
    let folder: String

    static let aCase = Subject(kind: "case", id: "0192000000007000800000000000aaaa")
    static let headsCase = Subject(kind: "case", id: "0192000000007000800000000000bbbb")
    static let province: ID<Organisation> = Cast.id(110)
    static let authority: ID<Organisation> = Cast.id(111)
    static let hu = Cast.Member(id: Cast.id(20), name: "胡立", mobile: "13300000801")
    static let ding = Cast.Member(id: Cast.id(21), name: "丁宁", mobile: "13300000802")
    static let yao = Cast.Member(id: Cast.id(22), name: "姚远", mobile: "13300000803")
    static let fang = Cast.Member(id: Cast.id(23), name: "方正", mobile: "13300000804")
    static let ji = Cast.Member(id: Cast.id(24), name: "季清", mobile: "13300000805")
    static let people = [Cast.shen, Cast.wang, Cast.liaison, Cast.lin, Cast.head, Cast.stranger, hu, ding, yao, fang, ji]

    static func on(_ body: (Town) async throws -> Void) async throws {
        try await onBothEngines(migrations) { database in
            try await inFolder { folder in try await body(try await Town(database, folder)) }
        }
    }

    private static let migrations =
        Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
        + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations
        + FilesRoom(maySee: { _, _, _, _ in false }).migrations + room("").migrations

    private static func room(_ folder: String) -> ComplaintsRoom {
        var terms = Complaint.Terms()
        terms.perAddress = 5
        return ComplaintsRoom(
            files: FileStore(folder: folder), terms: terms,
            institutionOf: { subject, _ in [aCase, headsCase].contains(subject) ? (Cast.institution, region: Cast.region) : nil },
            accused: { subject, _ in subject == aCase ? [Cast.shen.id] : subject == headsCase ? [Cast.head.id] : [] })
    }

    private init(_ database: Database, _ folder: String) async throws {
        self.database = database
        self.folder = folder
        let clock = MovingClock()
        let now = clock.now
        try await database.write { tx in
            for person in Town.people { _ = try tx.makePerson(name: person.name, mail: nil, id: person.id, now: now) }
            try tx.add(OrganisationEntry(id: Town.province, kind: .institution, name: "省中小企业服务中心", region: "330000"), now: now)
            try tx.add(OrganisationEntry(id: Town.authority, kind: .smeAuthority, name: "省经信厅", region: "330000"), now: now)
            try tx.add(OrganisationEntry(id: Cast.institution, kind: .institution, name: "黄岩服务中心", region: Cast.region, parent: Town.province), now: now)
            try tx.add(OrganisationEntry(id: Cast.otherInstitution, kind: .institution, name: "青羊服务中心", region: Cast.otherRegion), now: now)
            try tx.grant("head", to: Cast.head.id, in: Cast.institution, region: Cast.region, from: now)
            try tx.grant("head", to: Town.hu.id, in: Cast.otherInstitution, region: Cast.otherRegion, from: now)
            try tx.grant("head", to: Town.ding.id, in: Town.province, region: "330000", from: now)
            try tx.grant("smeAuthority", to: Town.yao.id, in: Town.authority, region: "330000", from: now)
        }
        self.clock = clock
        house = try TestHouse(database, folder: folder, clock: clock, rooms: [WebRoom(), FilesRoom(maySee: ComplaintsRoom.maySee), Town.room(folder)])
    }

    // MARK: Who looks

    private func member(_ person: Cast.Member, _ role: Role, _ organisation: ID<Organisation>?, _ region: String) -> Browser {
        house.browser(as: person.viewer([Membership(role: role, organisation: organisation, regionPrefix: Session.prefix(region))]))
    }

    var head: Browser { member(Cast.head, .head, Cast.institution, Cast.region) }
    var foreignHead: Browser { member(Town.hu, .head, Cast.otherInstitution, Cast.otherRegion) }
    var provinceHead: Browser { member(Town.ding, .head, Town.province, "330000") }
    var official: Browser { member(Town.yao, .smeAuthority, Town.authority, "330000") }
    var foreignOfficial: Browser { member(Town.yao, .smeAuthority, nil, "510000") }
    var civil: Browser { member(Town.fang, .civilAffairs, nil, "330000") }
    var auditor: Browser { member(Town.ji, .auditor, nil, "") }
    var officer: Browser { member(Cast.lin, .officer, Cast.institution, Cast.region) }
    var owner: Browser { member(Cast.wang, .owner, nil, "") }
    /// The accused expert, who is given every role there is, everywhere.
    var accused: Browser {
        house.browser(as: Cast.shen.viewer(Role.all.map { Membership(role: $0, organisation: Cast.institution, regionPrefix: "") }))
    }

    /// Files a complaint; answers its page after the redirect.
    @discardableResult
    func file(
        by browser: Browser, about: Subject? = aCase, _ fields: KeyValuePairs<String, String> = ["what": "charge", "words": "私下让我转两千块"],
        files: [PickedFile] = []
    ) async throws -> Shown {
        try await browser.open(about.map { Complaint.beginning(about: $0, kind: .charge) } ?? Filing.page())
        return try await browser.post(Filing.page(), fields, files: files)
    }

    /// The newest complaint, whoever may see it.
    func newest() async throws -> ID<Complaint> {
        try #require(try await database.read { try $0.value("select id from complaint order by number desc limit 1") })
    }

    func count(_ table: SQL) async throws -> Int { try await database.read { try $0.count("select count(*) from \(table)") } }
}

extension Shown {
    /// The receipt code that the page shows.
    var code: String? { text.firstMatch(of: /[0-9A-Z]{4}(-[0-9A-Z]{4}){5}-[0-9A-Z]{2}/).map { String($0.0) } }
}
