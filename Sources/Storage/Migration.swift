package import Values

/// One numbered step of a room's tables, forward only. What was released is never edited; a later step mends it.
package struct Migration: Sendable {
    package let name: String
    let statements: [SQL]

    package init(_ room: StaticString, _ number: Int, _ statements: [SQL]) {
        name = "\(room) \(number)"
        self.statements = statements
    }

    /// The step's name and what it runs on an engine, to read before it is run.
    package func script(for engine: Engine) -> String {
        (["-- \(name)"] + statements.map { $0.spelled(for: engine).text + ";" }).joined(separator: "\n")
    }
}

extension Database {
    /// Runs what is missing, in one transaction, safe from two nodes at once. Refuses a database whose schema is newer
    /// than this program. Answers the names of the steps that it ran.
    @discardableResult
    package func migrate(_ migrations: [Migration], now: Instant = .now) async throws -> [String] {
        try await write { tx in
            // One node at a time: SQLite's write transaction is alone anyway. The number is 'zhuqi' in ASCII.
            if tx.engine == .postgres { _ = try tx.rows("select 1 from (select pg_advisory_xact_lock(525889892713)) l") { _ in true } }
            try tx.run("create table if not exists migration (name \(.text) not null primary key, at \(.int) not null)\(.strict)")
            let done = Set(try tx.values("select name from migration", String.self))
            let unknown = done.subtracting(migrations.map(\.name))
            guard unknown.isEmpty else { throw StorageFailure.newerSchema(unknown: unknown.sorted()) }
            let missing = migrations.filter { !done.contains($0.name) }
            for migration in missing {
                for statement in migration.statements { try tx.run(statement) }
                try tx.run("insert into migration (name, at) values (\(migration.name), \(now))")
            }
            return missing.map(\.name)
        }
    }

    /// The steps that the database lacks; empty when it is up to date. Throws as `migrate` does for a newer schema.
    package func pending(_ migrations: [Migration]) async throws -> [String] {
        try await read { reader in
            let done = try reader.hasTable("migration") ? Set(try reader.values("select name from migration", String.self)) : []
            let unknown = done.subtracting(migrations.map(\.name))
            guard unknown.isEmpty else { throw StorageFailure.newerSchema(unknown: unknown.sorted()) }
            return migrations.map(\.name).filter { !done.contains($0) }
        }
    }
}

extension Reader {
    /// Whether there is such a table: one that was never set up has none, an older one not all.
    package func hasTable(_ name: String) throws -> Bool {
        try exists(
            """
            select 1 from \(.either(sqlite: "sqlite_master", postgres: "pg_tables"))
            where \(.either(sqlite: "type = 'table' and name", postgres: "schemaname = current_schema() and tablename")) = \(name)
            """)
    }
}
