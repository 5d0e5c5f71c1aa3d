#if DEBUG
/// Follows the literals of one `HTML` value and stops the program on what escaping cannot save: an interpolation in an
/// unquoted attribute, text in a link or in a script, markup inside an attribute, a tag that is not closed. As each page is
/// made in some test, such a mistake does not reach a release, which carries no checker.
struct Checker {
    enum Guest: String { case text, link, markup, flag }

    private enum State: Equatable {
        case content, open, name, inTag, attributeName, afterName, quoted, unquoted, comment
    }

    private var state = State.content
    private var tag = ""
    private var attribute = ""
    private var closing = false
    private var stack: [String] = []
    private var failures: [String] = []
    private var dashes = 0

    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path", "circle",
        "rect", "line", "use", "polyline", "!doctype",
    ]
    private static let links: Set<String> = [
        "href", "src", "action", "formaction", "data-draft", "data-upload", "poster", "ping", "xlink:href", "srcset", "data", "background", "manifest",
    ]
    /// Attributes whose text a browser runs or reads as markup: nothing may be put into them.
    private static func isRun(_ attribute: String) -> Bool { attribute.hasPrefix("on") || attribute == "style" || attribute == "srcdoc" }

    mutating func follow(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes { step(Character(UnicodeScalar(byte))) }
    }

    mutating func meet(_ guest: Guest) {
        switch state {
        case .content:
            if stack.last == "script" || stack.last == "style" { fail("\(guest) inside <\(stack.last ?? "")>") }
            if guest == .flag { fail("a flag between tags") }
        case .quoted:
            if guest == .markup || guest == .flag { fail("\(guest) inside attribute \(attribute)") }
            if Checker.links.contains(attribute), guest != .link { fail("\(guest) in \(attribute): a Link belongs there") }
            if Checker.isRun(attribute) { fail("\(guest) in \(attribute)") }
        case .inTag, .name:
            if guest != .flag { fail("\(guest) inside tag <\(tag)>") }
        default: fail("\(guest) in an unquoted attribute of <\(tag)>")
        }
    }

    /// An attribute that is put in whole, with its text.
    mutating func meet(attribute name: StaticString) {
        meet(.flag)
        let name = "\(name)".lowercased()
        if Checker.links.contains(name) { fail("text in \(name): a Link belongs there") }
        if Checker.isRun(name) { fail("text in \(name)") }
    }

    /// True when all that was opened is closed. Stops the program on a failure.
    func finish(_ bytes: [UInt8]) -> Bool {
        var all = failures
        if state != .content { all.append("ends inside <\(tag)>") }
        if !stack.isEmpty { all.append("not closed: \(stack.joined(separator: ", "))") }
        precondition(all.isEmpty, "HTML: \(all.joined(separator: "; ")) in: \(String(decoding: bytes.prefix(600), as: UTF8.self))")
        return true
    }

    private mutating func fail(_ what: String) { failures.append(what) }

    private mutating func step(_ c: Character) {
        switch state {
        case .content:
            if c == "<" { state = .open }
        case .open:
            closing = c == "/"
            tag = closing ? "" : c.lowercased()
            state = c == "!" ? .name : .name
            if c == "!" { tag = "!" }
        case .name:
            if c == ">" { leaveTag() } else if c == " " || c == "\n" || c == "/" { state = .inTag } else { tag += c.lowercased() }
            if tag == "!--" { state = .comment; dashes = 0 }
        case .comment:
            if c == "-" { dashes += 1 } else { if c == ">", dashes >= 2 { state = .content }; dashes = 0 }
        case .inTag:
            if c == ">" { leaveTag() } else if c != " ", c != "\n", c != "/" { attribute = c.lowercased(); state = .attributeName }
        case .attributeName:
            if c == "=" { state = .afterName } else if c == ">" { leaveTag() } else if c == " " || c == "\n" { state = .inTag } else { attribute += c.lowercased() }
        case .afterName:
            state = c == "\"" ? .quoted : .unquoted
        case .quoted:
            if c == "\"" { state = .inTag }
        case .unquoted:
            if c == ">" { leaveTag() } else if c == " " { state = .inTag }
        }
    }

    private mutating func leaveTag() {
        state = .content
        if closing {
            if stack.last == tag { stack.removeLast() } else { fail("</\(tag)> closes \(stack.last ?? "nothing")") }
        } else if !Checker.void.contains(tag) { stack.append(tag) }
    }
}
#endif
