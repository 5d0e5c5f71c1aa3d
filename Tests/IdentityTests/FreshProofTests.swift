import Foundation
import HTTPTypes
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Storage
import TestSupport
@testable import Jobs
import Testing
import Values
import Web

/// A deed that wants a fresh proof, with words, several choices and a file: it answers with what reached it.
enum Signing {
    static let page = Path("signing")
    static let words = Field<String>.text("words", Words("内容", "Text"), shortest: 2)

    static func routes(_ routes: inout Routes) {
        routes.get(page, .signedIn) { _, _ in show(Form()) }
        routes.post(page, .signedIn.freshly(files: 1)) { visit, _ in
            var form = try await visit.form(["words", "tag"], several: ["tag"], files: 1)
            guard let words = form.value(Signing.words) else { return show(form) }
            let file = form.uploads.first.map { "\($0.name) \($0.size) \(FileManager.default.contents(atPath: $0.path)?.count ?? -1)" } ?? "none"
            return .text("signed “\(words)” \(form.typed(["tag"])["tag"]?.joined(separator: "+") ?? "") \(file)")
        }
        routes.get(Path("exporting"), .signedIn.freshly) { _, _ in .text("exported") }
    }

    private static func show(_ form: Form) -> Answer {
        .page(
            Page(Words("签署", "Sign"), wrongs: form.wrongs.count,
                "<h1>\(Words("签署", "Sign"))</h1>\(Web.form(page(), files: true, "\(form.show(words))<input type=\"hidden\" name=\"tag\" value=\"a\"><input type=\"hidden\" name=\"tag\" value=\"b\"><input type=\"file\" name=\"file\"><button>x</button>"))"))
    }
}

/// Before what must not be done at a desk that somebody has left, a person proves anew who they are (S9).
@Suite struct FreshProofTests {
    private static let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    private static let password = "青山一道同云雨 1998"

    /// An officer with password and second factor.
    private func officer(_ rooms: Rooms) async throws -> (browser: Browser, person: ID<Person>) {
        let (browser, person) = try await rooms.visitor("周敏", staff: .officer, in: rooms.organisations.institution)
        let (hash, now) = (try await Password.hash(Self.password), rooms.house.clock.now)
        try await rooms.database.write { tx in
            try tx.makeAccount(person, login: "zhou@example.cn", passwordHash: hash, now: now)
            try tx.setFactor(person, secret: Self.secret, recovery: [], now: now)
        }
        return (browser, person)
    }

    private func factor(_ rooms: Rooms) -> String { TimeCode.digits(Self.secret, step: rooms.house.clock.now.milliseconds / 30_000) }

    private func failures(_ rooms: Rooms) async throws -> Int {
        try await rooms.database.read { try $0.count("select count(*) from happening where outcome = 'failed'") }
    }

    @Test func `Within five minutes of signing in nothing is asked; after that the proof, and what was typed, chosen and attached goes on with it`() async throws {
        try await Rooms.open { rooms in
            let (zhou, person) = try await officer(rooms)
            try await zhou.open("/signing")
            #expect(try await zhou.post("/signing", ["words": "同意"]).text == "signed “同意” a+b none")
            rooms.house.clock.pass(.minutes(6))
            try await zhou.open("/signing")
            let asked = try await zhou.post("/signing", ["words": "聘请陈国强为专家"], files: [Rooms.licence])
            #expect(asked.heading == "确认是您本人" && asked.has("填好的内容都在"))
            let place = try #require(asked.actions.first { $0.hasPrefix("/signing?proof=") })
            // The bar is not lowered by a wrong password, a missing code, or somebody else's code.
            for (password, code) in [("青山一道同云雨 1999", factor(rooms)), (Self.password, "000000"), (Self.password, ""), ("", factor(rooms))] {
                let again = try await zhou.post(place, ["password": password, "factor": code])
                #expect(again.status == 422 && again.heading == "确认是您本人" && !again.has(Self.password))
            }
            #expect(try await failures(rooms) == 2)
            let signed = try await zhou.post(place, ["password": Self.password, "factor": factor(rooms)])
            #expect(signed.status == 200 && signed.text == "signed “聘请陈国强为专家” a+b 执照.pdf \(Rooms.licence.bytes.count) \(Rooms.licence.bytes.count)")
            #expect(try await rooms.database.read { try $0.happenings(of: Subject("person", person)).contains { $0.kind == "identity.provedAfresh" && $0.fields["by"] == "password and factor" } })
            // A second tap: the form goes on again and meets its own key; the code is not asked for twice.
            #expect(try await zhou.post(place, ["password": "", "factor": ""]).text == signed.text)
            // Five minutes are fresh for the next deed too.
            rooms.house.clock.pass(.minutes(4))
            try await zhou.open("/signing")
            #expect(try await zhou.post("/signing", ["words": "再签"]).has("再签"))
        }
    }

    @Test func `A form with something to correct comes back with what was typed, after the proof as before`() async throws {
        try await Rooms.open { rooms in
            let (zhou, _) = try await officer(rooms)
            rooms.house.clock.pass(.minutes(6))
            try await zhou.open("/signing")
            let asked = try await zhou.post("/signing", ["words": "短"])
            let place = try #require(asked.actions.first { $0.hasPrefix("/signing?proof=") })
            let back = try await zhou.post(place, ["password": Self.password, "factor": factor(rooms)])
            #expect(back.status == 422 && back.heading == "签署" && back.form("/signing")?.value("words") == "短")
            #expect(try await zhou.post("/signing", ["words": "够长"]).has("够长"))
        }
    }

    @Test func `Owners and experts prove themselves by a code to their number, sent when they ask for it`() async throws {
        try await Rooms.open { rooms in
            let (wang, _) = try await rooms.visitor("王海燕", mobile: "13900000318")
            rooms.house.clock.pass(.minutes(6))
            try await wang.open("/signing")
            let asked = try await wang.post("/signing", ["words": "签字"])
            #expect(asked.has("139****0318") && asked.form("/sign-in/proof") != nil)
            #expect(try await rooms.letters("13900000318").isEmpty)
            let sent = try await wang.post("/sign-in/proof")
            let place = try #require(sent.actions.first { $0.hasPrefix("/signing?proof=") })
            #expect(try await wang.post(place, ["digits": "999999"]).status == 422)
            #expect(try await wang.post(place, ["digits": rooms.code("13900000318")]).text == "signed “签字” a+b none")
        }
    }

    @Test func `A page that wants a fresh proof comes after it`() async throws {
        try await Rooms.open { rooms in
            let (zhou, _) = try await officer(rooms)
            #expect(try await zhou.open("/exporting").text == "exported")
            rooms.house.clock.pass(.minutes(6))
            let asked = try await zhou.open("/exporting")
            #expect(asked.heading == "确认是您本人" && !asked.has("exported"))
            #expect(try await zhou.post("/sign-in/proof", ["password": Self.password, "factor": factor(rooms)]).text == "exported")
            // Nobody is led elsewhere by it (I6).
            rooms.house.clock.pass(.minutes(6))
            try await zhou.open("/sign-in/proof?next=//evil.example")
            #expect(try await zhou.post("/sign-in/proof", ["password": Self.password, "factor": factor(rooms)]).heading == "开始")
        }
    }

    @Test func `What is held is for its own session, its own place and half an hour`() async throws {
        try await Rooms.open { rooms in
            let (zhou, _) = try await officer(rooms)
            let (wang, _) = try await rooms.visitor("王海燕", mobile: "13900000318")
            rooms.house.clock.pass(.minutes(6))
            try await zhou.open("/signing")
            let place = try #require(try await zhou.post("/signing", ["words": "聘请"]).actions.first { $0.hasPrefix("/signing?proof=") })
            let held = place.dropFirst("/signing?proof=".count)
            // Another's session, another place, a made-up name: nothing is there.
            #expect(try await wang.open("/sign-in/proof?held=\(held)").status == 403)
            try await wang.open("/account")
            let token = wang.page?.form("/account")?.value("token") ?? ""
            let type = ["Content-Type": "application/x-www-form-urlencoded"]
            #expect(try await wang.send(.post, place, type, [UInt8]("token=\(Link.encoded(token))&once=1&digits=1".utf8)).status == 403)
            try await zhou.open("/account")
            let own = zhou.page?.form("/account")?.value("token") ?? ""
            for path in ["/account?proof=\(held)", "/signing?proof=\(ID<HeldForm>())", "/signing?proof=x"] {
                #expect(try await zhou.send(.post, path, type, [UInt8]("token=\(Link.encoded(own))&once=1&password=\(Link.encoded(Self.password))&factor=\(factor(rooms))".utf8)).status == 403, "\(path)")
            }
            // A form from elsewhere is not even held (I5).
            #expect(try await zhou.send(.post, "/signing", type, [UInt8]("token=x&once=1&words=ab".utf8)).status == 403)
            // Nothing that was typed lies open in the database.
            #expect(try await rooms.database.read { try $0.values("select fields_sealed from held_form", String.self) }.allSatisfy { $0.hasPrefix("g1.") })
            try await wang.open("/signing")
            let hers = try await wang.post("/signing", ["words": "签字"]).path
            rooms.house.clock.pass(.minutes(29))
            #expect(try await wang.open(hers).status == 200)
            rooms.house.clock.pass(.minutes(2))
            #expect(try await wang.open(hers).status == 403)
            try await HeldForm.timer(rooms.database, folder: rooms.house.site.folder).run(rooms.house.clock.now)
            #expect(try await rooms.database.read { try $0.count("select count(*) from held_form") } == 0)
        }
    }

    @Test func `Of a session five forms are held at most, and files only where the form has room for them`() async throws {
        try await Rooms.open { rooms in
            let (zhou, _) = try await officer(rooms)
            rooms.house.clock.pass(.minutes(6))
            var places: [String] = []
            for number in 0..<8 {
                try await zhou.open("/signing")
                let asked = try await zhou.post("/signing", ["words": "第\(number)份"], files: [Rooms.licence])
                places.append(try #require(asked.actions.first { $0.hasPrefix("/signing?proof=") }))
                rooms.house.clock.pass(.seconds(1))
            }
            #expect(try await rooms.database.read { try $0.count("select count(*) from held_form") } == 5)
            let folder = rooms.house.site.folder + "/held"
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 5)
            #expect(try await zhou.open("/sign-in/proof?held=\(places[0].dropFirst("/signing?proof=".count))").status == 403)
            #expect(try await zhou.open("/sign-in/proof?held=\(places[7].dropFirst("/signing?proof=".count))").status == 200)
            // A form that takes no files: they are not even taken in.
            try await zhou.open("/signing")
            let form = try #require(zhou.page?.form("/signing"))
            let sent = try await zhou.send(
                .post, "/account", ["Content-Type": "multipart/form-data; boundary=\(PickedFile.boundary)"], PickedFile.body(form.fields.filter { $0.name == "token" || $0.name == "once" }, [Rooms.licence]))
            #expect(sent.status == 413)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 5)
        }
    }

    @Test func `Five wrong proofs lock the account for this address, the staff door included (S5)`() async throws {
        try await Rooms.open { rooms in
            let (zhou, _) = try await officer(rooms)
            rooms.house.clock.pass(.minutes(6))
            try await zhou.open("/sign-in/proof?next=/signing")
            for _ in 0..<5 { try await zhou.post("/sign-in/proof", ["password": "falsch und lang genug", "factor": factor(rooms)]) }
            #expect(try await zhou.post("/sign-in/proof", ["password": Self.password, "factor": factor(rooms)]).status == 422)
            let door = rooms.house.browser()
            try await door.open("/sign-in/staff")
            #expect(try await door.post("/sign-in/staff", ["login": "zhou@example.cn", "password": Self.password, "factor": factor(rooms)]).status == 422)
            rooms.house.clock.pass(.minutes(16))
            try await zhou.open("/sign-in/proof?next=/signing")
            #expect(try await zhou.post("/sign-in/proof", ["password": Self.password, "factor": factor(rooms)]).heading == "签署")
        }
    }
}
