/// Blacks out what would let somebody recognise a firm or a person in a text: names of firms and people, numbers, addresses,
/// accounts. A help for whoever publishes a text, who still reads it; it hides too much rather than too little.
///
/// All scanners are written by hand and look at most a fixed number of characters back or ahead, so that time grows with the
/// length of the text alone, whatever is in it (`security.md` I11).
package struct Blackout: Sendable {
    private let names: HiddenNames

    /// `alsoHiding` holds what the caller knows to be in play: names of the firm and its people, of regions, of products. Each
    /// is hidden in full, in its distinctive part (恒达 of 苏州恒达精密模具有限公司) and in pinyin. Keep and reuse the value: it
    /// may hold thousands of regions.
    package init(alsoHiding: [String]) { names = HiddenNames(alsoHiding) }

    package func callAsFunction(_ text: String) -> String {
        var sheet = Sheet(text)
        names.hide(in: &sheet)
        sheet.hideAddresses()
        sheet.hidePlates()
        sheet.hideNumbers()
        sheet.hidePlaces()
        sheet.hideFirms()
        sheet.hidePeople()
        sheet.hideEnglishNames()
        return sheet.blackened
    }
}

/// A text under the black pen: what was written, the same folded character by character for comparing, and what is hidden.
struct Sheet {
    /// As written, but for invisible characters.
    let written: [Unicode.Scalar]
    /// The same at half width.
    let plain: [Unicode.Scalar]
    /// The same in lower case and simplified characters, digits of all scripts and circles as 0 to 9.
    let folded: [Unicode.Scalar]
    private(set) var isHidden: [Bool]

    init(_ text: String) {
        written = text.unicodeScalars.filter { !$0.isInvisible }
        plain = written.map(\.halfWidth)
        folded = plain.map(\.foldedForComparing)
        isHidden = Array(repeating: false, count: plain.count)
    }

    var count: Int { plain.count }

    mutating func hide(_ range: Range<Int>) {
        for place in range.clamped(to: 0..<count) { isHidden[place] = true }
    }

    /// Two black squares for each hidden stretch, whatever its length: a length says something too.
    var blackened: String {
        var shown = String.UnicodeScalarView()
        var isBlack = false
        for place in 0..<count {
            if !isHidden[place] {
                shown.append(written[place])
            } else if !isBlack {
                shown.append(contentsOf: "██".unicodeScalars)
            }
            isBlack = isHidden[place]
        }
        return String(shown)
    }

    func isHan(_ place: Int) -> Bool { place >= 0 && place < count && folded[place].isHan }
    func isLetter(_ place: Int) -> Bool { place >= 0 && place < count && folded[place].isSmallLetter }
    func isLetterOrDigit(_ place: Int) -> Bool { place >= 0 && place < count && folded[place].isSmallLetterOrDigit }
    func isBlank(_ place: Int) -> Bool { place >= 0 && place < count && folded[place].isBlank }
    func isCapital(_ place: Int) -> Bool { place >= 0 && place < count && (0x41...0x5A).contains(plain[place].value) }

    /// A place where a word cannot go on: an end of the text, a blank, a mark.
    func isBoundary(_ place: Int) -> Bool { !isHan(place) && !isLetterOrDigit(place) }

    func holds(_ words: String, at place: Int) -> Bool {
        let words = words.unicodeScalars
        return place >= 0 && place + words.count <= count && folded[place..<(place + words.count)].elementsEqual(words)
    }

    /// The longest stretches of characters that satisfy `belongs`.
    func runs(where belongs: (Unicode.Scalar) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for place in 0..<count {
            if belongs(folded[place]) {
                start = start ?? place
            } else if let begun = start {
                runs.append(begun..<place)
                start = nil
            }
        }
        if let start { runs.append(start..<count) }
        return runs
    }
}

extension Unicode.Scalar {
    fileprivate var halfWidth: Unicode.Scalar {
        (0xFF01...0xFF5E).contains(value) ? Unicode.Scalar(value - 0xFEE0) ?? self : value == 0x3000 ? " " : self
    }

    fileprivate var foldedForComparing: Unicode.Scalar {
        if value < 0x80 { return (0x41...0x5A).contains(value) ? Unicode.Scalar(value + 0x20) ?? self : self }
        if isHan { return Simplified.form(of: self) }
        switch properties.numericType {
        case .decimal, .digit:
            guard let number = properties.numericValue, let digit = Unicode.Scalar(0x30 + UInt32(number)), number < 10 else {
                return self
            }
            return digit
        default:
            let lower = properties.lowercaseMapping.unicodeScalars
            return lower.count == 1 ? lower.first ?? self : self
        }
    }
}
