import Foundation
import Storage

/// A backup's file: a stream of sealed pieces, each bound to its place, the last one marked, so that none can be changed, moved
/// or cut off. Whoever has the file and not the key has nothing.
enum Archive {
    private static let kind = Data("zhuqi backup 1 ".utf8)
    private static let piece = 1 << 20

    /// Everything that can be read from `source`, into a new file at `path`.
    static func write(_ source: FileHandle, to path: String, _ vault: Vault) throws {
        let part = path + ".part"
        guard FileManager.default.createFile(atPath: part, contents: nil, attributes: [.posixPermissions: 0o600]) else { throw SettingsFailure("\(part) cannot be written") }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: part))
        defer { try? file.close() }
        try file.write(contentsOf: heading(vault))
        var number = 0
        var rest = Data()
        var isLast = false
        while !isLast {
            while rest.count <= piece, let more = try source.read(upToCount: piece), !more.isEmpty { rest.append(more) }
            isLast = rest.count <= piece
            let sealed = try vault.seal(Data(rest.prefix(piece)), at: place(number, isLast))
            try file.write(contentsOf: Data([24, 16, 8, 0].map { UInt8(sealed.count >> $0 & 255) }) + sealed)
            rest = Data(rest.dropFirst(piece))
            number += 1
        }
        try file.synchronize()
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.moveItem(atPath: part, toPath: path)
    }

    static func read(_ path: String, _ vault: Vault, into target: FileHandle) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { throw SettingsFailure("\(path) cannot be read") }
        defer { try? file.close() }
        let heading = heading(vault)
        guard let head = try exactly(heading.count, file), head.prefix(kind.count) == kind else { throw SettingsFailure("\(path) is no backup of this program") }
        guard head == heading else {
            throw SettingsFailure("\(path) was made with another key: put back the key file of that day, or name it in ZHUQI_KEY_FILE")
        }
        let cut = SettingsFailure("\(path) ends too early: it was cut off; take another copy of it")
        var number = 0
        while true {
            guard let length = try exactly(4, file) else { throw cut }
            let count = length.reduce(0) { $0 << 8 | Int($1) }
            guard count <= piece + 64, let sealed = try exactly(count, file) else { throw cut }
            if let plain = try? vault.open(sealed, at: place(number, false)) { try target.write(contentsOf: plain) } else {
                guard let plain = try? vault.open(sealed, at: place(number, true)) else {
                    throw SettingsFailure("\(path): piece \(number) was changed on the way or on the disk; take another copy of it")
                }
                guard try exactly(1, file) == nil else { throw SettingsFailure("\(path): something was added behind its end; take another copy of it") }
                try target.write(contentsOf: plain)
                return
            }
            number += 1
        }
    }

    /// Names the key that it is sealed with, so that a wrong one is told from a change.
    private static func heading(_ vault: Vault) -> Data { kind + Data("\(vault.id)\n".utf8) }

    private static func exactly(_ count: Int, _ file: FileHandle) throws -> Data? {
        var data = Data()
        while data.count < count {
            guard let more = try file.read(upToCount: count - data.count), !more.isEmpty else { return nil }
            data.append(more)
        }
        return data
    }

    private static func place(_ number: Int, _ isLast: Bool) -> String { "backup.\(number)\(isLast ? ".last" : "")" }
}
