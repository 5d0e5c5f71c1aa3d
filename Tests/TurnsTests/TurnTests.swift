import Languages
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Turns

@Suite struct TurnTests {
    private let now = MovingClock().now

    private func turn(
        _ id: String, _ holder: Party = Cast.lin.party, permission: String = "need.triage", due: Span = .days(3), institution: ID<Organisation> = Cast.institution,
        region: String = Cast.region, title: String = "一件事", isUrgent: Bool = false, company: String? = nil
    ) -> Turn {
        Turn(
            Subject(kind: "need", id: id), holder: holder, permission: permission, what: Words("分类", "Triage"), due: now + due, since: now,
            institution: institution, region: region, title: title, isUrgent: isUrgent, company: company)
    }

    @Test func `a thing has one turn, which is handed on and ends`() async throws {
        try await onBothEngines(Turn.migrations) { database async throws in
            let (first, second) = (turn("a"), turn("a", Cast.shen.party, title: "别的"))
            try await database.write { try $0.give(first) }
            try await database.write { try $0.give(second) }
            let found = try #require(try await database.read { try $0.turn(of: first.subject) })
            #expect(found.holder == Cast.shen.party && found.title == "别的" && found.what == Words("分类", "Triage") && found.due == second.due)
            #expect(try await database.read { try $0.count("select count(*) from turn") } == 1)
            try await database.write { try $0.endTurn(of: first.subject) }
            #expect(try await database.read { try $0.turn(of: first.subject) } == nil)
        }
    }

    @Test func `a person sees their own, and their organisation's where their role has the permission`() async throws {
        try await onBothEngines(Turn.migrations) { database async throws in
            let all = [
                turn("own", due: .days(2)), turn("late", due: .days(-1)), turn("other", Cast.shen.party),
                turn("ours", .organisation(Cast.institution), due: .days(1)), turn("closed to me", .organisation(Cast.institution), permission: "expert.appoint"),
                turn("theirs", .organisation(Cast.otherInstitution)),
            ]
            try await database.write { tx in for turn in all { try tx.give(turn) } }
            func see(_ answering: [Turn.Answering], at: Instant) async throws -> [String] {
                let (turns, count) = try await database.read {
                    (
                        try $0.turns(person: Cast.lin.id, answering: answering, begunBy: at), try $0.turnCount(person: Cast.lin.id, answering: answering, begunBy: at)
                    )
                }
                #expect(turns.count == count)
                return turns.map(\.subject.id)
            }
            #expect(try await see([.init(Cast.institution, ["need.triage", "need.close"])], at: now) == ["late", "ours", "own"])
            #expect(try await see([.init(Cast.institution, [])], at: now) == ["late", "own"])
            #expect(try await see([], at: now) == ["late", "own"])
            // What one may do in one organisation says nothing about another.
            #expect(try await see([.init(Cast.institution, ["need.close"]), .init(Cast.otherInstitution, ["expert.appoint"])], at: now) == ["late", "own"])
            #expect(try await see([.init(Cast.institution, ["expert.appoint"]), .init(Cast.otherInstitution, ["need.triage"])], at: now) == ["late", "own", "closed to me", "theirs"])
            // A turn sleeps until it begins.
            #expect(try await see([], at: now - .seconds(1)) == [])
        }
    }

    @Test func `a supervisor sees what waits within their scope alone`() async throws {
        let officer = Role("officer", Words("服务专员", "Officer")), authority = Role("authority", Words("主管部门", "Authority"))
        let grants = [Grant(officer, .institution), Grant(authority, .region)]
        try await onBothEngines(Turn.migrations) { database async throws in
            let all = [
                turn("here"), turn("elsewhere in the province", institution: Cast.otherInstitution, region: "330106"),
                turn("other province", institution: Cast.otherInstitution, region: Cast.otherRegion),
            ]
            try await database.write { tx in for turn in all { try tx.give(turn) } }
            func see(_ memberships: [Membership]) async throws -> [String] {
                let scope = Cast.head.viewer(memberships).scope(grants, institution: "institution", region: "region") { _, _ in nil }
                return try await database.read { try $0.waiting(scope: scope, limit: 10) }.map(\.subject.id).sorted()
            }
            #expect(try await see([Membership(role: officer, organisation: Cast.institution, regionPrefix: "3310")]) == ["here"])
            #expect(try await see([Membership(role: officer, organisation: Cast.otherInstitution, regionPrefix: "")]) == ["elsewhere in the province", "other province"])
            #expect(try await see([Membership(role: authority, organisation: nil, regionPrefix: "33")]) == ["elsewhere in the province", "here"])
            #expect(try await see([Membership(role: authority, organisation: nil, regionPrefix: "331003")]) == ["here"])
            #expect(try await see([Membership(role: authority, organisation: nil, regionPrefix: "")]).count == 3)
            #expect(try await see([]) == [])
            func filtered(_ filter: Turn.Filter) async throws -> [String] {
                let (turns, count) = try await database.read { (try $0.waiting(scope: "1 = 1", filter, limit: 10), try $0.waitingCount(scope: "1 = 1", filter)) }
                #expect(turns.count == count)
                return turns.map(\.subject.id)
            }
            #expect(try await filtered(.init(kind: "case")) == [])
            #expect(try await filtered(.init(kind: "need", permission: "need.triage", holder: Cast.lin.party)).count == 3)
            #expect(try await filtered(.init(regionPrefix: "3310")) == ["here"])
            #expect(try await filtered(.init(dueBefore: now)) == [])
        }
    }

    @Test func `pages of what waits lose none that are due at the same moment`() async throws {
        try await onBothEngines(Turn.migrations) { database async throws in
            let all = (0..<25).map { turn("t\($0 + 10)", due: .days($0 / 10)) }
            try await database.write { tx in for turn in all { try tx.give(turn) } }
            var (seen, last): ([String], Turn?) = ([], nil)
            while true {
                let after = last
                let page = try await database.read { try $0.waiting(scope: "1 = 1", .init(kind: "need"), limit: 4, after: after.map { ($0.due, $0.subject.id) }) }
                guard let end = page.last else { break }
                seen += page.map(\.subject.id)
                last = end
            }
            #expect(seen == all.map(\.subject.id))
        }
    }

    @Test func `each turn is called overdue once, and again when it was handed on`() async throws {
        try await onBothEngines(Turn.migrations) { database async throws in
            let (now, late, more) = (now, turn("late", due: .hours(-1)), (0..<5).map { turn("more\($0)", due: .hours(-2)) })
            try await database.write { tx in for turn in more + [late, turn("later")] { try tx.give(turn) } }
            let first = try await database.write { try $0.overdueTurns(now: now, limit: 5) }
            #expect(Set(first.map(\.subject.id)) == Set(more.map(\.subject.id)))
            #expect(try await database.write { try $0.overdueTurns(now: now) }.map(\.subject.id) == ["late"])
            #expect(try await database.write { try $0.overdueTurns(now: now) }.isEmpty)
            try await database.write { try $0.give(late) }
            #expect(try await database.write { try $0.overdueTurns(now: now) }.map(\.subject.id) == ["late"])
        }
    }

    @Test func `at night what is urgent alone is called overdue; the rest waits for the day`() async throws {
        try await onBothEngines(Turn.migrations) { database async throws in
            let (now, all) = (now, [turn("calm", due: .hours(-1)), turn("urgent", due: .hours(-1), isUrgent: true)])
            try await database.write { tx in for turn in all { try tx.give(turn) } }
            #expect(try await database.write { try $0.overdueTurns(now: now, onlyUrgent: true) }.map(\.subject.id) == ["urgent"])
            #expect(try await database.write { try $0.overdueTurns(now: now) }.map(\.subject.id) == ["calm"])
        }
    }

    @Test func `each turn is called late once, urgent ones by their own time`() async throws {
        try await onBothEngines(Turn.migrations) { database async throws in
            let now = now
            let all = [
                turn("yesterday", due: .hours(-20)), turn("just now", due: .minutes(-10)), turn("urgent", due: .minutes(-40), isUrgent: true),
                turn("urgent, just now", due: .minutes(-10), isUrgent: true), turn("to come"),
            ]
            try await database.write { tx in for turn in all { try tx.give(turn) } }
            func late(_ due: Instant?) async throws -> Set<String> {
                Set(try await database.write { try $0.lateTurns(dueBefore: due, urgentBefore: now - .minutes(30), now: now) }.map(\.subject.id))
            }
            #expect(try await late(nil) == ["urgent"])
            #expect(try await late(now - .hours(2)) == ["yesterday"])
            #expect(try await late(now - .hours(2)).isEmpty)
            // Handed on, it can be late again.
            let again = all[0]
            try await database.write { try $0.give(again) }
            #expect(try await late(now - .hours(2)) == ["yesterday"])
        }
    }

    @Test func `what waits in a company is there for whoever speaks for it, but for its own holder`() async throws {
        try await onBothEngines(Turn.migrations) { database async throws in
            let now = now
            let all = [
                turn("mine", company: "a"), turn("hers", Cast.wang.party, due: .days(2), company: "a"), turn("later", Cast.wang.party, due: .days(4), company: "b"),
                turn("elsewhere", Cast.wang.party, company: "c"), turn("no company", Cast.wang.party),
            ]
            try await database.write { tx in for turn in all { try tx.give(turn) } }
            func see(_ companies: [String], _ at: Instant = now) async throws -> [String] {
                try await database.read { try $0.turns(ofCompanies: companies, but: Cast.lin.id, begunBy: at, limit: 9) }.map(\.subject.id)
            }
            #expect(try await see(["a", "b"]) == ["hers", "later"])
            #expect(try await see(["a", "b"], now - .seconds(1)) == [])
            #expect(try await see([]) == [])
        }
    }

    @Test func `a page of turns says where it ends, and takes no nonsense for it`() {
        let last = turn("a-b")
        let place = Turn.place(last.place)
        #expect(place?.due == last.due && place?.id == "a-b")
        for text in ["", "12", "x-a", "-", "99999999999999999999-a"] { #expect(Turn.place(text) == nil) }
    }
}
