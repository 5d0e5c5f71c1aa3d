import Identity
import Languages
import Reference
import TestSupport
import Testing
import Values
import Web

@testable import Needs

@Suite("A need") struct NeedTests {
    private static let now = MovingClock().now
    private static let triage = Triage(domain: .technology, subTopic: nil, urgency: .thisMonth, by: Cast.lin.id, at: now)
    private static let states: [(String, Need.State)] = [
        ("submitted", .submitted), ("triaged", .triaged(triage)), ("in service", .inService(triage, since: now)), ("closed", .closed(triage, at: now)),
        ("referred", .referred(Referral(place: "某处", reason: "某因", by: Cast.lin.id, at: now))), ("withdrawn", .withdrawn(Withdrawal(by: Cast.wang.id, at: now))),
        ("joined", .joined(into: Cast.id(801), at: now)),
    ]

    enum Told: Equatable { case done, nothing, quicker, past }

    /// Rows: deeds; columns: the seven states.
    private static let table: [(String, [Told], @Sendable (inout Need) throws(Need.Refusal) -> Bool)] = [
        ("triage by another", [.done, .quicker, .past, .past, .past, .past, .past], { need throws(Need.Refusal) in
            try need.triage(Triage(domain: .law, subTopic: nil, urgency: .now, by: Cast.head.id, at: now)) != nil
        }),
        ("the same triage again", [.done, .nothing, .past, .past, .past, .past, .past], { need throws(Need.Refusal) in try need.triage(triage) != nil }),
        ("undo", [.past, .done, .past, .past, .past, .past, .past], { need throws(Need.Refusal) in
            _ = try need.undoTriage(by: Cast.lin.id)
            return true
        }),
        ("withdraw", [.done, .done, .done, .past, .past, .nothing, .past], { need throws(Need.Refusal) in try need.withdraw(by: Cast.wang.id, now: now) != nil }),
        ("refer", [.done, .done, .past, .past, .nothing, .past, .past], { need throws(Need.Refusal) in
            try need.refer(Referral(place: "某处", reason: "某因", by: Cast.lin.id, at: now)) != nil
        }),
        ("join", [.done, .done, .past, .past, .past, .past, .nothing], { need throws(Need.Refusal) in try need.join(into: NeedTests.need(.submitted, 802), now: now) != nil }),
    ]

    @Test func `takes each deed in the states that are drawn and in no other (A6)`() {
        for (name, row, deed) in Self.table {
            #expect(row.count == Self.states.count)
            for ((stateName, state), wanted) in zip(Self.states, row) {
                var need = Self.need(state)
                let told: Told
                do throws(Need.Refusal) { told = try deed(&need) ? .done : .nothing } catch {
                    switch error {
                    case .quicker: told = .quicker
                    case .past: told = .past
                    }
                }
                #expect(told == wanted, "\(name) when \(stateName)")
                if told != .done { #expect(need.state == state, "\(name) when \(stateName)") }
            }
        }
    }

    @Test func `is joined into no closed one, and not into itself`() {
        for (name, state) in Self.states where !state.isOpen {
            var need = Self.need(.submitted)
            #expect(throws: Need.Refusal.self, "\(name)") { _ = try need.join(into: Self.need(state, 802), now: Self.now) }
        }
        var need = Self.need(.submitted)
        #expect(throws: Need.Refusal.self) { _ = try need.join(into: Self.need(.submitted), now: Self.now) }
    }

    @Test(arguments: [("水路堵了。急！", "水路堵了"), ("  \n第二行才有字", "第二行才有字"), ("\r\n\r\n。\n水路堵了", "水路堵了"), ("？？", "？？"), ("What now?\nHelp", "What now"), (String(repeating: "长", count: 40), String(repeating: "长", count: 23) + "…")])
    func `is called by its first sentence`(statement: String, title: String) {
        var need = Self.need(.submitted)
        need.statement = statement
        #expect(need.title == title)
    }

    static func need(_ state: Need.State, _ number: UInt64 = 800) -> Need {
        Need(
            id: Cast.id(number), number: "2026-000001", institution: Cast.institution, region: Cast.region, asker: Cast.wang.id, enterprise: nil, colleagues: [],
            statement: Office.mould, saidDomain: nil, saidUrgency: .thisMonth, wishedExpert: nil, source: .init(.web), at: now, suggestion: nil, state: state)
    }
}
