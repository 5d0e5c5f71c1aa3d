import ArgumentParser
import Cases
import Foundation
import Identity
import Languages
import Matching
import Needs
import Reference
import Storage
import Values

struct Match: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rank the experts of this database for a text, with the reasons. Nothing is stored, nobody is told.",
        discussion: "The same database, the same day and the same seed give the same places.")

    @Option(help: "What happened, in the owner's words.") var text: String
    @Option(help: "Where the firm is, six digits of GB/T 2260, such as 331003.") var region: String
    @Option(help: "The firm's industry (GB/T 4754): a letter, or two to four digits, such as 35. Experts of the same industry are asked only if the owner agrees.") var industry: String?
    @Option(help: ArgumentHelp("One of \(Domain.allCases.map(\.rawValue).joined(separator: ", ")); otherwise triage proposes it.")) var domain: String?
    @Option(help: "By which lots are drawn among equals.") var seed: UInt64 = 1
    @Flag(help: "As JSON, with everything that the ranking was made of.") var json = false

    func run() async throws {
        let settings = try await Settings.load()
        let reference = try settings.tables()
        let region = try settings.region(region)
        let industry = try industry.map { code in
            guard let found = reference.industries[code.uppercased()] else { throw ValidationError("“\(code)” is no industry of GB/T 4754: a letter from A to T, or two to four digits") }
            return found.code
        }
        guard text.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--text is empty: what happened, in the owner's words") }
        let (domain, confidence) = try chosen(reference)
        let topic = reference.subTopics.best(for: text, in: domain)?.topic.code
        let database = try await settings.readyDatabase()
        defer { database.close() }
        let (ladder, text, seed, now) = (Ladder(reference: reference), text, seed, Instant.now)
        let found = try await database.read { reader -> (institution: OrganisationEntry, preview: Ladder.Preview)? in
            guard let institution = try reader.institution(for: region.text, on: now.day) else { return nil }
            let preview = try ladder.preview(
                text, domain: domain, subTopic: topic, region: region.text, industry: industry, institution: institution.id, in: reader, now: now, seed: seed)
            return (institution, preview)
        }
        guard let found else { throw Stop("no institution is designated for \(reference.regions.path(region).english) today; the SME authority designates one at /institutions") }
        let result = Result(
            institution: found.institution.name, domain: domain, subTopic: topic, confidence: confidence, preview: found.preview)
        if json { print(try result.json()) } else { print(result.readable(reference)) }
        guard found.preview.ranking.holds else { throw Stop("the ranking does not replay: its inputs do not give its places") }
    }

    private func chosen(_ reference: Reference) throws -> (Domain, confidence: Double?) {
        if let domain {
            guard let known = Domain(rawValue: domain) else {
                throw ValidationError("--domain is one of \(Domain.allCases.map(\.rawValue).joined(separator: ", ")), not “\(domain)”")
            }
            return (known, nil)
        }
        let suggestion = Adviser(reference: reference, classifier: .bundled).advise(text, said: nil, today: Instant.now.day)
        guard let domain = suggestion.domain else { throw Stop("this looks like no need of a firm; give --domain if it is one") }
        return (domain, (suggestion.confidence * 10_000).rounded() / 10_000)
    }

    /// What is printed.
    private struct Result {
        let institution: String
        let domain: Domain
        let subTopic: String?
        /// Of the domain that triage proposed; nil where it was given.
        let confidence: Double?
        let preview: Ladder.Preview

        private func parts(_ place: Proposal.Place) -> [Part] { preview.ranking.places.first { $0.id == place.expert.text }?.parts ?? [] }

        func readable(_ reference: Reference) -> String {
            var lines = ["\(institution), \(subTopic ?? domain.rawValue)\(confidence.map { " (proposed at \(Int(($0 * 100).rounded())) %\($0 < 0.6 ? "; a person decides" : ""))" } ?? "")"]
            let barred = preview.barred.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            lines.append("\(preview.candidates) experts looked at\(barred.isEmpty ? "" : "; hard conditions that fail: \(barred)"); seed \(preview.ranking.seed); replay \(preview.ranking.holds ? "holds" : "DOES NOT HOLD")")
            if preview.places.isEmpty { lines.append("Nobody fits now; the need would keep its place and be matched again.") }
            for place in preview.places {
                lines.append("\n\(place.rank)  \(preview.names[place.expert] ?? place.expert.text)  \(place.score)\(place.isRival ? "  of the same industry: only if the owner agrees" : "")")
                for reason in place.reasons { lines.append("   \(reason.chinese) / \(reason.english)") }
                lines.append("   " + parts(place).map { "\($0.name) \($0.value) × \(preview.ranking.weights[$0.name])" }.joined(separator: ", "))
            }
            return lines.joined(separator: "\n")
        }

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let places = preview.places.map { place in
                Spelled.Place(
                    place: place.rank, expert: place.expert.text, name: preview.names[place.expert] ?? "", score: place.score, rival: place.isRival,
                    parts: Dictionary(parts(place).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
                    reasons: place.reasons.map { ["zh": $0.chinese, "en": $0.english] })
            }
            let spelled = Spelled(
                institution: institution, domain: domain.rawValue, subTopic: subTopic, confidence: confidence,
                decide: confidence.map { $0 < 0.6 } == true ? "person" : nil, candidates: preview.candidates, barred: preview.barred, places: places,
                replays: preview.ranking.holds, ranking: preview.ranking)
            return String(decoding: try encoder.encode(spelled), as: UTF8.self)
        }

        private struct Spelled: Encodable {
            let institution: String, domain: String, subTopic: String?, confidence: Double?, decide: String?
            let candidates: Int, barred: [String: Int], places: [Place], replays: Bool
            let ranking: Ranking

            struct Place: Encodable {
                let place: Int, expert: String, name: String, score: Double, rival: Bool
                let parts: [String: Double], reasons: [[String: String]]
            }
        }
    }
}
