import HTTPTypes
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Needs

@Suite("Needs that end otherwise") struct WithdrawalTests {
    @Test func `withdrawn are taken up again for thirty days, where they stood`() async throws {
        try await Office.on { office in
            let need = try await office.take()
            let owner = office.house.browser(as: Office.owner)
            try await owner.open(Withdrawal.page(need.id))
            let shown = try await owner.post(Withdrawal.page(need.id))
            #expect(shown.has("已撤回") && shown.form(Withdrawal.undo(need.id).text) != nil)
            #expect(try await office.turn(need.id) == nil)
            office.clock.pass(.days(29))
            try await owner.open(Need.page(need.id))
            #expect(try await owner.post(Withdrawal.undo(need.id)).status == 200)
            #expect(try await office.turn(need.id)?.permission == "need.triage")
            try await owner.open(Withdrawal.page(need.id))
            try await owner.post(Withdrawal.page(need.id))
            let page = try #require(owner.page?.form(Withdrawal.undo(need.id).text))
            office.clock.pass(.days(31))
            let body = page.fields.map { "\(Link.encoded($0.name))=\(Link.encoded($0.value))" }.joined(separator: "&")
            let late = try await owner.send(.post, Withdrawal.undo(need.id).text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8))
            #expect(late.status == 409)
        }
    }

    @Test func `handed on tell the owner where to turn, and are nobody's turn`() async throws {
        try await Office.on { office in
            let need = try await office.take()
            let officer = office.house.browser(as: Office.officer)
            try await officer.open(Need.page(need.id))
            try await officer.post(Referral.page(need.id), ["place": "区市监所 0576-12345678", "reason": "这件事归他们管"])
            #expect(try await office.turn(need.id) == nil)
            #expect(try await office.house.browser(as: Office.owner).open(Need.page(need.id)).has("区市监所"))
            #expect(try await office.database.read { try $0.notices(of: Cast.wang.id, before: nil, limit: 9).count } == 1)
        }
    }

    @Test func `joined into each other at once: one goes on`() async throws {
        try await Office.on { office in
            for _ in 0..<12 {
                let (a, b) = (try await office.take(), try await office.take())
                let house = office.house
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for (viewer, need, other) in [(Office.officer, a, b), (Office.colleague, b, a)] {
                        group.addTask {
                            let browser = house.browser(as: viewer)
                            try await browser.open(Need.page(need.id))
                            return try await browser.post(Joint.page(need.id), ["into": other.number], following: false).status
                        }
                    }
                    var statuses: [Int] = []
                    for try await status in group { statuses.append(status) }
                    return statuses.sorted()
                }
                #expect(statuses == [303, 422])
                let open = try await office.database.read { try $0.needs([a.id, b.id]).count { $0.state.isOpen } }
                #expect(open == 1)
            }
        }
    }

    @Test func `are not joined with one that its officer may not see`() async throws {
        try await Office.on { office in
            let (mine, foreign) = (try await office.take(), try await office.take(region: Cast.otherRegion))
            let officer = office.house.browser(as: Office.officer)
            try await officer.open(Need.page(mine.id))
            let shown = try await officer.post(Joint.page(mine.id), ["into": foreign.number])
            #expect(shown.status == 422 && shown.has("没有这个编号的需求"))
        }
    }

    // MARK: Finding
}
