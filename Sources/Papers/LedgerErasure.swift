import Ledgers
package import Storage
package import Values

/// Erasure without breaking the tree (PIPL 47): salt and content are overwritten, the commitment stays and says nothing any
/// more. Proofs that were handed out stay valid, because they carry the salt.
extension Transaction {
    /// Destroys what opens the entries of a person; answers how many. May be repeated. When the transaction is committed,
    /// `Database.scrub(Ledger.openings)` makes the disk forget it too.
    @discardableResult
    package func eraseSalts(of person: ID<Person>, at now: Instant) throws -> Int {
        // Numbers first: on PostgreSQL the update would not see what a second erasure has just done.
        let open = try rows(
            """
            select o.institution, o.number from ledger_opening o left join ledger_erasure x on x.institution = o.institution and x.number = o.number
            where o.holder = \(person) and x.number is null order by o.institution, o.number
            """
        ) { (institution: try $0(ID<Organisation>.self), number: try $0(Int.self)) }
        for entry in open { try eraseSalt(entry.institution, entry.number, at: now) }
        return open.count
    }

    /// One entry: for a backup that is restored and must forget again what was erased since.
    func eraseSalt(_ institution: ID<Organisation>, _ number: Int, at now: Instant) throws {
        // The same length in SQLite, so that the bytes are overwritten where they stand and nothing moves to another page.
        try run(
            """
            update ledger_opening set salt = \(.either(sqlite: "zeroblob(length(salt))", postgres: "''::bytea")),
                content = \(.either(sqlite: "zeroblob(length(content))", postgres: "''::bytea"))
            where institution = \(institution) and number = \(number)
            """)
        try run("insert into ledger_erasure (institution, number, at) values (\(institution), \(number), \(now)) on conflict do nothing")
    }
}

extension Ledger {
    /// The table whose old bytes must not stay on the disk after an erasure.
    package static let openings: StaticString = "ledger_opening"
}
