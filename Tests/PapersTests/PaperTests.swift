import Documents
import Languages
import Storage
import TestSupport
import Testing
import Values

@testable import Papers

@Suite("A paper") struct PaperTests {
    @Test func `gets the next number of its institution, kind and year, and keeps its claims to the byte`() async throws {
        try await Registry.on { registry in
            let first = try await registry.issue()
            let second = try await registry.issue()
            let letter = try await registry.issue(Registry.draft(.letter))
            let other = try await registry.issue(Registry.draft(institution: Cast.otherInstitution))
            let year = registry.clock.now.day.parts.year
            #expect(first.number == "助企证\(Cast.region)〔\(year)〕1号")
            #expect(second.number == "助企证\(Cast.region)〔\(year)〕2号")
            #expect(letter.number == "助企聘\(Cast.region)〔\(year)〕1号")
            #expect(other.number == "助企证\(Cast.otherRegion)〔\(year)〕1号")
            let read = try #require(try await registry.paper(first.id))
            #expect(read.claims == first.claims)
            #expect(read.claims["hours"] == "312.5小时")
            #expect(read.standing(on: registry.clock.now.day) == .valid)
        }
    }

    @Test func `never shares its number when eight sides issue at once`() async throws {
        try await Registry.on { registry in
            let now = registry.clock.now
            for round in 0..<5 {
                let numbers = try await withThrowingTaskGroup(of: String.self) { group in
                    for side in 0..<8 {
                        group.addTask {
                            try await registry.database.write { tx in
                                try tx.issue(Registry.draft(about: "\(round).\(side)", institution: Cast.otherInstitution), by: .person(Cast.head.id), at: now).number
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(numbers).count == 8)
            }
            let all = try await registry.database.read { try $0.values("select number from paper where institution = \(Cast.otherInstitution)", String.self) }
            let year = now.day.parts.year
            #expect(Set(all) == Set((1...40).map { "助企证\(Cast.otherRegion)〔\(year)〕\($0)号" }), "no number twice, none left out")
        }
    }

    @Test func `is revoked over suspended over replaced over expired over valid`() async throws {
        try await Registry.on { registry in
            let (now, by) = (registry.clock.now, Party.person(Cast.head.id))
            let today = now.day
            let paper = try await registry.issue(Registry.draft(validUntil: today + 10))
            func standing(_ day: Day) async throws -> Paper.Standing? { try await registry.paper(paper.id)?.standing(on: day) }
            #expect(try await standing(today + 10) == .valid)
            #expect(try await standing(today + 11) == .expired(today + 10))
            let newer = try await registry.database.write { try $0.replace(paper.id, with: Registry.draft(), by: by, at: now) }
            #expect(newer.number != paper.number)
            #expect(newer.claims.replaces == paper.number)
            #expect(try await standing(today + 11) == .replaced(by: newer.id))
            try await registry.database.write { try $0.suspend(paper.id, reason: "核查中", by: by, at: now) }
            #expect(try await standing(today) == .suspended(Paper.Suspension(reason: "核查中", by: by, at: now)))
            try await registry.database.write { try $0.lift(paper.id, by: by, at: now) }
            #expect(try await standing(today) == .replaced(by: newer.id))
            try await registry.database.write { try $0.suspend(paper.id, reason: "再查", by: by, at: now) }
            try await registry.database.write { try $0.revoke(paper.id, reason: "不实", by: by, at: now) }
            #expect(try await standing(today) == .revoked(Paper.Revocation(reason: "不实", by: by, at: now)))
        }
    }

    @Test func `takes each deed once, and says what stands in the way`() async throws {
        try await Registry.on { registry in
            let (now, by) = (registry.clock.now, Party.person(Cast.head.id))
            let paper = try await registry.issue()
            let id = paper.id
            await #expect(throws: Paper.Refusal.notSuspended) { try await registry.database.write { try $0.lift(id, by: by, at: now) } }
            try await registry.database.write { try $0.suspend(id, reason: "核查", by: by, at: now) }
            await #expect(throws: Paper.Refusal.suspendedAlready(.init(reason: "核查", by: by, at: now))) {
                try await registry.database.write { try $0.suspend(id, reason: "又查", by: by, at: now) }
            }
            let newer = try await registry.database.write { try $0.replace(id, with: Registry.draft(), by: by, at: now) }
            await #expect(throws: Paper.Refusal.replacedAlready(by: newer.id)) {
                _ = try await registry.database.write { try $0.replace(id, with: Registry.draft(), by: by, at: now) }
            }
            try await registry.database.write { try $0.revoke(id, reason: "不实", by: by, at: now) }
            await #expect(throws: Paper.Refusal.revokedAlready(.init(reason: "不实", by: by, at: now))) {
                try await registry.database.write { try $0.revoke(id, reason: "再次", by: by, at: now) }
            }
            await #expect(throws: Paper.Refusal.missing) { try await registry.database.write { try $0.revoke(ID<Paper>(), reason: "无", by: by, at: now) } }
            await #expect(throws: Paper.Refusal.unclearFacts) {
                var draft = Registry.draft()
                draft.facts = []
                let empty = draft
                _ = try await registry.database.write { try $0.issue(empty, by: by, at: now) }
            }
        }
    }

    @Test func `cannot be changed or deleted, not even by a statement`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.issue()
            await #expect(throws: (any Error).self) { _ = try await registry.database.write { try $0.run("update paper set number = 'x' where id = \(paper.id)") } }
            await #expect(throws: (any Error).self) { _ = try await registry.database.write { try $0.run("delete from paper where id = \(paper.id)") } }
            #expect(try await registry.paper(paper.id)?.number == paper.number)
        }
    }

    @Test(arguments: [
        "助企证331003〔2026〕317号", "助企证331003(2026)317号", "助企证331003（2026）317", " 助企证 331003 [2026] 317 号 ", "助企证３３１００３【2026】317号", "助企证331003-2026-317",
    ])
    func `is found by its number however that is typed`(typed: String) { #expect(PaperNumber.key(typed) == "助企证-331003-2026-317") }

    @Test(arguments: ["助企证331003〔2026〕31号", "助企聘331003〔2026〕317号", "助企证331003〔2026〕3170号", "助企证331003〔2025〕317号", "3310032026317", "", "号"])
    func `is not found by another number`(typed: String) { #expect(PaperNumber.key(typed) != "助企证-331003-2026-317") }

    @Test func `reads its claims back from their canonical bytes, and from no others`() throws {
        let claims = try Claims(
            id: ID<Paper>(), kind: .certificate, number: "助企证331003〔2026〕1号", code: LongCode(), issuer: "黄岩服务中心", issuedOn: try #require(Day(2026, 11, 24)),
            validUntil: nil, replaces: nil, facts: Registry.draft().facts)
        #expect(Claims(canonical: claims.canonical) == claims)
        #expect(Claims(canonical: [UInt8(ascii: " ")] + claims.canonical) == nil)
        #expect(Claims(canonical: [UInt8]("{}".utf8)) == nil)
        #expect(Claims(canonical: Array(claims.canonical.dropLast())) == nil)
    }
}
