package import Languages
package import Values

/// A file that travels inside a PDF (ISO 32000-1, 7.11.4).
package struct Attachment: Sendable {
    package let name: String
    package let type: String
    package let description: String
    package let bytes: [UInt8]

    /// - Parameter name: letters, digits, dots and hyphens.
    package init(_ name: StaticString, type: StaticString, description: String, _ bytes: [UInt8]) {
        self.name = "\(name)"
        self.type = "\(type)"
        self.description = description
        self.bytes = bytes
    }
}

/// A PDF with what Cairo 1.16 does not write – its language, XMP metadata, attached files – and a PAdES signature over all of
/// it, in one update behind the original bytes.
package struct SignedPDF: Sendable {
    package let bytes: [UInt8]

    /// What readers show beside the signature.
    package struct Description: Sendable {
        package var title: String
        package var author: String
        package var language: Language
        package var reason: String
        package var at: Instant

        package init(title: String, author: String, language: Language = .chinese, reason: String, at: Instant) {
            self.title = title
            self.author = author
            self.language = language
            self.reason = reason
            self.at = at
        }
    }

    /// Room for the signature, in bytes; one with a long chain takes 6 KB.
    private static let room = 16384

    package init(_ original: [UInt8], _ description: Description, attachments: [Attachment], by key: SigningKey) throws {
        let file = try PDFFile(original)
        guard let size = file.trailer["Size"]?.number, (1...100_000).contains(size) else { throw PDFFile.Unreadable(what: "no size") }
        var update = Update(file: file, next: size)
        let (rootNumber, pageNumber) = (try file.root, try file.firstPage)
        var root = try file.object(rootNumber)
        var page = try file.object(pageNumber)

        root.set("Lang", .text("(\(description.language.rawValue))"))
        root.set("ViewerPreferences", .dictionary([.init(name: "DisplayDocTitle", value: .text("true"))]))
        root.set("Metadata", .reference(update.add(stream: [UInt8](SignedPDF.metadata(description).utf8), "/Type /Metadata /Subtype /XML")))
        var (names, files): ([PDFFile.Value], [PDFFile.Value]) = ([], [])
        // A tree of names is sorted.
        for attachment in attachments.sorted(by: { $0.name < $1.name }) {
            let type = attachment.type.replacing("/", with: "#2F")
            let stream = update.add(stream: attachment.bytes, "/Type /EmbeddedFile /Subtype /\(type) /Params << /Size \(attachment.bytes.count) >>")
            let entry = update.add(
                "<< /Type /Filespec /F (\(attachment.name)) /UF (\(attachment.name)) /Desc \(SignedPDF.text(attachment.description)) "
                    + "/AFRelationship /Data /EF << /F \(stream) 0 R /UF \(stream) 0 R >> >>")
            names += [.text("(\(attachment.name))"), .reference(entry)]
            files.append(.reference(entry))
        }
        if !files.isEmpty {
            var all = try file.resolved(root["Names"]) ?? .dictionary([])
            all.set("EmbeddedFiles", .dictionary([.init(name: "Names", value: .list(names))]))
            root.set("Names", all)
            root.set("AF", .list(files))
        }
        let hole = update.addSignature(description, room: SignedPDF.room)
        let field = update.add(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /TU \(SignedPDF.text(description.reason)) /V \(hole.object) 0 R /F 132 "
                + "/Rect [0 0 0 0] /P \(pageNumber) 0 R >>")
        root.set("AcroForm", .dictionary([.init(name: "Fields", value: .list([.reference(field)])), .init(name: "SigFlags", value: .text("3"))]))
        page.set("Annots", .list((try file.resolved(page["Annots"])?.items ?? []) + [.reference(field)]))
        update.replace(rootNumber, root.written)
        update.replace(pageNumber, page.written)
        bytes = try update.signed(hole, by: key)
    }

    /// XMP (ISO 16684-1), uncompressed, so that any program finds it.
    private static func metadata(_ description: Description) -> String {
        func escaped(_ text: String) -> String {
            text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        }
        return """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">\(escaped(description.title))</rdf:li></rdf:Alt></dc:title>
            <dc:creator><rdf:Seq><rdf:li>\(escaped(description.author))</rdf:li></rdf:Seq></dc:creator>
            <dc:language><rdf:Bag><rdf:li>\(description.language.rawValue)</rdf:li></rdf:Bag></dc:language>
            <dc:format>application/pdf</dc:format><xmp:CreatorTool>助企 Zhuqi</xmp:CreatorTool>
            <xmp:CreateDate>\(moment(description.at, "-", "T", ":"))Z</xmp:CreateDate>
            </rdf:Description></rdf:RDF></x:xmpmeta>
            <?xpacket end="r"?>
            """
    }

    /// A text string of a PDF: UTF-16 with its mark, in hexadecimal digits.
    fileprivate static func text(_ text: String) -> String {
        "<FEFF" + text.utf16.map { unit in hexadecimal(UInt8(unit >> 8)) + hexadecimal(UInt8(unit & 0xFF)) }.joined() + ">"
    }

    /// UTC.
    fileprivate static func moment(_ instant: Instant, _ dash: String, _ t: String, _ colon: String) -> String {
        let seconds = Int(instant.milliseconds / 1000)
        let day = Day(number: Int((Double(seconds) / 86_400).rounded(.down)))
        let rest = seconds - day.number * 86_400
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let (year, month, date) = day.parts
        return [("\(year)" + dash + two(month) + dash + two(date)), t, two(rest / 3600), colon, two(rest / 60 % 60), colon, two(rest % 60)].joined()
    }
}

private func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }

/// New objects, new editions of old ones, and the table of them, behind the bytes of a file.
private struct Update {
    private let file: PDFFile
    private var out: [UInt8]
    private var offsets: [Int: Int] = [:]
    private var next: Int

    /// Where the signature will stand.
    struct Hole {
        let object: Int
        /// Of the `<` and behind the `>`.
        let contents: Range<Int>
        let ranges: Range<Int>
    }

    init(file: PDFFile, next: Int) {
        (self.file, self.next, out) = (file, next, file.bytes)
        if out.last != 10 { out.append(10) }
    }

    mutating func add(_ text: String) -> Int { add([UInt8](text.utf8)) }

    private mutating func add(_ body: [UInt8]) -> Int {
        defer { next += 1 }
        replace(next, body)
        return next
    }

    mutating func add(stream: [UInt8], _ entries: String) -> Int {
        add([UInt8]("<< \(entries) /Length \(stream.count) >>\nstream\n".utf8) + stream + [UInt8]("\nendstream".utf8))
    }

    mutating func replace(_ number: Int, _ body: [UInt8]) {
        offsets[number] = out.count
        out += [UInt8]("\(number) 0 obj\n".utf8) + body + [UInt8]("\nendobj\n".utf8)
    }

    mutating func addSignature(_ description: SignedPDF.Description, room: Int) -> Hole {
        let number = next
        next += 1
        offsets[number] = out.count
        let moment = SignedPDF.moment(description.at, "", "", "")
        out += [UInt8]("\(number) 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:\(moment)Z) /Name \(SignedPDF.text(description.author)) /Reason \(SignedPDF.text(description.reason)) /ByteRange [".utf8)
        let ranges = out.count..<out.count + 43
        out += [UInt8](repeating: 32, count: 43) + [UInt8]("] /Contents ".utf8)
        let contents = out.count..<out.count + 2 * room + 2
        out += [UInt8(ascii: "<")] + [UInt8](repeating: UInt8(ascii: "0"), count: 2 * room) + [UInt8]("> >>\nendobj\n".utf8)
        return Hole(object: number, contents: contents, ranges: ranges)
    }

    /// Closes the update with its table, and fills the hole.
    mutating func signed(_ hole: Hole, by key: SigningKey) throws -> [UInt8] {
        let start = out.count
        out += [UInt8]("xref\n".utf8)
        for number in offsets.keys.sorted() {
            let offset = String(offsets[number] ?? 0)
            out += [UInt8]("\(number) 1\n\(String(repeating: "0", count: 10 - offset.count))\(offset) 00000 n \n".utf8)
        }
        var trailer: PDFFile.Value = .dictionary([])
        trailer.set("Size", .text("\(next)"))
        for name in ["Root", "Info", "ID"] { if let value = file.trailer[name] { trailer.set(name, value) } }
        trailer.set("Prev", .text("\(file.start)"))
        out += [UInt8]("trailer\n".utf8) + trailer.written + [UInt8]("\nstartxref\n\(start)\n%%EOF\n".utf8)
        let ranges = "0 \(hole.contents.lowerBound) \(hole.contents.upperBound) \(out.count - hole.contents.upperBound)"
        out.replaceSubrange(hole.ranges.lowerBound..<hole.ranges.lowerBound + ranges.utf8.count, with: ranges.utf8)
        let signature = try key.sign(Array(out[..<hole.contents.lowerBound] + out[hole.contents.upperBound...]))
        guard 2 * signature.count + 2 <= hole.contents.count else { throw SignatureFailure.cryptography("the signature has \(signature.count) bytes, more than its room") }
        var place = hole.contents.lowerBound + 1
        for byte in signature {
            out.replaceSubrange(place..<place + 2, with: hexadecimal(byte).utf8)
            place += 2
        }
        return out
    }
}

/// What the signature of a PDF says, before anybody is trusted.
package enum SignatureFinding: Equatable, Sendable {
    /// The bytes of `revision` are those that the holder of this certificate signed.
    case whole(certificate: [UInt8], revision: Range<Int>)
    case none
    /// The file ends before what was signed ends.
    case cutOff
    /// Something was changed after signing.
    case changed
}

/// Looks at the signature that reaches furthest. What stands behind `revision` was added later.
package func signature(of pdf: [UInt8]) -> SignatureFinding {
    let word = [UInt8]("/ByteRange [".utf8)
    var found: (contents: Range<Int>, end: Int)?
    var place = 0
    while let at = next(word, in: pdf, from: place) {
        place = at + word.count
        var scanner = PDFFile.Scanner(bytes: pdf, place: place)
        guard scanner.number() == 0, let first = scanner.number(), let second = scanner.number(), let count = scanner.number(),
            // Bounded before anything is added: the largest number would stop the program.
            [first, second, count].allSatisfy({ (1..<Int(Int32.max)).contains($0) }), first > at, second > first + 2
        else { continue }
        if second + count > found?.end ?? 0 { found = (first..<second, second + count) }
    }
    guard let (contents, end) = found else { return .none }
    guard end <= pdf.count else { return .cutOff }
    guard pdf[contents.lowerBound] == UInt8(ascii: "<"), pdf[contents.upperBound - 1] == UInt8(ascii: ">") else { return .changed }
    var der: [UInt8] = []
    var high: UInt8?
    for digit in pdf[contents].dropFirst().dropLast() {
        guard digit < 128, let value = Character(UnicodeScalar(digit)).hexDigitValue else { return .changed }
        if let first = high { der.append(first << 4 | UInt8(value)); high = nil } else { high = UInt8(value) }
    }
    let signed = Array(pdf[..<contents.lowerBound] + pdf[contents.upperBound..<end])
    guard let certificate = signer(of: signed, signature: der) else { return .changed }
    return .whole(certificate: certificate, revision: 0..<end)
}

private func next(_ word: [UInt8], in bytes: [UInt8], from place: Int) -> Int? {
    guard let first = word.first else { return nil }
    var place = place
    while place + word.count <= bytes.count {
        guard let at = bytes[place...].firstIndex(of: first), at + word.count <= bytes.count else { return nil }
        if bytes[at..<at + word.count].elementsEqual(word) { return at }
        place = at + 1
    }
    return nil
}
