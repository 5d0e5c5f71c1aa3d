import HTTPTypes
import Markup
import Storage
import TestSupport
import Testing
import Values

@testable import Web

/// Who may write at all: token, origin, fields (I5, I8, A5).
@Suite struct WritingTests {
    private static let urlencoded = ["Content-Type": "application/x-www-form-urlencoded"]

    private func sent(_ form: Shown.Form, _ extra: String = "", without name: String? = nil) -> [UInt8] {
        let fields = form.fields.filter { $0.name != name && $0.name != "text" }.map { "\($0.name)=\(Link.encoded($0.value))" }
        return [UInt8]((fields + [extra]).joined(separator: "&").utf8)
    }

    @Test func `a form that came from its own page is taken, and says so once`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            try await browser.open("/notes")
            let page = try await browser.post("/notes", ["text": "模具", "tag": "a", "tag": "b"])
            #expect(page.status == 200)
            #expect(page.has("写下了&lt;b&gt;“模具”&lt;/b&gt;"))
            #expect(try await notes.texts() == ["模具"])
            #expect(try await notes.database.read { try $0.value("select tags from note", Int.self) } == 2)
            let later = try await browser.open("/notes")
            #expect(!later.has("写下了"))
        }
    }

    @Test func `what was done can be undone by the button beside it`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            try await browser.open("/notes")
            let page = try await browser.post("/notes", ["text": "模具"])
            let undo = try #require(page.actions.first { $0.hasSuffix("/withdrawal") })
            try await browser.post(undo)
            #expect(try await notes.texts() == [])
        }
    }

    @Test func `a form that is sent twice does its deed once and leads to the same place`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let form = try #require(try await browser.open("/notes").form("/notes"))
            let body = sent(form, "text=once")
            let first = try await browser.send(.post, "/notes", Self.urlencoded, body)
            let again = try await browser.send(.post, "/notes", Self.urlencoded, body)
            #expect(first.status == 303 && again.status == 303)
            #expect(first.place != nil && first.place == again.place)
            #expect(try await notes.texts() == ["once"])
            // The key of somebody else's form is another key.
            let other = notes.house.browser()
            let otherForm = try #require(try await other.open("/notes").form("/notes"))
            let mixed = "token=\(Link.encoded(otherForm.value("token") ?? ""))&once=\(form.value("once") ?? "")&text=twice"
            let theirs = try await other.send(.post, "/notes", Self.urlencoded, [UInt8](mixed.utf8))
            #expect(theirs.place != first.place)
            #expect(try await notes.texts() == ["once", "twice"])
        }
    }

    @Test func `eight repetitions at once still do it once`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let form = try #require(try await browser.open("/notes").form("/notes"))
            let (body, cookies, house) = (sent(form, "text=once"), browser.cookies, notes.house)
            let places = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let tab = house.browser()
                        tab.cookies = cookies
                        return try await tab.send(.post, "/notes", Self.urlencoded, body).place
                    }
                }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(places.count == 1 && places.first != .some(nil))
            #expect(try await notes.texts() == ["once"])
        }
    }

    @Test func `no token, a foreign token or a foreign origin: nothing is written`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let form = try #require(try await browser.open("/notes").form("/notes"))
            let other = notes.house.browser()
            let foreign = try #require(try await other.open("/notes").form("/notes")?.value("token"))
            let good = sent(form, "text=ab")
            func status(_ headers: [String: String] = [:], _ body: [UInt8]) async throws -> Int {
                try await browser.send(.post, "/notes", Self.urlencoded.merging(headers) { $1 }, body).status
            }
            #expect(try await status([:], sent(form, "text=ab", without: "token")) == 403)
            #expect(try await status([:], sent(form, "text=ab&token=", without: "token")) == 403)
            #expect(try await status([:], sent(form, "text=ab&token=\(Link.encoded(foreign))", without: "token")) == 403)
            for origin in ["http://evil.example", "null", "https://localhost.evil.example", "http://evil.example:80", "http://[::2]"] {
                #expect(try await status(["Origin": origin], good) == 403, "\(origin)")
            }
            for site in ["cross-site", "same-site"] { #expect(try await status(["Sec-Fetch-Site": site], good) == 403) }
            #expect(try await status(["Origin": ""], good) == 403)
            // A cookie of another browser does not fit the token either.
            let mine = browser.cookies
            browser.cookies = other.cookies
            #expect(try await status([:], good) == 403)
            browser.cookies = [:]
            #expect(try await status([:], good) == 403)
            browser.cookies = mine
            #expect(try await notes.texts() == [])
            #expect(try await status(["Origin": "", "Sec-Fetch-Site": "same-origin"], good) == 303)
        }
    }

    @Test func `the token of a session is not the token of another, nor of nobody`() async throws {
        try await Notes.open { notes async throws in
            let shen = notes.house.browser(as: Cast.shen.viewer([]))
            let wang = notes.house.browser(as: Cast.wang.viewer([]))
            let tokens = [
                try await shen.open("/notes").form("/notes")?.value("token"), try await wang.open("/notes").form("/notes")?.value("token"),
                try await notes.house.browser().open("/notes").form("/notes")?.value("token"),
            ]
            #expect(Set(tokens).count == 3 && !tokens.contains(nil))
        }
    }

    @Test func `the token is written differently each time, and each of them is good`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser(as: Cast.shen.viewer([]))
            let first = try #require(try await browser.open("/notes").form("/notes"))
            let second = try #require(try await browser.open("/notes").form("/notes"))
            #expect(first.value("token") != second.value("token"))
            for (form, text) in [(first, "one"), (second, "two")] { #expect(try await browser.send(.post, "/notes", Self.urlencoded, sent(form, "text=\(text)")).status == 303) }
            #expect(try await notes.texts() == ["one", "two"])
        }
    }

    @Test func `a pile of code points on one character is not one character`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            for (text, status) in [("数" + String(repeating: "\u{301}", count: 5000), 422), ("👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿é̂", 303)] {
                let form = try #require(try await browser.open("/notes").form("/notes"))
                #expect(try await browser.send(.post, "/notes", Self.urlencoded, sent(form, "text=\(Link.encoded(text))")).status == status)
            }
        }
    }

    @Test func `a broken visitor's cookie is replaced, so that forms work again`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            browser.cookies["__Host-visitor"] = "broken"
            try await browser.open("/notes")
            #expect(try await browser.post("/notes", ["text": "ab"]).status == 200)
            #expect(try await notes.texts() == ["ab"])
        }
    }

    @Test func `unknown and duplicate fields, no key, other kinds of body are bad requests`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let form = try #require(try await browser.open("/notes").form("/notes"))
            let bad: [[UInt8]] = [
                sent(form, "text=ab&owner=me"), sent(form, "text=ab&text=cd"), sent(form, "text=ab", without: "once"), sent(form, "text=ab&once=2"),
                sent(form, "text=%FF%FE"), sent(form, "text=a%00b"), sent(form, "text=%zz"), sent(form, "text=ab&once=\(String(repeating: "1", count: 101))", without: "once"),
                [UInt8](String(repeating: "a=1&", count: 2001).utf8),
            ]
            for body in bad { #expect(try await browser.send(.post, "/notes", Self.urlencoded, body).status == 400, "\(String(decoding: body.prefix(200), as: UTF8.self))") }
            let good = sent(form, "text=ab")
            for type in ["text/plain", "application/json", "", "multipart/form-data", "multipart/form-data; boundary="] {
                #expect(try await browser.send(.post, "/notes", ["Content-Type": type], good).status == 400, "\(type)")
            }
            #expect(try await browser.send(.post, "/notes", Self.urlencoded, [UInt8](repeating: 97, count: (256 << 10) + 1)).status == 413)
            #expect(try await notes.texts() == [])
        }
    }

    @Test func `controls, and code points that stand for no text, are left out`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let form = try #require(try await browser.open("/notes").form("/notes"))
            let body = sent(form, "text=%E6%A8%A1%01%1B%EF%BF%BE%EF%BF%BF%C2%85%F0%9F%BF%BE%E5%85%B7%F0%A0%AE%B7%09b%0Ac%7F")
            #expect(try await browser.send(.post, "/notes", Self.urlencoded, body).status == 303)
            #expect(try await notes.texts() == ["模具𠮷\tb\nc"])
        }
    }

    @Test func `what is wrong answers 422, says how much, and keeps what was typed`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            try await browser.open("/notes")
            let page = try await browser.post("/notes", ["text": "<一个写得太长太长太长太长太长太长太长的便条>"])
            #expect(page.status == 422)
            #expect(page.has("<title>有1处要改：便条"))
            #expect(page.form("/notes")?.value("text") == "<一个写得太长太长太长太长太长太长太长的便条>")
            #expect(page.has("href=\"#f-text\"") && page.has("id=\"f-text\""))
            #expect(try await browser.post("/notes", ["text": " "]).status == 422)
            #expect(try await browser.post("/notes", ["text": " 短的 "]).status == 200)
            #expect(try await notes.texts() == ["短的"])
        }
    }

    @Test func `a write route is not read, and nothing else is done to it`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let id = ID<NotesRoom.Note>()
            for method in [HTTPRequest.Method.get, .head, .put, .delete, .patch, .options, .trace] {
                let shown = try await browser.send(method, "/notes/\(id)/withdrawal")
                #expect(shown.status == 405)
                #expect(shown.header("Allow") == "POST")
            }
            #expect(try await browser.send(.delete, "/notes").header("Allow") == "GET, POST")
            #expect(try await browser.send(.post, "/nowhere").status == 404)
        }
    }

    @Test func `a sentence that somebody made up is not shown`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            // A visitor may choose their cookie, and is shown its token: it must not be good for anything else.
            let text = "YWJjZGVmZ2hpamtsbW5vcHFycw.YWJjZGVmZ2hpamts." 
            let chosen = String((text + String(repeating: "A", count: 43)).prefix(42)) + "."
            browser.cookies["__Host-visitor"] = chosen
            let token = try #require(try await browser.open("/notes").form("/notes")?.value("token"))
            #expect(browser.cookies["__Host-visitor"] == chosen)
            let plain = try await browser.open("/long")
            for forged in ["\(chosen).\(token)", "\(chosen)\(token)", "YQ==.YQ==..\(token)", "...", "a.b.c.d", "%FF", String(repeating: ".", count: 3000)] {
                browser.cookies["__Host-said"] = Link.encoded(forged)
                let page = try await browser.open("/long")
                #expect(page.bytes.count == plain.bytes.count, "\(forged.prefix(80))")
                #expect(browser.cookies["__Host-said"] == nil)
            }
        }
    }
}
