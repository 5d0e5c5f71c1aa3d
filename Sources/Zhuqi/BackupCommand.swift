import ArgumentParser
import Foundation
import Languages
import Markup
import Storage
import Values

/// What both commands know of a backup's inside.
struct Manifest: Codable {
    let engine: String
    let at: Int64
    /// The steps that its database had been through.
    let steps: [String]
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
        let stage = try Staging(beside: settings.folder)
        defer { stage.clear() }
        try await settings.erasureList.complete(from: database)
        let manifest = Manifest(engine: database.engine.rawValue, at: Instant.now.milliseconds, steps: House.migrations.map(\.name))
        try JSONEncoder().encode(manifest).write(to: URL(fileURLWithPath: stage.path + "/manifest.json"))
        // Files before and after the database: each that it names is among them, whichever is added or removed meanwhile. Those
        // that no row names are left out when it is restored.
        try stage.link(from: settings.folder)
        if let url = settings.databaseURL {
            try Program("pg_dump", ["--format=custom", "--no-owner", "--schema=public", "--file=\(stage.path)/zhuqi.pg"], PostgresAddress(url)).run()
        } else {
            let copy = stage.path + "/zhuqi.sqlite"
            try Database.copy(from: settings.databaseFile, to: copy)
            try Database.compact(copy)
        }
        try stage.link(from: settings.folder)
        let tar = Program("tar", ["--create", "--gzip", "--exclude=./*-wal", "--exclude=./*-shm", "--directory=\(stage.path)", "."])
        try tar.pour { try Archive.write($0, to: file, database.vault) }
        let size = (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
        print("zhuqi: \(file): \(grouped(size)) bytes, sealed with the key in \(settings.keyFile); keep that key, and the list of erasures \(settings.erasures), in another place")
    }
}
