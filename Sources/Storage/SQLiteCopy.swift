import CSQLite
import Foundation

extension Database {
    /// Copies a SQLite database page by page, from a file that others write or into one that others read (SQLite's online
    /// backup): they see the state before or the state after, never one between. Blocks: for commands alone.
    ///
    /// - Parameter mayReplace: asked when nobody can write into the target any more; where it says no, nothing is copied.
    /// - Returns: whether it was copied.
    @discardableResult
    package static func copy(from source: String, to target: String, where mayReplace: () throws -> Bool = { true }) throws -> Bool {
        let (from, to) = (try SQLiteFile(source, SQLITE_OPEN_READWRITE), try SQLiteFile(target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE))
        guard let backup = sqlite3_backup_init(to.handle, "main", from.handle, "main") else { throw StorageFailure.unavailable("\(target): \(to.message)") }
        func step(_ pages: Int32) -> Int32 {
            var (code, tries) = (sqlite3_backup_step(backup, pages), 0)
            while code == SQLITE_BUSY || code == SQLITE_LOCKED, tries < 600 {
                usleep(50_000)
                tries += 1
                code = sqlite3_backup_step(backup, pages)
            }
            return code
        }
        // A step of no pages takes the lock on the target, and keeps it.
        let code: Int32
        do {
            let locked = step(0)
            guard locked == SQLITE_OK || locked == SQLITE_DONE else { throw StorageFailure.unavailable("\(source) to \(target): \(to.message) (\(locked))") }
            guard try mayReplace() else {
                sqlite3_backup_finish(backup)
                return false
            }
            // All pages in one step: a step sees one state, and a second one would begin anew after each write of others.
            code = step(-1)
        } catch {
            sqlite3_backup_finish(backup)
            throw error
        }
        let end = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, end == SQLITE_OK else { throw StorageFailure.unavailable("\(source) to \(target): \(to.message) (\(code))") }
        try to.run("pragma wal_checkpoint(truncate)")
        return true
    }

    /// The texts of one column, read while another connection holds the lock for writing.
    package static func texts(_ statement: StaticString, in path: String) throws -> [String] {
        let file = try SQLiteFile(path, SQLITE_OPEN_READWRITE)
        var (query, texts): (OpaquePointer?, [String]) = (nil, [])
        guard sqlite3_prepare_v2(file.handle, "\(statement)", -1, &query, nil) == SQLITE_OK else { throw StorageFailure.statement(file.message) }
        defer { sqlite3_finalize(query) }
        while sqlite3_step(query) == SQLITE_ROW { if let text = sqlite3_column_text(query, 0) { texts.append(String(cString: text)) } }
        return texts
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
