#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Learns from files of labelled texts and examines itself on what it has not learnt from: all that `zhuqi triage --train` does.
package struct Training {
    /// How texts are held out to be examined on.
    package enum HoldOut: Sendable {
        /// Each text once, `count` parts by turns; authored texts by voice, so that no author's manner is on both sides.
        case folds(Int)
        /// One part in `count` only, which is quicker.
        case once(oneIn: Int)
    }

    /// What was learnt and how well. Real and authored texts are reported apart: who writes both rule and test finds them easy.
    package struct Report: Sendable {
        package let classifier: Classifier
        /// Real texts, learnt and examined with the labels they were found with; comparable with other classifiers.
        package let real: Evaluation
        /// Real texts, learnt and examined with the labels that a second reading gave them; nil without such a file.
        package let reread: Evaluation?
        /// Authored texts, by voice; nil where there are none.
        package let authored: Evaluation?
        package let counts: [(origin: Origin, texts: Int)]
    }

    /// Where a text comes from, which says how far it is to be trusted.
    package enum Origin: String, Sendable, CaseIterable {
        case real, authored, glossary, weak

        /// Official language and lists of words teach words, not how owners write.
        var weight: Double {
            switch self {
            case .real, .authored: 1
            case .glossary: 0.8
            case .weak: 0.03
            }
        }
    }

    /// A file that cannot be learnt from.
    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String
    }

    /// `files` are tab-separated with a heading line: id, text, domain and more. One whose name ends in `.weak.tsv` or
    /// `.glossary.tsv` counts little, one with a column `voice` is authored, and one of id and domain alone corrects labels after a second reading.
    package static func run(files: [String], holdOut: HoldOut = .folds(5), options: Classifier.Options = .init()) throws -> Report
    {
        var texts: [Labelled] = []
        var corrections: [String: String] = [:]
        for file in files {
            guard let data = try? Data(contentsOf: URL(filePath: file)) else {
                throw Unreadable(description: "\(file) cannot be read.")
            }
            let sheet = try Table(String(decoding: data, as: UTF8.self), name: file)
            texts += sheet.texts
            corrections.merge(sheet.corrections) { $1 }
        }
        guard Set(texts.map(\.label)).count > 1 else { throw Unreadable(description: "The files hold fewer than two labels.") }
        let examination = Examination(texts: texts, holdOut: holdOut, options: options)
        let corrected = Examination(texts: texts.map { $0.corrected(by: corrections) }, holdOut: holdOut, options: options)
        return Report(
            classifier: Classifier.train(corrected.texts.map(\.example), options: options),
            real: examination.evaluation(of: .real),
            reread: corrections.isEmpty ? nil : corrected.evaluation(of: .real),
            authored: texts.contains { $0.origin == .authored } ? corrected.evaluation(of: .authored) : nil,
            counts: Origin.allCases.map { origin in (origin, texts.count { $0.origin == origin }) })
    }
}

extension Training.Report: CustomStringConvertible {
    package var description: String {
        let learnt = counts.map { "\($0.texts) \($0.origin.rawValue)" }.joined(separator: ", ")
        var parts = ["Learnt from \(learnt).", "Real, held out, labels as found: \(real)"]
        if let reread { parts.append("Real, held out, labels read again: \(reread)") }
        if let authored { parts.append("Authored, held out by voice: \(authored)") }
        return parts.joined(separator: "\n\n")
    }
}

/// A text with what its file says of it.
struct Labelled {
    let id: String
    let text: String
    let label: String
    /// Who speaks in an authored text; the source of any other.
    let group: String
    let origin: Training.Origin

    var example: Classifier.Example { Classifier.Example(text: text, label: label, weight: origin.weight) }

    func corrected(by corrections: [String: String]) -> Labelled {
        Labelled(id: id, text: text, label: corrections[id] ?? label, group: group, origin: origin)
    }
}

/// One tab-separated file. Its heading line begins with `id`.
struct Table {
    private(set) var texts: [Labelled] = []
    private(set) var corrections: [String: String] = [:]

    init(_ content: String, name: String) throws(Training.Unreadable) {
        let lines = content.split(whereSeparator: \.isNewline)
        guard let heading = lines.first, heading.hasPrefix("id\t") else {
            throw Training.Unreadable(description: "\(name) has no heading line that begins with “id”.")
        }
        let columns = heading.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        let place = { (column: String) in columns.firstIndex(of: column) }
        guard let domain = place("domain") else { throw Training.Unreadable(description: "\(name) has no column “domain”.") }
        let origin: Training.Origin =
            if place("voice") != nil { .authored } else if name.hasSuffix(".weak.tsv") {
                .weak
            } else if name.hasSuffix(".glossary.tsv") {
                .glossary
            } else { .real }
        for (number, line) in lines.enumerated().dropFirst() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == columns.count, !fields[domain].isEmpty else {
                throw Training.Unreadable(
                    description: "\(name), line \(number + 1): \(fields.count) fields instead of \(columns.count).")
            }
            guard let text = place("text") else {
                corrections[fields[0]] = fields[domain]
                continue
            }
            let group = (place("voice") ?? place("source")).map { fields[$0] } ?? ""
            texts.append(Labelled(id: fields[0], text: fields[text], label: fields[domain], group: group, origin: origin))
        }
    }
}

/// Learning from a part and examining on the rest, by turns.
private struct Examination {
    let texts: [Labelled]
    let holdOut: Training.HoldOut
    let options: Classifier.Options

    func evaluation(of origin: Training.Origin) -> Evaluation {
        let asked = texts.indices.filter { texts[$0].origin == origin }
        var answers: [Evaluation.Answer] = []
        for fold in folds(of: asked, origin) {
            let classifier = Classifier.train(
                texts.indices.filter { !fold.contains($0) }.map { texts[$0].example }, options: options)
            for index in fold.sorted() {
                let verdict = classifier.classify(texts[index].text)
                answers.append(.init(truth: texts[index].label, verdict: verdict.label, confidence: verdict.confidence))
            }
        }
        return Evaluation(answers)
    }

    private func folds(of asked: [Int], _ origin: Training.Origin) -> [Set<Int>] {
        let (count, turns) =
            switch holdOut {
            case .folds(let count): (count, count)
            case .once(let count): (count, 1)
            }
        let folds =
            origin == .authored
            ? Folds.grouped(asked.map { texts[$0].group }, count: count, seed: options.seed)
            : Folds.stratified(asked.map { texts[$0].label }, count: count, seed: options.seed)
        return folds.prefix(turns).map { Set($0.map { asked[$0] }) }
    }
}
