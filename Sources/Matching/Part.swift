/// One reason for or against a candidate, from 0 (speaks against it) to 1 (could not be better).
///
/// A value is held to that range and rounded to a millionth, not a number counts as 0: so a difference in the last
/// bit between two machines never decides a place, and what is stored is exactly what was counted.
package struct Part: Codable, Hashable, Sendable {
    package let name: String
    package let value: Double

    package init(_ name: String, _ value: Double) {
        self.name = name
        self.value = Part.rounded(value)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try container.decode(String.self, forKey: .name), try container.decode(Double.self, forKey: .value))
    }

    static func rounded(_ value: Double) -> Double {
        value.isNaN ? 0 : (min(max(value, 0), 1) * 1_000_000).rounded() / 1_000_000
    }
}
