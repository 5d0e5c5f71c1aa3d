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

@Suite("Needs") struct NeedsRoomTests {
    // MARK: Coming in

    @Test func `are stored with proposal and number, and the institution has the turn`() async throws {
        try await Office.on { office in
            let need = try await office.take()
            let stored = try await office.need(need.id)
            #expect(stored.state == .submitted && stored.number == "2026-000001" && stored.institution == Cast.institution)
            #expect(stored.suggestion == need.suggestion && stored.suggestion?.domain == .technology && stored.suggestion?.isSure == true)
            #expect(stored.suggestion?.signs.contains("模具") == true)
            let turn = try await office.turn(need.id)
            #expect(turn?.holder == .organisation(Cast.institution) && turn?.permission == "need.triage")
            // Monday ten o'clock: one working day ends on Tuesday.
            #expect(turn?.due.day == office.clock.now.day + 1)
            #expect(try await office.count("notice") == 0)
        }
    }

    @Test func `that are urgent are due in half an hour, and officers are told`() async throws {
        try await Office.on { office in
            let need = try await office.take("模具坏了，停产了，今天就要人来看", urgency: .now)
            #expect(need.suggestion?.urgency == .now)
            #expect(try await office.turn(need.id)?.due == office.clock.now + .minutes(30))
            #expect(try await office.database.read { try $0.notices(of: Cast.lin.id, before: nil, limit: 9).map(\.place) } == [Need.page(need.id).text])
            #expect(try await office.database.read { try $0.notices(of: Cast.stranger.id, before: nil, limit: 9) }.isEmpty)
        }
    }

    @Test func `of a region without an institution are not swallowed`() async throws {
        try await Office.on { office async throws in
            await #expect(throws: Problem.self) { try await office.take(region: "650102") }
            #expect(try await office.count("need") == 0)
            #expect(try await office.count("turn") == 0)
        }
    }

    @Test func `from eight sides at once get each number once`() async throws {
        try await Office.on { office in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { for _ in 0..<50 { try await office.take() } } }
                try await group.waitForAll()
            }
            let numbers = try await office.database.read { try $0.values("select number from need order by number", String.self) }
            #expect(numbers.count == 400 && Set(numbers).count == 400)
            #expect(numbers.first == "2026-000001" && numbers.last == "2026-000400")
            #expect(try await office.count("turn where kind = 'need'") == 400)
        }
    }

    // MARK: Triage

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

    private enum Stand: CaseIterable { case submitted, triaged, inService, closed, referred, withdrawn, joined }
    private enum Told { case done, nothing, refused }

    private static func bring(_ office: Office, to stand: Stand) async throws -> (id: ID<Need>, other: String) {
        let (need, open) = (try await office.take().id, try await office.take("另一件事，也是说模具的"))
        let (other, number) = (open.id, open.number)
        let now = office.clock.now
        return try await office.database.write { tx in
            let found = try tx.lock(need)
            if [.triaged, .inService, .closed].contains(stand) {
                let may = try Office.colleague.may(Permission<Triage, Need>.triage, found)
                try Office.intake.triage(found, Triage(domain: .law, subTopic: nil, urgency: .thisMonth, by: may.person, at: now), by: may, in: tx)
            }
            switch stand {
            case .submitted, .triaged: break
            case .inService: try tx.takeUp(need, at: now)
            case .closed: try tx.close(need, at: now)
            case .referred: try Office.intake.refer(found, to: "某处", because: "某因", by: Office.officer.may(Permission<Referral, Need>.refer, found), in: tx, now: now)
            case .withdrawn: try Office.intake.withdraw(found, by: Office.owner.may(.withdraw, found), in: tx, now: now)
            case .joined: try tx.save(joint: other, of: found, by: Office.officer.may(Permission<Joint, Need>.join, found), now: now)
            }
            return (need, number)
        }
    }

    /// Columns: submitted, triaged by a colleague, in service, closed, handed on, withdrawn, joined with another.
    private static let table: [(String, [Told], @Sendable (ID<Need>) -> Link, Viewer, [String: String])] = [
        ("triage", [.done, .refused, .refused, .refused, .refused, .refused, .refused], { Triage.page($0) }, Office.officer, ["domain": "technology", "urgency": "thisMonth"]),
        ("take a triage back", [.refused, .done, .refused, .refused, .refused, .refused, .refused], { TriagePages.Undo.page($0) }, Office.officer, [:]),
        ("withdraw", [.done, .done, .done, .refused, .refused, .nothing, .refused], { Withdrawal.page($0) }, Office.owner, [:]),
        ("take up again", [.refused, .refused, .refused, .refused, .refused, .done, .refused], { Withdrawal.undo($0) }, Office.owner, [:]),
        ("hand on", [.done, .done, .refused, .refused, .nothing, .refused, .refused], { Referral.page($0) }, Office.officer, ["place": "市场监管所 12315", "reason": "归他们管，他们办得更快"]),
        ("join", [.done, .done, .refused, .refused, .refused, .refused, .nothing], { Joint.page($0) }, Office.officer, ["into": ""]),
        ("change the words", [.done, .done, .done, .refused, .refused, .refused, .refused], { NeedEdit.page($0) }, Office.owner, ["statement": "模具水路堵了三天，请专家来看看"]),
    ]

    @Test func `take each deed in the states that are drawn; any other is refused with the state's name, and nothing changes`() async throws {
        try await Office.on { office in
            for (name, row, link, viewer, fields) in Self.table {
                #expect(row.count == Stand.allCases.count)
                for (stand, wanted) in zip(Stand.allCases, row) {
                    let (id, other) = try await Self.bring(office, to: stand)
                    let before = try await office.need(id)
                    let happened = try await office.count("happening where outcome = 'done'")
                    let browser = office.house.browser(as: viewer)
                    let form = try #require(try await browser.open(Draft.start().with([("fresh", "1")])).forms.first { $0.value("once") != nil })
                    let all = fields.mapValues { $0.isEmpty ? other : $0 }.merging(form.fields.filter { ["token", "once"].contains($0.name) }.map { ($0.name, $0.value) }) { first, _ in first }
                    let body = all.map { "\(Link.encoded($0.key))=\(Link.encoded($0.value))" }.joined(separator: "&")
                    let shown = try await browser.send(.post, link(id).text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8))
                    let after = try await office.need(id)
                    let isSame = after.state == before.state && after.statement == before.statement
                    let isSilent = try await office.count("happening where outcome = 'done'") == happened
                    switch wanted {
                    case .done: #expect(shown.status == 303 && !isSame && !isSilent, "\(name) when \(stand): \(shown.status)")
                    case .nothing: #expect(shown.status == 303 && isSame && isSilent, "\(name) when \(stand): \(shown.status)")
                    case .refused:
                        #expect([409, 422].contains(shown.status) && isSame && isSilent, "\(name) when \(stand): \(shown.status)")
                        #expect(shown.has(before.state.words.chinese), "\(name) when \(stand) does not say how it stands")
                    }
                }
            }
        }
    }

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

    @Test func `are found by number, title and company, within one's scope alone`() async throws {
        try await Office.on { office in
            try await office.take("模具水路堵了，要找人看看", company: "台州鸿运塑胶有限公司")
            try await office.take("模具水路堵了，要找人看看", region: Cast.otherRegion, company: "成都鸿运塑胶有限公司")
            let officer = office.house.browser(as: Office.officer)
            for (text, count) in [("鸿运", 1), ("水路", 1), ("000001", 1), ("2026-000001", 1), ("000002", 0), ("成都", 0), ("焊接", 0), ("%", 0)] {
                let shown = try await officer.open(Need.list().with([("q", text)]))
                #expect(shown.has("找到\(count)条"), "\(text)")
                #expect(!shown.has("000002<"), "\(text)")
            }
        }
    }

    @Test func `are listed by index, never by reading the whole table`() async throws {
        try await Office.on { office in
            guard office.database.engine == .sqlite else { return }
            let officer = Office.officer
            let liaison = Office.viewer(Cast.liaison, .liaison, nil, "3310")
            for viewer in [officer, liaison] {
                let plans = try await office.database.read { reader -> [String] in
                    let needs = reader.needScope(viewer)
                    let turns = viewer.scope(Permission<See, Need>.see.grants, institution: "institution", region: "region") { _, _ in nil }
                    let queries: [SQL] = [
                        "select n.id from need n where \(needs) order by n.id desc limit 50",
                        "select n.id from need n where \(needs) and n.id in (select need from need_term where term in ('水路', '路堵') group by need having count(*) = 2) order by n.id desc limit 50",
                        "select n.id from need n where (n.asker = \(Cast.wang.id) or n.enterprise in ('a', 'b')) order by n.id desc limit 31",
                        "select id from turn where \(turns) and kind = 'need' and permission = 'need.triage' order by due, id limit 31",
                        "select id from turn where (holder = \(Cast.wang.party) or (holder in ('x', 'y') and permission in ('p'))) and since <= 5 order by due, kind, id limit 50",
                        "select id from need_draft where sent is null and person = \(Cast.wang.id) order by updated desc limit 20",
                        "select id from need_draft where sent is null and person is null and visitor = 'x' order by updated desc limit 1",
                    ]
                    return try queries.flatMap { query in
                        try reader.rows("explain query plan \(query)") { row in
                            _ = (try row(Int.self), try row(Int.self), try row(Int.self))
                            return try row(String.self)
                        }
                    }
                }
                #expect(!plans.isEmpty)
                for plan in plans where plan.hasPrefix("SCAN") { #expect(plan.contains("USING"), "\(plan)") }
            }
        }
    }
}
