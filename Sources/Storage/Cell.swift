package import Values

/// What one field of a row holds, and one bound parameter.
package enum Cell: Sendable, Hashable {
    case null
    case int(Int64)
    case double(Double)
    case bool(Bool)
    case text(String)
    case bytes([UInt8])
}

/// A value that can stand in a field. PostgreSQL answers in text, so a decoder reads that too.
package protocol CellCodable: Sendable {
    var cell: Cell { get }
    init?(cell: Cell)
}

extension Int64: CellCodable {
    package var cell: Cell { .int(self) }
    package init?(cell: Cell) {
        switch cell {
        case .int(let value): self = value
        case .text(let text): guard let value = Int64(text) else { return nil }; self = value
        default: return nil
        }
    }
}

extension Int: CellCodable {
    package var cell: Cell { .int(Int64(self)) }
    package init?(cell: Cell) { guard let value = Int64(cell: cell) else { return nil }; self = Int(value) }
}

extension Double: CellCodable {
    package var cell: Cell { .double(self) }
    package init?(cell: Cell) {
        switch cell {
        case .double(let value): self = value
        case .int(let value): self = Double(value)
        case .text(let text): guard let value = Double(text) else { return nil }; self = value
        default: return nil
        }
    }
}

extension Bool: CellCodable {
    package var cell: Cell { .bool(self) }
    package init?(cell: Cell) {
        switch cell {
        case .bool(let value): self = value
        case .int(0), .text("f"): self = false
        case .int(1), .text("t"): self = true
        default: return nil
        }
    }
}

extension String: CellCodable {
    package var cell: Cell { .text(self) }
    package init?(cell: Cell) { guard case .text(let text) = cell else { return nil }; self = text }
}

extension Array: CellCodable where Element == UInt8 {
    package var cell: Cell { .bytes(self) }
    package init?(cell: Cell) {
        switch cell {
        case .bytes(let bytes): self = bytes
        case .text(let text) where text.hasPrefix("\\x"):
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.utf8.count / 2 - 1)
            var high: UInt8?
            for digit in text.utf8.dropFirst(2) {
                let value: UInt8
                switch digit {
                case 48...57: value = digit - 48
                case 97...102: value = digit - 87
                default: return nil
                }
                if let first = high { bytes.append(first << 4 | value); high = nil } else { high = value }
            }
            self = bytes
        default: return nil
        }
    }
}

extension ID: CellCodable {
    package var cell: Cell { .text(text) }
    package init?(cell: Cell) { guard case .text(let text) = cell else { return nil }; self.init(text) }
}

extension Instant: CellCodable {
    package var cell: Cell { .int(milliseconds) }
    package init?(cell: Cell) { guard let value = Int64(cell: cell) else { return nil }; self.init(milliseconds: value) }
}

extension Day: CellCodable {
    package var cell: Cell { .text(description) }
    package init?(cell: Cell) { guard case .text(let text) = cell else { return nil }; self.init(text) }
}

extension Minutes: CellCodable {
    package var cell: Cell { count.cell }
    package init?(cell: Cell) { guard let value = Int(cell: cell) else { return nil }; self.init(value) }
}

extension Party: CellCodable {
    package var cell: Cell { .text(key) }
    package init?(cell: Cell) { guard case .text(let text) = cell else { return nil }; self.init(key: text) }
}

extension CellCodable where Self: RawRepresentable, RawValue == String {
    package var cell: Cell { .text(rawValue) }
    package init?(cell: Cell) { guard case .text(let text) = cell else { return nil }; self.init(rawValue: text) }
}
