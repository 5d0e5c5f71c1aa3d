/// One row of an answer, read field by field in the order of the `select`: `Need(id: row(), title: row())`.
/// It lives inside the closure that decodes it and never leaves it.
package struct Row {
    private let field: (Int32) -> Cell
    private var place: Int32 = 0

    init(_ field: @escaping (Int32) -> Cell) { self.field = field }

    /// The next field. Throws `StorageFailure.unreadable` where it holds something else, or nothing.
    package mutating func callAsFunction<Value: CellCodable>(_ type: Value.Type = Value.self) throws -> Value {
        let cell = field(place)
        place += 1
        guard let value = Value(cell: cell) else { throw StorageFailure.unreadable(column: Int(place - 1), as: "\(type)") }
        return value
    }

    /// The next field, which may hold nothing.
    package mutating func maybe<Value: CellCodable>(_ type: Value.Type = Value.self) throws -> Value? {
        if case .null = field(place) { place += 1; return nil }
        return try callAsFunction(type)
    }
}
