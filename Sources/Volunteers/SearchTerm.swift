import Languages
import Reference
import Storage
import Values

/// What an expert is found by, made in Swift so that both engines find the same: names as they are written, in pinyin and by
/// its initials; topics and the line below the name by their bigrams. A domain or sub-topic is a term behind a colon, which
/// nobody can type.
enum SearchTerm {
    static func all(of expert: Expert) -> Set<String> {
        var terms = Set(bigrams(of: expert.name))
        let syllables = Pinyin.sortKey(expert.name).split(separator: " ").map(String.init).dropLast()
        // Each ending of the name: guoqiang finds 沈国强 as shenguoqiang does.
        for place in syllables.indices { terms.insert(syllables[place...].joined()) }
        terms.insert(Pinyin.initials(expert.name))
        for text in [expert.headline.chinese, expert.headline.english, expert.kind.words.chinese] { terms.formUnion(bigrams(of: text)) }
        for domain in expert.domains {
            terms.formUnion(bigrams(of: domain.words.chinese) + bigrams(of: domain.words.english))
            terms.insert(facet(domain))
        }
        for topic in expert.subTopics.compactMap({ SubTopics.bundled[$0] }) {
            for text in [topic.words.chinese, topic.words.english] + topic.signs { terms.formUnion(bigrams(of: text)) }
            terms.insert(":" + topic.code)
        }
        terms.remove("")
        return terms
    }

    static func facet(_ domain: Domain) -> String { ":" + domain.rawValue }

    /// A condition for each word of what was typed, on the column that holds the person; nil when nothing can be looked for.
    static func conditions(_ typed: String, on person: SQL) -> [SQL] {
        var conditions: [SQL] = []
        var previous = ""
        for token in bigrams(of: String(typed.prefix(50))).prefix(16) {
            defer { previous = token }
            let isLatin = token.utf8.allSatisfy { $0 < 128 }
            // One letter alone would begin half of all words; it stands for itself.
            if token.count == (isLatin ? 1 : 2) {
                conditions.append("\(person) in (select t.person from expert_term t where t.term = \(token))")
            } else if isLatin || previous.last != token.first || previous.count != 2 {
                // What is typed so far: a word's beginning, or one character with which a pair begins.
                let end = token + (isLatin ? "{" : "\u{10FFFF}")
                conditions.append("\(person) in (select t.person from expert_term t where t.term >= \(token) and t.term < \(end))")
            }
        }
        return conditions
    }
}
