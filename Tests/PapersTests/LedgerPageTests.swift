import Files
import Foundation
import HTTPTypes
import Languages
import Ledgers
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Papers

/// The ledger as anybody sees it, over the web.
@Suite struct LedgerPageTests {
    @Test func `anybody follows the ledger over the web, entry by entry`() async throws {
        try await Registry.on { registry in
            let (database, now) = (registry.database, registry.clock.now)
            let house = try TestHouse(database, rooms: [WebRoom(), PapersRoom(files: FileStore(folder: registry.folder), baseURL: "")])
            let base = "/ledger/\(Cast.institution)/"
            let browser = house.browser()
            for path in ["checkpoint", "key", "tile/0/000", "tile/entries/000.p/1"] { #expect(try await browser.send(.get, base + path).status == 404) }

            let fetch: Follower.Fetch = { path in
                let shown = try await browser.send(.get, base + path)
                return shown.status == 200 ? shown.bytes : nil
            }
            try await database.enter(0..<300)
            _ = try await database.sign()
            let shown = try await browser.send(.get, base + "key")
            #expect(shown.header("Content-Type") == "text/plain; charset=utf-8")
            var follower = Follower(try NoteKey(shown.text.trimmingCharacters(in: .newlines)))
            #expect(try await follower.look(fetch).size == 300)
            // More has come, and is signed for later: nothing of it is shown yet.
            try await database.enter(300..<520)
            #expect(try await browser.send(.get, base + "tile/0/001.p/45").status == 404)
            #expect(try await browser.send(.get, base + "tile/0/001").status == 404)
            #expect(try await browser.send(.get, base + "tile/entries/001.p/45").status == 404)
            _ = try await Ledger.signAll(database, site: Registry.site, at: now)
            #expect(try await follower.look(fetch).size == 520)
            for number in [0, 255, 256, 300, 519] {
                let entry = try #require(try await database.read { try $0.ledgerEntry(Cast.institution, number) })
                #expect(try await follower.entry(number, fetch) == entry.commitment)
            }

            let tile = try await browser.send(.get, base + "tile/0/000")
            #expect(tile.bytes.count == 8192)
            #expect(tile.header("Content-Type") == "application/octet-stream")
            #expect(tile.header("Cache-Control") == "public, max-age=31536000, immutable")
            #expect(tile.headers[values: .setCookie].isEmpty)
            #expect(try await browser.send(.get, base + "checkpoint").header("Cache-Control") == "no-cache")
            // What a checkpoint once vouched for is still given.
            #expect(try await browser.send(.get, base + "tile/0/001.p/44").bytes.count == 44 * 32)
            for path in ["tile/0/0", "tile/0/x000/001", "tile/8/000", "tile/0/003", "tile/0/001.p/0", "tile/0/001.p/256", "tile/data/000", "tile/2/000.p/1", "tile/0/x001/x001/x001/001.p/1"] {
                #expect(try await browser.send(.get, base + path).status == 404, "\(path)")
            }
            #expect(try await browser.send(.get, "/ledger/\(Cast.otherInstitution)/checkpoint").status == 404)
        }
    }
}
