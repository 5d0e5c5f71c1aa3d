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
            #expect(turn?.due.day == office.clock.now.day + 1 && turn?.isUrgent == false)
            #expect(try await office.count("notice") == 0)
        }
    }

    @Test func `that are urgent are due in half an hour, and officers are told`() async throws {
        try await Office.on { office in
            let need = try await office.take("模具坏了，停产了，今天就要人来看", urgency: .now)
            #expect(need.suggestion?.urgency == .now)
            let turn = try #require(try await office.turn(need.id))
            #expect(turn.due == office.clock.now + .minutes(30) && turn.isUrgent)
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
