/// Where a part of the tree lies: up to 256 neighbouring hashes of one height, or the entries of the lowest tile
/// (c2sp.org/tlog-tiles). What is full never changes; a part that still grows is named with its width.
package struct Tile: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// Hashes of subtrees of 256^level entries.
        case hashes(level: Int)
        case entries
    }

    package let content: Content
    package let index: Int
    /// 1 to 256.
    package let width: Int

    package static let full = 256

    package init(_ content: Content, _ index: Int, width: Int = Tile.full) {
        self.content = content
        self.index = index
        self.width = width
    }

    /// The tile of this place in a tree of `size` entries; nil where such a tree has none there.
    package init?(_ content: Content, _ index: Int, in size: Int) {
        let height = if case .hashes(let level) = content { 8 * level } else { 0 }
        let width = min((height < Int.bitWidth - 1 ? size >> height : 0) - index * Tile.full, Tile.full)
        guard index >= 0, width > 0 else { return nil }
        self.init(content, index, width: width)
    }

    /// `tile/0/x001/x234/067`, and `….p/17` for one that is 17 wide.
    package var path: String {
        let level = if case .hashes(let level) = content { "\(level)" } else { "entries" }
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = "\(rest % 1000)"
            let group = String(repeating: "0", count: 3 - digits.count) + digits
            groups.append(groups.isEmpty ? group : "x" + group)
            rest /= 1000
        } while rest > 0
        return "tile/\(level)/\(groups.reversed().joined(separator: "/"))\(width == Tile.full ? "" : ".p/\(width)")"
    }

    /// The segments after `tile/`. Nil for whatever would be written differently: each tile has one address.
    package init?(segments: some Collection<String>) {
        var segments = Array(segments)
        guard segments.count >= 2, segments.count <= 6 else { return nil }
        let level = segments.removeFirst()
        if level == "entries" { content = .entries } else {
            guard let number = Tile.decimal(level), number < 8 else { return nil }
            content = .hashes(level: number)
        }
        if segments.count >= 2, segments[segments.count - 2].hasSuffix(".p") {
            guard let number = Tile.decimal(segments.removeLast()), (1..<Tile.full).contains(number) else { return nil }
            width = number
            segments.append(String(segments.removeLast().dropLast(2)))
        } else { width = Tile.full }
        var number = 0
        for (place, segment) in segments.enumerated() {
            let digits = place == segments.count - 1 ? segment : String(segment.dropFirst())
            guard place == segments.count - 1 || segment.hasPrefix("x"), digits.utf8.count == 3, digits.utf8.allSatisfy({ (48...57).contains($0) }), let group = Int(digits)
            else { return nil }
            number = number * 1000 + group
        }
        index = number
        guard path == (["tile", level] + segments).joined(separator: "/") + (width == Tile.full ? "" : ".p/\(width)") else { return nil }
    }

    static func decimal(_ text: String) -> Int? {
        guard let number = Int(text), number >= 0, "\(number)" == text else { return nil }
        return number
    }
}

/// The entries of one tile: each with its length before it, 16 bits, the higher byte first.
package enum EntryBundle {
    /// Nil where an entry is longer than 65,535 bytes.
    package static func bytes(_ entries: some Sequence<[UInt8]>) -> [UInt8]? {
        var bytes: [UInt8] = []
        for entry in entries {
            guard entry.count <= 0xFFFF else { return nil }
            bytes.append(UInt8(entry.count >> 8))
            bytes.append(UInt8(entry.count & 0xFF))
            bytes += entry
        }
        return bytes
    }

    /// Nil where the bytes end within an entry.
    package static func entries(_ bytes: [UInt8]) -> [[UInt8]]? {
        var entries: [[UInt8]] = []
        var place = 0
        while place < bytes.count {
            guard place + 2 <= bytes.count else { return nil }
            let end = place + 2 + (Int(bytes[place]) << 8 | Int(bytes[place + 1]))
            guard end <= bytes.count else { return nil }
            entries.append(Array(bytes[(place + 2)..<end]))
            place = end
        }
        return entries
    }
}

extension Array where Element == TreeHash {
    /// The hashes of a tile; nil where the bytes are not whole hashes.
    package init?(tile bytes: [UInt8]) {
        guard bytes.count.isMultiple(of: TreeHash.size) else { return nil }
        self = stride(from: 0, to: bytes.count, by: TreeHash.size).compactMap { TreeHash(bytes[$0..<($0 + TreeHash.size)]) }
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * TreeHash.size)
        for hash in self { hash.append(to: &bytes) }
        return bytes
    }
}
