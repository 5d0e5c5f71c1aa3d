import HTTPTypes
import Identity
import Markup
import Messaging
import Languages
import Needs
import Storage
import TestSupport
import Testing
import Turns
import Values
import Volunteers
import Web

@testable import Cases

@Suite("A case") struct CaseTests {
    @Test func `shows its expert nothing before the undertaking`() async throws {
        try await Street.on(experts: 2) { street in
            let need = try await street.proposed()
            let expert = try #require(try await street.places(need).first)
            try await street.choose(need, expert)
            let offer = try #require(try await street.offer(need))
            let id = try #require(try await street.answer(offer, .accepted))
            let found = try await street.serviceCase(id)
            #expect(found.state == .awaitingUndertaking)
            let turn = try #require(try await street.turn(found.subject))
            #expect(turn.holder == .person(expert) && !turn.title.contains("鸿运"))
            let browser = street.house.browser(as: Street.expert(expert))
            for tab in ["talk", "files", "meetings", "solution"] {
                let shown = try await browser.open(CasePages.tab(id, tab))
                for secret in ["鸿运", "18%", "13900000318"] { #expect(!shown.has(secret), "\(tab) \(secret)") }
            }
            await #expect(throws: Problem.self) { try await street.deed(id, Street.expert(expert)) { try $0.say("您好") } }
            try await browser.open(Case.page(id))
            #expect(try await browser.post(Undertaking.page(id), ["pledge": "yes"]).has("水路堵了"))
            #expect(try await street.turn(found.subject)?.what.english == "Get in touch with the owner")
            // A second signature changes nothing.
            let signed = try await street.serviceCase(id).undertaking
            street.clock.pass(.hours(1))
            try await street.deed(id, Street.expert(expert)) { try $0.undertake() }
            #expect(try await street.serviceCase(id).undertaking == signed)
        }
    }

    @Test func `gives the turn to whoever is to answer; staff's notes are seen by staff alone`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let expert = try #require(found.expert)
            try await street.deed(found.id, Street.expert(expert)) { try $0.say("请发照片") }
            #expect(try await street.turn(found.subject)?.holder == Cast.wang.party)
            try await street.deed(found.id, Street.owner) { try $0.say("已发") }
            #expect(try await street.turn(found.subject)?.holder == .person(expert))
            let officer = street.house.browser(as: Street.officer)
            try await officer.open(Case.page(found.id))
            #expect(try await officer.post(Note.page(found.id), ["note": "催过专家一次"]).has("催过专家一次"))
            for viewer in [Street.owner, Street.expert(expert)] {
                let shown = try await street.house.browser(as: viewer).open(Case.page(found.id))
                #expect(shown.has("请发照片") && !shown.has("催过专家一次") && shown.form(Note.page(found.id).text) == nil)
            }
            await #expect(throws: Problem.self) { try await street.deed(found.id, Street.officer) { try $0.say("插话") } }
        }
    }

    @Test func `keeps solutions in versions that nothing changes`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            try await street.solve(found)
            try await street.solve(found)
            #expect(try await street.database.read { try $0.solutions(of: found.id).map(\.version) } == [1, 2])
            #expect(try await street.turn(found.subject)?.holder == Cast.wang.party)
            for wrong in ["update solution set advice = 'x'", "delete from solution"] as [SQL] {
                await #expect(throws: StorageFailure.self) { try await street.write { tx in _ = try tx.run(wrong) } }
            }
            await #expect(throws: Problem.self) { try await street.deed(found.id, Street.owner) { try $0.solve(situation: "x", analysis: "x", advice: "x", steps: []) } }
        }
    }

    @Test func `is closed by the asker's side alone, with a solution unless it is not solved, and once`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let expert = try #require(found.expert)
            await #expect(throws: ClosureRefusal.self) { try await street.close(found.id, .solved) }
            try await street.solve(found)
            for viewer in [Street.expert(expert), Street.officer] { await #expect(throws: Problem.self) { try await street.close(found.id, .solved, by: viewer) } }
            try await street.close(found.id, .solved)
            try await street.close(found.id, .solved)
            await #expect(throws: ClosureRefusal.self) { try await street.close(found.id, .not) }
            #expect(try await street.serviceCase(found.id).state == .closed(.solved))
            #expect(try await street.turns(found.need).isEmpty)
            guard case .closed = try await street.state(found.need) else { Issue.record("the need is not closed"); return }
            // The expert's own word that nothing was charged.
            #expect(try await street.turn(Declaration.subject(found.id))?.holder == .person(expert))
            for _ in 0..<2 { try await street.deed(found.id, Street.expert(expert)) { try $0.declare() } }
            #expect(try await street.turn(Declaration.subject(found.id)) == nil)
            #expect(try await street.count("happening where kind = 'case.closed'") == 1)
        }
    }

    @Test func `is not closed or followed up by its expert, who came to speak for the company (A7)`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let (expert, now) = (try #require(found.expert), street.clock.now)
            try await street.write { tx in
                let company = try tx.findOrMake(enterprise: Enterprise.Facts(kind: .enterprise, name: "台州鸿运塑胶有限公司", creditCode: "91331003MA2AL0217X", industry: "29", region: Cast.region), now: now)
                for person in [Cast.wang.id, expert] {
                    try tx.run(
                        """
                        insert into speaker (id, enterprise, person, capacity, institution, asked_at, confirmed_at, confirmed_by, evidence)
                        values (\(ID<Speaker>(at: now)), \(company), \(person), 'agent', \(Cast.institution), \(now), \(now), \(Cast.lin.id), 'original')
                        """)
                }
                try tx.run("update service_case set enterprise = \(company) where id = \(found.id)")
            }
            try await street.solve(found)
            let both = Viewer(
                person: expert, name: "", memberships: [Role.expert, .owner, .colleague].map { Membership(role: $0, organisation: Cast.institution, regionPrefix: "") }, provedAt: nil)
            await #expect(throws: Problem.self) { try await street.close(found.id, .solved, by: both) }
            #expect(try await street.house.browser(as: both).open(Closure.page(found.id)).status == 404)
            try await street.close(found.id, .solved)
            street.clock.pass(.days(31))
            await #expect(throws: Problem.self) { try await street.deed(found.id, both) { try $0.followUp(.solved, result: "很好") } }
            #expect(try await street.house.browser(as: both).open(FollowUp.page(found.id)).status == 404)
            try await street.deed(found.id, Street.owner) { try $0.followUp(.solved, result: "很好") }
        }
    }

    @Test func `closed from eight sides at once has one verdict`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            try await street.solve(found)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for side in 0..<8 {
                    group.addTask {
                        for turn in 0..<400 {
                            do { try await street.close(found.id, Verdict.allCases[(side + turn) % 3]) } catch is ClosureRefusal {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await street.count("case_closure") == 1)
            #expect(try await street.count("happening where kind = 'case.closed'") == 1)
        }
    }

    @Test func `asks again after thirty days and not before; what helps no more is somebody else's matter`() async throws {
        try await Street.on(experts: 6) { street in
            let found = try await street.running()
            try await street.solve(found)
            try await street.close(found.id, .partly)
            func starts(_ now: Instant) async throws -> [String] {
                try await street.database.read { try $0.turns(person: Cast.wang.id, answering: [], begunBy: now).map(\.subject.kind) }
            }
            #expect(try await starts(street.clock.now).isEmpty)
            #expect(try await starts(Instant(street.clock.now.day + 30) - .minutes(1)).isEmpty)
            #expect(try await starts(Instant(street.clock.now.day + 30)) == ["followUp"])
            // Before its day nothing is taken, by whatever way it comes.
            let owner = street.house.browser(as: Street.owner)
            #expect(!(try await owner.open(FollowUp.page(found.id)).actions.contains(FollowUp.page(found.id).text)))
            let early = await #expect(throws: Problem.self) { try await street.deed(found.id, Street.owner) { try $0.followUp(.solved, result: "") } }
            #expect(early?.name == "followUp.early")
            #expect(try await street.database.read { try $0.followUp(of: found.id)?.verdict } == nil)
            street.clock.pass(.days(31))
            #expect(try await owner.open(FollowUp.page(found.id)).actions.contains(FollowUp.page(found.id).text))
            for _ in 0..<2 { try await street.deed(found.id, Street.owner) { try $0.followUp(.not, result: "又堵了") } }
            let late = await #expect(throws: Problem.self) { try await street.deed(found.id, Street.owner) { try $0.followUp(.solved, result: "") } }
            #expect(late?.name == "followUp.past")
            #expect(try await street.count("happening where kind = 'case.followedUp'") == 1)
            #expect(try await street.database.read { try $0.followUp(of: found.id)?.verdict } == .not)
            let turn = try #require(try await street.turn(found.subject))
            #expect(turn.holder == .organisation(Cast.institution) && turn.permission == "case.review")
            // The institution takes it up with another expert: need and case are open again, and it can end well.
            try await street.change(found.id, .institution)
            #expect(try await street.turns(found.need) == ["need: Choose an expert"])
            try await street.choose(found.need, try #require(try await street.places(found.need).first))
            let offer = try #require(try await street.offer(found.need))
            #expect(try await street.answer(offer, .accepted) == found.id)
            let again = try await street.serviceCase(found.id)
            #expect(again.state == .awaitingUndertaking && again.expert != found.expert)
            try await street.deed(found.id, Street.expert(try #require(again.expert))) { try $0.undertake() }
            try await street.solve(again)
            try await street.close(found.id, .solved)
            #expect(try await street.turn(FollowUp.subject(found.id))?.since == Instant(street.clock.now.day + 30))
        }
    }

    @Test func `gives the turn back to what is open when a meeting comes to nothing`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let expert = Street.expert(try #require(found.expert))
            func holder() async throws -> String { (try await street.turn(found.subject)).map { "\($0.holder == Cast.wang.party ? "owner" : "expert"): \($0.what.english)" } ?? "" }
            func propose(by viewer: Viewer = Street.owner) async throws -> ID<Meeting> {
                let at = street.clock.now + .days(1)
                return try await street.deed(found.id, viewer) { try $0.propose(.telephone, place: "", minutes: Minutes(30), times: [at]) }
            }
            func agreed() async throws -> ID<Meeting> {
                let id = try await propose()
                let at = try #require(try await street.database.read { try $0.meeting(id)?.times.first })
                try await street.meet(id, expert) { try $0.agree(at: at) }
                #expect(try await holder() == "expert: Meet as agreed")
                return id
            }
            func missed(_ id: ID<Meeting>, by viewer: Viewer) async throws {
                street.clock.pass(.days(2))
                try await street.meet(id, viewer) { try $0.miss() }
            }
            // Nothing was said yet: what is taken back leaves the first contact owed.
            try await street.meet(try await propose()) { try $0.cancel("") }
            #expect(try await holder() == "expert: Get in touch with the owner")
            try await street.deed(found.id, expert) { try $0.say("请发照片") }
            let asked = try #require(try await street.turn(found.subject))
            let open = try await propose()
            #expect(try await holder() == "expert: Choose a time that was proposed")
            try await street.deed(found.id, expert) { try $0.say("我看看日程") }
            #expect(try await holder() == "expert: Choose a time that was proposed")
            try await street.meet(open) { try $0.cancel("") }
            #expect(try await holder() == "owner: Reply")
            // Asked a second time, the owner has no more time than before.
            let due = try #require(try await street.turn(found.subject)?.due)
            try await street.deed(found.id, expert) { try $0.say("方便时回一下") }
            #expect(try await street.turn(found.subject)?.due == due && due >= asked.due)
            // What was agreed on and then cancelled or missed is the other side's to answer, and never a meeting to come.
            let cancelled = try await agreed()
            try await street.meet(cancelled, expert) { try $0.cancel("出差") }
            #expect(try await holder() == "owner: Reply")
            let missing = try await agreed()
            try await missed(missing, by: Street.owner)
            #expect(try await holder() == "expert: Reply")
            try await street.meet(missing, expert) { try $0.object() }
            #expect(try await holder() == "owner: Reply")
            // A proposal that nobody answers ends with its last time.
            _ = try await propose()
            #expect(try await holder() == "expert: Choose a time that was proposed")
            try await Street.ladder.settleOverdue(street.database, now: street.clock.now)
            #expect(try await holder() == "expert: Choose a time that was proposed")
            street.clock.pass(.days(9))
            try await Street.ladder.settleOverdue(street.database, now: street.clock.now)
            #expect(try await holder() == "owner: Reply")
            // After the solution the owner's word is what is open, whatever meeting comes between.
            try await street.solve(found)
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
            let between = try await propose(by: expert)
            #expect(try await holder() == "owner: Choose a time that was proposed")
            try await street.meet(between, expert) { try $0.cancel("") }
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
            try await street.meet(try await agreed()) { try $0.cancel("") }
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
            try await missed(try await agreed(), by: expert)
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
            let held = try await agreed()
            street.clock.pass(.days(1))
            try await street.meet(held, expert) { try $0.begin() }
            try await street.meet(held, expert) { try $0.end() }
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
        }
    }

    @Test func `keeps what its expert types for the solution until it is handed over`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let browser = street.house.browser(as: Street.expert(try #require(found.expert)))
            try await browser.open(Solution.edit(found.id))
            let form = try #require(browser.page?.form(Solution.page(found.id).text))
            let body = (form.fields.filter { !Solution.names.contains($0.name) } + [("situation", "水路结垢&堵"), ("advice", "酸洗 = 先试")]).map { "\(Link.encoded($0.0))=\(Link.encoded($0.1))" }.joined(separator: "&")
            #expect(try await browser.send(.post, Solution.draft(found.id).text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8)).status == 204)
            let again = try #require(try await browser.open(Solution.edit(found.id)).form(Solution.page(found.id).text))
            #expect(again.value("situation") == "水路结垢&堵" && again.value("advice") == "酸洗 = 先试" && again.value("analysis") == "")
            #expect(try await browser.post(Solution.page(found.id), ["analysis": "水质硬", "steps": "酸洗｜李师傅｜周五"]).has("水路结垢&amp;堵"))
            #expect(try await street.count("solution_draft") == 0)
        }
    }

    @Test func `that did not help goes to the institution, never back to the expert`() async throws {
        try await Street.on(experts: 2) { street in
            let found = try await street.running()
            try await street.close(found.id, .not)
            let turn = try #require(try await street.turn(found.subject))
            #expect(turn.holder == .organisation(Cast.institution) && turn.permission == "case.review")
            #expect(try await street.turns(found.need).count == 1)
            // Withdrawn after that, nobody is waited for.
            try await street.withdraw(found.need)
            #expect(try await street.turns(found.need).isEmpty)
        }
    }

    @Test func `that changes its expert keeps its history; whoever served before sees nothing of it any more`() async throws {
        try await Street.on(experts: 6) { street in
            let found = try await street.running()
            let former = try #require(found.expert)
            try await street.deed(found.id, Street.expert(former)) { try $0.say("先查水质") }
            try await street.solve(found)
            let at = street.clock.now + .minutes(20)
            let begun = try await street.deed(found.id, Street.owner) { try $0.propose(.telephone, place: "", minutes: Minutes(30), times: [at]) }
            try await street.meet(begun, Street.expert(former)) { try $0.agree(at: at) }
            try await street.meet(begun, Street.expert(former)) { try $0.begin() }
            try await street.change(found.id)
            // What the former expert began, the next does not end.
            guard case .cancelled = try await street.database.read({ try $0.meeting(begun)?.state }) else { Issue.record("a meeting goes on without its expert"); return }
            #expect(try await street.serviceCase(found.id).state == .changing)
            #expect(try await street.turns(found.need) == ["need: Choose an expert"])
            await #expect(throws: ClosureRefusal.self) { try await street.close(found.id, .solved) }
            #expect(!(try await street.places(found.need).contains(former)))
            let next = try #require(try await street.places(found.need).first)
            try await street.choose(found.need, next)
            try await street.answer(try #require(try await street.offer(found.need)), .accepted)
            try await street.deed(found.id, Street.expert(next)) { try $0.undertake() }
            #expect(try await street.house.browser(as: Street.expert(next)).open(Case.page(found.id)).has("先查水质"))
            let browser = street.house.browser(as: Street.expert(former))
            #expect(try await browser.open(Case.page(found.id)).status == 404)
            #expect(!(try await browser.open(Case.list()).has(found.number)))
            await #expect(throws: Problem.self) { try await street.deed(found.id, Street.expert(former)) { try $0.say("还在") } }
            #expect(try await street.database.read { try $0.changes(of: found.id).map(\.expert) } == [former])
            #expect(Set(try await street.database.read { try $0.experts(of: found.id) }) == [former, next])
        }
    }

    @Test func `is stopped by a complaint and lifted again, where it stood`() async throws {
        try await Street.on(experts: 6) { street in
            let found = try await street.running()
            let about = ["about.kind": "case", "about.id": found.id.text]
            let complaint = Subject(kind: "complaint", id: "1")
            try await street.hear("complaint.serviceResumed", complaint, about)
            #expect(try await street.turn(found.subject)?.what.english == "Get in touch with the owner")
            try await street.hear("complaint.serviceStopped", complaint, about)
            #expect(try await street.serviceCase(found.id).state == .suspended)
            #expect(try await street.turn(found.subject)?.permission == "case.review")
            await #expect(throws: Problem.self) { try await street.deed(found.id, Street.owner) { try $0.say("还在吗") } }
            try await street.hear("complaint.serviceResumed", complaint, about)
            #expect(try await street.serviceCase(found.id).state == .running)
            #expect(try await street.turns(found.need).count == 1)
            // Stopped, and given to another expert: the next is not stopped for what the former did.
            try await street.hear("complaint.serviceStopped", complaint, about)
            try await street.change(found.id, .institution)
            try await street.hear("complaint.serviceStopped", complaint, about)
            #expect(try await street.turns(found.need) == ["need: Choose an expert"])
            try await street.choose(found.need, try #require(try await street.places(found.need).first))
            try await street.answer(try #require(try await street.offer(found.need)), .accepted)
            #expect(try await street.serviceCase(found.id).state == .awaitingUndertaking)
            try await street.hear("complaint.serviceResumed", complaint, about)
            #expect(try await street.turns(found.need) == ["case: Sign the undertaking and begin"])
        }
    }

    @Test func `is handed on when its expert's appointment ends`() async throws {
        try await Street.on(experts: 6) { street in
            let (one, two) = (try await street.running(), try await street.running())
            let expert = try #require(one.expert)
            try await street.hear("expert.appointmentEnded", Subject("expert", expert))
            #expect(try await street.serviceCase(one.id).state == .changing)
            #expect((try await street.serviceCase(two.id).expert == nil) == (two.expert == expert))
            #expect(try await street.database.read { try $0.notices(of: Cast.wang.id, before: nil, limit: 50) }.contains { $0.words.chinese.contains("换一位专家") })
        }
    }

    @Test func `withdrawn with its need and taken up again goes on with the next expert`() async throws {
        try await Street.on(experts: 6) { street in
            let found = try await street.running()
            let expert = try #require(found.expert)
            try await street.withdraw(found.need)
            #expect(try await street.serviceCase(found.id).state == .ended)
            #expect(try await street.turns(found.need).isEmpty)
            #expect(try await street.database.read { try $0.notices(of: expert, before: nil, limit: 50) }.contains { $0.words.chinese.contains("撤回") })
            try await street.write { tx in _ = try tx.run("delete from need_withdrawal where need = \(found.need)") }
            let now = street.clock.now
            _ = try await street.write { try Street.ladder.propose(found.need, in: $0, now: now, by: .system) != nil }
            try await street.choose(found.need, try #require(try await street.places(found.need).first { $0 != expert }))
            try await street.answer(try #require(try await street.offer(found.need)), .accepted)
            #expect(try await street.serviceCase(found.id).state == .awaitingUndertaking)
            #expect(try await street.turns(found.need) == ["case: Sign the undertaking and begin"])
            #expect(try await street.database.read { try $0.changes(of: found.id).map(\.expert) } == [expert])
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64]) func `after whatever deeds each open need has one turn, and a closed one none`(seed: UInt64) async throws {
        try await Street.on(experts: 9) { street in
            var dice = Dice(state: seed)
            let need = try await street.proposed()
            var trail: [String] = []
            for _ in 0..<60 {
                let deed = Random.allCases.randomElement(using: &dice) ?? .say
                let pick = Int(dice.next() % 5)
                do {
                    try await deed.run(street, need, pick)
                    trail.append("\(deed)")
                } catch is Problem {} catch is Offer.Refusal {} catch is ClosureRefusal {} catch is Need.Refusal {}
                street.clock.pass(.minutes(Int(dice.next() % 90)))
                let (state, turns) = (try await street.state(need), try await street.turns(need))
                guard turns.count == (state.isOpen ? 1 : turns.contains { $0.hasPrefix("case: Not solved") } ? 1 : 0) else {
                    Issue.record("\(state.words.english), turns \(turns) after \(trail.suffix(6))")
                    return
                }
                if !state.isOpen, turns.isEmpty, case .closed = state {} else if !state.isOpen, turns.isEmpty { return }
            }
        }
    }

    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let mixed = (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
            return mixed ^ mixed >> 29
        }
    }

    private enum Random: CaseIterable {
        case choose, accept, acceptAgain, decline, lapse, recall, undertake, say, reply, meet, agree, begin, end, cancel, miss, solve, solved, notSolved, change, stop, resume, followUp
        case appointmentEnds, matchAgain, withdraw

        func run(_ street: Street, _ need: ID<Need>, _ pick: Int) async throws {
            let found = try await street.database.read { try $0.serviceCase(of: need) }
            let offer = try await street.offer(need)
            let meetings = try await street.database.read { reader in try found.map { try reader.meetings(of: $0.id) } ?? [] }
            let expert = found?.expert.map(Street.expert)
            func about() -> [String: String] { ["about.kind": "case", "about.id": found?.id.text ?? ""] }
            switch self {
            case .choose:
                let places = try await street.places(need)
                if !places.isEmpty { try await street.choose(need, places[pick % places.count]) }
            case .accept, .acceptAgain: if let offer { try await street.answer(offer, .accepted) }
            case .decline: if let offer { try await street.answer(offer, .notNow) }
            case .recall: if let offer { try await street.answer(offer, .recalled) }
            case .lapse:
                guard let offer else { return }
                street.clock.set(offer.due + .minutes(1))
                try await Street.ladder.lapse(street.database, now: street.clock.now)
            case .undertake: if let found, let expert { try await street.deed(found.id, expert) { try $0.undertake() } }
            case .say: if let found, let expert { try await street.deed(found.id, expert) { try $0.say("说一句") } }
            case .reply: if let found { try await street.deed(found.id, Street.owner) { try $0.say("答一句") } }
            case .meet:
                let at = street.clock.now + .hours(pick + 1)
                if let found { _ = try await street.deed(found.id, Street.owner) { try $0.propose(.telephone, place: "", minutes: Minutes(30), times: [at]) } }
            case .agree: if let meeting = meetings.last, let expert, let at = meeting.times.first { try await street.meet(meeting.id, expert) { try $0.agree(at: at) } }
            case .begin: if let meeting = meetings.last, let expert { try await street.meet(meeting.id, expert) { try $0.begin() } }
            case .end: if let meeting = meetings.last, let expert { try await street.meet(meeting.id, expert) { try $0.end() } }
            case .cancel: if let meeting = meetings.last { try await street.meet(meeting.id, Street.owner) { try $0.cancel("有事") } }
            case .miss: if let meeting = meetings.last { try await street.meet(meeting.id, Street.owner) { try $0.miss() } }
            case .solve: if let found, found.expert != nil { try await street.solve(found) }
            case .solved: if let found { try await street.close(found.id, .solved) }
            case .notSolved: if let found { try await street.close(found.id, .not) }
            case .change: if let found { try await street.change(found.id, pick.isMultiple(of: 2) ? .owner : .institution) }
            case .stop: if found != nil { try await street.hear("complaint.serviceStopped", Subject(kind: "complaint", id: "1"), about()) }
            case .resume: if found != nil { try await street.hear("complaint.serviceResumed", Subject(kind: "complaint", id: "1"), about()) }
            case .followUp: if let found { try await street.deed(found.id, Street.owner) { try $0.followUp(pick.isMultiple(of: 2) ? .not : .solved, result: "") } }
            case .appointmentEnds: if let person = found?.expert { try await street.hear("expert.appointmentEnded", Subject("expert", person)) }
            case .matchAgain: try await Street.ladder.matchAgain(street.database, now: street.clock.now)
            case .withdraw: if pick == 0 { try await street.withdraw(need) }
            }
        }
    }
}
