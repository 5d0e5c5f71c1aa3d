import Foundation

@testable import Ledgers

/// A log of entries `entry 0` …, its tiles as a server would give them, and its checkpoints.
struct Log {
    let entries: [[UInt8]]
    let signer: NoteSigner
    private(set) var files: [String: [UInt8]] = [:]

    init(_ count: Int, named name: String = "localhost/ledger/a", secret: UInt8 = 1, changing: Int? = nil) throws {
        try self.init(entries: (0..<count).map { [UInt8]("entry \($0)\($0 == changing ? " changed" : "")".utf8) }, named: name, secret: secret)
    }

    init(entries: [[UInt8]], named name: String = "localhost/ledger/a", secret: UInt8 = 1) throws {
        self.entries = entries
        let count = entries.count
        signer = try NoteSigner(name: name, secret: [UInt8](repeating: secret, count: 32))
        var frontier = Frontier()
        for entry in entries {
            frontier.append(.leaf(entry)) { files[Tile(.hashes(level: $0.level), $0.index).path] = $0.hashes.bytes }
        }
        for (level, hashes) in frontier.edge.enumerated() where !hashes.isEmpty {
            files[Tile(.hashes(level: level), (count >> (8 * level)) / Tile.full, width: hashes.count).path] = hashes.bytes
        }
        for first in stride(from: 0, to: count, by: Tile.full) {
            let bundle = entries[first..<min(first + Tile.full, count)]
            files[Tile(.entries, first / Tile.full, width: bundle.count).path] = EntryBundle.bytes(bundle)
        }
        files["checkpoint"] = try checkpoint()
    }

    var size: Int { entries.count }
    var key: NoteKey { signer.key }
    var hashes: [TreeHash] { entries.map { TreeHash.leaf($0) } }

    func checkpoint(_ size: Int? = nil) throws -> [UInt8] {
        try Checkpoint(origin: signer.key.name, size: size ?? self.size, root: tree(size ?? self.size).root()).signed(by: signer)
    }

    /// Read from the files alone, as clients do; a smaller tree reads the beginning of wider tiles.
    func tree(_ size: Int) -> TiledTree {
        // The widest of each place: a name without its width stands for it.
        let widest = Dictionary(uniqueKeysWithValues: files.map { (String($0.key.split(separator: ".")[0]), $0.value) })
        return TiledTree(size: size) { tile in
            guard let bytes = widest[Tile(tile.content, tile.index).path], let hashes = [TreeHash](tile: bytes), hashes.count >= tile.width else { throw LedgerRefusal.missing(path: tile.path) }
            return Array(hashes.prefix(tile.width))
        }
    }

    func proof(of index: Int, extra: [UInt8]? = nil, in size: Int? = nil) throws -> ProofFile {
        ProofFile(extra: extra, index: index, path: try tree(size ?? self.size).inclusion(of: index), checkpoint: try checkpoint(size))
    }
}

/// RFC 6962, 2.1, word for word: slow, and with nothing in common with what is tried.
enum Reference {
    static func root(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
        guard leaves.count > 1 else { return leaves.first ?? .ofNothing }
        let k = half(leaves.count)
        return .node(root(leaves.prefix(k)), root(leaves.dropFirst(k)))
    }

    static func path(_ m: Int, _ leaves: ArraySlice<TreeHash>) -> [TreeHash] {
        guard leaves.count > 1 else { return [] }
        let k = half(leaves.count)
        return m < k ? path(m, leaves.prefix(k)) + [root(leaves.dropFirst(k))] : path(m - k, leaves.dropFirst(k)) + [root(leaves.prefix(k))]
    }

    static func consistency(_ m: Int, _ leaves: ArraySlice<TreeHash>, whole: Bool = true) -> [TreeHash] {
        if m == leaves.count { return whole ? [] : [root(leaves)] }
        let k = half(leaves.count)
        return m <= k
            ? consistency(m, leaves.prefix(k), whole: whole) + [root(leaves.dropFirst(k))]
            : consistency(m - k, leaves.dropFirst(k), whole: false) + [root(leaves.prefix(k))]
    }

    private static func half(_ count: Int) -> Int {
        var k = 1
        while k * 2 < count { k *= 2 }
        return k
    }
}

extension [UInt8] {
    init(text: String) { self.init(text.utf8) }
    /// With one bit turned.
    func turned(_ place: Int) -> [UInt8] {
        var bytes = self
        bytes[place] ^= 1
        return bytes
    }
    func replacing(_ old: String, _ new: String) -> [UInt8] { [UInt8](String(decoding: self, as: UTF8.self).replacingOccurrences(of: old, with: new).utf8) }
}
