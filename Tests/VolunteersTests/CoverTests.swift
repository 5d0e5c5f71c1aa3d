import Files
import HTTPTypes
import Identity
import Markup
import Reference
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Volunteers

/// Cover before duty (N6): the database itself refuses a day of cover without policy, training, or within no term.
struct CoverTests {
    private static func insured(_ tx: Transaction, train: Bool = true) throws -> (ID<Person>, Policy) {
        try Scene.prepare(tx)
        let person = try Scene.serve(tx, "沈国强")
        let policy = Policy(
            id: ID(at: Scene.now), institution: Cast.institution, region: "330000", insurer: "财产保险", number: "P1", from: Scene.today, until: Scene.today + 364, by: Cast.lin.id, at: Scene.now)
        try tx.take(policy)
        try tx.insure([person], by: policy, from: Scene.today + 3, person: Cast.lin.id, at: Scene.now)
        if train { try tx.train(person, on: Scene.today, by: Cast.lin.id, at: Scene.now) }
        return (person, policy)
    }

    @Test func `A day of cover needs a policy that names the person for that day, and the training`() async throws {
        try await onBothEngines(Scene.migrations) { database async throws in
            let (person, policy) = try await database.write { tx in try Self.insured(tx, train: false) }
            let (first, last) = (Scene.today + 3, Scene.today + 364)
            func write(_ day: Day, from: Day, until: Day) async throws {
                _ = try await database.write { tx in
                    try tx.run("insert into cover (expert, day, policy, from_day, until_day) values (\(person), \(day), \(policy.id), \(from), \(until))")
                }
            }
            // Not trained.
            await #expect(throws: (any Error).self) { try await write(first, from: first, until: last) }
            #expect(try await database.write { try $0.cover(person, on: first) } == .untrained)
            try await database.write { try $0.train(person, on: Scene.today, by: Cast.lin.id, at: Scene.now) }
            // Before and after the term, and with a term that the policy does not give.
            await #expect(throws: (any Error).self) { try await write(first + -1, from: first, until: last) }
            await #expect(throws: (any Error).self) { try await write(last + 1, from: first, until: last) }
            await #expect(throws: (any Error).self) { try await write(last + 1, from: first, until: last + 10) }
            #expect(try await database.write { try $0.cover(person, on: Scene.today) } == .uninsured)
            #expect(try await database.write { try $0.cover(person, on: last + 1) } == .uninsured)
            try await write(first, from: first, until: last)
            #expect(try await database.write { try $0.cover(person, on: last) } == .ready(until: last))
            #expect(try await database.write { try $0.cover(person, on: last) } == .ready(until: last))
            // Nobody is insured beyond their policy.
            await #expect(throws: (any Error).self) {
                _ = try await database.write { tx in
                    try tx.run("update policy_person set until_day = \(last + 30) where expert = \(person)")
                }
            }
            // What a session stands on is not taken away.
            await #expect(throws: (any Error).self) { _ = try await database.write { tx in try tx.run("delete from policy_person where expert = \(person)") } }
        }
    }

    /// The expert serves in technology, for which a patent agent's licence matters and a lawyer's does not.
    @Test(arguments: [
        (Licence.Kind.patentAgent, Domain?.none, true), (.patentAgent, .technology, true), (.patentAgent, .management, false), (.lawyer, nil, false), (.lawyer, .law, true),
        (.lawyer, .technology, false), (.accountant, .finance, true), (.other, nil, false), (.other, .law, false),
    ])
    func `A licence that ran out keeps somebody from service on site where the work asks for it`(_ kind: Licence.Kind, _ domain: Domain?, _ bars: Bool) async throws {
        try await onBothEngines(Scene.migrations) { database in
            let (person, _) = try await database.write { tx in
                let found = try Self.insured(tx)
                try tx.set(Background(licences: [Licence(kind: kind, number: "1", until: Scene.today + 30)]), of: found.0)
                return found
            }
            #expect(try await database.read { try $0.readiness(of: person, on: Scene.today + 30, for: domain) }.isReady)
            let over = try await database.read { try $0.readiness(of: person, on: Scene.today + 31, for: domain) }
            #expect(bars ? over == .licenceOver(Scene.today + 30) : over.isReady)
        }
    }

    @Test func `A former official is not asked in the former field and region for the lawful term; nor who practises without licence or consent`() {
        let left = Day(2025, 6, 30) ?? Scene.today
        let leader = Background(office: .init(unit: "市经信局", rank: .leader, left: left, region: "331000", domains: [.policy]))
        let bound = left.plus(years: 3)
        let rows: [(Background, Domain, String, Day, Standing, [String])] = [
            (leader, .policy, "331003", bound, .retired, ["office"]), (leader, .policy, "331003", bound + 1, .retired, []), (leader, .policy, "330106", bound, .retired, []),
            (leader, .technology, "331003", bound, .retired, []),
            (Background(office: .init(unit: "县局", rank: .other, left: left, region: "330000")), .law, "331003", left.plus(years: 2), .retired, ["office"]),
            (Background(office: .init(unit: "县局", rank: .other, left: left, region: "330000")), .law, "331003", left.plus(years: 2) + 1, .retired, []),
            (Background(licences: [Licence(kind: .lawyer, number: "1", until: left)], firmConsents: true), .law, "331003", left + 1, .inService, ["licence"]),
            (Background(licences: [Licence(kind: .lawyer, number: "1", until: nil)]), .law, "331003", left, .inService, ["firm"]),
            (Background(licences: [Licence(kind: .lawyer, number: "1", until: nil)]), .finance, "331003", left, .inService, []),
            (Background(licences: [Licence(kind: .lawyer, number: "1", until: nil)]), .law, "331003", left, .retired, []),
        ]
        for (background, domain, region, day, standing, bars) in rows { #expect(background.bars(domain, region: region, standing: standing, on: day) == bars, "\(domain) \(region) \(day)") }
    }

    @Test func `An officer enters a policy, names who is insured, and notes the training; a foreign institution sees none of it`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                return try Scene.serve(tx, "沈国强")
            }
            let house = try ApplicationTests.house(database)
            let officer = house.browser(as: Scene.officer)
            // An officer who serves as an expert does not note their own training (A7).
            let own = house.browser(as: Viewer(person: person, name: "沈国强", memberships: Scene.officer.memberships, provedAt: Scene.now))
            try await own.open(Policy.list())
            #expect(own.page?.form(Policy.training(person).text) == nil)
            let fields = try #require(own.page?.form(Policy.list().text)).fields.filter { $0.name == "token" || $0.name == "once" }
            let body = fields.map { "\($0.name)=\(Link.encoded($0.value))" }.joined(separator: "&")
            #expect(try await own.send(.post, Policy.training(person).text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8)).status == 403)
            #expect(try await officer.open(Policy.list()).has("还没完成上岗培训"))
            try await officer.post(Policy.training(person))
            #expect(officer.page?.has("还没有有效的意外保险") == true)
            let taken = try await officer.post(Policy.list(), ["insurer": "财产保险", "number": "P1", "from": "2026-11-01", "until": "2027-10-31"])
            #expect(taken.has("还没有人"))
            let id: ID<Policy> = try ApplicationTests.last(taken.path)
            #expect(try await officer.post(Policy.people(id), ["expert": person.text, "start": "2026-11-23"]).has("2026年11月23日"))
            #expect(try await officer.open(Policy.list()).has("在任的专家都可以入企"))
            let stranger = house.browser(as: Scene.stranger)
            #expect(try await stranger.open(Policy.page(id)).status == 404)
            #expect(try await !stranger.open(Policy.list()).has("财产保险"))
        }
    }
}
