import Foundation
import Glibc

/// A folder for what lies open on the way, for this user alone, gone afterwards.
struct Staging {
    /// No backup takes twelve hours; they are made daily.
    private static let longest: TimeInterval = 12 * 3600

    let path: String

    init(beside folder: String) throws {
        // One that was killed on its way left the whole database open here, those too who are erased by now.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix("stage-") {
            let left = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.modificationDate] as? Date
            if let left, left.timeIntervalSinceNow < -Staging.longest { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
        }
        path = folder + "/stage-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // Closed from its first moment on: Foundation makes a folder, and closes it then.
        guard unsafe mkdir(path, 0o700) == 0 else { throw SettingsFailure("\(path) cannot be made") }
    }

    func clear() { try? FileManager.default.removeItem(atPath: path) }

    /// Where its files lie, below `folder`: group and name.
    static func places(_ folder: String) -> [String] {
        func names(_ path: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
        return names(folder + "/files").flatMap { group in names("\(folder)/files/\(group)").map { "\(group)/\($0)" } }
    }

    /// A second name for each file that is there: it stays, though the site removes the first one meanwhile.
    func link(from folder: String) throws {
        for place in Staging.places(folder) where !FileManager.default.fileExists(atPath: "\(path)/files/\(place)") {
            try makeGroup(of: place, in: path)
            let isGone = unsafe Glibc.link("\(folder)/files/\(place)", "\(path)/files/\(place)") != 0 && errno == ENOENT
            guard isGone || FileManager.default.fileExists(atPath: "\(path)/files/\(place)") else { throw SettingsFailure("\(folder)/files/\(place) cannot be read") }
        }
    }

    /// Into the data folder. Those that are there already are the same: a file's name is never used twice.
    func moveFiles(_ places: [String], to folder: String) throws -> Int {
        var count = 0
        for place in places where !FileManager.default.fileExists(atPath: "\(folder)/files/\(place)") {
            try makeGroup(of: place, in: folder)
            try FileManager.default.moveItem(atPath: "\(path)/files/\(place)", toPath: "\(folder)/files/\(place)")
            count += 1
        }
        return count
    }

    private func makeGroup(of place: String, in folder: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/files/\(place.prefix { $0 != "/" })", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
}
