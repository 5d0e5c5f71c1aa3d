import Holdings
import Identity
import Messaging
import Storage
import TestSupport
import Testing
import Values
import Web

/// What erasing one person does to what others share with them (P5), on both engines.
@Suite struct ErasureTests {
    private static let holdings = IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).holdings
        .filter { ["speaker", "enterprise"].contains("\($0.table)") }

    private static let stall = Enterprise.Facts(kind: .selfEmployed, name: "海燕早点铺", creditCode: "92331003MA2AL0217X", industry: "62", region: "331003")

    private func erase(_ person: ID<Person>, _ database: Database) async throws {
        try await database.write { tx in for holding in Self.holdings { try holding.erase(person, at: Bed.time(9), in: tx) } }
    }

    private func shown(_ person: ID<Person>, _ database: Database) async throws -> [String] {
        try await database.read { reader in try Self.holdings.flatMap { try $0.entries(of: person, reader, open: true) }.flatMap(\.values).map(\.text) }
    }

    @Test func `Somebody who typed a stall's credit code neither reads nor takes away what its owner said of it`() async throws {
        try await onBothEngines(Blocked.migrations + Bed.migrations) { database in
            let (scene, stall) = try await database.write { tx in
                let scene = try SpeakerTests.Scene(tx)
                let stall = try tx.findOrMake(enterprise: Self.stall, now: Bed.now)
                try tx.ask(scene.wang, toSpeakFor: stall, .legalRepresentative, now: Bed.time(1))
                let first = try #require(try tx.speaker(scene.wang, for: stall))
                try tx.confirm(first, .original, hasPhoto: false, by: try scene.officer.may(.confirmSpeaker, first), at: Bed.time(2))
                try tx.ask(scene.li, toSpeakFor: stall, .agent, now: Bed.time(3))
                return (scene, stall)
            }
            #expect(!(try await shown(scene.li, database).contains("海燕早点铺")))
            #expect(try await shown(scene.wang, database).contains("海燕早点铺"))
            try await erase(scene.li, database)
            #expect(try await database.read { try $0.enterprise(stall)?.name } == "海燕早点铺")
            #expect(try await database.read { try $0.enterprise(stall)?.creditCode } == "92331003MA2AL0217X")
            // The owner's own erasure takes it away, as it is theirs alone.
            try await erase(scene.wang, database)
            #expect(try await database.read { try $0.enterprise(stall)?.name } == Holding.dash)
        }
    }

    @Test func `Nobody speaks for a company who is erased: the next who waits becomes the first`() async throws {
        try await onBothEngines(Blocked.migrations + Bed.migrations) { database in
            let scene = try await database.write { tx in
                let scene = try SpeakerTests.Scene(tx)
                _ = try scene.bring("confirmed", tx)
                try tx.ask(scene.li, toSpeakFor: scene.enterprise, .agent, now: Bed.time(3))
                return scene
            }
            for _ in 0..<2 { try await erase(scene.wang, database) }
            #expect(try await database.read { try $0.confirmedSpeakers(of: scene.enterprise) } == [])
            guard case .unconfirmed = try await database.read({ try $0.speakerState(of: scene.li, for: scene.enterprise) }) else { Issue.record("still asks somebody who is not there"); return }
            // The company's name is the company's.
            #expect(try await database.read { try $0.enterprise(scene.enterprise)?.name } == "黄岩青禾模具有限公司")
        }
    }
}
