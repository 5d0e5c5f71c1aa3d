#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Who comes first, and why: the list together with everything it was made from, so that it can be read and replayed.
///
/// The score of a candidate is the mean of its parts, weighted, from 0 to 1. Candidates with the same score are put in an
/// order drawn from the seed and their ids, so that nobody stands first for the sake of a name. A barred candidate gets
/// no place, not even when no other is left (OpenReview #278 gave one away when all scores were zero).
package struct Ranking: Codable, Hashable, Sendable {
    package let seed: UInt64
    /// The greatest number of places.
    package let take: Int
    package let weights: Weights
    /// Every candidate that was looked at, by id.
    package let inputs: [Candidate]
    package let places: [Place]
    /// Who got no place because of a hard condition, by id, with the keys of those that failed.
    package let left: [Left]

    package struct Place: Codable, Hashable, Sendable {
        package let id: String
        package let score: Double
        package let parts: [Part]
    }

    package struct Left: Codable, Hashable, Sendable {
        package let id: String
        package let barred: [String]
    }

    /// The same for the same candidates in whatever order, the same weights and the same seed.
    /// One id that comes twice is one candidate, barred by whatever bars either entry.
    package static func rank(_ candidates: [Candidate], weights: Weights, seed: UInt64, take: Int) -> Ranking {
        var byID: [String: Candidate] = Dictionary(minimumCapacity: candidates.count)
        for candidate in candidates {
            byID[candidate.id] = byID[candidate.id].map { candidate.merged(with: $0) } ?? candidate.canonical
        }
        let inputs = byID.values.sorted { $0.id < $1.id }
        let eligible = inputs.filter { $0.barred.isEmpty }
        let shares = weights.shares
        let marks = eligible.enumerated().map { index, candidate in
            Mark(index: index, score: score(candidate.parts, shares), lot: lot(candidate.id, seed))
        }
        let places = marks.sorted().prefix(max(take, 0)).map { mark in
            Place(id: eligible[mark.index].id, score: mark.score, parts: eligible[mark.index].parts)
        }
        let left = inputs.filter { !$0.barred.isEmpty }.map { Left(id: $0.id, barred: $0.barred) }
        return Ranking(seed: seed, take: take, weights: weights, inputs: inputs, places: places, left: left)
    }

    /// The list made anew from what is stored beside it.
    package func replay() -> Ranking { Ranking.rank(inputs, weights: weights, seed: seed, take: take) }

    /// Whether the stored list is the one its inputs give: false means that one of them was changed afterwards.
    package var holds: Bool { replay() == self }

    /// What each part gave a place, largest first: the points sum to its score, but for rounding.
    package func reasons(for place: Place) -> [Part] {
        let shares = Dictionary(weights.shares, uniquingKeysWith: { $1 })
        return place.parts.map { Part($0.name, $0.value * (shares[$0.name] ?? 0)) }
            .sorted { ($1.value, $0.name) < ($0.value, $1.name) }
    }

    private struct Mark: Comparable {
        let index: Int
        let score: Double
        let lot: UInt64

        /// Better first. `index` follows the id and decides only if two lots are the same.
        static func < (a: Mark, b: Mark) -> Bool { (b.score, a.lot, a.index) < (a.score, b.lot, b.index) }
    }

    private static func score(_ parts: [Part], _ shares: [(name: String, share: Double)]) -> Double {
        // Both lists are in the order of names, so one walk meets each pair.
        var sum = 0.0
        var next = 0
        for (name, share) in shares {
            while next < parts.count, parts[next].name < name { next += 1 }
            if next < parts.count, parts[next].name == name { sum += parts[next].value * share }
        }
        return Part.rounded(sum)
    }

    /// A number drawn for an id: FNV-1a over its bytes, stirred with the seed by SplitMix64's finaliser. Not a secret.
    private static func lot(_ id: String, _ seed: UInt64) -> UInt64 {
        let hash = id.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return stirred(hash &+ stirred(seed))
    }

    private static func stirred(_ number: UInt64) -> UInt64 {
        var z = number &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

extension Ranking {
    /// The ranking as one line of JSON, always the same bytes for the same ranking: sorted keys, no blanks.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    package init(json: String) throws {
        self = try JSONDecoder().decode(Ranking.self, from: Data(json.utf8))
    }

    private enum CodingKeys: String, CodingKey { case rule, seed, take, weights, inputs, places, left }

    /// Stored with every ranking. Whoever changes how scores or lots are formed gives the new way the next number and
    /// keeps the old one: a list from last year must still replay.
    private static let rule = 1

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let rule = try container.decode(Int.self, forKey: .rule)
        guard rule == Ranking.rule, let seed = UInt64(try container.decode(String.self, forKey: .seed)) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a ranking by rule 1"))
        }
        self.seed = seed
        take = try container.decode(Int.self, forKey: .take)
        weights = try container.decode(Weights.self, forKey: .weights)
        inputs = try container.decode([Candidate].self, forKey: .inputs)
        places = try container.decode([Place].self, forKey: .places)
        left = try container.decode([Left].self, forKey: .left)
    }

    /// The seed is written as text: many readers of JSON know whole numbers only up to 2⁵³.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Ranking.rule, forKey: .rule)
        try container.encode(String(seed), forKey: .seed)
        try container.encode(take, forKey: .take)
        try container.encode(weights, forKey: .weights)
        try container.encode(inputs, forKey: .inputs)
        try container.encode(places, forKey: .places)
        try container.encode(left, forKey: .left)
    }
}
