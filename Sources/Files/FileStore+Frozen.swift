import Foundation
import Values
import Web

// Files that the program makes itself.
extension FileStore {
    /// Keeps bytes of our own making, flushed to the disk, as `take` keeps a file that arrived. Given to its thing by `add`.
    package func freeze(_ bytes: [UInt8], name: String, as kind: FileKind) throws -> TakenFile {
        let arrivals = "\(folder)/arrivals"
        try FileManager.default.createDirectory(atPath: arrivals, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = "\(arrivals)/\(ID<TakenFile>().text)"
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]) else { throw FileRefusal.notKept }
        do {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.synchronize()
            return try keep(Upload(field: "", name: name, path: path, size: bytes.count, head: []), kind)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    /// What a stored file holds.
    package func bytes(of file: StoredFile) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/files/\(file.place)"))) }
}
