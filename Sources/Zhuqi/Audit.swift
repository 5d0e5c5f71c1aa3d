import ArgumentParser
import Happenings
import Storage

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The trail of what happened.", subcommands: [Verify.self])

    /// `security.md` L2: names the first row that was changed, dropped or moved.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute the chain of seals over all happenings. Ends with 1 when it is broken.",
            discussion: "Keep the number and the head that it prints in another place: given back with --seal and --head, they show that nothing was cut off at the end.")

        @Option(help: "The number of a seal that was written down earlier.") var seal: Int64?
        @Option(help: "Its hash, as it was printed then.") var head: String?
        @Option(help: "A folder with the signed heads of each day; the one they are written to unless said.") var heads: String?

        func validate() throws {
            guard (seal == nil) == (head == nil) else { throw ValidationError("--seal and --head go together") }
        }

        func run() async throws {
            let settings = try await Settings.load()
            let database = try settings.database()
            defer { database.close() }
            let (verdict, known) = (try await Seal.verify(database), try await earlier(database))
            switch verdict {
            case .broken(let seal, let happening, let why):
                print("zhuqi: BROKEN at seal \(seal), happening \(happening): \(why)")
                throw ExitCode(1)
            case .whole(let seals, _, _) where known == false:
                print("zhuqi: BROKEN: seal \(seal ?? 0) is not the one that was written down; the chain now ends with seal \(seals)")
                throw ExitCode(1)
            case .whole(let seals, let unsealed, let head):
                let signed = try await signed(database, heads ?? settings.auditFolder)
                print("zhuqi: whole: \(seals) seals, head \(head.isEmpty ? "none" : head)\(unsealed > 0 ? "; \(unsealed) happenings wait for theirs" : "")\(signed > 0 ? "; \(signed) signed heads fit" : "")")
            }
        }

        /// How many heads were signed, in the database and in files: each must be this key's, and in the chain.
        private func signed(_ database: Database, _ folder: String) async throws -> Int {
            let written: [SignedHead]
            do { written = try SignedHead.exported(in: folder) } catch let failure as SignedHead.NoHead {
                print("zhuqi: BROKEN: \(failure)")
                throw ExitCode(1)
            }
            let (all, flaw) = try await database.read { reader -> (Int, String?) in
                let all = Set(written + (try reader.signedHeads()))
                for head in all.sorted(by: { $0.day < $1.day }) { if let flaw = try head.flaw(reader) { return (all.count, flaw) } }
                return (all.count, nil)
            }
            if let flaw {
                print("zhuqi: BROKEN: \(flaw)")
                throw ExitCode(1)
            }
            return all
        }

        /// Whether the seal that was written down still stands; nil when none is asked for.
        private func earlier(_ database: Database) async throws -> Bool? {
            guard let seal, let head else { return nil }
            return try await database.read { try $0.sealHash(seal) == head }
        }
    }
}
