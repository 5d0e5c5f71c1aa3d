import ArgumentParser
import Files
import Foundation
import Languages
import Markup
import Holdings
import Home
import Identity
import Jobs
import Logging
import Messaging
import Papers
import Reference
import Storage
import Values
import Web

/// A backup is put back beside the database that serves, where no page reads it. Only when everybody is forgotten again who had
/// themselves erased since does it take that one's place, in one step: a page sees the state before or the state after.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put database and files back as they stand in a backup, and forget again whoever was erased since.",
        discussion: "Works while the site serves; everybody signs in anew. What was written since the backup is gone: make another backup first.")

    @Argument(help: "The backup.") var file: String
    @Flag(help: "Replace a database that holds people already.") var replace = false

    func run() async throws {
        let settings = try await Settings.load()
        guard FileManager.default.fileExists(atPath: settings.keyFile) else {
            throw SettingsFailure("there is no key at \(settings.keyFile): put back the key file that belongs to the backup, or name it in ZHUQI_KEY_FILE")
        }
        let vault = try settings.vault()
        let stage = try Staging(beside: settings.folder)
        defer { stage.clear() }
        try Program("tar", ["--extract", "--gzip", "--no-same-owner", "--directory=\(stage.path)"]).fill { try Archive.read(file, vault, into: $0) }
        let manifest = try manifest(stage, settings)
        var erased = try await erasedSoFar(settings)
        guard settings.erasureList.exists else {
            throw SettingsFailure(
                "the list of erasures \(settings.erasures) is missing, and whoever was erased since the backup would come back: put it back from where you keep it, "
                    + "or make an empty file there if nobody ever was")
        }
        let successor: any Successor
        if let url = settings.databaseURL { successor = try PostgresSuccessor(url, dump: stage.path + "/zhuqi.pg", vault) } else {
            successor = try SQLiteSuccessor(stage.path + "/zhuqi.sqlite", of: settings.databaseFile, vault)
        }
        try await successor.database.migrate(House.migrations)
        var (forgotten, moved) = (0, 0)
        repeat {
            forgotten += try await replay(erased, in: successor.database)
            moved += try await putBack(stage, successor.database, settings)
            // Somebody may have had themselves erased while all this went on.
            erased = try await successor.takeOver()
        } while !erased.isEmpty
        print("zhuqi: restored to \(Instant(milliseconds: manifest.at).day), \(grouped(moved)) files put back, \(grouped(forgotten)) erasures done again; everybody signs in anew")
    }

    private func manifest(_ stage: Staging, _ settings: Settings) throws -> Manifest {
        guard let data = FileManager.default.contents(atPath: stage.path + "/manifest.json"), let manifest = try? JSONDecoder().decode(Manifest.self, from: data) else {
            throw SettingsFailure("\(file) holds no manifest that this edition reads: restore it with the edition that made it")
        }
        let unknown = Set(manifest.steps).subtracting(House.migrations.map(\.name))
        guard unknown.isEmpty else {
            throw SettingsFailure("the backup was made by a newer edition of this program, which knows \(unknown.sorted().joined(separator: ", ")): install that edition, and restore with it")
        }
        switch (manifest.engine, settings.databaseURL) {
        case ("sqlite", nil), ("postgres", .some): return manifest
        case ("sqlite", _): throw SettingsFailure("the backup is of SQLite: restore it without ZHUQI_DATABASE_URL")
        default: throw SettingsFailure("the backup is of PostgreSQL: set ZHUQI_DATABASE_URL to an empty database, or to the one to be replaced")
        }
    }

    /// Those of the list that is kept apart, and those whom the database knows that is replaced now.
    private func erasedSoFar(_ settings: Settings) async throws -> [ID<Person>] {
        if settings.databaseURL != nil || FileManager.default.fileExists(atPath: settings.databaseFile) {
            let database = try settings.database()
            defer { database.close() }
            do { _ = try await database.pending(House.migrations) } catch StorageFailure.newerSchema {
                throw SettingsFailure("the database that is there belongs to a newer edition of this program: restore with that edition, or into an empty database")
            }
            // One that was never set up knows nobody; an older one may not know erasures yet.
            let (holdsPeople, knowsErasures) = try await database.read { reader in
                (try reader.hasTable("person") && reader.exists("select 1 from person limit 1"), try reader.hasTable("erasure"))
            }
            guard replace || !holdsPeople else {
                throw SettingsFailure("the database holds people already; with --replace what was written since the backup is gone, so make another backup first")
            }
            if knowsErasures { try await settings.erasureList.complete(from: database) }
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
            try tx.freeJobs()
            // They have signed for what was entered since the backup: with the next entry they would sign a fork.
            try tx.renewLedgerKeys(at: now)
        }
        return count
    }

    /// The files that a row names: those of the erased are not among them any more.
    private func putBack(_ stage: Staging, _ database: Database, _ settings: Settings) async throws -> Int {
        let places = Staging.places(stage.path)
        var count = 0
        for start in stride(from: 0, to: places.count, by: 500) {
            let some = Array(places[start..<min(start + 500, places.count)])
            let owned = try await database.read { try $0.ownedPlaces(some) }
            count += try stage.moveFiles(some.filter(owned.contains), to: settings.folder)
        }
        return count
    }
}
