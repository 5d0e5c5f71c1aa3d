import Foundation

/// A proof that stands by itself (c2sp.org/tlog-proof): the entry's number, its path to the root, and the signed checkpoint
/// of that root. With the log's public key it is checked anywhere, without network and long after the log has ended.
package struct ProofFile: Hashable, Sendable {
    package let extra: [UInt8]?
    package let index: Int
    package let path: [TreeHash]
    /// As it was signed, to the byte.
    package let checkpoint: [UInt8]

    private static let firstLine = "c2sp.org/tlog-proof@v1"

    package init(extra: [UInt8]? = nil, index: Int, path: [TreeHash], checkpoint: [UInt8]) {
        self.extra = extra
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
    }

    package init(_ bytes: [UInt8]) throws(LedgerRefusal) {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        var number = 0
        func line(_ number: Int) -> String? { number < lines.count ? String(validating: lines[number], as: UTF8.self) : nil }
        guard line(0) == ProofFile.firstLine else { throw .badProof(line: 1) }
        number = 1
        if let text = line(number), text.hasPrefix("extra ") {
            guard let bytes = canonicalBase64(String(text.dropFirst(6))) else { throw .badProof(line: number + 1) }
            extra = bytes
            number += 1
        } else { extra = nil }
        guard let text = line(number), text.hasPrefix("index "), let index = Tile.decimal(String(text.dropFirst(6))) else { throw .badProof(line: number + 1) }
        self.index = index
        number += 1
        var path: [TreeHash] = []
        while let text = line(number), !text.isEmpty {
            // No tree is higher than 63: what comes is no proof.
            guard path.count < 63, let hash = canonicalBase64(text).flatMap(TreeHash.init) else { throw .badProof(line: number + 1) }
            path.append(hash)
            number += 1
        }
        guard line(number)?.isEmpty == true, number + 1 < lines.count else { throw .badProof(line: number + 1) }
        self.path = path
        let start = lines[number + 1].startIndex
        checkpoint = Array(bytes[start...])
    }

    package var bytes: [UInt8] {
        var lines = [ProofFile.firstLine]
        if let extra { lines.append("extra \(Data(extra).base64EncodedString())") }
        lines.append("index \(index)")
        lines += path.map(\.description)
        return [UInt8]((lines.joined(separator: "\n") + "\n\n").utf8) + checkpoint
    }

    /// That the entry stands in the log of this key; answers the checkpoint that says so.
    @discardableResult
    package func check(entry: [UInt8], _ key: NoteKey) throws(LedgerRefusal) -> Checkpoint {
        let signed = try Checkpoint(checkpoint, signedBy: key)
        try Proof.check(path, of: .leaf(entry), at: index, size: signed.size, root: signed.root)
        return signed
    }

    /// That this content, and what it is about, was entered in the log of this key.
    @discardableResult
    package func check(content: [UInt8], about: String, _ key: NoteKey) throws(LedgerRefusal) -> Checkpoint {
        guard let extra else { throw .noOpening }
        let opening = try Opening(extra)
        guard opening.about == about else { throw .otherEntry(wanted: about, found: opening.about) }
        let entry = Commitment.entry(salt: opening.salt, content: content)
        guard entry == opening.entry else { throw .changedContent }
        return try check(entry: entry, key)
    }
}
