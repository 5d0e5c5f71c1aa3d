package import Languages

/// The unified social credit code of an enterprise, a self-employed person or an institution (统一社会信用代码,
/// GB 32100-2015): 18 characters, the last of which proves the others.
package struct CreditCode: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Reads a code as people type it: blanks and hyphens between, small letters and full-width ones are taken as meant.
    package init(_ typed: String) throws(Flaw) {
        let characters = typed.plainCharacters
        if let (index, wrong) = characters.enumerated().first(where: { CreditCode.value(of: $0.element) == nil }) {
            throw .character(wrong, place: index + 1)
        }
        guard characters.count == 18 else { throw .length(characters.count) }
        let values = characters.compactMap(CreditCode.value(of:))
        guard CreditCode.check(values.dropLast()) == values.last else { throw .check }
        text = String(characters)
    }

    package var description: String { text }

    /// The character that belongs after the first 17.
    static func checkCharacter(after seventeen: String) -> Character? {
        let values = seventeen.compactMap(value(of:))
        return values.count == 17 ? alphabet[check(values[...])] : nil
    }

    /// 31 − (Σ value × 3^(position − 1) mod 31) mod 31 (GB 32100-2015, 4.5 and annex B).
    private static func check(_ values: ArraySlice<Int>) -> Int {
        var weight = 1
        var sum = 0
        for value in values {
            sum += value * weight
            weight = weight * 3 % 31
        }
        return (31 - sum % 31) % 31
    }

    private static func value(of character: Character) -> Int? { alphabet.firstIndex(of: character) }
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
}

extension CreditCode {
    /// What is wrong with what was typed.
    package enum Flaw: Error, Equatable {
        case length(Int)
        /// I, O, S, V and Z never occur, lest they be read as digits; neither does anything but letters and digits.
        case character(Character, place: Int)
        case check

        package var words: Words {
            switch self {
            case .length(let count):
                Words("统一社会信用代码有18位，您填了\(count)位", "A credit code has 18 characters; this one has \(count)")
            case .character(let wrong, let place):
                if let meant = Flaw.meant[wrong] {
                    Words(
                        "第\(place)位不会是字母\(wrong)，是不是数字\(meant)？",
                        "Character \(place) cannot be the letter \(wrong). Is it the digit \(meant)?")
                } else if wrong.isASCII, wrong.isLetter {
                    Words("第\(place)位不会是字母\(wrong)", "Character \(place) cannot be the letter \(wrong)")
                } else {
                    Words("第\(place)位“\(wrong)”不是字母或数字", "Character \(place), “\(wrong)”, is neither letter nor digit")
                }
            case .check:
                Words("校验不符，请对照营业执照再看一遍", "The check character does not fit; please compare with the licence")
            }
        }

        private static let meant: [Character: Character] = ["I": "1", "O": "0", "S": "5", "Z": "2"]
    }
}
