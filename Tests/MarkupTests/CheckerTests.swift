#if DEBUG
import Testing
import Values

@testable import Markup

/// Each mistake stops the program where the page is made, which some test does for every page.
@Suite struct CheckerTests {
    struct Mistake: Sendable {
        let says: String
        let make: @Sendable () -> HTML
    }

    private static let text = "a"

    static let mistakes: [Mistake] = [
        Mistake(says: "text in an unquoted attribute of <p>") { "<p class=\(text)></p>" },
        Mistake(says: "text in an unquoted attribute of <p>") { "<p class='\(text)'></p>" },
        Mistake(says: "text in href: a Link belongs there") { "<a href=\"\(text)\">x</a>" },
        Mistake(says: "text in src: a Link belongs there") { "<img src=\"/a/\(text)\">" },
        Mistake(says: "text in action: a Link belongs there") { "<form action=\"\(text)\"></form>" },
        Mistake(says: "text in formaction: a Link belongs there") { "<button formaction=\"\(text)\">x</button>" },
        Mistake(says: "text in href: a Link belongs there") { "<a\(attribute: "href", text)>x</a>" },
        Mistake(says: "text in HREF: a Link belongs there") { "<a HREF=\"\(text)\">x</a>" },
        Mistake(says: "text in onclick") { "<p onclick=\"\(text)\"></p>" },
        Mistake(says: "text in onclick") { "<p\(attribute: "onclick", text)></p>" },
        Mistake(says: "text in style") { "<p style=\"\(text)\"></p>" },
        Mistake(says: "text in srcdoc") { "<iframe srcdoc=\"\(text)\"></iframe>" },
        Mistake(says: "text inside <script>") { "<script>\(text)</script>" },
        Mistake(says: "text inside <style>") { "<style>\(text)</style>" },
        Mistake(says: "markup inside attribute title") { "<p title=\"\("<b>x</b>" as HTML)\"></p>" },
        Mistake(says: "flag inside attribute title") { "<p title=\"a\(flag: "checked", true)\"></p>" },
        Mistake(says: "flag inside attribute title") { "<p title=\"a\(attribute: "class", text)\"></p>" },
        Mistake(says: "a flag between tags") { "<p>\(flag: "checked", true)</p>" },
        Mistake(says: "text inside tag <p>") { "<p \(text)></p>" },
        Mistake(says: "text in an unquoted attribute") { "<\(text)></p>" },
        Mistake(says: "not closed: ul, li") { "<ul><li>a" },
        Mistake(says: "</ul> closes li") { "<ul><li>a</ul>" },
        Mistake(says: "</p> closes nothing") { "a</p>" },
        Mistake(says: "ends inside <p>") { "<p class=\"a" },
        Mistake(says: "in an unquoted attribute") { "<!-- \(text) --><p></p>" },
    ]

    @Test(arguments: mistakes.indices) func `what escaping cannot save stops the program`(_ place: Int) async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [place] in
            _ = CheckerTests.mistakes[place].make()
        }
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.lowercased().contains(Self.mistakes[place].says.lowercased()), "\(said)")
    }

    @Test func `what is right goes through`() {
        let link = Link(path: "/needs/1")
        let page: HTML = """
            <!doctype html>
            <!-- a note - with > and -- in it -->
            <main id="main" class="a b"><img src="\(link)" alt="\(Self.text)"/><br>
            <a href="\(link)" title="\(Self.text) – \(3)"\(flag: "download", true)>\(Self.text)</a>
            <svg viewBox="0 0 2 2"><path d="M0 0h\(2)"/></svg></main>
            """
        #expect(!page.isEmpty)
    }

    @Test func `a path that leads away stops the program`() async {
        await #expect(processExitsWith: .failure) { _ = Link(path: "https://evil.example/") }
        await #expect(processExitsWith: .failure) { _ = Link(path: "//evil.example/") }
        await #expect(processExitsWith: .failure) { _ = Link(path: "javascript:alert(1)") }
    }
}
#endif
