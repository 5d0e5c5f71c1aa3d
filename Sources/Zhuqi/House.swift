import Files
import Foundation
import Happenings
import Home
import Identity
import Jobs
import Languages
import Logging
import Markup
import Messaging
import Needs
import Storage
import Turns
import Values
import Web

/// The one list of rooms, and the one place of wiring.
struct House {
    let site: Site
    let routes: Routes
    private let rooms: [any Room]
    private let post: Post

    init(settings: Settings?, site: Site, post: Post) throws {
        var site = site
        site.slots.viewer = Session.viewer
        site.slots.navigation = HomeRoom.navigation
        site.slots.counts = HomeRoom.counts
        site.slots.operatorFacts = HomeRoom.operatorFacts
        rooms = House.rooms(post: post)
        self.site = site
        self.post = post
        var routes = Routes()
        for room in rooms { room.routes(&routes) }
        self.routes = routes
    }

    private static func rooms(post: Post) -> [any Room] {
        [
            WebRoom(),
            IdentityRoom(post: post, square: { _ in nil }, arrived: { _, _, _, _ in }),
            HomeRoom(),
        ]
    }

    /// All steps of all rooms, lower rooms first: a table may refer to the key of a lower room's.
    static var migrations: [Migration] {
        Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + rooms(post: Post(mail: .missing, text: .missing)).flatMap(\.migrations)
    }

    static func isDemo(_ database: Database) async throws -> Bool { false }

    static func forPrinting() throws -> House {
        let folder = NSTemporaryDirectory() + "zhuqi-routes-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try Database.sqlite(path: folder + "/routes.sqlite", vault: try Vault(secret: Vault.newSecret()))
        var settings = Site.Settings(baseURL: "http://localhost", hosts: [])
        settings.isDemo = true
        let site = Site(database: database, folder: folder, settings: settings, log: Logger(label: "zhuqi"))
        return try House(settings: nil, site: site, post: Post(mail: .missing, text: .missing))
    }

    func workshop(log: Logger) -> Workshop {
        let database = site.database
        return Workshop(
            database: database,
            workers: Listeners.workers([], database: database)
                + [post.worker(database: database, baseURL: site.settings.baseURL) { person, reader in
                    try reader.profile(person).map { Contact(mobile: $0.mobile?.open("to send a notice"), mail: $0.mail, language: $0.language) }
                }],
            timers: [
                Seal.timer(database),
                Recurrence("old form keys", every: .hours(6)) { now in
                    try await database.write { tx in try Visit.forgetOldKeys(before: now - .days(7), in: tx) }
                },
            ], log: log)
    }
}
