import Languages

/// What may be uploaded, told by its first bytes and its ending together (`security.md` F1, F2).
///
/// Two steps: `sniff` looks at the head as soon as it arrives, so that a wrong file is refused before it is stored;
/// `check` looks at the whole file once it lies on disk. Neither unpacks or draws anything.
package enum FileKind: String, Sendable, CaseIterable, Codable {
    case jpeg, png, webp
    case pdf, docx, xlsx, pptx, doc, xls, txt
    /// Sound and films: owners send their questions as voice.
    case mp3, m4a, amr, mp4

    /// In small letters, the usual one first.
    package var endings: [String] { self == .jpeg ? ["jpg", "jpeg"] : [rawValue] }

    /// Whether `Photo` takes place and author out of it.
    package var isPhoto: Bool { self == .jpeg || self == .png || self == .webp }

    /// As it is served, always as an attachment and with nosniff (F3).
    package var mediaType: String {
        switch self {
        case .jpeg, .png, .webp: "image/\(rawValue)"
        case .pdf: "application/pdf"
        case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        case .doc: "application/msword"
        case .xls: "application/vnd.ms-excel"
        case .txt: "text/plain"
        case .mp3: "audio/mpeg"
        case .m4a: "audio/mp4"
        case .amr: "audio/amr"
        case .mp4: "video/mp4"
        }
    }

    /// The bytes of the head that are looked at: PDF readers find a PDF that begins anywhere within the first 1,024.
    package static let headLength = 1024

    /// The kind that first bytes and ending agree on.
    ///
    /// - Parameters:
    ///   - head: the first `headLength` bytes, or the whole file if it is shorter.
    ///   - name: as the browser sent it; only its ending counts.
    package static func sniff(
        head: [UInt8], name: String, allowed: [FileKind] = FileKind.allCases
    ) throws(FileRefusal) -> FileKind {
        guard name.unicodeScalars.allSatisfy({ !isDeceiving($0) }) else { throw .name }
        let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
        guard let kind = allowed.first(where: { $0.endings.contains(ending) }) else {
            throw .notAllowed(ending: ending, allowed: allowed)
        }
        guard !head.isEmpty else { throw .empty }
        guard kind.begins(head) else { throw .wrongEnding(ending) }
        guard !kind.hidesAnother(head.prefix(headLength)) else { throw .mixed }
        return kind
    }

    /// Control characters, and those that turn the direction of writing so that `gpj.exe` reads `exe.jpg`.
    private static func isDeceiving(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private func begins(_ head: [UInt8]) -> Bool {
        switch self {
        case .jpeg: return head.starts(with: [0xFF, 0xD8, 0xFF])
        case .png: return head.starts(with: Photo.pngHead) && head.text(at: 12, 4) == "IHDR"
        case .webp: return head.text(at: 0, 4) == "RIFF" && head.text(at: 8, 7) == "WEBPVP8"
        case .pdf: return head.text(at: 0, 5) == "%PDF-"
        case .docx, .xlsx, .pptx: return head.starts(with: [0x50, 0x4B, 3, 4])
        case .doc, .xls: return head.starts(with: CompoundFile.head)
        case .txt: return FileKind.isText(head)
        case .mp3:
            guard head.count >= 4 else { return false }
            // A tag, or a frame of layer III with a bit rate and a sampling rate that exist.
            return head.text(at: 0, 3) == "ID3"
                || head[0] == 0xFF && head[1] & 0xE6 == 0xE2 && head[2] & 0xF0 != 0xF0 && head[2] & 0x0C != 0x0C
        case .amr: return head.text(at: 0, 6) == "#!AMR\n" || head.text(at: 0, 9) == "#!AMR-WB\n"
        case .m4a, .mp4:
            guard head.text(at: 4, 4) == "ftyp", let size = head.big32(at: 0), size >= 16, size <= 1024,
                let brand = head.text(at: 8, 4)
            else { return false }
            let common = ["isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "3gp4", "3gp5", "3gp6", "dash"]
            return common.contains(brand) || brand == (self == .m4a ? "M4A " : "M4V ")
        }
    }

    /// UTF-8 or GB 18030: no byte that neither of them has in a text. UTF-16 is none of them.
    private static func isText(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (9...13).contains($0) && $0 != 11 }
    }

    /// Whether another reader would take the file for a PDF, a page or a program.
    private func hidesAnother(_ head: ArraySlice<UInt8>) -> Bool {
        let small = head.map { (65...90).contains($0) ? $0 + 32 : $0 }
        var marks = ["<script", "<html", "<!doctype", "<svg", "<iframe", "<?php"]
        if self != .pdf { marks.append("%pdf-") }
        if marks.contains(where: { small.position(of: Array($0.utf8)) != nil }) { return true }
        guard self == .txt else { return false }
        return ["mz", "#!", "pk", "{\\rtf"].contains { small.starts(with: $0.utf8) }
    }
}

extension FileKind {
    /// Looks through the whole file: pictures by their number of pixels, Office files by their table of contents, every
    /// kind for a second file hidden at its end.
    ///
    /// The sizes in a table of contents are what the file says of itself; whoever unpacks an entry counts as it goes.
    ///
    /// - Parameters:
    ///   - size: of the file, in bytes.
    ///   - read: up to `count` bytes from `offset`, fewer only at the end of the file. What it throws is passed on.
    /// - Throws: a `FileRefusal`, or what `read` throws.
    package func check(size: Int, read: (_ offset: Int, _ count: Int) throws -> [UInt8]) throws {
        guard size > 0 else { throw FileRefusal.empty }
        switch self {
        case .jpeg, .png, .webp:
            guard let (width, height) = try Photo.size(self, size: size, read: read), width > 0, height > 0 else {
                throw FileRefusal.damaged
            }
            guard width <= Photo.mostPixels / height else { throw FileRefusal.pixels(width: width, height: height) }
        case .docx, .xlsx, .pptx: return try OfficeArchive.check(self, size: size, read: read)
        case .doc, .xls: try CompoundFile.check(self, size: size, read: read)
        case .pdf:
            let tail = try read(max(0, size - 1024), min(size, 1024))
            guard tail.position(of: Array("%%EOF".utf8)) != nil else { throw FileRefusal.damaged }
        case .txt:
            for offset in stride(from: 0, to: size, by: 1 << 16) {
                guard FileKind.isText(try read(offset, min(1 << 16, size - offset))) else { throw FileRefusal.wrongEnding("txt") }
            }
        case .mp3, .m4a, .amr, .mp4: break
        }
        if try OfficeArchive.end(size: size, read: read) != nil { throw FileRefusal.mixed }
    }
}
