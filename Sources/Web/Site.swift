package import Languages
package import Logging
package import Markup
package import Storage
package import Values

/// What every room is given: the database, the clock, where files lie, how the site is called.
package struct Site: Sendable {
    package let database: Database
    package let folder: String
    package var settings: Settings
    package let clock: @Sendable () -> Instant
    package let log: Logger
    package var slots = Slots()

    package init(database: Database, folder: String, settings: Settings, log: Logger, clock: @escaping @Sendable () -> Instant = { .now }) {
        self.database = database
        self.folder = folder
        self.settings = settings
        self.log = log
        self.clock = clock
    }

    package struct Settings: Sendable {
        /// `https://zhuqi.example`; links in mails are made from it, never from a request (I14).
        package var baseURL: String
        /// The hosts that a request may name.
        package var hosts: Set<String>
        package var isDemo = false
        package var demoOpen = false
        /// Plain http serves localhost alone: elsewhere browsers drop `__Host-` cookies.
        package var tls = false
        /// Peers whose `X-Forwarded-For` counts.
        package var proxies: Set<String> = []
        /// Requests an address may make in a minute.
        package var requestsPerMinute = 600
        /// Sign-in tries an address may make in a minute (S5).
        package var triesPerMinute = 10
        /// Bytes of the disk that are kept for deeds: with less room no file is taken, as nothing else could be kept then (U1).
        package var reserve = 500_000_000
        package init(baseURL: String, hosts: Set<String>) { self.baseURL = baseURL; self.hosts = hosts }
    }

    /// What the rooms above fill in, because a lower page never names an upper path.
    package struct Slots: Sendable {
        /// Who holds this session, by the hash of its cookie.
        package var viewer: @Sendable (_ session: String, _ reader: Reader, _ now: Instant) throws -> Viewer? = { _, _, _ in nil }
        /// Called for a session that was last seen over a minute ago.
        package var seen: @Sendable (_ session: String) async throws -> Void = { _ in }
        package var navigation: @Sendable (_ viewer: Viewer) -> [NavigationWord] = { _ in [] }
        /// How many things wait for the viewer, by navigation word; read with the page.
        package var counts: @Sendable (_ viewer: Viewer, _ now: Instant, _ reader: Reader) throws -> [String: Int] = { _, _, _ in [:] }
        package var operatorFacts: @Sendable (_ reader: Reader) throws -> OperatorFacts = { _ in OperatorFacts() }
        package var signIn: Link = Link(path: "/sign-in")
        /// Where a person proves anew who they are (S9).
        package var freshProof: Link = Link(path: "/sign-in/proof")
        /// Reads the proof that came with this visit for a held form: nil when it holds, otherwise the page that asks again.
        package var prove: @Sendable (_ visit: Visit, _ held: HeldForm) async throws -> Answer? = { _, _ in throw Problem.signIn }
        package var account: Link = Link(path: "/account")
        /// Where a complaint begins; nil while there is nobody to take one.
        package var complaint: Link?
        /// Where a subject is shown; nil for one that has no page.
        package var link: @Sendable (Subject) -> Link? = { _ in nil }
        /// Told of every denial, in a transaction of its own (L1).
        package var denied: @Sendable (_ visit: Visit, _ what: String) async throws -> Void = { _, _ in }
        package init() {}
    }
}

package struct NavigationWord: Sendable {
    package let key: String
    package let words: Words
    package let link: Link
    package init(_ key: String, _ words: Words, _ link: Link) { self.key = key; self.words = words; self.link = link }
}

/// Who runs the site, for masthead and footer.
package struct OperatorFacts: Sendable {
    package var place: Words
    package var authority: Words?
    package var institution: Words?
    package var telephone: String?
    package init(
        place: Words = Words("中小企业志愿服务", "Volunteer service for small business"), authority: Words? = nil, institution: Words? = nil,
        telephone: String? = nil
    ) {
        self.place = place
        self.authority = authority
        self.institution = institution
        self.telephone = telephone
    }
}
