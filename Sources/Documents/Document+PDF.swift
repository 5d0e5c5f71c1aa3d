internal import CPango
internal import Languages
internal import Values

extension Document {
    /// The paper as a PDF: A4, tagged for screen readers, with bookmarks, its fonts embedded.
    ///
    /// Takes 3 to 8 ms a page or two, 20 ms for ten; the first in a process 0.3 s more (`Song`), the first on a thread 15 ms.
    package func pdf() throws(DocumentFailure) -> [UInt8] {
        let pen = Pen(width: Sheet.width, height: Sheet.height)
        pen.describe(title: title, author: maker, subject: number, madeAt: timeMade)
        let galley = Galley(pen, language, isLetter: isLetter)
        galley.title(self)
        for block in blocks { galley.block(block) }
        if let closing { galley.closing(closing) }
        let sheet = Sheet(pen, galley, self, pages: galley.paginate())
        sheet.draw()
        return try pen.finish()
    }

    /// `2026-11-24T14:30:00+08:00`.
    private var timeMade: String {
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return "\(made.day)T\(two(made.minuteOfDay / 60)):\(two(made.minuteOfDay % 60)):00+08:00"
    }
}

/// The pages of one paper: the line, the mark, the footer, and between them what the galley holds.
private final class Sheet {
    static let width = 595.276
    static let height = 841.89
    static let left = (width - Galley.width) / 2

    private let pen: Pen
    private let galley: Galley
    private let paper: Document
    private let pages: Int
    /// The page that is being drawn, from 0.
    private var page = -1

    init(_ pen: Pen, _ galley: Galley, _ paper: Document, pages: Int) {
        self.pen = pen
        self.galley = galley
        self.paper = paper
        self.pages = pages
    }

    func draw() {
        turn(to: 0)
        pen.tagged("Document") {
            for node in galley.nodes { draw(node) }
        }
        pen.nextPage()
        var section: Int32 = 0
        for bookmark in galley.bookmarks {
            let slot = galley.slots[bookmark.slot]
            let made = pen.bookmark(bookmark.text, page: slot.page + 1, y: slot.y, parent: bookmark.level <= 1 ? 0 : section)
            if bookmark.level <= 1 { section = made }
        }
    }

    private func draw(_ node: Galley.Node) {
        switch node {
        case .group(let tag, let children):
            pen.tagged(tag) {
                for child in children { draw(child) }
            }
        case .leaf(let tag, let pieces):
            guard let first = pieces.first, let last = pieces.last else { return }
            turn(to: galley.slots[first.slot].page)
            guard galley.slots[last.slot].page > page else {
                return pen.tagged(tag) { draw(pieces[...]) }
            }
            // An element that goes on overleaf has one part on each page: marked content cannot cross from one to the next.
            pen.tagged(tag) {
                var rest = pieces[...]
                while let next = rest.first {
                    turn(to: galley.slots[next.slot].page)
                    let part = rest.prefix { galley.slots[$0.slot].page == page }
                    pen.tagged("Span") { draw(part) }
                    rest = rest.dropFirst(part.count)
                }
            }
        }
    }

    private func draw(_ pieces: ArraySlice<Galley.Piece>) {
        for piece in pieces {
            let y = galley.slots[piece.slot].y + piece.style.baseline
            piece.text.draw(pen, line: piece.line, x: Sheet.left + piece.x, y: y, piece.style.colour)
        }
    }

    /// Pages only ever go forward. What stands on every page belongs to no element, so a screen reader passes over it.
    private func turn(to next: Int) {
        while page < next {
            if page >= 0 { pen.nextPage() }
            page += 1
            page == 0 ? head() : runningHead()
            foot()
            for slot in galley.slots where slot.page == page { backdrop(slot) }
        }
    }

    private func head() {
        mark(x: Sheet.left, y: 46, size: 28)
        let brand = galley.isChinese ? "助企" : "Zhuqi 助企"
        line(brand, Style(13, leading: 16, isBold: true), x: Sheet.left + 37, y: 45)
        line(paper.issuer, Style(9.5, leading: 13, .soft), x: Sheet.left + 37, y: 61)
        rail(y: 82)
    }

    private func runningHead() {
        line(paper.title, Style(9.5, leading: 13, .soft), x: Sheet.left, y: 38)
        rail(y: 56)
    }

    /// The line from need to solution, with the person at its beginning.
    private func rail(y: Double) {
        pen.box(Sheet.left, y, Galley.width, 2.25, .teal)
        pen.box(Sheet.left, y, 30, 2.25, .apricot)
    }

    private func foot() {
        pen.box(Sheet.left, 784, Galley.width, 0.75, .rule)
        let style = Style(9.5, leading: 13, .soft)
        let said = [paper.maker, paper.number, paper.version].compactMap { $0 }.joined(separator: galley.isChinese ? "　" : " · ")
        let counted = galley.isChinese ? "第\(page + 1)页，共\(pages)页" : "Page \(page + 1) of \(pages)"
        line(said, style, x: Sheet.left, y: 790, width: Galley.width - 96)
        let number = galley.typeSet(counted, style, width: 90)
        let x = Sheet.left + Galley.width - (number.lines.first?.width ?? 0)
        if !number.lines.isEmpty { number.draw(pen, line: 0, x: x, y: 790 + style.baseline, style.colour) }
    }

    /// One line, and what does not fit is left off: it stands elsewhere in full.
    private func line(_ text: String, _ style: Style, x: Double, y: Double, width: Double = Galley.width - 37) {
        let setting = galley.typeSet(text, style, width: width, isOneLine: true)
        if !setting.lines.isEmpty { setting.draw(pen, line: 0, x: x, y: y + style.baseline, style.colour) }
    }

    private func backdrop(_ slot: Galley.Slot) {
        let (left, top, bottom) = (Sheet.left, slot.y, slot.y + slot.height)
        switch slot.backdrop {
        case .none: break
        case .note:
            pen.box(left, top, Galley.width, slot.height, .tint)
            pen.box(left, top, 2.25, slot.height, .teal)
        case .cell(let isFirst, let isLast, let label):
            pen.box(left, top, label, slot.height, .tint)
            for x in [0, label, Galley.width] { pen.box(left + x - 0.3, top, 0.6, slot.height, .edge) }
            if isFirst { pen.box(left - 0.3, top - 0.3, Galley.width + 0.6, 0.6, .edge) }
            if isLast { pen.box(left - 0.3, bottom - 0.3, Galley.width + 0.6, 0.6, .edge) }
        case .square(let code, let size):
            let unit = size / Double(code.width)
            for run in code.runs {
                // A hair wider than a module, so that no seam shows between lines.
                pen.box(left + Double(run.start) * unit, top + Double(run.line) * unit, Double(run.count) * unit, unit + 0.02, .ink)
            }
        case .bullet(let x): pen.disc(left + x, top + slot.height / 2, radius: 2, .teal)
        case .rail(let above, let below, let isNumbered):
            let middle = top + slot.height / 2
            let isTopOfPage = slot.y <= Galley.top
            let from = isTopOfPage ? top : top - slot.gap
            if above { pen.box(left + 10.25, from, 1.5, middle - from, .teal) }
            if below { pen.box(left + 10.25, middle, 1.5, bottom - middle, .teal) }
            if isNumbered { pen.disc(left + 11, middle, radius: 9, .teal) }
        }
    }

    /// 企: a roof of two that lean on each other, the enterprise and the helper. Drawn as on screen, in a square of 48.
    private func mark(x: Double, y: Double, size: Double) {
        let cairo = pen.cairo
        cairo_save(cairo)
        cairo_translate(cairo, x, y)
        cairo_scale(cairo, size / 48, size / 48)
        pen.colour(.teal)
        for (index, (cx, cy)) in [(36.0, 12.0), (36.0, 36.0), (12.0, 36.0), (12.0, 12.0)].enumerated() {
            let angle = Double(index - 1) * .pi / 2
            cairo_arc(cairo, cx, cy, 12, angle, angle + .pi / 2)
        }
        cairo_close_path(cairo)
        cairo_fill(cairo)
        cairo_set_line_width(cairo, 4.5)
        cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND)
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
        pen.colour(.white)
        cairo_move_to(cairo, 24, 8.5)
        cairo_curve_to(cairo, 20.5, 15, 15.5, 20, 9, 23.5)
        for (x, y, toX, toY) in [(24.0, 23.0, 24.0, 38.0), (15.5, 28.5, 15.5, 38), (24, 29.5, 32.5, 29.5), (10, 38, 38, 38)] {
            cairo_move_to(cairo, x, y)
            cairo_line_to(cairo, toX, toY)
        }
        cairo_stroke(cairo)
        pen.colour(.markApricot)
        cairo_move_to(cairo, 24, 8.5)
        cairo_curve_to(cairo, 27.5, 15, 32.5, 20, 39, 23.5)
        cairo_stroke(cairo)
        cairo_restore(cairo)
    }
}
