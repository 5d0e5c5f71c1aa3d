internal import CPango

/// One PDF while Cairo draws it into memory. It lives and dies inside one call and is never handed to another thread.
final class Pen {
    let cairo: OpaquePointer
    private let surface: OpaquePointer
    private let sink = Sink()

    private final class Sink {
        var bytes: [UInt8] = []
    }

    /// In points of 1/72 inch.
    init(width: Double, height: Double) {
        let write: cairo_write_func_t = { sink, data, length in
            guard let sink, let data else { return CAIRO_STATUS_WRITE_ERROR }
            Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue()
                .bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
            return CAIRO_STATUS_SUCCESS
        }
        // Cairo gives an object that knows its error rather than none; `finish` asks for it.
        surface = cairo_pdf_surface_create_for_stream(write, Unmanaged.passUnretained(sink).toOpaque(), width, height)
        cairo = cairo_create(surface)
    }

    deinit {
        cairo_destroy(cairo)
        cairo_surface_destroy(surface)
    }

    func describe(title: String, author: String, subject: String?, madeAt time: String) {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, author)
        if let subject { cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, subject) }
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "助企 Zhuqi")
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, time)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, time)
    }

    /// A bookmark; `page` counts from 1. Returns what a deeper one names as its parent; 0 is the root.
    func bookmark(_ text: String, page: Int, y: Double, parent: Int32) -> Int32 {
        // Coordinates of a destination are those of the page, from its top.
        cairo_pdf_surface_add_outline(surface, parent, text, "page=\(page) pos=[0 \(Int(y))]", CAIRO_PDF_OUTLINE_FLAG_OPEN)
    }

    /// Draws what belongs to an element of the document's structure (ISO 32000-1, 14.8.4).
    func tagged(_ tag: String, _ draw: () -> Void) {
        cairo_tag_begin(cairo, tag, "")
        draw()
        cairo_tag_end(cairo, tag)
    }

    func nextPage() { cairo_show_page(cairo) }

    func colour(_ colour: Colour) { cairo_set_source_rgb(cairo, colour.red, colour.green, colour.blue) }

    func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: Colour) {
        self.colour(colour)
        cairo_rectangle(cairo, x, y, width, height)
        cairo_fill(cairo)
    }

    func disc(_ x: Double, _ y: Double, radius: Double, _ colour: Colour) {
        self.colour(colour)
        cairo_new_sub_path(cairo)
        cairo_arc(cairo, x, y, radius, 0, 2 * .pi)
        cairo_fill(cairo)
    }

    /// The finished file.
    func finish() throws(DocumentFailure) -> [UInt8] {
        let drawn = cairo_status(cairo)
        cairo_surface_finish(surface)
        for status in [drawn, cairo_surface_status(surface)] where status != CAIRO_STATUS_SUCCESS {
            throw .cairo(cairo_status_to_string(status).map { String(cString: $0) } ?? "\(status.rawValue)")
        }
        return sink.bytes
    }
}

/// The colours of the design on paper, on white.
enum Colour: UInt32 {
    case ink = 0x13211F
    case soft = 0x465854
    /// The line.
    case teal = 0x0B6562
    /// People and now.
    case apricot = 0xC26A12
    case markApricot = 0xFFC46B
    case rule = 0xCDD9D5
    case edge = 0x687A75
    case tint = 0xF2F6F5
    case white = 0xFFFFFF

    var red: Double { Double(rawValue >> 16) / 255 }
    var green: Double { Double(rawValue >> 8 & 0xFF) / 255 }
    var blue: Double { Double(rawValue & 0xFF) / 255 }
}
