import Languages
import Testing

@testable import Ledgers

/// A certificate's proof: what passes once, and everything that somebody may try with it.
@Suite struct ProofFileTests {
    static let salt = [UInt8](repeating: 5, count: 32)
    static let claims = [UInt8](text: "{\"hours\":\"37.5\",\"number\":\"证〔2026〕317号\"}")
    static let about = "certificate/证〔2026〕317号"

    struct Bench {
        let log: Log
        let file: ProofFile
        /// An entry of the same log about something else.
        let other: ProofFile
    }

    /// A log of 700 entries in which the claims are number 300.
    static func bench() throws -> Bench {
        let (log, commitment) = (try Log(700), Commitment.entry(salt: salt, content: claims))
        var entries = log.entries
        entries[300] = commitment
        entries[301] = Commitment.entry(salt: salt, content: claims.replacing("317", "318"))
        let whole = try Log(entries: entries)
        let file = try whole.proof(of: 300, extra: Opening(about: about, salt: salt, entry: commitment).bytes)
        let other = try whole.proof(of: 301, extra: Opening(about: "certificate/证〔2026〕318号", salt: salt, entry: entries[301]).bytes)
        return Bench(log: whole, file: file, other: other)
    }

    @Test func `the genuine proof passes, is read back as it was written, and is small`() throws {
        let bench = try Self.bench()
        let bytes = bench.file.bytes
        #expect(try ProofFile(bytes) == bench.file)
        #expect(try ProofFile(bytes).bytes == bytes)
        #expect(try ProofFile(bytes).check(content: Self.claims, about: Self.about, bench.log.key).size == 700)
        try ProofFile(bytes).check(entry: bench.log.entries[300], bench.log.key)
        #expect(bytes.count < 1200)
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("c2sp.org/tlog-proof@v1\nextra "))
    }

    @Test func `without extra data, and of a log with one entry, it is a proof too`() throws {
        let log = try Log(1)
        let file = try log.proof(of: 0)
        #expect(file.path.isEmpty)
        #expect(try ProofFile(file.bytes) == file)
        try ProofFile(file.bytes).check(entry: log.entries[0], log.key)
        #expect(throws: LedgerRefusal.noOpening) { try file.check(content: Self.claims, about: Self.about, log.key) }
    }

    // MARK: What is refused

    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let refusal: LedgerRefusal
        let claims: [UInt8]
        let bytes: @Sendable (Bench) throws -> [UInt8]
        let key: @Sendable (Bench) throws -> NoteKey

        init(
            _ name: String, _ refusal: LedgerRefusal, claims: [UInt8] = ProofFileTests.claims, _ bytes: @escaping @Sendable (Bench) throws -> [UInt8] = { $0.file.bytes },
            key: @escaping @Sendable (Bench) throws -> NoteKey = { $0.log.key }
        ) {
            testDescription = name
            (self.refusal, self.claims, self.key, self.bytes) = (refusal, claims, key, bytes)
        }
    }

    private static func changed(_ file: ProofFile, extra: [UInt8]? = nil, index: Int? = nil, path: [TreeHash]? = nil, checkpoint: [UInt8]? = nil) -> [UInt8] {
        ProofFile(extra: extra ?? file.extra, index: index ?? file.index, path: path ?? file.path, checkpoint: checkpoint ?? file.checkpoint).bytes
    }

    private static let name = "localhost/ledger/a"

    static let attacks = [
        // The content
        Attack("an hour more", .changedContent, claims: claims.replacing("37.5", "38.5")),
        Attack("one bit of the claims", .changedContent, claims: claims.turned(12)),
        Attack("a blank more", .changedContent, claims: claims + [32]),
        Attack("another number", .changedContent, claims: claims.replacing("317", "319")),
        Attack("no claims", .changedContent, claims: []),
        Attack("another salt", .changedContent) { changed($0.file, extra: Opening(about: about, salt: salt.turned(0), entry: $0.log.entries[300]).bytes) },
        Attack("the salt's last bit moved to the claims", .changedContent, claims: [5] + claims) { $0.file.bytes },
        // The leaf, with its opening made to fit
        Attack("another leaf that fits the claims", .notInTree(index: 300), claims: claims.turned(12)) {
            changed($0.file, extra: Opening(about: about, salt: salt, entry: Commitment.entry(salt: salt, content: claims.turned(12))).bytes)
        },
        // Another entry
        Attack("the proof of another certificate", .otherEntry(wanted: about, found: "certificate/证〔2026〕318号")) { $0.other.bytes },
        Attack("the path of another entry", .notInTree(index: 300)) { changed($0.file, path: $0.other.path) },
        Attack("the index of another entry", .notInTree(index: 301)) { changed($0.file, index: 301) },
        Attack("index and path of another entry", .notInTree(index: 301)) { changed($0.file, index: 301, path: $0.other.path) },
        // The tree
        Attack("an index beyond the tree", .beyondTree(index: 700, size: 700)) { changed($0.file, index: 700) },
        Attack("a hash less", .wrongLength(needed: 10, found: 9)) { changed($0.file, path: $0.file.path.dropLast()) },
        Attack("a hash more", .wrongLength(needed: 10, found: 11)) { changed($0.file, path: $0.file.path + $0.file.path.prefix(1)) },
        Attack("no path", .wrongLength(needed: 10, found: 0)) { changed($0.file, path: []) },
        Attack("two hashes changed places", .notInTree(index: 300)) {
            var path = $0.file.path
            path.swapAt(3, 4)
            return changed($0.file, path: path)
        },
        Attack("a true checkpoint of another size", .notInTree(index: 300)) { changed($0.file, checkpoint: try $0.log.checkpoint(699)) },
        Attack("a true checkpoint from before the entry", .beyondTree(index: 300, size: 300)) { changed($0.file, checkpoint: try $0.log.checkpoint(300)) },
        Attack("a true checkpoint of half the size", .wrongLength(needed: 4, found: 10)) { changed($0.file, checkpoint: try $0.log.checkpoint(301)) },
        // The checkpoint
        Attack("another size in the checkpoint", .changedCheckpoint(name: name)) { changed($0.file, checkpoint: $0.file.checkpoint.replacing("\n700\n", "\n701\n")) },
        Attack("one bit of the root", .changedCheckpoint(name: name)) {
            let signed = try Checkpoint($0.file.checkpoint, signedBy: $0.log.key)
            let root = try #require(TreeHash(signed.root.bytes.turned(9)))
            return changed($0.file, checkpoint: $0.file.checkpoint.replacing("\(signed.root)", "\(root)"))
        },
        Attack("another log's name in the text", .changedCheckpoint(name: name)) { changed($0.file, checkpoint: $0.file.checkpoint.replacing("\(name)\n700", "localhost/ledger/b\n700")) },
        Attack("another name in the signature", .otherName(wanted: name, found: "localhost/ledger/b")) { changed($0.file, checkpoint: $0.file.checkpoint.replacing("— \(name)", "— localhost/ledger/b")) },
        Attack("no signature", .unsigned) { changed($0.file, checkpoint: [UInt8](text: try Note($0.file.checkpoint).text + "\n")) },
        Attack("a line more in the checkpoint", .changedCheckpoint(name: name)) { changed($0.file, checkpoint: $0.file.checkpoint.replacing("\n\n—", "\nvalid\n\n—")) },
        Attack("cut off in the checkpoint", .badNote) { Array($0.file.bytes.dropLast(1)) },
        Attack("a blank after the end", .badNote) { $0.file.bytes + [32] },
        // The key
        Attack("another key of the same name", .otherKey(name: name), key: { _ in try NoteSigner(name: name, secret: [UInt8](repeating: 9, count: 32)).key }),
        Attack("the same key by another name", .otherName(wanted: "localhost/ledger/b", found: name), key: { try NoteKey(name: "localhost/ledger/b", $0.log.key.bytes) }),
        Attack("signed by a key of one's own, in the same name", .otherKey(name: name)) {
            let forger = try NoteSigner(name: name, secret: [UInt8](repeating: 9, count: 32))
            return changed($0.file, checkpoint: try Note(text: try Note($0.file.checkpoint).text).signed(by: forger).bytes)
        },
        // A fork: the institution's own key over another tree
        Attack("a checkpoint from a fork", .notInTree(index: 300)) { changed($0.file, checkpoint: try Log(700).checkpoint()) },
        Attack("the institution's signature on another log", .otherLog(wanted: name, found: "localhost/ledger/b")) {
            changed($0.file, checkpoint: try Checkpoint(origin: "localhost/ledger/b", size: 700, root: $0.log.tree(700).root()).signed(by: $0.log.signer))
        },
        // The file
        Attack("nothing", .badProof(line: 1)) { _ in [] },
        Attack("another version", .badProof(line: 1)) { $0.file.bytes.replacing("proof@v1", "proof@v2") },
        Attack("extra that is no base 64", .badProof(line: 2)) { $0.file.bytes.replacing("extra ", "extra !") },
        Attack("no extra line", .noOpening) { ProofFile(index: $0.file.index, path: $0.file.path, checkpoint: $0.file.checkpoint).bytes },
        Attack("extra without a salt", .noOpening) { changed($0.file, extra: [UInt8](text: about)) },
        Attack("extra with a short salt", .noOpening) { changed($0.file, extra: Opening(about: about, salt: [1], entry: $0.log.entries[300]).bytes) },
        Attack("extra that is no text", .noOpening) { changed($0.file, extra: [0xFF, 0xFE]) },
        Attack("an index with a zero before it", .badProof(line: 3)) { $0.file.bytes.replacing("index 300", "index 0300") },
        Attack("a negative index", .badProof(line: 3)) { $0.file.bytes.replacing("index 300", "index -300") },
        Attack("an index too large for any tree", .badProof(line: 3)) { $0.file.bytes.replacing("index 300", "index 99999999999999999999") },
        Attack("no index", .badProof(line: 3)) { $0.file.bytes.replacing("index 300\n", "") },
        Attack("a hash of 31 bytes", .badProof(line: 4)) { $0.file.bytes.replacing("index 300\n", "index 300\nAAAA\n") },
        Attack("carriage returns", .badProof(line: 1)) { $0.file.bytes.replacing("\n", "\r\n") },
        Attack("cut off in the path", .badProof(line: 6)) { Array($0.file.bytes.prefix(($0.file.bytes.firstRange(of: [UInt8](text: "index"))?.lowerBound ?? 0) + 110)) },
        Attack("a hundred hashes", .badProof(line: 67)) { changed($0.file, path: [TreeHash](repeating: $0.file.path[0], count: 100)) },
    ]

    @Test func `whatever is done to a proof, it is refused for its own reason`() throws {
        let bench = try Self.bench()
        for attack in Self.attacks {
            #expect(throws: attack.refusal, "\(attack.testDescription)") {
                try ProofFile(attack.bytes(bench)).check(content: attack.claims, about: Self.about, attack.key(bench))
            }
        }
    }

    @Test func `every byte of the file counts`() throws {
        let bench = try Self.bench()
        let bytes = bench.file.bytes
        for place in bytes.indices {
            #expect(throws: LedgerRefusal.self, "byte \(place)") { try ProofFile(bytes.turned(place)).check(content: Self.claims, about: Self.about, bench.log.key) }
        }
    }

    @Test func `each reason has a sentence of its own, in both languages`() {
        let reasons: [LedgerRefusal] = [
            .badNote, .badCheckpoint, .badProof(line: 1), .badKey, .noOpening, .unsigned, .otherName(wanted: "a", found: "b"), .otherKey(name: "a"), .changedCheckpoint(name: "a"),
            .otherLog(wanted: "a", found: "b"), .otherEntry(wanted: "a", found: "b"), .changedContent, .beyondTree(index: 1, size: 1), .wrongLength(needed: 1, found: 2),
            .notInTree(index: 1), .stale(known: 2, shown: 1), .fork(size: 1), .rewritten(from: 1, to: 2), .missing(path: "a"), .badTile(path: "a"), .changedTile(path: "a"), .changedEntry(index: 1),
        ]
        #expect(Set(reasons.map(\.words.chinese)).count == reasons.count)
        #expect(Set(reasons.map(\.words.english)).count == reasons.count)
        #expect(reasons.allSatisfy { $0.words.chinese != $0.words.english })
    }
}
