import Testing

@testable import Ledgers

/// Signed notes and checkpoints: first those that others have made, then what is wrong with ours.
@Suite struct NoteTests {
    // From the documentation of Go's golang.org/x/mod/sumdb/note.
    static let neumann = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    static let signature = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    @Test func `a note of the Go authors verifies by their key`() throws {
        let key = try NoteKey(Self.neumann)
        #expect(key.name == "PeterNeumann")
        #expect(key.id == 0xc74f_20a3)
        #expect(key.text == Self.neumann)
        let note = try Note([UInt8](text: Self.text + "\n" + Self.signature))
        #expect(note.text == Self.text)
        try note.check(key)
        #expect(note.bytes == [UInt8](text: Self.text + "\n" + Self.signature))
    }

    @Test func `we sign as they do`() throws {
        // Their secret key of the same example, without the byte that names the kind.
        let secret = try #require(canonicalBase64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")).dropFirst()
        let signer = try NoteSigner(name: "PeterNeumann", secret: Array(secret))
        #expect(signer.key.text == Self.neumann)
        try Note(text: Self.text).signed(by: signer).check(signer.key)
    }

    @Test func `a text with empty lines in it ends before the last one`() throws {
        let signer = try NoteSigner(name: "a/b", secret: [UInt8](repeating: 3, count: 32))
        let note = try Note(text: "one\n\n\ntwo\n").signed(by: signer)
        #expect(try Note(note.bytes).text == "one\n\n\ntwo\n")
        try Note(note.bytes).check(signer.key)
    }

    @Test func `a witness signs below, and either key verifies`() throws {
        let (log, witness) = (try NoteSigner(name: "log", secret: [UInt8](repeating: 3, count: 32)), try NoteSigner(name: "witness", secret: [UInt8](repeating: 4, count: 32)))
        let both = try Note(Note(text: "text\n").signed(by: log).signed(by: witness).signed(by: log).bytes)
        #expect(both.signatures.count == 2)
        try both.check(log.key)
        try both.check(witness.key)
    }

    // MARK: What is refused

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        init(_ name: String, _ bytes: [UInt8]) { testDescription = name; self.bytes = bytes }
    }

    static let unreadable = [
        Bad("nothing", []), Bad("a newline", [10]), Bad("no empty line", .init(text: text + signature)),
        Bad("no newline at the end", .init(text: String((text + "\n" + signature).dropLast()))), Bad("a carriage return", .init(text: text + "\r\n" + signature)),
        Bad("a tab", .init(text: "a\tb\n\n" + signature)), Bad("a NUL", .init(text: "a\0b\n\n" + signature)), Bad("no UTF-8", [0xFF] + .init(text: text + "\n" + signature)),
        Bad("a hyphen for the dash", .init(text: text + "\n" + signature.replacing("—", with: "-"))),
        Bad("two spaces", .init(text: text + "\n" + signature.replacing("— ", with: "—  "))),
        Bad("a name with a plus", .init(text: text + "\n" + signature.replacing("Neumann", with: "Neu+mann"))),
        Bad("base 64 with a line's rest", .init(text: text + "\n" + signature.replacing("=\n", with: "\n"))),
        Bad("base 64 that others would write differently", .init(text: text + "\n" + signature.replacing("nAM=", with: "nAN="))),
        Bad("four bytes", .init(text: text + "\n— PeterNeumann x08gow==\n")), Bad("an empty line after it", .init(text: text + "\n" + signature + "\n" + "x\n")),
        Bad("too many signatures", .init(text: text + "\n" + String(repeating: signature, count: 101))),
        Bad("a megabyte", [UInt8](repeating: 97, count: 1 << 20) + .init(text: "\n\n" + signature)),
    ]

    @Test(arguments: unreadable) func `what is no note is refused before any signature is looked at`(bad: Bad) {
        #expect(throws: LedgerRefusal.badNote) { try Note(bad.bytes) }
    }

    @Test(arguments: [
        "", "PeterNeumann", "PeterNeumann+c74f20a3", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=",
    ])
    func `what is no key is refused`(text: String) {
        #expect(throws: LedgerRefusal.badKey) { try NoteKey(text) }
    }

    @Test func `another's signature, another key, and a changed text have three sentences`() throws {
        let key = try NoteKey(Self.neumann)
        let mine = try NoteSigner(name: "PeterNeumann", secret: [UInt8](repeating: 3, count: 32))
        let other = try NoteSigner(name: "log", secret: [UInt8](repeating: 3, count: 32))
        #expect(throws: LedgerRefusal.unsigned) { try Note(text: Self.text).check(key) }
        #expect(throws: LedgerRefusal.otherKey(name: "PeterNeumann")) { try Note(text: Self.text).signed(by: mine).check(key) }
        #expect(throws: LedgerRefusal.otherName(wanted: "PeterNeumann", found: "log")) { try Note(text: Self.text).signed(by: other).check(key) }
        for place in [0, 40, Self.text.utf8.count - 2] {
            let changed = try Note([UInt8](text: Self.text).turned(place) + [UInt8](text: "\n" + Self.signature))
            #expect(throws: LedgerRefusal.changedCheckpoint(name: "PeterNeumann")) { try changed.check(key) }
        }
        // A good signature beside a false one of the same key is not believed.
        let doubled = try Note([UInt8](text: Self.text + "\n" + Self.signature + Self.signature.replacing("ZJkuBS", with: "ZJkuBT")))
        #expect(throws: LedgerRefusal.changedCheckpoint(name: "PeterNeumann")) { try doubled.check(key) }
    }

    @Test(arguments: [
        "", "log\n", "log\n1\n", "log\n1\nAAAA\n", "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "log\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "log\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "log\n 1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
        "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", "log\n1\n\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nmore\n",
        "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ])
    func `a signed text that is no checkpoint is refused`(text: String) throws {
        #expect(throws: LedgerRefusal.badCheckpoint) { try Checkpoint(text: text) }
    }

    @Test func `a checkpoint comes back as it was signed, with others' lines below`() throws {
        let signer = try NoteSigner(name: "log", secret: [UInt8](repeating: 3, count: 32))
        let checkpoint = Checkpoint(origin: "log", size: 0, root: .ofNothing)
        #expect(try Checkpoint(checkpoint.signed(by: signer), signedBy: signer.key) == checkpoint)
        let extended = try Note(text: checkpoint.text + "more\n").signed(by: signer)
        #expect(try Checkpoint(extended.bytes, signedBy: signer.key) == checkpoint)
        let elsewhere = try Checkpoint(origin: "other", size: 0, root: .ofNothing).signed(by: signer)
        #expect(throws: LedgerRefusal.otherLog(wanted: "log", found: "other")) { try Checkpoint(elsewhere, signedBy: signer.key) }
    }
}
