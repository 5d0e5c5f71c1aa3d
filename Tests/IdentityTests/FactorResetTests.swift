import HTTPTypes
import Happenings
import Identity
import Markup
import Messaging
import Storage
import TestSupport
import Testing
import Values
import Web

/// A second factor that was lost is taken away by two people, and the person knows of both (S10, A7).
struct FactorResetTests {
    private struct Desk {
        let first: Browser
        let second: Browser
        let lin: ID<Person>
        let page: String
    }

    private func open(_ rooms: Rooms) async throws -> Desk {
        let now = rooms.house.clock.now
        let (first, _) = try await rooms.visitor("宋致", staff: .administrator, region: "")
        let (second, _) = try await rooms.visitor("罗平", staff: .administrator, region: "")
        let lin = try await rooms.database.write { tx in
            let lin = try tx.makePerson(name: "林晓", mail: "lin@centre.example", now: now)
            try tx.grant("officer", to: lin, in: rooms.organisations.institution, region: "330000", from: now)
            try tx.makeAccount(lin, login: "lin", passwordHash: "x", now: now)
            try tx.setFactor(lin, secret: TimeCode.newSecret(), recovery: ["AAAAABBBBB"], now: now)
            return lin
        }
        return Desk(first: first, second: second, lin: lin, page: "/people/\(lin)")
    }

    private func hasFactor(_ rooms: Rooms, _ person: ID<Person>) async throws -> Bool {
        try await rooms.database.read { try $0.exists("select 1 from account where person = \(person) and totp_sealed is not null and totp_since is not null") }
    }

    @Test func `One administrator asks, another one takes the factor away, and the person is told of both on what is known of old (S10)`() async throws {
        try await Rooms.open { rooms in
            let desk = try await open(rooms)
            let lin = desk.lin
            let (mine, cookie) = try await rooms.visitor("林晓", staff: .officer, in: rooms.organisations.institution, person: lin)
            _ = cookie
            try await desk.first.open(desk.page)
            #expect(try await desk.first.post(desk.page + "/factor-reset", ["reason": ""]).status == 422)
            #expect(try await desk.first.post(desk.page + "/factor-reset", ["reason": "当面核对了工作证"]).has("等另一位管理员核实"))
            // Who asked is offered no button to do it, and cannot.
            let waiting = try await desk.first.open(desk.page)
            #expect(!waiting.actions.contains { $0.hasSuffix("/approval") })
            #expect(try await force(desk.first, desk.page + "/factor-reset/approval") == 409)
            #expect(try await hasFactor(rooms, lin))
            #expect(try await mine.open("/account/factor/reset").has("不是我"))

            #expect(try await desk.second.open("/people").has("等另一位管理员核实的动态码申请"))
            #expect(try await desk.second.open(desk.page).has("当面核对了工作证"))
            #expect(try await desk.second.post(desk.page + "/factor-reset/approval").has("动态码取消了"))
            #expect(try await !hasFactor(rooms, lin))
            #expect(try await rooms.database.read { try !$0.exists("select 1 from recovery where person = \(lin)") })
            // Their sessions are over.
            #expect(try await mine.open("/speakers").path.hasPrefix("/sign-in"))
            let told = try await rooms.database.read { try $0.notices(of: lin, before: nil, limit: 9) }
            #expect(told.map(\.kind) == [.mustKnow, .mustKnow])
            #expect(try await rooms.database.read { try $0.happenings(of: Subject("person", lin)).map(\.kind) }.filter { $0.hasPrefix("factor.") } == ["factor.resetAsked", "factor.reset"])
        }
    }

    @Test func `The person stops it by one tap, the administrators hear of it, and a week later nothing is left to approve`() async throws {
        try await Rooms.open { rooms in
            let desk = try await open(rooms)
            let lin = desk.lin
            let (mine, _) = try await rooms.visitor("林晓", staff: .officer, in: rooms.organisations.institution, person: lin)
            try await desk.first.open(desk.page)
            try await desk.first.post(desk.page + "/factor-reset", ["reason": "电话里说手机丢了"])
            try await mine.open("/account/factor/reset")
            #expect(try await mine.post("/account/factor/reset").has("制止了"))
            #expect(try await force(desk.second, desk.page + "/factor-reset/approval") == 409)
            #expect(try await hasFactor(rooms, lin))
            #expect(try await mine.open("/account/factor/reset").status == 404)

            try await desk.first.open(desk.page)
            try await desk.first.post(desk.page + "/factor-reset", ["reason": "电话里说手机丢了"])
            rooms.house.clock.pass(.days(8))
            let now = rooms.house.clock.now
            try await rooms.database.write { tx in _ = try tx.run("update session set seen = \(now), begun = \(now), proved = \(now)") }
            #expect(try await force(desk.second, desk.page + "/factor-reset/approval") == 409)
            #expect(try await hasFactor(rooms, lin))
        }
    }

    @Test func `Nobody else takes a factor away, and nobody their own (A4, A7)`() async throws {
        try await Rooms.open { rooms in
            let desk = try await open(rooms)
            let lin = desk.lin
            let (officer, _) = try await rooms.visitor("何安然", staff: .officer, in: rooms.organisations.institution)
            let (auditor, _) = try await rooms.visitor("严守一", staff: .auditor, region: "")
            for browser in [officer, auditor] {
                #expect(try await force(browser, desk.page + "/factor-reset") == 404)
                #expect(try await force(browser, desk.page + "/factor-reset/approval") == 404)
            }
            #expect(try await hasFactor(rooms, lin))
        }
    }

    @Test func `Where there is one administrator, whoever runs the machine does it, and the person is told`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let person = try await database.write { tx in
                let person = try tx.makePerson(name: "宋致", mail: "song@zhuqi.example", now: Bed.now)
                try tx.makeAccount(person, login: "song", passwordHash: "x", now: Bed.now)
                try tx.setFactor(person, secret: TimeCode.newSecret(), recovery: [], now: Bed.now)
                return person
            }
            #expect(try await database.write { try $0.removeFactor(login: "Song", now: Bed.time(5)) })
            #expect(try await database.write { try !$0.removeFactor(login: "nobody", now: Bed.time(5)) })
            #expect(try await database.read { try !$0.exists("select 1 from account where totp_sealed is not null") })
            #expect(try await database.read { try $0.notices(of: person, before: nil, limit: 5) }.map(\.kind) == [.mustKnow])
        }
    }

    /// A form that the page does not offer, with this session's own token.
    private func force(_ browser: Browser, _ path: String) async throws -> Int {
        let token = try await browser.open("/account").forms.compactMap { $0.value("token") }.first ?? ""
        return try await browser.send(
            .post, path, ["Content-Type": "application/x-www-form-urlencoded"], Array("token=\(Link.encoded(token))&once=\(ID<Form>().text)\(path.hasSuffix("reset") ? "&reason=\(Link.encoded("当面核对了"))" : "")".utf8)
        ).status
    }
}
