#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Sorts a text into one of a few labels: a linear classifier over runs of characters (tf-idf, one support vector machine a
/// label), whose margins a temperature and a bias a label turn into probabilities. What the labels mean it does not know.
package struct Classifier: Sendable {
    package let labels: [String]
    let longest: Int
    /// The numbers of the known runs in ascending order; the other arrays follow them.
    let grams: [UInt32]
    let rarity: [Float]
    /// Weights a run and label, run by run, in steps of the label's `scale`.
    let weights: [Int8]
    let scale: [Float]
    let bias: [Float]
    var calibration: Calibration

    /// A text whose label is known; `weight` says how much it counts against others.
    package struct Example: Sendable {
        package let text: String
        package let label: String
        package let weight: Double

        package init(text: String, label: String, weight: Double = 1) {
            (self.text, self.label, self.weight) = (text, label, weight)
        }
    }

    /// What the classifier makes of a text.
    package struct Verdict: Sendable {
        package let label: String
        /// How probable the label is, calibrated on texts that were not learnt from: below 0.6 a person decides.
        package let confidence: Double
        /// All labels, the likeliest first.
        package let ranked: [(label: String, probability: Double)]
        /// The words of the text that speak most for the label, as written.
        package let reasons: [String]
    }

    package func classify(_ text: String) -> Verdict {
        let grams = Grams(text, longest: longest)
        let vector = vector(of: grams.all)
        let margins = margins(of: vector)
        let probabilities = calibration.probabilities(margins)
        let ranked = labels.indices.sorted { (probabilities[$0], $1) > (probabilities[$1], $0) }
        return Verdict(
            label: labels[ranked[0]], confidence: probabilities[ranked[0]],
            ranked: ranked.map { (labels[$0], probabilities[$0]) },
            reasons: reasons(for: ranked[0], in: grams, vector: vector))
    }

    func margins(of text: String) -> [Double] { margins(of: vector(of: Grams(text, longest: longest).all)) }

    /// The share of a known run in a text of unit length.
    struct Entry {
        let index: Int
        let value: Float
        let occurrences: Int
    }

    func margins(of vector: [Entry]) -> [Double] {
        labels.indices.map { label in
            Double(vector.reduce(bias[label]) { $0 + $1.value * weight(of: $1.index, for: label) })
        }
    }

    func weight(of gram: Int, for label: Int) -> Float { Float(weights[gram * labels.count + label]) * scale[label] }

    func vector(of found: [Grams.Gram]) -> [Entry] {
        var entries: [Entry] = []
        var previous: (hash: UInt32, times: Int)?
        func end() {
            guard let previous, let index = index(of: previous.hash) else { return }
            let value = (1 + log(Float(previous.times))) * rarity[index]
            entries.append(Entry(index: index, value: value, occurrences: previous.times))
        }
        for hash in found.map(\.hash).sorted() {
            if let last = previous, last.hash == hash {
                previous = (hash, last.times + 1)
            } else {
                end()
                previous = (hash, 1)
            }
        }
        end()
        let length = entries.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
        return entries.map {
            Entry(index: $0.index, value: $0.value / max(length, .leastNormalMagnitude), occurrences: $0.occurrences)
        }
    }

    func index(of hash: UInt32) -> Int? {
        var (low, high) = (0, grams.count)
        while low < high {
            let middle = (low + high) / 2
            if grams[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < grams.count && grams[low] == hash ? low : nil
    }
}
