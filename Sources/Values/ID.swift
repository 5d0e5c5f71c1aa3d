#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The name of one thing of one kind: a UUIDv7 (RFC 9562), so that names sort by the time they were given.
/// A name, never a secret (`security.md` P10): what must not be guessed has a token of its own.
package struct ID<Kind>: Hashable, Sendable, Comparable, CustomStringConvertible, LosslessStringConvertible {
    package let text: String

    /// A new name, given at `now`.
    package init(at now: Instant = .now) {
        var random = IDSource.Generator()
        self.init(at: now, using: &random)
    }

    /// A new name from a generator of one's own: the demo and replays want the same names each time.
    package init(at now: Instant, using random: inout some RandomNumberGenerator) {
        let time = UInt64(bitPattern: now.milliseconds) & 0xFFFF_FFFF_FFFF
        let (a, b) = (random.next(), random.next())
        let high = time << 16 | 0x7000 | (a & 0x0FFF)
        let low = 0x8000_0000_0000_0000 | (b >> 2)
        text = ID.spell(high) + ID.spell(low)
    }

    /// Nil for anything that is not 32 hexadecimal digits in lower case.
    package init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            return nil
        }
        self.text = text
    }

    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }

    /// The same name, for another kind: only where one row stands for two nouns.
    package func `as`<Other>(_ kind: Other.Type) -> ID<Other> { ID<Other>(trusted: text) }

    init(trusted text: String) { self.text = text }

    private static func spell(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension ID: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = ID(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not an id"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
