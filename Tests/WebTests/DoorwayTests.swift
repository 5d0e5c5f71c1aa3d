import HTTPTypes
import Foundation
import Languages
import Markup
import Storage
import TestSupport
import Testing
import Values

@testable import Web

/// What every request meets: host, limit, language, permission, headers, caches, errors.
@Suite struct DoorwayTests {
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; report-uri /csp-reports"

    @Test func `every answer carries the headers that protect it`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let paths = ["/", "/notes", "/nowhere", "/fault", "/own", "/file", "/download", "/long", "/healthz", "/assets/none"]
            for path in paths {
                let shown = try await browser.send(.get, path)
                #expect(shown.header("Content-Security-Policy") == (path == "/download" ? "default-src 'none'; sandbox" : Self.policy), "\(path)")
                #expect(shown.header("X-Content-Type-Options") == "nosniff")
                #expect(shown.header("Referrer-Policy") == "same-origin")
                for name in ["Opener-Policy", "Resource-Policy"] { #expect(shown.header("Cross-Origin-\(name)") == "same-origin") }
                #expect(shown.header("Cross-Origin-Embedder-Policy") == "require-corp")
                #expect(shown.header("X-Frame-Options") == "DENY")
                #expect(shown.header("Strict-Transport-Security") == nil)
                #expect(shown.header("Server") == nil)
            }
        }
        try await Notes.open(change: { $0.settings.tls = true }) { notes async throws in
            let shown = try await notes.house.browser().open("/")
            #expect(shown.header("Strict-Transport-Security") == "max-age=31536000; includeSubDomains")
        }
    }

    @Test(arguments: [
        ("/verify/7Q2M0000000000000000000000", "/verify/*"), ("/welcome/abc", "/welcome/*"), ("/verify/file", "/verify/file"), ("/verify", "/verify"), ("/records/x", "/records/x"),
    ])
    func `a code that opens something stands in no log (P8)`(path: String, logged: String) { #expect(Doorway.loggable(path) == logged) }

    @Test func `scripts and styles are ours alone, tied to their hash, and kept for ever`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let page = try await browser.open("/notes").text
            #expect(!page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick") && !page.contains("//", after: "src=\""))
            let scripts = page.matches(of: /<script[^>]*src="([^"]+)"[^>]*integrity="sha384-[^"]{64}"/).map { String($0.1) }
            let styles = page.matches(of: /<link rel="stylesheet" href="([^"]+)" integrity="sha384-[^"]{64}"/).map { String($0.1) }
            #expect(scripts.count == 1 && styles.count == 1)
            for path in scripts + styles {
                let asset = try await browser.send(.get, path)
                #expect(asset.status == 200)
                #expect(asset.header("Cache-Control") == "public, max-age=31536000, immutable")
                let packed = try await browser.send(.get, path, ["Accept-Encoding": "gzip"])
                #expect(packed.header("Content-Encoding") == "gzip" && packed.bytes.count < asset.bytes.count)
            }
            #expect(try await browser.send(.get, "/assets/../notes.sqlite").status == 404)
            #expect(try await browser.send(.post, scripts[0]).status == 404)
        }
    }

    @Test func `cookies are of this host alone, and out of reach for scripts`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            var lines: [String] = []
            for path in ["/notes", "/language?to=en", "/text?to=large"] { lines += try await browser.send(.get, path).headers[values: .setCookie] }
            try await browser.open("/notes")
            lines += try await browser.post("/notes", ["text": "ab"], following: false).headers[values: .setCookie]
            #expect(lines.count == 4)
            for line in lines {
                #expect(line.hasPrefix("__Host-") && line.contains("; Path=/; Secure; HttpOnly; SameSite=Lax") && !line.contains("Domain"), "\(line)")
            }
            // Somebody who is signed in needs no visitor's cookie.
            #expect(try await notes.house.browser(as: Cast.shen.viewer([])).open("/notes").headers[values: .setCookie] == [])
        }
    }

    @Test func `a host that is not ours is refused`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            for host in ["evil.example", "localhost.evil.example", "evil.example:8080", "", "[::1]", "localhost@evil.example"] {
                browser.host = host
                #expect(try await browser.send(.get, "/notes").status == 421, "\(host)")
            }
            for host in ["localhost", "localhost:8080", "LOCALHOST"] {
                browser.host = host
                #expect(try await browser.send(.get, "/notes").status == 200, "\(host)")
            }
        }
    }

    @Test func `an address that comes too often waits, others do not`() async throws {
        try await Notes.open(change: { $0.settings.requestsPerMinute = 5; $0.settings.proxies = ["10.0.0.1"] }) { notes async throws in
            let browser = notes.house.browser(address: "198.51.100.1")
            for _ in 0..<5 { #expect(try await browser.open("/").status == 200) }
            let refused = try await browser.open("/")
            #expect(refused.status == 429)
            #expect(refused.header("Retry-After") == "12")
            #expect(try await notes.house.browser(address: "198.51.100.2").open("/").status == 200)
            notes.house.clock.pass(.seconds(12))
            #expect(try await browser.open("/").status == 200)
            #expect(try await browser.open("/").status == 429)
            // Whoever is no proxy of ours cannot give another address.
            #expect(try await browser.open("/", ["X-Forwarded-For": "203.0.113.9"]).status == 429)
            let proxy = notes.house.browser(address: "10.0.0.1")
            #expect(try await proxy.open("/answers", ["X-Forwarded-For": "198.51.100.7, 203.0.113.9"]).has(" 203.0.113.9 "))
        }
    }

    @Test func `a page that the browser has is not sent again`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            try await browser.open("/long")
            let page = try await browser.open("/long")
            let tag = try #require(page.header("ETag"))
            #expect(page.header("Cache-Control") == "no-cache")
            #expect(page.header("Vary") == "Cookie, Accept-Encoding, Accept-Language")
            for known in [tag, "W/\(tag)", "\"other\", \(tag)"] {
                let again = try await browser.open("/long", ["If-None-Match": known])
                #expect(again.status == 304 && again.bytes.isEmpty && again.header("ETag") == tag, "\(known)")
            }
            #expect(try await browser.open("/long", ["If-None-Match": "\"other\""]).status == 200)
            // Whoever is signed in keeps no page behind.
            #expect(try await notes.house.browser(as: Cast.shen.viewer([])).open("/long").header("Cache-Control") == "no-store")
            #expect(try await browser.open("/notes").header("Cache-Control") == "no-store")
        }
    }

    @Test func `a long page comes packed where the browser takes it`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            try await browser.open("/long")
            let plain = try await browser.open("/long")
            let packed = try await browser.send(.get, "/long", ["Accept-Encoding": "br, gzip"])
            #expect(plain.header("Content-Encoding") == nil)
            #expect(packed.header("Content-Encoding") == "gzip")
            #expect(Array(packed.bytes.prefix(2)) == [0x1F, 0x8B] && packed.bytes.count < plain.bytes.count / 4)
            #expect(packed.header("Content-Length") == "\(packed.bytes.count)")
            #expect(try unpacked(packed.bytes) == plain.bytes)
        }
    }

    private func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
        let (process, entry, exit) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc"]
        process.standardInput = entry
        process.standardOutput = exit
        try process.run()
        try entry.fileHandleForWriting.write(contentsOf: bytes)
        try entry.fileHandleForWriting.close()
        return [UInt8](try exit.fileHandleForReading.readToEnd() ?? Data())
    }

    @Test(arguments: [
        ("bytes=0-3", 206, "0123", "bytes 0-3/10"), ("bytes=4-", 206, "456789", "bytes 4-9/10"), ("bytes=-3", 206, "789", "bytes 7-9/10"),
        ("bytes=8-99", 206, "89", "bytes 8-9/10"), ("bytes=-99", 206, "0123456789", "bytes 0-9/10"), ("bytes=0-9223372036854775807", 206, "0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, "", "bytes */10"), ("bytes=99-100", 416, "", "bytes */10"), ("bytes=-0", 416, "", "bytes */10"),
        ("bytes=3-1", 200, "0123456789", nil), ("bytes=a-b", 200, "0123456789", nil), ("bytes=0-1,3-4", 200, "0123456789", nil), ("lines=0-1", 200, "0123456789", nil),
        ("bytes=-", 200, "0123456789", nil), ("bytes=--5", 200, "0123456789", nil), ("bytes=99999999999999999999-", 200, "0123456789", nil), ("bytes=+1-2", 200, "0123456789", nil),
    ] as [(String, Int, String, String?)])
    func `a part of a file`(_ range: String, _ status: Int, _ text: String, _ place: String?) async throws {
        try await Notes.open { notes async throws in
            let shown = try await notes.house.browser().open("/file", ["Range": range])
            #expect(shown.status == status)
            #expect(shown.text == text)
            #expect(shown.header("Content-Range") == place)
            #expect(shown.header("Accept-Ranges") == "bytes")
            #expect(shown.header("Content-Length") == "\(text.utf8.count)")
        }
    }

    @Test func `a file to keep is never shown inside our pages, whatever it is called`() async throws {
        try await Notes.open { notes async throws in
            let shown = try await notes.house.browser().open("/download")
            let disposition = try #require(shown.header("Content-Disposition"))
            #expect(disposition == "attachment; filename=\"file\"; filename*=UTF-8''%E4%BF%A1%0D%0ASet-Cookie%3A%20a%3Db%22.txt")
            #expect(shown.header("Content-Security-Policy") == "default-src 'none'; sandbox")
            #expect(shown.header("Cache-Control") == "private, no-store")
        }
    }

    @Test func `HEAD says what GET would, without the body`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            for path in ["/long", "/file", "/healthz", "/nowhere"] {
                _ = try await browser.send(.get, path)
                let (get, head) = (try await browser.send(.get, path), try await browser.send(.head, path))
                #expect(head.status == get.status && head.bytes.isEmpty, "\(path)")
                #expect(head.header("Content-Length") == get.header("Content-Length"), "\(path)")
                #expect(head.header("ETag") == get.header("ETag"))
            }
        }
    }

    @Test func `an error has a number and no cause, in the reader's language`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let page = try await browser.open("/fault")
            #expect(page.status == 500)
            #expect(page.heading == "我们这边出了问题")
            #expect(page.text.firstMatch(of: /编号 [0-9a-f]{10}/) != nil)
            #expect(!page.has("hunter2") && !page.has("Fault"))
            #expect(page.header("Cache-Control") == "no-store")
            let english = try await browser.open("/fault", ["Accept-Language": "en-GB,en;q=0.9"])
            #expect(english.heading == "Something went wrong on our side" && english.text.firstMatch(of: /Number [0-9a-f]{10}/) != nil)
            #expect(try await browser.open("/nowhere").status == 404)
        }
    }

    @Test func `language and size of text stay as chosen`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            #expect(try await browser.open("/notes").has("<html lang=\"zh-Hans\">"))
            #expect(try await browser.open("/notes", ["Accept-Language": "en"]).has("<html lang=\"en\">"))
            #expect(try await browser.open("/notes", ["Accept-Language": "en,zh;q=0.8"]).has("<html lang=\"zh-Hans\">"))
            let english = try await browser.open("/language?to=en&back=%2Fnotes%3Fnote%3D1")
            #expect(english.path == "/notes?note=1" && english.heading == "Notes" && english.header("Content-Language") == "en")
            let large = try await browser.open("/text?to=large&back=/notes")
            #expect(large.has("<html lang=\"en\" data-text=\"large\">"))
            #expect(try await browser.open("/fault").has("data-text=\"large\""))
            let again = try await browser.open("/text?to=normal&back=/notes")
            #expect(again.has("<html lang=\"en\">"))
            #expect(try await browser.open("/language?to=zh&back=//evil.example").path == "/")
            #expect(try await browser.open("/language?to=zh&back=https://evil.example").path == "/")
        }
    }

    @Test func `each route asks for what it declares`() async throws {
        try await Notes.open(change: { $0.slots.signIn = Link(path: "/sign-in") }) { notes async throws in
            let nobody = notes.house.browser()
            #expect(try await nobody.send(.get, "/own?a=1").place == "/sign-in?next=%2Fown%3Fa%3D1")
            #expect(try await nobody.send(.get, "/reading").place == "/sign-in?next=%2Freading")
            #expect(try await nobody.open("/demo").status == 404)
            let shen = notes.house.browser(as: Cast.shen.viewer([]))
            #expect(try await shen.open("/own").text == "own")
            // Not 403: that there is such a page is not told (A4).
            #expect(try await shen.open("/reading").status == 404)
            let reader = Membership(role: NotesRoom.reader, organisation: nil, regionPrefix: "")
            #expect(try await notes.house.browser(as: Cast.wang.viewer([reader])).open("/reading").text == "read")
            let first = Viewer(person: Cast.lin.id, name: "", memberships: [reader], provedAt: nil, mustVisit: "/factor")
            #expect(try await notes.house.browser(as: first).send(.get, "/reading").place == "/factor")
            #expect(try await notes.house.browser(as: first).send(.get, "/own").place == "/factor")
            // A session that has ended is nobody's.
            let stale = notes.house.browser()
            stale.cookies["__Host-session"] = newToken()
            #expect(try await stale.send(.get, "/own").status == 303)
        }
        try await Notes.open(change: { $0.settings.isDemo = true }) { notes async throws in
            let shown = try await notes.house.browser().open("/demo")
            #expect(shown.status == 200)
        }
    }

    @Test func `a question is decoded, and a broken one is a bad request`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            #expect(try await browser.open("/answers?a=%E4%B8%80+b&b=2").has("一 b 1 "))
            #expect(try await browser.open("/answers?b=1&b=2").has("- 2 "))
            #expect(try await browser.open("/answers?a=").has("- 0 "))
            for broken in ["a=%FF", "a=%0", "a=%00", "%FF=1", String(repeating: "a", count: 4001)] {
                #expect(try await browser.open("/answers?\(broken)").status == 400, "\(broken.prefix(20))")
            }
        }
    }

    @Test func `a question that the page does not know, or one asked twice, is a bad request`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            for unknown in ["/answers?a=1&c=2", "/answers?a=1&a=1", "/answers?a=1&a=2", "/answers?A=1", "/?a=1", "/answers?state=3"] {
                #expect(try await browser.open(unknown).status == 400, "\(unknown)")
                #expect(try await browser.send(.head, unknown).status == 400, "\(unknown)")
            }
            // Passed on by a messenger.
            #expect(try await browser.open("/answers?a=1&from=groupmessage&isappinstalled=0").has("1 0 "))
            #expect(try await browser.open("/answers?from=a&from=b").status == 400)
            // A form's fields stand in its body alone.
            let form = try #require(try await browser.open("/notes").form("/notes"))
            let body = form.fields.map { "\(Link.encoded($0.name))=\(Link.encoded($0.name == "text" ? "ab" : $0.value))" }.joined(separator: "&")
            let kind = ["Content-Type": "application/x-www-form-urlencoded"]
            #expect(try await browser.send(.post, "/notes?text=ab", kind, [UInt8](body.utf8)).status == 400)
            #expect(try await notes.texts() == [])
        }
    }
}

extension String {
    fileprivate func contains(_ text: String, after start: String) -> Bool { ranges(of: start).contains { self[$0.upperBound...].hasPrefix(text) } }
}
