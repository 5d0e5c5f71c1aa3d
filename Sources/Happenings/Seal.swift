import Crypto
import Foundation
package import Jobs
package import Storage
import Values

/// The chain that no user of the application can change: each seal holds the hash of its happening and of the seal before
/// (`security.md` L2). Insert only; triggers refuse the rest on both engines.
package enum Seal {
    package static let migrations = [
        Migration(
            "Happenings", 1,
            [
                """
                create table happening (number \(.serial), kind \(.text) not null, subject_kind \(.text) not null, subject_id \(.text) not null,
                    by_party \(.text) not null, at \(.int) not null, address \(.text) not null, outcome \(.text) not null
                    check (outcome in ('done', 'denied', 'failed')), fields \(.text) not null)\(.strict)
                """,
                "create index happening_subject on happening (subject_kind, subject_id, number)",
                "create index happening_kind on happening (kind, at)",
                "create table seal (number \(.int) not null primary key, happening \(.int) not null unique, hash \(.text) not null)\(.strict)",
            ] + SQL.appendOnly("happening") + SQL.appendOnly("seal")),
        // What has no seal yet, so that the sealer need not look through years of happenings each second. It is a list of
        // work and proves nothing: `verify` counts for itself.
        Migration(
            "Happenings", 2,
            [
                "create table unsealed (happening \(.int) not null primary key)\(.strict)",
                "insert into unsealed (happening) select number from happening where number not in (select happening from seal)",
            ]),
        SignedHead.migration,
        // What somebody did, for themselves and for whoever looks into it.
        Migration("Happenings", 4, ["create index happening_by on happening (by_party, number)"]),
    ]

    /// Seals each second whatever has no seal yet.
    package static func timer(_ database: Database) -> Recurrence {
        Recurrence("seal", every: .seconds(1)) { now in
            let waits = try await database.read { try $0.exists("select 1 from unsealed limit 1") }
            if waits { try await sealAll(database) }
        }
    }

    package static func sealAll(_ database: Database) async throws {
        var more = true
        while more {
            more = try await database.write { tx in
                // One sealer at a time: the key of the next number would collide otherwise, and the loser runs again.
                let last = try tx.first("select number, hash from seal order by number desc limit 1") { (number: try $0(Int64.self), hash: try $0(String.self)) }
                var (number, hash) = (last?.number ?? 0, last?.hash ?? "")
                let waiting = try tx.rows(
                    """
                    select h.number, h.kind, h.subject_kind, h.subject_id, h.by_party, h.at, h.address, h.outcome, h.fields
                    from unsealed u join happening h on h.number = u.happening order by h.number limit 500
                    """, Sealed.init)
                for row in waiting {
                    number += 1
                    hash = row.hash(after: hash)
                    try tx.run("insert into seal (number, happening, hash) values (\(number), \(row.number), \(hash))")
                    try tx.run("delete from unsealed where happening = \(row.number)")
                }
                return waiting.count == 500
            }
        }
    }

    package enum Verdict: Sendable, Equatable {
        /// `head` is the last seal's hash: written down elsewhere, it shows later that nothing was cut off at the end.
        case whole(seals: Int64, unsealed: Int64, head: String)
        /// The first seal that does not fit, and the happening it stands for.
        case broken(seal: Int64, happening: Int64, why: String)
    }

    /// Recomputes the whole chain, in pieces. Names the first row that was changed, dropped or moved.
    package static func verify(_ database: Database) async throws -> Verdict {
        var (expected, hash, after) = (Int64(1), "", Int64(0))
        while true {
            let (from, begin, startHash) = (after, expected, hash)
            let piece = try await database.read { reader -> (verdict: Verdict?, count: Int64, hash: String, last: Int64) in
                var (hash, number, last) = (startHash, begin, from)
                let rows = try reader.rows(
                    """
                    select s.number, s.happening, s.hash, h.number, h.kind, h.subject_kind, h.subject_id, h.by_party, h.at, h.address, h.outcome, h.fields
                    from seal s left join happening h on h.number = s.happening where s.number > \(from) order by s.number limit 5000
                    """
                ) { row -> (seal: Int64, happening: Int64, hash: String, row: Sealed?) in
                    let (seal, happening, hash) = (try row(Int64.self), try row(Int64.self), try row(String.self))
                    guard let number = try row.maybe(Int64.self) else { return (seal, happening, hash, nil) }
                    return (seal, happening, hash, try Sealed(number, &row))
                }
                for entry in rows {
                    guard entry.seal == number else { return (.broken(seal: number, happening: entry.happening, why: "a seal is missing"), 0, hash, last) }
                    guard let row = entry.row else { return (.broken(seal: number, happening: entry.happening, why: "the happening is missing"), 0, hash, last) }
                    hash = row.hash(after: hash)
                    guard hash == entry.hash else { return (.broken(seal: number, happening: entry.happening, why: "the happening or its seal was changed"), 0, hash, last) }
                    number += 1
                    last = entry.seal
                }
                return (nil, Int64(rows.count), hash, last)
            }
            if let verdict = piece.verdict { return verdict }
            (expected, hash, after) = (expected + piece.count, piece.hash, piece.last)
            if piece.count < 5000 { break }
        }
        // Each seal has a happening of its own, so that the rest has none.
        let all = try await database.read { try $0.count("select count(*) from happening") }
        return .whole(seals: expected - 1, unsealed: Int64(all) - (expected - 1), head: hash)
    }
}

extension Reader {
    /// The hash of a seal; nil where there is none of this number.
    package func sealHash(_ number: Int64) throws -> String? { try value("select hash from seal where number = \(number)") }
}

/// One happening as its seal sees it. Each field goes in with its length, so that no two rows spell the same bytes.
private struct Sealed: Sendable {
    let number: Int64
    let fields: [String]

    init(_ row: inout Row) throws { try self.init(try row(), &row) }

    init(_ number: Int64, _ row: inout Row) throws {
        self.number = number
        var fields = [String(number)]
        for _ in 0..<4 { fields.append(try row(String.self)) }
        fields.append(String(try row(Int64.self)))
        for _ in 0..<3 { fields.append(try row(String.self)) }
        self.fields = fields
    }

    func hash(after previous: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(400)
        func add(_ field: String) {
            bytes += String(field.utf8.count).utf8
            bytes.append(UInt8(ascii: ":"))
            bytes += field.utf8
        }
        add(previous)
        for field in fields { add(field) }
        return Data(SHA256.hash(data: bytes)).base64EncodedString()
    }
}
