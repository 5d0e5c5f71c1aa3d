import ArgumentParser
import Documents
import Foundation
import Languages
import Papers
import Storage
import Values

/// Checks a paper's PDF: by the database of this installation, or anywhere by the public keys alone.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a paper's PDF: signature, claims, ledger proof. Ends with 1 when it does not hold.",
        discussion: "With --key nothing but the file and the keys is needed: no network, no database. Without it the database is asked, which also knows whether the paper is revoked, suspended, replaced or expired.")

    @Argument(help: "The PDF.") var file: String
    @Option(help: "A file with the institution's public keys, as `zhuqi keys export` writes it; may be given several times.") var key: [String] = []
    @Option(help: "The number that the paper is said to have.") var number: String?
    @Option(help: "The name of the holder that the paper is said to have.") var name: String?
    @Flag(help: "As JSON.") var json = false

    func run() async throws {
        guard let data = FileManager.default.contents(atPath: file) else { throw Stop("\(file) cannot be read") }
        do {
            let verdict = try await check([UInt8](data))
            print(json ? try verdict.json() : verdict.readable)
            guard verdict.holds else { throw ExitCode(1) }
        } catch let flaw as PaperCheck.Flaw {
            print(json ? "{\"holds\":false,\"flaw\":\(String(decoding: CanonicalJSON.text(flaw.words.english).bytes, as: UTF8.self))}" : "zhuqi: NOT GENUINE: \(flaw.words.english)\n       \(flaw.words.chinese)")
            throw ExitCode(1)
        }
    }

    private func check(_ pdf: [UInt8]) async throws -> Verdict {
        if !key.isEmpty {
            let texts = try key.map { path in
                guard let data = FileManager.default.contents(atPath: path) else { throw Stop("\(path) cannot be read") }
                return String(decoding: data, as: UTF8.self)
            }
            let trust = PaperCheck.Trust(reading: texts.joined(separator: "\n"))
            guard !trust.certificates.isEmpty, !trust.ledgers.isEmpty else { throw Stop("the key files hold no certificate, or no key of a ledger; `zhuqi keys export` writes both") }
            let genuine = try PaperCheck.check(pdf, trust)
            try PaperCheck.compare(genuine.claims, number: number, name: name)
            return Verdict(claims: genuine.claims, standing: nil)
        }
        let database = try await Settings.load().readyDatabase()
        defer { database.close() }
        let (paper, genuine) = try await PaperCheck.check(pdf, database)
        try PaperCheck.compare(genuine.claims, number: number, name: name)
        return Verdict(claims: genuine.claims, standing: paper.standing(on: Instant.now.day))
    }

    private struct Verdict {
        let claims: Claims
        /// Nil where only the file and the keys are known.
        let standing: Paper.Standing?

        var holds: Bool {
            switch standing {
            case nil, .valid: true
            case .expired, .replaced, .suspended, .revoked: false
            }
        }

        private var state: String {
            switch standing {
            case nil: "genuine; whether it still holds is said at /verify"
            case .valid: "genuine and valid"
            case .expired(let day): "genuine, but in force only until \(day)"
            case .replaced: "genuine, but replaced by a newer paper"
            case .suspended: "genuine, but suspended"
            case .revoked: "genuine, but REVOKED"
            }
        }

        var readable: String {
            let facts = claims.facts.map { "  \($0.label.chinese)\t\($0.value.replacing("\n", with: " "))" }
            return (["zhuqi: \(state)", "  \(claims.kind.words.chinese)\t\(claims.number)"] + facts + ["  出具机构\t\(claims.issuer)", "  出具日期\t\(claims.issuedOn)"]).joined(separator: "\n")
        }

        func json() throws -> String {
            guard let claims = try? CanonicalJSON(canonical: claims.canonical) else { throw Stop("the claims cannot be read") }
            return String(decoding: CanonicalJSON.object(["holds": .bool(holds), "state": .text(state), "claims": claims]).bytes, as: UTF8.self)
        }
    }
}

/// Reads JSON from the standard input and prints its one spelling (RFC 8785). For comparing with other programs.
struct CanonicalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "canonical-json", abstract: "Print JSON in its one spelling (RFC 8785).", shouldDisplay: false)

    func run() async throws {
        let data = try FileHandle.standardInput.readToEnd() ?? Data()
        let value: CanonicalJSON
        do throws(CanonicalJSON.Unreadable) { value = try CanonicalJSON(reading: [UInt8](data)) } catch { throw Stop("this is no I-JSON, from byte \(error.offset) on") }
        FileHandle.standardOutput.write(Data(value.bytes))
    }
}
