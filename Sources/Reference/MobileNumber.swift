package import Languages

/// A mobile telephone number of mainland China (手机号码): 11 digits, the first 1, the second 3 to 9. Always stored so.
package struct MobileNumber: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Reads a number as people type it: `+86 138-0571 0217` and full-width digits are taken as meant.
    package init(_ typed: String) throws(Flaw) {
        var characters = typed.plainCharacters
        if let wrong = characters.enumerated().first(where: { !($0.element.isASCII && $0.element.isNumber) && !isPlus($0) }) {
            throw .character(wrong.element)
        }
        for prefix in ["+86", "0086", "86"] where characters.count > 11 && characters.starts(with: prefix) {
            characters.removeFirst(prefix.count)
            break
        }
        if let plus = characters.first, plus == "+" { throw .abroad }
        guard characters.count == 11 else { throw .length(characters.count) }
        guard characters[0] == "1", ("3"..."9").contains(characters[1]) else { throw .start(String(characters.prefix(2))) }
        text = String(characters)
    }

    /// As a page shows it: `138****0217`.
    package var masked: String { text.prefix(3) + "****" + text.suffix(4) }

    /// Masked: what prints a number by accident prints this.
    package var description: String { masked }
}

private func isPlus(_ place: (offset: Int, element: Character)) -> Bool { place.offset == 0 && place.element == "+" }

extension MobileNumber {
    /// What is wrong with what was typed.
    package enum Flaw: Error, Equatable {
        case length(Int)
        case character(Character)
        case start(String)
        case abroad

        package var words: Words {
            switch self {
            case .length(0): Words("请填手机号码", "Please give a mobile number")
            case .length(let count): Words("手机号码有11位，您填了\(count)位", "A mobile number has 11 digits; this one has \(count)")
            case .character(let wrong): Words("“\(wrong)”不是数字", "“\(wrong)” is no digit")
            case .start(let start):
                Words("手机号码以13至19开头，不会是\(start)", "A mobile number begins with 13 to 19, not with \(start)")
            case .abroad:
                Words("只能填中国大陆的手机号码", "Only mobile numbers of mainland China can be used")
            }
        }
    }
}
