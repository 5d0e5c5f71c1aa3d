import Foundation
import Holdings
import Jobs
import Storage
import Values

/// The names of those who had themselves erased, apart from the database and its backups: ids and times, nothing else. A backup
/// that is older than an erasure forgets them again when it is restored.
struct ErasureList: Sendable {
    let path: String

    func all() throws -> [(person: ID<Person>, at: Instant)] {
        guard let text = FileManager.default.contents(atPath: path).map({ String(decoding: $0, as: UTF8.self) }) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t")
            guard fields.count == 2, let person = ID<Person>(String(fields[0])), let at = Int64(fields[1]) else { return nil }
            return (person, Instant(milliseconds: at))
        }
    }

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// Adds those whom the database knows and the list does not. Made even where it names nobody yet: one that is missing is lost.
    func complete(from database: Database) async throws {
        let known = Set(try all().map(\.person))
        let missing = try await database.read { try $0.erasures() }.filter { !known.contains($0.person) }
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                throw SettingsFailure("the list of erasures \(path) cannot be written; set ZHUQI_ERASURES to a place that this user may write")
            }
        }
        guard !missing.isEmpty else { return }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(missing.map { "\($0.person)\t\($0.at.milliseconds)\n" }.joined().utf8))
        try handle.synchronize()
    }

    func timer(_ database: Database) -> Recurrence { Recurrence("erasures apart", every: .minutes(1)) { _ in try await complete(from: database) } }
}
