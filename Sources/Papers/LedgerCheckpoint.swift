import Foundation
package import Jobs
import Ledgers
package import Storage
package import Values

extension Ledger {
    /// A checkpoint as it was signed.
    package struct Signed: Sendable, Equatable {
        package let size: Int
        package let note: [UInt8]
    }

    /// What others check a ledger by: `name+hash+key`.
    package struct PublicKey: Sendable, Equatable {
        package let institution: ID<Organisation>
        package let text: String
        /// Since when it signs no more; nil for the one that signs.
        package let until: Instant?
    }

    /// Signs what has come since the last checkpoint. A proof does not wait for it: it has one signed at once.
    package static func timer(_ database: Database, site address: String) -> Recurrence {
        Recurrence("ledger checkpoints", every: .minutes(10)) { now in try await signAll(database, site: address, at: now) }
    }

    package static func signAll(_ database: Database, site address: String, at now: Instant) async throws {
        let waiting = try await database.read { reader in
            try reader.values(
                """
                select l.institution from ledger l where l.size > 0
                and not exists (select 1 from ledger_checkpoint c where c.institution = l.institution and c.size = l.size)
                """, ID<Organisation>.self)
        }
        for institution in waiting { try await database.write { tx in _ = try tx.checkpoint(of: institution, site: address, at: now) } }
    }
}

extension Reader {
    /// The last one that was signed.
    package func latestCheckpoint(of institution: ID<Organisation>) throws -> Ledger.Signed? {
        try first("select size, note from ledger_checkpoint where institution = \(institution) order by size desc limit 1") { Ledger.Signed(size: try $0(), note: try $0()) }
    }

    /// By which anybody checks, the one that signs today first; none before the first checkpoint. `name+hash+key`, as Go's
    /// `note.NewVerifier` reads it.
    package func ledgerKeys(of institution: ID<Organisation>) throws -> [Ledger.PublicKey] {
        try allKeys("where institution = \(institution)").map { Ledger.PublicKey(institution: $0.institution, text: $0.key.text, until: $0.until) }
    }

    /// Those of all institutions.
    package func ledgerKeys() throws -> [Ledger.PublicKey] {
        try allKeys("").map { Ledger.PublicKey(institution: $0.institution, text: $0.key.text, until: $0.until) }
    }

    func noteKeys(_ institution: ID<Organisation>) throws -> [NoteKey] { try allKeys("where institution = \(institution)").map(\.key) }

    func noteKey(_ institution: ID<Organisation>) throws -> NoteKey? {
        try first("select origin, public from ledger_key where institution = \(institution)") { try NoteKey(name: try $0(), try $0()) }
    }

    private func allKeys(_ those: SQL) throws -> [(institution: ID<Organisation>, key: NoteKey, until: Instant?)] {
        try rows(
            """
            select institution, origin, public, null, 0 from ledger_key \(those)
            union all select institution, origin, public, until, 1 from ledger_key_past \(those) order by 1, 5, 4 desc
            """
        ) { (institution: try $0(), key: try NoteKey(name: try $0(), try $0()), until: try $0.maybe()) }
    }

    /// The unfinished tiles, from which a tree says its root.
    func frontier(_ institution: ID<Organisation>, size: Int) throws -> Frontier {
        let edge = try Frontier.widths(of: size).enumerated().map { level, width -> [TreeHash] in
            guard width > 0 else { return [] }
            let place = Tile(.hashes(level: level), (size >> (8 * level)) / Tile.full, width: width)
            guard let hashes = try tile(institution, place).flatMap({ [TreeHash](tile: $0) }) else { throw Ledger.Failure.broken(place.path) }
            return hashes
        }
        guard let frontier = Frontier(size: size, edge: edge) else { throw Ledger.Failure.broken("size \(size)") }
        return frontier
    }
}

extension Transaction {
    /// The checkpoint over everything entered so far, signed now where there is none; nil for a ledger without entries.
    ///
    /// - Parameter site: the site's address (`Site.Settings.baseURL`), for the ledger's name when it gets its key.
    package func checkpoint(of institution: ID<Organisation>, site address: String, at now: Instant) throws -> Ledger.Signed? {
        // Lock, then look: two signers of one size would be two texts for one key, were a signature ever to differ.
        let size = try value("select size from ledger where institution = \(institution)\(.forUpdate)", Int.self) ?? 0
        guard size > 0 else { return nil }
        if let latest = try latestCheckpoint(of: institution) {
            if latest.size == size { return latest }
            // Entries that were signed for and are gone: nothing is signed over that.
            guard latest.size < size else { throw Ledger.Failure.broken("size \(size), checkpoint \(latest.size)") }
        }
        let signer = try signer(institution, site: address, at: now)
        let root = try frontier(institution, size: size).root
        let note = try Checkpoint(origin: signer.key.name, size: size, root: root).signed(by: signer)
        try run("insert into ledger_checkpoint (institution, size, note, at) values (\(institution), \(size), \(note), \(now))")
        return Ledger.Signed(size: size, note: note)
    }

    /// The institution's signing key, made on first use; its secret half is sealed by the vault.
    private func signer(_ institution: ID<Organisation>, site address: String, at now: Instant) throws -> NoteSigner {
        if let signer = try ledgerSigner(institution) { return signer }
        let secret = NoteSigner.newSecret()
        let editions = try count("select count(*) from ledger_key_past where institution = \(institution)")
        let origin = Ledger.origin(of: institution, site: address) + (editions == 0 ? "" : "/\(editions + 1)")
        let signer = try NoteSigner(name: origin, secret: secret)
        let sealed = try vault.seal(Data(secret).base64EncodedString(), at: Ledger.secretPlace(institution))
        try run(
            """
            insert into ledger_key (institution, origin, public, secret_sealed, since)
            values (\(institution), \(signer.key.name), \(signer.key.bytes), \(sealed), \(now))
            """)
        return signer
    }
}

extension Transaction {
    /// Ends every ledger's key; the next checkpoint is signed by a new one under a new name. For a backup that was restored:
    /// what was entered after it is gone, and a key that had signed for that would sign a fork with the next entry. Answers how many.
    @discardableResult
    package func renewLedgerKeys(at now: Instant) throws -> Int {
        try run("insert into ledger_key_past (origin, institution, public, since, until) select origin, institution, public, since, \(now) from ledger_key")
        return try run("delete from ledger_key")
    }
}

extension Reader {
    func ledgerSigner(_ institution: ID<Organisation>) throws -> NoteSigner? {
        guard let row = try first("select origin, secret_sealed from ledger_key where institution = \(institution)", { (origin: try $0(String.self), sealed: try $0(String.self)) })
        else { return nil }
        guard let secret = Data(base64Encoded: try vault.open(row.sealed, at: Ledger.secretPlace(institution))) else { throw Ledger.Failure.broken("ledger_key") }
        return try NoteSigner(name: row.origin, secret: Array(secret))
    }
}

extension Ledger {
    fileprivate static func secretPlace(_ institution: ID<Organisation>) -> String { "ledger_key/\(institution)/secret" }
}
