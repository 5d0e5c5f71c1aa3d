import ArgumentParser
import Foundation
import Languages
import Needs
import Reference
import Values

struct TriageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "triage", abstract: "Say for each text which domain it wants, how sure that is, and which words speak for it.",
        discussion: """
            A line is an id, a tab and a text; a line without a tab is a text alone and gets a running number. A first line that begins with \
            “id” and a tab is a heading, and names the column “text” where there are more than two. Empty lines are left out. \
            Each text gives one JSON object a line as soon as it is read; in a terminal, and without --json, one readable line.

            Below a confidence of 0.6 the object says "decide": "person". What is no need of a firm is of the domain "none".

            Learning anew: zhuqi triage --train Training/*.tsv --output Sources/Languages/Data/triage.model
            """)

    @Argument(help: "A file of id and text; the standard input without it.") var file: String?
    @Flag(help: "JSON in a terminal as well.") var json = false
    @Option(parsing: .upToNextOption, help: "Learn from these files instead, and print how well.") var train: [String] = []
    @Option(help: "With --train: where the model is written.") var output = "triage.model"

    func validate() throws {
        guard train.isEmpty || file == nil else { throw ValidationError("--train reads its own files; leave \(file ?? "FILE") out") }
    }

    func run() async throws {
        if train.isEmpty { try await triage() } else { try learn() }
    }

    private func triage() async throws {
        let reference = try await Settings.load().tables()
        let adviser = Adviser(reference: reference, classifier: .bundled)
        let today = Instant.now.day
        let isReadable = !json && FileHandle.standardOutput.isTerminal
        var lines = try Lines(of: file)
        var sheet = Sheet()
        while let line = try lines.next() {
            guard let (id, text) = sheet.row(line) else { continue }
            let opinion = Opinion(id: id, text: text, adviser.advise(text, said: nil, today: today))
            FileHandle.standardOutput.write(Data((isReadable ? opinion.readable : try opinion.json()).utf8) + [10])
        }
    }

    private func learn() throws {
        FileHandle.standardError.write(Data("zhuqi: learning from \(train.count) files\n".utf8))
        let report = try Training.run(files: train)
        print(report)
        let model = report.classifier.write()
        do { try Data(model).write(to: URL(filePath: output), options: .atomic) } catch { throw Stop("\(output) cannot be written: \(error.localizedDescription)") }
        print("\nzhuqi: \(output) written, \(model.count) bytes")
    }
}

extension Adviser {
    /// The software's proposals by one classifier.
    init(reference: Reference, classifier: Classifier) {
        self.init(reference: reference) { text in
            let verdict = classifier.classify(text)
            return (verdict.label, verdict.confidence, verdict.reasons)
        }
    }
}

/// Which part of a line is what, as the lines before it tell.
private struct Sheet {
    private var isFirst = true
    /// The column of the text, and how many there are; nil without a heading.
    private var heading: (text: Int, count: Int)?
    private var number = 0

    /// Nil for the heading and for an empty line.
    mutating func row(_ line: String) -> (id: String, text: String)? {
        defer { isFirst = false }
        let line = isFirst && line.hasPrefix("\u{FEFF}") ? String(line.dropFirst()) : line
        if isFirst, line.hasPrefix("id\t") {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            heading = (columns.firstIndex(of: "text") ?? 1, columns.count)
            return nil
        }
        guard line.contains(where: { !$0.isWhitespace }) else { return nil }
        number += 1
        guard let tab = line.firstIndex(of: "\t") else { return ("\(number)", line) }
        if let heading, heading.count > 2 {
            let fields = line.split(separator: "\t", maxSplits: heading.count - 1, omittingEmptySubsequences: false)
            return (String(fields[0]), heading.text < fields.count ? String(fields[heading.text]) : "")
        }
        return (String(line[..<tab]), String(line[line.index(after: tab)...]))
    }
}

/// What is printed for one text.
private struct Opinion: Encodable {
    let id: String
    let domain: String
    let confidence: Double
    let reasons: [String]
    let subTopic: String?
    let urgency: String
    /// `person` where the software is not sure enough.
    let decide: String?

    init(id: String, text: String, _ suggestion: Need.Suggestion) {
        self.id = id
        domain = suggestion.domain?.rawValue ?? "none"
        confidence = (suggestion.confidence * 10_000).rounded() / 10_000
        reasons = suggestion.signs
        subTopic = suggestion.subTopic
        urgency = suggestion.urgency.rawValue
        decide = suggestion.isSure ? nil : "person"
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    var readable: String {
        [id, subTopic ?? domain, "\(Int((confidence * 100).rounded())) %\(decide == nil ? "" : ", a person decides")", urgency, reasons.joined(separator: "、")].joined(separator: "\t")
    }
}
