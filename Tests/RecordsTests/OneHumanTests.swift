import Cases
import Identity
import Languages
import Markup
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Records

/// An officer who serves as an expert has two accounts, and so may owner and head: a deed that counts is done by another human (A7).
@Suite("One human with two accounts") struct OneHumanTests {
    /// A deed that somebody may do, and whose name they must not bear.
    private struct Deed: Sendable {
        let name: String
        let by: Cast.Member
        let like: [Cast.Member]
        let prepared: @Sendable (Yard) async throws -> @Sendable (Yard) async throws -> Void
    }

    private static func record(_ name: String, _ by: Cast.Member, like: [Cast.Member], _ prepare: @escaping @Sendable (Yard) async throws -> ID<ServiceRecord>, _ deed: @escaping @Sendable (RecordDeeds, ID<ServiceRecord>) throws -> Void, as viewer: Viewer) -> Deed {
        Deed(name: name, by: by, like: like) { yard in
            let id = try await prepare(yard)
            return { try await $0.deed(viewer) { try deed($0, id) } }
        }
    }

    private static func certificate(_ name: String, _ by: Cast.Member, like: [Cast.Member], _ prepare: @escaping @Sendable (Yard, ID<Certificate>) async throws -> Void, _ deed: @escaping @Sendable (CertificateDeeds, ID<Certificate>) throws -> Void, as viewer: Viewer) -> Deed {
        Deed(name: name, by: by, like: like) { yard in
            try await yard.served(90)
            let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
            try await prepare(yard, id)
            return { try await $0.paper(viewer) { try deed($0, id) } }
        }
    }

    private static let deeds = [
        record("confirm", Cast.wang, like: [Cast.shen], { try await $0.held(42) }, { try $0.confirm($1) }, as: Yard.owner),
        record(
            "stand in", Cast.lin, like: [Cast.shen, Cast.wang],
            { yard in
                let id = try await yard.held(42)
                yard.clock.pass(.days(8))
                return id
            }, { try $0.standIn($1, reason: "看过通话记录") }, as: Yard.officer),
        record(
            "stand in for whom a colleague entered the need", Cast.lin, like: [Yard.second],
            { yard in
                let now = yard.clock.now
                let other = try await yard.write { try Yard.open(Cast.wang.id, Cast.shen.id, at: now - .days(3), by: Yard.second.id, $0) }
                let id = try await yard.held(42, in: other)
                yard.clock.pass(.days(8))
                return id
            }, { try $0.standIn($1, reason: "看过通话记录") }, as: Yard.officer),
        record(
            "decide", Cast.lin, like: [Cast.shen, Cast.wang],
            { yard in
                let id = try await yard.held(42)
                try await yard.deed(Yard.owner) { try $0.deny(id, words: "只谈了半小时", minutes: Minutes(30)) }
                return id
            }, { try $0.decide($1, minutes: Minutes(30), reason: "看过通话记录") }, as: Yard.officer),
        record(
            "answer an objection", Cast.lin, like: [Cast.shen, Cast.wang, Yard.second],
            { yard in
                let id = try await yard.held(42)
                try await yard.deed(Yard.owner) { try $0.confirm(id) }
                try await yard.deed(Yard.colleagueOfficer) { try $0.object(id, words: "只谈了半小时", minutes: Minutes(30)) }
                return id
            }, { try $0.answer($1, upheld: true, reason: "看过通话记录") }, as: Yard.officer),
        certificate("check", Cast.lin, like: [Cast.shen], { _, _ in }, { try $0.check($1) }, as: Yard.officer),
        certificate("refuse", Cast.lin, like: [Cast.shen], { _, _ in }, { try $0.refuse($1, reason: "记录不全") }, as: Yard.officer),
        certificate("issue", Cast.head, like: [Cast.shen, Cast.lin], { yard, id in try await yard.paper(Yard.officer) { try $0.check(id) } }, { try $0.issue($1) }, as: Yard.chief),
        certificate(
            "answer an objection to a certificate", Yard.second, like: [Cast.shen, Cast.lin, Cast.head, Yard.partner],
            { yard, id in
                try await yard.paper(Yard.officer) { try $0.check(id) }
                try await yard.paper(Yard.chief) { try $0.issue(id) }
                try await yard.paper(Yard.viewer(Yard.partner, .expert, at: Cast.institution)) { try $0.object(id, words: "时长不对") }
            }, { try $0.answer($1, upheld: false, reason: "看过通话记录") }, as: Yard.colleagueOfficer),
    ]

    @Test(arguments: deeds.indices) func `Whoever bears the name of somebody who had part does not decide, and says why; under another name they do`(index: Int) async throws {
        let deed = Self.deeds[index]
        try await Yard.on { yard in
            let act = try await deed.prepared(yard)
            for other in deed.like {
                // As somebody spells it who opens a second account.
                try await yard.write { try $0.rename(deed.by.id, " \(other.name.prefix(1)) \(other.name.dropFirst())") }
                let problem = await #expect(throws: Problem.self, "\(deed.name), \(other.name)") { try await act(yard) }
                #expect(problem?.status == 403 && problem?.name.hasSuffix("oneHuman") == true && problem?.advice.chinese.contains(other.name) == true, "\(deed.name): \(String(describing: problem))")
            }
            try await yard.write { try $0.rename(deed.by.id, deed.by.name) }
            try await act(yard)
        }
    }

    @Test func `The page offers no form to whoever is taken for a party, and says why`() async throws {
        try await Yard.on { yard in
            let id = try await yard.held(42)
            try await yard.deed(Yard.owner) { try $0.deny(id, words: "只谈了半小时", minutes: Minutes(30)) }
            let officer = yard.house.browser(as: Yard.officer)
            #expect(try await officer.open(ServiceRecord.page(id)).form(ServiceRecord.decision(id).text) != nil)
            for (name, document) in [("沈 国强", "passport E1"), ("林晓", "passport E2")] {
                try await yard.write { tx in
                    try tx.rename(Cast.lin.id, name)
                    try tx.set(document: document, of: Cast.lin.id)
                    try tx.set(document: "passport E2", of: Cast.shen.id)
                }
                let shown = try await officer.open(ServiceRecord.page(id))
                #expect(shown.form(ServiceRecord.decision(id).text) == nil && shown.has("当作同一个人"), "\(name)")
            }
        }
    }
}
