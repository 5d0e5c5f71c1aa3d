import Languages
import Markup
import Values

/// Skip link, masthead, back link, what was just done, content, footer: the same on every page.
struct Layout {
    let page: Page
    let visit: Visit
    let words: [NavigationWord]
    let counts: [String: Int]
    let facts: OperatorFacts
    let said: Answer.Said?
    let assets: Assets

    func html() -> HTML {
        let title = page.wrongs > 0 ? Words("有\(page.wrongs)处要改：", "\(page.wrongs) to correct: ") + page.title : page.title
        return """
            <!doctype html>
            <html lang="\(visit.language.rawValue)"\(attribute: "data-text", visit.largeText ? "large" : nil)>
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) – \(Words("助企", "Zhuqi"))</title>
            <meta name="theme-color" content="#0b6562">
            <link rel="icon" href="\(assets.link("mark.svg"))" type="image/svg+xml">
            <link rel="stylesheet" href="\(assets.link("style.css"))" integrity="\(assets.integrity("style.css"))">
            <script type="module" src="\(assets.link("app.js"))" integrity="\(assets.integrity("app.js"))"></script>
            </head>
            <body>
            <a class="skip" href="\(Link(path: "#main"))">\(Words("跳到正文", "Skip to content"))</a>
            \(masthead)
            <main id="main"><div class="\(page.width == .narrow ? "shell narrow" : "shell")">
            \(page.back.map { back($0.link, $0.words) })
            \(said.map(note))
            \(page.content)
            </div></main>
            \(footer)
            </body>
            </html>

            """
    }

    private var masthead: HTML {
        """
        <header class="masthead"><div class="shell">
        <a class="brand" href="\(Link(path: "/"))">\(mark)<span><b>\(Words("助企", "Zhuqi"))</b><span>\(facts.place)</span></span></a>
        <nav class="nav" aria-label="\(Words("主导航", "Main"))"><ul>\(each: words, { word in
            let count = counts[word.key] ?? 0
            return """
                <li><a href="\(word.link)"\(attribute: "aria-current", word.key == page.word ? "page" : nil)>\(word.words)\(count > 0 ? badge(count) : nil)</a></li>
                """
        })</ul></nav>
        <div class="tools">\
        <a href="\(Link(path: "/text").with([("to", visit.largeText ? "normal" : "large"), ("back", visit.here)]))">\(icon(.text))\(visit.largeText ? Words("常规字", "Normal text") : Words("大字", "Large text"))</a>\
        \(visit.language == .chinese ? toEnglish : toChinese)\
        <a href="\(visit.viewer.person == nil ? visit.site.slots.signIn : visit.site.slots.account)">\(icon(.user))\(visit.viewer.person == nil ? Words("登录", "Sign in") : Words(same: visit.viewer.name))</a>\
        </div></div></header>
        """
    }

    private func badge(_ count: Int) -> HTML {
        "<span class=\"count hot\">\(count)<span class=\"hide\">\(Words("条待处理", " waiting"))</span></span>"
    }

    private var toEnglish: HTML {
        "<a href=\"\(Link(path: "/language").with([("to", "en"), ("back", visit.here)]))\" lang=\"en\" hreflang=\"en\">English</a>"
    }
    private var toChinese: HTML {
        "<a href=\"\(Link(path: "/language").with([("to", "zh"), ("back", visit.here)]))\" lang=\"zh-Hans\" hreflang=\"zh-Hans\">中文</a>"
    }

    private func back(_ link: Link, _ words: Words) -> HTML { "<a class=\"back\" href=\"\(link)\">\(icon(.back))\(words)</a>" }

    /// What was just done, and the one click that undoes it.
    private func note(_ said: Answer.Said) -> HTML {
        """
        <div class="mb say good" role="status">\(icon(.check))<div><p>\(said.words)</p>\
        \(said.undo.map { link in form(link, "<button class=\"btn quiet\">\(Words("撤销", "Undo"))</button>") })</div></div>
        """
    }

    private var footer: HTML {
        """
        <footer class="foot"><div class="shell">
        <p>\(Words("专家自愿、无偿服务。任何环节向您收费，都请告诉我们。", "Experts serve voluntarily and free of charge. If anybody asks you to pay, please tell us."))</p>
        <nav aria-label="\(Words("页脚", "Footer"))" class="row">\
        \(visit.site.slots.complaint.map { "<a href=\"\($0)\">\(Words("投诉与建议", "Complaints"))</a>" })\
        <a href="\(Link(path: "/verify"))">\(Words("核验文书", "Check a paper"))</a>\
        <a href="\(Link(path: "/accessibility"))">\(Words("无障碍说明", "Accessibility"))</a>\
        <a href="\(Link(path: "/privacy"))">\(Words("个人信息保护", "Privacy"))</a>\
        \(facts.telephone.map { number in "<a href=\"\(Link(telephone: number))\">\(Words("咨询电话 ", "Call "))\(number)</a>" })</nav>
        <p>\(facts.authority.map { "\(Words("主管：", "Supervised by "))\(name($0))" as HTML })\(facts.authority != nil && facts.institution != nil ? Words("　", " · ") : nil)\(facts.institution.map { "\(Words("承办：", "run by "))\(name($0))" as HTML })\
        \(visit.site.settings.isDemo ? demoNote : nil)</p>
        </div></footer>
        """
    }

    /// An organisation that has no English name keeps its own; whoever reads the page aloud is told so.
    private func name(_ name: Words) -> HTML { name.english == name.chinese ? "<span lang=\"zh-Hans\">\(name)</span>" : "\(name)" }

    private var demoNote: HTML { "<br>\(Words("这是演示：机构、人员与数据均为虚构。", "This is a demonstration: all organisations, people and data are invented."))" }

    /// 企: a roof of two strokes that lean on each other, the enterprise and the helper.
    private var mark: HTML {
        """
        <svg viewBox="0 0 48 48" aria-hidden="true"><rect width="48" height="48" rx="12" fill="var(--mark,#0b6562)"/>\
        <g fill="none" stroke-width="4.5" stroke-linecap="round" stroke-linejoin="round">\
        <path stroke="#fff" d="M24 8.5C20.5 15 15.5 20 9 23.5M24 23v15M15.5 28.5V38M24 29.5h8.5M10 38h28"/>\
        <path stroke="#ffc46b" d="M24 8.5C27.5 15 32.5 20 39 23.5"/></g></svg>
        """
    }
}
