package import Languages
import Markup
import Values

/// What a person typed, kept until it is good: every message stands beside its field, and nothing typed is lost.
package struct Form: Sendable {
    var typed: [String: [String]]
    /// Field and message, in the order in which they were read.
    package private(set) var wrongs: [(name: String, words: Words)] = []
    package var uploads: [Upload]
    /// The key by which a form that arrives twice is known.
    let once: String

    package init(_ values: [String: [String]] = [:], uploads: [Upload] = [], once: String = "") {
        typed = values
        self.uploads = uploads
        self.once = once
    }

    package var isGood: Bool { wrongs.isEmpty }

    /// The value of a field that must be filled; nil after noting what is wrong.
    package mutating func value<Value>(_ field: Field<Value>) -> Value? {
        guard let text = text(field.name) else {
            if case .tick = field.control { return try? field.rule("") }
            // With its name: the summary on top stands far from the field.
            let isChoice = switch field.control { case .radios, .ticks, .select: true; default: false }
            wrong(field, Wrong(Words("还没有\(isChoice ? "选" : "填")“\(field.label.chinese)”", "“\(field.label.english)” is still \(isChoice ? "open" : "empty")")))
            return nil
        }
        return read(text, field)
    }

    /// The value of a field that may stay empty.
    package mutating func optional<Value>(_ field: Field<Value>) -> Value? { text(field.name).flatMap { read($0, field) } }

    /// All ticked values of a field with several choices.
    package mutating func all<Value>(_ field: Field<Value>) -> [Value] { (typed[field.name] ?? []).prefix(200).compactMap { read($0, field) } }

    /// A tick that must be set, such as a consent.
    package mutating func ticked(_ field: Field<Bool>, orElse words: Words) -> Bool {
        if text(field.name) == "yes" { return true }
        wrong(field, Wrong(words))
        return false
    }

    package mutating func wrong<Value>(_ field: Field<Value>, _ wrong: Wrong) { wrongs.append((field.name, wrong.words)) }
    package mutating func wrong(named name: String, _ words: Words) { wrongs.append((name, words)) }

    /// Puts a value where nothing was typed yet.
    package mutating func fill<Value>(_ field: Field<Value>, _ text: String?) {
        if typed[field.name] == nil, let text { typed[field.name] = [text] }
    }
    package mutating func fill<Value>(_ field: Field<Value>, all texts: [String]) { if typed[field.name] == nil { typed[field.name] = texts } }

    package mutating func fill(_ name: String, _ texts: [String]) { if typed[name] == nil { typed[name] = texts } }

    /// What was typed into these fields, to be kept as it is.
    package func typed(_ names: [String]) -> [String: [String]] { typed.filter { names.contains($0.key) } }

    /// Whether something is typed into one of these fields, or wrong with it: then they are not folded away.
    package func shows(_ names: [String]) -> Bool { names.contains { text($0) != nil } || wrongs.contains { names.contains($0.name) } }

    /// As typed, trimmed; nil when empty.
    package func text(_ name: String) -> String? {
        guard let text = typed[name]?.first?.trimmed, !text.isEmpty else { return nil }
        return text
    }

    func all(_ name: String) -> [String] { typed[name] ?? [] }

    private mutating func read<Value>(_ text: String, _ field: Field<Value>) -> Value? {
        do throws(Wrong) { return try field.rule(text) } catch {
            wrong(field, error)
            return nil
        }
    }
}

extension Form {
    /// What was typed as one line of text, for a draft's column.
    package static func spelled(_ typed: [String: [String]]) -> String {
        typed.sorted { $0.key < $1.key }.flatMap { name, values in values.map { "\(Link.encoded(name))=\(Link.encoded($0))" } }.joined(separator: "&")
    }

    /// And back.
    package static func typed(in text: String) -> [String: [String]] {
        var form: [String: [String]] = [:]
        for (name, value) in (try? Visit.pairs(text)) ?? [] { form[name, default: []].append(value) }
        return form
    }
}

/// A file that came with a form and lies in the folder for arrivals until a room takes it or the request ends.
package struct Upload: Sendable {
    package let field: String
    package let name: String
    package let path: String
    package let size: Int
    /// The first bytes, by which its kind is known.
    package let head: [UInt8]

    package init(field: String, name: String, path: String, size: Int, head: [UInt8]) {
        self.field = field
        self.name = name
        self.path = path
        self.size = size
        self.head = head
    }
}

extension String {
    package var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
