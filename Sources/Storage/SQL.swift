/// A statement, written as text whose interpolations become bound parameters: `"… where id = \(id)"`.
/// Its literals are `StaticString`, so a plain `String` does not compile as a query (`security.md` I1).
/// One text serves both engines; where they must differ, `\(.either(sqlite:postgres:))` says both halves side by side.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    enum Piece: Sendable {
        case text(String)
        case value(Cell)
        case either(sqlite: String, postgres: String)
    }

    private(set) var pieces: [Piece]

    package init(stringLiteral value: StaticString) { pieces = [.text("\(value)")] }
    package init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }
    private init(_ pieces: [Piece]) { self.pieces = pieces }

    package struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []

        package init(literalCapacity: Int, interpolationCount: Int) { pieces.reserveCapacity(2 * interpolationCount + 1) }
        package mutating func appendLiteral(_ literal: StaticString) { pieces.append(.text("\(literal)")) }
        package mutating func appendInterpolation(_ value: some CellCodable) { pieces.append(.value(value.cell)) }
        package mutating func appendInterpolation(_ value: (some CellCodable)?) { pieces.append(.value(value?.cell ?? .null)) }
        package mutating func appendInterpolation(_ part: SQL) { pieces += part.pieces }
        package mutating func appendInterpolation(_ part: SQL?) { pieces += part?.pieces ?? [] }

        /// `in (\(list: ids))`. An empty list becomes `null`, which nothing is in.
        package mutating func appendInterpolation(list values: some Collection<some CellCodable>) {
            guard !values.isEmpty else { return pieces.append(.text("null")) }
            for (place, value) in values.enumerated() {
                if place > 0 { pieces.append(.text(", ")) }
                pieces.append(.value(value.cell))
            }
        }
    }

    package static func either(sqlite: StaticString, postgres: StaticString) -> SQL {
        SQL([.either(sqlite: "\(sqlite)", postgres: "\(postgres)")])
    }

    /// A table's or column's name that a declaration holds: literal as well, never typed by anybody.
    package static func named(_ name: StaticString) -> SQL { SQL([.text("\(name)")]) }

    /// Conditions joined by `and`; true when there are none.
    package static func all(_ conditions: [SQL]) -> SQL { joined(conditions, by: " and ", none: "1 = 1") }
    /// Conditions joined by `or`; false when there are none.
    package static func any(_ conditions: [SQL]) -> SQL { joined(conditions, by: " or ", none: "1 = 0") }

    private static func joined(_ conditions: [SQL], by word: String, none: String) -> SQL {
        guard !conditions.isEmpty else { return SQL([.text(none)]) }
        var pieces: [Piece] = [.text("(")]
        for (place, condition) in conditions.enumerated() {
            if place > 0 { pieces.append(.text(word)) }
            pieces += condition.pieces
        }
        return SQL(pieces + [.text(")")])
    }

    /// As `spelled`, for running. Refuses a NUL in a text, which PostgreSQL cannot keep: libpq would cut the text there.
    func checked(for engine: Engine) throws(StorageFailure) -> (text: String, values: [Cell]) {
        let spelled = spelled(for: engine)
        for case .text(let text) in spelled.values where text.utf8.contains(0) { throw .refused(what: "a text holds a NUL") }
        return spelled
    }

    /// The text for one engine, its parameters numbered $1 … in order, and their values.
    func spelled(for engine: Engine) -> (text: String, values: [Cell]) {
        var text = ""
        var values: [Cell] = []
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .value(let value):
                values.append(value)
                text += "$\(values.count)"
            case .either(let sqlite, let postgres): text += engine == .sqlite ? sqlite : postgres
            }
        }
        return (text, values)
    }
}

// The words that differ from engine to engine.
extension SQL {
    /// Column types of migrations: `id \(.text) not null primary key`. Times and counts are 64-bit integers.
    package static var text: SQL { "text" }
    package static var int: SQL { .either(sqlite: "integer", postgres: "bigint") }
    package static var bool: SQL { .either(sqlite: "integer", postgres: "boolean") }
    package static var double: SQL { .either(sqlite: "real", postgres: "double precision") }
    package static var bytes: SQL { .either(sqlite: "blob", postgres: "bytea") }
    /// A number that rises with each row.
    package static var serial: SQL {
        .either(sqlite: "integer primary key autoincrement", postgres: "bigint generated always as identity primary key")
    }
    /// Ends `create table`, so that SQLite keeps types too.
    package static var strict: SQL { .either(sqlite: " strict", postgres: "") }
    /// Locks the rows that a write is about to decide on. First in a statement of its own, then load with the joins.
    package static var forUpdate: SQL { .either(sqlite: "", postgres: " for update") }
    package static var skipLocked: SQL { .either(sqlite: "", postgres: " for update skip locked") }
    package static var octets: SQL { .either(sqlite: "length", postgres: "octet_length") }

    /// Triggers that refuse to change or delete a row, on both engines (`security.md` L2).
    package static func appendOnly(_ table: StaticString) -> [SQL] {
        let name = SQL([.text("\(table)")])
        return [
            .halves(
                sqlite: "create trigger \(name)_no_update before update on \(name) begin select raise(abort, 'append only'); end",
                postgres: """
                    create or replace function append_only() returns trigger language plpgsql as \
                    $$ begin raise exception 'append only'; end $$
                    """),
            .halves(
                sqlite: "create trigger \(name)_no_delete before delete on \(name) begin select raise(abort, 'append only'); end",
                postgres: """
                    create trigger \(name)_append_only before update or delete or truncate on \(name) \
                    for each statement execute function append_only()
                    """),
        ]
    }

    /// Of a table that is append only the text may be taken out when its years are over, as a whole, a dash or several in its
    /// place. Nothing else of a row ever changes.
    ///
    /// - Parameter fixed: all its other columns.
    package static func emptiable(_ table: StaticString, text: StaticString, fixed: [StaticString]) -> [SQL] {
        let (name, text) = (named(table), named(text))
        let fixed = fixed.dropFirst().reduce(fixed.first.map(named) ?? "") { "\($0), \(named($1))" }
        let isText: SQL = "rtrim(new.\(text), '—') <> ''"
        return [
            halves(sqlite: "drop trigger \(name)_no_update", postgres: "drop trigger \(name)_append_only on \(name)"),
            halves(
                sqlite: "create trigger \(name)_no_update before update of \(fixed) on \(name) begin select raise(abort, 'append only'); end",
                postgres: "create trigger \(name)_no_update before update of \(fixed) on \(name) for each statement execute function append_only()"),
            halves(
                sqlite: "create trigger \(name)_no_other_text before update of \(text) on \(name) when \(isText) begin select raise(abort, 'append only'); end",
                postgres: "create trigger \(name)_no_other_text before update of \(text) on \(name) for each row when (\(isText)) execute function append_only()"),
            halves(
                sqlite: "select 1",
                postgres: "create trigger \(name)_append_only before delete or truncate on \(name) for each statement execute function append_only()"),
        ]
    }

    /// Two statements, of which each engine runs its own.
    package static func halves(sqlite: SQL, postgres: SQL) -> SQL {
        SQL([.either(sqlite: sqlite.spelled(for: .sqlite).text, postgres: postgres.spelled(for: .postgres).text)])
    }
}

package enum Engine: String, Sendable { case sqlite, postgres }
