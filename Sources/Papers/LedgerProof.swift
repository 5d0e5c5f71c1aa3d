import Ledgers
package import Storage
package import Values

extension Transaction {
    /// A proof file (`.tlog-proof`) of an entry: checked offline with the ledger's public key, for as long as anybody keeps it.
    ///
    /// - Parameter about: what the proof says that it is about; who checks must know it too.
    package func proof(of entry: Ledger.Entry, about: String? = nil, site address: String, at now: Instant) throws -> [UInt8] {
        guard let signed = try checkpoint(of: entry.institution, site: address, at: now), signed.size > entry.number else { throw Ledger.Failure.missing }
        let isErased = try exists("select 1 from ledger_erasure where institution = \(entry.institution) and number = \(entry.number)")
        guard !isErased, let salt = try value("select salt from ledger_opening where institution = \(entry.institution) and number = \(entry.number)", [UInt8].self)
        else { throw Ledger.Failure.erased }
        let path = try ledgerTree(entry.institution, size: signed.size).inclusion(of: entry.number)
        let opening = Opening(about: about ?? entry.about, salt: salt, entry: entry.commitment)
        return ProofFile(extra: opening.bytes, index: entry.number, path: path, checkpoint: signed.note).bytes
    }
}

extension Reader {
    /// What was entered, for a proof that is shown beside it; nil once it is erased.
    package func ledgerContent(of entry: Ledger.Entry) throws -> [UInt8]? {
        try value(
            """
            select o.content from ledger_opening o where o.institution = \(entry.institution) and o.number = \(entry.number)
            and not exists (select 1 from ledger_erasure x where x.institution = o.institution and x.number = o.number)
            """)
    }
}
