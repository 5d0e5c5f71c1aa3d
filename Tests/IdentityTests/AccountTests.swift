import Happenings
import Identity
import Languages
import Markup
import Storage
import TestSupport
import Testing
import Values
import Web

/// One's own account through the doorway: sessions, number, consents, name.
struct AccountTests {
    @Test func `Another device is seen and signed out, one or all, and this one goes on`() async throws {
        try await Rooms.open { rooms in
            let (phone, person) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile, device: "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile")
            let (desk, _) = try await rooms.visitor("王海燕", device: "Mozilla/5.0 Firefox/130", person: person)
            let (library, _) = try await rooms.visitor("王海燕", device: "Mozilla/5.0 Edg/120", person: person)
            let page = try await phone.open("/account/sessions")
            #expect(page.has("手机上的Chrome") && page.has("电脑上的Firefox") && page.has("电脑上的Edge"))
            // The form of the newest other session comes first.
            try await phone.post("/account/sessions/end")
            let after = try await [desk.open("/account").path, library.open("/account").path]
            #expect(after.count { $0 == "/account" } == 1)
            try await phone.open("/account/sessions")
            try await phone.post("/account/sessions/end", ["session": "others"])
            for (browser, isIn) in [(desk, false), (library, false), (phone, true)] { #expect(try await (browser.open("/account").path == "/account") == isIn) }
            let happened = try await rooms.database.read { try $0.happenings(of: Subject("person", person)).map(\.kind) }
            #expect(happened.count { $0 == "session.ended" } == 2)
        }
    }

    @Test func `Nobody ends a session of somebody else`() async throws {
        try await Rooms.open { rooms in
            let (wang, _) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            let (shen, _) = try await rooms.visitor("沈国强", mobile: Cast.shen.mobile)
            _ = try await rooms.visitor("沈国强", mobile: Cast.shen.mobile)
            let name = try await shen.open("/account/sessions").form("/account/sessions/end")?.value("session") ?? ""
            _ = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            try await wang.open("/account/sessions")
            try await wang.post("/account/sessions/end", ["session": name])
            #expect(try await rooms.database.read { try $0.sessions(of: try $0.person(mobile: Cast.shen.mobile) ?? ID(), now: rooms.house.clock.now).count } == 2)
        }
    }

    @Test func `A number is changed by a code to the old one and a code to the new one; the old one is told (S9, S10)`() async throws {
        try await Rooms.open { rooms in
            let (wang, person) = try await rooms.visitor("王海燕", mobile: "13900000318")
            let (other, _) = try await rooms.visitor("王海燕", person: person)
            #expect(try await wang.open("/account/mobile").has("139****0318"))
            let first = try await wang.post("/account/mobile")
            let old = first.path
            // Wrong digits: nothing is sent to the new number.
            #expect(try await wang.post(old, ["digits": "000000x", "mobile": "13700000999"]).status == 422)
            #expect(try await rooms.letters("13700000999").isEmpty)
            let second = try await wang.post(old, ["digits": rooms.code("13900000318"), "mobile": "137 0000 0999"])
            #expect(second.has("137****0999"))
            // The code belongs to this session alone.
            #expect(try await other.open(second.path).status == 404)
            let done = try await wang.post(second.path, ["digits": rooms.code("13700000999")])
            #expect(done.path == "/account" && done.has("137****0999"))
            #expect(try await rooms.database.read { try $0.person(mobile: "13700000999") } == person)
            #expect(try await rooms.database.read { try $0.person(mobile: "13900000318") } == nil)
            #expect(try await rooms.letters("13900000318").contains { $0.contains("手机号改了") })
            #expect(try await other.open("/account").path != "/account")
        }
    }

    @Test func `A number that somebody has is not taken over, and five wrong codes use a code up (S5)`() async throws {
        try await Rooms.open { rooms in
            _ = try await rooms.visitor("沈国强", mobile: Cast.shen.mobile)
            let (wang, _) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            try await wang.open("/account/mobile")
            let old = try await wang.post("/account/mobile").path
            let new = try await wang.post(old, ["digits": rooms.code(Cast.wang.mobile), "mobile": "\(Cast.shen.mobile)"]).path
            let taken = try await wang.post(new, ["digits": rooms.code(Cast.shen.mobile)])
            #expect(taken.status == 422 && taken.has("已经有账号"))
            rooms.house.clock.pass(.minutes(2))
            try await wang.open("/account/mobile")
            let again = try await wang.post("/account/mobile").path
            let right = try await rooms.code(Cast.wang.mobile)
            for _ in 0..<5 { #expect(try await wang.post(again, ["digits": "12x", "mobile": "13700000998"]).status == 422) }
            rooms.house.clock.pass(.minutes(1))
            #expect(try await wang.post(again, ["digits": "\(right)", "mobile": "13700000998"]).status == 422)
        }
    }

    @Test func `Consent is withdrawn on its page with one button, undone with one, and what law asks for is said`() async throws {
        try await Rooms.open { rooms in
            let (wang, person) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            let now = rooms.house.clock.now
            try await rooms.database.write { try $0.consent(person, to: .service, now: now) }
            #expect(try await wang.open("/account/consents").has("志愿服务条例"))
            let after = try await wang.post("/account/consents/service/withdrawal")
            #expect(after.has("同意撤回了"))
            #expect(try await rooms.database.read { try !$0.hasConsented(person, to: .service) })
            try await wang.post("/account/consents/service")
            #expect(try await rooms.database.read { try $0.hasConsented(person, to: .service) })
            #expect(try await wang.open("/account/consents/nonsense/withdrawal").status == 405 || wang.page?.status == 404)
        }
    }

    @Test func `Name and language are kept; a mail address wants a fresh sign-in, and what was typed stays (S9)`() async throws {
        try await Rooms.open { rooms in
            let (wang, person) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            try await wang.open("/account")
            #expect(try await wang.post("/account", ["name": "王小燕", "mail": "wang@shop.example", "language": "en"]).has("存好了"))
            rooms.house.clock.pass(.minutes(6))
            try await wang.open("/account")
            let stale = try await wang.post("/account", ["name": "王小燕", "mail": "thief@shop.example"])
            #expect(stale.heading == "确认是您本人")
            #expect(try await rooms.database.read { try $0.profile(person)?.mail } == "wang@shop.example")
            let sent = try await wang.post("/sign-in/proof")
            let place = try #require(sent.actions.first { $0.hasPrefix("/account?proof=") })
            #expect(try await wang.post(place, ["digits": rooms.code("13900000318")]).path == "/account")
            #expect(try await rooms.database.read { try $0.profile(person)?.mail } == "thief@shop.example")
            #expect(try await wang.post("/account", ["mail": "no address"]).status == 422)
            #expect(try await rooms.database.read { try $0.profile(person)?.language } == .english)
        }
    }
}
