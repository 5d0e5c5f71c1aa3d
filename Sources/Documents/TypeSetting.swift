internal import CPango
internal import Languages

/// How a text looks. Sizes in points.
struct Style {
    var size: Double
    var leading: Double
    var colour: Colour
    var isBold: Bool
    var isCentred: Bool
    var indent: Double
    var spacing: Double

    init(
        _ size: Double, leading: Double, _ colour: Colour = .ink, isBold: Bool = false, isCentred: Bool = false,
        indent: Double = 0,
        spacing: Double = 0
    ) {
        self.size = size
        self.leading = leading
        self.colour = colour
        self.isBold = isBold
        self.isCentred = isCentred
        self.indent = indent
        self.spacing = spacing
    }

    var unindented: Style {
        var style = self
        style.indent = 0
        return style
    }

    /// From a slot's top to the baseline: a Chinese character reaches from 0.12 em below it to 0.88 em above.
    var baseline: Double { leading / 2 + size * 0.38 }
}

/// A text broken into lines by Pango.
final class TypeSetting {
    struct Line {
        fileprivate let line: UnsafeMutablePointer<PangoLayoutLine>
        /// From the left edge of the text's width: indent, or the middle.
        let x: Double
        let width: Double
    }

    /// The whole text, and those lines that are drawn on their own.
    private let layouts: [OpaquePointer]
    let lines: [Line]

    init(_ context: OpaquePointer, _ text: String, _ style: Style, width: Double, isOneLine: Bool = false) {
        let layout = TypeSetting.layout(context, style)
        pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        pango_layout_set_indent(layout, Int32(style.indent * Double(PANGO_SCALE)))
        pango_layout_set_alignment(layout, style.isCentred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT)
        if isOneLine {
            pango_layout_set_height(layout, -1)
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
        }
        let clean = TypeSetting.printable(text)
        let bytes = Array(clean.utf8)
        pango_layout_set_text(layout, clean, Int32(bytes.count))
        var layouts = [layout]
        var lines: [Line] = []
        if let iterator = pango_layout_get_iter(layout) {
            repeat {
                guard var line = pango_layout_iter_get_line_readonly(iterator) else { break }
                var extents = PangoRectangle()
                pango_layout_iter_get_line_extents(iterator, nil, &extents)
                let range = Int(line.pointee.start_index)..<Int(line.pointee.start_index + line.pointee.length)
                // Where a line breaks at a blank, Pango drops the blank's glyph. Cairo then wraps the word before it in a
                // span of its own, at whose end poppler 22.12 stops reading the paragraph (2026-11), so the line is set
                // anew, with its blank.
                if !isOneLine, range.upperBound < bytes.count, bytes[range].last == 0x20 {
                    let own = TypeSetting.layout(context, style)
                    let words = String(decoding: bytes[range], as: UTF8.self)
                    pango_layout_set_text(own, words, Int32(range.count))
                    layouts.append(own)
                    line = pango_layout_get_line_readonly(own, 0) ?? line
                }
                lines.append(
                    Line(
                        line: line, x: Double(extents.x) / Double(PANGO_SCALE), width: Double(extents.width) / Double(PANGO_SCALE)
                    ))
            } while pango_layout_iter_next_line(iterator) != 0
            pango_layout_iter_free(iterator)
        }
        self.layouts = layouts
        self.lines = lines
    }

    deinit {
        for layout in layouts { g_object_unref(UnsafeMutableRawPointer(layout)) }
    }

    private static func layout(_ context: OpaquePointer, _ style: Style) -> OpaquePointer {
        let layout: OpaquePointer = pango_layout_new(context)
        let font = pango_font_description_new()
        pango_font_description_set_family(font, Fonts.families)
        pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
        pango_font_description_set_weight(font, style.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        pango_layout_set_font_description(layout, font)
        pango_font_description_free(font)
        pango_layout_set_auto_dir(layout, 0)
        let attributes = pango_attr_list_new()
        // A ligature, one glyph for two letters, is lost to readers in the same way as the blank above.
        pango_attr_list_insert(attributes, pango_attr_font_features_new("liga=0, clig=0"))
        if style.spacing > 0 {
            pango_attr_list_insert(attributes, pango_attr_letter_spacing_new(Int32(style.spacing * Double(PANGO_SCALE))))
        }
        pango_layout_set_attributes(layout, attributes)
        pango_attr_list_unref(attributes)
        return layout
    }

    /// Draws one line with its baseline at `y`.
    func draw(_ pen: Pen, line: Int, x: Double, y: Double, _ colour: Colour) {
        pen.colour(colour)
        cairo_move_to(pen.cairo, x, y)
        pango_cairo_show_layout_line(pen.cairo, lines[line].line)
    }

    /// Without control characters, which a C string would end at or which turn the direction of what follows.
    private static func printable(_ text: String) -> String {
        let bad = { (scalar: Unicode.Scalar) in
            switch scalar.value {
            case 0x0A: false
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        guard text.unicodeScalars.contains(where: bad) else { return text }
        // A line break of Windows is one line break.
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { !bad($0) }))
    }
}
