import Foundation
import HTTPTypes
package import Jobs
package import Markup
package import Storage
package import Values

/// A form that a stale session has sent to a route that wants a fresh proof (S9): kept for half an hour, sealed, for this
/// session alone, so that nothing typed is lost. It goes on to its route with the proof.
package struct HeldForm: Sendable {
    package let id: ID<HeldForm>
    /// The path that it was sent to.
    package let place: String
    let fields: [[String]]
    private let files: [HeldFile]

    private struct HeldFile: Codable, Sendable {
        let field: String
        let name: String
        let size: Int
    }

    private struct Content: Codable {
        let fields: [[String]]
        let files: [HeldFile]
    }

    /// As many as a session may have waiting; a newer one takes the place of the oldest.
    private static let most = 5
    private static let life = Span.minutes(30)

    static let migration = Migration(
        "Web", 2,
        [
            """
            create table held_form (id \(.text) not null primary key, session \(.text) not null, place \(.text) not null, fields_sealed \(.text) not null,
                at \(.int) not null)\(.strict)
            """,
            "create index held_form_at on held_form (at)",
        ])
    static let bySession = Migration("Web", 3, ["create index held_form_session on held_form (session, id)"])

    /// Where the proof is sent, and the form with it.
    package var answer: Link { Link(path: place).with([("proof", id.text)]) }

    private static func folder(_ id: ID<HeldForm>, in site: String) -> String { "\(site)/held/\(id)" }

    /// Its files lie among the arrivals again, as links to the same bytes: the form may be sent on more than once.
    func arrive(in site: String) throws -> [Upload] {
        try files.enumerated().map { number, file in
            let (from, path) = ("\(HeldForm.folder(id, in: site))/\(number)", "\(site)/arrivals/\(UUID().uuidString)")
            try FileManager.default.linkItem(atPath: from, toPath: path)
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            return Upload(field: file.field, name: file.name, path: path, size: file.size, head: [UInt8](try handle.read(upToCount: 4096) ?? Data()))
        }
    }

    static func keep(_ fields: [(String, String)], _ uploads: [Upload], of session: String, for visit: Visit) async throws -> HeldForm {
        let held = HeldForm(
            id: ID(at: visit.now), place: visit.path, fields: fields.map { [$0.0, $0.1] },
            files: uploads.map { HeldFile(field: $0.field, name: $0.name, size: $0.size) })
        if !uploads.isEmpty {
            let folder = folder(held.id, in: visit.site.folder)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for (number, upload) in uploads.enumerated() { try FileManager.default.moveItem(atPath: upload.path, toPath: "\(folder)/\(number)") }
        }
        let content = String(decoding: try JSONEncoder().encode(Content(fields: held.fields, files: held.files)), as: UTF8.self)
        let (sealed, now) = (try visit.site.database.vault.seal(content, at: "held_form.\(held.id)"), visit.now)
        let gone = try await visit.write { tx -> [ID<HeldForm>] in
            try tx.run("insert into held_form (id, session, place, fields_sealed, at) values (\(held.id), \(session), \(held.place), \(sealed), \(now))")
            let gone = Array(try tx.values("select id from held_form where session = \(session) order by id desc limit 100", ID<HeldForm>.self).dropFirst(most))
            try tx.run("delete from held_form where id in (\(list: gone))")
            return gone
        }
        for id in gone { try? FileManager.default.removeItem(atPath: folder(id, in: visit.site.folder)) }
        return held
    }

    private init(id: ID<HeldForm>, place: String, fields: [[String]], files: [HeldFile]) {
        self.id = id
        self.place = place
        self.fields = fields
        self.files = files
    }

    /// Only of this session, and only while it lives.
    package static func load(_ id: ID<HeldForm>, of session: String, now: Instant, _ reader: Reader) throws -> HeldForm? {
        try reader.first("select place, fields_sealed from held_form where id = \(id) and session = \(session) and at > \(now - life)") { row in
            let place = try row(String.self)
            let content = try JSONDecoder().decode(Content.self, from: Data(try reader.vault.open(row(), at: "held_form.\(id)").utf8))
            return HeldForm(id: id, place: place, fields: content.fields, files: content.files)
        }
    }

    /// Forgets what was not sent on, rows and files alike.
    package static func timer(_ database: Database, folder site: String) -> Recurrence {
        Recurrence("held forms", every: .minutes(10)) { now in
            try await database.write { tx in _ = try tx.run("delete from held_form where at <= \(now - life)") }
            for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(site)/held")) ?? [] {
                let path = "\(site)/held/\(name)"
                let made = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
                if made.map({ now - Instant(milliseconds: Int64($0.timeIntervalSince1970 * 1000)) > life }) ?? true { try? FileManager.default.removeItem(atPath: path) }
            }
        }
    }
}

extension Doorway {
    /// The one place that asks for a fresh proof (S9): nil when the visit may go on, otherwise what to answer instead.
    func provedAfresh(_ visit: inout Visit, files: Int) async throws -> Answer? {
        guard let session = visit.session else { throw Problem.signIn }
        let isFresh = visit.viewer.isFresh(at: visit.now)
        if visit.method == .get || visit.method == .head {
            return isFresh ? nil : .see(site.slots.freshProof.with([("next", visit.here)]))
        }
        guard let name = visit.question("proof") else {
            if isFresh { return nil }
            let (fields, uploads) = try await visit.fields(files: files, filesEach: 20 << 20)
            guard visit.token.isSpelled(by: fields.first { $0.0 == "token" }?.1) else { throw Problem.staleForm }
            let held = try await HeldForm.keep(fields, uploads, of: session, for: visit)
            return .see(site.slots.freshProof.with([("held", held.id.text)]))
        }
        let now = visit.now
        guard let id = ID<HeldForm>(name), let held = try await visit.read({ try HeldForm.load(id, of: session, now: now, $0) }), held.place == visit.path
        else { throw Problem.staleForm }
        // Already proved, as after a second tap: the form goes on, and its key makes the repetition harmless.
        if !isFresh {
            if let question = try await site.slots.prove(visit, held) { return question }
            visit.viewer.provedAt = now
        }
        visit.held = held
        return nil
    }
}
