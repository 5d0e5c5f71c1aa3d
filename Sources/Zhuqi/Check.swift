import ArgumentParser
import Documents
import Foundation
import Happenings
import Identity
import Jobs
import Logging
import Reference
import Storage
import Values

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at settings, key, database, fonts, drivers, jobs, audit and clock; say what to do. Ends with 1 when something is bad.",
        discussion: "Nothing is changed, so it may run at any time, beside a server too.")

    @Flag(help: "As JSON.") var json = false

    func run() async throws {
        var findings: [Finding] = []
        do {
            let settings = try await Settings.load()
            findings += settingsFindings(settings)
            findings.append(folder(settings))
            let (key, mayOpen) = key(settings)
            findings.append(key)
            if mayOpen { findings += await databaseFindings(settings) }
            findings.append(fonts())
        } catch { findings.append(.bad("settings", "they cannot be read: \(error)", "Mend the file that ZHUQI_SETTINGS names.")) }
        print(json ? try Finding.json(findings) : findings.map(\.readable).joined(separator: "\n"))
        if findings.contains(where: { $0.state == .bad }) { throw ExitCode(1) }
    }

    // MARK: Settings

    private func settingsFindings(_ settings: Settings) -> [Finding] {
        let environment = ProcessInfo.processInfo.environment
        var findings: [Finding] = []
        let unknown = environment.keys.filter { $0.hasPrefix("ZHUQI_") && !$0.hasPrefix("ZHUQI_TEST_") && !Settings.names.contains($0) }.sorted()
        if !unknown.isEmpty { findings.append(.warn("settings", "\(unknown.joined(separator: ", ")) is no setting", "Look for the right name in docs/running.md.")) }
        let numbers = ["ZHUQI_PORT", "ZHUQI_REQUESTS_PER_MINUTE", "ZHUQI_TRIES_PER_MINUTE"].filter { name in environment[name].map { Int($0) == nil } ?? false }
        if !numbers.isEmpty { findings.append(.bad("settings", "\(numbers.joined(separator: ", ")) is not a number", "Set a number, or leave it out.")) }
        if let level = environment["ZHUQI_LOG_LEVEL"], level != settings.logLevel.rawValue {
            findings.append(.warn("settings", "ZHUQI_LOG_LEVEL does not know “\(level)”; info counts", "Set trace, debug, info, notice, warning, error or critical."))
        }
        do {
            let reference = try settings.tables()
            findings.append(calendar(reference))
        } catch { findings.append(.bad("reference", "the tables of ZHUQI_REFERENCE cannot be read: \(error)", "Mend the file, or leave the setting out.")) }
        let isLocal = ["127.0.0.1", "::1", "localhost"].contains(settings.host) && settings.baseURL == nil
        if isLocal {
            findings.append(.ok("address", "\(settings.address), for this machine alone"))
        } else if settings.address.hasPrefix("https://") || settings.address.hasPrefix("http://localhost") {
            findings.append(.ok("address", "\(settings.address), listening on \(settings.host):\(settings.port)"))
        } else {
            findings.append(.bad("address", "\(settings.address) is not https: browsers do not keep our cookies, so that nobody can sign in", "Set ZHUQI_BASE_URL to the https address, and use serve --tls or a proxy with TLS."))
        }
        return findings
    }

    /// Due times are counted in working days, which are announced for one year at a time.
    private func calendar(_ reference: Reference) -> Finding {
        let today = Instant.now.day
        let year = today.parts.year
        guard reference.workingDays.isAnnounced(today) else {
            return .warn("calendar", "the working days of \(year) are not known; Monday to Friday count", "Put working-days.csv with the State Council's notice into the folder of ZHUQI_REFERENCE.")
        }
        if today.parts.month == 12, let next = Day(year + 1, 1, 1), !reference.workingDays.isAnnounced(next) {
            return .warn("calendar", "the working days of \(year + 1) are not known yet", "Put working-days.csv with the State Council's notice into the folder of ZHUQI_REFERENCE.")
        }
        return .ok("calendar", "working days of \(year) known")
    }

    // MARK: Folder, key

    private func folder(_ settings: Settings) -> Finding {
        let manager = FileManager.default
        guard manager.fileExists(atPath: settings.folder) else { return .bad("folder", "\(settings.folder) is not there", "Run `zhuqi migrate`, or set ZHUQI_DATA.") }
        guard manager.isWritableFile(atPath: settings.folder) else { return .bad("folder", "\(settings.folder) cannot be written by this user", "Give it to the user that runs zhuqi.") }
        let free = ((try? manager.attributesOfFileSystem(forPath: settings.folder))?[.systemFreeSize] as? NSNumber)?.int64Value
        guard let free else { return .ok("folder", settings.folder) }
        let gigabytes = "\((Double(free) / 1e8).rounded() / 10) GB free"
        if free < 500_000_000 { return .bad("folder", "\(settings.folder): \(gigabytes)", "Make room: uploads are refused now, and soon nothing is kept.") }
        if free < 2_000_000_000 { return .warn("folder", "\(settings.folder): \(gigabytes)", "Make room soon.") }
        return .ok("folder", "\(settings.folder), \(gigabytes)")
    }

    /// The second value: whether the database may be opened. It is not without a key, which would be made then.
    private func key(_ settings: Settings) -> (Finding, mayOpen: Bool) {
        let manager = FileManager.default
        let file = settings.keyFile
        guard manager.fileExists(atPath: file) else {
            if settings.databaseURL == nil, !manager.fileExists(atPath: settings.databaseFile) {
                return (.bad("database", "there is none yet, and no key", "Run `zhuqi migrate`: it makes both."), false)
            }
            return (.bad("key", "\(file) is not there: what is sealed cannot be read", "Restore the key from where you keep it; on a new database, run `zhuqi migrate`."), false)
        }
        let attributes = (try? manager.attributesOfItem(atPath: file)) ?? [:]
        guard let size = (attributes[.size] as? NSNumber)?.intValue, size == 32, manager.isReadableFile(atPath: file) else {
            return (.bad("key", "\(file) cannot be read or does not hold 32 bytes", "Restore it from where you keep it."), false)
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o077 == 0 else { return (.bad("key", "\(file) may be read by others (\(String(mode, radix: 8)))", "chmod 600 \(file)"), true) }
        let (inside, outside) = (URL(filePath: file).standardizedFileURL.path, URL(filePath: settings.folder).standardizedFileURL.path)
        guard !inside.hasPrefix(outside + "/") else {
            return (.warn("key", "\(file) lies in the data folder, and so in its backups, which it opens", "Move it, and set ZHUQI_KEY_FILE."), true)
        }
        return (.ok("key", "\(file), for this user alone"), true)
    }

    // MARK: Database

    private func databaseFindings(_ settings: Settings) async -> [Finding] {
        let engine = settings.databaseURL == nil ? "SQLite in \(settings.folder)" : "PostgreSQL"
        if settings.databaseURL == nil, !FileManager.default.fileExists(atPath: settings.databaseFile) {
            return [.bad("database", "there is none in \(settings.folder)", "Run `zhuqi migrate`.")]
        }
        do {
            let database = try settings.database()
            defer { database.close() }
            let pending: [String]
            do { pending = try await database.pending(House.migrations) } catch StorageFailure.newerSchema(let unknown) {
                return [.bad("database", "\(engine) is newer than this program (\(unknown.joined(separator: ", ")))", "Install the newer program again; there is no way back.")]
            }
            guard pending.isEmpty else { return [.bad("database", "\(engine) lacks \(pending.count) steps", "Stop the server, back the database up, run `zhuqi migrate`.")] }
            return [.ok("database", "\(engine), up to date")] + (try await contents(settings, database))
        } catch { return [.bad("database", "\(engine) cannot be used: \(error)", settings.databaseURL == nil ? "Look at the disk and at who owns the file." : "Look at ZHUQI_DATABASE_URL, and whether PostgreSQL runs.")] }
    }

    private struct Facts: Sendable {
        let isDemo: Bool, opens: Bool?, hasAdministrator: Bool, jobs: JobCounts, head: ChainHead
    }

    private func contents(_ settings: Settings, _ database: Database) async throws -> [Finding] {
        let now = Instant.now
        let isDemo = try await House.isDemo(database)
        let facts = try await database.read {
            Facts(
                isDemo: isDemo, opens: try $0.opensWhatIsSealed(), hasAdministrator: try $0.hasAdministrator(now: now), jobs: try $0.jobCounts(now: now),
                head: try $0.chainHead())
        }
        var findings: [Finding] = []
        if facts.opens == false { findings.append(.bad("key", "it does not open what this database has sealed", "Restore the key that was in use with it, or set ZHUQI_KEY_FILE.")) }
        findings.append(
            facts.hasAdministrator ? .ok("administrator", "there is one")
                : .warn("administrator", "there is none: nobody can invite staff", "Run `zhuqi user first` and open the account within an hour."))
        findings += drivers(settings, isDemo: facts.isDemo)
        findings.append(jobs(facts.jobs))
        findings.append(audit(facts.head, now))
        findings.append(clock(facts.head, now))
        return findings
    }

    private func drivers(_ settings: Settings, isDemo: Bool) -> [Finding] {
        if isDemo { return [.ok("mail", "a demonstration: letters stay in /demo/outbox")] }
        let mail: Finding = settings.mailURL == nil
            ? .warn("mail", "no driver is set: no mail leaves", "Set ZHUQI_MAIL_URL and ZHUQI_MAIL_FROM.") : .ok("mail", "by SMTP, from \(settings.mailFrom)")
        let text: Finding =
            if settings.textByMail == nil {
                .warn("text messages", "no driver is set: owners and experts get no code, and cannot sign in", "Set ZHUQI_TEXT_MAIL to your mail gateway's domain.")
            } else if settings.mailURL == nil {
                .bad("text messages", "they go through the mail gateway, and no mail leaves", "Set ZHUQI_MAIL_URL.")
            } else { .ok("text messages", "through the mail gateway \(settings.textByMail ?? "")") }
        return [mail, text]
    }

    private func jobs(_ jobs: JobCounts) -> Finding {
        if jobs.failed > 0 { return .bad("jobs", "\(jobs.failed) failed for good; the last: \(jobs.lastFailure ?? "")", "Mend the cause; until then somebody is not told of something.") }
        if jobs.late > 0 { return .warn("jobs", "\(jobs.late) have waited for more than ten minutes", "Is `zhuqi serve` running? It does the jobs.") }
        return .ok("jobs", "none failed, none late")
    }

    private func audit(_ head: ChainHead, _ now: Instant) -> Finding {
        if let since = head.waitsSince, now - since > .minutes(2) {
            return .warn("audit", "\(head.seal) seals; happenings have waited for theirs for \((now - since).inMinutes) minutes", "Is `zhuqi serve` running? It seals each second.")
        }
        return .ok("audit", head.seal == 0 ? "nothing sealed yet" : "\(head.seal) seals, head \(head.hash); `zhuqi audit verify` walks the chain")
    }

    /// One-time codes and due times hang on the clock. What can be seen from here: whether it went back.
    private func clock(_ head: ChainHead, _ now: Instant) -> Finding {
        let words = "\(now.day) \(two(now.minuteOfDay / 60)):\(two(now.minuteOfDay % 60)) in China"
        if let last = head.last, last - now > .minutes(1) { return .bad("clock", "\(words), \((last - now).inMinutes) minutes before the last happening", "Set the clock; let NTP keep it.") }
        if now.day < Day(number: 20_000) { return .bad("clock", words, "Set the clock; let NTP keep it.") }
        return .ok("clock", words)
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    // MARK: Fonts

    private func fonts() -> Finding {
        let missing = missingFonts()
        return missing.isEmpty ? .ok("fonts", "宋体 for paper is there") : .bad("fonts", "\(missing.joined(separator: ", ")) is missing: papers would show empty boxes", "apt-get install fonts-noto-cjk")
    }
}

/// One line of `zhuqi check`.
private struct Finding: Encodable {
    enum State: String, Encodable { case ok, warn, bad }

    let check: String
    let state: State
    let says: String
    /// What to do; nil where all is well.
    let advice: String?

    private enum CodingKeys: String, CodingKey { case check, state, says, advice = "do" }

    static func ok(_ check: String, _ says: String) -> Finding { Finding(check: check, state: .ok, says: says, advice: nil) }
    static func warn(_ check: String, _ says: String, _ advice: String) -> Finding { Finding(check: check, state: .warn, says: says, advice: advice) }
    static func bad(_ check: String, _ says: String, _ advice: String) -> Finding { Finding(check: check, state: .bad, says: says, advice: advice) }

    var readable: String {
        let line = "\(state.rawValue)".padding(toLength: 5, withPad: " ", startingAt: 0) + check.padding(toLength: 15, withPad: " ", startingAt: 0) + says
        return advice.map { "\(line)\n     → \($0)" } ?? line
    }

    static func json(_ findings: [Finding]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(findings), as: UTF8.self)
    }
}
