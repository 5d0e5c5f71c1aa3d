import CSQLite
import Foundation

extension Database {
    /// Copies a SQLite database page by page, from a file that others write or into one that others read (SQLite's online
    /// backup): they see the state before or the state after, never one between. Blocks: for commands alone.
    package static func copy(from source: String, to target: String) throws {
        let (from, to) = (try SQLiteFile(source, SQLITE_OPEN_READWRITE), try SQLiteFile(target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE))
        guard let backup = sqlite3_backup_init(to.handle, "main", from.handle, "main") else { throw StorageFailure.unavailable("\(target): \(to.message)") }
        // All pages in one step: a step sees one state, and a second one would begin anew after each write of others.
        var (code, tries) = (sqlite3_backup_step(backup, -1), 0)
        while code == SQLITE_BUSY || code == SQLITE_LOCKED, tries < 600 {
            usleep(50_000)
            tries += 1
            code = sqlite3_backup_step(backup, -1)
        }
        let end = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, end == SQLITE_OK else { throw StorageFailure.unavailable("\(source) to \(target): \(to.message) (\(code))") }
        try to.run("pragma wal_checkpoint(truncate)")
    }

    /// Writes the file anew, without the free pages in which deleted rows may still be read, and nothing in a log beside it.
    package static func compact(_ path: String) throws {
        let file = try SQLiteFile(path, SQLITE_OPEN_READWRITE)
        for statement in ["pragma wal_checkpoint(truncate)", "vacuum", "pragma wal_checkpoint(truncate)"] { try file.run(statement) }
    }
}

private final class SQLiteFile {
    private(set) var handle: OpaquePointer?

    init(_ path: String, _ flags: Int32) throws {
        guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else { throw StorageFailure.unavailable("\(path): \(message)") }
        sqlite3_busy_timeout(handle, 30_000)
    }

    deinit { sqlite3_close_v2(handle) }

    func run(_ statement: String) throws {
        guard sqlite3_exec(handle, statement, nil, nil, nil) == SQLITE_OK else { throw StorageFailure.unavailable(message) }
    }

    var message: String { sqlite3_errmsg(handle).map { String(cString: $0) } ?? "no message" }
}
