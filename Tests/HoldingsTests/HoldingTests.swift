import Languages
import Storage
import TestSupport
import Testing
import Values

@testable import Holdings

/// What a room keeps about a person: shown, taken out, erased, blocked, expired (PIPL 44–47; P5, P6), on both engines.
@Suite struct HoldingTests {
    private static let now = Instant(Day(number: 20_400), 10)

    private static let migrations = Blocked.migrations + [
        Migration(
            "Diary", 1,
            [
                """
                create table diary (id \(.text) not null primary key, person \(.text) not null, words \(.text) not null, mobile_sealed \(.text), code_hash \(.text), at \(.int) not null)\(.strict)
                """,
            ])
    ]

    private static func diary(_ fate: Holding.Fate, age: Holding.Age? = nil) -> Holding {
        Holding(
            "diary", Words("日记", "Diary"),
            [
                .init("words", Words("内容", "Text")), .init("mobile_sealed", Words("手机", "Mobile"), .sealed("diary.mobile"), optional: true), .secret("code_hash", optional: true),
                .init("at", Words("时间", "Time"), .instant),
            ], fate, age: age, whose: { person, _ in "person = \(person)" })
    }

    private struct Two: Sendable { let shen = ID<Person>(at: now), wang = ID<Person>(at: now) }

    private static func filled(_ database: Database) async throws -> Two {
        let two = Two()
        try await database.write { tx in
            for (place, person) in [two.shen, two.wang, two.shen].enumerated() {
                let id = "\(place)"
                try tx.run(
                    """
                    insert into diary (id, person, words, mobile_sealed, code_hash, at)
                    values (\(id), \(person), \("金丝雀\(place)"), \(try tx.vault.seal("13900000318", at: "diary.mobile.\(id)")), 'hash', \(now - .days(place * 400)))
                    """)
            }
        }
        return two
    }

    private static func words(_ database: Database) async throws -> [String] {
        try await database.read { try $0.values("select words from diary order by id", String.self) }
    }

    @Test func `A person's rows are shown with masked numbers, and taken out with open ones; secrets never`() async throws {
        try await onBothEngines(Self.migrations) { database async throws in
            let two = try await Self.filled(database)
            let holding = Self.diary(.deleted)
            let shown = try await database.read { try holding.entries(of: two.shen, $0, open: false) }
            #expect(shown.map { $0.values.map(\.name) } == [["words", "mobile_sealed", "at"], ["words", "mobile_sealed", "at"]])
            #expect(shown[0].values.map(\.text) == ["金丝雀0", "*******0318", "2025-11-08 10:00"])
            let taken = try await database.read { try holding.entries(of: two.shen, $0, open: true) }
            #expect(taken[1].values[1].text == "13900000318" && taken[1].values[0].text == "金丝雀2")
            #expect(try await database.read { try holding.count(of: two.wang, $0) } == 1)
        }
    }

    @Test func `Erasing deletes, empties, or leaves, as the list says, and nobody else's`() async throws {
        for (fate, left) in [(Holding.Fate.deleted, ["金丝雀1"]), (.emptied, ["—", "金丝雀1", "—"]), (.stays, ["金丝雀0", "金丝雀1", "金丝雀2"])] {
            try await onBothEngines(Self.migrations) { database async throws in
                let two = try await Self.filled(database)
                // Twice, as a backup that is restored does it again.
                for _ in 0..<2 { try await database.write { try Self.diary(fate).erase(two.shen, at: Self.now, in: $0) } }
                #expect(try await Self.words(database) == left)
                let sealed = try await database.read { try $0.count("select count(*) from diary where mobile_sealed is not null") }
                #expect(sealed == (fate == .stays ? 3 : 1))
                #expect(try await database.read { try $0.count("select count(*) from blocked") } == 0)
            }
        }
    }

    @Test func `What a table wants to be of some length is emptied to as many dashes, and shown no more than others`() async throws {
        try await onBothEngines(Self.migrations) { database async throws in
            let two = try await Self.filled(database)
            let holding = Holding("diary", Words("日记", "Diary"), [.init("words", Words("内容", "Text"), shortest: 4)], .emptied, whose: { person, _ in "person = \(person)" })
            try await database.write { try holding.erase(two.shen, at: Self.now, in: $0) }
            #expect(try await Self.words(database) == ["————", "金丝雀1", "————"])
            #expect(try await database.read { try holding.entries(of: two.shen, $0, open: true) }.allSatisfy(\.values.isEmpty))
        }
    }

    @Test func `What the law has kept is taken out, sealed, and gone when its years are over`() async throws {
        try await onBothEngines(Self.migrations) { database async throws in
            let two = try await Self.filled(database)
            let holding = Self.diary(.blocked(years: 10))
            for _ in 0..<2 { try await database.write { try holding.erase(two.shen, at: Self.now, in: $0) } }
            #expect(try await Self.words(database) == ["—", "金丝雀1", "—"])
            let kept = try await database.read { reader in
                try reader.rows("select id, content_sealed, person, row_key from blocked order by row_key") { row in
                    let id = try row(String.self)
                    let content = try row(String.self)
                    #expect(!content.contains("金丝雀"))
                    return (text: try reader.vault.open(content, at: "blocked.\(id)"), person: try row(ID<Person>.self), key: try row(String.self))
                }
            }
            #expect(kept.map(\.key) == ["0", "2"] && kept.allSatisfy { $0.person == two.shen })
            #expect(kept[0].text.contains("金丝雀0"))
            try await database.write { try Blocked.expire(at: Self.now + .days(9 * 365), in: $0) }
            #expect(try await database.read { try $0.count("select count(*) from blocked") } == 2)
            try await database.write { try Blocked.expire(at: Self.now + .days(11 * 365), in: $0) }
            #expect(try await database.read { try $0.count("select count(*) from blocked") } == 0)
        }
    }

    @Test func `Each class has its time, by the clock that it is told (P6)`() async throws {
        try await onBothEngines(Self.migrations) { database async throws in
            _ = try await Self.filled(database)
            let holding = Self.diary(.stays, age: .init("at", years: 2))
            try await database.write { try holding.expire(at: Self.now, in: $0) }
            #expect(try await Self.words(database) == ["金丝雀0", "金丝雀1"])
            try await database.write { try Self.diary(.stays).expire(at: Self.now + .days(11 * 365), in: $0) }
            #expect(try await Self.words(database).count == 2)
            try await database.write { try holding.expire(at: Self.now + .days(11 * 365), in: $0) }
            #expect(try await Self.words(database) == [])
        }
    }

    @Test func `Where others count the rows they stay, and what was written in them goes after ten years (P6)`() async throws {
        try await onBothEngines(Self.migrations) { database async throws in
            _ = try await Self.filled(database)
            let holding = Self.diary(.stays, age: .emptiedAfterTenYears(since: "diary.at"))
            try await database.write { try holding.expire(at: Self.now + .days(7 * 365), in: $0) }
            #expect(try await Self.words(database) == ["金丝雀0", "金丝雀1", "金丝雀2"])
            for _ in 0..<2 { try await database.write { try holding.expire(at: Self.now + .days(11 * 366), in: $0) } }
            #expect(try await Self.words(database) == ["—", "—", "—"])
            #expect(try await database.read { try $0.count("select count(*) from diary where mobile_sealed is null and code_hash is null and at > 0") } == 3)
        }
    }

    @Test func `The list of the erased holds ids and times, each once`() async throws {
        try await onBothEngines(Self.migrations) { database async throws in
            let person = ID<Person>(at: Self.now)
            for later in 0..<2 { try await database.write { try $0.noteErasure(person, at: Self.now + .days(later)) } }
            let erased = try await database.read { try $0.erasures() }
            #expect(erased.count == 1 && erased[0].person == person && erased[0].at == Self.now)
            #expect(try await database.read { try $0.isErased(person) })
            #expect(try await !database.read { try $0.isErased(ID<Person>(at: Self.now)) })
        }
    }
}
