import Cases
import Identity
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Records

@Suite("The time of a solution") struct SolutionTests {
    private static func solve(_ id: ID<Case>, _ yard: Yard) async throws {
        let now = yard.clock.now
        try await yard.write { tx in try CaseDeeds(id, Occasion(Yard.expert, at: now, days: Yard.days), in: tx).solve(situation: "情况", analysis: "分析", advice: "建议", steps: []) }
    }

    /// Further cases of the same expert and owner, each with its solution handed in now.
    private static func solved(_ count: Int, _ yard: Yard) async throws -> [ID<Case>] {
        let now = yard.clock.now
        let ids = try await yard.write { tx in try (0..<count).map { _ in try Yard.open(Cast.wang.id, Cast.shen.id, at: now - .days(2), tx) } }
        for id in ids { try await solve(id, yard) }
        return ids
    }

    private static func state(_ id: ID<Case>, _ minutes: Int, _ yard: Yard) async throws -> ID<ServiceRecord> { try await yard.deed(Yard.expert) { try $0.stateSolution(id, minutes: Minutes(minutes)) } }

    @Test func `has a cap by day and person, however many cases it was written in`() async throws {
        try await Yard.on { yard in
            let ids = try await Self.solved(3, yard)
            let first = try await Self.state(ids[0], 120, yard)
            _ = try await Self.state(ids[1], 100, yard)
            let browser = yard.house.browser(as: Yard.expert)
            try await browser.open(ClaimPages.page(ids[2]))
            let refused = try await browser.post(ClaimPages.solution(ids[2]), ["minutes": "60"])
            #expect(refused.status == 422 && refused.has("一个人一天写方案合计最多记240分钟，这份最多记20分钟"))
            await #expect(throws: Claim.Refusal.day(most: 240, left: 20)) { _ = try await Self.state(ids[2], 21, yard) }
            // What was taken back, or decided to be nothing, leaves its room; the next day has its own.
            try await yard.deed(Yard.expert) { try $0.withdraw(first) }
            let second = try await Self.state(ids[2], 120, yard)
            let fourth = try await Self.solved(1, yard)[0]
            await #expect(throws: Claim.Refusal.day(most: 240, left: 20)) { _ = try await Self.state(fourth, 60, yard) }
            try await yard.deed(Yard.owner) { try $0.deny(second, words: "不是他写的", minutes: Minutes(0)) }
            try await yard.deed(Yard.chief) { try $0.decide(second, minutes: Minutes(0), reason: "核对过版本") }
            _ = try await Self.state(fourth, 60, yard)
            yard.clock.pass(.days(1))
            _ = try await Self.state(try await Self.solved(1, yard)[0], 120, yard)
        }
    }

    @Test func `has a cap by day that eight cases at once do not pass`() async throws {
        try await Yard.on(connections: 8) { yard in
            let ids = try await Self.solved(8, yard)
            await withTaskGroup(of: Void.self) { group in
                for id in ids { group.addTask { _ = try? await Self.state(id, 100, yard) } }
            }
            #expect(try await yard.count("service_claim where source = 'solution'") == 2)
        }
    }

    @Test func `does not run into a session: the minute counts once, and the page says which`() async throws {
        try await Yard.on { yard in
            let session = try await yard.held(42)
            yard.clock.pass(.minutes(10))
            try await Self.solve(yard.serviceCase, yard)
            let browser = yard.house.browser(as: Yard.expert)
            try await browser.open(ClaimPages.page(yard.serviceCase))
            let refused = try await browser.post(ClaimPages.solution(yard.serviceCase), ["minutes": "60"])
            #expect(refused.status == 422 && refused.has("您在面谈，同一分钟只记一次，这份最多记10分钟"))
            let solution = try await Self.state(yard.serviceCase, 10, yard)
            for id in [session, solution] { try await yard.deed(Yard.owner) { try $0.confirm(id) } }
            #expect(try await yard.total() == 52)
            // A session that is typed into the time of a solution counts no more either, for the database too.
            let found = try await yard.record(solution)
            let typed = try await yard.write { tx in
                let id = ID<ServiceRecord>(at: yard.clock.now)
                try tx.run(
                    """
                    insert into service_claim (id, service_case, institution, region, expert, owner, source, meeting, begins, ends, minutes, content, by_person, at)
                    select \(id), id, institution, region, expert, asker, 'typed', null, \(found.begins), \(found.ends + .minutes(20)), 30, '通话', expert, \(yard.clock.now) from service_case where id = \(found.serviceCase)
                    """)
                var record = try tx.lock(id)
                let evidence = Evidence(id: ID<Evidence>(at: yard.clock.now), kind: .ownerBegun, most: Minutes(30), madeAt: yard.clock.now, by: Cast.wang.id, file: nil, version: nil, at: yard.clock.now)
                try tx.prove(&record, evidence, days: Yard.days, terms: .init(), at: yard.clock.now)
                return id
            }
            await #expect(throws: Problem.self) { try await yard.deed(Yard.owner) { try $0.confirm(typed) } }
            let record = try await yard.record(typed)
            await #expect(throws: StorageFailure.self) {
                try await yard.write { tx in try tx.count(record, Confirmation(by: Cast.wang.id, kind: .owner, reason: "", at: yard.clock.now), on: record.evidence[0], minutes: Minutes(30)) }
            }
            #expect(try await yard.total() == 52)
        }
    }
}
