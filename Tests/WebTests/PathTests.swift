import Markup
import Testing
import Values

@testable import Web

@Suite struct PathTests {
    private enum Need {}
    private static let plain = Path("needs/new")
    private static let one = Path("needs/*/closure", ID<Need>.self)
    private static let two = Path("cases/*/files/*", Two<ID<Need>, PathText>.self)

    @Test func `a path reads what it has printed`() {
        let id = ID<Need>()
        #expect(Self.plain.link.text == "/needs/new")
        #expect(Self.plain.parse("/needs/new") != nil)
        #expect(Self.one(id).text == "/needs/\(id)/closure")
        #expect(Self.one.parse(Self.one(id).text) == id)
    }

    @Test(arguments: ["a", "沈国强", "a/b", "..", "%2e%2e", "a?b#c", "a b+c", "\"<>'", ""])
    func `any text comes back as it went in`(_ text: String) {
        let id = ID<Need>()
        let link = Self.two(Two(id, PathText(text))).text
        #expect(!link.dropFirst().contains("//") && !link.contains("?") && !link.contains("#"))
        if text.isEmpty { #expect(Self.two.parse(link) == nil) } else {
            let back = Self.two.parse(link)
            #expect(back?.first == id && back?.second.text == text)
        }
    }

    @Test(arguments: ["/needs/7/closure", "/needs/closure", "/needs/\(String(repeating: "A", count: 32))/closure", "/needs/%FF/closure", "/needs//closure", "/needs/x/closure/y"])
    func `what is no id is no path`(_ path: String) { #expect(Self.one.parse(path) == nil) }

    @Test func `stars and parameters must agree`() async {
        await #expect(processExitsWith: .failure) { _ = Path("needs/*/files/*", ID<Need>.self) }
        await #expect(processExitsWith: .failure) { _ = Path("needs", ID<Need>.self) }
    }

    @Test func `two routes with one shape and method stop the program`() async {
        await #expect(processExitsWith: .failure) {
            var routes = Routes()
            routes.get(Path("needs/*", ID<Need>.self), .everyone) { _, _ in .text("a") }
            routes.get(Path("needs/*", PathText.self), .everyone) { _, _ in .text("b") }
        }
    }

    @Test func `a fixed word goes before a star`() {
        var routes = Routes()
        routes.get(Path("needs/*", PathText.self), .everyone) { _, _ in .text("star") }
        routes.get(Path("needs/new"), .everyone) { _, _ in .text("word") }
        #expect(routes.candidates("/needs/new").map(\.pattern) == ["needs/new", "needs/*"])
        #expect(routes.candidates("/needs/x").map(\.pattern) == ["needs/*"])
        #expect(routes.candidates("/needs").isEmpty)
        #expect(routes.candidates("/").isEmpty)
    }

    @Test(arguments: ["/", "/needs", "/needs/1?a=b&c=d#e", "/a/%E4%B8%80", "/a:b@c", "/a?next=//x"])
    func `a place of ours is led back to`(_ path: String) { #expect(safePath(path)?.text == path) }

    @Test(arguments: [
        nil, "", "needs", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/a\\b", "/%0d%0aSet-Cookie:x", "/%0D",
        "/\r\nSet-Cookie: x", "/\t/evil.example", "/ /evil.example", "https://evil.example", "HTTPS:evil.example", "javascript:alert(1)", "/%2fevil.example",
        "/%2F/evil.example", "/%5cevil.example", "/%5C%5Cevil.example", "/%00", "/一", "/\u{7F}", "/" + String(repeating: "a", count: 500), ".", "?a", "#a",
    ] as [String?])
    func `no other place is`(_ path: String?) { #expect(safePath(path) == nil) }
}
