import CPostgreSQL
import Glibc

/// A connection to PostgreSQL 15 or later, by blocking libpq on a thread of its own. All values travel as text;
/// numbers, flags and bytes carry their type, strings take it from their place in the statement.
final class PostgresConnection: Connection {
    let engine = Engine.postgres
    private let handle: OpaquePointer
    private var names: [String: String] = [:]

    /// - Parameter schema: where its tables are, if not where the account looks by itself.
    init(url: String, schema: StaticString? = nil) throws {
        guard let handle = PQconnectdb(url) else { throw StorageFailure.unavailable("no memory for a connection") }
        self.handle = handle
        guard PQstatus(handle) == CONNECTION_OK else { throw StorageFailure.unavailable(message) }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try run("set timezone = 'UTC'")
        try run("set lock_timeout = '10s'")
        if let schema { try run("set search_path = \(schema)") }
    }

    deinit { PQfinish(handle) }

    var alive: Bool { PQstatus(handle) == CONNECTION_OK }
    var inTransaction: Bool { PQtransactionStatus(handle) != PQTRANS_IDLE }

    @discardableResult
    func run(_ text: String, _ values: [Cell], _ body: (inout Row) throws -> Void) throws -> Int {
        let result = values.isEmpty ? PQexec(handle, text) : try runPrepared(text, values)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK:
            for line in 0..<PQntuples(result) {
                var row = Row { PostgresConnection.cell(result, line, $0) }
                try body(&row)
            }
        case PGRES_COMMAND_OK: break
        default: throw failure(result, in: text)
        }
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    private func runPrepared(_ text: String, _ values: [Cell]) throws -> OpaquePointer? {
        let name = try prepared(text, values)
        let texts = values.map { PostgresConnection.spelled($0) }
        // libpq reads the strings during the call only; they live in `owned` until it returns.
        let owned = texts.map { text in text.map { strdup($0) } ?? nil }
        defer { for pointer in owned { free(pointer) } }
        let pointers = owned.map { UnsafePointer<CChar>($0) }
        return PQexecPrepared(handle, name, Int32(values.count), pointers, nil, nil, 0)
    }

    private func prepared(_ text: String, _ values: [Cell]) throws -> String {
        let types = values.map { PostgresConnection.type($0) }
        // The same text with a null in another place has other types: the key holds them.
        let key = text + "|" + types.map { String($0) }.joined(separator: ",")
        if let name = names[key] { return name }
        if names.count >= 300 {
            try run("deallocate all")
            names.removeAll(keepingCapacity: true)
        }
        let name = "s\(names.count)"
        let result = PQprepare(handle, name, text, Int32(values.count), types)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(result, in: text) }
        names[key] = name
        return name
    }

    private static func type(_ value: Cell) -> Oid {
        switch value {
        case .null, .text: 0
        case .int: 20
        case .double: 701
        case .bool: 16
        case .bytes: 17
        }
    }

    private static func spelled(_ value: Cell) -> String? {
        switch value {
        case .null: return nil
        case .int(let number): return String(number)
        case .double(let number): return "\(number)"
        case .bool(let flag): return flag ? "t" : "f"
        case .text(let text): return text
        case .bytes(let bytes):
            var text = "\\x"
            text.reserveCapacity(2 + 2 * bytes.count)
            for byte in bytes {
                text += byte < 16 ? "0" : ""
                text += String(byte, radix: 16)
            }
            return text
        }
    }

    private static func cell(_ result: OpaquePointer?, _ line: Int32, _ place: Int32) -> Cell {
        guard PQgetisnull(result, line, place) == 0, let start = PQgetvalue(result, line, place) else { return .null }
        let count = Int(PQgetlength(result, line, place))
        return start.withMemoryRebound(to: UInt8.self, capacity: count) {
            .text(String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self))
        }
    }

    private var message: String { PQerrorMessage(handle).map { String(cString: $0) } ?? "no message" }

    private func failure(_ result: OpaquePointer?, in text: String) -> StorageFailure {
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        let what = PQresultErrorMessage(result).map { String(cString: $0) } ?? message
        switch state {
        case "23505", "23P01": return .collision(what: what)
        case "40001", "40P01", "55P03": return .retry(what)
        case _ where state.hasPrefix("23"), "P0001": return .refused(what: what)
        case _ where state.hasPrefix("58"), "53100": return .disk(what)
        case "": return .unavailable(what)
        case _ where state.hasPrefix("08"), _ where state.hasPrefix("57P"): return .unavailable(what)
        default: return .statement("\(what) in: \(text.prefix(400))")
        }
    }
}
