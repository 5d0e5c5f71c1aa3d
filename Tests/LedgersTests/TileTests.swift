import Testing

@testable import Ledgers

@Suite struct TileTests {
    @Test func `a tile has the address that the specification gives it`() {
        #expect(Tile(.hashes(level: 0), 1_234_067).path == "tile/0/x001/x234/067")
        #expect(Tile(.hashes(level: 0), 0).path == "tile/0/000")
        #expect(Tile(.hashes(level: 1), 0, width: 17).path == "tile/1/000.p/17")
        #expect(Tile(.entries, 273, width: 112).path == "tile/entries/273.p/112")
        #expect(Tile(.entries, 1000).path == "tile/entries/x001/000")
    }

    /// The example of the specification: 70,000 entries.
    @Test func `a tree has the tiles that the specification counts`() {
        #expect(Frontier.widths(of: 70_000) == [112, 17, 1])
        #expect(Tile(.hashes(level: 0), 272, in: 70_000)?.width == 256)
        #expect(Tile(.hashes(level: 0), 273, in: 70_000)?.width == 112)
        #expect(Tile(.hashes(level: 0), 274, in: 70_000) == nil)
        #expect(Tile(.hashes(level: 1), 0, in: 70_000)?.width == 256)
        #expect(Tile(.hashes(level: 1), 1, in: 70_000)?.width == 17)
        #expect(Tile(.hashes(level: 2), 0, in: 70_000)?.width == 1)
        #expect(Tile(.hashes(level: 3), 0, in: 70_000) == nil)
        #expect(Tile(.hashes(level: 8), 0, in: 70_000) == nil)
        #expect(Tile(.hashes(level: 0), -1, in: 70_000) == nil)
        #expect(Frontier.widths(of: 256) == [0, 1])
        #expect(Frontier.widths(of: 0).isEmpty)
    }

    @Test(arguments: [0, 1, 255, 256, 999, 1000, 1_234_067, 999_999_999])
    func `its address leads back to it`(index: Int) {
        for tile in [Tile(.hashes(level: 0), index), Tile(.hashes(level: 7), index, width: 1), Tile(.entries, index), Tile(.entries, index, width: 255)] {
            #expect(Tile(segments: tile.path.split(separator: "/").dropFirst().map(String.init)) == tile)
        }
    }

    @Test(arguments: [
        "0", "0/", "0/00", "0/0000", "0/x000", "0/001/002", "0/x001", "0/x000/001", "0/001.p", "0/001.p/0", "0/001.p/256", "0/001.p/01", "0/001.p/-1", "0/001.p/+1",
        "0/001.p/17/1", "00/001", "-1/001", "+1/001", "8/001", "64/001", "x/001", "data/001", "Entries/001", "entries/1", "0/00a", "0/０01", "0/001.q/5", "0/x001/x234/x067",
        "0/x001/x001/x001/x001/x001/001", "0/001.p/5 ", "0/ 01", "0/x01/001", "0/x0001/001",
    ])
    func `no other address leads to a tile`(path: String) {
        #expect(Tile(segments: path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)) == nil)
    }

    @Test func `entries come out of a bundle as they went in, and a bundle that is cut off is none`() {
        let entries: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 9, count: 300)]
        let bytes = EntryBundle.bytes(entries)
        #expect(bytes?.prefix(5) == [0, 3, 1, 2, 3])
        #expect(bytes?.count == 309)
        #expect(bytes.flatMap { EntryBundle.entries($0) } == entries)
        for count in [1, 2, 3, 4, 6, 8, 308] { #expect(bytes.flatMap { EntryBundle.entries(Array($0.prefix(count))) } == nil, "\(count)") }
        #expect(EntryBundle.bytes([[UInt8](repeating: 0, count: 65_536)]) == nil)
        #expect([TreeHash](tile: [UInt8](repeating: 0, count: 33)) == nil)
        #expect([TreeHash](tile: [UInt8](0..<64))?.bytes == [UInt8](0..<64))
    }
}
