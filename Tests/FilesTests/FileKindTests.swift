import Files
import Languages
import Testing

@Suite("An upload") struct FileKindTests {
    @Test(arguments: Sample.all) func `is taken by its first bytes and its ending together`(sample: Sample) throws {
        let kind = try FileKind.sniff(head: Array(sample.bytes.prefix(1024)), name: sample.name)
        #expect(kind == sample.kind)
        try check(kind, sample.bytes)
    }

    @Test(arguments: Sample.all) func `is refused under the ending of any other kind`(sample: Sample) {
        for kind in FileKind.allCases where !sample.begins(as: kind) {
            let refusal = #expect(throws: FileRefusal.self) {
                try FileKind.sniff(head: sample.bytes, name: "a." + kind.endings[0])
            }
            // The heads of PDF and AMR can be read as text: they are recognised as something else that hides in it.
            #expect(refusal == (kind == .txt && [.pdf, .amr].contains(sample.kind) ? .mixed : .wrongEnding(kind.endings[0])))
        }
    }

    @Test(arguments: ["run.exe", "page.html", "picture.svg", "noending", "", ".", "a.jpg.exe", "照片.heic", "合同.wps", "a.docm"])
    func `of a kind that is not named is refused, and told what may be sent`(name: String) throws {
        let refusal = #expect(throws: FileRefusal.self) {
            try FileKind.sniff(head: Sample.jpeg.bytes, name: name, allowed: [.jpeg, .pdf])
        }
        let words = try #require(refusal).words
        #expect(words.chinese.contains("可以上传：jpg、pdf。"))
        #expect(words.english.contains("These can be uploaded: jpg, pdf."))
    }

    @Test func `is refused where this form does not take its kind`() {
        #expect(throws: FileRefusal.notAllowed(ending: "pdf", allowed: [.jpeg])) {
            try FileKind.sniff(head: Sample.pdf.bytes, name: "a.pdf", allowed: [.jpeg])
        }
    }

    @Test(arguments: ["a\u{202E}gpj.jpg", "a\u{0}.jpg", "a\n.jpg", "a\u{2066}.jpg"])
    func `with characters in its name that deceive the eye is refused`(name: String) {
        #expect(throws: FileRefusal.name) { try FileKind.sniff(head: Sample.jpeg.bytes, name: name) }
    }

    @Test func `that is empty is refused`() {
        #expect(throws: FileRefusal.empty) { try FileKind.sniff(head: [], name: "a.jpg") }
        #expect(throws: FileRefusal.empty) { try check(.jpeg, []) }
    }

    @Test(arguments: ["%PDF-1.7", "<script>alert(1)</script>", "<!DOCTYPE html>", "<SVG onload=", "<?php"])
    func `that is a picture and something else at its head is refused`(other: String) {
        let jpeg = Sample.jpeg.bytes
        let comment = [0xFF, 0xFE, 0, UInt8(other.utf8.count + 2)] + Array(other.utf8)
        #expect(throws: FileRefusal.mixed) {
            try FileKind.sniff(head: Array(jpeg.prefix(2)) + comment + jpeg.dropFirst(2), name: "a.jpg")
        }
    }

    @Test(arguments: [Sample.jpeg, .png, .webp, .pdf, .mp4, .mp3, .doc])
    func `with an archive hung on behind its end is refused`(sample: Sample) {
        let other = sample.bytes + Zip.office(.docx).bytes
        #expect(throws: FileRefusal.mixed) { try check(sample.kind, other) }
    }

    @Test(arguments: ["MZ\u{90}", "#!/bin/sh\n", "PK\u{3}\u{4}", "{\\rtf1", "<html><body>", "a\u{0}b", "a\u{1B}[2J"])
    func `named txt that is a program, a page or no text is refused`(text: String) {
        #expect(throws: FileRefusal.self) { try FileKind.sniff(head: Array(text.utf8), name: "a.txt") }
    }

    @Test func `named txt is looked through to its end`() {
        let long = [UInt8](repeating: 0x61, count: 70_000)
        #expect(throws: Never.self) { try check(.txt, long) }
        #expect(throws: FileRefusal.wrongEnding("txt")) { try check(.txt, long + [0]) }
    }

    @Test func `in GB 18030 is a text too`() throws {
        #expect(try FileKind.sniff(head: [0xC4, 0xA3, 0xBE, 0xDF], name: "模具.TXT") == .txt)
    }

    @Test(arguments: [
        (10_000, 10_000, true), (10_001, 10_000, false), (60_000, 60_000, false), (0xFFFF_FFFF, 0xFFFF_FFFF, false),
    ])
    func `of a picture is taken up to 100 megapixels`(width: Int, height: Int, isTaken: Bool) {
        let png = Sample.png(width: width, height: height)
        if isTaken {
            #expect(throws: Never.self) { try check(.png, png) }
        } else {
            #expect(throws: FileRefusal.pixels(width: width, height: height)) { try check(.png, png) }
        }
    }

    @Test func `of a large JPEG or WebP is refused by its header alone`() {
        #expect(throws: FileRefusal.pixels(width: 60_000, height: 60_000)) {
            try check(.jpeg, Sample.jpeg(width: 60_000, height: 60_000))
        }
        #expect(throws: FileRefusal.pixels(width: 16_384, height: 16_384)) {
            try check(.webp, Sample.webp(width: 16_384, height: 16_384))
        }
        #expect(throws: FileRefusal.damaged) { try check(.png, Sample.png(width: 0, height: 5)) }
    }

    @Test func `of a picture reads little of a large file`() throws {
        var asked = 0
        let jpeg = Sample.jpeg.bytes
        try FileKind.jpeg.check(size: 1 << 30) { offset, count in
            asked += count
            return offset + count <= jpeg.count ? Array(jpeg[offset..<offset + count]) : [UInt8](repeating: 0, count: count)
        }
        #expect(asked < 70_000)
    }

    @Test(arguments: [[0xFF], [0xFF, 0xEF, 0, 2]] as [[UInt8]])
    func `of a JPEG that never comes to its picture is given up soon`(filling: [UInt8]) {
        let bytes = [0xFF, 0xD8] + Array(repeating: filling, count: 400_000 / filling.count).joined()
        var readings = 0
        #expect(throws: FileRefusal.damaged) {
            try FileKind.jpeg.check(size: bytes.count) { offset, count in
                readings += 1
                return Array(bytes[offset..<min(offset + count, bytes.count)])
            }
        }
        #expect(readings < 5000)
    }

    @Test func `that fails to be read says so, and is not called damaged`() {
        struct DiskGone: Error {}
        for kind in FileKind.allCases where ![.mp3, .m4a, .amr, .mp4].contains(kind) {
            #expect(throws: DiskGone.self) { try kind.check(size: 100) { _, _ in throw DiskGone() } }
        }
    }

    /// Each is taken for what it is or refused in our own words, wherever it ends; an index out of bounds would end the test.
    @Test(arguments: Sample.all) func `that was cut off anywhere never stops the program, nor passes for another kind`(sample: Sample) {
        for length in 1..<sample.bytes.count {
            let cut = Array(sample.bytes.prefix(length))
            if let kind = try? FileKind.sniff(head: cut, name: sample.name) { #expect(kind == sample.kind, "\(length)") }
            do { try check(sample.kind, cut) } catch { #expect(error is FileRefusal, "\(length): \(error)") }
        }
        #expect(throws: Never.self) { try check(sample.kind, sample.bytes) }
    }

    @Test(arguments: Sample.all, 0..<20 as Range<UInt64>)
    func `with bytes thrown about never stops the program`(sample: Sample, seed: UInt64) {
        var state = seed
        var bytes = sample.bytes
        for _ in 0..<8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
        }
        if let kind = try? FileKind.sniff(head: bytes, name: sample.name) { #expect(kind == sample.kind) }
        do { try check(sample.kind, bytes) } catch { #expect(error is FileRefusal) }
        _ = try? Photo.withoutPlace(bytes, kind: sample.kind)
    }

    @Test func `that is refused is told why in both languages`() {
        let all: [FileRefusal] = [
            .empty, .name, .notAllowed(ending: "exe", allowed: [.pdf]), .notAllowed(ending: "<b>", allowed: [.pdf]),
            .wrongEnding("jpg"), .mixed, .damaged, .tooLarge(megabytes: 20), .pixels(width: 1, height: 2), .locked, .macros,
            .tooManyEntries, .unpacksTooLarge, .trap,
        ]
        for refusal in all {
            #expect(refusal.words.chinese.hasSuffix("。"))
            #expect(refusal.words.english.hasSuffix("."))
            #expect(!refusal.words.chinese.contains("<b>"))
        }
    }
}

@Suite("An Office file") struct OfficeFileTests {
    @Test(arguments: [FileKind.docx, .xlsx, .pptx]) func `is not taken under the ending of another`(kind: FileKind) {
        for other in [FileKind.docx, .xlsx, .pptx] where other != kind {
            #expect(throws: FileRefusal.wrongEnding(other.rawValue)) { try check(other, Zip.office(kind).bytes) }
        }
    }

    @Test func `that is a bare archive is refused`() {
        #expect(throws: FileRefusal.wrongEnding("docx")) { try check(.docx, Zip([.init("a.txt")]).bytes) }
        #expect(throws: FileRefusal.wrongEnding("docx")) { try check(.docx, Zip([]).bytes + []) }
    }

    @Test(arguments: [
        "../../etc/passwd", "word/../../x", "/etc/passwd", "..\\x", "C:/x", "word/a\u{0}b", "..", "", "word/nested.zip",
        "word/payload.EXE", "word/media/x.jar",
    ])
    func `with an entry that leads out of it or is a program is refused`(name: String) {
        #expect(throws: FileRefusal.trap) { try check(.docx, Zip.office(.docx, and: .init(name)).bytes) }
    }

    @Test(arguments: ["word/media/图1.png", "word/a..b.xml", "word/embeddings/Sheet1.xlsx", "word/"])
    func `with ordinary entries is taken`(name: String) {
        #expect(throws: Never.self) { try check(.docx, Zip.office(.docx, and: .init(name)).bytes) }
    }

    @Test func `with a link is refused`() {
        #expect(throws: FileRefusal.trap) {
            try check(.docx, Zip.office(.docx, and: .init("word/x", attributes: 0xA1FF_0000)).bytes)
        }
    }

    @Test func `with a password is refused as locked`() {
        #expect(throws: FileRefusal.locked) { try check(.docx, Zip.office(.docx, and: .init("word/x", flags: 1)).bytes) }
    }

    @Test func `with macros is refused`() {
        #expect(throws: FileRefusal.macros) { try check(.xlsx, Zip.office(.xlsx, and: .init("xl/vbaProject.bin")).bytes) }
    }

    @Test func `that would unpack to more than 200 MB is refused`() {
        let large = Zip.Entry("word/a.xml", packed: 4 << 20, unpacked: 200 << 20 + 1)
        #expect(throws: FileRefusal.unpacksTooLarge) { try check(.docx, Zip.office(.docx, and: large).bytes) }
        let many = (0..<41).map { Zip.Entry("word/\($0).xml", packed: 60_000, unpacked: 5 << 20) }
        #expect(throws: FileRefusal.unpacksTooLarge) { try check(.docx, Zip.office(.docx, and: many).bytes) }
        #expect(throws: Never.self) { try check(.docx, Zip.office(.docx, and: Array(many.prefix(39))).bytes) }
    }

    @Test func `with an entry that grows more than a hundredfold is refused, but for small ones`() {
        #expect(throws: FileRefusal.unpacksTooLarge) {
            try check(.docx, Zip.office(.docx, and: .init("word/a.xml", packed: 10_000, unpacked: 10_000_000)).bytes)
        }
        #expect(throws: Never.self) {
            try check(.docx, Zip.office(.docx, and: .init("word/a.xml", packed: 10, unpacked: 1 << 20)).bytes)
        }
    }

    @Test func `with more than 2,000 entries is refused`() {
        let many = (0..<1999).map { Zip.Entry("word/\($0).xml") }
        #expect(throws: FileRefusal.tooManyEntries) { try check(.docx, Zip.office(.docx, and: many).bytes) }
        #expect(throws: Never.self) { try check(.docx, Zip.office(.docx, and: Array(many.prefix(1998))).bytes) }
    }

    @Test func `with entries that lie over each other is refused`() {
        var zip = Zip.office(.docx, and: .init("word/a.xml", packed: 1000, unpacked: 1000))
        zip.entries[2].headerAt = 0
        #expect(throws: FileRefusal.trap) { try check(.docx, zip.bytes) }
    }

    @Test func `whose local name differs from the one in its contents is refused`() {
        #expect(throws: FileRefusal.trap) {
            try check(.docx, Zip.office(.docx, and: .init("word/a.xml", localName: "word/b.xml")).bytes)
        }
    }

    @Test func `with an entry named twice is refused`() {
        #expect(throws: FileRefusal.trap) { try check(.docx, Zip.office(.docx, and: .init("word/document.xml")).bytes) }
    }

    @Test func `with something before its first entry or after its last is refused`() {
        let zip = Zip.office(.docx).bytes
        #expect(throws: FileRefusal.trap) { try check(.docx, Array("GIF89a".utf8) + zip) }
        #expect(throws: FileRefusal.damaged) { try check(.docx, zip + [0]) }
    }

    @Test func `of the old kind is told by its directory, and refused with macros or a password`() {
        #expect(throws: Never.self) { try check(.xls, Sample.compound(["Root Entry", "Workbook"])) }
        #expect(throws: FileRefusal.wrongEnding("doc")) { try check(.doc, Sample.compound(["Root Entry", "Workbook"])) }
        #expect(throws: FileRefusal.macros) { try check(.doc, Sample.compound(["Root Entry", "WordDocument", "Macros"])) }
        #expect(throws: FileRefusal.locked) { try check(.doc, Sample.compound(["WordDocument", "EncryptedPackage"])) }
    }

    @Test func `of the old kind whose directory turns in a circle is refused`() {
        var bytes = Sample.compound(["Root Entry", "WordDocument"])
        // The table says that sector 1, the directory, is followed by sector 1.
        bytes.replaceSubrange(516..<520, with: [1, 0, 0, 0])
        #expect(throws: FileRefusal.damaged) { try check(.doc, bytes) }
    }
}

func check(_ kind: FileKind, _ bytes: [UInt8]) throws {
    try kind.check(size: bytes.count) { offset, count in
        offset < bytes.count ? Array(bytes[offset..<min(offset + count, bytes.count)]) : []
    }
}
