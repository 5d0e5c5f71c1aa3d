@testable import Files
import Foundation
import Holdings
import Identity
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Volunteers

/// What an applicant leaves behind when they have themselves erased (P5), and when nobody comes back to it (P6), on both engines.
@Suite struct ErasureTests {
    private static let holdings = FilesRoom(maySee: { _, _, _, _ in false }).holdings + VolunteersRoom(files: FileStore(folder: "")).holdings

    private func erase(_ person: ID<Person>, _ database: Database) async throws {
        try await database.write { tx in for holding in Self.holdings { try holding.erase(person, at: Scene.now, in: tx) } }
    }

    private func count(_ table: SQL, _ database: Database) async throws -> Int { try await database.read { try $0.count("select count(*) from \(table)") } }

    private func draft(_ person: ID<Person>?, updated: Instant = Scene.now) -> ApplicationDraft {
        ApplicationDraft(
            id: ID(at: Scene.now), visitor: "visitor", person: person, institution: Cast.institution, recruitment: nil, invitation: nil, form: ["name": ["沈国强"]], updated: updated, sent: nil)
    }

    private func file(_ name: String) -> TakenFile { TakenFile(name: name, kind: .pdf, size: 10, hash: name, place: "aa/\(name)", path: "/nonexistent/\(name)", quota: 1 << 30) }

    @Test func `Whoever was invited and applied can still be erased; what the invitation said is gone`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let application = try await ApplicationTests.application(database)
            try await database.write { tx in
                let invitation = PersonalInvitation(
                    id: ID(at: Scene.now), institution: Cast.institution, region: "330000", person: application.person, words: "请您帮企业看看模具", expires: Scene.now + .days(14), by: Cast.lin.id,
                    at: Scene.now, application: nil)
                try tx.invite(invitation, institution: "中心", by: try Scene.officer.may(Permission<PersonalInvitation, Recruitment>.invite), from: "")
                try tx.use(invitation.id, by: application.person, application: application.id, at: Scene.now)
            }
            for _ in 0..<2 { try await erase(application.person, database) }
            #expect(try await count("personal_invitation where words like '%模具%'", database) == 0)
            #expect(try await count("application where name = '沈国强'", database) == 0)
        }
    }

    @Test func `The files of a draft go with it, those that came before signing in too, and nobody else's`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let (mine, theirs) = (draft(nil), draft(Cast.wang.id))
            try await database.write { tx in
                try Scene.prepare(tx)
                for person in [Cast.shen, Cast.wang] { _ = try tx.makePerson(name: person.name, mail: nil, id: person.id, now: Scene.now) }
                for draft in [mine, theirs] { try tx.keep(draft) }
                #expect(try tx.add([file("身份证")], to: mine, by: nil, now: Scene.now) == nil)
                #expect(try tx.add([file("别人的")], to: theirs, by: Cast.wang.id, now: Scene.now) == nil)
                try tx.claim(ApplicationDraft.self, of: "visitor", for: Cast.shen.id)
                #expect(try tx.add([file("职称证")], to: mine, by: Cast.shen.id, now: Scene.now) == nil)
            }
            try await erase(Cast.shen.id, database)
            #expect(try await database.read { try $0.values("select name from file", String.self) } == ["别人的"])
            #expect(try await count("application_draft", database) == 1)
        }
    }

    @Test func `A draft that its owner never came back to goes after ninety days, and its files with it`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let (old, young) = (draft(Cast.shen.id, updated: Scene.now - .days(91)), draft(Cast.shen.id, updated: Scene.now - .days(89)))
            try await database.write { tx in
                try Scene.prepare(tx)
                _ = try tx.makePerson(name: "沈国强", mail: nil, id: Cast.shen.id, now: Scene.now)
                for (draft, name) in [(old, "旧的"), (young, "新的")] {
                    try tx.keep(draft)
                    #expect(try tx.add([file(name)], to: draft, by: Cast.shen.id, now: Scene.now) == nil)
                }
            }
            try await database.write { tx in for holding in Self.holdings { try holding.expire(at: Scene.now, in: tx) } }
            #expect(try await database.read { try $0.values("select name from file", String.self) } == ["新的"])
        }
    }

    @Test func `What was written about an expert goes ten years after they last served, and not before`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let application = try await ApplicationTests.application(database)
            let until = Scene.today + 700
            try await database.write { tx in
                try tx.save(Application.Review(isSuitable: true, reason: "金丝雀", by: Cast.lin.id, at: Scene.now), of: application, by: try Scene.officer.may(.review, application), from: "")
                try tx.save(Application.Selection(isSelected: true, reason: "金丝雀", by: Cast.head.id, at: Scene.now), of: application, reviewedBy: Cast.lin.id, by: try Scene.head.may(.select, application), from: "")
                let expert = try tx.enrol(application, enteredBy: Cast.lin.id, at: Scene.now)
                try tx.appoint(expert, Scene.appointment(Cast.shen.id, "〔2026〕1号", Scene.today, until), now: Scene.now)
                try tx.keepDocument(of: Cast.shen.id, .resident, "330106195803120217", consentedAt: Scene.now)
                try tx.run("insert into expert_licence (person, kind, number) values (\(Cast.shen.id), 'lawyer', '金丝雀')")
            }
            let written: [SQL] = [
                "application where name = '沈国强'", "application_review where reason = '金丝雀'", "application_selection where reason = '金丝雀'", "expert where name = '沈国强'", "expert_licence",
                "identity_document", "person where document_hash is not null",
            ]
            func left(at now: Instant) async throws -> [Int] {
                for _ in 0..<2 { try await database.write { tx in for holding in Self.holdings { try holding.expire(at: now, in: tx) } } }
                var left: [Int] = []
                for table in written { left.append(try await count(table, database)) }
                return left
            }
            #expect(try await left(at: Scene.now + .days(3661)) == [1, 1, 1, 1, 1, 1, 1], "ten years after the application; the appointment ended later")
            #expect(try await left(at: Instant(until) + .days(3659)) == [1, 1, 1, 1, 1, 1, 1])
            #expect(try await left(at: Instant(until) + .days(3662)) == [0, 0, 0, 0, 0, 0, 0])
            for table in ["appointment", "application_selection"] as [SQL] { #expect(try await count(table, database) == 1) }
        }
    }

    @Test func `Of somebody unknown a draft takes three files at most, from however many sides they come at once`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let mine = draft(nil)
            try await database.write { tx in
                try Scene.prepare(tx)
                try tx.keep(mine)
            }
            let refused = try await withThrowingTaskGroup(of: Int.self) { group in
                for side in 0..<8 {
                    let file = file("\(side)")
                    group.addTask {
                        try await database.write { tx in
                            let draft = try #require(try tx.lockDraft(mine.id))
                            return try tx.add([file], to: draft, by: nil, now: Scene.now) == nil ? 0 : 1
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(refused == 5)
            #expect(try await count("file", database) == 3)
        }
    }

    @Test func `What was attached before signing in is the applicant's own when it is sent`() async throws {
        try await inFolder { folder in
            try await onSQLite(Scene.migrations) { database, _ in
                try await database.write { tx in
                    try Scene.prepare(tx)
                    _ = try tx.makePerson(name: "沈国强", mail: nil, id: Cast.shen.id, now: Scene.now)
                }
                let house = try ApplicationTests.house(database, folder: folder)
                let head = house.browser(as: Scene.head)
                try await head.open(Recruitment.new())
                let call = try await head.post(Recruitment.new(), ApplicationTests.call)
                let visitor = house.browser()
                try await visitor.open(call.path + "/application")
                let draft = try #require(visitor.page?.forms.first { $0.isMultipart }).action
                try await visitor.post(draft, ApplicationTests.form, files: [PickedFile("file", name: "职称证.pdf", Array("%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n".utf8))])
                #expect(try await database.read { try $0.values("select by_party from file", String.self) } == ["system"])
                try await database.write { tx in
                    let visitor = try tx.value("select visitor from application_draft", String.self) ?? ""
                    try tx.claim(ApplicationDraft.self, of: visitor, for: Cast.shen.id)
                }
                let shen = house.browser(as: ApplicationTests.shen)
                try await shen.open(draft + "/confirmation")
                #expect(try await shen.post(draft + "/confirmation", ["isTrue": "yes", "mayVet": "yes"]).heading == "我的报名")
                #expect(try await database.read { try $0.values("select by_party from file where subject_kind = 'application'", Party.self) } == [Cast.shen.party])
            }
        }
    }
}
