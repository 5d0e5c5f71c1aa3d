import Identity
import Languages
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Home

struct StartTests {
    private let permissions = [
        Permission<Int, Int>("need.triage", [Grant(.officer, .institution)]).entry, Permission<Int, Int>("expert.appoint", [Grant(.head, .institution)]).entry,
        Permission<Int, Int>("complaint.see", [Grant(.head, .region)]).entry,
    ]

    @Test func `Somebody with a role in two organisations answers in each for what the role there may do`() {
        let viewer = Viewer(
            person: Cast.lin.id, name: "林", memberships: [
                Membership(role: .officer, organisation: Cast.institution, regionPrefix: "33"), Membership(role: .head, organisation: Cast.otherInstitution, regionPrefix: "51"),
            ], provedAt: nil)
        let held = Start.held(viewer, permissions)
        #expect(Set(held) == [.init(Cast.institution, ["need.triage"]), .init(Cast.otherInstitution, ["expert.appoint"])])
    }

    @Test func `What waits for a colleague in one's company stands on the start page with the company and who asked, for confirmed speakers alone`() async throws {
        try await Hall.on { hall in
            let now = Hall.now
            let asker = Cast.wang.viewer([Membership(role: .owner, organisation: nil, regionPrefix: "")])
            let colleague = Cast.shen.viewer([Membership(role: .owner, organisation: nil, regionPrefix: "")])
            try await hall.database.write { tx in
                let company = try tx.findOrMake(
                    enterprise: Enterprise.Facts(name: "黄岩青禾模具有限公司", creditCode: "91331003MA2AL0217X", industry: "35", persons: 11, region: "331003", size: .micro), now: now)
                try tx.ask(Cast.wang.id, toSpeakFor: company, .legalRepresentative, now: now)
                try tx.ask(Cast.shen.id, toSpeakFor: company, .agent, now: now)
                try tx.run("update speaker set confirmed_at = \(now) where person = \(Cast.wang.id)")
                try tx.give(
                    Turn(
                        Subject(kind: "need", id: "n1"), holder: Cast.wang.party, permission: "need.choose", what: Words("选一位专家", "Choose an expert"), due: now + .days(1), since: now,
                        institution: Cast.institution, region: Cast.region, title: "注塑件缩水", company: company.text))
            }
            func page(_ viewer: Viewer) async throws -> Shown { try await hall.house.browser(as: viewer).open(Start.page()) }
            #expect(!(try await page(colleague).has("注塑件缩水")), "not confirmed yet")
            try await hall.database.write { tx in _ = try tx.run("update speaker set confirmed_at = \(now)") }
            let shown = try await page(colleague)
            for words in ["注塑件缩水", "黄岩青禾模具有限公司　王海燕提出", "/need/n1", "现在没有轮到您的事"] { #expect(shown.has(words), "\(words)") }
            let own = try await page(asker)
            #expect(own.has("注塑件缩水") && !own.has("等着同事"))
            try await hall.database.write { tx in _ = try tx.run("update speaker set left_at = \(now) where person = \(Cast.shen.id)") }
            #expect(!(try await page(colleague).has("注塑件缩水")), "left")
        }
    }
}
