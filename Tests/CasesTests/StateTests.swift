import HTTPTypes
import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Cases

/// Every deed in every state: what is drawn is done, what is not is refused with a sentence of its own, and nothing changes (A6).
@Suite("State by deed") struct StateTests {
    enum Told: Equatable {
        case done
        /// May be repeated: nothing happens twice.
        case nothing
        /// Refused by this name, with words.
        case refused(String)
        /// Nothing of it is known to whoever asks.
        case hidden
    }

    /// What a deed leaves behind, and what it was answered.
    private static func tell(_ street: Street, _ deed: () async throws -> Void) async throws -> (told: Told, words: Words?) {
        let before = try await street.traces()
        var told: Told?
        var words: Words?
        do { try await deed() } catch let problem as Problem {
            told = problem.status == 404 ? .hidden : .refused(problem.name)
            words = problem.advice
        } catch let refusal as Offer.Refusal {
            (told, words) = (.refused("offer"), refusal.words)
        } catch let refusal as ClosureRefusal {
            (told, words) = (.refused("closure"), refusal.words)
        }
        let after = try await street.traces()
        if let told {
            #expect(after == before, "\(told) and yet something changed")
            if case .refused = told { #expect(words.map { $0.chinese.count > 6 && $0.english.count > 12 } == true, "\(told) without a sentence") }
            return (told, words)
        }
        return (after == before ? .nothing : .done, nil)
    }

    // MARK: A case

    private enum CaseState: CaseIterable { case awaiting, running, solved, stopped, changing, closed, unsolved, ended }

    private func bring(_ street: Street, to state: CaseState) async throws -> (id: ID<Case>, expert: Viewer) {
        let need = try await street.proposed()
        let person = try #require(try await street.places(need).first)
        try await street.choose(need, person)
        let offer = try #require(try await street.offer(need))
        let id = try #require(try await street.answer(offer, .accepted))
        let expert = Street.expert(person)
        guard state != .awaiting else { return (id, expert) }
        try await street.deed(id, expert) { try $0.undertake() }
        guard state != .running else { return (id, expert) }
        let found = try await street.serviceCase(id)
        try await street.solve(found)
        switch state {
        case .awaiting, .running, .solved: break
        case .stopped: try await street.hear("complaint.serviceStopped", Subject(kind: "complaint", id: "1"), ["about.kind": "case", "about.id": id.text])
        case .changing: try await street.change(id)
        case .closed: try await street.close(id, .solved)
        case .unsolved: try await street.close(id, .not)
        case .ended: try await street.withdraw(need)
        }
        return (id, expert)
    }

    /// Columns: awaiting the undertaking, running, with a solution, stopped, changing its expert, closed, not solved, ended.
    private static let caseTable: [(String, [Told], @Sendable (Street, ID<Case>, Viewer) async throws -> Void)] = [
        ("undertake", [.done, .nothing, .nothing, .nothing, .hidden, .nothing, .nothing, .nothing], { street, id, expert in try await street.deed(id, expert) { try $0.undertake() } }),
        ("the owner says", [past, .done, .done, past, past, past, past, past], { street, id, _ in try await street.deed(id, Street.owner) { try $0.say("在吗") } }),
        ("the expert says", [past, .done, .done, past, .hidden, past, past, past], { street, id, expert in try await street.deed(id, expert) { try $0.say("在") } }),
        ("propose a meeting", [past, .done, .done, past, past, past, past, past], { street, id, _ in
            let at = street.clock.now + .days(1)
            _ = try await street.deed(id, Street.owner) { try $0.propose(.telephone, place: "", minutes: Minutes(30), times: [at]) }
        }),
        ("hand in a solution", [past, .done, .done, past, .hidden, past, past, past], { street, id, expert in
            try await street.deed(id, expert) { try $0.solve(situation: "甲", analysis: "乙", advice: "丙", steps: []) }
        }),
        ("solved", [closure, closure, .done, .done, closure, .nothing, closure, closure], { street, id, _ in try await street.close(id, .solved) }),
        ("not solved", [.done, .done, .done, .done, closure, closure, .nothing, closure], { street, id, _ in try await street.close(id, .not) }),
        ("solved, says an officer", .init(repeating: .hidden, count: 8), { street, id, _ in try await street.close(id, .solved, by: Street.officer) }),
        ("declare", [past, past, past, past, .hidden, .done, .done, past], { street, id, expert in try await street.deed(id, expert) { try $0.declare() } }),
        ("follow up", [past, past, past, past, past, .refused("followUp.early"), past, past], { street, id, _ in try await street.deed(id, Street.owner) { try $0.followUp(.solved, result: "") } }),
        ("change the expert", [.done, .done, .done, .done, past, past, .done, past], { street, id, _ in try await street.change(id) }),
    ]
    private static let past = Told.refused("case.past")
    private static let closure = Told.refused("closure")

    @Test func `of a case`() async throws {
        try await Street.on(experts: 12) { street in
            var sentences: [CaseState: Set<Words>] = [:]
            for (column, state) in CaseState.allCases.enumerated() {
                for (name, row, deed) in Self.caseTable {
                    #expect(row.count == CaseState.allCases.count)
                    let (id, expert) = try await bring(street, to: state)
                    let (told, words) = try await Self.tell(street) { try await deed(street, id, expert) }
                    #expect(told == row[column], "\(name) when \(state)")
                    if told == Self.past, let words { sentences[state, default: []].insert(words) }
                    street.rest()
                }
            }
            // Each state says its own name, and no two say the same: with or without a solution, a case is being served.
            #expect(sentences.values.allSatisfy { $0.count == 1 })
            #expect(Set(sentences.values.flatMap { $0 }).count == sentences.count - 1)
        }
    }

    // MARK: An offer

    @Test func `of an offer`() async throws {
        try await Street.on(experts: 12) { street in
            let answers = Offer.Answer.allCases
            for first in [nil] + answers.map(Optional.some) {
                for second in answers {
                    let need = try await street.proposed()
                    try await street.choose(need, try #require(try await street.places(need).first))
                    let offer = try #require(try await street.offer(need))
                    if let first { try await street.answer(offer, first, reason: "某因") }
                    let (told, words) = try await Self.tell(street) { _ = try await street.answer(offer, second, reason: "某因") }
                    #expect(told == (first == nil ? .done : first == second ? .nothing : .refused("offer")), "\(second) after \(String(describing: first))")
                    if let first, let words { #expect(words.chinese.contains(first.words.chinese) && words.english.contains(first.words.english)) }
                    try await street.withdraw(need)
                    street.rest()
                }
            }
        }
    }

    @Test func `of a choice: whoever asks too late or twice is told so`() async throws {
        try await Street.on(experts: 12) { street in
            let need = try await street.proposed()
            let places = try await street.places(need)
            try await street.choose(need, places[0])
            #expect(try await Self.tell(street) { try await street.choose(need, places[1]) }.told == .refused("choice.taken"))
            #expect(try await Self.tell(street) { try await street.choose(need, places[0]) }.told == .nothing)
            try await street.answer(try #require(try await street.offer(need)), .accepted)
            #expect(try await Self.tell(street) { try await street.choose(need, places[1]) }.told == .refused("choice.past"))
            try await street.withdraw(need)
            #expect(try await Self.tell(street) { try await street.choose(need, places[1]) }.told == .refused("choice.past"))
        }
    }

    // MARK: A meeting

    private enum MeetingState: CaseIterable { case proposed, agreed, running, held, cancelled, missed, objected }

    /// Columns: proposed, agreed, going on, held, cancelled, missed, denied.
    private static let meetingTable: [(String, [Told], @Sendable (MeetingDeeds, Instant) throws -> Void, byExpert: Bool)] = [
        ("agree", [.done, over, over, over, over, over, over], { deeds, at in try deeds.agree(at: at) }, true),
        ("agree to one's own", [.refused("meeting.own"), over, over, over, over, over, over], { deeds, at in try deeds.agree(at: at) }, false),
        ("begin", [over, .done, over, over, over, over, over], { deeds, _ in try deeds.begin() }, true),
        ("begin, says the owner", .init(repeating: .hidden, count: 7), { deeds, _ in try deeds.begin() }, false),
        ("end", [over, over, .done, over, over, over, over], { deeds, _ in try deeds.end() }, true),
        ("cancel", [.done, .done, over, over, over, over, over], { deeds, _ in try deeds.cancel("") }, false),
        ("did not come", [over, .done, over, over, over, over, over], { deeds, _ in try deeds.miss() }, false),
        ("I was there", [over, over, over, over, over, .done, over], { deeds, _ in try deeds.object() }, true),
    ]
    private static let over = Told.refused("meeting.past")

    @Test func `of a meeting`() async throws {
        try await Street.on(experts: 12) { street in
            let found = try await street.running()
            let expert = Street.expert(try #require(found.expert))
            var sentences: [MeetingState: Set<Words>] = [:]
            for (column, state) in MeetingState.allCases.enumerated() {
                for (name, row, deed, byExpert) in Self.meetingTable {
                    #expect(row.count == MeetingState.allCases.count)
                    let at = street.clock.now + .days(2)
                    let id = try await street.deed(found.id, Street.owner) { try $0.propose(.telephone, place: "", minutes: Minutes(30), times: [at]) }
                    if state != .proposed, state != .cancelled { try await street.meet(id, expert) { try $0.agree(at: at) } }
                    if state != .proposed { street.clock.set(at + .minutes(16)) }
                    switch state {
                    case .proposed, .agreed: break
                    case .running: try await street.meet(id, expert) { try $0.begin() }
                    case .held:
                        try await street.meet(id, expert) { try $0.begin() }
                        try await street.meet(id, expert) { try $0.end() }
                    case .cancelled: try await street.meet(id) { try $0.cancel("") }
                    case .missed, .objected:
                        try await street.meet(id) { try $0.miss() }
                        if state == .objected { try await street.meet(id, expert) { try $0.object() } }
                    }
                    let (told, words) = try await Self.tell(street) { try await street.meet(id, byExpert ? expert : Street.owner) { try deed($0, at) } }
                    #expect(told == row[column], "\(name) when \(state)")
                    if told == Self.over, let words { sentences[state, default: []].insert(words) }
                    try await street.write { tx in try tx.cancel(id, reason: "", by: Cast.wang.id, now: at) }
                }
            }
            #expect(sentences.values.allSatisfy { $0.count == 1 })
            #expect(Set(sentences.values.flatMap { $0 }).count == MeetingState.allCases.count)
        }
    }
}

extension Street {
    /// What a deed would leave behind: rows of every table of the thread, and whose turn it is.
    fileprivate func traces() async throws -> [String] {
        try await database.read { reader in
            let tables: [SQL] = [
                "happening where outcome = 'done'", "notice", "offer", "offer_answer", "open_offer", "proposal", "service_case", "case_suspension", "expert_change", "case_message", "case_closure",
                "case_declaration", "follow_up", "solution", "meeting", "meeting_agreement", "meeting_beginning", "meeting_end", "meeting_cancellation", "meeting_absence", "taken_quarter",
                "need_uptake", "need_closure", "case_closure where verdict = 'not'", "follow_up where at is not null", "meeting_absence where objected_at is not null",
                "service_case where expert is null", "service_case where undertaking_at is null", "service_case where ended_at is null",
            ]
            let counts = try tables.map { String(try reader.count("select count(*) from \($0)")) }
            let turns = try reader.rows("select kind, id, holder, what_en, due from turn order by kind, id") { row in
                "\(try row(String.self)) \(try row(String.self)) \(try row(String.self)) \(try row(String.self)) \(try row(Int64.self))"
            }
            return counts + turns
        }
    }

    /// The next row of a table begins with nobody's week used up, and within everybody's appointment.
    fileprivate func rest() { clock.pass(.days(2)) }

}
