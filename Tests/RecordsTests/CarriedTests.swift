import Cases
@testable import Files
import Identity
import Markup
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

    @Test func `stands on the desk's list until it is decided on, however many there are`() async throws {
        try await Yard.on { yard in
            var ids: [ID<Carried>] = []
            for number in 101...131 {
                yard.clock.pass(.seconds(1))
                ids.append(try await brought(yard, "红证\(number)"))
            }
            let officer = yard.house.browser(as: Yard.officer)
            func numbers(_ link: Link) async throws -> Set<String> { Set(try await officer.open(link).text.matches(of: /红证(\d+)/).map { String($0.1) }) }
            let first = try await numbers(Carried.list())
            let second = try await numbers(Carried.list().with([("before", ids[1].text)]))
            #expect(first.count == 30 && second == ["101"] && first.isDisjoint(with: second))
            #expect(try await officer.open(Carried.list()).has("before=\(ids[1].text)"))
            let (oldest, now) = (ids[0], yard.clock.now)
            try await yard.write { tx in try tx.decide(oldest, refusing: "照片看不清", by: Occasion(Yard.officer, at: now, days: Yard.days)) }
            #expect(try await numbers(Carried.list().with([("before", ids[1].text)])).isEmpty)
            #expect(try await numbers(Carried.list().with([("show", "all"), ("before", ids[1].text)])) == ["101"])
            // What would stand there, where nothing does.
            #expect(try await yard.house.browser(as: Yard.stranger).open(Carried.list()).has("看原件，核对无误就收下"))
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
