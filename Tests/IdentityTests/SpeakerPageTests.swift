import Identity
import Markup
import Storage
import TestSupport
import Testing
import Values
import Web

/// Who speaks for a company, as people do it.
struct SpeakerPageTests {
    static func ask(_ rooms: Rooms, _ person: ID<Person>) async throws -> ID<Speaker> {
        let now = rooms.house.clock.now
        rooms.house.clock.pass(.minutes(1))
        return try await rooms.database.write { tx in
            let enterprise = try tx.findOrMake(enterprise: SpeakerTests.Scene.facts, now: now)
            try tx.ask(person, toSpeakFor: enterprise, .agent, now: now)
            guard let speaker = try tx.speaker(person, for: enterprise) else { throw SpeakerTests.Missing() }
            return speaker.id
        }
    }

    @Test func `The first sends the licence, the officer compares and confirms, and others see nothing of it`() async throws {
        try await Rooms.open { rooms in
            let (wang, person) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            let (lin, _) = try await rooms.visitor("林晓", staff: .officer, in: rooms.organisations.institution)
            let (liaison, _) = try await rooms.visitor("林秀珍", staff: .liaison, region: "331003")
            let (stranger, _) = try await rooms.visitor("何远", staff: .officer, in: rooms.organisations.authority)
            let (shen, _) = try await rooms.visitor("沈国强", mobile: Cast.shen.mobile)
            #expect(try await lin.open("/speakers").has("没有要核对的"))
            let id = try await SpeakerPageTests.ask(rooms, person)
            let page = "/speakers/\(id)"

            #expect(try await wang.open(page).has("加上营业执照照片"))
            #expect(try await wang.post(page + "/licence").status == 422)
            #expect(try await wang.post(page + "/licence", files: [PickedFile("file", name: "执照.pdf", Array("MZ".utf8))]).status == 422)
            #expect(try await wang.post(page + "/licence", files: [Rooms.licence]).has("照片收到"))

            for (browser, list, one) in [(lin, true, 200), (liaison, true, 200), (stranger, false, 404), (shen, false, 404)] {
                let shown = try await browser.open("/speakers")
                #expect(shown.has(SpeakerTests.Scene.facts.name) == list)
                #expect(try await browser.open(page).status == one)
            }
            let before = try await lin.open(page)
            #expect(before.has("执照.pdf") && before.has("王海燕") && before.has("139****0318") && !before.has(Cast.wang.mobile))
            #expect(try await lin.post(page + "/confirmation").status == 422)
            #expect(try await lin.post(page + "/confirmation", ["evidence": "photo"]).has("确认了"))
            #expect(try await wang.open(page).has("您可以代表这家企业"))
            #expect(try await wang.open("/account").has(SpeakerTests.Scene.facts.name))
            #expect(try await lin.open("/speakers").has("没有要核对的"))
        }
    }

    @Test func `What is declined says why, and asking again with a better photo puts it back on the list`() async throws {
        try await Rooms.open { rooms in
            let (wang, person) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            let (lin, _) = try await rooms.visitor("林晓", staff: .officer, in: rooms.organisations.institution)
            let page = "/speakers/\(try await SpeakerPageTests.ask(rooms, person))"
            try await lin.open(page)
            #expect(try await lin.post(page + "/refusal", ["reason": "不"]).status == 422)
            #expect(try await lin.post(page + "/refusal", ["reason": "照片看不清信用代码，请再拍一张"]).has("退回了"))
            #expect(try await wang.open(page).has("请再拍一张"))
            try await wang.post(page + "/licence", files: [Rooms.licence])
            #expect(try await lin.open("/speakers").has(SpeakerTests.Scene.facts.name))
        }
    }

    @Test func `A colleague approves by the word alone; neither page names the other; five wrong words close the door (S5)`() async throws {
        try await Rooms.open { rooms in
            let (wang, first) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            let (li, second) = try await rooms.visitor("李建军", mobile: Cast.shen.mobile)
            let (lin, _) = try await rooms.visitor("林晓", staff: .officer, in: rooms.organisations.institution)
            let own = "/speakers/\(try await SpeakerPageTests.ask(rooms, first))"
            try await lin.open(own)
            try await lin.post(own + "/confirmation", ["evidence": "original"])
            let id = try await SpeakerPageTests.ask(rooms, second)
            let page = "/speakers/\(id)"
            let asked = try await li.open(page)
            for secret in ["王海燕", "海燕", "139", "0318", first.text] { #expect(!asked.has(secret), "\(secret)") }
            for path in ["/account", page + "/approval"] {
                let shown = try await wang.open(path)
                for secret in ["李建军", "建军", "138****", "0217", second.text] { #expect(!shown.has(secret), "\(path) \(secret)") }
            }
            #expect(try await wang.open(page).status == 404)
            #expect(try await li.open(page + "/approval").status == 404)
            try await wang.open(page + "/approval")
            for _ in 0..<5 { #expect(try await wang.post(page + "/approval", ["word": "1x"]).status == 422) }
            let word = try await rooms.database.read { reader in try reader.speaker(id).map { reader.word(of: $0) } ?? "" }
            #expect(asked.has("\(word.prefix(3)) \(word.suffix(3))"))
            #expect(try await wang.post(page + "/approval", ["word": "\(word)"]).has("错了5次"))
            rooms.house.clock.pass(.minutes(16))
            try await wang.open(page + "/approval")
            #expect(try await wang.post(page + "/approval", ["word": "\(word)"]).has("同意了"))
            #expect(try await li.open(page).has("王海燕"))
        }
    }

    @Test func `Leaving is one tap, undone with one`() async throws {
        try await Rooms.open { rooms in
            let (wang, first) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            let page = "/speakers/\(try await SpeakerPageTests.ask(rooms, first))"
            try await wang.open(page)
            let left = try await wang.post(page + "/departure")
            #expect(left.has("已退出这家企业"))
            #expect(try await wang.post(page + "/return").has("退出撤销了"))
            let (shen, _) = try await rooms.visitor("沈国强", mobile: Cast.shen.mobile)
            #expect(try await shen.open(page).status == 404)
        }
    }

    @Test func `Of many words tried at once five are looked at, and then the right one is not either (S5)`() async throws {
        try await Rooms.open { rooms in
            let (_, wang) = try await rooms.visitor("王海燕", mobile: Cast.wang.mobile)
            let first = try await SpeakerPageTests.ask(rooms, wang)
            let now = rooms.house.clock.now
            try await rooms.database.write { tx in
                _ = try tx.run("update speaker set confirmed_at = \(now), confirmed_by = 'x' where id = \(first)")
            }
            let (_, li) = try await rooms.visitor("李强", mobile: Cast.shen.mobile)
            let id = try await SpeakerPageTests.ask(rooms, li)
            let page = "/speakers/\(id)/approval"
            let browsers = try await visitors(rooms, wang, 12)
            for browser in browsers { try await browser.open(page) }
            var statuses: [Int] = []
            for browser in browsers { statuses.append(try await browser.post(page, ["word": "000000"]).status) }
            #expect(statuses.allSatisfy { $0 == 422 })
            let tries = try await rooms.database.read { try $0.count("select count(*) from attempt where door = 'speaker'") }
            #expect(tries == 5)
            let word = try await rooms.database.read { reader in try reader.speaker(id).map { reader.word(of: $0) } ?? "" }
            try await browsers[0].open(page)
            #expect(try await browsers[0].post(page, ["word": "\(word)"]).has("错了5次"))
            rooms.house.clock.pass(.minutes(16))
            try await browsers[0].open(page)
            #expect(try await browsers[0].post(page, ["word": "\(word)"]).has("同意了"))
        }
    }

    private func visitors(_ rooms: Rooms, _ person: ID<Person>, _ count: Int) async throws -> [Browser] {
        var all: [Browser] = []
        for _ in 0..<count { all.append(try await rooms.visitor("王海燕", person: person).browser) }
        return all
    }
}
