internal import CPango
internal import Languages

/// Text set in lines but not yet on pages: slots of a height, one below the other, and the tree of elements whose lines
/// stand in them.
final class Galley {
    private(set) var slots: [Slot] = []
    private(set) var nodes: [Node] = []
    private(set) var bookmarks: [Bookmark] = []

    let language: Language
    let isLetter: Bool
    /// 38 characters of 12 points: the measure of the screen as well, and whole characters fill a line.
    static let width = 456.0
    static let top = 74.0
    static let firstTop = 108.0
    static let bottom = 762.0

    private let context: OpaquePointer

    init(_ pen: Pen, _ language: Language, isLetter: Bool = false) {
        self.language = language
        self.isLetter = isLetter
        Fonts.prepare()
        context = pango_cairo_create_context(pen.cairo)
        pango_cairo_context_set_resolution(context, 72)
        pango_context_set_round_glyph_positions(context, 0)
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        pango_cairo_context_set_font_options(context, options)
        cairo_font_options_destroy(options)
        // Which of the shapes of 直, 骨 or 门 a font shows depends on the language.
        pango_context_set_language(context, pango_language_from_string("zh-hans"))
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(context)) }

    /// A strip of the page that is never cut.
    struct Slot {
        let height: Double
        /// White before it, which a page's beginning swallows.
        let gap: Double
        /// Must not be the last of its page.
        var isGlued = false
        var backdrop = Backdrop.none
        /// Set by `paginate`.
        var page = 0
        var y = 0.0
    }

    enum Backdrop {
        case none
        case note
        case cell(isFirst: Bool, isLast: Bool, label: Double)
        case bullet(x: Double)
        /// Reaches down over the slots below.
        case square(SquareCode, size: Double)
        /// Of the line along the steps: whether it runs on above and below the middle of this slot, and whether a number stands here.
        case rail(above: Bool, below: Bool, isNumbered: Bool)
    }

    /// A line of a text in its slot.
    struct Piece {
        let slot: Int
        let text: TypeSetting
        let line: Int
        let x: Double
        let style: Style
    }

    /// The tree that a reader with a screen reader walks.
    enum Node {
        case group(String, [Node])
        case leaf(String, [Piece])
    }

    struct Bookmark {
        let text: String
        let slot: Int
        let level: Int
    }

    /// A text outside the slots, for heads and feet.
    func typeSet(_ text: String, _ style: Style, width: Double, isOneLine: Bool = false) -> TypeSetting {
        TypeSetting(context, text, style, width: width, isOneLine: isOneLine)
    }

    var isChinese: Bool { language == .chinese }
    var body: Style {
        if isLetter { return isChinese ? Style(16, leading: 34, indent: 32) : Style(14, leading: 24) }
        return isChinese ? Style(12, leading: 21.6, indent: 24) : Style(11.5, leading: 18.4)
    }
}

// MARK: Blocks

extension Galley {
    func title(_ paper: Document) {
        if let kicker = paper.kicker { leaf("P", kicker, Style(11, leading: 18, .soft, isCentred: true), gap: 0, isGlued: true) }
        // Short Chinese titles stand wide, as 聘 书 does.
        let isShort = isChinese && paper.title.count <= 8
        let style =
            isShort
            ? Style(isLetter ? 40 : 26, leading: isLetter ? 80 : 42, isBold: true, isCentred: true, spacing: (isLetter ? 40 : 26) * 0.3)
            : Style(20, leading: 30, isBold: true, isCentred: true)
        // A title of several lines has lines of about the same length.
        let whole = typeSet(paper.title, style, width: Galley.width).lines.count
        let widths = whole > 1 ? (5...10).map { Galley.width * Double($0) / 10 } : [Galley.width]
        let width = widths.first { typeSet(paper.title, style, width: $0).lines.count == whole } ?? Galley.width
        nodes.append(.leaf("H1", set(paper.title, style, x: (Galley.width - width) / 2, width: width, gap: 6, isGlued: true)))
        if let number = paper.number { leaf("P", number, Style(11, leading: 20, isCentred: true), gap: 2, isGlued: true) }
        slot(isLetter ? 30 : 8)
        facts(paper.facts)
    }

    func block(_ block: Document.Block) {
        switch block {
        case .heading(let text, let level):
            let style = level <= 1 ? Style(15, leading: 24, isBold: true) : Style(12.5, leading: 21, isBold: true)
            bookmarks.append(Bookmark(text: text, slot: slots.count, level: level))
            leaf(level <= 1 ? "H2" : "H3", text, style, gap: level <= 1 ? 16 : 10, isGlued: true)
        case .paragraph(let text):
            // 称呼顶格: whom a letter speaks to is not indented.
            let isSalutation = isChinese && text.hasSuffix("：") && text.count <= 20
            leaf("P", text, isSalutation ? body.unindented : body, gap: 7)
        case .list(let items): list(items)
        case .steps(let steps): self.steps(steps)
        case .note(let text): note(text)
        }
    }

    /// All of it stays on one page.
    func closing(_ closing: Document.Closing) {
        let step = 10.0
        let (line, note) = (isLetter ? Style(14, leading: 26) : Style(11.5, leading: 20), Style(9.5, leading: 15, .soft))
        let code = try? SquareCode(closing.code)
        let (side, right) = (92.0, 232.0)
        let lines = closing.lines.map { TypeSetting(context, $0, line, width: Galley.width - right) }
        let notes = closing.note.map { TypeSetting(context, $0, note, width: right - 24) }
        func height(_ texts: [TypeSetting], _ style: Style) -> Double { Double(texts.reduce(0) { $0 + $1.lines.count }) * style.leading }
        let leftHeight = (code == nil ? 0 : side + 6) + height(notes, note)
        let count = Int((max(leftHeight, height(lines, line)) / step).rounded(.up))
        slot(step, gap: isLetter ? 90 : 26, isGlued: true, code.map { .square($0, size: side) } ?? .none)
        let first = slots.count - 1
        for place in 1..<max(count, 2) { slot(step, isGlued: place < count - 1) }
        // Each line stands on the slot that its top falls into.
        func put(_ texts: [TypeSetting], _ style: Style, x: Double, from top: Double) {
            var y = top
            for text in texts {
                var all: [Piece] = []
                for place in text.lines.indices {
                    var own = style
                    own.leading = style.leading + 2 * y.truncatingRemainder(dividingBy: step)
                    all.append(Piece(slot: first + Int(y / step), text: text, line: place, x: x + text.lines[place].x, style: own))
                    y += style.leading
                }
                nodes.append(.leaf("P", all))
            }
        }
        put(lines, line, x: right, from: 0)
        put(notes, note, x: 0, from: code == nil ? 0 : side + 6)
    }

    private func leaf(_ tag: String, _ text: String, _ style: Style, gap: Double, isGlued: Bool = false) {
        nodes.append(.leaf(tag, set(text, style, x: 0, width: Galley.width, gap: gap, isGlued: isGlued)))
    }

    /// A value of more lines than this is told below its label instead of beside it: a row is not cut.
    private static let mostLinesOfRow = 16

    private func facts(_ facts: [Document.Fact]) {
        let label = Style(11, leading: 17.6, isBold: true)
        let value = Style(11, leading: 17.6)
        let labelWidth = isChinese ? 96.0 : 120.0
        var rows: [Node] = []
        for fact in facts {
            let left = TypeSetting(context, fact.label, label, width: labelWidth - 16)
            let right = TypeSetting(context, fact.value, value, width: Galley.width - labelWidth - 16)
            let count = max(left.lines.count, right.lines.count)
            guard count <= Galley.mostLinesOfRow else {
                flush(&rows)
                leaf("P", fact.label, label, gap: 10, isGlued: true)
                leaf("P", fact.value, value, gap: 2)
                continue
            }
            slot(5, gap: rows.isEmpty ? 8 : 0, isGlued: true, .cell(isFirst: true, isLast: false, label: labelWidth))
            let first = slots.count
            for _ in 0..<count { slot(17.6, isGlued: true, .cell(isFirst: false, isLast: false, label: labelWidth)) }
            slot(5, .cell(isFirst: false, isLast: true, label: labelWidth))
            rows.append(
                .group(
                    "TR",
                    [
                        .leaf("TH", pieces(left, label, from: first, x: 8)),
                        .leaf("TD", pieces(right, value, from: first, x: labelWidth + 8)),
                    ]))
        }
        flush(&rows)
        if !facts.isEmpty { slot(8) }
    }

    private func flush(_ rows: inout [Node]) {
        if !rows.isEmpty { nodes.append(.group("Table", rows)) }
        rows = []
    }

    private func list(_ items: [String]) {
        guard !items.isEmpty else { return }
        var nodes: [Node] = []
        for (index, item) in items.enumerated() {
            let first = slots.count
            let body = set(item, self.body.unindented, x: 24, width: Galley.width - 24, gap: index == 0 ? 7 : 4)
            slots[first].backdrop = .bullet(x: 12)
            nodes.append(.group("LI", [.leaf("LBody", body)]))
        }
        self.nodes.append(.group("L", nodes))
    }

    private func steps(_ steps: [Document.Step]) {
        guard !steps.isEmpty else { return }
        let number = Style(10, leading: body.leading, .white, isBold: true, isCentred: true)
        let small = Style(10.5, leading: 17, .soft)
        var nodes: [Node] = []
        for (index, step) in steps.enumerated() {
            let first = slots.count
            let what = set(step.what, body.unindented, x: 34, width: Galley.width - 34, gap: index == 0 ? 8 : 9)
            let mark = pieces(TypeSetting(context, "\(index + 1)", number, width: 22), number, from: first, x: 0)
            let told = [
                step.who.isEmpty ? nil : (isChinese ? "谁来做：" : "Who: ") + step.who,
                step.when.isEmpty ? nil : (isChinese ? "什么时候：" : "When: ") + step.when,
            ].compactMap { $0 }.joined(separator: isChinese ? "　　" : "   ·   ")
            var body: [Node] = [.leaf("P", what)]
            if !told.isEmpty {
                slots[slots.count - 1].isGlued = true
                body.append(.leaf("P", set(told, small, x: 34, width: Galley.width - 34, gap: 1)))
            }
            let isLast = index == steps.count - 1
            for slot in first..<slots.count {
                slots[slot].backdrop = .rail(above: slot > first || index > 0, below: !isLast, isNumbered: slot == first)
                if isLast, slot > first { slots[slot].backdrop = .none }
            }
            nodes.append(.group("LI", [.leaf("Lbl", mark), .group("LBody", body)]))
        }
        self.nodes.append(.group("L", nodes))
    }

    private func note(_ text: String) {
        let style = Style(isChinese ? 11.5 : 11, leading: isChinese ? 19.6 : 17)
        slot(8, gap: 12, isGlued: true, .note)
        let first = slots.count
        let pieces = set(text, style, x: 16, width: Galley.width - 32, gap: 0)
        for slot in first..<slots.count { slots[slot].backdrop = .note }
        slots[slots.count - 1].isGlued = true
        slot(8, .note)
        slot(6)
        nodes.append(.leaf("Note", pieces))
    }

    private func slot(_ height: Double, gap: Double = 0, isGlued: Bool = false, _ backdrop: Backdrop = .none) {
        slots.append(Slot(height: height, gap: gap, isGlued: isGlued, backdrop: backdrop))
    }

    /// A text in slots of its own. Neither its first nor its last line is left alone on a page.
    private func set(_ text: String, _ style: Style, x: Double, width: Double, gap: Double, isGlued: Bool = false) -> [Piece] {
        let setting = TypeSetting(context, text, style, width: width)
        let first = slots.count
        let count = setting.lines.count
        for line in 0..<count {
            let isEdge = count > 1 && (line == 0 || line == count - 2)
            slot(style.leading, gap: line == 0 ? gap : 0, isGlued: isGlued || isEdge)
        }
        return pieces(setting, style, from: first, x: x)
    }

    private func pieces(_ text: TypeSetting, _ style: Style, from first: Int, x: Double) -> [Piece] {
        text.lines.indices.map { Piece(slot: first + $0, text: text, line: $0, x: x + text.lines[$0].x, style: style) }
    }
}

// MARK: Pages

extension Galley {
    /// Gives each slot its page, from 0, and its place on it, and returns the number of pages. A page ends before the
    /// last slot that is not glued to its follower, unless the glue reaches back to the top of the page.
    func paginate() -> Int {
        var page = 0
        var start = 0
        var y = Galley.firstTop
        var next = 0
        while next < slots.count {
            let gap = next == start ? 0 : slots[next].gap
            if next > start, y + gap + slots[next].height > Galley.bottom {
                var cut = next
                while cut > start, slots[cut - 1].isGlued { cut -= 1 }
                start = cut > start ? cut : next
                next = start
                page += 1
                y = Galley.top
                continue
            }
            slots[next].page = page
            slots[next].y = y + gap
            y += gap + slots[next].height
            next += 1
        }
        return page + 1
    }
}
