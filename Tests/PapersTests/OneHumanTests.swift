import Identity
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Papers

/// The seal, and the end of a paper, by another human than the holder and the applicant (A7).
@Suite("A paper and one human with two accounts") struct OneHumanTests {
    private static let head = Cast.head.viewer([Membership(role: .head, organisation: Cast.institution, regionPrefix: Cast.region)])

    @Test(arguments: [(Cast.lin, true), (Cast.shen, true), (Cast.head, false)]) func `The seal is approved by nobody who bears the applicant's name or the holder's`(like: Cast.Member, isRefused: Bool) async throws {
        try await Registry.on { registry in
            let paper = try await registry.made().paper
            let now = registry.clock.now
            let id = try await registry.database.write { try $0.applyForSeal(on: paper.id, way: .ink, by: Cast.lin.id, at: now) }
            try await registry.database.write { try $0.rename(Cast.head.id, " \(like.name) ") }
            @Sendable func approve(_ tx: Transaction) throws {
                let sealing = try tx.lockedSealing(id)
                try tx.approve(sealing, by: try Self.head.may(.approveSeal, sealing), at: now)
            }
            if isRefused {
                await #expect(throws: Sealing.Refusal.oneHuman(OneHuman(sign: .name, name: like.name))) { try await registry.database.write(approve) }
            } else {
                try await registry.database.write(approve)
                // Nor does a namesake of the holder send the scan.
                for (name, passes) in [("沈 国强", false), ("林晓", true)] {
                    try await registry.database.write { try $0.rename(Cast.lin.id, name) }
                    let refusal = await refusal { try await registry.database.write { tx in try tx.demand(tx.lockedSealing(id), by: Cast.lin.id, at: now) } }
                    #expect((refusal == nil) == passes, "\(name)")
                }
            }
        }
    }

    @Test func `A head ends no paper of a namesake, and is told why`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.issue()
            let house = try registry.house()
            try await registry.database.write { try $0.rename(Cast.head.id, "沈國強") }
            let head = house.browser(as: Self.head)
            try await head.open(PaperDesk.suspension(paper.id))
            #expect(try await head.post(PaperDesk.suspension(paper.id), ["reason": "再查一查"]).has("同名"))
            #expect(try await registry.paper(paper.id)?.standing(on: registry.clock.now.day) == .valid)
            try await registry.database.write { try $0.rename(Cast.head.id, "周敏") }
            try await head.open(PaperDesk.suspension(paper.id))
            try await head.post(PaperDesk.suspension(paper.id), ["reason": "再查一查"])
            guard case .suspended = try await registry.paper(paper.id)?.standing(on: registry.clock.now.day) else { Issue.record("not suspended"); return }
        }
    }

    private func refusal(_ body: () async throws -> Void) async -> Sealing.Refusal? {
        do { try await body() } catch let refusal as Sealing.Refusal { return refusal } catch { Issue.record(error) }
        return nil
    }
}
