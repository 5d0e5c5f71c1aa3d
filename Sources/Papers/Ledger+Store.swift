import Foundation
import Ledgers
package import Storage
package import Values

extension Ledger {
    static let migrations = [
        Migration(
            "Ledger", 1,
            [
                """
                create table ledger (institution \(.text) not null primary key references organisation (id), size \(.int) not null check (size >= 0),
                    since \(.int) not null)\(.strict)
                """,
                """
                create table ledger_entry (institution \(.text) not null references ledger (institution), number \(.int) not null check (number >= 0),
                    kind \(.text) not null, subject_kind \(.text) not null, subject_id \(.text) not null, at \(.int) not null,
                    commitment \(.bytes) not null check (\(.octets)(commitment) = 32), primary key (institution, number))\(.strict)
                """,
                "create index ledger_entry_subject on ledger_entry (subject_kind, subject_id, number)",
                // What opens a commitment. Only ever added to, and overwritten in place when a person is erased: so no page of
                // the file ever holds a second copy of a salt.
                """
                create table ledger_opening (institution \(.text) not null, number \(.int) not null, holder \(.text), salt \(.bytes) not null,
                    content \(.bytes) not null, primary key (institution, number),
                    foreign key (institution, number) references ledger_entry (institution, number))\(.strict)
                """,
                "create index ledger_opening_holder on ledger_opening (holder, institution, number)",
                """
                create table ledger_erasure (institution \(.text) not null, number \(.int) not null, at \(.int) not null,
                    primary key (institution, number), foreign key (institution, number) references ledger_opening (institution, number))\(.strict)
                """,
                """
                create table ledger_tile (institution \(.text) not null references ledger (institution), level \(.int) not null,
                    number \(.int) not null, hashes \(.bytes) not null, primary key (institution, level, number))\(.strict)
                """,
                """
                create table ledger_key (institution \(.text) not null primary key references organisation (id), origin \(.text) not null unique,
                    public \(.bytes) not null check (\(.octets)(public) = 32), secret_sealed \(.text) not null, since \(.int) not null)\(.strict)
                """,
                """
                create table ledger_checkpoint (institution \(.text) not null references ledger (institution), size \(.int) not null,
                    note \(.bytes) not null, at \(.int) not null, primary key (institution, size))\(.strict)
                """,
            ] + SQL.appendOnly("ledger_entry") + SQL.appendOnly("ledger_checkpoint") + SQL.appendOnly("ledger_erasure")),
        // Keys that sign no more: their secret half is gone, what they signed stays good.
        Migration(
            "Ledger", 2,
            [
                """
                create table ledger_key_past (origin \(.text) not null primary key, institution \(.text) not null references organisation (id),
                    public \(.bytes) not null check (\(.octets)(public) = 32), since \(.int) not null, until \(.int) not null)\(.strict)
                """,
                "create index ledger_key_past_institution on ledger_key_past (institution, until)",
            ]),
    ]
}

extension Transaction {
    /// Enters something in the institution's ledger, in the caller's transaction: the next number under a key, a fresh salt, the
    /// commitment, and the tiles that it belongs to. Whoever calls sees to it that it happens once.
    ///
    /// - Parameters:
    ///   - holder: whose erasure destroys salt and content.
    ///   - payload: canonical bytes (RFC 8785) of what is committed to; kept with the salt, for proofs and for `fsck`.
    @discardableResult
    package func commit(
        kind: String, subject: Subject, institution: ID<Organisation>, holder: ID<Person>? = nil, payload: [UInt8], at now: Instant
    ) throws -> Ledger.Entry {
        try run("insert into ledger (institution, size, since) values (\(institution), 0, \(now)) on conflict (institution) do nothing")
        // The row is locked from here on until the caller's commit: numbers have no gap, and nobody reads one that may go again.
        let size: Int = try one("update ledger set size = size + 1 where institution = \(institution) returning size") { try $0() }
        let salt = Commitment.newSalt()
        let entry = Ledger.Entry(
            institution: institution, number: size - 1, kind: kind, subject: subject, at: now, commitment: Commitment.entry(salt: salt, content: payload))
        try run(
            """
            insert into ledger_entry (institution, number, kind, subject_kind, subject_id, at, commitment)
            values (\(institution), \(entry.number), \(kind), \(subject.kind), \(subject.id), \(now), \(entry.commitment))
            """)
        try run(
            """
            insert into ledger_opening (institution, number, holder, salt, content)
            values (\(institution), \(entry.number), \(holder), \(salt), \(payload))
            """)
        try grow(institution, at: entry.number, by: entry.leaf)
        return entry
    }

    /// Writes a leaf into its tile, and the hash of each tile that is now full into the one above: O(log n).
    private func grow(_ institution: ID<Organisation>, at number: Int, by leaf: TreeHash) throws {
        var (level, index, hash) = (0, number, leaf)
        while true {
            let (tile, place) = (index / Tile.full, index % Tile.full)
            if place == 0 {
                try run("insert into ledger_tile (institution, level, number, hashes) values (\(institution), \(level), \(tile), \(hash.bytes))")
                return
            }
            var bytes = try tileBytes(institution, level, tile)
            guard bytes.count == place * TreeHash.size else { throw Ledger.Failure.broken(Tile(.hashes(level: level), tile, width: place).path) }
            hash.append(to: &bytes)
            try run("update ledger_tile set hashes = \(bytes) where institution = \(institution) and level = \(level) and number = \(tile)")
            guard place == Tile.full - 1, let hashes = [TreeHash](tile: bytes) else { return }
            (level, index, hash) = (level + 1, tile, Frontier.root(of: hashes))
        }
    }
}

extension Reader {
    package func ledgerEntry(_ institution: ID<Organisation>, _ number: Int) throws -> Ledger.Entry? {
        try first("\(Ledger.Entry.columns) where institution = \(institution) and number = \(number)", Ledger.Entry.init)
    }

    /// Everything that was entered about a thing, the oldest first.
    package func ledgerEntries(about subject: Subject, limit: Int = 100) throws -> [Ledger.Entry] {
        try rows(
            "\(Ledger.Entry.columns) where subject_kind = \(subject.kind) and subject_id = \(subject.id) order by number limit \(limit)", Ledger.Entry.init)
    }

    /// 0 where there is no ledger yet.
    package func ledgerSize(_ institution: ID<Organisation>) throws -> Int {
        try value("select size from ledger where institution = \(institution)", Int.self) ?? 0
    }

    func ledgerInstitutions() throws -> [ID<Organisation>] { try values("select institution from ledger order by institution") }

    func tileBytes(_ institution: ID<Organisation>, _ level: Int, _ number: Int) throws -> [UInt8] {
        try value("select hashes from ledger_tile where institution = \(institution) and level = \(level) and number = \(number)") ?? []
    }

    /// A tile as wide as it is asked for; nil where the ledger has not grown so far.
    func tile(_ institution: ID<Organisation>, _ tile: Tile) throws -> [UInt8]? {
        switch tile.content {
        case .hashes(let level):
            let bytes = try tileBytes(institution, level, tile.index)
            return bytes.count >= tile.width * TreeHash.size ? Array(bytes.prefix(tile.width * TreeHash.size)) : nil
        case .entries:
            let first = tile.index * Tile.full
            let entries = try values(
                """
                select commitment from ledger_entry where institution = \(institution) and number >= \(first) and number < \(first + tile.width)
                order by number
                """, [UInt8].self)
            return entries.count == tile.width ? EntryBundle.bytes(entries) : nil
        }
    }

    /// The tree of the first `size` entries.
    func ledgerTree(_ institution: ID<Organisation>, size: Int) -> TiledTree {
        TiledTree(size: size) { tile in
            guard let hashes = try self.tile(institution, tile).flatMap({ [TreeHash](tile: $0) }) else { throw Ledger.Failure.broken(tile.path) }
            return hashes
        }
    }
}

extension Ledger.Entry {
    static let columns: SQL = "select institution, number, kind, subject_kind, subject_id, at, commitment from ledger_entry"

    init(_ row: inout Row) throws {
        self.init(
            institution: try row(), number: try row(), kind: try row(), subject: Subject(kind: try row(), id: try row()), at: try row(), commitment: try row())
    }
}
