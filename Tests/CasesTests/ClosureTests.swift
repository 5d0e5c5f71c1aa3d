import HTTPTypes
import Identity
import Languages
import Markup
import Messaging
import Needs
import Storage
import TestSupport
import Testing
import Turns
import Values
import Volunteers
import Web

@testable import Cases

@Suite("A case that ends") struct ClosureTests {
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
}
