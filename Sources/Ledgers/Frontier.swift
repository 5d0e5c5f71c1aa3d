/// The growing edge of a tree: of each level the tile that is not full yet. Enough to append, and to say the root.
package struct Frontier: Sendable {
    package private(set) var size: Int
    /// Fewer than 256 hashes each, the lowest level first.
    package private(set) var edge: [[TreeHash]]

    package init() { (size, edge) = (0, []) }

    /// From the unfinished tiles of a tree of `size` entries, as `widths(of:)` says them. Nil where one has another width.
    package init?(size: Int, edge: [[TreeHash]]) {
        guard size >= 0, edge.map(\.count) == Frontier.widths(of: size) else { return nil }
        self.size = size
        self.edge = edge
    }

    /// How wide the unfinished tile of each level is, up to the highest that has one; 0 where all are full.
    package static func widths(of size: Int) -> [Int] {
        var widths: [Int] = []
        var rest = size
        while rest > 0 {
            widths.append(rest % Tile.full)
            rest /= Tile.full
        }
        return widths
    }

    /// A tile that has become full.
    package struct Finished: Sendable {
        package let level: Int
        package let index: Int
        package let hashes: [TreeHash]
    }

    /// Appends an entry by its hash; hands on each tile that became full, the lowest first.
    package mutating func append(_ leaf: TreeHash, finished: (Finished) -> Void = { _ in }) {
        size += 1
        var (hash, level, above) = (leaf, 0, size)
        while true {
            if level == edge.count { edge.append([]) }
            edge[level].append(hash)
            above /= Tile.full
            guard edge[level].count == Tile.full else { return }
            let hashes = edge[level]
            edge[level].removeAll(keepingCapacity: true)
            finished(Finished(level: level, index: above - 1, hashes: hashes))
            hash = Frontier.root(of: hashes)
            level += 1
        }
    }

    /// The root of the tree as it stands.
    package var root: TreeHash {
        var right: TreeHash?
        for hashes in edge {
            // From the right: the smallest whole subtree of this level first.
            var (end, width) = (hashes.count, 1)
            while end > 0 {
                if hashes.count & width != 0 {
                    let whole = Frontier.root(of: hashes[(end - width)..<end])
                    right = right.map { TreeHash.node(whole, $0) } ?? whole
                    end -= width
                }
                width *= 2
            }
        }
        return right ?? .ofNothing
    }

    /// The root over 2^n hashes.
    package static func root(of hashes: some Collection<TreeHash>) -> TreeHash {
        var row = Array(hashes)
        while row.count > 1 {
            for place in 0..<(row.count / 2) { row[place] = .node(row[2 * place], row[2 * place + 1]) }
            row.removeLast(row.count / 2)
        }
        return row.first ?? .ofNothing
    }
}
