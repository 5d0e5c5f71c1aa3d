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

/// Deeds in an order that nobody thought of.
@Suite("A case left to chance") struct ChanceTests {
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
