import Values
import Foundation

/// The database: SQLite in a file by default, PostgreSQL for several nodes. Stores are written once for both.
///
/// A transaction is a **synchronous** closure, so that the compiler refuses an `await` inside it. It may run more than
/// once (two nodes in each other's way; a key that somebody else took first), so it does nothing but read and write.
package struct Database: Sendable {
    package let engine: Engine
    package let vault: Vault
    private let readers: Crew
    private let writers: Crew
    private let open: @Sendable () throws -> any Connection

    /// A SQLite file, made where there is none.
    package static func sqlite(path: String, vault: Vault, readers: Int = 4) throws -> Database {
        // Opened once here, so that a wrong path is said at start, and the log mode is set before the readers come.
        _ = try SQLiteConnection(path: path, readOnly: false)
        return Database(
            engine: .sqlite, vault: vault,
            readers: Crew("read", threads: readers) { try SQLiteConnection(path: path, readOnly: true) },
            writers: Crew("write", threads: 1, batch: 64, pace: groupCommit) { try SQLiteConnection(path: path, readOnly: false) },
            open: { try SQLiteConnection(path: path, readOnly: false) })
    }

    /// `url` as libpq reads it: `postgres://user@host/name` or `host=… dbname=…`.
    /// - Parameter schema: where its tables are, if not where the account looks by itself.
    package static func postgres(url: String, vault: Vault, schema: StaticString? = nil, connections: Int = 8) throws -> Database {
        _ = try PostgresConnection(url: url, schema: schema)
        return Database(
            engine: .postgres, vault: vault,
            readers: Crew("read", threads: connections) { try PostgresConnection(url: url, schema: schema) },
            writers: Crew("write", threads: connections) { try PostgresConnection(url: url, schema: schema) }, open: { try PostgresConnection(url: url, schema: schema) })
    }

    package func close() { readers.close(); writers.close() }

    /// Makes the disk forget what was overwritten or deleted in a table, once that is committed: SQLite's write-ahead log, which
    /// still holds the old pages, is emptied into the file (where `secure_delete` has left zeros); PostgreSQL writes the table
    /// anew. May be repeated; waits for readers that still look at the state before.
    package func scrub(_ table: StaticString) async throws {
        let open = open
        // A thread of its own: neither statement may stand in a transaction.
        let crew = Crew("scrub", threads: 1, open: open)
        defer { crew.close() }
        var tries = 0
        while true {
            let isDone: Bool = try await withCheckedThrowingContinuation { continuation in
                crew.add { connection in
                    continuation.resume(with: Result {
                        let connection = try connection.get()
                        guard connection.engine == .sqlite else {
                            try connection.run("vacuum (full) \(table)")
                            return true
                        }
                        var isBusy = Int64(1)
                        try connection.run("pragma wal_checkpoint(truncate)", []) { row in isBusy = try row() }
                        return isBusy == 0
                    })
                }
            }
            if isDone { return }
            tries += 1
            guard tries < 10 else { throw StorageFailure.retry("readers keep the write-ahead log from being emptied") }
            try await Task.sleep(for: .milliseconds(100 << min(tries, 5)))
        }
    }

    /// Reads. Several statements in one closure see one state of the database.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws -> T {
        let vault = vault
        return try await withCheckedThrowingContinuation { continuation in
            readers.add { connection in
                continuation.resume(with: Result {
                    let connection = try connection.get()
                    try connection.run(connection.engine == .sqlite ? "begin" : "begin isolation level repeatable read read only")
                    defer { _ = try? connection.run("rollback") }  // nothing was written; a broken link is found by the next job
                    return try body(Reader(connection, vault))
                })
            }
        }
    }

    /// Writes, in one transaction that is committed and flushed before this returns.
    package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        var tries = 0
        while true {
            do { return try await writeOnce(body) } catch let failure as StorageFailure {
                tries += 1
                switch failure {
                case .retry where tries < 6: try await Task.sleep(for: .milliseconds(5 << tries))
                // The reader of a key that somebody else took first reads their deed the second time, and says so.
                case .collision where tries < 2: continue
                default: throw failure
                }
            }
        }
    }

    private func writeOnce<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        let (engine, vault) = (engine, vault)
        return try await withCheckedThrowingContinuation { continuation in
            writers.add { connection in
                switch engine {
                case .postgres:
                    continuation.resume(with: Result {
                        let connection = try connection.get()
                        try connection.run("begin")
                        do {
                            let value = try body(Transaction(connection, vault))
                            try connection.run("commit")
                            return value
                        } catch {
                            if connection.alive { try connection.run("rollback") }
                            throw error
                        }
                    })
                case .sqlite:
                    guard let group = (try? connection.get()) as? GroupedConnection else {
                        return continuation.resume(throwing: connection.failure ?? StorageFailure.unavailable("no connection"))
                    }
                    let result = Result { try body(Transaction(group.connection, vault)) }
                    group.finish(failed: result.failure != nil) { commitFailure in
                        if let commitFailure { continuation.resume(throwing: commitFailure) } else { continuation.resume(with: result) }
                    }
                }
            }
        }
    }
}

extension Result {
    fileprivate var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}

/// SQLite flushes the disk once a commit, so writes that wait together share one: each in a savepoint of its own,
/// acknowledged only after the commit.
private let groupCommit: Crew.Pace = { jobs, connection in
    guard case .success(let connection) = connection else { return jobs.forEach { $0(connection) } }
    let group = GroupedConnection(connection)
    do { try connection.run("begin immediate") } catch { return jobs.forEach { $0(.failure(error)) } }
    for (place, job) in jobs.enumerated() {
        do { try connection.run("savepoint job") } catch { job(.failure(error)); continue }
        job(.success(group))
        guard connection.inTransaction else {
            // SQLite gave the whole transaction up: nothing of the group stands, and the rest is a group of its own.
            group.acknowledge(StorageFailure.retry("the transaction was given up"))
            return groupCommit(Array(jobs[(place + 1)...]), .success(connection))
        }
    }
    do {
        try connection.run("commit")
        group.acknowledge(nil)
    } catch {
        // After a failed flush the pages may be gone while later commits seem to succeed: stop, recover, start again.
        if case StorageFailure.disk = error {
            FileHandle.standardError.write(Data("zhuqi: the disk refused a commit (\(error)); stopping so that nothing more is acknowledged\n".utf8))
            exit(70)
        }
        do { try connection.run("rollback") } catch { try? FileHandle.standardError.write(contentsOf: Data("zhuqi: rollback: \(error)\n".utf8)) }
        group.acknowledge(error)
    }
}

/// What a job of a group sees: the connection, and a place to say how it ended.
private final class GroupedConnection: Connection {
    let connection: any Connection
    private var acknowledgements: [((any Error)?) -> Void] = []

    init(_ connection: any Connection) { self.connection = connection }

    var engine: Engine { connection.engine }
    var alive: Bool { connection.alive }
    var inTransaction: Bool { connection.inTransaction }

    func run(_ text: String, _ values: [Cell], _ body: (inout Row) throws -> Void) throws -> Int {
        try connection.run(text, values, body)
    }

    func finish(failed: Bool, _ acknowledge: @escaping ((any Error)?) -> Void) {
        do {
            if failed { try connection.run("rollback to job") }
            try connection.run("release job")
            acknowledgements.append(acknowledge)
        } catch { acknowledge(error) }
    }

    func acknowledge(_ failure: (any Error)?) { for acknowledgement in acknowledgements { acknowledgement(failure) } }
}

/// Reads inside one transaction.
package class Reader {
    fileprivate let connection: any Connection
    package let vault: Vault

    fileprivate init(_ connection: any Connection, _ vault: Vault) { self.connection = connection; self.vault = vault }

    package var engine: Engine { connection.engine }

    package func rows<T>(_ sql: SQL, _ decode: (inout Row) throws -> T) throws -> [T] {
        let (text, values) = try sql.checked(for: engine)
        var all: [T] = []
        try connection.run(text, values) { row in all.append(try decode(&row)) }
        return all
    }

    package func first<T>(_ sql: SQL, _ decode: (inout Row) throws -> T) throws -> T? { try rows(sql, decode).first }

    /// The one row; `StorageFailure.missing` where there is none.
    package func one<T>(_ sql: SQL, _ decode: (inout Row) throws -> T) throws -> T {
        guard let row = try first(sql, decode) else { throw StorageFailure.missing }
        return row
    }

    package func values<T: CellCodable>(_ sql: SQL, _ type: T.Type = T.self) throws -> [T] { try rows(sql) { try $0(type) } }
    package func value<T: CellCodable>(_ sql: SQL, _ type: T.Type = T.self) throws -> T? { try first(sql) { try $0(type) } }
    package func count(_ sql: SQL) throws -> Int { try one(sql) { try $0() } }
    package func exists(_ sql: SQL) throws -> Bool { try !rows(sql) { _ in true }.isEmpty }
}

/// Reads and writes inside one transaction.
package final class Transaction: Reader {
    /// Answers how many rows changed.
    @discardableResult
    package func run(_ sql: SQL) throws -> Int {
        let (text, values) = try sql.checked(for: engine)
        return try connection.run(text, values) { _ in }
    }

    /// True when the row was new: `insert … on conflict do nothing`.
    package func insertsOnce(_ sql: SQL) throws -> Bool { try run(sql) == 1 }
}
