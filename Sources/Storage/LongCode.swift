/// A code of 128 random bits that somebody copies from paper or reads out: whoever has it is let in, and nobody guesses one (P10, R3).
package struct LongCode: Hashable, Sendable, CellCodable, CustomStringConvertible {
    /// 26 letters and digits, without those that look alike (Crockford's base 32).
    package let text: String

    package init() {
        let bytes = Vault.newSecret().prefix(16)
        var (text, buffer, bits) = ("", 0, 0)
        for byte in bytes {
            buffer = (buffer << 8 | Int(byte)) & 0xFFFF
            bits += 8
            while bits >= 5 {
                text.append(LongCode.alphabet[buffer >> (bits - 5) & 31])
                bits -= 5
            }
        }
        text.append(LongCode.alphabet[buffer << (5 - bits) & 31])
        self.text = text
    }

    /// As somebody typed it: blanks and hyphens do not count, nor whether it is O or 0, I or 1.
    package init?(typed: String) {
        guard typed.utf8.count <= 200 else { return nil }
        let plain = typed.uppercased().filter { !$0.isWhitespace && !"-—–－".contains($0) }
            .map { character -> Character in
                switch character {
                case "O": "0"
                case "I", "L": "1"
                default: character
                }
            }
        guard plain.count == 26, plain.allSatisfy(LongCode.alphabet.contains) else { return nil }
        text = String(plain)
    }

    /// In groups that can be read out: `7K3M-9QXT-…`.
    package var spelled: String {
        stride(from: 0, to: text.count, by: 4).map { start in String(text.dropFirst(start).prefix(4)) }.joined(separator: "-")
    }

    package var description: String { text }
    package var cell: Cell { .text(text) }
    package init?(cell: Cell) { guard case .text(let text) = cell else { return nil }; self.init(typed: text) }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
}
