import Cases
@testable import Files
import Identity
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Records

@Suite("A record of another organisation") struct CarriedTests {
    @Test(arguments: [
        ("红会证〔2024〕17号", "红会证(2024)17号", true), ("Ａ－１２３", "a-123", true), ("NO.００42", "no 0042", true), ("A-123", "A-124", false), ("", "1", false),
    ])
    func `is the same paper however its number is written`(one: String, other: String, same: Bool) { #expect((Carried.key(one) == Carried.key(other)) == same) }

    private func brought(_ yard: Yard, _ number: String, by viewer: Viewer = Yard.expert) async throws -> ID<Carried> {
        let now = yard.clock.now
        return try await yard.write { tx in
            let hash = "\(ID<Carried>())"
            let file = TakenFile(name: "证明.pdf", kind: .pdf, size: 10, hash: hash, place: "aa/\(hash)", path: "/nonexistent/\(hash)", quota: 1 << 30)
            try tx.bring(file, issuer: "台州市红十字会", number: number, minutes: Minutes(600), by: Occasion(viewer, at: now, days: Yard.days))
            return try #require(try tx.carried("q.number = \(number)", limit: 1).first?.id)
        }
    }

    @Test func `counts once, whatever the width of its characters and whoever accepts it at the same time`() async throws {
        try await Yard.on(connections: 8) { yard in
            var ids: [ID<Carried>] = []
            for number in ["红证2024-0017", "红证２０２４－００１７", "红证 2024 0017", "红证(2024)0017"] { ids.append(try await brought(yard, number)) }
            let (now, all) = (yard.clock.now, ids)
            let outcomes = await withTaskGroup(of: String.self) { group in
                for id in all {
                    group.addTask {
                        do {
                            try await yard.write { tx in try tx.decide(id, refusing: nil, by: Occasion(Yard.officer, at: now, days: Yard.days)) }
                            return "taken"
                        } catch let problem as Problem { return problem.name } catch { return "\(error)" }
                    }
                }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(outcomes.sorted() == ["carried.twice", "carried.twice", "carried.twice", "taken"])
            #expect(try await yard.database.read { try $0.carriedMinutes(of: Cast.shen.id) } == 600)
        }
    }
}
