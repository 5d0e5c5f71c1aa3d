/// A tree of `size` entries that is read from its tiles: roots, and proofs that an entry is in it or that it continues
/// an earlier one. `tile` gives the hashes of a tile, exactly as many as it is wide.
package struct TiledTree {
    package let size: Int
    private let tile: (Tile) throws -> [TreeHash]

    package init(size: Int, tile: @escaping (Tile) throws -> [TreeHash]) { self.size = size; self.tile = tile }

    /// The root over all entries.
    package func root() throws -> TreeHash { try hash(0..<size) }

    /// The path from an entry to the root (RFC 6962, 2.1.1), the leaf's neighbour first.
    package func inclusion(of index: Int) throws -> [TreeHash] {
        guard (0..<size).contains(index) else { throw LedgerRefusal.beyondTree(index: index, size: size) }
        var path: [TreeHash] = []
        var range = 0..<size
        while range.count > 1 {
            let (left, right) = range.halves
            let isLeft = index < left.upperBound
            path.append(try hash(isLeft ? right : left))
            range = isLeft ? left : right
        }
        return path.reversed()
    }

    /// That this tree continues the one of its first `earlier` entries (RFC 6962, 2.1.2).
    package func consistency(from earlier: Int) throws -> [TreeHash] {
        guard earlier > 0, earlier <= size else { throw LedgerRefusal.beyondTree(index: earlier, size: size) }
        var path: [TreeHash] = []
        var (range, isWhole) = (0..<size, true)
        while range.upperBound != earlier {
            let (left, right) = range.halves
            if earlier <= left.upperBound {
                path.append(try hash(right))
                range = left
            } else {
                path.append(try hash(left))
                (range, isWhole) = (right, false)
            }
        }
        // Where the earlier tree is a subtree from the first entry on, its root is known to whoever asks.
        if !isWhole { path.append(try hash(range)) }
        return path.reversed()
    }

    /// The hash over a range that begins where a subtree of its size may begin.
    private func hash(_ range: Range<Int>) throws -> TreeHash {
        if range.isEmpty { return .ofNothing }
        if range.count & (range.count - 1) == 0 { return try whole(range) }
        let (left, right) = range.halves
        return .node(try hash(left), try hash(right))
    }

    /// A subtree of 2^n entries: from 2^(n mod 8) neighbours in one tile.
    private func whole(_ range: Range<Int>) throws -> TreeHash {
        let height = range.count.trailingZeroBitCount
        let level = height / 8
        let (first, count) = (range.lowerBound >> (8 * level), 1 << (height % 8))
        guard let place = Tile(.hashes(level: level), first / Tile.full, in: size) else { throw LedgerRefusal.beyondTree(index: range.lowerBound, size: size) }
        let hashes = try tile(place)
        guard hashes.count == place.width else { throw LedgerRefusal.badTile(path: place.path) }
        let start = first % Tile.full
        return Frontier.root(of: hashes[start..<(start + count)])
    }
}

extension Range<Int> {
    /// Where RFC 6962 divides a tree: the left half is the largest power of two below its size.
    fileprivate var halves: (left: Range<Int>, right: Range<Int>) {
        let middle = lowerBound + (1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount))
        return (lowerBound..<middle, middle..<upperBound)
    }
}
