// Compatibility forms (NFKC) are in full Foundation only.
import Foundation

extension String {
    /// One spelling for all that mean the same to somebody who searches: NFKC (full-width and compatibility forms), lower
    /// case, traditional characters as simplified ones (OpenCC), white space folded to single blanks.
    package func normalisedForSearch() -> String {
        let plain = unicodeScalars.allSatisfy(\.isPlain) ? self : precomposedStringWithCompatibilityMapping
        var folded = String.UnicodeScalarView()
        var blankIsDue = false
        for scalar in plain.lowercased().unicodeScalars {
            if scalar.isBlank {
                blankIsDue = !folded.isEmpty
            } else if !scalar.isInvisible {
                if blankIsDue { folded.append(" ") }
                blankIsDue = false
                folded.append(Simplified.form(of: scalar))
            }
        }
        return String(folded)
    }
}

/// The tokens by which Chinese and Latin text is found, the same on either database: a run of Han gives its overlapping
/// bigrams and its last single character, a run of letters and digits is one token. `劳动合同ISO9001` gives
/// 劳动, 动合, 合同, 同, iso9001.
package func bigrams(of text: String) -> [String] {
    var tokens: [String] = []
    var word = String.UnicodeScalarView()
    var previous: Unicode.Scalar?

    func endWord() {
        if !word.isEmpty { tokens.append(String(word)) }
        word = String.UnicodeScalarView()
    }
    func endHan() {
        if let last = previous { tokens.append(String(Character(last))) }
        previous = nil
    }
    for scalar in text.normalisedForSearch().unicodeScalars {
        if scalar.isHan {
            endWord()
            if let previous { tokens.append(String(String.UnicodeScalarView([previous, scalar]))) }
            previous = scalar
        } else {
            endHan()
            if scalar.isSmallLetterOrDigit { word.append(scalar) } else { endWord() }
        }
    }
    endWord()
    endHan()
    return tokens
}

/// Traditional characters and their simplified forms; where there are several, the first, which is the usual one.
enum Simplified {
    static func form(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.value < 0x3400 ? scalar : forms[scalar] ?? scalar
    }

    private static let forms: [Unicode.Scalar: Unicode.Scalar] = {
        var forms: [Unicode.Scalar: Unicode.Scalar] = [:]
        for row in Bundled.rows("TSCharacters.txt", separator: "\t") {
            guard row.count == 2, let from = row[0].unicodeScalars.first, let to = row[1].unicodeScalars.first else { continue }
            forms[from] = to
        }
        return forms
    }()
}

extension Unicode.Scalar {
    /// A character of the Han script: the unified ideographs with their extensions, and 〇.
    var isHan: Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x3007, 0xF900...0xFAFF, 0x20000...0x3FFFF: true
        default: false
        }
    }

    var isSmallLetterOrDigit: Bool { isSmallLetter || isDigit }
    var isSmallLetter: Bool { (0x61...0x7A).contains(value) }
    var isDigit: Bool { (0x30...0x39).contains(value) }

    var isBlank: Bool {
        switch value {
        case 0x20, 0x09...0x0D, 0x3000: true
        case 0...0x7E, 0x3001...0x9FFF: false
        default: properties.isWhitespace
        }
    }

    /// Zero-width and control characters, which a copied text carries along and nobody sees.
    var isInvisible: Bool {
        switch value {
        case 0x00AD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF: true
        default: value < 0x20 && !properties.isWhitespace
        }
    }

    /// Certainly its own compatibility form: most text is, and the slow mapping can be spared.
    fileprivate var isPlain: Bool {
        switch value {
        case 0...0x7E, 0x2018...0x201D, 0x3001...0x3002, 0x3008...0x3011, 0x4E00...0x9FFF: true
        default: false
        }
    }
}
