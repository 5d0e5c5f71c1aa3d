import ArgumentParser
import Documents
import Foundation
import Identity
import Papers
import Storage
import Values

/// The institutions' keys: what signs papers, and by what strangers check them.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The institutions' keys: list them, make one, bring one, export the public halves.",
        subcommands: [List.self, Make.self, Import.self, Export.self, Renew.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print institution, use and public key, one a line.")

        func run() async throws {
            let database = try await Settings.load().readyDatabase()
            defer { database.close() }
            let (ledgers, papers) = try await database.read { reader in
                let ids = try reader.institutionsWithKeys().map(\.institution)
                let keys = try reader.ledgerKeys()
                let names = try reader.organisations(ids + keys.map(\.institution))
                return (
                    keys.map { (name: names[$0.institution]?.name ?? "", key: $0) },
                    try ids.flatMap { id in try reader.certificates(of: id).enumerated().map { (name: names[id]?.name ?? "", isNewest: $0.offset == 0, certificate: $0.element.own) } }
                )
            }
            for (name, key) in ledgers { print("\(name)\tledger\(key.until.map { ", until \($0.day)" } ?? ""), Ed25519\t\(key.text)") }
            for (name, isNewest, certificate) in papers {
                guard let facts = certificateFacts(certificate) else { continue }
                print("\(name)\tpapers\(isNewest ? "" : ", earlier"), RSA and SHA-256\t\(facts.name), until \(facts.until)")
            }
        }
    }

    struct Make: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a new signing key for an institution; papers signed earlier stay good.")

        @Option(help: "Id or name of the institution.") var institution: String

        func run() async throws {
            let settings = try await Settings.load()
            let database = try await settings.readyDatabase()
            defer { database.close() }
            let entry = try await database.read { [institution] in try $0.organisation(.institution, called: institution) }
            let key = try SigningKey.make(for: entry.name, at: .now)
            try await database.write { try $0.add(key, of: entry.id, by: .system, at: .now) }
            print("zhuqi: from now on \(entry.name) signs with a new key; give out `zhuqi keys export` again")
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sign with a key that a certification authority has certified.")

        @Option(help: "Id or name of the institution.") var institution: String
        @Option(help: "Its certificate, DER or PEM; a PEM may hold the chain above it, too.") var certificate: String
        @Option(help: "Who certified it, up to the root, each DER or PEM; may be said several times.") var issuer: [String] = []
        @Option(help: "Its private key, PKCS #8, DER or PEM without a password, readable by you alone.") var key: String

        func run() async throws {
            let mode = (try? FileManager.default.attributesOfItem(atPath: key)[.posixPermissions]) as? Int ?? 0
            guard mode & 0o077 == 0 else { throw Stop("\(key) can be read by others: `chmod 600 \(key)`, and ask yourself who has it by now") }
            let own = try Import.parts(certificate)
            let secret = try Import.parts(key).first ?? []
            let above = try own.dropFirst() + issuer.flatMap(Import.parts)
            let signing = SigningKey(certificate: own.first ?? [], issuer: above.isEmpty ? nil : Array(above.joined()), secret: secret)
            if let flaw = signing.flaw(at: .now) { throw Stop(says(flaw)) }
            let database = try await Settings.load().readyDatabase()
            defer { database.close() }
            let entry = try await database.read { [institution] in try $0.organisation(.institution, called: institution) }
            try await database.write { try $0.add(signing, of: entry.id, by: .system, at: .now) }
            print("zhuqi: from now on \(entry.name) signs as \(certificateFacts(signing.certificate)?.name ?? ""), with \(above.count) certificates above it; give out `zhuqi keys export` again, and delete \(key)")
        }

        private func says(_ flaw: KeyFlaw) -> String {
            switch flaw {
            case .unreadableCertificate: "\(certificate) is no X.509 certificate: give it as DER or PEM"
            case .unreadableKey: "\(key) is no private key that can sign: give it as PKCS #8, DER or PEM, RSA or EC"
            case .otherKey: "the key in \(key) does not belong to the certificate in \(certificate): look for the one by which it was asked for"
            case .expired(let name, let until): "the certificate of “\(name)” has expired: it was good until \(until); ask the authority for a new one"
            case .notYet(let name, let from): "the certificate of “\(name)” is not good yet: it begins \(from); wait until then, or set this machine's clock"
            case .noIssuer(let name): "the chain has a gap: the certificate of “\(name)” is missing; give it with --issuer"
            case .stranger(let name): "the certificate of “\(name)” stands nowhere above the institution's: leave it out"
            }
        }

        /// DER as it is; of a PEM each of its blocks.
        private static func parts(_ path: String) throws -> [[UInt8]] {
            guard let data = FileManager.default.contents(atPath: path) else { throw Stop("\(path) cannot be read") }
            let text = String(decoding: data, as: UTF8.self)
            guard text.contains("-----BEGIN ") else { return [[UInt8](data)] }
            guard !text.contains("ENCRYPTED") else {
                throw Stop("\(path) is locked with a password: unlock it with `openssl pkcs8 -in \(path) -out key.pem` under umask 077, bring that in, and delete it")
            }
            return try text.components(separatedBy: "-----BEGIN ").dropFirst().map { block in
                let lines = block.split(whereSeparator: \.isNewline).dropFirst().prefix { !$0.hasPrefix("-----END ") }
                guard let der = Data(base64Encoded: lines.joined()), !der.isEmpty else { throw Stop("\(path) is no PEM") }
                return [UInt8](der)
            }
        }
    }

    /// What was entered after the backup is gone, though checkpoints over it are out: the same key would sign a fork.
    struct Renew: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the ledgers' keys after an older database was put back: from now on new ones sign, under a new name.",
            discussion: "What the old keys have signed stays good.")

        func run() async throws {
            let database = try await Settings.load().readyDatabase()
            defer { database.close() }
            let count = try await database.write { try $0.renewLedgerKeys(at: .now) }
            print("zhuqi: \(count) keys ended; give out `zhuqi keys export` once the next checkpoints are signed")
        }
    }

    /// For whoever checks after the institution or the site is gone: keep it where others can find it.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write each institution's public keys and its ledger's last signed checkpoint into a folder, to be published elsewhere.",
            discussion: "ID.key is the ledger's key, ID.checkpoint what it has signed last, ID.keys all that papers are checked by: certificates as PEM, and the ledger's key.")

        @Argument(help: "The folder; made where it is missing.") var folder: String

        func run() async throws {
            let database = try await Settings.load().readyDatabase()
            defer { database.close() }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let (ledgers, papers) = try await database.read { reader in
                let ids = try reader.institutionsWithKeys().map(\.institution)
                let names = try reader.organisations(ids)
                return (
                    // The key that signs stands first, those before it below.
                    try Dictionary(grouping: reader.ledgerKeys(), by: \.institution).sorted { $0.key < $1.key }.map { id, keys in
                        (id: id, keys: keys.map { $0.text + "\n" }.joined(), signed: try reader.latestCheckpoint(of: id))
                    },
                    try ids.map { (id: $0, text: "# \(names[$0]?.name ?? $0.text)\n" + (try reader.trust(in: $0).text)) }
                )
            }
            for (id, keys, signed) in ledgers {
                try write([UInt8](keys.utf8), "\(id).key")
                if let signed { try write(signed.note, "\(id).checkpoint") }
            }
            for (id, text) in papers { try write([UInt8](text.utf8), "\(id).keys") }
        }

        private func write(_ bytes: [UInt8], _ name: String) throws {
            guard FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(bytes)) else { throw Stop("\(folder)/\(name) cannot be written") }
            print("\(folder)/\(name)")
        }
    }
}
