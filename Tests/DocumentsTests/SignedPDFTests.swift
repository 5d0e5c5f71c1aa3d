import Documents
import Foundation
import Languages
import Testing
import Values

@Suite("A signed PDF") struct SignedPDFTests {
    private static let now = Instant(milliseconds: 1_795_000_000_000)
    private static let key = Result { try SigningKey.make(for: "黄岩区中小企业公共服务中心", at: now) }
    private static let otherKey = Result { try SigningKey.make(for: "别家", at: now) }

    private static func signed(_ key: SigningKey, claims: String = "{\"a\":1}") throws -> [UInt8] {
        let paper = Document(
            title: "志愿服务记录证明", issuer: "样张", number: "助企证331003〔2026〕1号", facts: [Document.Fact("姓名", "沈国强")],
            blocks: [.paragraph("兹证明该志愿者参加本单位组织的志愿服务。")],
            closing: Document.Closing(code: "https://zhuqi.example.cn/verify/ABC", note: ["扫码核验"], lines: ["黄岩区中小企业公共服务中心", "2026年11月24日"]),
            maker: "样张", made: now)
        return try SignedPDF(
            try paper.pdf(), SignedPDF.Description(title: paper.title, author: paper.issuer, reason: "出具", at: now),
            attachments: [
                Attachment("claims.json", type: "application/json", description: "内容", [UInt8](claims.utf8)),
                Attachment("cert.tlog-proof", type: "text/plain", description: "证明", [UInt8]("proof\n".utf8)),
            ], by: key
        ).bytes
    }

    /// Where the signature itself lies, in hexadecimal.
    private static func hole(_ bytes: [UInt8]) throws -> Range<Int> {
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        let start = text.distance(from: text.startIndex, to: try #require(text.range(of: "/Contents <")).upperBound)
        return start..<start + 2 * 8192
    }

    @Test func `is signed over all of it by the key that its certificate names, and carries its files`() throws {
        let key = try Self.key.get()
        #expect(key.isWhole)
        let bytes = try Self.signed(key)
        #expect(signature(of: bytes) == .whole(certificate: key.certificate, revision: 0..<bytes.count))
        let file = try PDFFile(bytes)
        #expect(try file.attachment("claims.json") == [UInt8]("{\"a\":1}".utf8))
        #expect(try file.attachment("cert.tlog-proof") == [UInt8]("proof\n".utf8))
        #expect(try file.attachment("other") == nil)
        #expect(certificateFacts(key.certificate)?.name.contains("黄岩区中小企业公共服务中心 文书签名") == true)
    }

    @Test func `knows every changed byte of what was signed`() throws {
        let key = try Self.key.get()
        let bytes = try Self.signed(key)
        let hole = try Self.hole(bytes)
        var unseen: [Int] = []
        for place in stride(from: 0, to: bytes.count, by: 211) {
            var changed = bytes
            changed[place] ^= 1
            // Another certificate is another signer.
            if case .whole(let certificate, _) = signature(of: changed), certificate == key.certificate { unseen.append(place) }
        }
        // Within the signature a certificate travels along whose name may be changed unseen: nobody is believed by it.
        #expect(unseen.allSatisfy(hole.contains) && unseen.count <= 8, "\(unseen) of \(bytes.count), the signature in \(hole)")
        var padded = bytes
        padded[hole.upperBound - 3] = UInt8(ascii: "7")
        #expect(signature(of: padded) == .changed)
    }

    @Test func `tells what was added, cut off, or signed by somebody else`() throws {
        let (key, other) = (try Self.key.get(), try Self.otherKey.get())
        let bytes = try Self.signed(key)
        #expect(signature(of: bytes + [UInt8]("\n% more\n".utf8)) == .whole(certificate: key.certificate, revision: 0..<bytes.count))
        #expect(signature(of: Array(bytes.dropLast(100))) == .cutOff)
        #expect(signature(of: Array(bytes.prefix(500))) == .none)
        #expect(signature(of: []) == .none)
        #expect(signature(of: try Self.signed(other)) != .whole(certificate: key.certificate, revision: 0..<bytes.count))
        #expect(key.certificate != other.certificate)
        #expect(!SigningKey(certificate: key.certificate, issuer: nil, secret: other.secret).isWhole)
    }

    /// The same three hundred each time, so that one that fails can be looked at.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>) func `is read without a stop whatever the bytes are, and is not believed`(seed: UInt64) throws {
        let key = try Self.key.get()
        let bytes = try Self.signed(key)
        var (broken, dice) = (bytes, Dice(state: seed))
        for _ in 0..<Int.random(in: 1...40, using: &dice) { broken[Int.random(in: 0..<broken.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice) }
        // Each second one whole in length: there the signature alone tells.
        broken = Array(broken.prefix(seed.isMultiple(of: 2) ? broken.count : Int.random(in: 0...broken.count, using: &dice)))
        let file = try? PDFFile(broken)
        let claims = try? file?.attachment("claims.json")
        if case .whole(let certificate, let revision) = signature(of: broken), certificate == key.certificate {
            // Only what fell into the signature's own room may go unseen (see above); what was signed is what is read.
            let hole = try Self.hole(bytes)
            #expect(revision == 0..<bytes.count && claims == [UInt8]("{\"a\":1}".utf8))
            #expect(broken[..<hole.lowerBound] == bytes[..<hole.lowerBound] && broken[hole.upperBound...] == bytes[hole.upperBound...])
        }
    }

    /// Anybody may send a file to be checked: one addition too far would end the program for all.
    @Test(arguments: [
        "/ByteRange [0 9223372036854775807 9223372036854775807 1]", "/ByteRange [0 9223372036854775806 9223372036854775807 9223372036854775807]",
        "/ByteRange [0 60 9223372036854775807 9223372036854775807]", "/ByteRange [0 9223372036854775807 60 60]", "/ByteRange [-1 -9223372036854775808 -1 -1]",
    ])
    func `reads no number that is larger than any file`(range: String) {
        let bytes = [UInt8]("%PDF-1.7\n\(range)\n%%EOF\n".utf8)
        #expect(signature(of: bytes) == .none)
    }

    @Test(arguments: ["9223372036854775807 1", "9223372036854775806 100000", "0 9223372036854775807"])
    func `reads no table that begins beyond any file`(table: String) {
        let text = "%PDF-1.7\nxref\n\(table)\n0000000000 65535 f\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
        #expect(throws: PDFFile.Unreadable.self) { _ = try PDFFile([UInt8](text.utf8)) }
    }

    @Test func `takes no time to speak of`() throws {
        let key = try Self.key.get()
        _ = try Self.signed(key)
        let clock = ContinuousClock()
        let time = try clock.measure { for _ in 0..<10 { _ = try Self.signed(key) } }
        let size = try Self.signed(key).count
        // A debug build on a busy machine; a release is ten times quicker.
        #expect(time / 10 < .seconds(1))
        print("── signed PDF: \(time / 10) each, \(size) bytes")
        if let folder = ProcessInfo.processInfo.environment["ZHUQI_KEEP"] {
            try Data(try Self.signed(key)).write(to: URL(fileURLWithPath: folder + "/signed.pdf"))
            try Data(key.issuer ?? []).write(to: URL(fileURLWithPath: folder + "/root.der"))
        }
    }
}
