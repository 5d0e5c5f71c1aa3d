import Files
import Testing

@Suite("A photo") struct PhotoTests {
    /// 30°N 120°E by EXIF, with the orientation 6 (turn right).
    static let exif: [UInt8] =
        Array("Exif\0\0".utf8) + Array("II*\0".utf8) + Sample.little(8, 4) + Sample.little(2, 2)
        + Sample.little(0x0112, 2) + Sample.little(3, 2) + Sample.little(1, 4) + Sample.little(6, 4)
        + Sample.little(0x8825, 2) + Sample.little(4, 2) + Sample.little(1, 4) + Sample.little(38, 4) + Sample.little(0, 4)
        + Sample.little(1, 2) + Sample.little(2, 2) + Sample.little(5, 2) + Sample.little(3, 4) + Sample.little(56, 4)
        + Sample.little(0, 4)
        + Sample.little(30, 4) + Sample.little(1, 4) + Array("GPSPLACE".utf8)

    static let xmp = Array("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPSPLACE</x:xmpmeta>".utf8)

    @Test func `as JPEG loses place, author and notes and keeps how it is turned`() throws {
        let notes =
            Sample.segment(0xE1, Self.exif) + Sample.segment(0xE1, Self.xmp)
            + Sample.segment(0xED, Array("Photoshop 3.0\0GPSPLACE".utf8)) + Sample.segment(0xFE, Array("GPSPLACE".utf8))
            + Sample.segment(0xE2, Array("MPF\0GPSPLACE".utf8)) + Sample.segment(0xE5, Array("GPSPLACE".utf8))
        let dirty = Sample.jpeg(width: 40, height: 30, notes: notes)
        let clean = try Photo.withoutPlace(dirty, kind: .jpeg)
        #expect(!text(clean).contains("GPSPLACE"))
        let turn = Sample.segment(
            0xE1, Array("Exif\0\0MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0])
        #expect(clean == [0xFF, 0xD8] + turn + Sample.jpeg(width: 40, height: 30).dropFirst(2))
        #expect(try Photo.withoutPlace(clean, kind: .jpeg) == clean)
    }

    @Test func `as JPEG without notes stays the same to the last bit`() throws {
        #expect(try Photo.withoutPlace(Sample.jpeg.bytes, kind: .jpeg) == Sample.jpeg.bytes)
    }

    @Test func `as JPEG keeps its colour profile and Adobe's transform`() throws {
        let colour =
            Sample.segment(0xE2, Array("ICC_PROFILE\0abc".utf8))
            + Sample.segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 1])
        let jpeg = Sample.jpeg(width: 40, height: 30, notes: colour)
        #expect(try Photo.withoutPlace(jpeg, kind: .jpeg) == jpeg)
    }

    @Test func `as JPEG in several scans keeps them all`() throws {
        let scan = Sample.segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x77, 0xFF, 0x00]
        let jpeg: [UInt8] = Array(Sample.jpeg.bytes.dropLast(2)) + Sample.segment(0xC4, [0, 1, 2]) + scan + [0xFF, 0xD9]
        #expect(try Photo.withoutPlace(jpeg, kind: .jpeg) == jpeg)
    }

    @Test(arguments: [Sample.jpeg, .png, .webp]) func `loses whatever hangs behind its end`(sample: Sample) throws {
        #expect(
            try Photo.withoutPlace(sample.bytes + Array("PK GPSPLACE".utf8), kind: sample.kind)
                == Photo.withoutPlace(sample.bytes, kind: sample.kind))
    }

    @Test func `as PNG loses its notes and keeps pixels and colours`() throws {
        let kept = Sample.chunk("gAMA", [0, 0, 0, 1]) + Sample.chunk("PLTE", [1, 2, 3])
        let notes = ["eXIf", "tEXt", "iTXt", "zTXt", "tIME", "prVt"].flatMap { Sample.chunk($0, Array("GPSPLACE".utf8)) }
        let clean = try Photo.withoutPlace(Sample.png(width: 4, height: 3, notes: kept + notes), kind: .png)
        #expect(clean == Sample.png(width: 4, height: 3, notes: kept))
    }

    @Test func `as WebP loses its notes and no longer announces them`() throws {
        let notes = Sample.riff("EXIF", Array("GPSPLACE!".utf8)) + Sample.riff("XMP ", Array("GPSPLACE".utf8))
        let clean = try Photo.withoutPlace(Sample.webp(width: 4, height: 3, notes: notes), kind: .webp)
        #expect(!text(clean).contains("GPSPLACE"))
        #expect(clean[20] == 0)
        var bare = Sample.webp(width: 4, height: 3)
        bare[20] = 0
        #expect(clean == bare)
    }

    @Test(arguments: [Sample.jpeg, .png, .webp]) func `that ends too early is refused, wherever it ends`(sample: Sample) {
        for length in 0..<sample.bytes.count {
            #expect(throws: FileRefusal.damaged) { try Photo.withoutPlace(Array(sample.bytes.prefix(length)), kind: sample.kind) }
        }
    }

    @Test func `is taken up to 20 MB and not a byte more`() throws {
        let base = Sample.png(width: 4, height: 3)
        let pad = Photo.mostBytes - base.count - 12
        let full = Sample.png(width: 4, height: 3, notes: Sample.chunk("tEXt", [UInt8](repeating: 65, count: pad)))
        #expect(full.count == Photo.mostBytes)
        #expect(try Photo.withoutPlace(full, kind: .png) == base)
        #expect(throws: FileRefusal.tooLarge(megabytes: 20)) { try Photo.withoutPlace(full + [0], kind: .png) }
    }

    @Test func `is the only thing that is cleaned: a PDF is not handed back as if it were`() {
        #expect(throws: FileRefusal.self) { try Photo.withoutPlace(Sample.pdf.bytes, kind: .pdf) }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: Unicode.ASCII.self) }
}
