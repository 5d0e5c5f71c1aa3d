import Ledgers
import Storage
package import Values
package import Web

/// The ledger as the public reads it (c2sp.org/tlog-tiles): checkpoint, tiles, entries, key. Nothing in it is personal, so
/// anybody may keep a copy, and should.
extension Ledger {
    package static let checkpoint = Path("ledger/*/checkpoint", ID<Organisation>.self)
    package static let key = Path("ledger/*/key", ID<Organisation>.self)
    // Level and number of a tile; a number has a segment for each three digits, and one more where the tile is not full.
    static let tile2 = Path("ledger/*/tile/*/*", Two<ID<Organisation>, Two<PathText, PathText>>.self)
    static let tile3 = Path("ledger/*/tile/*/*/*", Two<ID<Organisation>, Two<PathText, Two<PathText, PathText>>>.self)
    static let tile4 = Path("ledger/*/tile/*/*/*/*", Two<ID<Organisation>, Two<Two<PathText, PathText>, Two<PathText, PathText>>>.self)
    static let tile5 = Path("ledger/*/tile/*/*/*/*/*", Two<ID<Organisation>, Two<PathText, Two<Two<PathText, PathText>, Two<PathText, PathText>>>>.self)

    static func routes(_ routes: inout Routes) {
        routes.get(checkpoint, .everyone) { visit, institution in try await showCheckpoint(visit, institution) }
        routes.get(key, .everyone) { visit, institution in try await showKey(visit, institution) }
        routes.get(tile2, .everyone) { visit, place in try await showTile(visit, place.first, place.second.segments) }
        routes.get(tile3, .everyone) { visit, place in try await showTile(visit, place.first, place.second.segments) }
        routes.get(tile4, .everyone) { visit, place in try await showTile(visit, place.first, place.second.segments) }
        routes.get(tile5, .everyone) { visit, place in try await showTile(visit, place.first, place.second.segments) }
    }

    private static func showCheckpoint(_ visit: Visit, _ institution: ID<Organisation>) async throws -> Answer {
        guard let signed = try await visit.read({ try $0.latestCheckpoint(of: institution) }) else { throw Problem.notFound }
        return answer(signed.note, type: "text/plain; charset=utf-8", keep: "no-cache")
    }

    private static func showKey(_ visit: Visit, _ institution: ID<Organisation>) async throws -> Answer {
        let keys = try await visit.read { try $0.ledgerKeys(of: institution) }
        guard !keys.isEmpty else { throw Problem.notFound }
        return answer([UInt8](keys.map { $0.text + "\n" }.joined().utf8), type: "text/plain; charset=utf-8", keep: "no-cache")
    }

    /// Nothing is shown that no checkpoint vouches for.
    private static func showTile(_ visit: Visit, _ institution: ID<Organisation>, _ segments: [String]) async throws -> Answer {
        guard let tile = Tile(segments: segments) else { throw Problem.notFound }
        let bytes = try await visit.read { reader -> [UInt8]? in
            guard let signed = try reader.latestCheckpoint(of: institution), let widest = Tile(tile.content, tile.index, in: signed.size), tile.width <= widest.width else { return nil }
            return try reader.tile(institution, tile)
        }
        guard let bytes else { throw Problem.notFound }
        return answer(bytes, type: "application/octet-stream", keep: "public, max-age=31536000, immutable")
    }

    private static func answer(_ bytes: [UInt8], type: String, keep: String) -> Answer {
        var answer = Answer(.bytes(bytes, type: type))
        answer.set(header: "Cache-Control", keep)
        return answer
    }
}
