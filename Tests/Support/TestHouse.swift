import Logging
package import Storage
import Synchronization
package import Values
package import Web

/// Some rooms behind a doorway, with a clock that the test moves and viewers that the test names.
package struct TestHouse: Sendable {
    package let site: Site
    package let doorway: Doorway
    package let clock: MovingClock
    private let sessions: Sessions

    /// `change` fills slots and settings before the doorway opens.
    package init(
        _ database: Database, folder: String = "/nonexistent", clock: MovingClock = MovingClock(), rooms: [any Room] = [WebRoom()],
        change: (inout Site) -> Void = { _ in }, routes fill: (inout Routes) -> Void = { _ in }
    ) throws {
        let sessions = Sessions()
        let settings = Site.Settings(baseURL: "http://localhost", hosts: ["localhost"])
        var log = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        log.logLevel = .critical
        var site = Site(database: database, folder: folder, settings: settings, log: log, clock: { clock.now })
        // Whoever a test lets in has just signed in, unless it says when.
        site.slots.viewer = { session, _, now in
            sessions.viewer(session).map {
                Viewer(person: $0.person, name: $0.name, memberships: $0.memberships, provedAt: $0.provedAt ?? now, mustVisit: $0.mustVisit)
            }
        }
        change(&site)
        var routes = Routes()
        for room in rooms { room.routes(&routes) }
        fill(&routes)
        self.site = site
        self.clock = clock
        self.sessions = sessions
        doorway = Doorway(site: site, routes: routes, assets: try Assets.bundled())
    }

    /// Nobody in particular.
    package func browser(address: String = "192.0.2.7") -> Browser { Browser(doorway, address: address) }

    /// Somebody who is signed in already.
    package func browser(as viewer: Viewer, address: String = "192.0.2.7") -> Browser {
        let browser = Browser(doorway, address: address)
        let token = newToken()
        sessions.add(site.database.vault.hash(token, for: "session"), viewer)
        browser.cookies[Cookie.session] = token
        return browser
    }

    private final class Sessions: Sendable {
        private let all = Mutex<[String: Viewer]>([:])
        func add(_ session: String, _ viewer: Viewer) { all.withLock { $0[session] = viewer } }
        func viewer(_ session: String) -> Viewer? { all.withLock { $0[session] } }
    }
}

extension Cast.Member {
    /// As a viewer with these roles.
    package func viewer(_ roles: [Membership], provedAt: Instant? = nil) -> Viewer {
        Viewer(person: id, name: name, memberships: roles, provedAt: provedAt)
    }
}
