import HTTPTypes
import Identity
import Languages
import Markup
import Storage
import TestSupport
import Testing
import Values
import Web

/// Two accounts that are taken for one human (A7).
struct OneHumanTests {
    @Test(arguments: [
        ("林晓", "林晓", true), ("林晓", " 林 晓　", true), ("周国强", "周國強", true), ("Liu Xin", "LIU  xin", true), ("买买提·吐尔逊", "买买提•吐尔逊", true),
        ("林晓", "林小", false), ("林晓", "林晓东", false), ("—", "—", false), ("", "", false),
    ])
    func `A name is the same however it is spelled`(one: String, other: String, isSame: Bool) async throws {
        try await onBothEngines(Bed.migrations) { database async throws in
            let found = try await database.write { tx in
                let (first, second) = (try tx.makePerson(name: one, mail: nil, now: Bed.now), try tx.makePerson(name: other, mail: nil, now: Bed.now))
                let third = try tx.makePerson(name: "王海燕", mail: nil, now: Bed.now)
                return (
                    account: try tx.oneHuman(first, among: [third, second]), entry: try tx.oneHuman(first, among: [third], called: [other]),
                    own: try tx.oneHuman(first, among: [third, first]), none: try tx.oneHuman(first, among: [third])
                )
            }
            #expect((found.account?.sign == .name) == isSame && (found.entry?.sign == .name) == isSame)
            #expect(found.account.map { $0.words.chinese.contains(other) } ?? true)
            #expect(found.own?.sign == .account && found.none == nil)
        }
    }

    @Test func `So is an identity document, whatever the name and the number of the telephone, until it is forgotten`() async throws {
        try await onBothEngines(Bed.migrations) { database async throws in
            try await database.write { tx in
                let one = try tx.findOrMakePerson(mobile: "13857680217", name: "沈国强", now: Bed.now)
                let other = try tx.findOrMakePerson(mobile: "13957680217", name: "沈工", now: Bed.now)
                #expect(try tx.oneHuman(one, among: [other]) == nil)
                try tx.set(document: "resident 330106195803120217", of: one)
                #expect(try tx.oneHuman(one, among: [other]) == nil, "one of them alone")
                try tx.set(document: "passport 330106195803120217", of: other)
                #expect(try tx.oneHuman(one, among: [other]) == nil, "another kind")
                try tx.set(document: "resident 330106195803120217", of: other)
                #expect(try tx.oneHuman(one, among: [other]) == OneHuman(sign: .document, name: "沈工"))
                #expect(try tx.values("select document_hash from person", String.self).allSatisfy { !$0.contains("330106") })
                try tx.forgetDocuments(of: "select id from person where name = '沈工'")
                #expect(try tx.oneHuman(one, among: [other]) == nil)
            }
        }
    }

    @Test func `A second account of an administrator changes no role of theirs, ends no session, makes no link, takes no factor away`() async throws {
        try await Rooms.open { rooms in
            let now = rooms.house.clock.now
            let (twin, person) = try await rooms.visitor("罗 平", staff: .administrator, region: "")
            let (other, _) = try await rooms.visitor("宋致", staff: .administrator, region: "")
            let held = try await rooms.database.write { tx in
                let luo = try tx.makePerson(name: "罗平", mail: nil, now: now)
                try tx.makeAccount(luo, login: "luo", passwordHash: "x", now: now)
                try tx.setFactor(luo, secret: TimeCode.newSecret(), recovery: ["AAAAABBBBB"], now: now)
                try tx.grant("officer", to: luo, in: rooms.organisations.institution, region: "330000", from: now)
                return (luo, try tx.value("select id from membership where person = \(luo)", String.self) ?? "")
            }
            let page = "/people/\(held.0)"
            try await other.open(page)
            #expect(try await other.post(page + "/factor-reset", ["reason": "当面核对了工作证"]).has("等另一位管理员核实"))
            let shown = try await twin.open(page)
            #expect(shown.has("同名") && !shown.actions.contains { $0.hasPrefix(page) })
            // By its address, with a form of their own.
            let form = try #require(try await twin.open("/account").forms.first { $0.fields.contains { $0.name == "token" } })
            let token = form.fields.first { $0.name == "token" }?.value ?? ""
            for (place, more) in [("/roles/\(held.1)/ending", ""), ("/sessions", ""), ("/reset", ""), ("/factor-reset", "&reason=lost"), ("/factor-reset/approval", "")] {
                let body = "token=\(Link.encoded(token))&once=\(place.hashValue)\(more)"
                let refused = try await twin.send(.post, page + place, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8))
                #expect(refused.status == 403 && refused.has("同名"), "\(place)")
            }
            #expect(try await rooms.database.read { try $0.count("select count(*) from membership where person = \(held.0) and until is null") } == 1)
            // Under another name it is another human.
            try await rooms.database.write { try $0.rename(person, "罗安") }
            try await twin.open(page)
            #expect(try await twin.post(page + "/factor-reset/approval").has("动态码取消了"))
        }
    }

    @Test func `Nor is a lost factor taken away by two accounts of one administrator`() async throws {
        try await Rooms.open { rooms in
            let now = rooms.house.clock.now
            let (first, _) = try await rooms.visitor("宋致", staff: .administrator, region: "")
            let (second, twin) = try await rooms.visitor("宋 致", staff: .administrator, region: "")
            let lin = try await rooms.database.write { tx in
                let lin = try tx.makePerson(name: "林晓", mail: nil, now: now)
                try tx.makeAccount(lin, login: "lin", passwordHash: "x", now: now)
                try tx.setFactor(lin, secret: TimeCode.newSecret(), recovery: ["AAAAABBBBB"], now: now)
                try tx.grant("officer", to: lin, in: rooms.organisations.institution, region: "330000", from: now)
                return lin
            }
            try await first.open("/people/\(lin)")
            try await first.post("/people/\(lin)/factor-reset", ["reason": "当面核对了工作证"])
            try await second.open("/people/\(lin)")
            let refused = try await second.post("/people/\(lin)/factor-reset/approval")
            #expect(refused.status == 409 && refused.has("同名"))
            try await rooms.database.write { try $0.rename(twin, "罗平") }
            try await second.open("/people/\(lin)")
            #expect(try await second.post("/people/\(lin)/factor-reset/approval").has("动态码取消了"))
        }
    }

    @Test func `An officer does not confirm the company of a namesake`() async throws {
        try await onBothEngines(Bed.migrations) { database async throws in
            try await database.write { tx in
                let scene = try SpeakerTests.Scene(tx)
                let speaker = try scene.bring("unconfirmed", tx)
                let may = try scene.officer.may(.confirmSpeaker, speaker)
                try tx.rename(scene.wang, "林 晓")
                #expect(throws: Speaker.Refusal.oneHuman(OneHuman(sign: .name, name: "林 晓"))) { try tx.confirm(speaker, .original, hasPhoto: false, by: may, at: Bed.time(2)) }
                try tx.rename(scene.wang, "王海燕")
                try tx.confirm(speaker, .original, hasPhoto: false, by: may, at: Bed.time(2))
            }
        }
    }
}
