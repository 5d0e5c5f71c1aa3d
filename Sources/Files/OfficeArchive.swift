/// An Office file: a ZIP archive, judged by its table of contents (PKWARE APPNOTE 6.3.10, 4.3) without unpacking.
enum OfficeArchive {
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
