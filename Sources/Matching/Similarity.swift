#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How much two texts speak of the same things, given as lists of tokens (words, or pairs of Chinese characters).
///
/// Each token weighs its number in the text times ln((1 + N) ÷ (1 + n)) + 1, where n of the corpus' N texts have it: what
/// everybody writes says little, what few write says much (the smoothed inverse document frequency). Two texts are
/// as near as the cosine of their weighted counts: 0 nothing in common, 1 the same mixture, whatever their lengths.
package struct Similarity: Sendable {
    private let texts: Double
    private let seen: [String: Int]

    package init(corpus: [[String]]) {
        var seen: [String: Int] = [:]
        for text in corpus {
            for token in Set(text) { seen[token, default: 0] += 1 }
        }
        self.seen = seen
        texts = Double(corpus.count)
    }

    /// A text weighed once, for comparing it with many.
    package struct Weighed: Sendable {
        /// In the order of tokens: a dictionary's order changes from run to run, and with it the last bit of a sum.
        fileprivate let weights: [(token: String, weight: Double)]
        fileprivate let length: Double
    }

    package func weighed(_ tokens: [String]) -> Weighed {
        var counts: [String: Int] = [:]
        for token in tokens { counts[token, default: 0] += 1 }
        let weights = counts.sorted { $0.key < $1.key }.map { token, count in
            (token: token, weight: Double(count) * (log((1 + texts) / Double(1 + (seen[token] ?? 0))) + 1))
        }
        return Weighed(weights: weights, length: weights.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot())
    }

    /// 0…1; 0 if either has no token.
    package func cosine(_ a: Weighed, _ b: Weighed) -> Double {
        guard a.length > 0, b.length > 0 else { return 0 }
        var sum = 0.0
        var (i, j) = (0, 0)
        while i < a.weights.count, j < b.weights.count {
            let (x, y) = (a.weights[i], b.weights[j])
            if x.token == y.token {
                sum += x.weight * y.weight
                i += 1
                j += 1
            } else if x.token < y.token {
                i += 1
            } else {
                j += 1
            }
        }
        return min(sum / (a.length * b.length), 1)
    }

    package func cosine(_ a: [String], _ b: [String]) -> Double { cosine(weighed(a), weighed(b)) }
}
