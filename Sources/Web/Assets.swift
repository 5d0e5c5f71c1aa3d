import Crypto
import Foundation
import Markup

/// The site's own style sheet, scripts and pictures: read once at start, named by their hash so that browsers may keep them
/// for ever, compressed once, tied to their hash by SRI (I4). Nothing comes from another host (C3).
package struct Assets: Sendable {
    struct Asset: Sendable {
        let hashedName: String
        let integrity: String
        let type: String
        let bytes: [UInt8]
        let gzipped: [UInt8]
    }

    private var byName: [String: Asset] = [:]
    private var byHash: [String: Asset] = [:]

    /// Reads the bundled folder. The style sheets become one, in layers; scripts find each other by their hashed names.
    package static func bundled() throws -> Assets {
        guard let folder = Bundle.module.url(forResource: "Assets", withExtension: nil) else { throw AssetsFailure.noFolder }
        func read(_ name: String) throws -> String { String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self) }
        var assets = Assets()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let style = try (["tokens.css", "components.css"] + names.filter { $0.hasSuffix(".css") && $0 != "tokens.css" && $0 != "components.css" }).map(read).joined(separator: "\n")
        assets.add("style.css", [UInt8](style.utf8))
        for name in names where name.hasSuffix(".svg") { assets.add(name, [UInt8](try read(name).utf8)) }
        // A script comes after those that it imports, when their hashed names are known.
        var waiting = try names.filter { $0.hasSuffix(".js") }.map { (name: $0, text: try read($0)) }
        while let ready = waiting.firstIndex(where: { script in waiting.allSatisfy { !script.text.contains("\"./\($0.name)\"") } }) {
            let script = waiting.remove(at: ready)
            var text = script.text
            for (other, asset) in assets.byName { text = text.replacingOccurrences(of: "\"./\(other)\"", with: "\"./\(asset.hashedName)\"") }
            assets.add(script.name, [UInt8](text.utf8))
        }
        guard waiting.isEmpty else { throw AssetsFailure.circle(waiting.map(\.name)) }
        return assets
    }

    func link(_ name: String) -> Link { Link(path: "/assets/" + (byName[name]?.hashedName ?? name)) }
    func integrity(_ name: String) -> String { byName[name]?.integrity ?? "" }
    func asset(hashed name: String) -> Asset? { byHash[name] }

    private mutating func add(_ name: String, _ bytes: [UInt8]) {
        let digest = SHA384.hash(data: bytes)
        let short = digest.prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let parts = name.split(separator: ".", maxSplits: 1)
        let asset = Asset(
            hashedName: "\(parts[0])-\(short).\(parts.count > 1 ? parts[1] : "")", integrity: "sha384-" + Data(digest).base64EncodedString(),
            type: name.hasSuffix(".css") ? "text/css; charset=utf-8" : name.hasSuffix(".js") ? "text/javascript; charset=utf-8" : "image/svg+xml",
            bytes: bytes, gzipped: gzip(bytes, level: 9) ?? bytes)
        byName[name] = asset
        byHash[asset.hashedName] = asset
    }
}

package enum AssetsFailure: Error { case noFolder, circle([String]) }
