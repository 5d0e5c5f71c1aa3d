package import Cases
import Happenings
import Identity
import Languages
import Reference
package import Storage
package import Values
import Web

/// One deed to the witnessing of a session, with its case locked around it.
package struct WitnessDeeds {
    let meeting: ID<Meeting>
    let by: Occasion
    let tx: Transaction

    package init(_ meeting: ID<Meeting>, _ occasion: Occasion, in tx: Transaction) {
        self.meeting = meeting
        by = occasion
        self.tx = tx
    }

    private var viewer: Viewer { by.viewer }
    private var now: Instant { by.now }

    private func load() throws -> (Meeting, Case) {
        guard let found = try tx.meeting(meeting) else { throw Problem.notFound }
        let it = try tx.lock(found.serviceCase)
        guard let current = try tx.meeting(meeting) else { throw Problem.notFound }
        return (current, it)
    }

    private func give(_ kind: Witness.Kind, _ person: ID<Person>, _ it: Case) throws {
        guard try tx.insertsOnce("insert into meeting_witness (meeting, kind, by_person, at) values (\(meeting), \(kind), \(person), \(now)) on conflict do nothing") else { return }
        try tx.record(Witness.Given(subject: it.subject, fields: ["meeting": meeting.text, "kind": kind.rawValue]), by: .person(person), at: now, from: by.address)
    }

    /// "We have begun", by the owner. May be repeated.
    @discardableResult
    package func begun() throws -> ID<Case> {
        let (found, it) = try load()
        let may = try viewer.may(.witness, it)
        guard may.person != it.expert else { throw Problem.notFound }
        guard Witness.isOpen(found, at: now) else { throw Witness.past }
        // On site the code speaks: it shows that both were there.
        guard found.way != .onSite else { throw Witness.onSite }
        try give(.ownerBegun, may.person, it)
        return it.id
    }

    /// The code, typed by the expert on the spot; false when it is wrong. Five tries.
    package func visit(_ code: String) throws -> (id: ID<Case>, isRight: Bool) {
        let (found, it) = try load()
        let may = try viewer.may(.visit, it)
        guard may.person != it.asker, !it.colleagues.contains(may.person), found.way == .onSite else { throw Problem.notFound }
        guard Witness.isOpen(found, at: now) else { throw Witness.past }
        let tries: Int = try tx.one(
            """
            insert into visit_code_try (meeting, count) values (\(meeting), 1) on conflict (meeting) do update set count = visit_code_try.count + 1 returning count
            """) { try $0() }
        guard tries <= Witness.tries else { throw Witness.tooMany }
        guard code == Witness.code(meeting, tx.vault) else { return (it.id, false) }
        try give(.visitCode, may.person, it)
        return (it.id, true)
    }
}
