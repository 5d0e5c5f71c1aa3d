import HTTPTypes
import Happenings
import Identity
import Markup
import Messaging
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

/// Designation and staff, as authority and administrator do it.
struct DeskTests {
    @Test func `The authority designates for its own jurisdiction, once for a region and time (2.1a, 2.1e)`() async throws {
        try await Rooms.open { rooms in
            let (authority, _) = try await rooms.visitor("处长", staff: .smeAuthority, in: rooms.organisations.authority)
            let today = rooms.house.clock.now.day
            let institution = rooms.organisations.institution
            #expect(try await authority.open("/institutions").has("浙江省中小企业服务中心"))
            #expect(try await authority.open("/institutions/new").has("331000"))
            #expect(try await !authority.open("/institutions/new").has("330200"))
            let fields: KeyValuePairs = [
                "name": "台州市企业服务中心", "telephone": "0576-88888888", "document": "台企〔2026〕3号", "from": "\(today)", "until": "\(today + 700)",
                "inCharge": "陈芳", "contact": "0576-8",
            ]
            func with(_ region: String) -> KeyValuePairs<String, String> { KeyValuePairs(dictionaryLiteral: ("region", region)) }
            #expect(try await authority.post("/institutions", fields).status == 422)
            #expect(try await authority.post("/institutions", with("330200")).has("宁波市主管"))
            #expect(try await authority.post("/institutions", with("510100")).status == 422)
            #expect(try await authority.post("/institutions", with("330000")).has("浙江省中小企业服务中心"))
            let made = try await authority.post("/institutions", with("331000"))
            #expect(made.status == 200 && made.has("台企〔2026〕3号") && made.has("浙江省"))
            #expect(try await rooms.database.read { try $0.institution(for: "331003", on: today)?.name } == "台州市企业服务中心")
            #expect(try await rooms.database.read { try $0.institution(for: "330106", on: today)?.id } == institution)

            // Renewed from the day after, not over it; then revoked with a reason.
            let page = made.path
            #expect(try await authority.post(page + "/designation", ["from": "\(today + 600)", "until": "\(today + 900)", "document": "台企〔2027〕1号"]).status == 422)
            #expect(try await authority.post(page + "/designation", ["from": "\(today + 701)", "until": "\(today + 900)", "document": "台企〔2027〕1号"]).has("续期了"))
            try await authority.open(page + "/revocation")
            #expect(try await authority.post(page + "/revocation", ["reason": ""]).status == 422)
            #expect(try await authority.post(page + "/revocation", ["document": "台企〔2026〕9号", "reason": "两年没有受理一条"]).has("撤销了"))
            #expect(try await rooms.database.read { try $0.institution(for: "331003", on: today)?.id } == institution)
            #expect(try await authority.open(page + "/revocation").status == 404)
        }
    }

    @Test func `Another province's authority and everybody else find nothing (A4)`() async throws {
        try await Rooms.open { rooms in
            let (sichuan, _) = try await rooms.visitor("外省", staff: .smeAuthority, in: rooms.organisations.authority, region: "510000")
            let (officer, _) = try await rooms.visitor("林晓", staff: .officer, in: rooms.organisations.institution)
            let (owner, _) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            let page = "/institutions/\(rooms.organisations.institution)"
            for browser in [sichuan, officer, owner] {
                #expect(try await browser.open(page).status == 404)
                #expect(try await !browser.open("/institutions").has("浙江省中小企业服务中心"))
                #expect(try await browser.open("/people").status == 404)
            }
        }
    }

    @Test func `The auditor reads who speaks, who designates and who works here, and is offered nothing to press (A8)`() async throws {
        try await Rooms.open { rooms in
            let (auditor, _) = try await rooms.visitor("严守一", staff: .auditor, region: "")
            let (_, officer) = try await rooms.visitor("林晓", staff: .officer, in: rooms.organisations.institution)
            let (_, wang) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            let speaker = try await SpeakerPageTests.ask(rooms, wang)
            let pages = [
                ("/speakers", "王海燕模具"), ("/speakers/\(speaker)", "王海燕"), ("/institutions", "浙江省中小企业服务中心"), ("/institutions/\(rooms.organisations.institution)", "浙企〔2025〕18号"),
                ("/people", "林晓"), ("/people/\(officer)", "服务专员"),
            ]
            for (page, word) in pages {
                let shown = try await auditor.open(page)
                #expect(shown.status == 200, "\(page)")
                #expect(shown.has(page == "/speakers" ? SpeakerTests.Scene.facts.name : word), "\(page)")
                #expect(!shown.actions.contains { action in ["/speakers", "/institutions", "/people/"].contains { action.hasPrefix($0) } }, "\(page): \(shown.actions.joined(separator: " "))")
            }
            #expect(try await auditor.open("/people/new").status == 404)
            #expect(try await auditor.open("/institutions/new").status == 404)
        }
    }

    @Test func `A name that is there already is asked about before a second institution bears it`() async throws {
        try await Rooms.open { rooms in
            let (authority, _) = try await rooms.visitor("处长", staff: .smeAuthority, in: rooms.organisations.authority)
            let today = rooms.house.clock.now.day
            let fields: KeyValuePairs = [
                "name": "浙江省中小企业服务中心", "region": "331000", "telephone": "0576-88888888", "document": "台企〔2026〕3号", "from": "\(today)", "until": "\(today + 700)",
                "inCharge": "陈芳", "contact": "0576-8",
            ]
            try await authority.open("/institutions/new")
            let asked = try await authority.post("/institutions", fields)
            #expect(asked.status == 409 && asked.has("已经有同名的机构") && asked.has("/institutions/\(rooms.organisations.institution)"))
            #expect(try await rooms.database.read { try $0.count("select count(*) from organisation where kind = 'institution'") } == 1)
            // What was typed is kept, and one tick goes on.
            #expect(try await authority.post("/institutions", ["another": "yes", "region": "331000"]).has("台企〔2026〕3号"))
            #expect(try await rooms.database.read { try $0.count("select count(*) from organisation where kind = 'institution'") } == 2)
        }
    }

    @Test func `What waited without an institution goes to the one that is designated`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let (turn, institution) = try await database.write { tx in
                let person = try tx.makePerson(name: "王海燕", mail: nil, now: Bed.now)
                let enterprise = try tx.findOrMake(enterprise: SpeakerTests.Scene.facts, now: Bed.now)
                try tx.ask(person, toSpeakFor: enterprise, .agent, now: Bed.now)
                guard let speaker = try tx.speaker(person, for: enterprise) else { throw SpeakerTests.Missing() }
                #expect(speaker.institution == nil)
                let institution = OrganisationEntry(id: ID(at: Bed.now), kind: .institution, name: "台州中心", region: "331000")
                try tx.add(institution, now: Bed.now)
                try tx.designate(
                    institution, by: institution.id, document: "台企1号", from: Bed.now.day, until: Bed.now.day + 365, inCharge: "陈芳", contact: "1", person: person, now: Bed.now)
                return (try tx.turn(of: Subject("speaker", speaker.id)), institution.id)
            }
            #expect(turn?.holder == .organisation(institution))
        }
    }

    @Test func `An administrator invites, ends and restores the roles of others, and not their own (A7, S11)`() async throws {
        try await Rooms.open { rooms in
            let (admin, me) = try await rooms.visitor("管理员", staff: .administrator, region: "")
            let now = rooms.house.clock.now
            try await rooms.database.write { try $0.makeAccount(me, login: "admin", passwordHash: "x", now: now) }
            try await admin.open("/people/new")
            #expect(try await admin.post("/people", ["name": "林晓", "login": "lin@centre.example", "role": "officer"]).status == 422)
            #expect(try await admin.post("/people", ["organisation": "\(rooms.organisations.authority)"]).status == 422)
            let invited = try await admin.post("/people", ["organisation": "\(rooms.organisations.institution)"])
            guard let link = invited.text.firstMatch(of: /http:\/\/localhost(\/welcome\/[A-Za-z0-9_-]+)/) else { Issue.record("no link"); return }
            #expect(try await rooms.letters("lin@centre.example").contains { $0.contains(String(link.1)) })

            let lin = rooms.house.browser(address: "192.0.2.9")
            try await lin.open(String(link.1))
            let used = try await lin.post("/welcome", ["password": "昨天下班路上买了两斤橘子"])
            #expect(used.has("账号开通了"))
            try await lin.open(String(link.1))
            #expect(try await lin.post("/welcome", ["name": "林晓", "login": "other@centre.example", "password": "昨天下班路上买了两斤橘子"]).status == 422)

            let person = try await rooms.database.read { reader in try reader.members(of: rooms.organisations.institution, role: "officer", now: now).first } ?? ID()
            let page = "/people/\(person)"
            #expect(try await admin.open("/people?q=%E6%9E%97").has("林晓"))
            let shown = try await admin.open(page)
            guard let ending = shown.actions.first(where: { $0.hasSuffix("/ending") }) else { Issue.record("no ending"); return }
            try await admin.post(ending)
            #expect(try await rooms.database.read { try $0.members(of: rooms.organisations.institution, role: "officer", now: now) }.isEmpty)
            try await admin.post(ending.replacing("/ending", with: "/return"))
            #expect(try await rooms.database.read { try $0.members(of: rooms.organisations.institution, role: "officer", now: now) } == [person])
            try await admin.open(page)
            #expect(try await admin.post(page + "/sessions").has("全部退出了"))
            #expect(try await admin.post(page + "/reset").has("/welcome/"))

            let own = try await admin.open("/people/\(me)")
            #expect(own.actions.allSatisfy { !$0.hasPrefix("/people/") })
            let token = try await admin.open("/people/new").form("/people")?.value("token") ?? ""
            let held = try await rooms.database.read { try $0.value("select id from membership where person = \(me)", ID<Membership>.self) } ?? ID()
            let forced = try await admin.send(
                .post, "/people/\(me)/roles/\(held)/ending", ["Content-Type": "application/x-www-form-urlencoded"], Array("token=\(Link.encoded(token))&once=1".utf8))
            #expect(forced.status == 403)
            #expect(try await rooms.database.read { try $0.happenings(of: Subject("person", person)).map(\.kind) }.filter { $0.hasPrefix("staff.") }
                == ["staff.roleEnded", "staff.roleRestored", "staff.sessionsEnded", "staff.resetMade"])
        }
    }

    @Test func `Five failures lock a login name for its address, for a quarter of an hour, and elsewhere it still opens (S4, S5)`() async throws {
        try await Rooms.open { rooms in
            let now = rooms.house.clock.now
            let password = "昨天下班路上买了两斤橘子"
            let hash = try await Password.hash(password)
            let secret = TimeCode.newSecret()
            try await rooms.database.write { tx in
                let person = try tx.makePerson(name: "林晓", mail: nil, now: now)
                try tx.grant("officer", to: person, in: rooms.organisations.institution, region: "330000", from: now)
                try tx.makeAccount(person, login: "lin", passwordHash: hash, now: now)
                try tx.setFactor(person, secret: secret, recovery: [], now: now)
            }
            func enter(_ browser: Browser, _ login: String, _ typed: String) async throws -> Shown {
                try await browser.open("/sign-in/staff")
                return try await browser.post("/sign-in/staff", ["login": "\(login)", "password": "\(typed)"])
            }
            let here = rooms.house.browser()
            let unknown = try await enter(here, "nobody", "something quite wrong")
            for _ in 0..<5 {
                let failed = try await enter(here, "lin", "something quite wrong")
                #expect(failed.status == unknown.status && failed.has("账号或密码不对"))
            }
            rooms.house.clock.pass(.minutes(2))
            #expect(try await enter(here, "lin", password).status == 422)
            let elsewhere = rooms.house.browser(address: "198.51.100.4")
            #expect(try await enter(elsewhere, "lin", password).path == "/sign-in/factor")
            rooms.house.clock.pass(.minutes(16))
            let inside = try await enter(here, "lin", password)
            #expect(inside.path == "/sign-in/factor")
            // Before the second factor no page with others' data opens (S3).
            let early = try await here.open("/speakers")
            #expect(early.path == "/sign-in/factor" || early.status != 200)
            try await here.open("/sign-in/factor")
            let code = TimeCode.digits(secret, step: rooms.house.clock.now.milliseconds / 30_000)
            #expect(try await here.post("/sign-in/factor", ["factor": "\(code)"]).path == "/start")
            #expect(try await here.open("/speakers").status == 200)
        }
    }
}
