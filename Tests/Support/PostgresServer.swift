import CPostgreSQL
import Crypto
import Foundation
import Storage
import Synchronization
import Testing

/// The server that tests may use. A schema is migrated once into a template whose name is made from its text, and stays
/// there for later runs; each test gets a copy of its own, which takes a tenth of a second and is dropped afterwards.
struct PostgresServer: Sendable {
    let url: String

    static let ofTests = ProcessInfo.processInfo.environment["ZHUQI_TEST_POSTGRES"].flatMap { $0.isEmpty ? nil : PostgresServer(url: $0) }

    /// Copies in use at once: each holds several of the server's connections.
    private static let places = Turnstile(6)
    private static let making = Turnstile(1)
    private static let warned = Mutex(false)

    static func warnOnce() {
        let isFirst = warned.withLock { warned in
            defer { warned = true }
            return !warned
        }
        guard isFirst else { return }
        Issue.record("PostgreSQL was NOT tested: ZHUQI_TEST_POSTGRES names no server (script/test starts one)", severity: .warning)
    }

    func withDatabase(_ migrations: [Migration], _ body: (_ url: String) async throws -> Void) async throws {
        try await PostgresServer.places.pass {
            let template = try await PostgresServer.making.pass { try await self.template(migrations) }
            let name = "zhuqi_test_" + UUID().uuidString.lowercased().replacing("-", with: "")
            try run("create database \(name) template \(template)")
            defer { _ = try? run("drop database \(name) with (force)") }
            try await body(try address(of: name))
        }
    }

    private func template(_ migrations: [Migration]) async throws -> String {
        let text = migrations.map { $0.script(for: .postgres) }.joined(separator: "\n")
        let name = "zhuqi_template_" + SHA256.hash(data: Data(text.utf8)).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        if try run("select 1 from pg_database where datname = '\(name)'") > 0 { return name }
        let draft = "zhuqi_draft_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try run("create database \(draft) template template0 encoding 'UTF8' locale 'C.UTF-8'")
        let database = try Database.postgres(url: try address(of: draft), vault: try testVault(), connections: 1)
        try await database.migrate(migrations)
        database.close()
        while try run("select 1 from pg_stat_activity where datname = '\(draft)'") > 0 { try await Task.sleep(for: .milliseconds(5)) }
        do { try run("alter database \(draft) rename to \(name)") } catch {
            // Another run of tests was quicker: its template is the same.
            try run("drop database \(draft)")
            if try run("select 1 from pg_database where datname = '\(name)'") == 0 { throw error }
        }
        return name
    }

    private func address(of name: String) throws -> String {
        guard var parts = URLComponents(string: url) else { throw PostgresRefusal(words: "ZHUQI_TEST_POSTGRES is no URL") }
        parts.path = "/" + name
        return parts.string ?? url
    }

    /// Answers how many rows came.
    @discardableResult
    private func run(_ statement: String) throws -> Int {
        let connection = PQconnectdb(url)
        defer { PQfinish(connection) }
        let result = PQexec(connection, statement)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return Int(PQntuples(result))
        default: throw PostgresRefusal(words: PQerrorMessage(connection).map { String(cString: $0) } ?? "no message")
        }
    }
}

struct PostgresRefusal: Error { let words: String }

/// Lets so many through at once; the others wait without holding a thread.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ places: Int) { free = places }

    nonisolated func pass<T>(_ body: () async throws -> T) async rethrows -> T {
        await enter()
        do {
            let value = try await body()
            await leave()
            return value
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    private func leave() { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
}
