import Jobs
import Languages
import Logging
import Storage
import TestSupport
import Testing
import Values

@testable import Messaging

/// Three classes of notice: must know and work at once, news in one letter a day (peers.md, lesson 10).
struct DigestTests {
    private static let morning = Instant(Day(number: 20_400), 8, 5)
    private let wang: ID<Person> = Cast.wang.id
    private let li: ID<Person> = Cast.shen.id

    private func news(_ person: ID<Person>, _ thing: String, _ words: String, key: String = "k", kind: Notice.Class = .news, isReminder: Bool = false) -> Notice {
        Notice(to: person, kind, about: Subject(kind: "need", id: thing), key: key, Words(words, words), place: "/needs/\(thing)", isReminder: isReminder)
    }

    /// A desk whose letters stand in the outbox, with the workshop that does its jobs.
    private func desk(_ database: Database, waits: @escaping @Sendable (Subject) -> Bool = { _ in true }) -> Workshop {
        let driver = Post.Driver.outbox(database)
        let post = Post(mail: driver, text: driver)
        let contact: @Sendable (ID<Person>, Reader) throws -> Contact? = { person, _ in Contact(mobile: nil, mail: "\(person.text.suffix(4))@example.cn", language: .chinese) }
        let digest = Digest(post: post, database: database, baseURL: "https://zhuqi.example", minute: 8 * 60, contact: contact)
        return Workshop(
            database: database,
            workers: [post.worker(database: database, baseURL: "https://zhuqi.example", waits: { subject, _ in waits(subject) }, contact: contact), digest.worker],
            timers: [digest.timer], log: Logger(label: "test"))
    }

    private func letters(_ database: Database) async throws -> [Letter] { try await database.read { try $0.outbox(limit: 50).map(\.letter) } }

    @Test func `News of yesterday comes in one letter in the morning, and not again; what was read or came after is left out`() async throws {
        try await onBothEngines(Job.migrations + Notice.migrations) { database in
            let (wang, morning) = (wang, Self.morning)
            let all = [news(wang, "a", "专家看过了"), news(wang, "b", "换了一位"), news(wang, "c", "看过的")]
            try await database.write { tx in
                for notice in all { try tx.tell(notice, at: morning - .hours(20)) }
                for notice in try tx.notices(of: wang, before: nil, limit: 9) where notice.words.chinese == "看过的" { try tx.markSeen(wang, notice.id, at: morning - .hours(19)) }
            }
            let workshop = desk(database)
            // Before the hour nothing goes.
            try await workshop.drain(now: Instant(morning.day, 7, 50))
            #expect(try await letters(database).isEmpty)
            try await workshop.drain(now: morning)
            let first = try await letters(database)
            #expect(first.count == 1)
            #expect(first[0].subject == "助企：2条新消息")
            #expect(first[0].body.contains("专家看过了") && first[0].body.contains("换了一位") && !first[0].body.contains("看过的") && first[0].body.contains("https://zhuqi.example/needs/a"))
            // What comes later the same day waits for the next morning.
            let late = news(wang, "d", "下午的消息")
            try await database.write { try $0.tell(late, at: morning + .hours(3)) }
            try await workshop.drain(now: morning + .hours(5))
            #expect(try await letters(database).count == 1)
            try await workshop.drain(now: morning + .days(1))
            #expect(try await letters(database).count == 2)
            try await workshop.drain(now: morning + .days(2))
            #expect(try await letters(database).count == 2)
        }
    }

    @Test func `News of one thing is one notice a day, the newest; what must be known stands for itself`() async throws {
        try await onBothEngines(Job.migrations + Notice.migrations) { database in
            let (wang, li, morning) = (wang, li, Self.morning)
            let told = [
                news(wang, "a", "专家没空"), news(wang, "a", "已请下一位", key: "other"), news(wang, "b", "别的"), news(li, "a", "别人的"),
                news(wang, "a", "必须知道", key: "m", kind: .mustKnow), news(wang, "a", "必须知道", key: "m", kind: .mustKnow),
            ]
            try await database.write { tx in for notice in told { try tx.tell(notice, at: morning) } }
            let words = try await database.read { try $0.notices(of: wang, before: nil, limit: 20).map(\.words.chinese) }
            #expect(words.sorted() == ["别的", "已请下一位", "必须知道"].sorted())
            #expect(try await database.read { try $0.notices(of: li, before: nil, limit: 20).count } == 1)
            // The next day it is news again.
            let again = news(wang, "a", "又有消息")
            try await database.write { try $0.tell(again, at: morning + .days(1)) }
            #expect(try await database.read { try $0.notices(of: wang, before: nil, limit: 20).count } == 4)
        }
    }

    @Test func `What must be known and what is to be done go out at once, at any hour`() async throws {
        try await onBothEngines(Job.migrations + Notice.migrations) { database in
            let night = Instant(Self.morning.day, 2, 10)
            let told = [news(wang, "a", "轮到您", kind: .work), news(wang, "b", "必须知道", kind: .mustKnow)]
            try await database.write { tx in for notice in told { try tx.tell(notice, at: night) } }
            try await desk(database).drain(now: night)
            #expect(try await Set(letters(database).map(\.subject)) == ["轮到您", "必须知道"])
        }
    }

    @Test(arguments: [Letter.Channel.text, .mail]) func `A channel that is down neither holds up the other nor has it sent again`(down: Letter.Channel) async throws {
        try await onBothEngines(Job.migrations + Notice.migrations) { database in
            let (now, wang) = (Self.morning, wang)
            let (open, broken) = (Post.Driver.outbox(database), Post.Driver("down") { _ in throw PostFailure.refused("down") })
            let post = Post(mail: down == .mail ? broken : open, text: down == .text ? broken : open)
            let worker = post.worker(database: database, baseURL: "https://zhuqi.example") { _, _ in Contact(mobile: "13712340001", mail: "wang@example.cn", language: .chinese) }
            let workshop = Workshop(database: database, workers: [worker], timers: [], log: Logger(label: "test"))
            let notice = news(wang, "a", "必须知道", kind: .mustKnow)
            try await database.write { try $0.tell(notice, at: now) }
            for minutes in 0..<20 { try await workshop.drain(now: now + .minutes(minutes)) }
            #expect(try await letters(database).map(\.channel) == [down == .mail ? .text : .mail])
            #expect(try await database.read { try $0.jobCounts(now: now + .hours(1)).failed } == 1)
        }
    }

    @Test func `Closure stops reminders`() async throws {
        try await onBothEngines(Job.migrations + Notice.migrations) { database in
            let now = Self.morning
            let told = [news(wang, "open", "时限到了", kind: .work, isReminder: true), news(wang, "closed", "时限到了", kind: .work, isReminder: true), news(wang, "closed", "评定了", key: "x", kind: .work)]
            try await database.write { tx in for notice in told { try tx.tell(notice, at: now) } }
            try await desk(database, waits: { $0.id == "open" }).drain(now: now)
            let bodies = try await letters(database).map(\.body)
            #expect(bodies.count == 2)
            #expect(bodies.contains { $0.contains("/needs/open") } && bodies.contains { $0.contains("评定了") })
        }
    }
}
