import Foundation
import Glibc

/// A folder for what lies open on the way, for this user alone, gone afterwards.
struct Staging {
    let path: String

    init(beside folder: String) throws {
        path = folder + "/stage-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
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
