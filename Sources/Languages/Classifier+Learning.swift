#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

extension Classifier {
    /// How it learns. The same examples, options and seed give the same classifier on every machine.
    package struct Options: Sendable {
        /// The longest run of characters that is looked at.
        package var longest = 3
        /// How dear an error is against a simple rule.
        package var cost = 1.0
        /// How far rare labels count more: 0 not at all, 1 as if all labels were met equally often.
        package var balance = 0.5
        /// Runs met in fewer texts are left out.
        package var seenAtLeast = 1
        /// The most runs that are kept; what says least goes.
        package var keptAtMost = 60_000
        package var rounds = 40
        /// Into how many parts the examples are cut to measure how far the margins can be trusted.
        package var calibrationFolds = 5
        /// Examples of less weight teach but do not calibrate: official language is not how owners write.
        package var calibratesFrom = 0.9
        package var seed: UInt64 = 20_261_124

        package init() {}
    }

    /// Learns from examples; no label, no classifier: at least two labels are needed to tell anything apart.
    package static func train(_ examples: [Example], options: Options = Options()) -> Classifier {
        let learner = Learner(examples, options)
        var heldOut: [Calibration.Sample] = []
        let folds = Folds.stratified(examples.map(\.label), count: options.calibrationFolds, seed: options.seed)
        for fold in folds where examples.count >= 4 * options.calibrationFolds {
            let classifier = learner.fit(learner.all.filter { !fold.contains($0) }, options)
            for index in fold where examples[index].weight >= options.calibratesFrom {
                guard let label = classifier.labels.firstIndex(of: examples[index].label) else { continue }
                heldOut.append(.init(margins: classifier.margins(of: learner.vector(index, in: classifier)), label: label))
            }
        }
        var classifier = learner.fit(learner.all, options)
        classifier.calibration = Calibration(fitting: heldOut, labels: classifier.labels.count)
        return classifier
    }
}

/// The examples cut into runs once, to be learnt from as often as needed.
private struct Learner {
    let examples: [Classifier.Example]
    let grams: [[Grams.Gram]]
    let labels: [String]
    var all: [Int] { Array(examples.indices) }

    init(_ examples: [Classifier.Example], _ options: Classifier.Options) {
        self.examples = examples
        grams = examples.map { Grams($0.text, longest: options.longest).all }
        labels = Set(examples.map(\.label)).sorted()
    }

    func vector(_ index: Int, in classifier: Classifier) -> [Classifier.Entry] { classifier.vector(of: grams[index]) }

    func fit(_ chosen: [Int], _ options: Classifier.Options) -> Classifier {
        var texts: [UInt32: Int] = [:]
        for index in chosen { for hash in Set(grams[index].map(\.hash)) { texts[hash, default: 0] += 1 } }
        let known = texts.filter { $0.value >= options.seenAtLeast }.keys.sorted()
        let rarity = known.map { log(Float(chosen.count + 1) / Float((texts[$0] ?? 0) + 1)) + 1 }
        let blank = Classifier(
            labels: labels, longest: options.longest, grams: known, rarity: rarity, weights: [], scale: [],
            bias: [], calibration: Calibration(labels: labels.count))
        let vectors = chosen.map { vector($0, in: blank) }
        let rules = labels.map { label in
            Rule(
                separating: vectors, isLabel: chosen.map { examples[$0].label == label }, costs: costs(chosen, options),
                size: known.count, options)
        }
        return blank.with(rules, keeping: options.keptAtMost)
    }

    /// What an error on each example costs.
    private func costs(_ chosen: [Int], _ options: Classifier.Options) -> [Double] {
        var amounts: [String: Double] = [:]
        for index in chosen { amounts[examples[index].label, default: 0] += examples[index].weight }
        let mean = amounts.values.sorted().reduce(0, +) / Double(max(amounts.count, 1))
        return chosen.map { index in
            options.cost * examples[index].weight * pow(mean / max(amounts[examples[index].label] ?? mean, 1e-9), options.balance)
        }
    }
}

/// A plane that parts one label from the others: an L2-regularised support vector machine with squared hinge loss, solved by
/// dual coordinate descent (Hsieh et al., ICML 2008).
struct Rule {
    private(set) var weights: [Float]
    private(set) var bias: Float = 0

    init(separating vectors: [[Classifier.Entry]], isLabel: [Bool], costs: [Double], size: Int, _ options: Classifier.Options) {
        weights = Array(repeating: 0, count: size)
        var pull = [Float](repeating: 0, count: vectors.count)
        var order = Array(vectors.indices)
        var random = SplitMix(seed: options.seed)
        for _ in 0..<options.rounds {
            order.shuffle(using: &random)
            var largest: Float = 0
            for index in order where costs[index] > 0 {
                let side: Float = isLabel[index] ? 1 : -1
                let slack = Float(1 / (2 * costs[index]))
                var margin = bias
                for entry in vectors[index] { margin += entry.value * weights[entry.index] }
                let gradient = side * margin - 1 + slack * pull[index]
                let projected = pull[index] == 0 ? min(gradient, 0) : gradient
                guard projected != 0 else { continue }
                largest = max(largest, abs(projected))
                // A vector has length 1, and 1 for the bias.
                let newPull = max(pull[index] - gradient / (2 + slack), 0)
                let step = (newPull - pull[index]) * side
                pull[index] = newPull
                bias += step
                for entry in vectors[index] { weights[entry.index] += step * entry.value }
            }
            if largest < 0.01 { break }
        }
    }
}

extension Classifier {
    /// The rules, with the runs that say most, in eight bits each.
    fileprivate func with(_ rules: [Rule], keeping most: Int) -> Classifier {
        let strength = grams.indices.map { gram in rules.map { abs($0.weights[gram]) }.max() ?? 0 }
        let kept = grams.indices.sorted { (strength[$0], $1) > (strength[$1], $0) }.prefix(most).sorted()
        let scale = rules.map { rule in max(kept.map { abs(rule.weights[$0]) }.max() ?? 0, .leastNormalMagnitude) / 127 }
        var weights: [Int8] = []
        weights.reserveCapacity(kept.count * rules.count)
        for gram in kept {
            for (label, rule) in rules.enumerated() { weights.append(Int8((rule.weights[gram] / scale[label]).rounded())) }
        }
        return Classifier(
            labels: labels, longest: longest, grams: kept.map { grams[$0] }, rarity: kept.map { rarity[$0] }, weights: weights,
            scale: scale, bias: rules.map(\.bias), calibration: calibration)
    }
}

/// A generator that gives the same numbers for the same seed everywhere (Steele et al., SplitMix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
