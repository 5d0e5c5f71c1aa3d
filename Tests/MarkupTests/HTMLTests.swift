import Languages
import Testing
import Values

@testable import Markup

@Suite struct HTMLTests {
    private func text(_ html: HTML) -> String { String(decoding: html.bytes, as: UTF8.self) }

    private static let hostile = #"<script>alert(1)</script> & "quoted" 'single'"#
    private static let harmless = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot; &#39;single&#39;"

    @Test func `what a person wrote is escaped between tags and in attributes`() {
        #expect(text("<p title=\"\(Self.hostile)\">\(Self.hostile)</p>") == "<p title=\"\(Self.harmless)\">\(Self.harmless)</p>")
        #expect(text("<p>\(Self.hostile[...])\(Words(same: Self.hostile))</p>") == "<p>\(Self.harmless)\(Self.harmless)</p>")
        #expect(text("<p\(attribute: "title", Self.hostile)></p>") == "<p title=\"\(Self.harmless)\"></p>")
        #expect(text("<a href=\"\(Link(path: "/a?x=\"onclick=")) \">x</a>") == "<a href=\"/a?x=&quot;onclick= \">x</a>")
    }

    @Test func `markup goes in as it is, once`() {
        let inner: HTML = "<b>\("a & b")</b>"
        #expect(text("<p>\(inner)\(HTML?.none)\(inner + inner)</p>") == "<p><b>a &amp; b</b><b>a &amp; b</b><b>a &amp; b</b></p>")
        #expect(text("<ul>\(each: ["<", ">"], { "<li>\($0)</li>" })</ul>") == "<ul><li>&lt;</li><li>&gt;</li></ul>")
    }

    @Test func `control characters are no text of a page; tab and line feed are`() {
        #expect(text("<p>\("a\u{0}\u{7}\u{1B}\u{7F}b\tc\nd")</p>") == "<p>ab\tc\nd</p>")
    }

    @Test func `numbers have thousands commas unless a program reads them`() {
        #expect(text("<p>\(1_234_567) \(-1000) \(0) \(999) \(plain: 1_234_567)</p>") == "<p>1,234,567 −1,000 0 999 1234567</p>")
        #expect(grouped(.min) == "−9,223,372,036,854,775,808")
    }

    @Test func `absent parts leave no trace`() {
        #expect(text("<input value=\"a\"\(flag: "checked", false)\(attribute: "class", nil as String?)>") == "<input value=\"a\">")
        #expect(text("<input value=\"a\"\(flag: "checked", true)\(attribute: "class", "b")>") == "<input value=\"a\" checked class=\"b\">")
        #expect(HTML.empty.isEmpty)
    }

    @Test func `a day of the week is not torn at the end of a line, and typed text stays as it is`() {
        #expect(text("<p>\(Words(same: "11月24日 (周二) 14:30"))</p>") == "<p>11月24日 (周\u{2060}二) 14:30</p>")
        #expect(text("<p>\("(周二)" as String) \(Words(same: "(a)"))</p>") == "<p>(周二) (a)</p>")
    }

    @Test func `words come in the language of the page`() {
        let words = Words("说出需求", "State your need")
        #expect(text("<p>\(words)</p>") == "<p>说出需求</p>")
        Language.$current.withValue(.english) { #expect(text("<p>\(words)</p>") == "<p>State your need</p>") }
    }
}
