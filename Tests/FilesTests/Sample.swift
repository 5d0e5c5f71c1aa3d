import Files
import Testing

/// A small file of each kind, right in all that is looked at.
struct Sample: Sendable, CustomTestStringConvertible {
    let kind: FileKind
    let bytes: [UInt8]
    var name = ""

    init(_ kind: FileKind, _ bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
        name = "现场." + kind.endings[0].uppercased()
    }

    var testDescription: String { kind.rawValue }

    static let jpeg = Sample(.jpeg, jpeg(width: 4000, height: 3000))
    static let png = Sample(.png, png(width: 4000, height: 3000))
    static let webp = Sample(.webp, webp(width: 4000, height: 3000))
    static let pdf = Sample(.pdf, Array("%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n".utf8))
    static let doc = Sample(.doc, compound(["Root Entry", "WordDocument"]))
    static let mp3 = Sample(.mp3, [0xFF, 0xFB, 0x90, 0x64] + [UInt8](repeating: 0, count: 40))
    static let mp4 = Sample(.mp4, [0, 0, 0, 24] + Array("ftypisom".utf8) + [0, 0, 2, 0] + Array("isommp41".utf8))

    static let all = [
        jpeg, png, webp, pdf, doc, mp3, mp4, Sample(.docx, Zip.office(.docx).bytes), Sample(.xlsx, Zip.office(.xlsx).bytes),
        Sample(.pptx, Zip.office(.pptx).bytes), Sample(.xls, compound(["Root Entry", "Workbook"])),
        Sample(.txt, Array("模具开裂，想请人看看。\r\n".utf8)), Sample(.amr, Array("#!AMR\n".utf8) + [0x3C, 0x91]),
        Sample(.m4a, [0, 0, 0, 24] + Array("ftypM4A ".utf8) + [0, 0, 2, 0] + Array("M4A mp42".utf8)),
    ]

    /// Whether a sample's first bytes may stand under the ending of `kind` as well: the table of contents tells Office
    /// files apart later, and a film without a picture is sound.
    func begins(as kind: FileKind) -> Bool {
        let families: [[FileKind]] = [[.docx, .xlsx, .pptx], [.doc, .xls]]
        return kind == self.kind || families.contains { $0.contains(kind) && $0.contains(self.kind) }
            || kind == .m4a && self.kind == .mp4
    }

    static func big(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> ((count - 1 - $0) * 8)) }
    }

    static func little(_ number: Int, _ count: Int) -> [UInt8] { big(number, count).reversed() }

    static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] { [0xFF, marker] + big(body.count + 2, 2) + body }

    /// Markers in the right order with a scan of a few bytes, among them a stuffed zero and a restart.
    static func jpeg(width: Int, height: Int, notes: [UInt8] = []) -> [UInt8] {
        [0xFF, 0xD8] + segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0]) + notes
            + segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
            + segment(0xC0, [8] + big(height, 2) + big(width, 2) + [1, 1, 0x11, 0])
            + segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xD9]
    }

    static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] { big(body.count, 4) + Array(name.utf8) + body + [1, 2, 3, 4] }

    static func png(width: Int, height: Int, notes: [UInt8] = []) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", big(width, 4) + big(height, 4) + [8, 2, 0, 0, 0]) + notes
            + chunk("IDAT", [0x78, 0x9C, 0, 0]) + chunk("IEND", [])
    }

    static func riff(_ name: String, _ body: [UInt8]) -> [UInt8] {
        Array(name.utf8) + little(body.count, 4) + body + (body.count % 2 == 1 ? [0] : [])
    }

    static func webp(width: Int, height: Int, notes: [UInt8] = []) -> [UInt8] {
        let chunks =
            riff("VP8X", [0x0C, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3)) + riff("VP8 ", [1, 2, 3, 4, 5]) + notes
        return Array("RIFF".utf8) + little(chunks.count + 4, 4) + Array("WEBP".utf8) + chunks
    }

    /// A compound file of three sectors: allocation table, directory, data.
    static func compound(_ names: [String]) -> [UInt8] {
        var head: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 504)
        head.replaceSubrange(30..<32, with: [9, 0])
        head.replaceSubrange(48..<52, with: [1, 0, 0, 0])
        head.replaceSubrange(76..<80, with: [0, 0, 0, 0])
        let table = little(0xFFFF_FFFD, 4) + little(0xFFFF_FFFE, 4) + [UInt8](repeating: 0xFF, count: 504)
        var directory: [UInt8] = []
        for name in names {
            let units = name.utf16.flatMap { little(Int($0), 2) }
            directory += units + [UInt8](repeating: 0, count: 64 - units.count) + little(units.count + 2, 2)
            directory += [UInt8](repeating: 0, count: 62)
        }
        return head + table + directory + [UInt8](repeating: 0, count: 512 - directory.count + 512)
    }
}

/// An archive written entry by entry, so that any field can lie.
struct Zip {
    struct Entry {
        var name: String
        var packed: Int
        var unpacked: Int
        var flags: Int
        var attributes: Int
        var localName: String
        /// Nil: where it really is.
        var headerAt: Int?

        init(_ name: String, packed: Int = 8, unpacked: Int = 20, flags: Int = 0, attributes: Int = 0, localName: String? = nil) {
            self.name = name
            self.packed = packed
            self.unpacked = unpacked
            self.flags = flags
            self.attributes = attributes
            self.localName = localName ?? name
        }
    }

    var entries: [Entry]
    init(_ entries: [Entry]) { self.entries = entries }

    static func office(_ kind: FileKind, and more: Entry...) -> Zip { office(kind, and: more) }

    static func office(_ kind: FileKind, and more: [Entry]) -> Zip {
        let main = kind == .docx ? "word/document.xml" : kind == .xlsx ? "xl/workbook.xml" : "ppt/presentation.xml"
        return Zip([Entry("[Content_Types].xml"), Entry(main)] + more)
    }

    var bytes: [UInt8] {
        var files: [UInt8] = []
        var contents: [UInt8] = []
        for entry in entries {
            let at = entry.headerAt ?? files.count
            let rest =
                Sample.little(8, 2) + Sample.little(0, 8) + Sample.little(entry.packed, 4) + Sample.little(entry.unpacked, 4)
            files +=
                [0x50, 0x4B, 3, 4, 20, 0] + Sample.little(entry.flags, 2) + rest + Sample.little(entry.localName.utf8.count, 2)
            files += [0, 0] + Array(entry.localName.utf8) + [UInt8](repeating: 0x55, count: entry.packed)
            contents += [0x50, 0x4B, 1, 2, 20, 3, 20, 0] + Sample.little(entry.flags, 2) + rest
            contents += Sample.little(entry.name.utf8.count, 2) + Sample.little(0, 8) + Sample.little(entry.attributes, 4)
            contents += Sample.little(at, 4) + Array(entry.name.utf8)
        }
        let count = Sample.little(entries.count, 2)
        let end =
            [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + Sample.little(contents.count, 4) + Sample.little(files.count, 4)
        return files + contents + end + [0, 0]
    }
}
