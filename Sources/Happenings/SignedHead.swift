import Foundation
package import Jobs
package import Storage
package import Values

/// The head of the chain on a day, signed with the key of `ZHUQI_KEY_FILE` and written to a file of its own (`security.md` L2).
/// Whoever can change the database, and recompute all seals, still cannot make the signature; with the files copied to
/// another place nothing before them can be cut off either.
package struct SignedHead: Sendable, Hashable {
    package let day: Day
    package let seal: Int64
    package let hash: String
    package let at: Instant
    package let signature: String

    static let migration = Migration(
        "Happenings", 3,
        [
            """
            create table signed_head (day \(.text) not null primary key, seal \(.int) not null, hash \(.text) not null, at \(.int) not null,
                signature \(.text) not null)\(.strict)
            """
        ] + SQL.appendOnly("signed_head"))

    /// What the signature stands under.
    static func text(day: Day, seal: Int64, hash: String, at: Instant) -> String { "zhuqi audit head 1\n\(day)\n\(seal)\n\(hash)\n\(at.milliseconds)\n" }
    private var text: String { SignedHead.text(day: day, seal: seal, hash: hash, at: at) }

    /// Signs once a day, and writes the files that are missing.
    package static func timer(_ database: Database, folder: String) -> Recurrence {
        Recurrence("signed head", every: .minutes(10)) { now in
            try await sign(database, now: now)
            try await export(database, to: folder)
        }
    }

    package static func sign(_ database: Database, now: Instant) async throws {
        try await database.write { tx in
            let head = try tx.chainHead()
            guard head.seal > 0, try !tx.exists("select 1 from signed_head where day = \(now.day)") else { return }
            let signature = try tx.vault.sign(text(day: now.day, seal: head.seal, hash: head.hash, at: now))
            try tx.run(
                """
                insert into signed_head (day, seal, hash, at, signature) values (\(now.day), \(head.seal), \(head.hash), \(now), \(signature))
                on conflict (day) do nothing
                """)
        }
    }

    /// A file for each of the last days, `2026-11-24.head`: the text that is signed, then the signature and the public key.
    package static func export(_ database: Database, to folder: String) async throws {
        let (heads, key) = try await database.read { (try $0.signedHeads(last: 60), try $0.vault.publicKey) }
        guard !heads.isEmpty else { return }
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for head in heads where !manager.fileExists(atPath: head.file(in: folder)) {
            try Data((head.text + "signature \(head.signature)\nkey \(key)\n").utf8).write(to: URL(filePath: head.file(in: folder)), options: .atomic)
        }
    }

    private func file(in folder: String) -> String { "\(folder)/\(day).head" }

    /// The heads of a folder of exported files. A file that is none stops it: it was changed.
    package static func exported(in folder: String) throws -> [SignedHead] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".head") }.sorted()
        return try names.map { name in
            let lines = String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(name)")), as: UTF8.self).split(separator: "\n").map(String.init)
            guard lines.count == 7, lines[0] == "zhuqi audit head 1", let day = Day(lines[1]), let seal = Int64(lines[2]), let at = Int64(lines[4]), lines[5].hasPrefix("signature ")
            else { throw NoHead(file: name) }
            return SignedHead(day: day, seal: seal, hash: lines[3], at: Instant(milliseconds: at), signature: String(lines[5].dropFirst(10)))
        }
    }

    package struct NoHead: Error, CustomStringConvertible {
        let file: String
        package var description: String { "\(file) is not a signed head as it was written" }
    }

    /// What is wrong with a head, in words; nil when it is signed by this key and the chain still holds it.
    package func flaw(_ reader: Reader) throws -> String? {
        guard try reader.vault.isSigned(text, signature) else { return "the head of \(day) was not signed by this key" }
        guard let now = try reader.sealHash(seal) else { return "seal \(seal), signed on \(day), is gone: the chain was cut off" }
        return now == hash ? nil : "seal \(seal) is not the one that was signed on \(day): the chain was written anew"
    }
}

extension Reader {
    package func signedHeads(last: Int = 4000) throws -> [SignedHead] {
        try rows("select day, seal, hash, at, signature from signed_head order by day desc limit \(last)") { row in
            SignedHead(day: try row(), seal: try row(), hash: try row(), at: try row(), signature: try row())
        }
    }
}
