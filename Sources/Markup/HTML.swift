package import Languages
package import Values

/// A piece of a page, as a value: markup reads as markup, and what is interpolated is escaped by its type.
/// Literals are `StaticString`, so text of a person cannot become markup by accident (`security.md` I2).
///
///     func card(_ expert: Expert) -> HTML { """
///         <li class="card"><h2><a href="\(Expert.page(expert.id))">\(expert.name)</a></h2></li>
///         """ }
///
/// In debug builds a checker follows the literals and stops on an unquoted attribute, a text in `href`, an unclosed tag.
package struct HTML: ExpressibleByStringInterpolation, Sendable {
    package private(set) var bytes: [UInt8]
    #if DEBUG
    private let whole: Bool
    #endif

    package init(stringLiteral value: StaticString) {
        self.init(stringInterpolation: {
            var interpolation = StringInterpolation(literalCapacity: value.utf8CodeUnitCount, interpolationCount: 0)
            interpolation.appendLiteral(value)
            return interpolation
        }())
    }

    package init(stringInterpolation: StringInterpolation) {
        bytes = stringInterpolation.bytes
        #if DEBUG
        whole = stringInterpolation.checker.finish(bytes)
        #endif
    }

    package static var empty: HTML { "" }

    package var isEmpty: Bool { bytes.isEmpty }

    package struct StringInterpolation: StringInterpolationProtocol {
        var bytes: [UInt8] = []
        #if DEBUG
        var checker = Checker()
        #endif

        package init(literalCapacity: Int, interpolationCount: Int) { bytes.reserveCapacity(literalCapacity + 32 * interpolationCount) }

        package mutating func appendLiteral(_ literal: StaticString) {
            let start = bytes.count
            literal.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
            #if DEBUG
            checker.follow(bytes[start...])
            #endif
        }

        /// Text, escaped; at home between tags and in quoted attributes that are no link.
        package mutating func appendInterpolation(_ text: String) {
            #if DEBUG
            checker.meet(.text)
            #endif
            escape(text)
        }

        // No overload for `String?`: `\(value.map { "<p>\($0)</p>" })` would read its literal as text instead of markup.
        package mutating func appendInterpolation(_ text: Substring) { appendInterpolation(String(text)) }
        package mutating func appendInterpolation(_ text: StaticString) { appendInterpolation("\(text)" as String) }
        package mutating func appendInterpolation(_ words: Words) {
            // A day of the week is not torn at the end of a line: (周 and 三).
            let text = words()
            appendInterpolation(text.utf8.contains(UInt8(ascii: "(")) ? text.replacing("(周", with: "(周\u{2060}") : text)
        }
        package mutating func appendInterpolation(_ words: Words?) { if let words { appendInterpolation(words) } }
        package mutating func appendInterpolation(_ number: Int) { appendInterpolation(grouped(number)) }
        package mutating func appendInterpolation(_ id: ID<some Any>) { appendInterpolation(id.text) }

        /// A number as a program reads it, without thousands commas.
        package mutating func appendInterpolation(plain number: Int) { appendInterpolation(String(number)) }

        /// A place of ours: the only thing that may stand in `href`, `action` or `src`.
        package mutating func appendInterpolation(_ link: Link) {
            #if DEBUG
            checker.meet(.link)
            #endif
            escape(link.text)
        }

        package mutating func appendInterpolation(_ part: HTML) {
            #if DEBUG
            checker.meet(.markup)
            #endif
            bytes += part.bytes
        }

        package mutating func appendInterpolation(_ part: HTML?) { if let part { appendInterpolation(part) } }

        /// `\(each: items) { item in "<li>…</li>" }`, written as an argument inside the parentheses.
        package mutating func appendInterpolation<Items: Sequence>(each items: Items, _ body: (Items.Element) -> HTML) {
            for item in items { appendInterpolation(body(item)) }
        }

        /// ` name` when on, nothing when off: `<input type="checkbox"\(flag: "checked", on)>`.
        package mutating func appendInterpolation(flag name: StaticString, _ on: Bool) {
            guard on else { return }
            #if DEBUG
            checker.meet(.flag)
            #endif
            bytes.append(UInt8(ascii: " "))
            name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        }

        /// ` name="value"` when there is a value: `<a href="…"\(attribute: "aria-current", here ? "page" : nil)>`.
        package mutating func appendInterpolation(attribute name: StaticString, _ value: String?) {
            guard let value else { return }
            #if DEBUG
            checker.meet(attribute: name)
            #endif
            write(attribute: name, value)
        }

        /// ` data-draft="…"` when there is a place of ours to name.
        package mutating func appendInterpolation(place name: StaticString, _ link: Link?) {
            guard let link else { return }
            #if DEBUG
            checker.meet(.flag)
            #endif
            write(attribute: name, link.text)
        }

        private mutating func write(attribute name: StaticString, _ value: String) {
            bytes.append(UInt8(ascii: " "))
            name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
            bytes += [UInt8(ascii: "="), UInt8(ascii: "\"")]
            escape(value)
            bytes.append(UInt8(ascii: "\""))
        }

        private mutating func escape(_ text: String) {
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "&"): bytes += "&amp;".utf8
                case UInt8(ascii: "<"): bytes += "&lt;".utf8
                case UInt8(ascii: ">"): bytes += "&gt;".utf8
                case UInt8(ascii: "\""): bytes += "&quot;".utf8
                case UInt8(ascii: "'"): bytes += "&#39;".utf8
                // Control characters are no text of a page; tab and line feed are.
                case 0...8, 11...31, 127: break
                default: bytes.append(byte)
                }
            }
        }
    }

    package static func + (a: HTML, b: HTML) -> HTML { "\(a)\(b)" }
}

/// 12345 as 12,345.
package func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return (number < 0 ? "−" : "") + text
}
