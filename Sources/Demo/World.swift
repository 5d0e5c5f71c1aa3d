import Foundation
import Reference
import Values

/// The demonstration's material, read from its files: experts, firms, needs and what was said. Origins are in Data/SOURCES.md.
struct World: Sendable {
    struct Expert: Sendable { let name, kind, standing, domains, words, city, district, employer, titleZh, titleEn, biographyZh, biographyEn: String }
    struct Firm: Sendable { let name, kind, district, industry: String; let persons, revenue, assets: Int?; let contact: String }
    struct Need: Sendable { let key, text: String; let domain: Domain?; let urgency: Urgency }
    struct Line: Sendable { let speaker, text: String }
    struct Advice: Sendable { let situation, analysis, advice, steps: String }
    struct Feedback: Sendable { let outcome, words: String }
    struct Grievance: Sendable { let key, kind: String; let isAnonymous: Bool; let need, text, wish: String }

    let experts: [Expert]
    let firms: [Firm]
    let needs: [Need]
    let conversations: [String: [Line]]
    let solutions: [String: Advice]
    let feedback: [String: Feedback]
    let grievances: [Grievance]

    static func read() throws -> World {
        guard let folder = Bundle.module.url(forResource: "Data", withExtension: nil) else { throw WorldFailure.noData }
        func rows(_ name: String) throws -> [[String]] {
            let text = String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
            return text.split(separator: "\n").dropFirst().map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        }
        func number(_ text: String) -> Int? { Int(text) }
        let own = try rows("needs.tsv").filter { $0.count >= 4 }.map { Need(key: $0[0], text: $0[1], domain: Domain(rawValue: $0[2]), urgency: Urgency(rawValue: $0[3]) ?? .thisMonth) }
        let real = try rows("needs.real.tsv").filter { $0.count >= 3 }.map { Need(key: $0[0], text: $0[1], domain: Domain(rawValue: $0[2]), urgency: .thisMonth) }
        return World(
            experts: try rows("experts.tsv").filter { $0.count >= 13 }.map {
                Expert(
                    name: $0[0], kind: $0[2], standing: $0[3], domains: $0[4], words: $0[5], city: $0[6], district: $0[7], employer: $0[8], titleZh: $0[9], titleEn: $0[10],
                    biographyZh: $0[11], biographyEn: $0[12])
            },
            firms: try rows("enterprises.tsv").filter { $0.count >= 8 }.map {
                Firm(name: $0[0], kind: $0[1], district: $0[2], industry: $0[3], persons: number($0[4]), revenue: number($0[5]), assets: number($0[6]), contact: $0[7])
            },
            needs: own + real,
            conversations: Dictionary(grouping: try rows("conversations.tsv").filter { $0.count >= 5 }, by: { $0[0] })
                .mapValues { lines in lines.sorted { (Int($0[2]) ?? 0) < (Int($1[2]) ?? 0) }.map { Line(speaker: $0[3], text: $0[4]) } },
            solutions: Dictionary(
                try rows("solutions.tsv").filter { $0.count >= 6 }.map { ($0[0], Advice(situation: $0[2], analysis: $0[3], advice: $0[4], steps: $0[5])) }, uniquingKeysWith: { first, _ in first }),
            feedback: Dictionary(try rows("feedback.tsv").filter { $0.count >= 3 }.map { ($0[0], Feedback(outcome: $0[1], words: $0[2])) }, uniquingKeysWith: { first, _ in first }),
            grievances: try rows("complaints.tsv").filter { $0.count >= 6 }.map { Grievance(key: $0[0], kind: $0[1], isAnonymous: $0[2] == "yes", need: $0[3], text: $0[4], wish: $0[5]) })
    }
}

enum WorldFailure: Error { case noData }

/// The same numbers from the same seed (SplitMix64, Steele, Lea, Flood 2014).
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func roll(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func pick<T>(_ all: [T]) -> T? { all.randomElement(using: &self) }
}
