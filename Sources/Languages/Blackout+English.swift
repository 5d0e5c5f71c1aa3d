extension Sheet {
    /// Names in English text: Mr Smith, my name is Jane Doe, Acme Precision Ltd, 12 Mill Road.
    mutating func hideEnglishNames() {
        for range in EnglishWords(self).names() { hide(range) }
    }
}

/// The Latin words of a text in a row.
private struct EnglishWords {
    private let words: [Range<Int>]
    private let texts: [String]
    private let isCapital: [Bool]
    /// Whether only blanks and small marks stand between a word and the one before it.
    private let follows: [Bool]

    init(_ sheet: Sheet) {
        words = sheet.runs(where: \.isSmallLetterOrDigit)
        texts = words.map { String(String.UnicodeScalarView(sheet.folded[$0])) }
        isCapital = words.map { sheet.isCapital($0.lowerBound) }
        follows = words.indices.map { [words] index in
            guard index > 0 else { return false }
            let gap = words[index - 1].upperBound..<words[index].lowerBound
            return gap.count <= 2 && sheet.folded[gap].allSatisfy { " .&-',’".unicodeScalars.contains($0) }
        }
    }

    func names() -> [Range<Int>] {
        words.indices.compactMap { index in
            if English.titles.contains(texts[index]), isCapital[index] { return capitals(after: index) { _ in true } }
            if English.endings.contains(texts[index]) { return endingWith(index) }
            if English.isIntroduced(by: texts, before: index + 1) {
                return capitals(after: index) { !English.ordinary.contains(texts[$0]) }
            }
            return nil
        }
    }

    /// Up to three capitalised words that follow.
    private func capitals(after index: Int, where mayBelong: (Int) -> Bool) -> Range<Int>? {
        var last = index
        while last + 1 < words.count, last < index + 3, follows[last + 1], isCapital[last + 1], mayBelong(last + 1) { last += 1 }
        return last > index ? words[index + 1].lowerBound..<words[last].upperBound : nil
    }

    /// The capitalised words before Ltd, Road and the like; before Ltd one word even in small letters.
    private func endingWith(_ index: Int) -> Range<Int>? {
        let isCertain = English.certain.contains(texts[index])
        var first = index
        while first > 0, index - first < 6, follows[first], belongs(first - 1, toNameEndingWith: index) { first -= 1 }
        if first == index, English.abbreviated.contains(texts[index]), index > 0, follows[index] { first -= 1 }
        guard first < index, isCapital[index] || isCertain else { return nil }
        return words[first].lowerBound..<words[index].upperBound
    }

    private func belongs(_ word: Int, toNameEndingWith end: Int) -> Bool {
        if English.starts.contains(texts[word]) {
            return ["and", "of"].contains(texts[word]) && word > 0 && word + 1 < end && isCapital[word - 1] && follows[word]
        }
        return isCapital[word] || texts[word].utf8.allSatisfy { (48...57).contains($0) }
    }
}

/// Words around names in English.
enum English {
    static let titles: Set<String> = [
        "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "madam", "mister", "boss", "manager", "director", "engineer",
    ]

    /// `certain` ends a firm's name even in small letters.
    static let certain: Set<String> = ["ltd", "limited", "inc", "llc", "gmbh", "plc", "corp"]
    /// Even after a word in small letters.
    static let abbreviated: Set<String> = ["ltd", "inc", "llc", "gmbh"]
    static let endings: Set<String> = certain.union([
        "co", "corporation", "company", "group", "holdings", "factory", "works", "technologies", "technology", "trading",
        "industries", "bank",
        "university", "hospital", "hotel", "restaurant", "road", "rd", "street", "st", "avenue", "ave", "lane", "district",
        "city", "province",
        "county", "town", "village", "park", "building", "plaza",
    ])

    /// Capitals that begin a sentence, not a name.
    static let starts: Set<String> = [
        "the", "our", "my", "we", "a", "an", "this", "that", "in", "at", "from", "for", "is", "are", "and", "with", "your",
        "their", "his", "her",
        "i", "it", "if", "can", "how", "what", "where", "which", "please", "small", "dear", "to", "by", "on", "as", "any", "some",
        "of",
    ]

    static let ordinary: Set<String> = starts.union([
        "chinese", "english", "ceo", "cfo", "owner", "looking", "not", "so", "very", "also", "sme", "erp", "hello", "you", "of",
    ])

    /// "My name is", "I am", "contact": what follows with a capital is a name.
    static func isIntroduced(by words: [String], before index: Int) -> Bool {
        let last = words[index - 1]
        if ["called", "named", "contact", "sincerely", "regards"].contains(last) { return true }
        return index > 1 && introductions[last]?.contains(words[index - 2]) == true
    }

    private static let introductions: [String: Set<String>] = [
        "is": ["name", "this"], "am": ["i"], "m": ["i"], "for": ["ask"], "to": ["speak"], "wishes": ["best"], "by": ["signed"],
    ]
}
