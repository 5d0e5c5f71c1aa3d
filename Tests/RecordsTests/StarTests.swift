import Cases
@testable import Files
import Identity
import Languages
import Markup
import Messaging
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Records

@Suite("A star") struct StarTests {
    /// Carried over and accepted: minutes that count for stars alone.
    private static func carry(_ minutes: Int, _ yard: Yard) async throws {
        let now = yard.clock.now
        try await yard.write { tx in
            let file = TakenFile(name: "证明.pdf", kind: .pdf, size: 10, hash: "\(minutes)", place: "aa/\(minutes)", path: "/nonexistent/\(minutes)", quota: 1 << 30)
            let id = try tx.bring(file, issuer: "台州市红十字会", number: "第\(minutes)号", minutes: Minutes(minutes), by: Occasion(Yard.expert, at: now, days: Yard.days))
            try tx.decide(id, refusing: nil, by: Occasion(Yard.officer, at: now, days: Yard.days))
        }
    }

    @discardableResult
    private static func ask(_ yard: Yard) async throws -> ID<Star>? {
        let now = yard.clock.now
        return try await yard.write { tx in try tx.askForStar(by: Occasion(Yard.expert, at: now, days: Yard.days)) }
    }

    private static func award(_ id: ID<Star>, _ yard: Yard) async throws {
        let now = yard.clock.now
        try await yard.write { tx in try tx.awardStar(id, by: Occasion(Yard.officer, at: now, days: Yard.days)) }
    }

    private static func correct(_ id: ID<ServiceRecord>, to minutes: Int, _ yard: Yard) async throws {
        try await yard.deed(Yard.owner) { try $0.object(id, words: "后面在等材料", minutes: Minutes(minutes)) }
        try await yard.deed(Yard.chief) { try $0.answer(id, upheld: true, reason: "核对过通话记录") }
    }

    private static func stars(_ yard: Yard) async throws -> [Star] { try await yard.database.read { try $0.stars("q.person = \(Cast.shen.id)", limit: 10) } }

    @Test func `is withdrawn when its hours are corrected below it, the expert is told why, and it can be asked for again`() async throws {
        try await Yard.on { yard in
            try await Self.carry(5980, yard)
            try await yard.served(30)
            let record = try #require(try await yard.database.read { try $0.serviceRecords("q.minutes = 30", limit: 1).first }).id
            let id = try #require(try await Self.ask(yard))
            try await Self.award(id, yard)
            #expect(try await Self.ask(yard) == nil)
            // A correction that leaves the hours takes nothing.
            try await Self.correct(record, to: 20, yard)
            #expect(try await Self.stars(yard).map(\.isHeld) == [true])
            try await Self.correct(record, to: 19, yard)
            #expect(try await Self.stars(yard).map(\.isHeld) == [false])
            #expect(try await yard.count("happening where kind = 'star.withdrawn'") == 1)
            let notice = try #require(try await yard.database.read { try $0.notices(of: Cast.shen.id, before: nil, limit: 20) }.first { $0.words.chinese.hasPrefix("一星撤回") })
            #expect(notice.detail.chinese.contains("累计99小时59分钟，不到100小时"))
            let own = try await yard.house.browser(as: Yard.expert).open(ServiceRecord.list())
            #expect(own.has("一星撤回了：") && own.has("累计99小时59分钟，不到100小时") && own.has("/records/\(record)"))
            let officer = yard.house.browser(as: Yard.officer)
            #expect(try await officer.open(Star.list().with([("show", "all")])).has("已撤回"))
            #expect(!(try await officer.open(Star.list()).has("已撤回")))
            await #expect(throws: Problem.self) { _ = try await Self.ask(yard) }
            // Nobody gives it again on the old application, nor writes that it was withdrawn for hours that are there.
            try await Self.award(id, yard)
            #expect(try await Self.stars(yard).map(\.isHeld) == [false])
            try await yard.served(1)
            let again = try #require(try await Self.ask(yard))
            try await Self.award(again, yard)
            #expect(try await Self.stars(yard).map(\.isHeld) == [true, false])
            #expect(!(try await yard.house.browser(as: Yard.expert).open(ServiceRecord.list()).has("撤回了：")))
            await #expect(throws: StorageFailure.self) {
                try await yard.write { tx in _ = try tx.run("insert into star_withdrawal (application, person, level, minutes, objection, at) select \(again), person, level, 6000, objection, at from star_withdrawal") }
            }
        }
    }

    @Test func `that was only asked for is taken off the list with the hours`() async throws {
        try await Yard.on { yard in
            try await Self.carry(5980, yard)
            try await yard.served(30)
            let record = try #require(try await yard.database.read { try $0.serviceRecords("q.minutes = 30", limit: 1).first }).id
            let id = try #require(try await Self.ask(yard))
            try await Self.correct(record, to: 10, yard)
            #expect(try await yard.database.read { try $0.turn(of: Subject(Star.kind, id)) } == nil)
            #expect(try await yard.house.browser(as: Yard.expert).open(ServiceRecord.list()).has("一星的申请撤下了"))
        }
    }

    @Test func `is never held for more than counts, given and corrected in the same moment`() async throws {
        for _ in 0..<6 {
            try await Yard.on(connections: 4) { yard in
                try await Self.carry(5980, yard)
                try await yard.served(30)
                let record = try #require(try await yard.database.read { try $0.serviceRecords("q.minutes = 30", limit: 1).first }).id
                let id = try #require(try await Self.ask(yard))
                try await yard.deed(Yard.owner) { try $0.object(record, words: "后面在等材料", minutes: Minutes(5)) }
                async let giving: Void = { do { try await Self.award(id, yard) } catch is Problem {} }()
                async let correcting: Void = yard.deed(Yard.chief) { try $0.answer(record, upheld: true, reason: "核对过通话记录") }
                _ = try await (giving, correcting)
                #expect(try await Self.stars(yard).allSatisfy { !$0.isHeld })
            }
        }
    }
}
