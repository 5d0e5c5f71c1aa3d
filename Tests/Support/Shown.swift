import Foundation
package import HTTPTypes

/// What came back for a request, and the forms in it.
package struct Shown: Sendable {
    package let path: String
    package let status: Int
    package let headers: HTTPFields
    package let bytes: [UInt8]

    package var text: String { String(decoding: bytes, as: UTF8.self) }
    /// Where it leads on to.
    package var place: String? { headers[.location] }
    package func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    /// As a person reads it: what keeps a day of the week in one line is no letter.
    package func has(_ words: String) -> Bool { text.contains(words) || text.replacing("\u{2060}", with: "").contains(words) }

    /// The text of the one `h1`, without markup.
    package var heading: String? {
        let text = text
        guard let open = text.range(of: "<h1"), let begin = text[open.upperBound...].firstIndex(of: ">"),
            let end = text[begin...].range(of: "</h1>")
        else { return nil }
        return Shown.plain(String(text[text.index(after: begin)..<end.lowerBound].replacing(/<[^>]*>/, with: "")))
    }

    /// A form as it stands on the page: what a browser would send if nobody touched it.
    package struct Form: Sendable {
        package let action: String
        package let isMultipart: Bool
        package let fields: [(name: String, value: String)]
        package func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    }

    package var forms: [Form] {
        text.matches(of: /<form\b([^>]*)>([\s\S]*?)<\/form>/).map { match in
            let attributes = Shown.attributes(match.1)
            return Form(
                action: attributes["action"] ?? path, isMultipart: attributes["enctype"] == "multipart/form-data", fields: Shown.fields(match.2))
        }
    }

    package var actions: [String] { forms.map(\.action) }
    package func form(_ action: String) -> Form? { forms.first { $0.action == action } }

    private static func fields(_ markup: Substring) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for match in markup.matches(of: /<(input|textarea|select)\b([^>]*)>(?:([^<]*)<\/textarea>|((?:\s*<option\b[^>]*>[^<]*<\/option>)*)\s*<\/select>)?/) {
            let attributes = attributes(match.2)
            guard let name = attributes["name"], attributes["disabled"] == nil else { continue }
            switch (match.1, attributes["type"] ?? "text") {
            // A browser leaves out the line break that follows the tag.
            case ("textarea", _): fields.append((name, plain(String((match.3 ?? "").trimmingPrefix("\n")))))
            case ("select", _):
                let options = (match.4 ?? "").matches(of: /<option\b([^>]*)>/).map { Shown.attributes($0.1) }
                if let chosen = options.first(where: { $0["selected"] != nil }) ?? options.first { fields.append((name, chosen["value"] ?? "")) }
            case (_, "checkbox"), (_, "radio"): if attributes["checked"] != nil { fields.append((name, attributes["value"] ?? "on")) }
            case (_, "file"), (_, "submit"), (_, "button"): break
            default: fields.append((name, attributes["value"] ?? ""))
            }
        }
        return fields
    }

    private static func attributes(_ tag: Substring) -> [String: String] {
        Dictionary(
            tag.matches(of: /([a-zA-Z-]+)(?:="([^"]*)")?/).map { (String($0.1), plain(String($0.2 ?? ""))) }, uniquingKeysWith: { first, _ in first })
    }

    private static func plain(_ text: String) -> String {
        text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
            .replacing("&amp;", with: "&")
    }
}
