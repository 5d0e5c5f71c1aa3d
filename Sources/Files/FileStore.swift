import Crypto
import Foundation
package import Jobs
package import Storage
import Values
package import Web

/// Where uploads lie: below `folder/files`, under random names that say nothing, readable by the program alone.
package struct FileStore: Sendable {
    let folder: String
    private let quota: Int
    private let scan: (@Sendable (String) async throws -> Bool)?

    /// The most that a person may keep here unless the house says otherwise.
    package static let standardQuota = 500 << 20
    /// The most that one file may have.
    package static let standardLimit = 20 << 20

    /// - Parameters:
    ///   - folder: the data folder; arrivals lie in its `arrivals`.
    ///   - quota: bytes by person.
    ///   - scan: looks at the file at a path and says whether it is clean. When it throws, nothing is taken (F4).
    package init(
        folder: String, quota: Int = FileStore.standardQuota, scan: (@Sendable (_ path: String) async throws -> Bool)? = nil
    ) {
        self.folder = folder
        self.quota = quota
        self.scan = scan
    }

    /// Checks an arrival by content and ending, takes place and author out of photos, and stores it, flushed to the disk.
    /// On refusal nothing is left behind.
    package func take(
        _ upload: Upload, limit: Int = FileStore.standardLimit, allowed: [FileKind] = FileKind.allCases
    ) async throws(FileRefusal) -> TakenFile {
        do {
            guard upload.size <= limit else { throw FileRefusal.tooLarge(megabytes: limit >> 20) }
            let kind = try FileKind.sniff(head: upload.head, name: upload.name, allowed: allowed)
            try check(upload, kind)
            if let scan {
                let isClean: Bool
                do { isClean = try await scan(upload.path) } catch { throw FileRefusal.unscanned }
                guard isClean else { throw FileRefusal.harmful }
            }
            return try keep(upload, kind)
        } catch let refusal as FileRefusal {
            upload.forget()
            throw refusal
        } catch {
            upload.forget()
            throw .notKept
        }
    }

    private func check(_ upload: Upload, _ kind: FileKind) throws {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: upload.path))
        defer { try? handle.close() }
        try kind.check(size: upload.size) { offset, count in
            try handle.seek(toOffset: UInt64(offset))
            return [UInt8](try handle.read(upToCount: count) ?? Data())
        }
    }

    func keep(_ upload: Upload, _ kind: FileKind) throws -> TakenFile {
        var size = upload.size
        if kind.isPhoto {
            let bytes = try Photo.withoutPlace([UInt8](try Data(contentsOf: URL(fileURLWithPath: upload.path))), kind: kind)
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: upload.path))
            defer { try? handle.close() }
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: bytes)
            try handle.synchronize()
            size = bytes.count
        }
        let hash = try FileStore.hash(upload.path)
        // 128 random bits are a name that nobody meets; the 256 folders keep each of them short.
        let random = Vault.newSecret().prefix(16).map(FileStore.hexadecimal).joined()
        let place = "\(random.prefix(2))/\(random.dropFirst(2))"
        let path = "\(folder)/files/\(place)"
        let parent = "\(folder)/files/\(random.prefix(2))"
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: upload.path)
        try FileManager.default.moveItem(atPath: upload.path, toPath: path)
        do {
            // The name of a new file is kept by its folder, which has to be flushed too.
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: parent, isDirectory: true))
            defer { try? handle.close() }
            try handle.synchronize()
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
        return TakenFile(name: upload.name, kind: kind, size: size, hash: hash, place: place, path: path, quota: quota)
    }

    private static func hash(_ path: String) throws -> String {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        var hasher = SHA256()
        while let piece = try handle.read(upToCount: 256 << 10), !piece.isEmpty { hasher.update(data: piece) }
        return hasher.finalize().map(FileStore.hexadecimal).joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String { String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
}

extension TakenFile {
    /// Removes it again, when the form that it came with is not good. A row that names it must not be there.
    package func forget() { try? FileManager.default.removeItem(atPath: path) }
}

extension FileStore {
    /// Takes all files of a form that came in the field `file`. Each refusal is noted beside the field with the file's name,
    /// and then none is taken: the answer is a page, from which they are chosen again.
    package func take(_ form: inout Form, most: Int = 10, limit: Int = FileStore.standardLimit) async -> [TakenFile] {
        let uploads = form.uploads
        form.uploads = []
        defer { uploads.forEach { $0.forget() } }
        let wanted = uploads.filter { $0.field == FileStore.field }
        var taken: [TakenFile] = []
        if wanted.count > most { form.wrong(named: FileStore.field, FileRefusal.tooMany(most: most).words) }
        for upload in wanted.prefix(most) {
            do throws(FileRefusal) { taken.append(try await take(upload, limit: limit)) } catch {
                form.wrong(named: FileStore.field, error.words(about: upload.name))
            }
        }
        guard !form.isGood else { return taken }
        taken.forEach { $0.forget() }
        return []
    }

    /// What the field of uploads is called in every form.
    package static let field = "file"
}

// Files and rows that lost each other.
extension FileStore {
    /// Removes what has lain for a day without a row: uploads whose form was never finished, files whose row was removed,
    /// arrivals that a crash left behind (F5).
    package func sweep(_ database: Database) -> Recurrence {
        Recurrence("sweep files", every: .hours(1)) { now in try await sweep(database, before: now - .days(1)) }
    }

    func sweep(_ database: Database, before limit: Instant) async throws {
        for name in FileStore.names("\(folder)/arrivals") { FileStore.remove("\(folder)/arrivals/\(name)", before: limit) }
        for group in FileStore.names("\(folder)/files") {
            let places = FileStore.names("\(folder)/files/\(group)").map { "\(group)/\($0)" }
                .filter { FileStore.isOld("\(folder)/files/\($0)", before: limit) }
            for start in stride(from: 0, to: places.count, by: 500) {
                let some = Array(places[start..<min(start + 500, places.count)])
                let owned = try await database.read { try $0.ownedPlaces(some) }
                for place in some where !owned.contains(place) { FileStore.remove("\(folder)/files/\(place)", before: limit) }
            }
        }
    }

    /// A folder that is not there yet is empty.
    private static func names(_ folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

    private static func isOld(_ path: String, before limit: Instant) -> Bool {
        guard let changed = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date else { return false }
        return changed.timeIntervalSince1970 * 1000 < Double(limit.milliseconds)
    }

    /// One that cannot be removed stays for the next sweep.
    private static func remove(_ path: String, before limit: Instant) {
        if isOld(path, before: limit) { try? FileManager.default.removeItem(atPath: path) }
    }
}
