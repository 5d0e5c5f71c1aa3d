/// A place that a page may lead to: a path of ours, or an outside address with a scheme that is harmless.
package struct Link: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// A path of ours, made by `Path` from its declaration.
    package init(path: String) {
        assert(path.isEmpty || path.hasPrefix("/") && !path.hasPrefix("//") || path.hasPrefix("#") || path.hasPrefix("?"), "no path of ours: \(path)")
        text = path
    }

    private init(text: String) { self.text = text }

    /// An outside address; nil for any scheme but https, http, mailto and tel (`security.md` I2).
    package init?(outside address: String) {
        guard let colon = address.firstIndex(of: ":"),
            ["https", "http", "mailto", "tel"].contains(address[..<colon].lowercased())
        else { return nil }
        text = address
    }

    /// A telephone number to tap.
    package init(telephone: String) { text = "tel:" + telephone.filter { $0.isASCII && ($0.isNumber || $0 == "+") } }

    /// The same place with a question: `?name=value`, percent-encoded (RFC 3986).
    package func with(_ questions: [(String, String?)]) -> Link {
        let fields = questions.compactMap { name, value in value.map { "\(Link.encoded(name))=\(Link.encoded($0))" } }
        guard !fields.isEmpty else { return self }
        let end = text.firstIndex(of: "#") ?? text.endIndex
        return Link(text: text[..<end] + (text[..<end].contains("?") ? "&" : "?") + fields.joined(separator: "&") + text[end...])
    }

    /// The same page, at the element of this name.
    package func at(_ fragment: String) -> Link { Link(text: text.prefix { $0 != "#" } + "#" + Link.encoded(fragment)) }

    package var description: String { text }

    package static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(UnicodeScalar(byte))
            default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
