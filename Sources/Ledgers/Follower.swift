/// Somebody outside who follows a log: remembers the last checkpoint, and believes nothing that does not continue it or that
/// its root does not vouch for. `fetch` gets a path below the log's address, and answers nil where the server has nothing there.
package struct Follower: Sendable {
    package typealias Fetch = (String) async throws -> [UInt8]?

    package let key: NoteKey
    /// The last that was believed; kept from visit to visit.
    package private(set) var known: Checkpoint?

    package init(_ key: NoteKey, known: Checkpoint? = nil) { self.key = key; self.known = known }

    /// Takes in the log's present checkpoint once it is shown to continue the one before.
    @discardableResult
    package mutating func look(_ fetch: Fetch) async throws -> Checkpoint {
        guard let note = try await fetch("checkpoint") else { throw LedgerRefusal.missing(path: "checkpoint") }
        let shown = try Checkpoint(note, signedBy: key)
        if let known {
            guard shown.size >= known.size else { throw LedgerRefusal.stale(known: known.size, shown: shown.size) }
            if shown.size == known.size {
                guard shown.root == known.root else { throw LedgerRefusal.fork(size: known.size) }
            } else if known.size > 0 {
                let path = try await reading(shown, fetch) { try $0.consistency(from: known.size) }
                try Proof.check(path, from: known.size, known.root, to: shown.size, shown.root)
            }
        }
        known = shown
        return shown
    }

    /// One entry of the log as it was last seen, shown to stand in its tree.
    package func entry(_ index: Int, _ fetch: Fetch) async throws -> [UInt8] {
        let size = known?.size ?? 0
        guard let known, index >= 0, let bundle = Tile(.entries, index / Tile.full, in: size), index % Tile.full < bundle.width else { throw LedgerRefusal.beyondTree(index: index, size: size) }
        guard let bytes = try await fetch(bundle.path) else { throw LedgerRefusal.missing(path: bundle.path) }
        guard let entries = EntryBundle.entries(bytes), entries.count == bundle.width else { throw LedgerRefusal.badTile(path: bundle.path) }
        let place = Tile(.hashes(level: 0), bundle.index, width: bundle.width)
        let hashes = try await tile(place, known, fetch)
        guard TreeHash.leaf(entries[index % Tile.full]) == hashes[index % Tile.full] else { throw LedgerRefusal.changedEntry(index: index) }
        return entries[index % Tile.full]
    }

    /// The proof of an entry, made from tiles and checked.
    package func proof(of index: Int, _ fetch: Fetch) async throws -> [TreeHash] {
        guard let known, index >= 0, index < known.size else { throw LedgerRefusal.beyondTree(index: index, size: known?.size ?? 0) }
        return try await reading(known, fetch) { try $0.inclusion(of: index) }
    }

    private struct Lacking: Error { let tile: Tile }

    /// Works out something from the tree, fetching each tile when it turns out to be needed.
    private func reading<T>(_ checkpoint: Checkpoint, _ fetch: Fetch, _ work: (TiledTree) throws -> T) async throws -> T {
        var tiles: [Tile: [TreeHash]] = [:]
        while true {
            let have = tiles
            let tree = TiledTree(size: checkpoint.size) { tile in
                guard let hashes = have[tile] else { throw Lacking(tile: tile) }
                return hashes
            }
            do { return try work(tree) } catch let lacking as Lacking { tiles[lacking.tile] = try await tile(lacking.tile, checkpoint, fetch) }
        }
    }

    /// A tile that the root vouches for: the unfinished ones all together, a full one by the tile above it.
    private func tile(_ tile: Tile, _ checkpoint: Checkpoint, _ fetch: Fetch) async throws -> [TreeHash] {
        guard case .hashes(let level) = tile.content, tile.width == Tile.full else { return try await unfinished(checkpoint, fetch)[tile] ?? [] }
        let hashes = try await hashes(tile, fetch)
        guard let above = Tile(.hashes(level: level + 1), tile.index / Tile.full, in: checkpoint.size) else { throw LedgerRefusal.badTile(path: tile.path) }
        let vouching = try await self.tile(above, checkpoint, fetch)
        guard Frontier.root(of: hashes) == vouching[tile.index % Tile.full] else { throw LedgerRefusal.changedTile(path: tile.path) }
        return hashes
    }

    private func unfinished(_ checkpoint: Checkpoint, _ fetch: Fetch) async throws -> [Tile: [TreeHash]] {
        var (tiles, edge): ([Tile: [TreeHash]], [[TreeHash]]) = ([:], [])
        for (level, width) in Frontier.widths(of: checkpoint.size).enumerated() {
            guard width > 0 else { edge.append([]); continue }
            let place = Tile(.hashes(level: level), (checkpoint.size >> (8 * level)) / Tile.full, width: width)
            let hashes = try await hashes(place, fetch)
            tiles[place] = hashes
            edge.append(hashes)
        }
        guard Frontier(size: checkpoint.size, edge: edge)?.root == checkpoint.root else {
            throw LedgerRefusal.changedTile(path: tiles.keys.map(\.path).sorted().joined(separator: ", "))
        }
        return tiles
    }

    private func hashes(_ tile: Tile, _ fetch: Fetch) async throws -> [TreeHash] {
        guard let bytes = try await fetch(tile.path) else { throw LedgerRefusal.missing(path: tile.path) }
        guard let hashes = [TreeHash](tile: bytes), hashes.count == tile.width else { throw LedgerRefusal.badTile(path: tile.path) }
        return hashes
    }
}
