import Cases
import Files
import Identity
import Languages
import Markup
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Records

@Suite("Service hours") struct RecordTests {
    @Test func `count once the owner was a witness and has confirmed, and not before`() async throws {
        try await Yard.on { yard in
            for (way, kind) in [(Meeting.Way.telephone, Evidence.Kind.ownerBegun), (.onSite, .visitCode), (.video, .ownerBegun)] {
                let before = try await yard.total()
                let id = try await yard.held(42, way: way)
                let waiting = try await yard.record(id)
                #expect(waiting.evidence.map(\.kind) == [kind] && waiting.claimed == Minutes(42))
                guard case .waiting = waiting.state else { Issue.record("\(waiting.state)"); return }
                #expect(try await yard.turn(id)?.holder == Cast.wang.party)
                #expect(try await yard.total() == before)
                for _ in 0..<2 { try await yard.deed(Yard.owner) { try $0.confirm(id) } }
                #expect(try await yard.record(id).state == .counted(Minutes(42)))
                #expect(try await yard.total() == before + 42)
                #expect(try await yard.turn(id) == nil)
                yard.clock.pass(.hours(2))
            }
        }
    }

    @Test func `that wait are all on the desk's list, page by page, the most urgent first`() async throws {
        try await Yard.on { yard in
            let (now, it) = (yard.clock.now, yard.serviceCase)
            try await yard.write { tx in
                for number in 0..<31 {
                    let (id, begins) = (ID<ServiceRecord>(at: now), now - .hours(2 * number + 2))
                    try tx.run(
                        """
                        insert into service_claim (id, service_case, institution, region, expert, owner, source, begins, ends, minutes, content, by_person, at) values (\(id), \(it), \(Cast.institution),
                            \(Cast.region), \(Cast.shen.id), \(Cast.wang.id), 'typed', \(begins), \(begins + .hours(1)), 60, '电话', \(Cast.shen.id), \(now))
                        """)
                    try tx.give(
                        Turn(
                            Subject("record", id), holder: Cast.wang.party, permission: "record.confirm", what: Words("确认", "Confirm"), due: now + .hours(number), since: now, institution: Cast.institution,
                            region: Cast.region, title: ""))
                }
            }
            let officer = yard.house.browser(as: Yard.officer)
            func records(_ shown: Shown) -> [String] { shown.text.matches(of: /<th scope="row"><a href="\/records\/([0-9a-f]+)"/).map { String($0.1) } }
            let first = try await officer.open(ServiceRecord.list().with([("queue", "waiting")]))
            let next = try #require(first.text.firstMatch(of: /href="(\/records\?queue=waiting&amp;after=[^"]+)"/)).1
            let second = try await officer.open(String(next).replacing("&amp;", with: "&"))
            #expect(records(first).count == 30 && records(second).count == 1 && Set(records(first) + records(second)).count == 31)
            let dues = try await yard.database.read { try $0.values("select id from turn where kind = 'record' order by due", String.self) }
            #expect(records(first) + records(second) == dues)
        }
    }

    @Test func `of a session without the owner's tap are a claim that nobody can confirm`() async throws {
        try await Yard.on { yard in
            let id = try await yard.held(50, witnessed: false)
            #expect(try await yard.record(id).state == .unproven)
            #expect(try await yard.turn(id)?.holder == Cast.shen.party)
            for (name, viewer) in Yard.allRoles { await #expect(throws: (any Error).self, "\(name)") { try await yard.deed(viewer) { try $0.confirm(id) } } }
            yard.clock.pass(.days(9))
            for (name, viewer) in Yard.allRoles { await #expect(throws: (any Error).self, "\(name)") { try await yard.deed(viewer) { try $0.standIn(id, reason: "看过了，可以") } } }
            #expect(try await yard.total() == 0)
        }
    }

    @Test func `typed afterwards count nowhere, whoever confirms them`() async throws {
        try await Yard.on { yard in
            let now = yard.clock.now
            let serviceCase = yard.serviceCase
            let id = try await yard.deed(Yard.expert) { try $0.state(serviceCase, begins: now - .hours(5), ends: now - .hours(3), content: "电话里谈了两个小时") }
            #expect(try await yard.record(id).state == .unproven)
            for (_, viewer) in Yard.allRoles {
                await #expect(throws: (any Error).self) { try await yard.deed(viewer) { try $0.confirm(id) } }
                await #expect(throws: (any Error).self) { try await yard.deed(viewer) { try $0.standIn(id, reason: "看过了，可以") } }
                await #expect(throws: (any Error).self) { try await yard.deed(viewer) { try $0.decide(id, minutes: Minutes(120), reason: "看过了，可以") } }
            }
            #expect(try await yard.total() == 0)
            try await yard.deed(Yard.expert) { try $0.withdraw(id) }
            #expect(try await yard.record(id).state == .withdrawn)
        }
    }

    @Test func `count by a sheet that was photographed on the spot, and not by one that comes a day later`() async throws {
        try await Yard.on { yard in
            let browser = yard.house.browser(as: Yard.expert)
            for (hours, counts) in [(3, true), (25, false)] {
                let before = try await yard.total()
                let id = try await yard.held(45, witnessed: false)
                try await browser.open(ServiceRecord.page(id))
                yard.clock.pass(.hours(hours))
                let shown = try await browser.post(ServiceRecord.evidencePage(id), ["kind": "sheet"], files: [PickedFile("file", name: "服务单.png", Yard.photo)])
                #expect(shown.status == (counts ? 200 : 409))
                #expect(try await yard.record(id).evidence.map(\.kind) == (counts ? [.sheet] : []))
                // The paper alone counts nothing: the owner confirms.
                #expect(try await yard.total() == before)
                if counts { try await yard.deed(Yard.owner) { try $0.confirm(id) } } else { await #expect(throws: Problem.self) { try await yard.deed(Yard.owner) { try $0.confirm(id) } } }
                #expect(try await yard.total() == before + (counts ? 45 : 0))
                yard.clock.pass(.hours(1))
            }
        }
    }

    @Test func `of a solution have a cap and count once for a case`() async throws {
        try await Yard.on { yard in
            let (serviceCase, now) = (yard.serviceCase, yard.clock.now)
            await #expect(throws: Problem.self) { _ = try await yard.deed(Yard.expert) { try $0.stateSolution(serviceCase, minutes: Minutes(60)) } }
            try await yard.write { tx in try CaseDeeds(serviceCase, Occasion(Yard.expert, at: now, days: Yard.days), in: tx).solve(situation: "情况", analysis: "分析", advice: "建议", steps: []) }
            let id = try await yard.deed(Yard.expert) { try $0.stateSolution(serviceCase, minutes: Minutes(400)) }
            #expect(try await yard.record(id).claimed == Minutes(120))
            #expect(try await yard.deed(Yard.expert) { try $0.stateSolution(serviceCase, minutes: Minutes(60)) } == id)
            try await yard.deed(Yard.owner) { try $0.confirm(id) }
            #expect(try await yard.total() == 120)
        }
    }

    @Test func `may be stood in for after seven days of silence, by somebody who had no part, and it stays visible`() async throws {
        try await Yard.on { yard in
            let id = try await yard.held()
            let early = { try await yard.deed(Yard.officer) { try $0.standIn(id, reason: "打过两次电话没有接") } }
            await #expect(throws: Problem.self) { try await early() }
            yard.clock.pass(.days(7) )
            await #expect(throws: Problem.self) { try await yard.deed(Yard.almighty) { try $0.standIn(id, reason: "打过两次电话没有接") } }
            await #expect(throws: Problem.self) { try await yard.deed(Yard.stranger) { try $0.standIn(id, reason: "打过两次电话没有接") } }
            for _ in 0..<2 { try await yard.deed(Yard.officer) { try $0.standIn(id, reason: "打过两次电话没有接") } }
            let found = try await yard.record(id)
            #expect(found.state == .counted(Minutes(42)) && found.confirmation?.kind == .standIn && found.confirmation?.by == Cast.lin.id)
            #expect(try await yard.house.browser(as: Yard.owner).open(ServiceRecord.page(id)).has("机构代为确认"))
        }
    }

    @Test func `wait for the owner as long as the place has set`() async throws {
        try await Yard.on { yard in
            let id = try await yard.held()
            var terms = ServiceRecord.Terms()
            terms.silence = 14
            let patient = terms
            func standIn() async throws {
                let now = yard.clock.now
                try await yard.write { tx in _ = try RecordDeeds(Occasion(Yard.officer, at: now, days: Yard.days), terms: patient, in: tx).standIn(id, reason: "打过两次电话没有接") }
            }
            yard.clock.pass(.days(13))
            let early = await #expect(throws: Problem.self) { try await standIn() }
            #expect(early?.advice.chinese.contains("14天") == true)
            yard.clock.pass(.days(1))
            try await standIn()
            #expect(try await yard.record(id).state == .counted(Minutes(42)))
        }
    }

    @Test(arguments: [(42, "42分钟", "42 minutes"), (60, "1小时", "1 hour"), (2250, "37小时30分钟", "37 hours 30 minutes"), (61, "1小时1分钟", "1 hour 1 minute"), (0, "0分钟", "0 minutes"), (90_000, "1,500小时", "1,500 hours")])
    func `are told in hours, however many`(minutes: Int, chinese: String, english: String) { #expect(Minutes(minutes).words == Words(chinese, english)) }

    @Test func `of a second expert's solution of the same case are refused in words, before and after the owner has tapped`() async throws {
        try await Yard.on { yard in
            let (serviceCase, now) = (yard.serviceCase, yard.clock.now)
            let successor = Yard.viewer(Yard.second, .expert)
            func solve(_ viewer: Viewer) async throws {
                try await yard.write { tx in try CaseDeeds(serviceCase, Occasion(viewer, at: now, days: Yard.days), in: tx).solve(situation: "情况", analysis: "分析", advice: "建议", steps: []) }
            }
            try await solve(Yard.expert)
            let first = try await yard.deed(Yard.expert) { try $0.stateSolution(serviceCase, minutes: Minutes(60)) }
            try await yard.write { tx in _ = try tx.run("update service_case set expert = \(Yard.second.id) where id = \(serviceCase)") }
            try await solve(successor)
            let second = try await yard.deed(successor) { try $0.stateSolution(serviceCase, minutes: Minutes(60)) }
            try await yard.deed(Yard.owner) { try $0.confirm(first) }
            await #expect(throws: Problem.self) { try await yard.deed(Yard.owner) { try $0.confirm(second) } }
            try await yard.deed(successor) { try $0.withdraw(second) }
            await #expect(throws: Problem.self) { _ = try await yard.deed(successor) { try $0.stateSolution(serviceCase, minutes: Minutes(60)) } }
            #expect(try await yard.total() == 60)
            #expect(try await yard.total(Yard.second.id) == 0)
        }
    }

    @Test func `typed afterwards fall into the time in which the expert served in the case`() async throws {
        try await Yard.on { yard in
            let (serviceCase, now) = (yard.serviceCase, yard.clock.now)
            func state(_ hours: Int) async throws {
                _ = try await yard.deed(Yard.expert) { try $0.state(serviceCase, begins: now - .hours(hours), ends: now - .hours(hours) + .minutes(40), content: "电话里谈了") }
            }
            // The undertaking was signed three days ago.
            await #expect(throws: Problem.self) { try await state(80) }
            try await state(70)
            try await yard.write { tx in _ = try tx.run("insert into case_suspension (service_case, at) values (\(serviceCase), \(now - .hours(9)))") }
            await #expect(throws: Problem.self) { try await state(8) }
            try await state(10)
            try await yard.write { tx in _ = try tx.run("update service_case set ended_at = \(now - .hours(20)) where id = \(serviceCase)") }
            await #expect(throws: Problem.self) { try await state(19) }
            try await state(21)
            #expect(try await yard.count("service_claim") == 3)
        }
    }

    @Test func `are neither stood in for nor decided on by whoever entered the need or found the expert (A7)`() async throws {
        try await Yard.on { yard in
            let now = yard.clock.now
            let owner = Yard.viewer(Yard.partner, .owner)
            // A need that an officer typed for somebody who never knew, with an expert of their choice: the third hand is another's.
            let entered = try await yard.write { tx in try Yard.open(Yard.partner.id, Cast.shen.id, at: now - .days(2), by: Cast.lin.id, tx) }
            let silent = try await yard.held(in: entered, with: owner)
            yard.clock.pass(.hours(1))
            let denied = try await yard.held(in: entered, with: owner)
            try await yard.deed(owner) { try $0.deny(denied, words: "没有谈", minutes: nil) }
            yard.clock.pass(.days(8))
            let officer = yard.house.browser(as: Yard.officer)
            for id in [silent, denied] { #expect(try await officer.open(ServiceRecord.page(id)).has("请没有参与的同事来办")) }
            await #expect(throws: Problem.self) { try await yard.deed(Yard.officer) { try $0.standIn(silent, reason: "打过两次电话没有接") } }
            await #expect(throws: Problem.self) { try await yard.deed(Yard.officer) { try $0.decide(denied, minutes: Minutes(42), reason: "查过通话记录") } }
            #expect(try await yard.total() == 0)
            try await yard.deed(Yard.colleagueOfficer) { try $0.standIn(silent, reason: "打过两次电话没有接") }
            try await yard.deed(Yard.chief) { try $0.decide(denied, minutes: Minutes(0), reason: "企业说没有谈") }
            #expect(try await yard.total() == 42)
        }
    }

    @Test func `pass to the institution when the owner is silent`() async throws {
        try await Yard.on { yard in
            let (id, bare) = (try await yard.held(), try await yard.held(20, witnessed: false))
            yard.clock.pass(.minutes(7 * 1440 + 1))
            try await RecordsRoom(reference: .bundled, files: .init(folder: "/nonexistent")).lapse(yard.database, now: yard.clock.now)
            let turn = try #require(try await yard.turn(id))
            #expect(turn.holder == .organisation(Cast.institution) && turn.permission == "record.standIn")
            #expect(try await yard.turn(bare) == nil)
        }
    }

    @Test func `that the owner denies are decided by somebody else, wholly, partly or not at all`() async throws {
        try await Yard.on { yard in
            for (decided, state) in [(Minutes(0), ServiceRecord.State.refused), (Minutes(30), .counted(Minutes(30))), (Minutes(300), .counted(Minutes(42)))] {
                let id = try await yard.held()
                await #expect(throws: Problem.self) { try await yard.deed(Yard.expert) { try $0.deny(id, words: "不对", minutes: nil) } }
                try await yard.deed(Yard.owner) { try $0.deny(id, words: "只谈了半小时", minutes: Minutes(30)) }
                await #expect(throws: Problem.self) { try await yard.deed(Yard.owner) { try $0.confirm(id) } }
                for viewer in [Yard.expert, Yard.owner, Yard.almighty, Yard.stranger, Yard.reader] {
                    await #expect(throws: Problem.self) { try await yard.deed(viewer) { try $0.decide(id, minutes: decided, reason: "查过通话记录") } }
                }
                let turn = try #require(try await yard.turn(id))
                #expect(turn.holder == .organisation(Cast.institution) && turn.due > yard.clock.now + .days(9))
                try await yard.deed(Yard.chief) { try $0.decide(id, minutes: decided, reason: "查过通话记录") }
                #expect(try await yard.record(id).state == state)
                #expect(try await yard.turn(id) == nil)
                yard.clock.pass(.hours(3))
            }
            #expect(try await yard.total() == 72)
        }
    }

    @Test func `are corrected by a new entry that points to the old, and never above it`() async throws {
        try await Yard.on { yard in
            let id = try await yard.held()
            try await yard.deed(Yard.owner) { try $0.confirm(id) }
            try await yard.deed(Yard.owner) { try $0.object(id, words: "后面十分钟在等材料", minutes: Minutes(32)) }
            await #expect(throws: Problem.self) { try await yard.deed(Yard.expert) { try $0.object(id, words: "没有错的", minutes: Minutes(42)) } }
            for viewer in [Yard.expert, Yard.owner, Yard.almighty, Yard.stranger] { await #expect(throws: Problem.self) { try await yard.deed(viewer) { try $0.answer(id, upheld: true, reason: "核对过了") } } }
            try await yard.deed(Yard.officer) { try $0.answer(id, upheld: true, reason: "核对过对话的时间") }
            #expect(try await yard.record(id).state == .counted(Minutes(32)))
            #expect(try await yard.record(id).counted?.recorded == Minutes(42))
            #expect(try await yard.total() == 32)
            // An officer who objects does not answer it; wrong corrections can be taken back, up to what was recorded.
            try await yard.deed(Yard.officer) { try $0.object(id, words: "更正错了", minutes: Minutes(42)) }
            await #expect(throws: Problem.self) { try await yard.deed(Yard.officer) { try $0.answer(id, upheld: true, reason: "核对过了") } }
            try await yard.deed(Yard.chief) { try $0.answer(id, upheld: true, reason: "上次更正有误") }
            #expect(try await yard.total() == 42)
            let lines = try await yard.database.read { try $0.exportLines(after: 0, limit: 100) }
            #expect(lines.map(\.minutes) == [42, -10, 10] && lines.map(\.corrects) == [nil, lines[0].number, lines[0].number])
        }
    }

    @Test func `of one person never overlap, not by a minute`() async throws {
        try await Yard.on { yard in
            let other = try await yard.write { tx in try Yard.open(Yard.partner.id, Cast.shen.id, at: yard.clock.now - .days(2), tx) }
            let partner = Yard.viewer(Yard.partner, .owner)
            let first = try await yard.held(60)
            let begins = try await yard.record(first).begins
            // Another case's claim for the last minute of it.
            let second = try await yard.write { tx in
                let id = ID<ServiceRecord>(at: yard.clock.now)
                try tx.run(
                    """
                    insert into service_claim (id, service_case, institution, region, expert, owner, source, meeting, begins, ends, minutes, content, by_person, at)
                    select \(id), id, institution, region, expert, asker, 'typed', null, \(begins + .minutes(59)), \(begins + .minutes(80)), 21, '通话', expert, \(yard.clock.now) from service_case where id = \(other)
                    """)
                var record = try tx.lock(id)
                let evidence = Evidence(id: ID<Evidence>(at: yard.clock.now), kind: .ownerBegun, most: Minutes(21), madeAt: yard.clock.now, by: Yard.partner.id, file: nil, version: nil, at: yard.clock.now)
                try tx.prove(&record, evidence, days: Yard.days, terms: .init(), at: yard.clock.now)
                return id
            }
            try await yard.deed(Yard.owner) { try $0.confirm(first) }
            await #expect(throws: Problem.self) { try await yard.deed(partner) { try $0.confirm(second) } }
            #expect(try await yard.total() == 60)
            // The database says so by itself, too.
            let found = try await yard.record(second)
            await #expect(throws: StorageFailure.self) {
                try await yard.write { tx in try tx.count(found, Confirmation(by: Yard.partner.id, kind: .owner, reason: "", at: yard.clock.now), on: found.evidence[0], minutes: Minutes(21)) }
            }
            #expect(try await yard.total() == 60)
        }
    }
}
