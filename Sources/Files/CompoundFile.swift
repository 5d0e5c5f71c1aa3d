/// An Office file of before 2007 (MS-CFB): a small file system, of which only the names of the directory are read.
enum CompoundFile {
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
