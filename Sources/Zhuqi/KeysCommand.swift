import ArgumentParser
import Foundation
import Identity
import Papers
import Storage
import Values

/// The institutions' public keys: what others check by. Secret halves never leave the database, where they are sealed.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "keys", abstract: "The institutions' public keys.", subcommands: [List.self, Export.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print institution, use and public key, one a line.")

        func run() async throws {
            let database = try await Settings.load().readyDatabase()
            defer { database.close() }
            for (name, key) in try await ledgerKeys(database) { print("\(name)\tledger, Ed25519\t\(key.text)") }
        }
    }

    /// For whoever checks after the institution or the site is gone: keep it where others can find it.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write each ledger's public key and last signed checkpoint into a folder, to be published elsewhere.")

        @Argument(help: "The folder; made where it is missing.") var folder: String

        func run() async throws {
            let database = try await Settings.load().readyDatabase()
            defer { database.close() }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (_, key) in try await ledgerKeys(database) {
                let institution = key.institution
                let signed = try await database.read { try $0.latestCheckpoint(of: institution) }
                try write([UInt8]((key.text + "\n").utf8), "\(institution).key")
                if let signed { try write(signed.note, "\(institution).checkpoint") }
            }
        }

        private func write(_ bytes: [UInt8], _ name: String) throws {
            guard FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(bytes)) else { throw Stop("\(folder)/\(name) cannot be written") }
            print("\(folder)/\(name)")
        }
    }

    private static func ledgerKeys(_ database: Database) async throws -> [(name: String, key: Ledger.PublicKey)] {
        try await database.read { reader in
            let keys = try reader.ledgerKeys()
            let names = try reader.organisations(keys.map(\.institution))
            return keys.map { (names[$0.institution]?.name ?? "", $0) }
        }
    }
}
