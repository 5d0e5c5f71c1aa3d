import Files
import Foundation
import HTTPTypes
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

/// From the call to the letter of appointment, on both engines.
struct ApplicationTests {
    static let shen = Cast.shen.viewer([.owner, .colleague].map { Membership(role: $0, organisation: nil, regionPrefix: "") })
    static let form: KeyValuePairs = [
        "name": "沈国强", "kind": "science", "standing": "retired", "domains": "technology", "technologyTopics": "technology.process", "region": "331003",
        "employer": "省模具研究所", "headline": "原省模具研究所总工程师，已退休", "hours": "60", "licenceKind": "other", "licenceNumber": "高工-0317",
    ]
    static let call: KeyValuePairs = [
        "title": "2027年度技术类志愿专家招募", "domains": "technology", "time": "2027年全年，每年约60小时", "place": "台州，线上和入企", "content": "注塑、模具、机加工的诊断和方案",
        "conditions": "高级职称，10年以上", "wanted": "12",
    ]

    static func house(_ database: Database, clock: MovingClock = MovingClock(), folder: String = "") throws -> TestHouse {
        try TestHouse(database, folder: folder, clock: clock, rooms: [WebRoom(), VolunteersRoom(files: FileStore(folder: folder))])
    }

    static func application(_ database: Database, person: ID<Person> = Cast.shen.id) async throws -> Application {
        let entry = ExpertEntry(
            name: "沈国强", kind: .science, standing: .retired, employer: "省模具研究所", headline: Words("总工程师", "Chief engineer"), biography: Words("", ""), domains: [.technology],
            subTopics: [], region: "331003")
        let new = Application(
            id: ID(at: Scene.now), institution: Cast.institution, region: "330000", recruitment: nil, person: person, entry: entry, background: Background(), hours: 40, at: Scene.now,
            state: .sent)
        try await database.write { tx in
            try Scene.prepare(tx)
            _ = try tx.makePerson(name: "沈国强", mail: nil, id: person, now: Scene.now)
            try tx.send(new)
        }
        return new
    }

    @Test func `From the call to the letter: applied, reviewed, selected, signed by both, appointed (2_2b, 2_2d, 2_2e)`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            try await database.write { tx in
                try Scene.prepare(tx)
                _ = try tx.makePerson(name: "用户0217", mail: nil, id: Cast.shen.id, now: Scene.now)
            }
            let house = try Self.house(database)
            let officer = house.browser(as: Scene.officer)
            try await officer.open(Recruitment.new())
            // The risks are asked for (ordinance art. 12).
            #expect(try await officer.post(Recruitment.new(), ["title": "招募", "risks": ""]).has("还没有填“可能的风险”"))
            try await officer.open(Recruitment.new())
            let published = try await officer.post(Recruitment.new(), Self.call)
            #expect(published.heading == "2027年度技术类志愿专家招募")
            for field in ["时间", "地点", "内容", "条件", "数量", "怎么报名", "可能的风险", "提供的保障"] { #expect(published.has("<dt>\(field)</dt>"), "\(field)") }

            // Anybody finds it and begins without an account; nothing typed is lost.
            let anybody = house.browser()
            let list = try await anybody.open(Recruitment.list())
            #expect(list.has("2027年度技术类志愿专家招募"))
            let call: ID<Recruitment> = try Self.last(list.text.firstMatch(of: /recruitment\/[0-9a-f-]{32,36}/).map { String($0.0) })
            let begun = try await anybody.open(Recruitment.application(call))
            let draft = try #require(begun.forms.first { $0.isMultipart }).action
            let kept = try await anybody.post(draft, ["name": "沈国强", "hours": "很多"])
            #expect(kept.has("处要补或要改"))
            #expect(kept.form(draft)?.value("name") == "沈国强")
            // Signing in is asked for only now, and nobody else sees it.
            #expect(try await anybody.post(draft, Self.form, following: false).place?.hasSuffix("/confirmation") == true)
            #expect(try await house.browser(as: Scene.stranger).open(draft).status == 404)
            _ = try await database.write { tx in try tx.run("update application_draft set person = \(Cast.shen.id)") }

            let shen = house.browser(as: Self.shen)
            let confirmation = draft + "/confirmation"
            #expect(try await shen.open(confirmation).has("高工-0317"))
            #expect(try await shen.post(confirmation).has("请确认内容真实"))
            let sent = try await shen.post(confirmation, ["isTrue": "yes", "mayVet": "yes"])
            #expect(sent.heading == "我的报名")
            #expect(sent.has("已收到"))
            let id: ID<Application> = try Self.last(sent.path)
            // Applying twice leads to the one that is open.
            #expect(try await shen.open(Recruitment.application(call)).heading == "我的报名")

            // Review by the officer, selection by the head, each with a reason.
            #expect(try await officer.open(Application.list()).has("沈国强"))
            #expect(try await officer.open(Application.page(id)).has("轮到您"))
            #expect(try await officer.post(Application.review(id), ["suitable": "yes"]).status == 422)
            #expect(try await officer.post(Application.review(id), ["suitable": "yes", "reason": "职称和年限都核对过"]).has("等负责人决定"))
            let head = house.browser(as: Scene.head)
            #expect(try await head.open(Application.page(id)).has("职称和年限都核对过"))
            #expect(try await head.post(Application.selection(id), ["selected": "yes", "reason": "技术面缺注塑专家", "ways": "both", "hours": "50"]).has("入选"))

            // The expert signs first, with document and separate consent.
            #expect(try await shen.open(Application.page(id)).has("您入选了"))
            let agreement = try #require(try await database.read { try $0.currentAgreement(of: Cast.shen.id) })
            #expect(agreement.terms.hours == 50)
            #expect(agreement.hash == ServiceAgreement.hash(of: agreement.text))
            for must in AgreementTemplate.musts + ["沈国强", "每年服务约50小时"] { #expect(agreement.text.contains(must), "\(must)") }
            #expect(!agreement.text.contains("【"))
            #expect(try await head.open(ServiceAgreement.page(agreement.id)).has("等专家签字"))
            try await head.open(Expert.appointing(Cast.shen.id))
            #expect(try await head.post(Expert.appointing(Cast.shen.id)).has("双方签好才能发聘书"))
            try await shen.open(ServiceAgreement.page(agreement.id))
            let wrong = try await shen.post(ServiceAgreement.expertSignature(agreement.id), ["documentKind": "resident", "documentNumber": "330106195503077719", "hasRead": "yes"])
            #expect(wrong.status == 422)
            #expect(wrong.has("没有这项同意"))
            let signed = try await shen.post(
                ServiceAgreement.expertSignature(agreement.id), ["documentKind": "resident", "documentNumber": Self.identityNumber, "documentConsent": "yes", "hasRead": "yes"])
            #expect(signed.has("330106********"))
            #expect(!signed.has(Self.identityNumber))
            #expect(try await database.read { try $0.turn(of: agreement.subject)?.permission } == "agreement.countersign")

            try await head.open(ServiceAgreement.page(agreement.id))
            #expect(try await head.post(ServiceAgreement.institutionSignature(agreement.id), ["hasRead": "yes"]).has("双方已签"))
            #expect(try await database.read { try $0.turn(of: agreement.subject) } == nil)
            #expect(try await database.read { try $0.turn(of: Subject("expert", Cast.shen.id))?.permission } == "expert.appoint")
            #expect(try await head.open(Expert.staffPage(Cast.shen.id)).has("高工-0317"))

            try await head.open(Expert.appointing(Cast.shen.id))
            try await head.post(Expert.appointing(Cast.shen.id))
            let expert = try #require(try await database.read { try $0.expert(Cast.shen.id) })
            #expect(expert.isAppointed(on: Scene.today))
            #expect(expert.appointment?.until == agreement.terms.until)
            #expect(try await anybody.open(Expert.page(Cast.shen.id)).status == 200)
        }
    }

    /// The id at the end of a path.
    static func last<Kind>(_ path: String?) throws -> ID<Kind> { try #require(path?.split(separator: "/").last.flatMap { ID<Kind>(String($0)) }) }

    /// A number with a right check character.
    static let identityNumber: String = {
        let body = "33010619550307771"
        return "0123456789X".map { body + String($0) }.first { (try? IdentityNumber($0)) != nil } ?? ""
    }()

    @Test func `Somebody who is not selected reads why, kindly, and where to complain`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let it = try await Self.application(database)
            let house = try Self.house(database)
            let officer = house.browser(as: Scene.officer)
            try await officer.open(Application.page(it.id))
            try await officer.post(Application.review(it.id), ["suitable": "no", "reason": "材料没有职称证明"])
            let head = house.browser(as: Scene.head)
            try await head.open(Application.page(it.id))
            try await head.post(Application.selection(it.id), ["selected": "no", "reason": "这次名额已满，明年欢迎再报", "ways": "both"])
            let shown = try await house.browser(as: Self.shen).open(Application.page(it.id))
            #expect(shown.has("谢谢您愿意帮助中小企业"))
            #expect(shown.has("明年欢迎再报"))
            #expect(shown.has("/complaints/new"))
            // The officer's opinion and name are not for the applicant.
            #expect(!shown.has("材料没有职称证明"))
            #expect(!shown.has("林晓"))
            #expect(try await database.read { try $0.expert(Cast.shen.id) } == nil)
            #expect(try await database.read { try $0.turn(of: it.subject) } == nil)
        }
    }

    @Test func `An application's deeds by state: only the drawn ones succeed (A6)`() throws {
        let review = Application.Review(isSuitable: true, reason: "好", by: Cast.lin.id, at: Scene.now)
        let yes = Application.Selection(isSelected: true, reason: "好", by: Cast.head.id, at: Scene.now)
        let states: [(Application.State, Set<Application.Deed>)] = [
            (.sent, [.review, .withdraw]), (.reviewed(review), [.select, .withdraw]), (.selected(review, yes), []), (.refused(review, yes), []), (.withdrawn(at: Scene.now), []),
        ]
        let entry = ExpertEntry(
            name: "沈", kind: .science, standing: .retired, employer: "所", headline: Words("", ""), biography: Words("", ""), domains: [.technology], subTopics: [], region: "331003")
        for (state, allowed) in states {
            for deed in Application.Deed.allCases {
                var it = Application(
                    id: ID(at: Scene.now), institution: Cast.institution, region: "330000", recruitment: nil, person: Cast.shen.id, entry: entry, background: Background(), hours: 1, at: Scene.now,
                    state: state)
                #expect(it.allows(deed) == allowed.contains(deed), "\(state) \(deed)")
                do throws(Application.Refusal) {
                    switch deed {
                    case .review: try it.review(review)
                    case .select: try it.select(yes)
                    case .withdraw: try it.withdraw(at: Scene.now)
                    }
                    #expect(allowed.contains(deed))
                } catch { #expect(!allowed.contains(deed)) }
            }
        }
        // Two hands, and never about oneself (A7).
        var it = Application(
            id: ID(at: Scene.now), institution: Cast.institution, region: "330000", recruitment: nil, person: Cast.shen.id, entry: entry, background: Background(), hours: 1, at: Scene.now,
            state: .reviewed(review))
        #expect(throws: Application.Refusal.reviewedByYou) { try it.select(.init(isSelected: true, reason: "好", by: Cast.lin.id, at: Scene.now)) }
        #expect(throws: Application.Refusal.yourOwn) { try it.select(.init(isSelected: true, reason: "好", by: Cast.shen.id, at: Scene.now)) }
    }

    @Test func `The database itself refuses one hand for both, and a second open application`() async throws {
        try await onBothEngines(Scene.migrations) { database async throws in
            let it = try await Self.application(database)
            _ = try await database.write { tx in
                try tx.run("insert into application_review (application, suitable, reason, by_person, at) values (\(it.id), true, '好', \(Cast.lin.id), \(Scene.now))")
            }
            await #expect(throws: (any Error).self) {
                _ = try await database.write { tx in
                    try tx.run("insert into application_selection (application, selected, reason, reviewed_by, by_person, at) values (\(it.id), true, '好', \(Cast.lin.id), \(Cast.lin.id), \(Scene.now))")
                }
            }
            // Nor can somebody else be named as the reviewer.
            await #expect(throws: (any Error).self) {
                _ = try await database.write { tx in
                    try tx.run("insert into application_selection (application, selected, reason, reviewed_by, by_person, at) values (\(it.id), true, '好', \(Cast.head.id), \(Cast.lin.id), \(Scene.now))")
                }
            }
            await #expect(throws: Application.Refusal.self) {
                try await database.write { tx in
                    try tx.send(
                        Application(
                            id: ID(at: Scene.now), institution: it.institution, region: it.region, recruitment: nil, person: it.person, entry: it.entry, background: it.background, hours: 3,
                            at: Scene.now, state: .sent))
                }
            }
        }
    }

    @Test func `A foreign institution sees no application, no agreement, and none of their deeds (A4)`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let it = try await Self.application(database)
            let agreement = try await database.write { tx in
                let expert = try tx.enrol(it, enteredBy: Cast.lin.id, at: Scene.now, from: "")
                return try tx.offerAgreement(
                    to: expert, .init(hours: 40, ways: .both, domains: [.technology], from: Scene.today, until: Scene.today + 700), by: Cast.head.id, at: Scene.now)
            }
            let house = try Self.house(database)
            let stranger = house.browser(as: Scene.stranger)
            #expect(try await !stranger.open(Application.list()).has("沈国强"))
            #expect(try await stranger.open(Application.page(it.id)).status == 404)
            #expect(try await stranger.open(ServiceAgreement.page(agreement.id)).status == 404)
            #expect(try await stranger.open(ServiceAgreement.offer(Cast.shen.id)).status == 404)
            // Another person who is signed in by telephone.
            let wang = house.browser(as: Cast.wang.viewer([.owner, .colleague].map { Membership(role: $0, organisation: nil, regionPrefix: "") }))
            #expect(try await wang.open(Application.page(it.id)).status == 404)
            #expect(try await wang.open(ServiceAgreement.page(agreement.id)).status == 404)
        }
    }
}
