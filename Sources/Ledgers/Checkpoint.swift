/// What a log states of itself: which log, how many entries, and the root over all of them (c2sp.org/tlog-checkpoint).
/// Signed, it cannot be taken back: a second one that does not continue it shows a fork.
package struct Checkpoint: Hashable, Sendable {
    package let origin: String
    package let size: Int
    package let root: TreeHash

    package init(origin: String, size: Int, root: TreeHash) { self.origin = origin; self.size = size; self.root = root }

    /// From the text of a note; lines after the third are others' extensions.
    package init(text: String) throws(LedgerRefusal) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 4, lines.last?.isEmpty == true, !lines.dropLast().contains(""), let size = Tile.decimal(lines[1]),
            let root = canonicalBase64(lines[2]).flatMap(TreeHash.init)
        else { throw .badCheckpoint }
        self.init(origin: lines[0], size: size, root: root)
    }

    /// Opens a signed checkpoint of the log that is named as its key.
    package init(_ note: [UInt8], signedBy key: NoteKey) throws(LedgerRefusal) {
        let note = try Note(note)
        try note.check(key)
        try self.init(text: note.text)
        guard origin == key.name else { throw .otherLog(wanted: key.name, found: origin) }
    }

    package var text: String { "\(origin)\n\(size)\n\(root)\n" }

    package func signed(by signer: NoteSigner) throws -> [UInt8] { try Note(text: text).signed(by: signer).bytes }
}
