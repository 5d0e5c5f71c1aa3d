import CSQLite

/// A connection to a SQLite file: write-ahead log, and each commit flushed to the disk before it is acknowledged
/// (`synchronous=FULL`: NORMAL lost acknowledged writes in 22 of 25 power cuts, see docs/decisions).
final class SQLiteConnection: Connection {
    let engine = Engine.sqlite
    let alive = true
    var inTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
    private var handle: OpaquePointer?
    private var statements: [String: OpaquePointer] = [:]

    init(path: String, readOnly: Bool) throws {
        let flags = SQLITE_OPEN_NOMUTEX | (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else {
            throw StorageFailure.unavailable("\(path): \(message)")
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 5000)
        if !readOnly { try run("pragma journal_mode = wal"); try run("pragma synchronous = full"); try run("pragma secure_delete = on") }
        try run("pragma foreign_keys = on")
        // Without it "insert or replace" deletes the old row past the triggers that keep it (L2).
        try run("pragma recursive_triggers = on")
        try run("pragma mmap_size = 268435456")
        try run("pragma trusted_schema = off")
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    @discardableResult
    func run(_ text: String, _ values: [Cell], _ body: (inout Row) throws -> Void) throws -> Int {
        let statement = try prepared(text)
        defer { sqlite3_reset(statement); sqlite3_clear_bindings(statement) }
        for (place, value) in values.enumerated() { bind(value, to: statement, at: Int32(place + 1)) }
        while true {
            let code = sqlite3_step(statement)
            switch code {
            case SQLITE_ROW:
                var row = Row { SQLiteConnection.cell(statement, $0) }
                try body(&row)
            case SQLITE_DONE: return Int(sqlite3_changes(handle))
            default: throw failure(code)
            }
        }
    }

    private func prepared(_ text: String) throws -> OpaquePointer {
        if let statement = statements[text] { return statement }
        if statements.count >= 300 {
            // One that still gives its rows stays: whoever decodes a row may ask something else meanwhile.
            for (text, statement) in statements where sqlite3_stmt_busy(statement) == 0 {
                sqlite3_finalize(statement)
                statements[text] = nil
            }
        }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure(code, in: text) }
        statements[text] = statement
        return statement
    }

    private func bind(_ value: Cell, to statement: OpaquePointer, at place: Int32) {
        // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: sqlite3_bind_null(statement, place)
        case .int(let number): sqlite3_bind_int64(statement, place, number)
        case .double(let number): sqlite3_bind_double(statement, place, number)
        case .bool(let flag): sqlite3_bind_int64(statement, place, flag ? 1 : 0)
        case .text(var text): text.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(statement, place, $0.baseAddress ?? UnsafePointer(bitPattern: 1), Int32($0.count), transient)
            }
        }
        case .bytes(let bytes):
            if bytes.isEmpty { sqlite3_bind_zeroblob(statement, place, 0) } else {
                sqlite3_bind_blob(statement, place, bytes, Int32(bytes.count), transient)
            }
        }
    }

    private static func cell(_ statement: OpaquePointer, _ place: Int32) -> Cell {
        switch sqlite3_column_type(statement, place) {
        case SQLITE_INTEGER: return .int(sqlite3_column_int64(statement, place))
        case SQLITE_FLOAT: return .double(sqlite3_column_double(statement, place))
        case SQLITE_TEXT:
            let count = Int(sqlite3_column_bytes(statement, place))
            guard let start = sqlite3_column_text(statement, place) else { return .text("") }
            return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let count = Int(sqlite3_column_bytes(statement, place))
            guard let start = sqlite3_column_blob(statement, place) else { return .bytes([]) }
            return .bytes([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }

    private var message: String { sqlite3_errmsg(handle).map { String(cString: $0) } ?? "no message" }

    private func failure(_ code: Int32, in text: String = "") -> StorageFailure {
        switch code {
        // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE and _ROWID, which are macros that Swift cannot see.
        case 1555, 2067, 2579: return .collision(what: message)
        default: break
        }
        switch code & 0xFF {
        case SQLITE_CONSTRAINT: return .refused(what: message)
        case SQLITE_BUSY, SQLITE_LOCKED: return .retry(message)
        case SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB: return .disk(message)
        case SQLITE_FULL, SQLITE_CANTOPEN, SQLITE_READONLY: return .unavailable(message)
        default: return .statement(text.isEmpty ? message : "\(message) in: \(text.prefix(400))")
        }
    }
}
