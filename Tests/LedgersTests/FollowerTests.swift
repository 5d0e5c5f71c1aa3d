import Testing

@testable import Ledgers

/// A client of a log whose server lies.
@Suite struct FollowerTests {
    private func fetch(_ files: [String: [UInt8]]) -> Follower.Fetch { { files[$0] } }

    private func served(_ log: Log, _ change: (inout [String: [UInt8]]) -> Void = { _ in }) -> Follower.Fetch {
        var files = log.files
        change(&files)
        return fetch(files)
    }

    @Test func `an honest log is followed as it grows, and every entry is found in it`() async throws {
        var follower = Follower(try Log(1).key)
        for size in [1, 2, 255, 256, 257, 700, 701] {
            let log = try Log(size)
            #expect(try await follower.look(served(log)).size == size)
            for index in Set([0, 1, size / 2, size - 1]) where index < size {
                #expect(try await follower.entry(index, served(log)) == log.entries[index])
                try Proof.check(try await follower.proof(of: index, served(log)), of: log.hashes[index], at: index, size: size, root: log.tree(size).root())
            }
        }
        #expect(follower.known?.size == 701)
        // The same again is no news and no lie.
        #expect(try await follower.look(served(try Log(701))).size == 701)
    }

    // MARK: Servers that lie

    private func following(_ size: Int) async throws -> (Follower, Log) {
        let log = try Log(size)
        var follower = Follower(log.key)
        try await follower.look(served(log))
        return (follower, log)
    }

    @Test func `a fork of the same size is seen`() async throws {
        var (follower, _) = try await following(700)
        await #expect(throws: LedgerRefusal.fork(size: 700)) { try await follower.look(served(try Log(700, changing: 3))) }
        #expect(follower.known?.size == 700)
    }

    @Test(arguments: [0, 3, 255, 256, 699]) func `a longer log with another past is seen`(changed: Int) async throws {
        var (follower, known) = try await following(700)
        await #expect(throws: LedgerRefusal.rewritten(from: 700, to: 900)) { try await follower.look(served(try Log(900, changing: changed))) }
        let root = try known.tree(700).root()
        #expect(follower.known?.root == root)
        // What is changed after the known part is only growth.
        #expect(try await follower.look(served(try Log(900, changing: 800))).size == 900)
    }

    @Test func `a checkpoint from before is stale, however well it is signed`() async throws {
        var (follower, log) = try await following(700)
        let old = try log.checkpoint(690)
        await #expect(throws: LedgerRefusal.stale(known: 700, shown: 690)) { try await follower.look(served(log) { $0["checkpoint"] = old }) }
        await #expect(throws: LedgerRefusal.stale(known: 700, shown: 0)) {
            try await follower.look(served(log) { $0["checkpoint"] = try? Checkpoint(origin: log.key.name, size: 0, root: .ofNothing).signed(by: log.signer) })
        }
    }

    @Test func `a missing checkpoint, tile or bundle is named`() async throws {
        var (follower, log) = try await following(700)
        await #expect(throws: LedgerRefusal.missing(path: "checkpoint")) { try await follower.look(served(log) { $0["checkpoint"] = nil }) }
        for (index, path) in [(699, "tile/0/002.p/188"), (3, "tile/0/000"), (300, "tile/1/000.p/2"), (300, "tile/entries/001"), (699, "tile/entries/002.p/188")] {
            await #expect(throws: LedgerRefusal.missing(path: path)) { _ = try await follower.entry(index, served(log) { $0[path] = nil }) }
        }
        await #expect(throws: LedgerRefusal.missing(path: "tile/0/001")) { _ = try await follower.proof(of: 300, served(log) { $0["tile/0/001"] = nil }) }
        let longer = try Log(900)
        await #expect(throws: LedgerRefusal.missing(path: "tile/0/002")) { try await follower.look(served(longer) { $0["tile/0/002"] = nil }) }
    }

    @Test func `one bit of a tile or of an entry is seen, and where`() async throws {
        let (follower, log) = try await following(700)
        let cases: [(path: String, index: Int, refusal: LedgerRefusal)] = [
            ("tile/0/000", 3, .changedTile(path: "tile/0/000")), ("tile/0/001", 300, .changedTile(path: "tile/0/001")),
            ("tile/1/000.p/2", 300, .changedTile(path: "tile/0/002.p/188, tile/1/000.p/2")), ("tile/0/002.p/188", 699, .changedTile(path: "tile/0/002.p/188, tile/1/000.p/2")),
            ("tile/entries/000", 0, .changedEntry(index: 0)), ("tile/entries/002.p/188", 512, .changedEntry(index: 512)),
        ]
        for (path, index, refusal) in cases {
            await #expect(throws: refusal) { _ = try await follower.entry(index, served(log) { $0[path] = $0[path]?.turned(2) }) }
        }
    }

    @Test func `a tile of another width, a bundle of another length, and what is no tile are refused`() async throws {
        let (follower, log) = try await following(700)
        for change: ([UInt8]) -> [UInt8] in [{ $0.dropLast(32) }, { $0 + $0.prefix(32) }, { $0.dropLast() }, { _ in [] }, { _ in .init(text: "<html>") }] {
            await #expect(throws: LedgerRefusal.badTile(path: "tile/0/002.p/188")) {
                _ = try await follower.entry(699, served(log) { $0["tile/0/002.p/188"] = $0["tile/0/002.p/188"].map(change) })
            }
            await #expect(throws: LedgerRefusal.badTile(path: "tile/entries/001")) {
                _ = try await follower.entry(300, served(log) { $0["tile/entries/001"] = $0["tile/entries/001"].map(change) })
            }
        }
    }

    @Test func `a checkpoint by another key, or of another log, is not taken in`() async throws {
        let log = try Log(700)
        var follower = Follower(log.key)
        await #expect(throws: LedgerRefusal.otherKey(name: log.key.name)) { try await follower.look(served(try Log(700, secret: 2))) }
        await #expect(throws: LedgerRefusal.otherName(wanted: log.key.name, found: "localhost/ledger/b")) { try await follower.look(served(try Log(700, named: "localhost/ledger/b"))) }
        await #expect(throws: LedgerRefusal.changedCheckpoint(name: log.key.name)) { try await follower.look(served(log) { $0["checkpoint"] = $0["checkpoint"]?.replacing("\n700\n", "\n699\n") }) }
        #expect(follower.known == nil)
        await #expect(throws: LedgerRefusal.beyondTree(index: 0, size: 0)) { _ = try await follower.entry(0, served(log)) }
    }

    @Test func `nobody is shown an entry that is not there yet`() async throws {
        let (follower, log) = try await following(700)
        for index in [-1, 700, 5000] {
            await #expect(throws: LedgerRefusal.beyondTree(index: index, size: 700)) { _ = try await follower.entry(index, served(log)) }
            await #expect(throws: LedgerRefusal.beyondTree(index: index, size: 700)) { _ = try await follower.proof(of: index, served(log)) }
        }
    }
}
