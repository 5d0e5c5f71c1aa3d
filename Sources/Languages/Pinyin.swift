/// Chinese in Latin letters without tones, to find names by what a keyboard types: 沈国强 is `shenguoqiang` and `sgq`.
/// ü is `v`, as input methods have it. Of several readings the usual one is taken, for a surname the surname's.
package enum Pinyin {
    /// One syllable a character; a run of Latin letters and digits is kept as one, anything else is left out.
    package static func syllables(_ text: String) -> [String] {
        var syllables: [String] = []
        var word = String.UnicodeScalarView()
        func endWord() {
            if !word.isEmpty { syllables.append(String(word)) }
            word = String.UnicodeScalarView()
        }
        for scalar in text.normalisedForSearch().unicodeScalars {
            if scalar.isSmallLetterOrDigit {
                word.append(scalar)
            } else {
                endWord()
                if let reading = readings[scalar] {
                    syllables.append(reading)
                } else if scalar.isHan {
                    syllables.append(String(Character(scalar)))
                }
            }
        }
        endWord()
        return syllables
    }

    /// A person's name, with the surname's own reading: 单国强 is `shanguoqiang`.
    package static func of(_ name: String) -> String { nameSyllables(name).joined() }

    /// The first letters of a name: 沈国强 is `sgq`.
    package static func initials(_ name: String) -> String { String(nameSyllables(name).compactMap(\.first)) }

    /// What names are sorted by: syllable by syllable, then by character, so that 李安 stands before 连城 and namesakes
    /// stand together.
    package static func sortKey(_ name: String) -> String {
        (nameSyllables(name) + [name.normalisedForSearch()]).joined(separator: " ")
    }

    private static func nameSyllables(_ name: String) -> [String] {
        let plain = name.normalisedForSearch()
        for (surname, reading) in doubleSurnames where plain.hasPrefix(surname) {
            return reading + syllables(String(plain.dropFirst(surname.count)))
        }
        guard let first = plain.first, let reading = surnames[first] else { return syllables(plain) }
        return [reading] + syllables(String(plain.dropFirst()))
    }

    /// Surnames that are read otherwise than the character usually is.
    private static let surnames: [Character: String] = [
        "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "盖": "ge", "朴": "piao",
        "翟": "zhai", "折": "she", "黑": "he", "秘": "bi", "种": "chong", "繁": "po", "员": "yun", "乐": "yue",
        "缪": "miao", "召": "shao", "句": "gou", "覃": "qin", "牟": "mu", "隗": "wei", "阚": "kan", "佴": "nai",
        "祭": "zhai", "卜": "bu", "薄": "bo",
    ]

    private static let doubleSurnames: [(String, [String])] = [
        ("尉迟", ["yu", "chi"]), ("长孙", ["zhang", "sun"]), ("单于", ["chan", "yu"]), ("万俟", ["mo", "qi"]),
        ("澹台", ["tan", "tai"]), ("令狐", ["ling", "hu"]), ("独孤", ["du", "gu"]), ("欧阳", ["ou", "yang"]),
    ]

    private static let readings: [Unicode.Scalar: String] = {
        var readings: [Unicode.Scalar: String] = [:]
        // U+4E00: yī  # 一
        for row in Bundled.rows("pinyin.txt", separator: " ") {
            guard row.count > 1, row[0].hasPrefix("U+"), row[0].hasSuffix(":"),
                let value = UInt32(row[0].dropFirst(2).dropLast(), radix: 16), let scalar = Unicode.Scalar(value)
            else { continue }
            readings[scalar] = String(row[1].map { plainLetters[$0] ?? $0 })
        }
        return readings
    }()

    private static let plainLetters: [Character: Character] = {
        let marked: [(Character, String)] = [
            ("a", "āáǎà"), ("e", "ēéěèê"), ("i", "īíǐì"), ("o", "ōóǒò"), ("u", "ūúǔù"), ("v", "üǖǘǚǜ"), ("n", "ńňǹ"), ("m", "ḿ"),
        ]
        var letters: [Character: Character] = [:]
        for (plain, forms) in marked { for form in forms { letters[form] = plain } }
        return letters
    }()
}
