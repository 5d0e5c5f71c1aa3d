import Identity
import Languages
import Markup
import Messaging
import Reference
package import Storage
import Turns
package import Values
import Volunteers
import Web

/// Reminds whoever has a turn whose time is over (peers.md, lesson 10). A person is told once. Of an organisation's turn those
/// are told who may do it: its officers on duty, else all its officers, else whoever else may; once when it is due, and once
/// when it is late, that is, still open as the next working day begins, or half an hour on where work has stopped somewhere.
/// At night nobody is woken but for what is urgent, and several things at once make one notice.
package struct Reminder: Sendable {
    package typealias Silent = @Sendable ([Subject], Reader) throws -> [Subject: Set<ID<Person>>]

    /// Which roles answer an organisation's turn, by its permission.
    let answering: [String: Set<String>]
    let days: WorkingDays
    /// Who may not learn of these, by subject.
    let silent: Silent
    let link: @Sendable (Subject) -> Link?

    /// Minutes of the day in China in which people are reminded of what is not urgent.
    private static let daytime = 8 * 60..<21 * 60
    private static let opening = WorkingHours.standard.periods.first?.from ?? 0
    private static let urgentGrace = Span.minutes(30)

    init(
        permissions: [PermissionEntry], days: WorkingDays, silent: @escaping Silent = { _, _ in [:] }, link: @escaping @Sendable (Subject) -> Link?
    ) {
        answering = Dictionary(permissions.map { ($0.name, $0.answering) }) { $0.union($1) }
        self.days = days
        self.silent = silent
        self.link = link
    }

    private enum Stage: String {
        case due, late

        var words: Words {
            switch self {
            case .due: Words("时限到了：", "Due now: ")
            case .late: Words("过了时限，还没办：", "Overdue and still open: ")
            }
        }
    }

    package func remind(in tx: Transaction, now: Instant) throws {
        let isDay = Reminder.daytime.contains(now.minuteOfDay)
        let isOpened = days.isWorkday(now.day) && now.minuteOfDay >= Reminder.opening && isDay
        let due = try tx.overdueTurns(now: now, onlyUrgent: !isDay)
        let late = try tx.lateTurns(dueBefore: isOpened ? Instant(now.day, 0, Reminder.opening) : nil, urgentBefore: now - Reminder.urgentGrace, now: now)
        for turn in due {
            guard let person = turn.holder.person, let link = link(turn.subject) else { continue }
            try tx.tell(Notice(to: person, .work, about: turn.subject, key: "overdue", Stage.due.words + turn.what, place: link.text, isReminder: true), at: now)
        }
        // What is late already, because nobody was there to remind, is said once.
        let lateSubjects = Set(late.map(\.subject))
        try tell(late, .late, in: tx, now: now)
        try tell(due.filter { !lateSubjects.contains($0.subject) }, .due, in: tx, now: now)
    }

    private func tell(_ turns: [Turn], _ stage: Stage, in tx: Transaction, now: Instant) throws {
        let held = turns.compactMap { turn in if case .organisation(let id) = turn.holder { (holder: id, turn: turn) } else { nil } }
        guard !held.isEmpty else { return }
        let organisations = Set(held.map(\.holder))
        let (members, onDuty) = (try tx.members(of: organisations, now: now), try tx.officersOnDuty(at: organisations, now.day))
        let silent = try silent(held.map(\.turn.subject), tx)
        var heaps: [Heap: [Turn]] = [:]
        for (organisation, turn) in held.sorted(by: { $0.turn.due < $1.turn.due }) {
            let barred = silent[turn.subject] ?? []
            let roles = answering[turn.permission] ?? []
            let able = (members[organisation] ?? []).filter { roles.contains($0.role) && !barred.contains($0.person) }
            for person in Reminder.whom(able, onDuty[organisation] ?? []) { heaps[Heap(person: person, organisation: organisation), default: []].append(turn) }
        }
        for (whose, turns) in heaps { try tx.tell(notice(turns, stage, whose, now), at: now) }
    }

    /// Whoever has several things at once is told of them together.
    private struct Heap: Hashable {
        let person: ID<Person>
        let organisation: ID<Organisation>
    }

    private static func whom(_ able: [(person: ID<Person>, role: String)], _ onDuty: Set<ID<Person>>) -> Set<ID<Person>> {
        let officers = Set(able.filter { $0.role == Role.officer.name }.map(\.person))
        let there = officers.intersection(onDuty)
        return !there.isEmpty ? there : !officers.isEmpty ? officers : Set(able.map(\.person))
    }

    private func notice(_ turns: [Turn], _ stage: Stage, _ whose: Heap, _ now: Instant) -> Notice {
        if turns.count == 1, let turn = turns.first {
            return Notice(to: whose.person, .work, about: turn.subject, key: stage.rawValue, stage.words + turn.what, place: (link(turn.subject) ?? Start.page()).text, isReminder: true)
        }
        let first = turns[0].what
        return Notice(
            to: whose.person, .work, about: Subject(Reminder.heapKind, whose.organisation), key: "\(stage.rawValue).\(now.minuteOfDay)",
            stage.words + Words("\(turns.count)件，最急的是“\(first.chinese)”", "\(turns.count) things, the most urgent: “\(first.english)”"), place: Start.page().text, isReminder: true)
    }

    private static let heapKind = "organisationTurns"

    /// Whether what a reminder speaks of still waits for somebody.
    package static let waits: @Sendable (Subject, Reader) throws -> Bool = { subject, reader in
        guard subject.kind == heapKind, let organisation = ID<Organisation>(subject.id) else { return try reader.turn(of: subject) != nil }
        return try reader.isDue(for: .organisation(organisation), now: .now)
    }
}
