/// Verifying, as RFC 9162 (2.1.3.2 and 2.1.4.2) says it for the trees of RFC 6962.
package enum Proof {
    /// That an entry with this hash stands at `index` of the tree with this root.
    package static func check(_ path: [TreeHash], of leaf: TreeHash, at index: Int, size: Int, root: TreeHash) throws(LedgerRefusal) {
        guard index >= 0, index < size else { throw .beyondTree(index: index, size: size) }
        let needed = length(index: index, size: size)
        guard path.count == needed else { throw .wrongLength(needed: needed, found: path.count) }
        var (hash, place, last) = (leaf, index, size - 1)
        for step in path {
            if place & 1 == 1 || place == last {
                hash = .node(step, hash)
                while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
            } else { hash = .node(hash, step) }
            (place, last) = (place >> 1, last >> 1)
        }
        guard hash == root else { throw .notInTree(index: index) }
    }

    /// How many hashes a proof has: one for each level below the place where the entry's way leaves the right edge, and one
    /// for each left neighbour of that edge above it.
    static func length(index: Int, size: Int) -> Int {
        let inner = Int.bitWidth - (index ^ (size - 1)).leadingZeroBitCount
        return inner + (index >> inner).nonzeroBitCount
    }

    /// That the tree of `size` entries continues the one of `earlier`.
    package static func check(_ path: [TreeHash], from earlier: Int, _ old: TreeHash, to size: Int, _ root: TreeHash) throws(LedgerRefusal) {
        guard earlier > 0 else {
            guard earlier == 0, old == .ofNothing, path.isEmpty else { throw .rewritten(from: earlier, to: size) }
            return
        }
        guard earlier <= size else { throw .stale(known: earlier, shown: size) }
        if earlier == size {
            guard old == root else { throw .fork(size: size) }
            guard path.isEmpty else { throw .wrongLength(needed: 0, found: path.count) }
            return
        }
        var path = path[...]
        // A whole subtree from the first entry on is not said again.
        if earlier & (earlier - 1) == 0 { path = [old] + path }
        guard let first = path.popFirst() else { throw .rewritten(from: earlier, to: size) }
        var (place, last) = (earlier - 1, size - 1)
        while place & 1 == 1 { (place, last) = (place >> 1, last >> 1) }
        var (before, now) = (first, first)
        for step in path {
            guard last > 0 else { throw .rewritten(from: earlier, to: size) }
            if place & 1 == 1 || place == last {
                (before, now) = (.node(step, before), .node(step, now))
                while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
            } else { now = .node(now, step) }
            (place, last) = (place >> 1, last >> 1)
        }
        guard last == 0, before == old, now == root else { throw .rewritten(from: earlier, to: size) }
    }
}
