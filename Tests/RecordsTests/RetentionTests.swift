import Cases
@testable import Files
import Holdings
import Identity
import Needs
import Reference
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Papers
@testable import Records

/// What nobody had erased goes by its class, by the clock that it is told (P6), and takes nothing with it that a certificate or
/// the public export stands on; on both engines.
@Suite("Retention") struct RetentionTests {
    private static let holdings = FilesRoom(maySee: { _, _, _, _ in false }).holdings + RecordsRoom(reference: .bundled, files: FileStore(folder: "")).holdings
        + CasesRoom(reference: .bundled, files: FileStore(folder: ""), queues: { _, _, _ in [] }, beside: RecordsRoom.besideMeetings).holdings
        + NeedsRoom(reference: .bundled, intake: Intake(adviser: Adviser(reference: .bundled) { _ in ("technology", 0.9, []) }, reference: .bundled), files: FileStore(folder: "")).holdings
        + PapersRoom(files: FileStore(folder: ""), baseURL: "").holdings

    /// What people wrote, wherever it lies.
    private static let written: [SQL] = [
        "need where statement like '%水路%'", "need_edit where statement like '%水路%'", "case_message where text like '%金丝雀%'", "case_note where text like '%金丝雀%'",
        "solution where advice like '%金丝雀%'", "meeting where place like '%厂里%'", "case_closure where words like '%金丝雀%'", "service_case where title like '%水路%'", "need_term", "file where name = '图纸.pdf'",
    ]

    @Test func `Ten years after a case has ended what was written in it is gone; certificate and export stand as they stood`() async throws {
        try await Yard.on { yard in
            let met = try await yard.held(60, way: .onSite)
            try await yard.deed(Yard.owner) { try $0.confirm(met) }
            yard.clock.pass(.hours(1))
            let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
            try await yard.paper(Yard.officer) { try $0.check(id) }
            try await yard.paper(Yard.chief) { try $0.issue(id) }
            let (one, now) = (yard.serviceCase, yard.clock.now)
            try await yard.write { tx in
                let need = try tx.value("select need from service_case where id = \(one)", String.self) ?? ""
                try tx.run("insert into case_message (id, service_case, by_person, text, at) values (\(ID<Case>(at: now)), \(one), \(Cast.wang.id), '金丝雀', \(now))")
                try tx.run("insert into case_note (id, service_case, by_person, text, at) values (\(ID<Case>(at: now)), \(one), \(Cast.lin.id), '金丝雀', \(now))")
                try tx.run("insert into solution (service_case, version, situation, analysis, advice, steps, by_person, at) values (\(one), 1, '情况', '分析', '金丝雀', '步骤', \(Cast.shen.id), \(now))")
                try tx.run(
                    """
                    insert into case_closure (service_case, verdict, advice, contact, speed, words, no_charge, baseline, target, by_person, at)
                    values (\(one), 'solved', 5, 5, 5, '金丝雀', true, '', '', \(Cast.wang.id), \(now))
                    """)
                try tx.run("insert into need_edit (need, version, statement, by_person, at) values (\(need), 1, '水路', \(Cast.wang.id), \(now))")
                try tx.run("insert into need_closure (need, at) values (\(need), \(now))")
                let drawing = TakenFile(name: "图纸.pdf", kind: .pdf, size: 10, hash: "h", place: "aa/drawing", path: "/nonexistent/drawing", quota: 1 << 30)
                try tx.add(drawing, to: Subject("case", one), by: Cast.wang.party, now: now)
            }
            for table in Self.written { #expect(try await yard.count(table) >= 1, "\(table)") }
            let before = try await Self.standing(yard)
            // Still open: it has not ended, however old.
            try await Self.expire(yard, at: now + .days(11 * 366))
            #expect(try await yard.count("case_message where text = '金丝雀'") == 1)
            _ = try await yard.write { try $0.run("update service_case set ended_at = \(now) where id = \(one)") }
            try await Self.expire(yard, at: now + .days(9 * 366))
            #expect(try await yard.count("case_message where text = '金丝雀'") == 1)
            for _ in 0..<2 { try await Self.expire(yard, at: now + .days(11 * 366)) }
            for table in Self.written { #expect(try await yard.count(table) == 0, "\(table)") }
            let after = try await Self.standing(yard)
            #expect(after == before && before.contains("60"))
            // The pages of the case still open, and the record is still counted.
            #expect(try await yard.house.browser(as: Yard.officer).open(Case.page(one)).status == 200)
            #expect(try await yard.total() == 60)
            let paper = try #require(try await yard.database.read { try $0.papers(of: Cast.shen.id).first })
            #expect(paper.standing(on: yard.clock.now.day) == .valid && paper.claims["minutes"] == "60")
        }
    }

    @Test func `Ten years after a case has ended what was said about its hours is gone, the figures stand, and nothing else can be changed`() async throws {
        try await Yard.on { yard in
            let now = try await Self.talk(yard)
            func spoken() async throws -> [Int] {
                var counts: [Int] = []
                for (table, text, _) in RecordsRoom.said { counts.append(try await yard.count("\(.named(table)) where \(.named(text)) like '%金丝雀%'")) }
                return counts + [try await yard.count("certificate_refusal where reason like '%金丝雀%'")]
            }
            let all = try await spoken()
            #expect(all.allSatisfy { $0 > 0 }, "\(all)")
            let before = try await Self.standing(yard)
            for (table, text, fixed) in RecordsRoom.said {
                let columns = SQL.halves(sqlite: "select name from pragma_table_info('\(.named(table))')", postgres: "select column_name from information_schema.columns where table_name = '\(.named(table))'")
                #expect(Set(try await yard.database.read { try $0.values(columns, String.self) }) == Set(fixed.map { "\($0)" } + ["\(text)"]))
                // The text by another one, everything else even by itself.
                let changes: [SQL] = ["\(.named(text)) = '说过别的'", "\(.named(text)) = '—', at = at"] + fixed.map { "\(.named($0)) = \(.named($0))" }
                for change in changes {
                    await #expect(throws: (any Error).self, "\(table)") { try await yard.write { _ = try $0.run("update \(.named(table)) set \(change)") } }
                }
                await #expect(throws: (any Error).self, "\(table)") { try await yard.write { _ = try $0.run("delete from \(.named(table))") } }
            }
            #expect(try await spoken() == all)
            let one = yard.serviceCase
            _ = try await yard.write { try $0.run("update service_case set ended_at = \(now) where id = \(one)") }
            try await Self.expire(yard, at: now + .days(9 * 366))
            #expect(try await spoken() == all)
            for _ in 0..<2 { try await Self.expire(yard, at: now + .days(11 * 366)) }
            #expect(try await spoken().allSatisfy { $0 == 0 })
            #expect(try await Self.standing(yard) == before)
            // What said nothing stays as it was.
            #expect(try await yard.count("service_confirmation where kind = 'owner' and reason = ''") > 0)
        }
    }

    /// Everything that can be said about hours, each time with a canary; answers when it was done.
    private static func talk(_ yard: Yard) async throws -> Instant {
        let ids = [try await yard.held(60), try await yard.held(50), try await yard.held(40)]
        try await yard.deed(Yard.owner) { try $0.confirm(ids[0]) }
        try await yard.deed(Yard.owner) { try $0.object(ids[0], words: "金丝雀", minutes: Minutes(50)) }
        try await yard.deed(Yard.officer) { try $0.answer(ids[0], upheld: true, reason: "金丝雀查过") }
        try await yard.deed(Yard.owner) { try $0.deny(ids[1], words: "金丝雀", minutes: Minutes(30)) }
        try await yard.deed(Yard.officer) { try $0.decide(ids[1], minutes: Minutes(30), reason: "金丝雀查过") }
        let (begins, one) = (yard.clock.now - .hours(2), yard.serviceCase)
        _ = try await yard.deed(Yard.expert) { try $0.state(one, begins: begins, ends: begins + .minutes(20), content: "金丝雀") }
        let refused = try await yard.paper(Yard.expert) { try $0.request(from: "2026-01", until: "2026-11") }
        try await yard.paper(Yard.officer) { try $0.refuse(refused, reason: "金丝雀没有") }
        let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
        try await yard.paper(Yard.officer) { try $0.check(id) }
        try await yard.paper(Yard.chief) { try $0.issue(id) }
        try await yard.paper(Yard.officer) { try $0.object(id, words: "金丝雀") }
        try await yard.paper(Yard.colleagueOfficer) { try $0.answer(id, upheld: false, reason: "金丝雀查过") }
        let now = yard.clock.now
        try await yard.write { tx in
            let scan = TakenFile(name: "证明.pdf", kind: .pdf, size: 10, hash: "h", place: "aa/scan", path: "/nonexistent/scan", quota: 1 << 30)
            let carried = try tx.bring(scan, issuer: "别处的协会", number: "1", minutes: Minutes(60), by: Occasion(Yard.expert, at: now, days: Yard.days))
            try tx.decide(carried, refusing: "金丝雀不收", by: Occasion(Yard.officer, at: now, days: Yard.days))
        }
        yard.clock.pass(.days(8))
        try await yard.deed(Yard.officer) { try $0.standIn(ids[2], reason: "金丝雀代为确认") }
        return yard.clock.now
    }

    @Test func `Why a certificate was refused is shown to nobody once the expert is erased (P5)`() async throws {
        try await Yard.on { yard in
            try await yard.served(60)
            let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
            try await yard.paper(Yard.officer) { try $0.refuse(id, reason: "金丝雀没有") }
            let readers = [Yard.officer, Yard.chief, Yard.reader].map { yard.house.browser(as: $0) }
            for reader in readers { #expect(try await reader.open(Certificate.page(id)).has("金丝雀没有")) }
            let now = yard.clock.now
            try await yard.write { try $0.noteErasure(Cast.shen.id, at: now) }
            for reader in readers {
                let shown = try await reader.open(Certificate.page(id))
                #expect(shown.status == 200 && shown.has("没有出具") && !shown.has("金丝雀"))
            }
        }
    }

    private static func expire(_ yard: Yard, at now: Instant) async throws {
        for holding in holdings { try await yard.write { try holding.expire(at: now, in: $0) } }
    }

    /// The public export, the claims of papers, and what the ledger would enter of each record: to the byte.
    private static func standing(_ yard: Yard) async throws -> String {
        let export = try await yard.house.browser().open(RecordExport.page()).text
        let rest = try await yard.database.read { reader in
            let records = try RecordLedger.records(try reader.values("select claim from service_record", String.self), reader)
            return try reader.papers(of: Cast.shen.id).map { String(decoding: $0.claims.canonical, as: UTF8.self) } + records.sorted { $0.key < $1.key }.map { String(decoding: $0.value, as: UTF8.self) }
        }
        return export + rest.joined()
    }
}
