import Foundation

/// A JSON value that has exactly one spelling (JCS, RFC 8785), so that a hash or signature over it can be recomputed by
/// anybody, with any library: no blanks, names sorted by UTF-16, numbers as ECMAScript prints them.
package enum CanonicalJSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// An IEEE 754 double, as all numbers of JavaScript are.
    case number(Double)
    case text(String)
    case list([CanonicalJSON])
    case object([String: CanonicalJSON])

    package var bytes: [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    package subscript(name: String) -> CanonicalJSON? { if case .object(let members) = self { members[name] } else { nil } }
    package var string: String? { if case .text(let text) = self { text } else { nil } }
    package var items: [CanonicalJSON]? { if case .list(let items) = self { items } else { nil } }

    private func write(to out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .number(let value): out += CanonicalJSON.spelled(value).utf8
        case .text(let text): CanonicalJSON.quote(text, to: &out)
        case .list(let items):
            out.append(UInt8(ascii: "["))
            for (place, item) in items.enumerated() {
                if place > 0 { out.append(UInt8(ascii: ",")) }
                item.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
            for (place, member) in sorted.enumerated() {
                if place > 0 { out.append(UInt8(ascii: ",")) }
                CanonicalJSON.quote(member.key, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.write(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func quote(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 8: out += #"\b"#.utf8
            case 9: out += #"\t"#.utf8
            case 10: out += #"\n"#.utf8
            case 12: out += #"\f"#.utf8
            case 13: out += #"\r"#.utf8
            case 0..<32:
                out += (byte < 16 ? #"\u000"# : #"\u00"#).utf8
                out += String(byte, radix: 16).utf8
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// As ECMA-262 6.1.6.1.20 prints it. Swift's own text has the same shortest digits in another dress. What is not finite
    /// has no JSON; nothing here makes one.
    private static func spelled(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return value == 0 ? "0" : "null" }
        var text = "\(value.magnitude)"[...]
        var exponent = 0
        if let e = text.firstIndex(of: "e") {
            exponent = Int(text[text.index(after: e)...]) ?? 0
            text = text[..<e]
        }
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        let (whole, fraction) = (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
        var digits = whole + fraction
        // The value is 0.digits × 10^point.
        var point = whole.count + exponent
        while digits.hasPrefix("0") { digits.removeFirst(); point -= 1 }
        while digits.hasSuffix("0") { digits.removeLast() }
        let count = digits.count
        let sign = value < 0 ? "-" : ""
        switch point {
        case count...21 where point >= count: return sign + digits + String(repeating: "0", count: point - count)
        case 1...21: return sign + digits.prefix(point) + "." + digits.dropFirst(point)
        case -5...0: return sign + "0." + String(repeating: "0", count: -point) + digits
        default:
            let power = point - 1
            return sign + digits.prefix(1) + (count > 1 ? "." + digits.dropFirst() : "") + "e" + (power < 0 ? "-" : "+") + "\(abs(power))"
        }
    }
}

// Reading.
extension CanonicalJSON {
    package struct Unreadable: Error, Equatable { package let offset: Int }

    /// Reads any JSON (RFC 8259) that is also I-JSON (RFC 7493): UTF-8, no name twice, no half of a surrogate pair, no number
    /// beyond a double. At most 64 levels deep.
    package init(reading bytes: [UInt8]) throws(Unreadable) {
        var scanner = Scanner(bytes: bytes)
        let value = try scanner.value(depth: 0)
        scanner.blanks()
        guard scanner.place == bytes.count else { throw Unreadable(offset: scanner.place) }
        self = value
    }

    /// Only what is spelled canonically already.
    package init(canonical bytes: [UInt8]) throws(Unreadable) {
        try self.init(reading: bytes)
        guard self.bytes == bytes else { throw Unreadable(offset: 0) }
    }

    private struct Scanner {
        let bytes: [UInt8]
        var place = 0

        private var next: UInt8? { place < bytes.count ? bytes[place] : nil }
        private var wrong: Unreadable { Unreadable(offset: place) }

        mutating func blanks() { while let byte = next, [32, 9, 10, 13].contains(byte) { place += 1 } }

        mutating func value(depth: Int) throws(Unreadable) -> CanonicalJSON {
            guard depth < 64 else { throw wrong }
            blanks()
            guard let byte = next else { throw wrong }
            switch byte {
            case UInt8(ascii: "{"): return try object(depth)
            case UInt8(ascii: "["): return try list(depth)
            case UInt8(ascii: "\""): return .text(try text())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return .number(try number())
            }
        }

        private mutating func word(_ word: String, _ value: CanonicalJSON) throws(Unreadable) -> CanonicalJSON {
            guard bytes[place...].starts(with: word.utf8) else { throw wrong }
            place += word.utf8.count
            return value
        }

        private mutating func take(_ byte: Character) throws(Unreadable) {
            blanks()
            guard let next, next == byte.asciiValue else { throw wrong }
            place += 1
        }

        private mutating func ends(_ byte: Character) -> Bool {
            blanks()
            guard let next, next == byte.asciiValue else { return false }
            place += 1
            return true
        }

        private mutating func object(_ depth: Int) throws(Unreadable) -> CanonicalJSON {
            try take("{")
            var members: [String: CanonicalJSON] = [:]
            if ends("}") { return .object(members) }
            while true {
                blanks()
                guard next == UInt8(ascii: "\"") else { throw wrong }
                let name = try text()
                guard members[name] == nil else { throw wrong }
                try take(":")
                members[name] = try value(depth: depth + 1)
                if ends("}") { return .object(members) }
                try take(",")
            }
        }

        private mutating func list(_ depth: Int) throws(Unreadable) -> CanonicalJSON {
            try take("[")
            var items: [CanonicalJSON] = []
            if ends("]") { return .list(items) }
            while true {
                items.append(try value(depth: depth + 1))
                if ends("]") { return .list(items) }
                try take(",")
            }
        }

        private mutating func text() throws(Unreadable) -> String {
            place += 1
            var out: [UInt8] = []
            while let byte = next {
                switch byte {
                case UInt8(ascii: "\""):
                    place += 1
                    guard let text = String(validating: out, as: UTF8.self) else { throw wrong }
                    return text
                case UInt8(ascii: "\\"):
                    place += 1
                    out += try escaped()
                case 0..<32: throw wrong
                default:
                    out.append(byte)
                    place += 1
                }
            }
            throw wrong
        }

        private mutating func escaped() throws(Unreadable) -> [UInt8] {
            guard let byte = next else { throw wrong }
            place += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
            case UInt8(ascii: "b"): return [8]
            case UInt8(ascii: "t"): return [9]
            case UInt8(ascii: "n"): return [10]
            case UInt8(ascii: "f"): return [12]
            case UInt8(ascii: "r"): return [13]
            case UInt8(ascii: "u"): break
            default: throw wrong
            }
            var units = [try unit()]
            if UTF16.isLeadSurrogate(units[0]) {
                guard bytes[place...].starts(with: #"\u"#.utf8) else { throw wrong }
                place += 2
                units.append(try unit())
            }
            guard let text = String(validating: units, as: UTF16.self) else { throw wrong }
            return [UInt8](text.utf8)
        }

        private mutating func unit() throws(Unreadable) -> UInt16 {
            var unit: UInt16 = 0
            for _ in 0..<4 {
                guard let next, let digit = Character(UnicodeScalar(next)).hexDigitValue, next < 128 else { throw wrong }
                unit = unit << 4 | UInt16(digit)
                place += 1
            }
            return unit
        }

        private mutating func number() throws(Unreadable) -> Double {
            let start = place
            func isDigit(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) } ?? false }
            if next == UInt8(ascii: "-") { place += 1 }
            guard isDigit(next) else { throw wrong }
            if next == UInt8(ascii: "0") { place += 1 } else { while isDigit(next) { place += 1 } }
            if next == UInt8(ascii: ".") {
                place += 1
                guard isDigit(next) else { throw wrong }
                while isDigit(next) { place += 1 }
            }
            if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
                place += 1
                if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
                guard isDigit(next) else { throw wrong }
                while isDigit(next) { place += 1 }
            }
            guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite else { throw wrong }
            return value
        }
    }
}
