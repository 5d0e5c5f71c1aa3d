/// The code of a province, city or county (行政区划代码, GB/T 2260): six digits, two for each level.
package struct RegionCode: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    package enum Level: Int, Sendable, Comparable, CaseIterable {
        case province = 2
        case city = 4
        case county = 6

        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// Nil for anything but six digits, or where they begin with 00.
    package init?(_ six: String) {
        let digits = six.utf8
        guard digits.count == 6, digits.allSatisfy({ (48...57).contains($0) }), !six.hasPrefix("00") else { return nil }
        text = six
    }

    /// The level, by the digits that are not trailing zeros.
    package var level: Level {
        if text.hasSuffix("0000") { .province } else if text.hasSuffix("00") { .city } else { .county }
    }

    /// Whether `other` lies in this region or is the region itself: it begins with this one's significant digits.
    /// Who *answers* for a region is another question, which `Jurisdictions` knows (clause 2.1e).
    package func contains(_ other: RegionCode) -> Bool { other.text.hasPrefix(significant) }

    package var province: RegionCode { RegionCode(trusted: text.prefix(2) + "0000") }

    /// The city this county belongs to, a city itself; a province's own code stays what it is.
    package var city: RegionCode { RegionCode(trusted: text.prefix(4) + "00") }

    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }

    /// The digits that say something: `33` of 330000.
    var significant: Substring { text.prefix(level.rawValue) }

    private init(trusted text: some StringProtocol) { self.text = String(text) }
}

extension RegionCode: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let code = RegionCode(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a region code"))
        }
        self = code
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
