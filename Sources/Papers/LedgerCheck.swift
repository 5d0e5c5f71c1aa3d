package import Languages
import Ledgers
package import Storage
package import Values

/// Rebuilds a ledger from its entries and compares everything that is stored about it: tiles, checkpoints, key, and what
/// opens the entries. Reads in pieces, while the site serves.
package struct LedgerCheck: Sendable {
    /// What a room says that an entry's thing says today: the same canonical bytes that were committed to, by the subject's id.
    package typealias Source = @Sendable (_ ids: [String], Reader) throws -> [String: [UInt8]]

    /// One place that is wrong.
    package struct Finding: Sendable, Equatable {
        /// `entry 17`, `tile/0/003`, `checkpoint 512`, `key`.
        package let place: String
        package let words: Words
    }

    package struct Report: Sendable {
        package let institution: ID<Organisation>
        package let origin: String?
        package fileprivate(set) var entries = 0
        /// Of them, how many were compared with their content, and how many are erased.
        package fileprivate(set) var opened = 0
        package fileprivate(set) var erased = 0
        package fileprivate(set) var checkpoints = 0
        package fileprivate(set) var root = ""
        package fileprivate(set) var findings: [Finding] = []
        /// Findings beyond those that are listed.
        package fileprivate(set) var more = 0

        package var isWhole: Bool { findings.isEmpty }

        fileprivate mutating func find(_ place: String, _ chinese: String, _ english: String) {
            guard findings.count < 50 else { more += 1; return }
            findings.append(Finding(place: place, words: Words(chinese, english)))
        }
    }

    private let database: Database
    private let sources: [String: Source]

    package init(_ database: Database, sources: [String: Source] = [:]) { self.database = database; self.sources = sources }

    /// All ledgers, one after the other.
    package func run() async throws -> [Report] {
        var reports: [Report] = []
        for institution in try await database.read({ try $0.ledgerInstitutions() }) { reports.append(try await run(institution)) }
        return reports
    }

    /// As many tiles as are read at once.
    private static let piece = 40 * Tile.full

    /// Walks the whole ledger, piece by piece, and changes nothing. What is wrong stands in the report; it throws only when the
    /// database cannot be read.
    package func run(_ institution: ID<Organisation>) async throws -> Report {
        let begin = try await database.read { try Start(institution, $0) }
        var report = Report(institution: institution, origin: begin.keys.first?.name)
        if let wrong = begin.wrongKey { report.find("key", wrong.chinese, wrong.english) }
        var frontier = Frontier()
        // The next piece is read while this one is hashed.
        var next: Piece? = try await read(institution, from: 0, of: begin.size)
        while let piece = next {
            let to = piece.to
            async let following = to < begin.size ? read(institution, from: to, of: begin.size) : nil
            look(at: piece, begin, &frontier, &report)
            next = try await following
        }
        let end = try await database.read { [frontier] reader in try End(institution, seen: begin.size, widths: frontier.edge.count, reader) }
        look(at: end, frontier, &report)
        report.root = frontier.root.description
        return report
    }

    // MARK: Reading

    /// What stands at the beginning. What is entered afterwards is the next run's.
    private struct Start: Sendable {
        let size: Int
        /// The one that signs, and those that signed before it.
        let keys: [NoteKey]
        let wrongKey: Words?

        init(_ institution: ID<Organisation>, _ reader: Reader) throws {
            size = try reader.ledgerSize(institution)
            keys = try reader.noteKeys(institution)
            guard let key = try reader.noteKey(institution) else {
                let isSigned = try keys.isEmpty && reader.exists("select 1 from ledger_checkpoint where institution = \(institution) limit 1")
                wrongKey = isSigned ? Words("有检查点，却没有密钥", "there are checkpoints and no key") : nil
                return
            }
            do {
                let signer = try reader.ledgerSigner(institution)
                wrongKey = signer?.key == key ? nil : Words("封存的私钥与公钥不配", "the sealed secret key does not fit the public one")
            } catch { wrongKey = Words("私钥打不开：\(error)", "the secret key cannot be opened: \(error)") }
        }
    }

    private struct Row: Sendable {
        let number: Int
        let kind: String
        let subject: String
        let commitment: [UInt8]
        /// Salt and content; nil where the row is missing.
        let opening: (salt: [UInt8], content: [UInt8])?
        let isErased: Bool
        var today = Today.notAsked
    }

    /// What the thing itself says today, where its room can be asked.
    private enum Today: Sendable {
        case notAsked
        case says([UInt8])
        case isGone
    }

    private struct Piece: Sendable {
        let from: Int
        let to: Int
        let rows: [Row]
        /// Stored tiles that become full within the piece, by their place.
        let tiles: [Tile: [UInt8]]
        let checkpoints: [(size: Int, note: [UInt8])]
    }

    private func read(_ institution: ID<Organisation>, from: Int, of size: Int) async throws -> Piece {
        let sources = sources
        let to = min(from + LedgerCheck.piece, size)
        return try await database.read { reader in
            var rows = try reader.rows(
                """
                select e.number, e.kind, e.subject_id, e.commitment, o.salt, o.content, x.at from ledger_entry e
                left join ledger_opening o on o.institution = e.institution and o.number = e.number
                left join ledger_erasure x on x.institution = e.institution and x.number = e.number
                where e.institution = \(institution) and e.number >= \(from) and e.number < \(to) order by e.number
                """
            ) { row -> Row in
                let (number, kind, subject, commitment) = (try row(Int.self), try row(String.self), try row(String.self), try row([UInt8].self))
                let (salt, content, erased) = (try row.maybe([UInt8].self), try row.maybe([UInt8].self), try row.maybe(Int64.self))
                let opening = if let salt, let content { (salt, content) } else { nil as (salt: [UInt8], content: [UInt8])? }
                return Row(number: number, kind: kind, subject: subject, commitment: commitment, opening: opening, isErased: erased != nil)
            }
            for (kind, source) in sources {
                let places = rows.indices.filter { rows[$0].kind == kind && !rows[$0].isErased }
                for start in stride(from: 0, to: places.count, by: 500) {
                    let some = places[start..<min(start + 500, places.count)]
                    let today = try source(some.map { rows[$0].subject }, reader)
                    for place in some { rows[place].today = today[rows[place].subject].map { .says($0) } ?? .isGone }
                }
            }
            return Piece(
                from: from, to: to, rows: rows, tiles: try LedgerCheck.fullTiles(institution, from, to, reader),
                checkpoints: try reader.rows(
                    "select size, note from ledger_checkpoint where institution = \(institution) and size > \(from) and size <= \(to) order by size"
                ) { (size: try $0(), note: try $0()) })
        }
    }

    private static func fullTiles(_ institution: ID<Organisation>, _ from: Int, _ to: Int, _ reader: Reader) throws -> [Tile: [UInt8]] {
        var tiles: [Tile: [UInt8]] = [:]
        for level in 0..<7 {
            let (first, end) = (from >> (8 * level + 8), to >> (8 * level + 8))
            guard first < end else { break }
            let rows = try reader.rows(
                """
                select number, hashes from ledger_tile where institution = \(institution) and level = \(level) and number >= \(first) and number < \(end)
                """
            ) { (number: try $0(Int.self), hashes: try $0([UInt8].self)) }
            for row in rows { tiles[Tile(.hashes(level: level), row.number)] = row.hashes }
        }
        return tiles
    }

    /// What stands at the end: the tiles that still grow, and whatever should not be there.
    private struct End: Sendable {
        let size: Int
        let edge: [Int: [UInt8]]
        let surplusEntries: Int
        let surplusTiles: [Tile]
        let surplusCheckpoints: [Int]

        init(_ institution: ID<Organisation>, seen: Int, widths: Int, _ reader: Reader) throws {
            let size = try reader.ledgerSize(institution)
            self.size = size
            edge = Dictionary(
                uniqueKeysWithValues: try (0..<widths).map { level in (level, try reader.tileBytes(institution, level, seen >> (8 * level + 8))) })
            surplusEntries = try reader.count("select count(*) from ledger_entry where institution = \(institution) and number >= \(size)")
            surplusCheckpoints = try reader.values("select size from ledger_checkpoint where institution = \(institution) and (size > \(size) or size < 1) order by size limit 10")
            var surplus: [Tile] = []
            for level in 0..<9 {
                let count = size >> min(8 * level, 62)
                surplus += try reader.values(
                    """
                    select number from ledger_tile where institution = \(institution) and level = \(level)
                    and (number < 0 or number >= \((count + Tile.full - 1) / Tile.full)) order by number limit 10
                    """, Int.self
                ).map { Tile(.hashes(level: level), $0) }
            }
            surplusTiles = surplus
        }
    }

    // MARK: Comparing

    private func look(at piece: Piece, _ start: Start, _ frontier: inout Frontier, _ report: inout Report) {
        var rows = piece.rows[...]
        var checkpoints = piece.checkpoints[...]
        for number in piece.from..<piece.to {
            guard let row = rows.first, row.number == number else {
                report.find("entry \(number)", "第\(number)条不见了", "the entry is missing")
                // The rest can still be compared where the tile knows the hash.
                let tile = piece.tiles[Tile(.hashes(level: 0), number / Tile.full)] ?? []
                let place = number % Tile.full * TreeHash.size
                let hash = place + TreeHash.size <= tile.count ? TreeHash(tile[place..<(place + TreeHash.size)]) : nil
                grow(&frontier, hash ?? .ofNothing, piece, &report)
                compare(&checkpoints, frontier, start, &report)
                continue
            }
            rows.removeFirst()
            look(at: row, &report)
            grow(&frontier, .leaf(row.commitment), piece, &report)
            compare(&checkpoints, frontier, start, &report)
        }
        report.entries += piece.rows.count
    }

    private func look(at row: Row, _ report: inout Report) {
        let place = "entry \(row.number)"
        guard let opening = row.opening else {
            report.find(place, "第\(row.number)条（\(row.kind) \(row.subject)）的随机数不见了，没有抹除记录", "\(row.kind) \(row.subject): salt and content are gone, though nothing says that they were erased")
            return
        }
        if row.isErased {
            report.erased += 1
            if opening.salt.contains(where: { $0 != 0 }) || opening.content.contains(where: { $0 != 0 }) {
                report.find(place, "第\(row.number)条已登记抹除，内容却还在", "\(row.kind) \(row.subject): entered as erased, and salt or content is still there")
            }
            return
        }
        report.opened += 1
        if Commitment.entry(salt: opening.salt, content: opening.content) != row.commitment {
            report.find(place, "第\(row.number)条（\(row.kind) \(row.subject)）的内容与台账不符", "\(row.kind) \(row.subject): salt, content or commitment was changed")
        }
        switch row.today {
        case .notAsked: break
        case .isGone: report.find(place, "第\(row.number)条所记的\(row.kind) \(row.subject)不见了", "\(row.kind) \(row.subject) itself is gone")
        case .says(let today):
            guard Commitment.entry(salt: opening.salt, content: today) != row.commitment else { break }
            report.find(place, "\(row.kind) \(row.subject)现在说的与记入台账时不同", "\(row.kind) \(row.subject) says something else today than what was entered")
        }
    }

    private func grow(_ frontier: inout Frontier, _ leaf: TreeHash, _ piece: Piece, _ report: inout Report) {
        frontier.append(leaf) { finished in
            let tile = Tile(.hashes(level: finished.level), finished.index)
            LedgerCheck.compare(tile, stored: piece.tiles[tile], computed: finished.hashes.bytes, &report)
        }
    }

    private static func compare(_ tile: Tile, stored: [UInt8]?, computed: [UInt8], _ report: inout Report) {
        guard let stored, !stored.isEmpty else { return report.find(tile.path, "分块不见了", "the tile is missing") }
        guard stored != computed else { return }
        guard stored.count == computed.count else {
            return report.find(tile.path, "分块应有\(computed.count)字节，实有\(stored.count)", "the tile should have \(computed.count) bytes and has \(stored.count)")
        }
        let place = zip(stored, computed).enumerated().first { $0.element.0 != $0.element.1 }.map { $0.offset / TreeHash.size } ?? 0
        report.find(tile.path, "第\(place)个值与条目算出的不同", "hash \(place) is not the one that the entries give")
    }

    private func compare(_ checkpoints: inout ArraySlice<(size: Int, note: [UInt8])>, _ frontier: Frontier, _ start: Start, _ report: inout Report) {
        while let signed = checkpoints.first, signed.size <= frontier.size {
            checkpoints.removeFirst()
            report.checkpoints += 1
            let place = "checkpoint \(signed.size)"
            guard let first = start.keys.first else { continue }
            do {
                let signers = try Note(signed.note).signatures.map(\.name)
                let checkpoint = try Checkpoint(signed.note, signedBy: start.keys.first { signers.contains($0.name) } ?? first)
                if checkpoint.size != signed.size { report.find(place, "检查点写的是\(checkpoint.size)条", "the checkpoint itself says \(checkpoint.size) entries") } else if checkpoint.root != frontier.root {
                    report.find(place, "签名的根值与前\(signed.size)条算出的不同", "the signed root is not the one that the first \(signed.size) entries give")
                }
            } catch { report.find(place, error.words.chinese, error.words.english) }
        }
    }

    private func look(at end: End, _ frontier: Frontier, _ report: inout Report) {
        for (level, hashes) in frontier.edge.enumerated() where !hashes.isEmpty {
            let tile = Tile(.hashes(level: level), frontier.size >> (8 * level + 8), width: hashes.count)
            let stored = end.edge[level] ?? []
            // Since the beginning it may have grown, but only as far as the ledger has.
            let widest = Tile(.hashes(level: level), tile.index, in: end.size)?.width ?? 0
            if stored.count != widest * TreeHash.size {
                report.find(tile.path, "分块应有\(widest * TreeHash.size)字节，实有\(stored.count)", "the tile should have \(widest * TreeHash.size) bytes and has \(stored.count)")
            } else { LedgerCheck.compare(tile, stored: Array(stored.prefix(hashes.count * TreeHash.size)), computed: hashes.bytes, &report) }
        }
        if end.size < frontier.size { report.find("ledger", "台账变短了：先有\(frontier.size)条，现有\(end.size)条", "the ledger became shorter: it had \(frontier.size) entries and has \(end.size)") }
        if end.surplusEntries > 0 { report.find("entry \(end.size)", "台账记为\(end.size)条，却多出\(end.surplusEntries)条", "the ledger counts \(end.size) entries, and there are \(end.surplusEntries) more") }
        for tile in end.surplusTiles { report.find(tile.path, "这一分块不该有", "there should be no such tile") }
        for size in end.surplusCheckpoints { report.find("checkpoint \(size)", "检查点有\(size)条，台账只有\(end.size)条：末尾被截去", "a checkpoint of \(size) entries was signed, and the ledger has \(end.size): its end was cut off") }
    }
}
