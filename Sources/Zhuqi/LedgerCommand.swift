import ArgumentParser
import Foundation
import Languages
import Papers
import Storage
import Values

/// The ledgers, from the side of whoever runs the site.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ledger", abstract: "The institutions' ledgers.", subcommands: [Check.self, Proof.self])

    /// Issue 5, section 6: 1,000,000 entries within 10 s.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fsck", abstract: "Rebuild every ledger from its entries and compare all that is stored. Ends with 1 when something is wrong.",
            discussion: "Compares entries with their content, tiles, signed checkpoints and keys, and names each place that is wrong. May run while the site serves.")

        @Flag(help: "One JSON object a ledger and line.") var json = false

        func run() async throws {
            let database = try await Settings.load().readyDatabase()
            defer { database.close() }
            let begin = ContinuousClock.now
            let reports = try await LedgerCheck(database, sources: House.ledgerSources).run()
            for report in reports { if json { try printJSON(report) } else { printed(report) } }
            if !json { print("zhuqi: \(reports.count) ledgers, \(reports.map(\.entries).reduce(0, +)) entries in \(ContinuousClock.now - begin)") }
            if !reports.allSatisfy(\.isWhole) { throw ExitCode(1) }
        }

        private func printed(_ report: LedgerCheck.Report) {
            let name = report.origin ?? "\(report.institution)"
            print("\(report.isWhole ? "whole" : "BROKEN") \(name): \(report.entries) entries (\(report.opened) compared with their content, \(report.erased) erased), \(report.checkpoints) checkpoints, root \(report.root)")
            for finding in report.findings { print("  \(finding.place): \(finding.words.english)") }
            if report.more > 0 { print("  and \(report.more) more") }
        }

        private struct Line: Encodable {
            struct Finding: Encodable { let place, chinese, english: String }
            let institution: String
            let origin: String?
            let whole: Bool
            let entries, opened, erased, checkpoints, more: Int
            let root: String
            let findings: [Finding]
        }

        private func printJSON(_ report: LedgerCheck.Report) throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let line = Line(
                institution: report.institution.text, origin: report.origin, whole: report.isWhole, entries: report.entries, opened: report.opened, erased: report.erased,
                checkpoints: report.checkpoints, more: report.more, root: report.root,
                findings: report.findings.map { Line.Finding(place: $0.place, chinese: $0.words.chinese, english: $0.words.english) })
            print(String(decoding: try encoder.encode(line), as: UTF8.self))
        }
    }

    /// A proof to hand over: for an expert, an auditor, a court.
    struct Proof: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the proof of one entry (c2sp.org/tlog-proof), signed for now where it is not yet.",
            discussion: "Whoever has it, the content (--content writes it) and the public key (zhuqi keys) checks it without us.")

        @Argument(help: "The institution's id.") var institution: String
        @Argument(help: "The entry's number, from 0.") var number: Int
        @Option(help: "Write what was entered to this file.") var content: String?

        func run() async throws {
            let settings = try await Settings.load()
            let database = try await settings.readyDatabase()
            defer { database.close() }
            guard let institution = ID<Organisation>(institution) else { throw ValidationError("an id has 32 digits of 0–9 and a–f") }
            let (number, address, now) = (number, settings.address, Instant.now)
            guard let entry = try await database.read({ try $0.ledgerEntry(institution, number) }) else { throw Stop("there is no entry \(number) in the ledger of \(institution)") }
            do {
                let proof = try await database.write { try $0.proof(of: entry, site: address, at: now) }
                if let content, let bytes = try await database.read({ try $0.ledgerContent(of: entry) }) {
                    guard FileManager.default.createFile(atPath: content, contents: Data(bytes), attributes: [.posixPermissions: 0o600]) else { throw Stop("\(content) cannot be written") }
                }
                FileHandle.standardOutput.write(Data(proof))
            } catch Ledger.Failure.erased { throw Stop("entry \(number) is erased: nothing can be proved of it any more") }
        }
    }
}
