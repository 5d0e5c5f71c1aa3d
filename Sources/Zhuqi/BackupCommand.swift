import ArgumentParser
import Foundation
import Holdings
import Home
import Languages
import Logging
import Markup
import Messaging
import Papers
import Reference
import Storage
import Values
import Web

/// What both commands know of a backup's inside.
private struct Manifest: Codable {
    let engine: String
    let at: Int64
}

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write database and files into one sealed file, while the site serves.",
        discussion: "Without the key in ZHUQI_KEY_FILE the file opens for nobody: keep both, in different places.")

    @Argument(help: "Where to write it.") var file: String

    func run() async throws {
        let settings = try await Settings.load()
        let database = try await settings.readyDatabase()
        defer { database.close() }
        let stage = try Stage(beside: settings.folder)
        defer { stage.clear() }
        try await settings.erasureList.complete(from: database)
        if let url = settings.databaseURL {
            try Program("pg_dump", ["--format=custom", "--no-owner", "--file=\(stage.path)/zhuqi.pg"], PostgresAddress(url)).run()
        } else {
            let copy = stage.path + "/zhuqi.sqlite"
            try Database.copy(from: settings.databaseFile, to: copy)
            try Database.compact(copy)
        }
        try JSONEncoder().encode(Manifest(engine: database.engine.rawValue, at: Instant.now.milliseconds)).write(to: URL(fileURLWithPath: stage.path + "/manifest.json"))
        var arguments = ["--create", "--gzip", "--exclude=./*-wal", "--exclude=./*-shm", "--directory=\(stage.path)", "."]
        // Files never change once they are there; those that came after the database was copied have no row in it and are swept.
        if FileManager.default.fileExists(atPath: settings.folder + "/files") { arguments += ["--directory=\(try settings.wholeFolder())", "files"] }
        try Program("tar", arguments).pour { try Archive.write($0, to: file, database.vault) }
        let size = (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
        print("zhuqi: \(file): \(grouped(size)) bytes, sealed with the key in \(settings.keyFile); keep that key in another place")
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put database and files back as they stand in a backup, and forget again whoever was erased since.",
        discussion: "Works while the site serves; everybody signs in anew. What was written since the backup is gone: make another backup first.")

    @Argument(help: "The backup.") var file: String
    @Flag(help: "Replace a database that holds people already.") var replace = false

    func run() async throws {
        let settings = try await Settings.load()
        let vault = try settings.vault()
        let stage = try Stage(beside: settings.folder)
        defer { stage.clear() }
        try Program("tar", ["--extract", "--gzip", "--no-same-owner", "--directory=\(stage.path)"]).fill { try Archive.read(file, vault, into: $0) }
        guard let data = FileManager.default.contents(atPath: stage.path + "/manifest.json") else { throw SettingsFailure("\(file) holds no manifest") }
        let manifest = try JSONDecoder().decode(Manifest.self, from: data)
        guard manifest.engine == (settings.databaseURL == nil ? Engine.sqlite : .postgres).rawValue else {
            throw SettingsFailure("the backup is of \(manifest.engine); set ZHUQI_DATABASE_URL accordingly")
        }
        let erased = try await erasedSoFar(settings)
        let database: Database
        if let url = settings.databaseURL {
            try Program("pg_restore", ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--dbname=\(PostgresAddress(url).environment["PGDATABASE"] ?? "")", stage.path + "/zhuqi.pg"], PostgresAddress(url)).run()
            database = try settings.database()
        } else {
            database = try .sqlite(path: stage.path + "/zhuqi.sqlite", vault: vault)
        }
        try await database.migrate(House.migrations)
        let forgotten = try await replay(erased, in: database)
        if settings.databaseURL == nil {
            database.close()
            // Only now, with everybody forgotten who is to be, does it become the one that serves.
            try Database.compact(stage.path + "/zhuqi.sqlite")
            try Database.copy(from: stage.path + "/zhuqi.sqlite", to: settings.databaseFile)
        } else {
            for table in ["person", "ledger_opening"] as [StaticString] { try await database.scrub(table) }
            database.close()
        }
        let files = try stage.moveFiles(to: settings.folder)
        print("zhuqi: restored to \(Instant(milliseconds: manifest.at).day), \(grouped(files)) files put back, \(grouped(forgotten)) erasures done again; everybody signs in anew")
    }

    /// Those of the list that is kept apart, and those whom the database knows that is replaced now.
    private func erasedSoFar(_ settings: Settings) async throws -> [ID<Person>] {
        if settings.databaseURL != nil || FileManager.default.fileExists(atPath: settings.databaseFile) {
            let database = try settings.database()
            defer { database.close() }
            // A database that was never set up, or is from another edition, knows none.
            if try await database.pending(House.migrations).isEmpty {
                let holdsPeople = try await database.read { try $0.exists("select 1 from person limit 1") }
                guard replace || !holdsPeople else {
                    throw ValidationError("the database holds people already; with --replace what was written since the backup is gone")
                }
                try await settings.erasureList.complete(from: database)
            }
        }
        return try settings.erasureList.all().map(\.person)
    }

    private func replay(_ erased: [ID<Person>], in database: Database) async throws -> Int {
        let site = Site(database: database, folder: "", settings: Site.Settings(baseURL: "http://localhost", hosts: []), log: Logger(label: "zhuqi"))
        let holdings = try House(reference: .bundled, site: site, post: Post(mail: .missing, text: .missing)).holdings
        var count = 0
        for person in erased {
            let now = Instant.now
            let isDone = try await database.write { tx -> Bool in
                guard try tx.exists("select 1 from person where id = \(person)"), try !tx.isErased(person) else { return false }
                try tx.erase(person, holdings, at: now)
                return true
            }
            if isDone { count += 1 }
        }
        let now = Instant.now
        try await database.write { tx in
            try tx.run("delete from session")
            // They have signed for what was entered since the backup: with the next entry they would sign a fork.
            try tx.renewLedgerKeys(at: now)
        }
        return count
    }
}

/// A folder for what lies open on the way, for this user alone, gone afterwards.
private struct Stage {
    /// No backup takes twelve hours; they are made daily.
    private static let longest: TimeInterval = 12 * 3600

    let path: String

    init(beside folder: String) throws {
        // One that was killed on its way left the whole database open here, those too who are erased by now.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix("stage-") {
            let left = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.modificationDate] as? Date
            if let left, left.timeIntervalSinceNow < -Stage.longest { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
        }
        path = folder + "/stage-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func clear() { try? FileManager.default.removeItem(atPath: path) }

    /// Those that are there already are the same: a file's name is never used twice.
    func moveFiles(to folder: String) throws -> Int {
        let manager = FileManager.default
        var count = 0
        for group in (try? manager.contentsOfDirectory(atPath: path + "/files")) ?? [] {
            try manager.createDirectory(atPath: "\(folder)/files/\(group)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for name in try manager.contentsOfDirectory(atPath: "\(path)/files/\(group)") where !manager.fileExists(atPath: "\(folder)/files/\(group)/\(name)") {
                try manager.moveItem(atPath: "\(path)/files/\(group)/\(name)", toPath: "\(folder)/files/\(group)/\(name)")
                count += 1
            }
        }
        return count
    }
}

/// Where PostgreSQL is, said to its own programs by the environment: a password in an argument could be read by everybody here.
private struct PostgresAddress {
    let environment: [String: String]

    init(_ url: String) {
        let parts = URLComponents(string: url)
        func question(_ name: String) -> String? { parts?.queryItems?.first { $0.name == name }?.value }
        var environment: [String: String] = [:]
        func set(_ name: String, _ value: String?) { if let value, !value.isEmpty { environment[name] = value } }
        set("PGHOST", question("host") ?? parts?.host)
        set("PGPORT", question("port") ?? parts?.port.map(String.init))
        set("PGUSER", question("user") ?? parts?.user)
        set("PGPASSWORD", question("password") ?? parts?.password)
        set("PGSSLMODE", question("sslmode"))
        set("PGSSLROOTCERT", question("sslrootcert"))
        set("PGDATABASE", parts.map { String($0.path.dropFirst()) })
        self.environment = environment
    }
}

/// A program of the system: an argument list, never a command line (I12).
private struct Program {
    private let process = Process()
    private let name: String

    init(_ name: String, _ arguments: [String], _ address: PostgresAddress? = nil) {
        self.name = name
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(name)")
        process.arguments = arguments
        if let address { process.environment = ProcessInfo.processInfo.environment.merging(address.environment) { $1 } }
    }

    func run() throws {
        try process.run()
        try finish()
    }

    /// Hands what it writes to `take`.
    func pour(_ take: (FileHandle) throws -> Void) throws {
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        try? pipe.fileHandleForWriting.close()
        try take(pipe.fileHandleForReading)
        try finish()
    }

    /// Lets it read what `give` writes.
    func fill(_ give: (FileHandle) throws -> Void) throws {
        let pipe = Pipe()
        process.standardInput = pipe
        try process.run()
        try? pipe.fileHandleForReading.close()
        do { try give(pipe.fileHandleForWriting) } catch {
            process.terminate()
            try? pipe.fileHandleForWriting.close()
            throw error
        }
        try pipe.fileHandleForWriting.close()
        try finish()
    }

    private func finish() throws {
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SettingsFailure("\(name) ended with \(process.terminationStatus)") }
    }
}
