#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Turns margins into probabilities: a softmax with one sharpness (the inverse of a temperature) and one bias a label, fitted on
/// texts that were not learnt from, so that of a hundred verdicts with 0.7 some seventy are right.
struct Calibration: Sendable, Equatable {
    var sharpness: Double
    var bias: [Double]

    /// The margins of a text that was not learnt from, and its true label.
    struct Sample {
        let margins: [Double]
        let label: Int
    }

    init(labels: Int) { (sharpness, bias) = (2, Array(repeating: 0, count: labels)) }

    init(sharpness: Double, bias: [Double]) { (self.sharpness, self.bias) = (sharpness, bias) }

    /// Minimises the cross entropy by gradient descent; the biases are held near 0, as rare labels have few samples.
    init(fitting samples: [Sample], labels: Int) {
        self.init(labels: labels)
        guard samples.count >= 20 else { return }
        let rate = 0.5
        for _ in 0..<400 {
            var slope = 0.0
            var slopes = bias.map { 4 * $0 / Double(samples.count) }
            for sample in samples {
                let probabilities = probabilities(sample.margins)
                for label in 0..<labels {
                    let error = probabilities[label] - (label == sample.label ? 1 : 0)
                    slope += error * sample.margins[label] / Double(samples.count)
                    slopes[label] += error / Double(samples.count)
                }
            }
            sharpness = min(max(sharpness - 4 * rate * slope, 0.2), 20)
            for label in 0..<labels { bias[label] -= rate * slopes[label] }
        }
    }

    func probabilities(_ margins: [Double]) -> [Double] {
        let scores = margins.indices.map { margins[$0] * sharpness + bias[$0] }
        let highest = scores.max() ?? 0
        let powers = scores.map { exp($0 - highest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
