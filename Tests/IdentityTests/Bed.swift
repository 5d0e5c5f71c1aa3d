import Foundation
import Files
import Happenings
import Identity
import Jobs
import Languages
import Messaging
import Storage
import Testing
import Turns
import Values
import Web

/// Each engine once, with an empty database of its own: SQLite in a file, PostgreSQL where ZHUQI_TEST_POSTGRES names a server.
func onBothEngines(_ schema: StaticString, _ body: @Sendable (Database) async throws -> Void) async throws {
    let vault = try Vault(secret: [UInt8](repeating: 7, count: 32))
    let name = "\(schema)_\(ID<Database>().text.suffix(8))"
    let path = NSTemporaryDirectory() + name + ".sqlite"
    let sqlite = try Database.sqlite(path: path, vault: vault, readers: 2)
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
    try await sqlite.migrate(Bed.migrations)
    try await body(sqlite)
    sqlite.close()

    guard let server = ProcessInfo.processInfo.environment["ZHUQI_TEST_POSTGRES"] else { return }
    let place = SQL.either(sqlite: schema, postgres: schema)
    let maker = try Database.postgres(url: server, vault: vault, connections: 1)
    try await maker.write { tx in
        try tx.run("drop schema if exists \(place) cascade")
        try tx.run("create schema \(place)")
    }
    let postgres = try Database.postgres(url: server + "?options=-csearch_path%3D\(schema)", vault: vault, connections: 4)
    try await postgres.migrate(Bed.migrations)
    try await body(postgres)
    postgres.close()
    try await maker.write { tx in _ = try tx.run("drop schema \(place) cascade") }
    maker.close()
}

enum Bed {
    static var migrations: [Migration] {
        Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
            + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations + AccountRoom().migrations
            + FilesRoom(maySee: { _, _, _, _ in false }).migrations
    }

    static let now = Instant(Day(number: 20_400), 10)

    static func time(_ minutes: Int) -> Instant { now + .minutes(minutes) }
}
