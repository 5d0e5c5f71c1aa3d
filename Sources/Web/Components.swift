package import Languages
package import Markup
package import Values

// The parts that pages are put together from, each written once, with its ARIA and its words.

/// A line icon, always beside its word.
package func icon(_ icon: Icon) -> HTML {
    "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"\(icon.path)\"/></svg>"
}

/// A form that is sent by POST, with the token of the session and the key by which a repetition is known.
/// `draft` is where what is typed is kept while it is typed; with `files` it shows how far
/// they are; `list` hears the keys of a work list.
package func form(_ link: Link, files: Bool = false, draft: Link? = nil, list: Bool = false, _ content: HTML) -> HTML {
    """
    <form method="post" action="\(link)"\(attribute: "enctype", files ? "multipart/form-data" : nil)\(place: "data-draft", draft)\(flag: "data-upload", files)\(flag: "data-worklist", list) novalidate>\(hiddens)\(content)</form>
    """
}

private var hiddens: HTML {
    "<input type=\"hidden\" name=\"token\" value=\"\(Rendering.token)\"><input type=\"hidden\" name=\"once\" value=\"\(ID<Form>().text)\">"
}

/// A single button that does a deed.
package func button(_ link: Link, _ words: Words, kind: String = "btn", fields: [(String, String)] = []) -> HTML {
    form(link, "\(each: fields, { field in "<input type=\"hidden\" name=\"\(field.0)\" value=\"\(field.1)\">" })<button class=\"\(kind)\">\(words)</button>")
}

/// Whose turn it is and what to do by when: the first thing on a page.
package func nextStep(_ kicker: Words, _ title: Words, _ content: HTML = .empty) -> HTML {
    """
    <section class="next" aria-labelledby="next"><span class="kicker">\(kicker)</span><h2 id="next">\(title)</h2>\(content)</section>
    """
}

/// Title and one sentence.
package func title(_ words: Words, _ sentence: HTML? = nil, above: Words? = nil) -> HTML {
    """
    <div class="title">\(above.map { above in "<p class=\"small\">\(above)</p>" })<h1>\(words)</h1>\(sentence.map { "<p>\($0)</p>" })</div>
    """
}

package enum Tone: String, Sendable { case good, bad, wait, line = "line-c", plain = "" }

package func tag(_ words: Words, _ tone: Tone = .plain) -> HTML {
    tone == .plain ? "<span class=\"tag\">\(words)</span>" : "<span class=\"tag \(tone.rawValue)\">\(words)</span>"
}

/// What would be here, why it is good, the one button.
package func empty(_ words: Words, _ why: Words, _ action: HTML? = nil) -> HTML {
    """
    <section class="panel"><h2>\(words)</h2><p class="soft">\(why)</p>\(action.map { "<p class=\"mt\">\($0)</p>" })</section>
    """
}

package func say(_ tone: Tone, _ content: HTML) -> HTML {
    "<div class=\"mb say \(tone.rawValue)\">\(icon(tone == .good ? .check : tone == .plain ? .info : .alert))<div>\(content)</div></div>"
}

/// A surname in a round face.
package func face(_ name: String, small: Bool = false) -> HTML {
    "<span class=\"\(small ? "face s" : "face")\" aria-hidden=\"true\">\(name.prefix(1))</span>"
}

/// The notice at every box and upload: the system is unclassified.
package var unclassified: HTML {
    "<p class=\"hint mb\">\(Words("本系统为非涉密系统，严禁填写、上传国家秘密、工作秘密。", "This system is not for classified matters: never enter or upload state or work secrets."))</p>"
}

/// One step of a timeline: done, now or to come; the word says it too.
package struct Step: Sendable {
    package enum State: Sendable { case done, now, toCome }
    let state: State
    let words: Words
    let note: HTML?
    package init(_ state: State, _ words: Words, _ note: HTML? = nil) { self.state = state; self.words = words; self.note = note }
}

package func timeline(_ steps: [Step], across: Bool = false) -> HTML {
    """
    <ol class="\(across ? "line across" : "line")">\(each: steps, { step in
        """
        <li\(attribute: "class", step.state == .done ? "done" : nil)\(attribute: "aria-current", step.state == .now ? "step" : nil)><b>\(step.words)</b>\(step.note.map { "<span class=\"small soft\">\($0)</span>" })</li>
        """
    })</ol>
    """
}

/// The pager of a list: the total, and the way on by cursor.
package func pager(_ sentence: Words, next: (link: Link, words: Words)?, first: Link? = nil) -> HTML {
    """
    <nav class="pager" aria-label="\(Words("翻页", "Pages"))"><span class="soft">\(sentence)</span><span class="row">\
    \(first.map { "<a class=\"btn quiet\" href=\"\($0)\">\(Words("回到最前", "Back to the first"))</a>" })\
    \(next.map { next in "<a class=\"btn\" href=\"\(next.link)\">\(next.words)\(icon(.arrow))</a>" })</span></nav>
    """
}

/// A moment, with its machine-readable form.
package func time(_ instant: Instant, now: Instant = Rendering.now) -> HTML {
    "<time>\(instant.spoken(now: now))</time>"
}
