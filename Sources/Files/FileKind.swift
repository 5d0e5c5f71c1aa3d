package import Languages

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

/// Why a file is not taken, said to the person who sent it.
package enum FileRefusal: Error, Hashable, Sendable {
    case empty
    case name
    case notAllowed(ending: String, allowed: [FileKind])
    case wrongEnding(String)
    /// A polyglot: one file for us, another for another reader.
    case mixed
    case damaged
    case tooLarge(megabytes: Int)
    case pixels(width: Int, height: Int)
    case locked
    case macros
    case tooManyEntries
    /// It would unpack to more than its kind ever needs.
    case unpacksTooLarge
    /// Names that lead out of the archive, links, entries that lie over each other or are archives themselves.
    case trap
    case tooMany(most: Int)
    /// What one person may keep here is used up.
    case quota(megabytes: Int)
    /// The scanner found something, or gave no answer: then nothing is taken (it fails closed).
    case harmful
    case unscanned
    /// Our own disk did not take it.
    case notKept

    package var words: Words {
        switch self {
        case .empty: Words("文件是空的。请另选一个。", "The file is empty. Choose another one.")
        case .name:
            Words("文件名里有看不见的字符。请改个名字再上传。", "The file name contains invisible characters. Rename the file and upload it again.")
        case .notAllowed("heic", let allowed), .notAllowed("heif", let allowed):
            Words("HEIC照片请先存成JPEG。", "Save HEIC photos as JPEG first. ") + FileRefusal.list(allowed)
        case .notAllowed("wps", let allowed), .notAllowed("et", let allowed), .notAllowed("dps", let allowed):
            Words("WPS文件请先另存为docx、xlsx、pptx或PDF。", "Save WPS files as docx, xlsx, pptx or PDF first. ")
                + FileRefusal.list(allowed)
        case .notAllowed(let ending, let allowed):
            (FileRefusal.isPlain(ending)
                ? Words("这里不收.\(ending)文件。", "Files of the kind .\(ending) cannot be taken here. ")
                : Words("这里不收这种文件。", "This kind of file cannot be taken here. ")) + FileRefusal.list(allowed)
        case .wrongEnding(let ending):
            Words(
                "文件名以.\(ending)结尾，内容却不是这种文件。请打开原文件，另存一次再上传。",
                "The name ends in .\(ending), but the content is something else. Open the original, save it again and upload that."
            )
        case .mixed:
            Words(
                "这个文件里还藏着另一个文件。请打开原文件，另存一次再上传。",
                "Another file is hidden inside this one. Open the original, save it again and upload that.")
        case .damaged:
            Words(
                "文件不完整，可能没有传完。请打开看看，再上传一次。",
                "The file is incomplete; perhaps it was cut off on the way. Open it to check, then upload it again.")
        case .tooLarge(let megabytes):
            Words("文件超过了\(megabytes)MB。请压缩或分成几个。", "The file is larger than \(megabytes) MB. Make it smaller or split it.")
        case .pixels(let width, let height):
            Words(
                "图片太大：\(width)×\(height)像素。最多1亿像素，请缩小再上传。",
                "The picture is too large: \(width) × \(height) pixels. The most is 100 million; make it smaller and upload it again."
            )
        case .locked:
            Words("文件设了密码，打不开。请去掉密码再上传。", "The file is locked with a password. Remove the password and upload it again.")
        case .macros:
            Words("文件里有宏。请另存为不带宏的文件再上传。", "The file contains macros. Save it without macros and upload it again.")
        case .tooManyEntries, .unpacksTooLarge:
            Words(
                "文件展开后太大，无法安全打开。请删去多余内容，或存成PDF再上传。",
                "The file would unpack to more than can be opened safely. Remove what is not needed, or save it as PDF.")
        case .trap:
            Words(
                "文件里的目录不对，无法安全打开。请打开原文件，另存一次再上传。",
                "The file's table of contents is not safe to open. Open the original, save it again and upload that.")
        case .tooMany(let most):
            Words("一次最多\(most)个文件。其余的请稍后再加。", "At most \(most) files at a time. Please add the others afterwards.")
        case .quota(let megabytes):
            Words(
                "您的文件已满\(megabytes)MB。请先删去不用的，再上传。",
                "Your files have reached \(megabytes) MB. Remove some that you no longer need, then upload again.")
        case .harmful:
            Words(
                "检查时发现文件里有恶意程序，没有收下。请先在您的电脑上杀毒。",
                "The check found malicious software in the file, so it was not taken. Please scan your computer first.")
        case .unscanned:
            Words(
                "文件检查暂时不可用，所以先不收。文件还在您这里，请过半小时再传。",
                "Files cannot be checked right now, so none are taken. It is still with you; please upload it in half an hour.")
        case .notKept:
            Words("文件没有存上，是我们的问题。文件还在您这里，请过一会儿再传。", "The file could not be stored; that is our fault. It is still with you; please try again shortly.")
        }
    }

    private static func list(_ allowed: [FileKind]) -> Words {
        let endings = allowed.map { $0.endings[0] }
        return Words("可以上传：\(endings.joined(separator: "、"))。", "These can be uploaded: \(endings.joined(separator: ", ")).")
    }

    /// What a person typed is said back only if it looks like an ending.
    private static func isPlain(_ ending: String) -> Bool {
        (1...8).contains(ending.utf8.count) && ending.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
    }
}

/// An Office file: a ZIP archive, judged by its table of contents (PKWARE APPNOTE 6.3.10, 4.3) without unpacking.
private enum OfficeArchive {
    static let mostEntries = 2000
    /// What all entries may unpack to, in bytes.
    static let mostUnpacked = 200 << 20
    /// How many times larger an entry may get. Sheets full of zeros reach 50; deflate can do 1,032.
    static let mostGrowth = 100
    /// Small entries may grow as they like.
    static let freeGrowth = 1 << 20
    /// The names of 2,000 entries fit easily.
    static let mostContents = 1 << 20

    struct End {
        let offset: Int
        let entries: Int
        let contentsSize: Int
        let contentsOffset: Int
    }

    private struct Entry {
        let name: [UInt8]
        let method: Int
        let packed: Int
        let header: Int
        /// Where its bytes end at the earliest.
        var end: Int { header + 30 + name.count + packed }
    }

    /// The record that ends an archive, if one ends exactly at the end of the file.
    static func end(size: Int, read: (Int, Int) throws -> [UInt8]) throws -> End? {
        let length = min(size, 22 + 0xFFFF)
        let tail = try read(size - length, length)
        var start = tail.count - 22
        while start >= 0 {
            if tail[start] == 0x50, tail[start + 1] == 0x4B, tail[start + 2] == 5, tail[start + 3] == 6,
                let comment = tail.little16(at: start + 20), start + 22 + comment == tail.count,
                let entries = tail.little16(at: start + 10), let contentsSize = tail.little32(at: start + 12),
                let contentsOffset = tail.little32(at: start + 16)
            {
                let offset = size - length + start
                return End(offset: offset, entries: entries, contentsSize: contentsSize, contentsOffset: contentsOffset)
            }
            start -= 1
        }
        return nil
    }

    static func check(_ kind: FileKind, size: Int, read: (Int, Int) throws -> [UInt8]) throws {
        guard let end = try end(size: size, read: read) else { throw FileRefusal.damaged }
        guard end.entries <= mostEntries, end.contentsSize <= mostContents else { throw FileRefusal.tooManyEntries }
        // Nothing before the first entry, nothing between contents and end: a second file would hide there.
        guard end.contentsOffset + end.contentsSize == end.offset else { throw FileRefusal.trap }
        let contents = try read(end.contentsOffset, end.contentsSize)
        let entries = try entries(contents, end.entries)
        var earlier = 0
        for entry in entries.sorted(by: { $0.header < $1.header }) {
            // Entries that lie over each other unpack the same bytes again and again (Fifield, "A better zip bomb").
            guard entry.header >= earlier, entry.end <= end.contentsOffset, earlier > 0 || entry.header == 0 else {
                throw FileRefusal.trap
            }
            earlier = entry.end
            let local = try read(entry.header, 30 + entry.name.count)
            guard local.starts(with: [0x50, 0x4B, 3, 4]), local.little16(at: 8) == entry.method,
                local.little16(at: 26) == entry.name.count, local.suffix(entry.name.count).elementsEqual(entry.name)
            else { throw FileRefusal.trap }
        }
        let names = entries.map { String(decoding: $0.name, as: UTF8.self).lowercased() }
        guard names.contains("[content_types].xml"), names.contains(where: { isMain(kind, $0) }) else {
            throw FileRefusal.wrongEnding(kind.rawValue)
        }
        guard !names.contains(where: { $0.hasSuffix("vbaproject.bin") }) else { throw FileRefusal.macros }
    }

    private static func entries(_ contents: [UInt8], _ count: Int) throws(FileRefusal) -> [Entry] {
        var entries: [Entry] = []
        var names: Set<[UInt8]> = []
        var offset = 0
        var unpackedTotal = 0
        for _ in 0..<count {
            guard contents.little32(at: offset) == 0x0201_4B50, let flags = contents.little16(at: offset + 8),
                let method = contents.little16(at: offset + 10), let packed = contents.little32(at: offset + 20),
                let unpacked = contents.little32(at: offset + 24), let nameLength = contents.little16(at: offset + 28),
                let extra = contents.little16(at: offset + 30), let comment = contents.little16(at: offset + 32),
                let attributes = contents.little32(at: offset + 38), let header = contents.little32(at: offset + 42),
                offset + 46 + nameLength <= contents.count
            else { throw .damaged }
            let name = Array(contents[offset + 46..<offset + 46 + nameLength])
            offset += 46 + nameLength + extra + comment
            guard flags & 1 == 0 else { throw .locked }
            guard method == 0 ? packed == unpacked : method == 8, attributes >> 28 != 0o12, isSafe(name),
                names.insert(name).inserted
            else { throw .trap }
            unpackedTotal += unpacked
            guard unpackedTotal <= mostUnpacked, unpacked <= freeGrowth || unpacked / mostGrowth <= packed else {
                throw .unpacksTooLarge
            }
            entries.append(Entry(name: name, method: method, packed: packed, header: header))
        }
        guard offset == contents.count else { throw .trap }
        return entries
    }

    /// A relative path downwards, to something that is not an archive or a program itself.
    private static func isSafe(_ name: [UInt8]) -> Bool {
        guard !name.isEmpty, name.first != 0x2F, !name.contains(where: { $0 < 0x20 || $0 == 0x5C || $0 == 0x3A }) else {
            return false
        }
        let text = String(decoding: name, as: UTF8.self).lowercased()
        let bad = [".zip", ".7z", ".rar", ".gz", ".jar", ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".lnk"]
        return !text.split(separator: "/", omittingEmptySubsequences: false).contains("..")
            && !bad.contains { text.hasSuffix($0) }
    }

    /// Office names the main part document.xml or document2.xml.
    private static func isMain(_ kind: FileKind, _ name: String) -> Bool {
        let start =
            switch kind {
            case .docx: "word/document"
            case .xlsx: "xl/workbook"
            default: "ppt/presentation"
            }
        return name.hasPrefix(start) && name.hasSuffix(".xml")
    }
}

/// An Office file of before 2007 (MS-CFB): a small file system, of which only the names of the directory are read.
private enum CompoundFile {
    static let head: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
    /// Sectors of the directory that are followed; each names 4 (or 32) streams.
    static let mostSectors = 1024

    static func check(_ kind: FileKind, size: Int, read: (Int, Int) throws -> [UInt8]) throws {
        let names = try names(try read(0, 512), read)
        let main: Set<String> = kind == .doc ? ["WordDocument"] : ["Workbook", "Book"]
        guard !names.isDisjoint(with: main) else { throw FileRefusal.wrongEnding(kind.rawValue) }
        guard names.isDisjoint(with: ["Macros", "_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"]) else { throw FileRefusal.macros }
        guard names.isDisjoint(with: ["EncryptedPackage", "EncryptionInfo"]) else { throw FileRefusal.locked }
    }

    private static func names(_ head: [UInt8], _ read: (Int, Int) throws -> [UInt8]) throws -> Set<String> {
        guard let shift = head.little16(at: 30), shift == 9 || shift == 12, var sector = head.little32(at: 48) else {
            throw FileRefusal.damaged
        }
        let size = 1 << shift
        var names: Set<String> = []
        var sectors = 0
        // 0xFFFFFFFE ends a chain.
        while sector != 0xFFFF_FFFE {
            sectors += 1
            let bytes = try read((sector + 1) * size, size)
            guard sectors <= mostSectors, bytes.count == size else { throw FileRefusal.damaged }
            for entry in stride(from: 0, to: size, by: 128) {
                guard let length = bytes.little16(at: entry + 64), length >= 2, length <= 64 else { continue }
                let units = stride(from: entry, to: entry + length - 2, by: 2).compactMap { bytes.little16(at: $0) }
                names.insert(String(decoding: units.map { UInt16(truncatingIfNeeded: $0) }, as: UTF16.self))
            }
            // The next link stands in the allocation table. Its first 109 sectors are named in the header and cover about
            // 7 MB of file; a directory that lies beyond them is refused, which asks for a docx instead.
            let perSector = size / 4
            guard sector / perSector < 109, let table = head.little32(at: 76 + sector / perSector * 4),
                let next = try read((table + 1) * size + sector % perSector * 4, 4).little32(at: 0)
            else { throw FileRefusal.damaged }
            sector = next
        }
        return names
    }
}

extension [UInt8] {
    func big16(at offset: Int) -> Int? {
        offset >= 0 && offset + 2 <= count ? Int(self[offset]) << 8 | Int(self[offset + 1]) : nil
    }

    func big32(at offset: Int) -> Int? {
        guard let high = big16(at: offset), let low = big16(at: offset + 2) else { return nil }
        return high << 16 | low
    }

    func little16(at offset: Int) -> Int? { big16(at: offset).map { $0 >> 8 | ($0 & 0xFF) << 8 } }

    func little32(at offset: Int) -> Int? {
        guard let low = little16(at: offset), let high = little16(at: offset + 2) else { return nil }
        return high << 16 | low
    }

    /// The ASCII text of `count` bytes; nil where the file ends before.
    func text(at offset: Int, _ length: Int) -> String? {
        offset >= 0 && offset + length <= count ? String(decoding: self[offset..<offset + length], as: UTF8.self) : nil
    }

    /// Where `mark` first begins.
    func position(of mark: [UInt8]) -> Int? {
        guard let first = mark.first, count >= mark.count else { return nil }
        return (0...count - mark.count).first { self[$0] == first && self[$0..<$0 + mark.count].elementsEqual(mark) }
    }
}
