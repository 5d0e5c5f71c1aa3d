package import Languages

/// A part of a domain (服务子领域) that has experts, policies and questions of its own: 货款追收 within law.
package struct SubTopic: Hashable, Sendable {
    /// `law.debt`: stored with needs and experts, never renamed.
    package let code: String
    package let domain: Domain
    package let words: Words
    /// What people write who mean it, in Chinese and English.
    package let signs: [String]

    /// The signs as they are searched for: one spelling, and whether they must stand as words of their own.
    fileprivate let marks: [(sign: String, text: String, isLatin: Bool)]

    package static func == (a: Self, b: Self) -> Bool { a.code == b.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

/// All sub-topics, and which one a text points to.
package struct SubTopics: Sendable {
    package static var bundled: SubTopics { Reference.bundled.subTopics }

    package let all: [SubTopic]
    private let topics: [String: SubTopic]

    package subscript(_ code: String) -> SubTopic? { topics[code] }

    package func of(_ domain: Domain) -> [SubTopic] { all.filter { $0.domain == domain } }

    /// The sub-topic of `domain` with the most and the longest signs in the text, and those signs, longest first; nil
    /// where there is none. Of equals the earlier one in the table.
    package func best(for text: String, in domain: Domain) -> (topic: SubTopic, signs: [String])? {
        var best: (topic: SubTopic, signs: [String], weight: Int)?
        for found in all(in: text, of: domain) where found.weight > best?.weight ?? 0 { best = found }
        return best.map { ($0.topic, $0.signs) }
    }

    /// Every sub-topic of `domain` that the text speaks of, in the order of the table, with its signs and how much they say.
    package func all(in text: String, of domain: Domain) -> [(topic: SubTopic, signs: [String], weight: Int)] {
        let plain = text.normalisedForSearch()
        return of(domain).compactMap { topic in
            let found = topic.found(in: plain)
            return found.isEmpty ? nil : (topic, found.map(\.sign), found.reduce(0) { $0 + $1.weight })
        }
    }
}

extension SubTopic {
    /// The signs in a text that is already in one spelling. A sign within a longer one that was found says nothing more.
    fileprivate func found(in plain: String) -> [(sign: String, weight: Int)] {
        var found: [(sign: String, text: String, weight: Int)] = []
        for mark in marks where !found.contains(where: { $0.text.contains(mark.text) }) {
            guard let place = plain.firstRange(of: mark.text), !mark.isLatin || plain.hasWord(at: place) else { continue }
            // A Han character says about as much as three Latin letters.
            found.append((mark.sign, mark.text, mark.isLatin ? max(1, mark.text.count / 3) : mark.text.count))
        }
        return found.map { ($0.sign, $0.weight) }
    }
}

extension SubTopics {
    static let file = "subtopics.csv"

    init(_ edition: ReferenceEdition) throws(ReferenceFault) {
        let table = try edition.table(SubTopics.file, columns: ["code", "chinese", "english", "signs"])
        var all: [SubTopic] = []
        var topics: [String: SubTopic] = [:]
        for row in table.rows {
            let code = try row.text("code")
            guard let domain = code.split(separator: ".").first.flatMap({ Domain(rawValue: String($0)) }), code.contains(".")
            else {
                throw row.fault(
                    "code", Words("“\(code)”要以领域开头，如law.debt", "“\(code)” must begin with a domain, as law.debt does"))
            }
            let signs = try row.text("signs").split(separator: "|").map { $0.trimmed }.filter { !$0.isEmpty }
            let topic = SubTopic(
                code: code, domain: domain, words: Words(try row.text("chinese"), try row.text("english")), signs: signs,
                marks: signs.map { ($0, $0.normalisedForSearch(), $0.allSatisfy(\.isASCII)) }.sorted { $0.1.count > $1.1.count })
            guard topics.updateValue(topic, forKey: code) == nil else {
                throw row.fault("code", Words("\(code)出现了两次", "\(code) stands there twice"))
            }
            all.append(topic)
        }
        self.all = all
        self.topics = topics
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var rest = drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
