import ArgumentParser
import Demo
import Foundation
import Logging
import Storage
import Values

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Fill an empty database with a province, its experts, firms and a year of help; marks it as a demo.")

    @Option(help: "Another seed gives other numbers; names and texts stay.") var seed: UInt64 = 7

    func run() async throws {
        let settings = try await Settings.load()
        let database = try settings.database()
        try await database.migrate(House.migrations)
        guard try await database.read({ try !$0.exists("select 1 from person limit 1") && !$0.exists("select 1 from organisation limit 1") }) else {
            throw SettingsFailure("the database is not empty; a demo fills only an empty one. Set ZHUQI_DATA or ZHUQI_DATABASE_URL to another")
        }
        let house = try House(reference: try settings.tables(), site: settings.site(database, tls: false, port: settings.port, isDemo: true, log: Logger(label: "zhuqi")), post: settings.post(database, isDemo: true))
        let begin = ContinuousClock.now
        IDSource.repeats(from: seed)
        try await Stage(database: database, reference: house.reference, intake: house.intake, complaints: house.complaints, files: house.files, seed: seed, now: .now).fill { step in
            FileHandle.standardError.write(Data("zhuqi: \(step)\n".utf8))
        }
        print("zhuqi: the demo is ready after \((ContinuousClock.now - begin).components.seconds) s; start it with `zhuqi serve` and open /demo")
        database.close()
    }
}
