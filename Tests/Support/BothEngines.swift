import Foundation
package import Storage
import Testing

/// Runs `body` on a fresh SQLite file and, where `ZHUQI_TEST_POSTGRES` names a server, on a fresh PostgreSQL database.
/// `database.engine` says which one it is. Write `{ database async throws in`: where the only `try`s stand inside `#expect`,
/// the compiler does not see that the closure throws.
package func onBothEngines(_ migrations: [Migration], connections: Int = 3, _ body: (Database) async throws -> Void) async throws {
    try await onSQLite(migrations) { database, _ in try await body(database) }
    try await onPostgres(migrations, connections: connections, body)
}

/// On SQLite alone, for what concerns its file.
package func onSQLite(_ migrations: [Migration], _ body: (_ database: Database, _ path: String) async throws -> Void) async throws {
    try await inFolder { folder in
        let path = folder + "/zhuqi.sqlite"
        let database = try Database.sqlite(path: path, vault: try testVault())
        defer { database.close() }
        try await database.migrate(migrations)
        try await body(database, path)
    }
}

/// On PostgreSQL alone. Where there is none, a warning says so, once a run; nothing fails.
package func onPostgres(_ migrations: [Migration], connections: Int = 3, _ body: (Database) async throws -> Void) async throws {
    try await onPostgresAddress(migrations) { url in
        let database = try Database.postgres(url: url, vault: try testVault(), connections: connections)
        defer { database.close() }
        do { try await body(database) } catch {
            FileHandle.standardError.write(Data("── thrown on PostgreSQL: \(error)\n".utf8))
            throw error
        }
    }
}

/// A fresh PostgreSQL database by its URL, for tests that open it several times, as several nodes do.
package func onPostgresAddress(_ migrations: [Migration] = [], _ body: (_ url: String) async throws -> Void) async throws {
    guard let server = PostgresServer.ofTests else { return PostgresServer.warnOnce() }
    try await server.withDatabase(migrations, body)
}

/// A folder that is gone afterwards.
package func inFolder(_ body: (_ folder: String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "zhuqi-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder + "/arrivals", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}

/// The same key each time.
package func testVault() throws -> Vault { try Vault(secret: [UInt8](repeating: 7, count: 32)) }
