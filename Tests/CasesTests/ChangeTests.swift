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

@Suite("A case in other hands") struct ChangeTests {
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
}
