package import Languages
package import Values

/// The number of a resident identity card (公民身份号码, GB 11643-1999): region, date of birth, sequence, check character.
/// Residence permits of Hong Kong, Macao and Taiwan residents have numbers of the same make.
package struct IdentityNumber: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package let birth: Day

    /// Reads a number as people type it: blanks between, a small x, full-width digits are taken as meant. With `today`,
    /// nobody is born after it.
    package init(_ typed: String, today: Day? = nil) throws(Flaw) {
        let characters = typed.plainCharacters
        for (index, character) in characters.enumerated() {
            let isDigit = character.isASCII && character.isNumber
            guard isDigit || (character == "X" && index == 17) else { throw .character(character, place: index + 1) }
        }
        guard characters.count == 18 else { throw .length(characters.count) }
        guard IdentityNumber.places.contains(String(characters[0..<2])) else { throw .region(String(characters[0..<2])) }
        guard let year = Int(String(characters[6..<10])), let month = Int(String(characters[10..<12])),
            let day = Int(String(characters[12..<14])), year >= 1850, let birth = Day(year, month, day), birth <= today ?? birth
        else { throw .birth(String(characters[6..<14])) }
        guard characters.last == IdentityNumber.checkCharacter(after: String(characters[0..<17])) else { throw .check }
        text = String(characters)
        self.birth = birth
    }

    /// As a page shows it: `330106********1234`.
    package var masked: String { text.prefix(6) + "********" + text.suffix(4) }

    /// Masked: what prints a number by accident prints this.
    package var description: String { masked }

    /// Full years on a day; who is born on 29 February has the birthday on 1 March in a common year. Nobody under 14
    /// has an account (个人信息保护法 art. 31).
    package func age(on day: Day) -> Int {
        let (born, today) = (birth.parts, day.parts)
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day) ? 1 : 0)
    }

    /// The character that belongs after the first 17 (ISO 7064, MOD 11-2).
    static func checkCharacter(after seventeen: String) -> Character? {
        let digits = seventeen.compactMap(\.wholeNumberValue)
        guard digits.count == 17 else { return nil }
        return Array("10X98765432")[zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 } % 11]
    }

    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

    /// The provinces of GB/T 2260, and 81 to 83 of the residence permits. Counties come and go, a number stays.
    private static let places: Set<String> = [
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45",
        "46", "50",
        "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
    ]
}

extension IdentityNumber {
    /// What is wrong with what was typed.
    package enum Flaw: Error, Equatable {
        case length(Int)
        case character(Character, place: Int)
        case region(String)
        case birth(String)
        case check

        package var words: Words {
            switch self {
            case .length(15):
                Words("这是15位的旧号码，请填18位的", "This is an old number of 15 digits; please give the one of 18")
            case .length(let count):
                Words("公民身份号码有18位，您填了\(count)位", "An identity number has 18 characters; this one has \(count)")
            case .character("X", _): Words("只有最后一位可以是X", "Only the last character can be X")
            case .character(let wrong, let place):
                Words("第\(place)位“\(wrong)”不是数字", "Character \(place), “\(wrong)”, is no digit")
            case .region(let start): Words("号码不会以\(start)开头", "No number begins with \(start)")
            case .birth(let date): Words("第7至14位“\(date)”不是出生日期", "Digits 7 to 14, “\(date)”, are no date of birth")
            case .check: Words("校验不符，请对照证件再看一遍", "The check character does not fit; please compare with the card")
            }
        }
    }
}
