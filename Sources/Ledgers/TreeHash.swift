import Crypto
import Foundation

/// A hash of the Merkle tree (RFC 6962, 2.1): 32 bytes of SHA-256. Leaves and nodes are hashed with different first bytes,
/// so that no node can be passed off as an entry.
package struct TreeHash: Hashable, Sendable, CustomStringConvertible {
    // Four words rather than an array: a million of them stand in a row without a million allocations.
    private let a, b, c, d: UInt64

    package static let size = 32

    /// Nil for anything but 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == TreeHash.size else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (place, byte) in bytes.enumerated() { words[place >> 3] = words[place >> 3] << 8 | UInt64(byte) }
        (a, b, c, d) = (words[0], words[1], words[2], words[3])
    }

    private init(_ digest: SHA256Digest) {
        (a, b, c, d) = unsafe digest.withUnsafeBytes { bytes in
            unsafe (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)), UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)), UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
            )
        }
    }

    /// The hash of a tree without entries.
    package static let ofNothing = TreeHash(SHA256.hash(data: [UInt8]()))

    /// The hash of one entry.
    package static func leaf(_ entry: [UInt8]) -> TreeHash {
        var marked: [UInt8] = []
        marked.reserveCapacity(entry.count + 1)
        marked.append(0)
        marked += entry
        return TreeHash(SHA256.hash(data: marked))
    }

    /// The hash of two subtrees.
    package static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        var both: [UInt8] = []
        both.reserveCapacity(2 * size + 1)
        both.append(1)
        left.append(to: &both)
        right.append(to: &both)
        return TreeHash(SHA256.hash(data: both))
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(TreeHash.size)
        append(to: &bytes)
        return bytes
    }

    package func append(to bytes: inout [UInt8]) {
        for word in [a, b, c, d] { for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) } }
    }

    /// In base 64, as checkpoints and proofs write it.
    package var description: String { Data(bytes).base64EncodedString() }
}
