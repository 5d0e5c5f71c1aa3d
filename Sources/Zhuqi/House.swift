import Cases
import Complaints
import Files
import Foundation
import Happenings
import Holdings
import Home
import Identity
import Jobs
import Logging
import Messaging
import Needs
import Papers
import Records
import Reference
import Storage
import Turns
import Values
import Volunteers
import Web

/// The one list of rooms, and the one place of wiring.
struct House {
    let site: Site
    let routes: Routes
    let reference: Reference
    let intake: Intake
    let complaints: ComplaintsRoom
    let rooms: Rooms
    let post: Post
    let files: FileStore
    let reminder: Reminder
    /// Minutes after midnight at which the day's news is sent.
    let digestMinute: Int

    init(reference: Reference, site: Site, post: Post, digestMinute: Int = 8 * 60, terms: ServiceRecord.Terms = .init()) throws {
        self.digestMinute = digestMinute
        let files = FileStore(folder: site.folder)
        let rooms = Rooms(reference: reference, post: post, files: files, baseURL: site.settings.baseURL, terms: terms)
        var routes = Routes()
        for room in rooms.all { room.routes(&routes) }
        // Home shows an organisation's turns to whoever holds their permission, so it is told all permissions of the house.
        let permissions = routes.all.compactMap { route in if case .permission(let entry) = route.access.door { entry } else { nil } } + House.turnPermissions
        let home = HomeRoom(
            reference: reference, permissions: permissions, holdings: rooms.holdings, obstacles: House.obstacles, silent: House.silent, link: House.link)
        home.routes(&routes)
        reminder = home.reminder

        let (database, clock) = (site.database, site.clock)
        var site = site
        site.slots.viewer = Session.viewer
        site.slots.seen = { hash in try await Session.keep(hash, in: database, now: clock()) }
        let proof = FreshProof(post: post)
        site.slots.freshProof = FreshProof.page()
        site.slots.prove = { visit, held in try await proof.prove(visit, held) }
        site.slots.navigation = HomeRoom.navigation
        site.slots.counts = { viewer, now, reader in try HomeRoom.counts(permissions, viewer, now, reader) }
        site.slots.operatorFacts = { try HomeRoom.operatorFacts($0, reference.regions) }
        site.slots.link = House.link
        site.slots.complaint = Complaint.beginning
        site.slots.denied = { visit, permission in
            try await visit.write { tx in
                try tx.record(
                    Denied(subject: Subject(kind: "path", id: visit.path), fields: ["permission": permission]), by: visit.viewer.person.map(Party.person) ?? .system, at: visit.now,
                    from: visit.address, outcome: .denied)
            }
        }
        self.site = site
        self.routes = routes
        self.reference = reference
        self.rooms = rooms
        self.post = post
        self.files = files
        intake = rooms.intake
        complaints = rooms.complaints
    }

    /// What all rooms keep about a person, in the order in which erasing goes: first what is found by something else of theirs.
    var holdings: [Holding] { rooms.holdings }

    /// Permissions that turns name and no route declares alone.
    private static let turnPermissions: [PermissionEntry] = [Permission<Propose, Need>.propose.entry, Permission<Review, Case>.review.entry]

    struct Denied: Happening {
        static let kind = "access.denied"
        let subject: Subject
        let fields: [String: String]
    }

    /// What the rooms say of their things today, to be compared with what they entered in the ledger.
    static let ledgerSources: [String: LedgerCheck.Source] = RecordLedger.sources.merging(
        [Paper.Kind.letter, .agreement, .certificate].map { ($0.rawValue, Paper.ledgerSource) }, uniquingKeysWith: { first, _ in first })

    /// All steps of all rooms.
    static var migrations: [Migration] {
        let rooms = Rooms(reference: .bundled, post: Post(mail: .missing, text: .missing), files: FileStore(folder: ""), baseURL: "")
        return Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Blocked.migrations + rooms.all.flatMap(\.migrations) + HomeRoom.migrations + Mark.migrations
    }

    static func isDemo(_ database: Database) async throws -> Bool { try await database.read { try $0.exists("select 1 from mark where name = 'demo'") } }

    /// A house without a database of its own, to print its routes.
    static func forPrinting() throws -> House {
        let folder = NSTemporaryDirectory() + "zhuqi-routes-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try Database.sqlite(path: folder + "/routes.sqlite", vault: try Vault(secret: Vault.newSecret()))
        var settings = Site.Settings(baseURL: "http://localhost", hosts: [])
        settings.isDemo = true
        let site = Site(database: database, folder: folder, settings: settings, log: Logger(label: "zhuqi"))
        return try House(reference: .bundled, site: site, post: Post(mail: .missing, text: .missing))
    }
}
