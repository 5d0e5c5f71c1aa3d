import Files
import HTTPTypes
import Holdings
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
import Web

@testable import Volunteers

/// The signed text.
struct ServiceAgreementTests {
    static func agreement(_ database: Database) async throws -> ServiceAgreement {
        let it = try await ApplicationTests.application(database)
        return try await database.write { tx in
            let expert = try tx.enrol(it, enteredBy: Cast.lin.id, at: Scene.now, from: "")
            return try tx.offerAgreement(
                to: expert, .init(hours: 40, ways: .both, domains: [.technology], from: Scene.today, until: Scene.today + 700), by: Cast.head.id, at: Scene.now)
        }
    }

    @Test func `The signed text cannot change, not even in the database; nor can a signature (2_2e)`() async throws {
        try await onBothEngines(Scene.migrations) { database async throws in
            let it = try await Self.agreement(database)
            try await database.write { tx in
                try tx.keep(.init(by: Cast.shen.id, at: Scene.now, proved: Scene.now), .expert, of: it, name: "沈国强")
            }
            for statement in [
                "update service_agreement set text = 'x'", "delete from service_agreement", "update agreement_signature set by_person = by_person", "delete from agreement_signature",
            ] as [SQL] {
                await #expect(throws: (any Error).self) { try await database.write { tx in _ = try tx.run(statement) } }
            }
            // A signature of another text, and one person for both sides.
            for (hash, person) in [(ServiceAgreement.hash(of: "x"), Cast.head.id), (it.hash, Cast.shen.id)] {
                await #expect(throws: (any Error).self) {
                    _ = try await database.write { tx in
                        try tx.run("insert into agreement_signature (agreement, side, sha256, by_person, proved_at, at) values (\(it.id), 'institution', \(hash), \(person), \(Scene.now), \(Scene.now))")
                    }
                }
            }
            #expect(try await database.read { try $0.agreement(it.id) }?.text == it.text)
        }
    }

    @Test func `Both sides sign once, the expert first, nobody for both, and a replaced one is signed by nobody`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            var it = try await Self.agreement(database)
            let (shen, head) = (ServiceAgreement.Signature(by: Cast.shen.id, at: Scene.now, proved: Scene.now), ServiceAgreement.Signature(by: Cast.head.id, at: Scene.now, proved: Scene.now))
            #expect(throws: ServiceAgreement.Refusal.notYet) { try it.sign(.institution, head) }
            #expect(try it.sign(.expert, shen))
            #expect(try !it.sign(.expert, shen))
            #expect(throws: ServiceAgreement.Refusal.signed) { try it.sign(.expert, head) }
            #expect(throws: ServiceAgreement.Refusal.bothSides) { try it.sign(.institution, shen) }
            #expect(try it.sign(.institution, head))
            #expect(it.isSigned)

            let old = it.id
            let new = try await database.write { tx in
                try tx.offerAgreement(
                    to: try #require(try tx.expert(Cast.shen.id)), .init(hours: 20, ways: .online, domains: [.technology], from: Scene.today, until: Scene.today + 300), by: Cast.head.id,
                    at: Scene.now + .minutes(1))
            }
            let house = try ApplicationTests.house(database)
            let browser = house.browser(as: ApplicationTests.shen)
            #expect(try await browser.open(ServiceAgreement.page(old)).has("已由新协议代替"))
            #expect(browser.page?.form(ServiceAgreement.expertSignature(old).text) == nil)
            #expect(try await browser.open(ServiceAgreement.page(new.id)).has("轮到您"))
            #expect(try await database.read { try $0.turn(of: Subject("agreement", old)) } == nil)

            // Once its expert is erased nobody reads it, though it stands as it was signed (P5).
            try await database.write { try $0.noteErasure(Cast.shen.id, at: Scene.now) }
            let read = try await house.browser(as: Scene.head).open(ServiceAgreement.page(old))
            #expect(read.status == 200 && read.has("持有人已注销账号并删除数据") && !read.has("保密") && read.has(it.hash))
            #expect(try await database.read { try $0.agreement(old)?.text } == it.text)
        }
    }

    @Test func `A template is laid down in versions and cannot lack what the circular and the law ask for`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            try await database.write(Scene.prepare)
            #expect(AgreementTemplate.missing(in: AgreementTemplate.first.text).isEmpty)
            let house = try ApplicationTests.house(database)
            let head = house.browser(as: Scene.head)
            try await head.open(ServiceAgreement.template())
            let short = try await head.post(ServiceAgreement.template(), ["text": AgreementTemplate.first.text.replacing("劳动关系", with: "关系")])
            #expect(short.status == 422)
            #expect(short.has("还缺：劳动关系"))
            let kept = try await head.post(ServiceAgreement.template(), ["text": AgreementTemplate.first.text + "\n第十五条　附则\n一式两份。"])
            #expect(kept.has("现在用第2版"))
            #expect(try await database.read { try $0.agreementTemplate(of: Cast.institution).version } == 2)
            #expect(try await database.read { try $0.agreementTemplate(of: Cast.otherInstitution).version } == 1)
        }
    }
}
