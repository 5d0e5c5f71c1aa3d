import Storage
import Complaints
import Identity
import Languages
import TestSupport
import Testing
import Values
import Web

@testable import Complaints

@Suite("A complaint") struct ComplaintTests {
    private static let now = MovingClock().now
    private static let acceptance = Acceptance(by: Cast.head.id, at: now, due: now + .days(21))
    private static let decision = Decision(outcome: .founded, words: "查明属实", by: Cast.head.id, at: now + .days(1), due: now + .days(3))
    private static let reply = Reply(words: "已退还", by: Cast.head.id, at: now + .days(2))
    private static let states: [Complaint.State] = [
        .filed, .accepted(acceptance), .decided(acceptance, decision), .answered(acceptance, decision, reply),
    ]

    enum Told { case yes, quicker, past, notYet }

    /// Rows: deeds; columns: filed, accepted, decided, answered.
    private static let table: [(Complaint.Deed, [Told])] = [
        (.accept, [.yes, .quicker, .quicker, .quicker]),
        (.measure, [.yes, .yes, .yes, .past]),
        (.decide, [.notYet, .yes, .quicker, .quicker]),
        (.answer, [.notYet, .notYet, .yes, .quicker]),
        (.undoAcceptance, [.notYet, .yes, .past, .past]),
        (.lift, [.yes, .yes, .yes, .yes]),
        (.undoDecision, [.notYet, .notYet, .yes, .past]),
    ]

    @Test func `takes each deed in the states that are drawn and in no other (A6)`() {
        #expect(Set(Self.table.map(\.0)) == Set(Complaint.Deed.allCases))
        for (deed, row) in Self.table {
            for (state, wanted) in zip(Self.states, row) {
                let complaint = Self.complaint(state)
                let told: Told
                do throws(Complaint.Refusal) {
                    try complaint.allow(deed)
                    told = .yes
                } catch {
                    switch error {
                    case .quicker: told = .quicker
                    case .past: told = .past
                    case .notYet: told = .notYet
                    }
                }
                #expect(told == wanted, "\(deed) in \(state)")
            }
        }
    }

    @Test func `says who was quicker, and when`() {
        #expect(throws: Complaint.Refusal.quicker(Cast.head.id, Self.decision.at)) { try Self.complaint(Self.states[3]).allow(.decide) }
    }

    @Test func `is called by year and number`() {
        #expect(Self.complaint(.filed).name == "TS-2026-000018")
    }

    @Test func `has a receipt of 128 bits that can be read out and typed back`() throws {
        var codes: Set<LongCode> = []
        for _ in 0..<200 {
            let receipt = Receipt()
            #expect(receipt.code.text.count == 26)
            codes.insert(receipt.code)
            #expect(Receipt(typed: receipt.code.spelled) == receipt)
            #expect(Receipt(typed: " " + receipt.code.spelled.lowercased().replacing("0", with: "o").replacing("1", with: "l")) == receipt)
        }
        #expect(codes.count == 200)
        // Every digit but the last, which carries 3 bits, takes all 32 values.
        for place in 0..<25 { #expect(Set(codes.map { Array($0.text)[place] }).count > 20) }
        for wrong in ["", "7K3M", String(repeating: "0", count: 25), String(repeating: "0", count: 27), String(repeating: "U", count: 26), "你好"] {
            #expect(Receipt(typed: wrong) == nil)
        }
    }

    @Test(arguments: [
        ("case", "0192abc", true), ("expert", String(repeating: "a", count: 64), true), ("case", String(repeating: "a", count: 65), false),
        ("case'", "1", false), ("case", "1 or 1", false), ("", "1", false), ("case", "", false), ("a b", "1", false),
    ])
    func `names what it is about by words that can be names, and by nothing else`(kind: String, id: String, isNamed: Bool) {
        #expect((Filing.subject(Form(["kind": [kind], "id": [id]])) != nil) == isNamed)
    }

    private static func complaint(_ state: Complaint.State) -> Complaint {
        Complaint(
            id: Cast.id(900), number: 18, filed: now, about: nil, kind: .charge, words: "", person: nil, handler: Cast.institution,
            holder: .organisation(Cast.institution), concerns: Cast.institution, region: Cast.region, due: now + .days(2), state: state, measures: [])
    }
}
