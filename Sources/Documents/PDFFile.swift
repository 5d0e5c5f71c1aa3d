/// As much of a PDF as is needed to add to it and to take out what we added: its table of objects, dictionaries as values,
/// streams as bytes. It reads what Cairo and we write, classic cross-reference tables (ISO 32000-1, 7.5.4); of anything else
/// it says that it cannot. Hostile bytes make it say so too, never more.
package struct PDFFile: Sendable {
    let bytes: [UInt8]
    /// Where each object begins.
    private let offsets: [Int: Int]
    let trailer: Value
    /// Of the last table.
    let start: Int

    package struct Unreadable: Error, Equatable { package let what: String }

    /// A value of a PDF; what needs no understanding stays as it was spelled.
    indirect enum Value: Sendable, Equatable {
        case spelled([UInt8])
        case reference(Int)
        case list([Value])
        case dictionary([Entry])

        struct Entry: Sendable, Equatable {
            let name: String
            var value: Value
        }

        subscript(name: String) -> Value? { if case .dictionary(let entries) = self { entries.first { $0.name == name }?.value } else { nil } }

        var number: Int? { if case .spelled(let text) = self { Int(String(decoding: text, as: UTF8.self)) } else { nil } }
        var reference: Int? { if case .reference(let number) = self { number } else { nil } }
        var items: [Value]? { if case .list(let items) = self { items } else { nil } }

        mutating func set(_ name: String, _ value: Value) {
            guard case .dictionary(var entries) = self else { return }
            entries.removeAll { $0.name == name }
            entries.append(Entry(name: name, value: value))
            self = .dictionary(entries)
        }

        static func text(_ text: String) -> Value { .spelled([UInt8](text.utf8)) }

        var written: [UInt8] {
            switch self {
            case .spelled(let text): text
            case .reference(let number): [UInt8]("\(number) 0 R".utf8)
            case .list(let items): [UInt8]("[ ".utf8) + items.flatMap { $0.written + [32] } + [UInt8]("]".utf8)
            case .dictionary(let entries):
                [UInt8]("<< ".utf8) + entries.flatMap { [UInt8]("/\($0.name) ".utf8) + $0.value.written + [32] } + [UInt8](">>".utf8)
            }
        }
    }

    package init(_ bytes: [UInt8]) throws(Unreadable) {
        self.bytes = bytes
        guard bytes.starts(with: "%PDF-1.".utf8) else { throw Unreadable(what: "no PDF") }
        let tail = bytes.suffix(1024)
        guard let word = PDFFile.last("startxref", in: tail) else { throw Unreadable(what: "no end") }
        var scanner = Scanner(bytes: bytes, place: word + 9)
        guard let first = scanner.number() else { throw Unreadable(what: "no table") }
        var offsets: [Int: Int] = [:]
        var trailer: Value?
        var next: Int? = first
        // Newer tables first: what they name hides what older ones name. The limit ends a circle.
        for _ in 0..<16 {
            guard let place = next else { break }
            guard place >= 0, place < bytes.count else { throw Unreadable(what: "table outside the file") }
            scanner = Scanner(bytes: bytes, place: place)
            guard scanner.takes("xref") else { throw Unreadable(what: "another kind of table") }
            while let from = scanner.number(), let count = scanner.number() {
                guard (0..<Int(Int32.max)).contains(from), (0...100_000).contains(count) else { throw Unreadable(what: "table of no size") }
                for number in from..<from + count {
                    guard let offset = scanner.number(), scanner.number() != nil, let kind = scanner.word() else { throw Unreadable(what: "broken table") }
                    if kind == "n", offsets[number] == nil { offsets[number] = offset }
                }
            }
            guard scanner.takes("trailer"), let dictionary = scanner.value(depth: 0) else { throw Unreadable(what: "no trailer") }
            trailer = trailer ?? dictionary
            next = dictionary["Prev"]?.number
        }
        guard let trailer, next == nil || offsets.count > 0 else { throw Unreadable(what: "no trailer") }
        (self.offsets, self.trailer, start) = (offsets, trailer, first)
    }

    func object(_ number: Int) throws(Unreadable) -> Value {
        var scanner = try scanner(number)
        guard let value = scanner.value(depth: 0) else { throw Unreadable(what: "object \(number)") }
        return value
    }

    /// The bytes of a stream that is stored as it is, without a filter.
    func plainStream(_ number: Int) throws(Unreadable) -> [UInt8] {
        var scanner = try scanner(number)
        guard let dictionary = scanner.value(depth: 0), dictionary["Filter"] == nil, let length = dictionary["Length"]?.number, length >= 0,
            scanner.takes("stream")
        else { throw Unreadable(what: "stream \(number)") }
        var start = scanner.place
        if start < bytes.count, bytes[start] == 13 { start += 1 }
        if start < bytes.count, bytes[start] == 10 { start += 1 }
        guard length <= bytes.count - start else { throw Unreadable(what: "stream \(number) ends early") }
        return Array(bytes[start..<start + length])
    }

    private func scanner(_ number: Int) throws(Unreadable) -> Scanner {
        guard let offset = offsets[number], offset >= 0, offset < bytes.count else { throw Unreadable(what: "no object \(number)") }
        var scanner = Scanner(bytes: bytes, place: offset)
        guard scanner.number() == number, scanner.number() != nil, scanner.takes("obj") else { throw Unreadable(what: "object \(number)") }
        return scanner
    }

    /// A value or what it refers to.
    func resolved(_ value: Value?) throws(Unreadable) -> Value? {
        guard case .reference(let number)? = value else { return value }
        return try object(number)
    }

    var root: Int { get throws(Unreadable) {
        guard let root = trailer["Root"]?.reference else { throw Unreadable(what: "no root") }
        return root
    } }

    /// The first page's object.
    var firstPage: Int { get throws(Unreadable) {
        var node = try object(root)["Pages"]
        for _ in 0..<16 {
            guard let number = node?.reference else { break }
            guard let kids = try object(number)["Kids"]?.items else { return number }
            node = kids.first
        }
        throw Unreadable(what: "no page")
    } }

    /// The attached file of this name; nil when there is none.
    package func attachment(_ name: String) throws(Unreadable) -> [UInt8]? {
        let names = try resolved(try resolved(try object(root)["Names"])?["EmbeddedFiles"])?["Names"]?.items ?? []
        for place in stride(from: 0, to: names.count - 1, by: 2) where names[place] == .text("(\(name))") {
            guard let file = try resolved(names[place + 1])?["EF"]?["F"]?.reference else { break }
            return try plainStream(file)
        }
        return nil
    }

    private static func last(_ word: String, in bytes: ArraySlice<UInt8>) -> Int? {
        let word = [UInt8](word.utf8)
        guard bytes.count >= word.count else { return nil }
        for place in stride(from: bytes.endIndex - word.count, through: bytes.startIndex, by: -1) where bytes[place...].starts(with: word) { return place }
        return nil
    }
}

extension PDFFile {
    /// Goes through the bytes of a PDF from a place on.
    struct Scanner {
        let bytes: [UInt8]
        var place: Int

        private static let blanks: Set<UInt8> = [0, 9, 10, 12, 13, 32]
        private static let delimiters = Set("()<>[]{}/%".utf8)

        mutating func skip() {
            while place < bytes.count {
                if Scanner.blanks.contains(bytes[place]) { place += 1 } else if bytes[place] == UInt8(ascii: "%") {
                    while place < bytes.count, bytes[place] != 10, bytes[place] != 13 { place += 1 }
                } else { return }
            }
        }

        mutating func takes(_ word: String) -> Bool {
            skip()
            guard bytes[min(place, bytes.count)...].starts(with: word.utf8) else { return false }
            place += word.utf8.count
            return true
        }

        mutating func word() -> String? {
            skip()
            let start = place
            while place < bytes.count, !Scanner.blanks.contains(bytes[place]), !Scanner.delimiters.contains(bytes[place]) { place += 1 }
            return place > start ? String(decoding: bytes[start..<place], as: UTF8.self) : nil
        }

        /// A whole number, or nothing taken.
        mutating func number() -> Int? {
            let before = place
            guard let word = word(), let number = Int(word) else { place = before; return nil }
            return number
        }

        mutating func value(depth: Int) -> Value? {
            guard depth < 32 else { return nil }
            skip()
            guard place < bytes.count else { return nil }
            let start = place
            switch bytes[place] {
            case UInt8(ascii: "<") where place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: "<"):
                place += 2
                var entries: [Value.Entry] = []
                while !takes(">>") {
                    guard takes("/"), let name = word(), let value = value(depth: depth + 1) else { return nil }
                    entries.append(.init(name: name, value: value))
                }
                return .dictionary(entries)
            case UInt8(ascii: "<"):
                while place < bytes.count, bytes[place] != UInt8(ascii: ">") { place += 1 }
                guard place < bytes.count else { return nil }
                place += 1
                return .spelled(Array(bytes[start..<place]))
            case UInt8(ascii: "["):
                place += 1
                var items: [Value] = []
                while !takes("]") {
                    guard let item = value(depth: depth + 1) else { return nil }
                    items.append(item)
                }
                return .list(items)
            case UInt8(ascii: "("):
                var open = 0
                while place < bytes.count {
                    switch bytes[place] {
                    case UInt8(ascii: "\\"): place += 1
                    case UInt8(ascii: "("): open += 1
                    case UInt8(ascii: ")"): open -= 1
                    default: break
                    }
                    place += 1
                    if open == 0 { return place <= bytes.count ? .spelled(Array(bytes[start..<place])) : nil }
                }
                return nil
            case UInt8(ascii: "/"):
                place += 1
                guard word() != nil else { return nil }
                return .spelled(Array(bytes[start..<place]))
            default:
                guard let word = word() else { return nil }
                // `12 0 R` is a reference.
                let after = place
                if let number = Int(word), self.number() != nil, takes("R") { return .reference(number) }
                place = after
                return .spelled([UInt8](word.utf8))
            }
        }
    }
}
