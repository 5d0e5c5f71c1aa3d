/// How much each part counts, by its name. Only the proportion matters: 3 and 1 weigh as 0.75 and 0.25.
///
/// A weight is never negative – a part that speaks against somebody has a low value instead – so a better part can
/// never cost a place. A part without a weight is shown and counts nothing.
package struct Weights: Codable, Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package let values: [String: Double]

    package init(_ values: [String: Double]) {
        self.values = values.mapValues { $0.isFinite ? max($0, 0) : 0 }
    }

    package init(dictionaryLiteral elements: (String, Double)...) {
        self.init(Dictionary(elements, uniquingKeysWith: { $1 }))
    }

    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([String: Double].self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }

    package subscript(name: String) -> Double { values[name] ?? 0 }

    /// By name, so that sums are formed in one order everywhere.
    var shares: [(name: String, share: Double)] {
        let ordered = values.sorted { $0.key < $1.key }
        let total = ordered.reduce(0) { $0 + $1.value }
        return total > 0 ? ordered.map { ($0.key, $0.value / total) } : []
    }
}
