import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Volunteers
import Web

@testable import Home

/// Who is told that a turn is due or late (peers.md, lesson 10).
struct ReminderTests {
    private let today = Hall.now.day

    private func turn(
        _ id: String, _ holder: Party = .organisation(Cast.institution), permission: String = "need.triage", due: Instant, kind: String = "need", isUrgent: Bool = false
    ) -> Turn {
        Turn(
            Subject(kind: kind, id: id), holder: holder, permission: permission, what: Words("分办", "Assign"), due: due, since: due - .days(1), institution: Cast.institution, region: Cast.region,
            title: "一件事", isUrgent: isUrgent)
    }

    private func give(_ hall: Hall, _ turns: Turn...) async throws { try await hall.database.write { tx in for turn in turns { try tx.give(turn) } } }

    /// Who is told what at that moment, `林晓: Due now: Assign`.
    private func told(_ hall: Hall, at now: Instant, silent: @escaping Reminder.Silent = { _, _ in [:] }) async throws -> [String] {
        let reminder = Reminder(permissions: Hall.permissions, days: Reference.bundled.workingDays, silent: silent, link: { Link(path: "/\($0.kind)/\($0.id)") })
        return try await hall.database.write { tx in
            _ = try tx.run("delete from notice")
            try reminder.remind(in: tx, now: now)
            return try tx.rows("select p.name, n.words_en from notice n join person p on p.id = n.person order by p.name, n.words_en") { row in
                let (name, words): (String, String) = (try row(), try row())
                return "\(name): \(words)"
            }
        }
    }

    private func set(_ hall: Hall, _ duties: (Cast.Member, Day)...) async throws {
        let duties = duties.map { Duty(institution: Cast.institution, day: $1, person: $0.id, kind: .officer) }
        try await hall.database.write { try $0.setDuties(duties, of: Cast.institution, on: duties.map(\.day)) }
    }

    @Test func `An institution's turn is told to the officer on duty when it is due, and once more to the next day's when it is late`() async throws {
        try await Hall.on { hall in
            try await set(hall, (Cast.lin, today), (Hall.second, today + 1))
            try await give(hall, turn("a", due: Instant(today, 18)), turn("elsewhere", .organisation(Cast.otherInstitution), due: Instant(today + 9, 18)))
            #expect(try await told(hall, at: Instant(today, 17, 59)).isEmpty)
            #expect(try await told(hall, at: Instant(today, 18)) == ["林晓: Due now: Assign"])
            #expect(try await told(hall, at: Instant(today, 18, 1)).isEmpty)
            #expect(try await told(hall, at: Instant(today + 1, 8, 59)).isEmpty)
            #expect(try await told(hall, at: Instant(today + 1, 9)) == ["郑洁: Overdue and still open: Assign"])
            #expect(try await told(hall, at: Instant(today + 2, 9)).isEmpty)
        }
    }

    @Test func `With nobody on duty all officers are told, and of what no officer may do whoever may`() async throws {
        try await Hall.on { hall in
            try await give(hall, turn("a", due: Instant(today, 18)))
            #expect(try await told(hall, at: Instant(today, 18)) == ["林晓: Due now: Assign", "郑洁: Due now: Assign"])
            try await give(hall, turn("b", permission: "expert.appoint", due: Instant(today, 18)))
            #expect(try await told(hall, at: Instant(today, 18)) == ["周敏: Due now: Assign"])
        }
    }

    @Test func `What ended is not told, and a day off is no day on which things become late`() async throws {
        try await Hall.on { hall in
            let friday = today + 4
            let (done, open) = (turn("done", due: Instant(friday, 18)), turn("open", due: Instant(friday, 18)))
            try await set(hall, (Cast.lin, friday))
            try await give(hall, done, open)
            try await hall.database.write { try $0.endTurn(of: done.subject) }
            #expect(try await told(hall, at: Instant(friday, 18)) == ["林晓: Due now: Assign"])
            #expect(try await told(hall, at: Instant(friday + 1, 12)).isEmpty)
            #expect(try await told(hall, at: Instant(friday + 3, 9)).count == 2)
        }
    }

    @Test func `At night nobody is woken but for what is urgent, which is late after half an hour`() async throws {
        try await Hall.on { hall in
            try await set(hall, (Cast.lin, today), (Hall.second, today + 1))
            try await give(hall, turn("calm", due: Instant(today, 22)), turn("own", Cast.wang.party, due: Instant(today, 22)), turn("urgent", due: Instant(today, 23), isUrgent: true))
            #expect(try await told(hall, at: Instant(today, 23)) == ["林晓: Due now: Assign"])
            #expect(try await told(hall, at: Instant(today, 23, 29)).isEmpty)
            #expect(try await told(hall, at: Instant(today, 23, 31)) == ["林晓: Overdue and still open: Assign"])
            #expect(try await told(hall, at: Instant(today + 1, 7, 59)).isEmpty)
            #expect(try await told(hall, at: Instant(today + 1, 8)) == ["王海燕: Due now: Assign", "郑洁: Due now: Assign"])
        }
    }

    @Test func `Several things at once make one notice; what is late by the time somebody looks is said once`() async throws {
        try await Hall.on { hall in
            try await set(hall, (Cast.lin, today + 1))
            try await give(hall, turn("a", due: Instant(today, 17)), turn("b", due: Instant(today, 18)), turn("c", due: Instant(today + 1, 9, 30)))
            #expect(try await told(hall, at: Instant(today + 1, 9, 30)) == ["林晓: Due now: Assign", "林晓: Overdue and still open: 2 things, the most urgent: “Assign”"])
        }
    }

    @Test func `A reminder of several things is sent while one of them still waits`() async throws {
        try await Hall.on { hall in
            let long = turn("long ago", due: Instant(milliseconds: 0))
            let all = Subject("organisationTurns", Cast.institution)
            func waits(_ subject: Subject) async throws -> Bool { try await hall.database.read { try Reminder.waits(subject, $0) } }
            try await give(hall, long)
            #expect(try await waits(all))
            #expect(try await waits(long.subject))
            try await hall.database.write { try $0.endTurn(of: long.subject) }
            #expect(try await !waits(all))
            #expect(try await !waits(long.subject))
        }
    }

    @Test func `Whoever may not learn of it is not reminded of it, and where nobody else is left nobody is`() async throws {
        try await Hall.on { hall in
            try await give(hall, turn("a", permission: "complaint.handle", due: Instant(today, 18), kind: "complaint"))
            #expect(try await told(hall, at: Instant(today, 18), silent: { subjects, _ in Dictionary(uniqueKeysWithValues: subjects.map { ($0, [Cast.head.id]) }) }).isEmpty)
        }
    }
}
