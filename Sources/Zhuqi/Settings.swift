import Configuration
import Foundation
import Identity
import Logging
import Messaging
import Records
import Reference
import Storage
import SystemPackage
import Values
import Web

/// Settings, from the environment (`ZHUQI_PORT`) or a JSON file named by `ZHUQI_SETTINGS` (`{"port": 8080}`); the
/// environment wins. Each is described in docs/running.md; secrets are in files, never in arguments.
struct Settings {
    let host: String
    let port: Int
    let folder: String
    let databaseURL: String?
    let keyFile: String
    let erasures: String
    let baseURL: String?
    let hosts: [String]
    let proxies: [String]
    let mailURL: String?
    let mailFrom: String
    let textByMail: String?
    let reference: String?
    let logLevel: Logger.Level
    let requestsPerMinute: Int
    let triesPerMinute: Int
    /// Minutes after midnight in China.
    let digestMinute: Int
    /// Where the day's signed head of the audit chain is written.
    let auditFolder: String
    let terms: ServiceRecord.Terms

    /// Their names in the environment, so that `zhuqi check` finds one that is misspelt.
    static let names: Set<String> = [
        "ZHUQI_HOST", "ZHUQI_PORT", "ZHUQI_DATA", "ZHUQI_DATABASE_URL", "ZHUQI_KEY_FILE", "ZHUQI_ERASURES", "ZHUQI_BASE_URL", "ZHUQI_HOSTS", "ZHUQI_PROXIES", "ZHUQI_MAIL_URL",
        "ZHUQI_MAIL_FROM", "ZHUQI_TEXT_MAIL", "ZHUQI_REFERENCE", "ZHUQI_LOG_LEVEL", "ZHUQI_REQUESTS_PER_MINUTE", "ZHUQI_TRIES_PER_MINUTE", "ZHUQI_DIGEST_AT", "ZHUQI_AUDIT_FOLDER", "ZHUQI_SETTINGS",
        "ZHUQI_SILENT_DAYS", "ZHUQI_DISPUTE_DAYS", "ZHUQI_OBJECTION_DAYS", "ZHUQI_CERTIFICATE_DAYS", "ZHUQI_NOTICE_DAYS", "ZHUQI_SOLUTION_MINUTES", "ZHUQI_SOLUTION_DAY_MINUTES", "ZHUQI_EVIDENCE_HOURS", "ZHUQI_BINARY",
    ]

    static func load() async throws -> Settings {
        var providers: [any ConfigProvider] = [EnvironmentVariablesProvider().prefixKeys(with: "zhuqi")]
        if let path = ProcessInfo.processInfo.environment["ZHUQI_SETTINGS"] {
            providers.append(try await FileProvider<JSONSnapshot>(filePath: .init(path)))
        }
        let reader = ConfigReader(providers: providers)
        let folder = reader.string(forKey: "data", default: "data")
        return Settings(
            host: reader.string(forKey: "host", default: "127.0.0.1"), port: reader.int(forKey: "port", default: 8080), folder: folder,
            databaseURL: reader.string(forKey: "database.url"),
            keyFile: reader.string(forKey: "key.file", default: folder + ".key"), erasures: reader.string(forKey: "erasures", default: folder + ".erasures"),
            baseURL: reader.string(forKey: "base.url"),
            hosts: list(reader.string(forKey: "hosts")), proxies: list(reader.string(forKey: "proxies")),
            mailURL: reader.string(forKey: "mail.url"), mailFrom: reader.string(forKey: "mail.from", default: "zhuqi@localhost"),
            textByMail: reader.string(forKey: "text.mail"), reference: reader.string(forKey: "reference"),
            logLevel: Logger.Level(rawValue: reader.string(forKey: "log.level", default: "info")) ?? .info,
            requestsPerMinute: try rate(reader, "requests.per.minute", 600), triesPerMinute: try rate(reader, "tries.per.minute", 10), digestMinute: try minute(reader.string(forKey: "digest.at", default: "08:00")),
            auditFolder: reader.string(forKey: "audit.folder", default: folder + "/audit"), terms: try terms(reader))
    }

    /// What the database refuses is refused here, before anybody waits for it.
    private static func terms(_ reader: ConfigReader) throws -> ServiceRecord.Terms {
        var terms = ServiceRecord.Terms()
        for (key, term, range) in [
            ("silent.days", \ServiceRecord.Terms.silence, 7...60), ("dispute.days", \.dispute, 1...60), ("objection.days", \.objection, 1...60), ("certificate.days", \.certificate, 1...60),
            ("notice.days", \.notice, 7...60), ("solution.minutes", \.solution, 30...240), ("solution.day.minutes", \.solutionDay, 30...480), ("evidence.hours", \.papers, 1...24),
        ] {
            let number = reader.int(forKey: ConfigKey(key), default: terms[keyPath: term])
            guard range.contains(number) else {
                throw SettingsFailure("\(name(of: key)) is a number from \(range.lowerBound) to \(range.upperBound), not \(number)")
            }
            terms[keyPath: term] = number
        }
        return terms
    }

    /// In the environment.
    private static func name(of key: String) -> String { "ZHUQI_" + key.replacing(".", with: "_").uppercased() }

    /// How often in a minute: nought would shut everybody out.
    private static func rate(_ reader: ConfigReader, _ key: String, _ usual: Int) throws -> Int {
        let rate = reader.int(forKey: ConfigKey(key), default: usual)
        guard rate >= 1 else { throw SettingsFailure("\(name(of: key)) is how often in a minute, 1 or more, not \(rate)") }
        return rate
    }

    /// A time of day, such as 08:00.
    private static func minute(_ text: String) throws -> Int {
        let parts = text.split(separator: ":").map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<24).contains(hour), (0..<60).contains(minute) else {
            throw SettingsFailure("ZHUQI_DIGEST_AT is a time of day, such as 08:00, not “\(text)”")
        }
        return hour * 60 + minute
    }

    private static func list(_ text: String?) -> [String] { (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }

    /// The key that seals sensitive values; made on first use, readable by this user alone, outside the data folder.
    func vault() throws -> Vault {
        let manager = FileManager.default
        if !manager.fileExists(atPath: keyFile) {
            guard manager.createFile(atPath: keyFile, contents: Data(Vault.newSecret()), attributes: [.posixPermissions: 0o600]) else {
                throw SettingsFailure("the key file \(keyFile) cannot be written; set ZHUQI_KEY_FILE to a place that this user may write")
            }
        }
        guard let data = manager.contents(atPath: keyFile), data.count == 32 else {
            throw SettingsFailure("the key file \(keyFile) cannot be read or does not hold 32 bytes; restore it from where you keep it")
        }
        return try Vault(secret: [UInt8](data))
    }

    func database() throws -> Database {
        try FileManager.default.createDirectory(atPath: folder + "/arrivals", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return if let databaseURL { try .postgres(url: databaseURL, vault: try vault()) } else { try .sqlite(path: databaseFile, vault: try vault()) }
    }

    /// The database, once `zhuqi migrate` has brought it up to this program.
    func readyDatabase() async throws -> Database {
        if databaseURL == nil, !FileManager.default.fileExists(atPath: databaseFile) { throw SettingsFailure("there is no database in \(folder); run `zhuqi migrate` first") }
        let database = try database()
        let pending = try await database.pending(House.migrations)
        guard pending.isEmpty else { throw SettingsFailure("the database lacks \(pending.count) steps; run `zhuqi migrate` first") }
        return database
    }

    /// Whoever had themselves erased, apart from data folder and backups.
    var erasureList: ErasureList { ErasureList(path: erasures) }

    var databaseFile: String { folder + "/zhuqi.sqlite" }

    /// How the site is called from outside, where no `serve` is asked that speaks TLS itself.
    var address: String { baseURL ?? "http://localhost:\(port)" }

    /// Reference tables, in a later edition where `ZHUQI_REFERENCE` names a folder of them.
    func tables() throws -> Reference { try Reference.load(from: reference) }

    /// The drivers for mail and text messages: the outbox in a demo, otherwise what is set.
    func post(_ database: Database, isDemo: Bool) -> Post {
        if isDemo { return Post(mail: .outbox(database), text: .outbox(database)) }
        let mail = mailURL.map { Post.Driver.smtp(url: $0, from: mailFrom) } ?? .missing
        return Post(mail: mail, text: textByMail.map { .byMail(mail, domain: $0) } ?? .missing)
    }

    func site(_ database: Database, tls: Bool, port: Int, isDemo: Bool, log: Logger) -> Site {
        let base = baseURL ?? "\(tls ? "https" : "http")://localhost:\(port)"
        let own = base.split(separator: "/").dropFirst().first.map { $0.split(separator: ":").first.map(String.init) ?? "" } ?? "localhost"
        var settings = Site.Settings(baseURL: base, hosts: Set(["localhost", "127.0.0.1", "[::1]", own] + hosts))
        settings.tls = tls
        settings.isDemo = isDemo
        settings.proxies = Set(proxies)
        settings.requestsPerMinute = requestsPerMinute
        settings.triesPerMinute = triesPerMinute
        return Site(database: database, folder: folder, settings: settings, log: log)
    }
}

struct SettingsFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
