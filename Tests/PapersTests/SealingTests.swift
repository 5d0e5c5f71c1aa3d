import Documents
import Files
import Foundation
import Identity
import Markup
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Papers

/// Stands for a place's system of electronic seals: it signs what it is given once more, and gives the same for the same key.
actor PretendedSeal: SealDriver {
    private var sealed: [String: [UInt8]] = [:]
    private(set) var asked = 0
    var isDown = false

    struct Down: Error {}

    func fail(_ down: Bool) { isDown = down }

    func seal(_ pdf: [UInt8], institution: ID<Organisation>, key: String) async throws -> [UInt8] {
        asked += 1
        if isDown { throw Down() }
        let out = sealed[key] ?? pdf + [UInt8]("% sealed \(institution)\n".utf8)
        sealed[key] = out
        return out
    }
}

@Suite("The seal on a paper") struct SealingTests {
    private static func head(_ registry: Registry) -> Viewer { Cast.head.viewer([Membership(role: .head, organisation: Cast.institution, regionPrefix: Cast.region)]) }

    private func apply(_ registry: Registry, _ paper: ID<Paper>, _ way: Sealing.Way = .ink, by person: ID<Person> = Cast.lin.id) async throws -> ID<Sealing> {
        let now = registry.clock.now
        return try await registry.database.write { try $0.applyForSeal(on: paper, way: way, by: person, at: now) }
    }

    private func approve(_ registry: Registry, _ id: ID<Sealing>) async throws {
        let (now, head) = (registry.clock.now, Self.head(registry))
        try await registry.database.write { tx in
            let sealing = try tx.lockedSealing(id)
            try tx.approve(sealing, by: try head.may(.approveSeal, sealing), at: now)
        }
    }

    @Test func `goes from application through approval and the stamp to its line in the register and in the ledger`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.made().paper
            let id = try await apply(registry, paper.id)
            #expect(try await registry.database.read { try $0.turn(of: Subject("sealing", id)) }?.permission == "sealing.approve")
            try await approve(registry, id)
            #expect(try await registry.database.read { try $0.turn(of: Subject("sealing", id)) }?.permission == "sealing.seal")
            let scan = try registry.files.freeze([UInt8]("%PDF-1.7 scan".utf8), name: "扫描件.pdf", as: .pdf)
            let now = registry.clock.now
            try await registry.database.write { tx in
                let sealing = try tx.lockedSealing(id)
                try sealing.allow(.seal, by: Cast.lin.id)
                try tx.enter(scan, sealing: sealing, by: Cast.lin.id, at: now)
            }
            let sealed = try #require(try await registry.database.read { try $0.sealing(of: paper.id) })
            #expect(sealed.line?.name == "YY-\(now.day.parts.year)-0001")
            #expect(sealed.line?.sha256 == scan.hash)
            #expect(try await registry.database.read { try $0.turn(of: Subject("sealing", id)) } == nil)
            #expect(try await registry.database.read { try $0.ledgerEntries(about: Subject("sealing", id)) }.map(\.kind) == ["sealing"])
            #expect(try await registry.database.read { try $0.sealedPaper(fileHash: scan.hash)?.id } == paper.id)
            // The line is the holder's too: when they are erased it says nothing of them any more.
            let entry = try #require(try await registry.database.read { try $0.ledgerEntries(about: Subject("sealing", id)) }.first)
            #expect(try await registry.database.read { try $0.ledgerContent(of: entry) } != nil)
            try await registry.database.write { _ = try $0.eraseSalts(of: Cast.shen.id, at: now) }
            #expect(try await registry.database.read { try $0.ledgerContent(of: entry) } == nil)
            #expect(throws: Sealing.Refusal.self) { try sealed.allow(.seal, by: Cast.lin.id) }
        }
    }

    @Test func `is never approved by whoever applied, not even by a statement (A7)`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.made().paper
            let id = try await apply(registry, paper.id, by: Cast.head.id)
            await #expect(throws: Sealing.Refusal.ownApplication) { try await approve(registry, id) }
            let now = registry.clock.now
            await #expect(throws: (any Error).self) {
                _ = try await registry.database.write { try $0.run("insert into sealing_approval (sealing, applicant, by_person, at) values (\(id), \(Cast.head.id), \(Cast.head.id), \(now))") }
            }
            await #expect(throws: (any Error).self, "a made-up applicant") {
                _ = try await registry.database.write { try $0.run("insert into sealing_approval (sealing, applicant, by_person, at) values (\(id), \(Cast.lin.id), \(Cast.head.id), \(now))") }
            }
            await #expect(throws: (any Error).self, "a line without approval") {
                let scan = try registry.files.freeze([UInt8]("%PDF-1.7 x".utf8), name: "x.pdf", as: .pdf)
                try await registry.database.write { tx in try tx.enter(scan, sealing: try tx.lockedSealing(id), by: Cast.lin.id, at: now) }
            }
        }
    }

    @Test func `is approved and set by other hands than the holder's (A7), and only while the paper holds`() async throws {
        try await Registry.on { registry in
            var draft = Registry.draft()
            draft.holder = Cast.head.id
            let own = try await registry.made(draft).paper
            let id = try await apply(registry, own.id)
            await #expect(throws: Sealing.Refusal.ownPaper) { try await approve(registry, id) }
            let (house, now) = (try registry.house(), registry.clock.now)
            let head = registry.member(house, Cast.head, .head)
            #expect(try await head.open(Sealing.page(id)).form(Sealing.approval(id).text) == nil)
            // A second head approves; the holder does not send the scan either, which would be known as genuine ever after.
            let second = Cast.stranger.viewer([Membership(role: .head, organisation: Cast.institution, regionPrefix: Cast.region)])
            try await registry.database.write { tx in
                let sealing = try tx.lockedSealing(id)
                try tx.approve(sealing, by: try second.may(.approveSeal, sealing), at: now)
            }
            #expect(try await head.open(Sealing.page(id)).form(Sealing.stamp(id).text) == nil)
            let officer = registry.member(house, Cast.lin, .officer)
            let form = try #require(try await officer.open(Sealing.page(id)).form(Sealing.stamp(id).text))
            #expect(form.isMultipart)
            try await registry.database.write { try $0.revoke(own.id, reason: "不实", by: .person(Cast.stranger.id), at: now) }
            let late = try await officer.post(Sealing.stamp(id), files: [PickedFile("file", name: "扫描.pdf", [UInt8]("%PDF-1.4\n% scan\n%%EOF\n".utf8))])
            #expect(late.has("现在不是有效的"))
            #expect(try await registry.database.read { try $0.count("select count(*) from seal_register") } == 0)
        }
    }

    @Test func `waits for the PDF, and for a paper that is valid`() async throws {
        try await Registry.on { registry in
            let unmade = try await registry.issue()
            await #expect(throws: Sealing.Refusal.notMadeYet) { _ = try await apply(registry, unmade.id) }
            let paper = try await registry.made(Registry.draft(about: "2")).paper
            _ = try await apply(registry, paper.id)
            await #expect(throws: Sealing.Refusal.openAlready) { _ = try await apply(registry, paper.id) }
            let revoked = try await registry.made(Registry.draft(about: "3")).paper
            let now = registry.clock.now
            try await registry.database.write { try $0.revoke(revoked.id, reason: "不实", by: .person(Cast.head.id), at: now) }
            await #expect(throws: Sealing.Refusal.notValid) { _ = try await apply(registry, revoked.id) }
        }
    }

    @Test func `is set by the electronic seal's system after approval, at least once, and registered once`() async throws {
        try await Registry.on { registry in
            let driver = PretendedSeal()
            let office = SealOffice(files: registry.files, driver: driver)
            let (paper, pdf) = try await registry.made()
            let id = try await apply(registry, paper.id, .electronic)
            try await office.stamp(id, registry.database, now: registry.clock.now)
            #expect(await driver.asked == 0, "not before approval")
            try await approve(registry, id)
            await driver.fail(true)
            await #expect(throws: PretendedSeal.Down.self) { try await office.stamp(id, registry.database, now: registry.clock.now) }
            await driver.fail(false)
            try await office.stamp(id, registry.database, now: registry.clock.now)
            try await office.stamp(id, registry.database, now: registry.clock.now)
            #expect(await driver.asked == 2)
            let line = try #require(try await registry.database.read { try $0.sealing(id)?.line })
            #expect(line.by == nil)
            let file = try #require(try await registry.database.read { try $0.file(line.file) })
            #expect(try registry.files.bytes(of: file).starts(with: pdf))
            #expect(try await registry.database.read { try $0.count("select count(*) from seal_register") } == 1)
        }
    }
}
