import Testing

@testable import Markup

@Suite struct LinkTests {
    @Test(arguments: ["https://gov.cn/a", "http://gov.cn", "HTTPS://gov.cn", "mailto:a@b.cn", "tel:+8657684000000"])
    func `four harmless schemes lead outside`(_ address: String) { #expect(Link(outside: address)?.text == address) }

    @Test(arguments: [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd",
        "//evil.example", "/needs", "", "evil.example", "blob:https://a", "https", "\u{1}https://a", "ftp://a",
    ])
    func `no other does`(_ address: String) { #expect(Link(outside: address) == nil) }

    @Test func `a telephone number keeps its digits alone`() {
        #expect(Link(telephone: "0576-8400 0000").text == "tel:057684000000")
        #expect(Link(telephone: "+86 (576) 84\"onclick=\"").text == "tel:+8657684")
    }

    @Test func `questions are percent-encoded and stand before the fragment`() {
        let link = Link(path: "/experts")
        #expect(link.with([("q", "劳动 &=#%"), ("none", nil)]).text == "/experts?q=%E5%8A%B3%E5%8A%A8%20%26%3D%23%25")
        #expect(link.with([("a", "1")]).with([("b", "2")]).text == "/experts?a=1&b=2")
        #expect(link.at("f-name").with([("a", "1")]).text == "/experts?a=1#f-name")
        #expect(link.with([("a", "1")]).at("一").text == "/experts?a=1#%E4%B8%80")
        #expect(link.at("a").at("b").text == "/experts#b")
        #expect(link.with([("none", nil)]) == link)
        #expect(Link.encoded("\r\n\0") == "%0D%0A%00")
    }
}
