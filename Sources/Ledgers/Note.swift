import Crypto
import Foundation

/// A text with signatures below it (c2sp.org/signed-note): readable by people, checked by programs.
package struct Note: Sendable {
    /// With its last newline, as it was signed.
    package let text: String
    package private(set) var signatures: [Signature]

    package struct Signature: Hashable, Sendable {
        package let name: String
        package let key: UInt32
        let bytes: [UInt8]
    }

    /// More than a log and its witnesses would ever write.
    private static let longest = 1 << 20
    private static let mostSignatures = 100

    package init(_ bytes: [UInt8]) throws(LedgerRefusal) {
        guard bytes.count <= Note.longest, let all = String(validating: bytes, as: UTF8.self), all.utf8.allSatisfy({ $0 >= 32 || $0 == 10 }), bytes.last == 10
        else { throw .badNote }
        // The last empty line parts the text from its signatures.
        var place = bytes.count - 1
        while place > 0, !(bytes[place] == 10 && bytes[place - 1] == 10) { place -= 1 }
        guard place > 0 else { throw .badNote }
        text = String(decoding: bytes[..<place], as: UTF8.self)
        signatures = []
        let lines = bytes[(place + 1)...].split(separator: 10, omittingEmptySubsequences: false).dropLast()
        guard lines.count <= Note.mostSignatures else { throw .badNote }
        for line in lines { signatures.append(try Note.signature(String(decoding: line, as: UTF8.self))) }
    }

    init(text: String, signatures: [Signature] = []) { self.text = text; self.signatures = signatures }

    private static func signature(_ line: String) throws(LedgerRefusal) -> Signature {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3, fields[0] == "—", NoteKey.isName(fields[1]), let bytes = canonicalBase64(fields[2]), bytes.count > 4 else { throw .badNote }
        return Signature(name: fields[1], key: number(bytes), bytes: Array(bytes[4...]))
    }

    package var bytes: [UInt8] {
        let lines = signatures.map { "— \($0.name) \(Data(spelled($0.key) + $0.bytes).base64EncodedString())\n" }
        return [UInt8]((text + "\n" + lines.joined()).utf8)
    }

    /// That this key has signed the text as it stands. Signatures of others are left aside.
    package func check(_ key: NoteKey) throws(LedgerRefusal) {
        let own = signatures.filter { $0.name == key.name && $0.key == key.id }
        guard !own.isEmpty else {
            guard let other = signatures.first else { throw .unsigned }
            throw signatures.contains { $0.name == key.name } ? .otherKey(name: key.name) : .otherName(wanted: key.name, found: other.name)
        }
        for signature in own where !key.verifies(signature.bytes, of: text) { throw .changedCheckpoint(name: key.name) }
    }

    /// Adds a signature, and keeps those that are there.
    package func signed(by signer: NoteSigner) throws -> Note {
        let signature = Signature(name: signer.key.name, key: signer.key.id, bytes: try signer.signature(of: text))
        return Note(text: text, signatures: signatures.filter { $0.name != signature.name || $0.key != signature.key } + [signature])
    }
}

/// Whose signatures are believed: a name and an Ed25519 public key.
package struct NoteKey: Hashable, Sendable {
    package let name: String
    package let id: UInt32
    package let bytes: [UInt8]

    /// The kind of signature: Ed25519 over the text.
    private static let kind: UInt8 = 1

    package init(name: String, _ bytes: [UInt8]) throws(LedgerRefusal) {
        guard NoteKey.isName(name), bytes.count == 32 else { throw .badKey }
        self.name = name
        self.bytes = bytes
        id = number(Array(SHA256.hash(data: Array(name.utf8) + [10, NoteKey.kind] + bytes)))
    }

    /// `name+8 hexadecimal digits+base 64`, as Go's `note.NewVerifier` reads it.
    package init(_ text: String) throws(LedgerRefusal) {
        let fields = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3, let bytes = canonicalBase64(fields[2]), bytes.first == NoteKey.kind else { throw .badKey }
        try self.init(name: fields[0], Array(bytes.dropFirst()))
        guard fields[1] == NoteKey.hexadecimal(id) else { throw .badKey }
    }

    package var text: String { "\(name)+\(NoteKey.hexadecimal(id))+\(Data([NoteKey.kind] + bytes).base64EncodedString())" }

    func verifies(_ signature: [UInt8], of text: String) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
        return key.isValidSignature(signature, for: Data(text.utf8))
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 32 }
    }

    private static func hexadecimal(_ id: UInt32) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

/// The secret half, which signs.
package struct NoteSigner: Sendable {
    package let key: NoteKey
    private let secret: Curve25519.Signing.PrivateKey

    package init(name: String, secret: [UInt8]) throws {
        self.secret = try Curve25519.Signing.PrivateKey(rawRepresentation: secret)
        key = try NoteKey(name: name, Array(self.secret.publicKey.rawRepresentation))
    }

    /// 32 bytes from the system's generator.
    package static func newSecret() -> [UInt8] { Array(Curve25519.Signing.PrivateKey().rawRepresentation) }

    fileprivate func signature(of text: String) throws -> [UInt8] { Array(try secret.signature(for: Data(text.utf8))) }
}

private func number(_ bytes: [UInt8]) -> UInt32 { bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
private func spelled(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }

/// Nil for what another program would write differently.
func canonicalBase64(_ text: String) -> [UInt8]? {
    guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
    return Array(data)
}
