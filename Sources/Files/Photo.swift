/// A picture as it may be shown to others: without the place it was taken at, its author or its camera (`security.md` F4).
///
/// The picture itself is not decoded and stays the same to the last bit. What may stay is listed, all else goes: so a
/// kind of note that a future telephone invents goes as well.
package enum Photo {
    /// 100 megapixels: no telephone takes more, and drawing one needs 400 MB.
    package static let mostPixels = 100_000_000
    /// The whole file is held in memory, once as it came and once as it goes.
    package static let mostBytes = 20 << 20

    static let pngHead: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The same picture without EXIF, XMP, IPTC, comments, thumbnails and whatever was hung on behind its end. Only how
    /// a JPEG is to be turned is kept. Doing it twice changes nothing more.
    ///
    /// - Throws: `.notAllowed` for a kind that is no photo, so that nobody takes it for cleaned; `.damaged` where the
    ///   file ends too early.
    package static func withoutPlace(_ bytes: [UInt8], kind: FileKind) throws(FileRefusal) -> [UInt8] {
        guard bytes.count <= mostBytes else { throw .tooLarge(megabytes: mostBytes >> 20) }
        switch kind {
        case .jpeg: return try jpeg(bytes)
        case .png: return try png(bytes)
        case .webp: return try webp(bytes)
        default: throw .notAllowed(ending: kind.rawValue, allowed: FileKind.allCases.filter(\.isPhoto))
        }
    }
}

// MARK: JPEG (ITU-T T.81, annex B)

extension Photo {
    private static func jpeg(_ bytes: [UInt8]) throws(FileRefusal) -> [UInt8] {
        guard bytes.starts(with: [0xFF, 0xD8]) else { throw .damaged }
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var orientation: UInt8?
        var offset = 2
        while true {
            guard offset + 1 < bytes.count, bytes[offset] == 0xFF else { throw .damaged }
            let marker = bytes[offset + 1]
            if marker == 0xFF {
                offset += 1
                continue
            }
            if marker == 0xD9 { break }
            guard let length = bytes.big16(at: offset + 2), length >= 2, offset + 2 + length <= bytes.count else {
                throw .damaged
            }
            let segment = offset..<offset + 2 + length
            offset = segment.upperBound
            if marker == 0xE1, orientation == nil { orientation = turn(Array(bytes[segment].dropFirst(4))) }
            if isPicture(marker, bytes[segment]) { kept += bytes[segment] }
            if marker == 0xDA {
                let scan = offset
                offset = try endOfScan(bytes, from: scan)
                kept += bytes[scan..<offset]
            }
        }
        return [0xFF, 0xD8] + (orientation.map(turned) ?? []) + kept + [0xFF, 0xD9]
    }

    /// Tables, frames and scans; of the application's segments only JFIF, a colour profile and Adobe's colour transform.
    private static func isPicture(_ marker: UInt8, _ segment: ArraySlice<UInt8>) -> Bool {
        let body = segment.dropFirst(4)
        return switch marker {
        case 0xE0: body.starts(with: Array("JFIF\0".utf8))
        case 0xE2: body.starts(with: Array("ICC_PROFILE\0".utf8))
        case 0xEE: body.starts(with: Array("Adobe".utf8)) && segment.count == 16
        case 0xC0...0xCF, 0xDA...0xDF: true
        default: false
        }
    }

    /// Where the next marker begins that is neither a stuffed zero nor a restart.
    private static func endOfScan(_ bytes: [UInt8], from start: Int) throws(FileRefusal) -> Int {
        var offset = start
        while offset + 1 < bytes.count {
            if bytes[offset] == 0xFF, bytes[offset + 1] != 0, !(0xD0...0xD7).contains(bytes[offset + 1]) { return offset }
            offset += 1
        }
        throw .damaged
    }

    /// How the picture is to be turned (EXIF 2.32, tag 0x0112): 2…8, nil for upright or unsaid.
    private static func turn(_ body: [UInt8]) -> UInt8? {
        guard body.text(at: 0, 6) == "Exif\0\0" else { return nil }
        let tiff = Array(body.dropFirst(6))
        let isLittle = tiff.text(at: 0, 2) == "II"
        func short(_ at: Int) -> Int? { isLittle ? tiff.little16(at: at) : tiff.big16(at: at) }
        guard let directory = isLittle ? tiff.little32(at: 4) : tiff.big32(at: 4), let count = short(directory) else {
            return nil
        }
        for entry in 0..<min(count, 512) where short(directory + 2 + entry * 12) == 0x0112 {
            return short(directory + 2 + entry * 12 + 8).flatMap { (2...8).contains($0) ? UInt8($0) : nil }
        }
        return nil
    }

    /// A segment of EXIF that holds one entry, the orientation.
    private static func turned(_ orientation: UInt8) -> [UInt8] {
        let tiff: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
        return [0xFF, 0xE1, 0, UInt8(2 + 6 + tiff.count)] + Array("Exif\0\0".utf8) + tiff
    }
}

// MARK: PNG (W3C, third edition, 5)

extension Photo {
    /// Chunks that are picture, colour or movement. `eXIf`, `tEXt`, `zTXt`, `iTXt`, `tIME` and private ones are not.
    private static let pngKept: Set<String> = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL",
        "fdAT",
    ]

    private static func png(_ bytes: [UInt8]) throws(FileRefusal) -> [UInt8] {
        guard bytes.starts(with: pngHead) else { throw .damaged }
        var kept = pngHead
        kept.reserveCapacity(bytes.count)
        var offset = pngHead.count
        while true {
            guard let length = bytes.big32(at: offset), let name = bytes.text(at: offset + 4, 4),
                offset + 12 + length <= bytes.count
            else { throw .damaged }
            let chunk = offset..<offset + 12 + length
            offset = chunk.upperBound
            if pngKept.contains(name) { kept += bytes[chunk] }
            if name == "IEND" { return kept }
        }
    }
}

// MARK: WebP (RFC 9649, 2)

extension Photo {
    private static let webpKept: Set<String> = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]

    private static func webp(_ bytes: [UInt8]) throws(FileRefusal) -> [UInt8] {
        guard bytes.text(at: 0, 4) == "RIFF", bytes.text(at: 8, 4) == "WEBP", let size = bytes.little32(at: 4),
            size >= 4, 8 + size <= bytes.count
        else { throw .damaged }
        var chunks: [UInt8] = []
        chunks.reserveCapacity(size)
        var offset = 12
        while offset + 8 <= 8 + size {
            guard let name = bytes.text(at: offset, 4), let length = bytes.little32(at: offset + 4),
                offset + 8 + length <= 8 + size
            else { throw .damaged }
            // Chunks of odd length are followed by a zero.
            let chunk = offset..<min(offset + 8 + length + length % 2, 8 + size)
            offset = chunk.upperBound
            guard webpKept.contains(name) else { continue }
            chunks += bytes[chunk]
            // Bits 2 and 3 of the flags announce XMP and EXIF.
            if name == "VP8X", length >= 1 { chunks[chunks.count - chunk.count + 8] &= 0xF3 }
        }
        let length = chunks.count + 4
        return Array("RIFF".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + Array("WEBP".utf8) + chunks
    }
}

// MARK: Pixels

extension Photo {
    /// Width and height in pixels as the header says; nil where it does not.
    static func size(
        _ kind: FileKind, size: Int, read: (_ offset: Int, _ count: Int) throws -> [UInt8]
    ) throws -> (width: Int, height: Int)? {
        switch kind {
        case .png:
            let head = try read(0, 24)
            guard let width = head.big32(at: 16), let height = head.big32(at: 20) else { return nil }
            return (width, height)
        case .webp: return webpSize(try read(0, 31))
        default: return try jpegSize(size, read)
        }
    }

    /// Pieces that are looked at before the frame: a photo has a few dozen, and each costs a reading of the disk.
    static let mostPieces = 4096

    /// The first frame's: a baseline JPEG has no other.
    private static func jpegSize(_ size: Int, _ read: (Int, Int) throws -> [UInt8]) throws -> (width: Int, height: Int)? {
        var offset = 2
        for _ in 0..<mostPieces {
            guard offset + 9 <= size else { return nil }
            let segment = try read(offset, 9)
            guard segment.count == 9, segment[0] == 0xFF, let length = segment.big16(at: 2) else { return nil }
            switch segment[1] {
            case 0xFF: offset += 1
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                guard let height = segment.big16(at: 5), let width = segment.big16(at: 7) else { return nil }
                return (width, height)
            case 0xC4, 0xC8, 0xCC, 0xDB...0xFE:
                guard length >= 2 else { return nil }
                offset += 2 + length
            default: return nil
            }
        }
        return nil
    }

    /// The three kinds of header: extended, without loss, with loss.
    private static func webpSize(_ head: [UInt8]) -> (width: Int, height: Int)? {
        func pair(_ x: Int?, _ y: Int?, _ mask: Int, _ more: Int) -> (Int, Int)? {
            guard let x, let y else { return nil }
            return ((x & mask) + more, (y & mask) + more)
        }
        return switch head.text(at: 12, 4) {
        case "VP8X": pair(head.little32(at: 24), head.little32(at: 27), 0xFF_FFFF, 1)
        case "VP8L": pair(head.little32(at: 21), head.little32(at: 21).map { $0 >> 14 }, 0x3FFF, 1)
        case "VP8 ": pair(head.little16(at: 26), head.little16(at: 28), 0x3FFF, 0)
        default: nil
        }
    }
}
