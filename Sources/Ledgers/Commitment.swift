import Crypto
import Foundation

/// An entry that says nothing by itself: SHA-256 over a random salt and the content. Whoever has both can show that the
/// content was entered; without the salt nobody can even guess it, and the tree stays whole (erasure, PIPL 47).
package enum Commitment {
    package static let saltSize = 32

    package static func newSalt() -> [UInt8] { (0..<saltSize).map { _ in UInt8.random(in: .min ... .max) } }

    /// The entry as it stands in the log.
    package static func entry(salt: [UInt8], content: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: salt + content)) }
}

/// What opens a commitment, carried in the extra line of a proof file: three lines of text, what the entry is about, its
/// salt, and the entry itself (both in base 64). Nothing of it is believed: it only says where a proof that fails has failed.
package struct Opening: Hashable, Sendable {
    package let about: String
    package let salt: [UInt8]
    package let entry: [UInt8]

    package init(about: String, salt: [UInt8], entry: [UInt8]) { self.about = about; self.salt = salt; self.entry = entry }

    package init(_ extra: [UInt8]) throws(LedgerRefusal) {
        guard let text = String(validating: extra, as: UTF8.self) else { throw .noOpening }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 3, let salt = canonicalBase64(lines[1]), salt.count == Commitment.saltSize, let entry = canonicalBase64(lines[2]), entry.count == TreeHash.size
        else { throw .noOpening }
        self.init(about: lines[0], salt: salt, entry: entry)
    }

    package var bytes: [UInt8] { [UInt8]("\(about)\n\(Data(salt).base64EncodedString())\n\(Data(entry).base64EncodedString())".utf8) }
}
