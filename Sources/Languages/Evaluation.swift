/// How well verdicts agree with the truth, a label at a time: a total alone hides the small labels.
package struct Evaluation: Sendable {
    /// One text: what it is, what it was taken for, and how sure the verdict was.
    package struct Answer: Sendable {
        package let truth: String
        package let verdict: String
        package let confidence: Double

        package init(truth: String, verdict: String, confidence: Double) {
            (self.truth, self.verdict, self.confidence) = (truth, verdict, confidence)
        }
    }

    /// The figures of one label. Where nothing was or could be found they are 0.
    package struct Figures: Sendable {
        package let label: String
        /// How many texts truly have the label.
        package let count: Int
        package let precision: Double
        package let recall: Double
        package var f1: Double { precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0 }
    }

    package let answers: [Answer]

    package init(_ answers: [Answer]) { self.answers = answers }

    package var accuracy: Double { Evaluation.accuracy(of: answers) }

    /// One for each label that is true of some text.
    package var figures: [Figures] {
        Set(answers.map(\.truth)).sorted().map { label in
            let (true_, said) = (answers.filter { $0.truth == label }, answers.filter { $0.verdict == label })
            let right = Double(true_.count { $0.verdict == label })
            return Figures(
                label: label, count: true_.count, precision: said.isEmpty ? 0 : right / Double(said.count),
                recall: true_.isEmpty ? 0 : right / Double(true_.count))
        }
    }

    /// The mean of the labels' F1, each counting alike.
    package var macroF1: Double {
        let figures = figures
        return figures.isEmpty ? 0 : figures.map(\.f1).reduce(0, +) / Double(figures.count)
    }

    /// Answers at least as sure as `bound`, and those less sure: how many, and how many of them are right.
    package func split(at bound: Double = 0.6) -> (sure: (count: Int, accuracy: Double), unsure: (count: Int, accuracy: Double)) {
        let (sure, unsure) = (answers.filter { $0.confidence >= bound }, answers.filter { $0.confidence < bound })
        return ((sure.count, Evaluation.accuracy(of: sure)), (unsure.count, Evaluation.accuracy(of: unsure)))
    }

    /// How far confidence and truth lie apart on average, over ten steps of confidence.
    package var calibrationError: Double {
        let steps = Dictionary(grouping: answers) { min(Int($0.confidence * 10), 9) }
        return steps.keys.sorted().reduce(0) { sum, step in
            let part = steps[step] ?? []
            let mean = part.map(\.confidence).reduce(0, +) / Double(part.count)
            return sum + abs(mean - Evaluation.accuracy(of: part)) * Double(part.count) / Double(answers.count)
        }
    }

    private static func accuracy(of answers: [Answer]) -> Double {
        answers.isEmpty ? 0 : Double(answers.count { $0.truth == $0.verdict }) / Double(answers.count)
    }
}

extension Evaluation: CustomStringConvertible {
    package var description: String {
        let (sure, unsure) = split()
        var lines = [
            "\(answers.count) texts, accuracy \(three(accuracy)), macro F1 \(three(macroF1)), calibration error \(three(calibrationError))",
            "  at 0.6 and more: \(sure.count), right \(three(sure.accuracy)); below: \(unsure.count), right \(three(unsure.accuracy))",
        ]
        for one in figures {
            let name = one.label + String(repeating: " ", count: max(0, 12 - one.label.count))
            lines.append(
                "  \(name) \(one.count)\tprecision \(three(one.precision))  recall \(three(one.recall))  F1 \(three(one.f1))")
        }
        return lines.joined(separator: "\n")
    }

    private func three(_ number: Double) -> String {
        let thousandths = Int((number * 1000).rounded())
        let digits = "\(thousandths % 1000)"
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}

/// Ways to part texts into those to learn from and those to be examined on.
package enum Folds {
    /// `count` sets of indices of about equal size, each with about the same share of every label.
    package static func stratified(_ labels: [String], count: Int, seed: UInt64) -> [Set<Int>] {
        var folds = [Set<Int>](repeating: [], count: max(count, 1))
        var random = SplitMix(seed: seed)
        var next = 0
        for label in Set(labels).sorted() {
            for index in labels.indices.filter({ labels[$0] == label }).shuffled(using: &random) {
                folds[next % folds.count].insert(index)
                next += 1
            }
        }
        return folds
    }

    /// Sets that never share a group, so that no author's manner is both learnt and examined.
    package static func grouped(_ groups: [String], count: Int, seed: UInt64) -> [Set<Int>] {
        var folds = [Set<Int>](repeating: [], count: max(count, 1))
        var random = SplitMix(seed: seed)
        for (turn, group) in Set(groups).sorted().shuffled(using: &random).enumerated() {
            folds[turn % folds.count].formUnion(groups.indices.filter { groups[$0] == group })
        }
        return folds.filter { !$0.isEmpty }
    }
}
