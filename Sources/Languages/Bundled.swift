import Foundation

/// The reference data that travels with this room, in `Data/`. Origins and licences are in `Data/SOURCES.md`.
/// The one file of the room that needs all of Foundation for the bundle.
enum Bundled {
    /// A file of the folder as text. The files are part of the program: one that is missing is a broken installation.
    static func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

    /// The lines of a file without comments and empty lines, cut at `separator`.
    static func rows(_ name: String, separator: Character) -> [[Substring]] {
        text(name).split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: separator, omittingEmptySubsequences: false) }
    }

    static func bytes(_ name: String) -> [UInt8] {
        let file = Bundle.module.bundleURL.appendingPathComponent("Data").appendingPathComponent(name)
        guard let data = try? Data(contentsOf: file) else {
            fatalError("The installation is incomplete: \(file.path) cannot be read.")
        }
        return [UInt8](data)
    }
}
