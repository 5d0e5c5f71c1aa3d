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

@Suite("Needs in triage") struct TriageTests {
    @Test func `triaged by two officers: the second is told who was quicker, sees the new state, keeps what was chosen`() async throws {
        try await Office.on { office in
            let need = try await office.take()
            let (first, second) = (office.house.browser(as: Office.officer), office.house.browser(as: Office.colleague))
            try await first.open(Need.page(need.id))
            let shown = try await second.open(Need.page(need.id))
            #expect(shown.form(Triage.page(need.id).text)?.value("domain") == "technology")
            #expect(try await first.post(Triage.page(need.id), ["domain": "technology", "urgency": "thisMonth"], following: false).status == 303)
            let refused = try await second.post(Triage.page(need.id), ["domain": "law", "subTopic": "", "urgency": "thisWeek"])
            #expect(refused.status == 409 && refused.has("林晓先办了") && refused.has("正在找专家"))
            #expect(refused.text.contains(#/value="law"[^>]*checked/#) && refused.text.contains(#/value="thisWeek"[^>]*checked/#))
            guard case .triaged(let triage) = try await office.need(need.id).state else { Issue.record("not triaged"); return }
            #expect(triage.by == Cast.lin.id && triage.domain == .technology)
            let turn = try await office.turn(need.id)
            #expect(turn?.permission == "need.propose" && turn?.due.day == office.clock.now.day + 3)
        }
    }

    @Test func `corrected by an officer are kept for training, confirmed ones are not`() async throws {
        try await Office.on { office in
            let (right, wrong) = (try await office.take(), try await office.take())
            let officer = office.house.browser(as: Office.officer)
            for (need, domain) in [(right, "technology"), (wrong, "management")] {
                try await officer.open(Need.page(need.id))
                try await officer.post(Triage.page(need.id), ["domain": domain, "subTopic": "", "urgency": "thisMonth"])
            }
            let kept = try await office.database.read { reader in
                try reader.rows("select need, proposed, decided from triage_correction") { "\(try $0(String.self)) \(try $0(String.self)) \(try $0(String.self))" }
            }
            #expect(kept == ["\(wrong.id.text) technology management"])
        }
    }

    @Test func `whose sub-topic belongs to another domain are not triaged`() async throws {
        try await Office.on { office in
            let need = try await office.take()
            let officer = office.house.browser(as: Office.officer)
            try await officer.open(Need.page(need.id))
            #expect(try await officer.post(Triage.page(need.id), ["domain": "law", "subTopic": "policy.tax", "urgency": "thisMonth"]).status == 422)
            #expect(try await office.need(need.id).state == .submitted)
        }
    }

    @Test func `triaged are taken back, unless an expert was asked`() async throws {
        var slots = NeedsRoom.Slots()
        slots.isAsked = { id, reader in try reader.need(id)?.statement.contains("合同") ?? false }
        try await Office.on(slots) { office in
            let officer = office.house.browser(as: Office.officer)
            for (statement, status) in [(Office.mould, 200), ("合同纠纷，对方不付款，怎么办", 409)] {
                let need = try await office.take(statement)
                try await officer.open(Need.page(need.id))
                let after = try await officer.post(Triage.page(need.id), ["subTopic": ""])
                #expect(after.form(TriagePages.Undo.page(need.id).text) != nil)
                #expect(try await officer.post(TriagePages.Undo.page(need.id)).status == status)
                #expect((try await office.need(need.id).state == .submitted) == (status == 200))
                #expect(try await office.turn(need.id)?.permission == (status == 200 ? "need.triage" : "need.propose"))
            }
        }
    }

    @Test func `triaged by eight officers at once, 400 times each: one decision holds, and the others are told whose`() async throws {
        try await Office.on { office in
            let need = try await office.take()
            let now = office.clock.now
            let won = try await withThrowingTaskGroup(of: Int.self) { group in
                for side in 0..<8 {
                    group.addTask {
                        let viewer = side.isMultiple(of: 2) ? Office.officer : Office.colleague
                        var won = 0
                        for turn in 0..<400 {
                            let domain = Domain.allCases[(side / 2 + turn) % Domain.allCases.count]
                            won += try await office.database.write { tx in
                                let found = try tx.lock(need.id)
                                let may = try viewer.may(Permission<Triage, Need>.triage, found)
                                do {
                                    try Office.intake.triage(found, Triage(domain: domain, subTopic: nil, urgency: .thisMonth, by: may.person, at: now), by: may, in: tx)
                                    return found.state == .submitted ? 1 : 0
                                } catch Need.Refusal.quicker { return 0 }
                            }
                        }
                        return won
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(won == 1)
            #expect(try await office.count("need_triage") == 1)
            #expect(try await office.count("happening where kind = 'need.triaged'") == 1)
        }
    }

    // MARK: State by deed, over the pages

    @Test func `triaged many at once: who was quicker is respected, and the rest is done`() async throws {
        try await Office.on { office in
            let (a, b, c, unsure) = (try await office.take(), try await office.take("合同纠纷，对方不付款，怎么办"), try await office.take(), try await office.take("生意不好，不知道该怎么办才好"))
            let officer = office.house.browser(as: Office.officer)
            let list = try await officer.open(Need.list())
            #expect(list.has("合同纠纷"))
            let colleague = office.house.browser(as: Office.colleague)
            try await colleague.open(Need.page(a.id))
            try await colleague.post(Triage.page(a.id), ["domain": "innovation", "subTopic": "", "urgency": "thisWeek"])
            let done = try await Self.many(officer, [a, b, c, unsure])
            #expect(done.has("分办了2条；2条没有办"))
            let domains = try await office.database.read { try $0.needs([a.id, b.id, c.id, unsure.id]).map { $0.state.triage?.domain } }
            #expect(domains == [.innovation, .law, .technology, nil])
        }
    }

    @Test func `of another institution are kept out of many at once, and nothing changes`() async throws {
        try await Office.on { office in
            let (mine, foreign) = (try await office.take(), try await office.take(region: Cast.otherRegion))
            let officer = office.house.browser(as: Office.officer)
            #expect(try await officer.open(Need.list()).has(mine.title))
            #expect(try await Self.many(officer, [mine, foreign]).status == 404)
            for need in [mine, foreign] { #expect(try await office.need(need.id).state == .submitted) }
            #expect(try await officer.open(Need.page(foreign.id)).status == 404)
        }
    }

    /// As a browser sends ticked boxes.
    private static func many(_ browser: Browser, _ needs: [Need]) async throws -> Shown {
        let form = try #require(browser.page?.form(Triage.many().text))
        let fields = form.fields.filter { $0.name != "need" }.map { ($0.name, $0.value) } + needs.map { ("need", $0.id.text) }
        let body = fields.map { "\(Link.encoded($0.0))=\(Link.encoded($0.1))" }.joined(separator: "&")
        let shown = try await browser.send(.post, Triage.many().text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8))
        guard let place = shown.place else { return shown }
        return try await browser.open(place)
    }

    // MARK: Withdrawing, handing on, joining
}
