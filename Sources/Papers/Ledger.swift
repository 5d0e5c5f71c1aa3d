import Foundation
import Ledgers
package import Values

/// An institution's ledger (服务台账): every record, correction, agreement, letter, certificate, revocation and line of the
/// seal register enters it once and never leaves. Public, and yet it says nothing of anybody: an entry is a salted commitment
/// (`docs/decisions/0008-the-ledger.md`).
package enum Ledger {
    /// One entry, as the institution keeps it: what the public sees of it is its commitment alone.
    package struct Entry: Sendable, Equatable {
        package let institution: ID<Organisation>
        /// From 0, without a gap.
        package let number: Int
        /// `certificate`, `record.correction`, `paper.revocation` …
        package let kind: String
        package let subject: Subject
        package let at: Instant
        /// SHA-256 over salt and content.
        package let commitment: [UInt8]

        /// What a proof says that it is about, unless its maker says it otherwise.
        package var about: String { "\(kind)/\(subject.id)" }
    }

    /// The name of a ledger in its checkpoints and of the key that signs them: where it is served, without the scheme. Given
    /// once and kept, also when the site moves.
    static func origin(of institution: ID<Organisation>, site address: String) -> String {
        var host = address[...]
        if let scheme = host.range(of: "://") { host = host[scheme.upperBound...] }
        while host.hasSuffix("/") { host = host.dropLast() }
        return "\(host)/ledger/\(institution)"
    }

    /// Why nothing can be entered, signed or proved.
    package enum Failure: Error, Equatable, Sendable {
        case missing
        /// What stands in the database does not fit together: `zhuqi ledger fsck` names the place.
        case broken(String)
        /// The salt is destroyed: nothing can be proved of this entry any more.
        case erased
    }
}

extension Ledger.Entry {
    /// As an entry of the log: the commitment's hash as a leaf.
    var leaf: TreeHash { .leaf(commitment) }
}
