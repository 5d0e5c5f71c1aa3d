/// The ordinary words of Chinese, two to four characters each, with how often they are met (jieba's list). Tells a name
/// from a word, and where a word begins and ends.
enum Lexicon {
    /// How often a word is met in jieba's corpus of some sixty million words; 0 for what is no word.
    static func count(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
        guard let key = WordKey(scalars) else { return 0 }
        return Int(counts[key] ?? 0)
    }

    /// Cuts Han text into its likeliest words (a unigram model). Linear: a word has at most four characters.
    static func words(in text: ArraySlice<Unicode.Scalar>) -> [Range<Int>] {
        let (first, length) = (text.startIndex, text.count)
        var best = [Float](repeating: 0, count: length + 1)
        var cut = [Int](repeating: 0, count: length + 1)
        for end in stride(from: 1, through: length, by: 1) {
            best[end] = best[end - 1] + single
            cut[end] = end - 1
            for start in stride(from: end - 2, through: max(0, end - 4), by: -1) {
                let seen = count(text[(first + start)..<(first + end)])
                guard seen > 0 else { continue }
                let score = best[start] + logarithm(seen)
                if score > best[end] { (best[end], cut[end]) = (score, start) }
            }
        }
        var words: [Range<Int>] = []
        var end = length
        while end > 0 {
            words.append((first + cut[end])..<(first + end))
            end = cut[end]
        }
        return words.reversed()
    }

    /// log₂(seen / all), near enough for choosing a cut.
    private static func logarithm(_ seen: Int) -> Float {
        let power = Int.bitWidth - 1 - seen.leadingZeroBitCount
        return Float(power) + Float(seen) / Float(1 << power) - 1 - 26
    }
    private static let single = logarithm(2000)

    private static let counts: [WordKey: Int32] = {
        var counts: [WordKey: Int32] = [:]
        counts.reserveCapacity(80_000)
        for line in Bundled.bytes("words.txt").split(separator: UInt8(ascii: "\n")) {
            guard let blank = line.firstIndex(of: UInt8(ascii: " ")),
                let key = WordKey(Array(String(decoding: line[..<blank], as: UTF8.self).unicodeScalars)[...])
            else { continue }
            counts[key] = line[(blank + 1)...].reduce(0) { $0 * 10 + Int32($1) - 48 }
        }
        return counts
    }()
}

/// Up to four characters of the basic plane as one number, so that looking a word up makes no string.
struct WordKey: Hashable {
    private let packed: UInt64

    /// Nil for an empty word, a longer one or one with characters of the higher planes.
    init?(_ scalars: ArraySlice<Unicode.Scalar>) {
        guard (1...4).contains(scalars.count) else { return nil }
        var packed: UInt64 = 0
        for scalar in scalars {
            guard scalar.value <= 0xFFFF else { return nil }
            packed = packed << 16 | UInt64(scalar.value)
        }
        self.packed = packed
    }
}

/// A list of short words that can be asked which of them ends or begins at a place of a text.
struct WordList {
    private let keys: Set<WordKey>
    /// The last twelve bits of the characters that words begin and end with: most places of a text are done with one look.
    private var beginnings = [Bool](repeating: false, count: 4096)
    private var ends = [Bool](repeating: false, count: 4096)

    /// The words of a list written with blanks and line breaks between them.
    init(_ words: String) {
        let words = words.split(whereSeparator: \.isWhitespace).map { Array($0.unicodeScalars)[...] }
        keys = Set(words.compactMap { WordKey($0) })
        for word in words {
            if let first = word.first, let last = word.last {
                beginnings[Int(first.value & 0xFFF)] = true
                ends[Int(last.value & 0xFFF)] = true
            }
        }
    }

    func contains(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool { WordKey(scalars).map(keys.contains) ?? false }

    /// The length of the longest word that ends before `end`; 0 where none does.
    func length(endingAt end: Int, of text: [Unicode.Scalar]) -> Int {
        guard end > 0, ends[Int(text[end - 1].value & 0xFFF)] else { return 0 }
        for length in stride(from: min(4, end), to: 0, by: -1) where contains(text[(end - length)..<end]) { return length }
        return 0
    }

    /// The length of the longest word that begins at `start`; 0 where none does.
    func length(startingAt start: Int, of text: [Unicode.Scalar]) -> Int {
        guard start < text.count, beginnings[Int(text[start].value & 0xFFF)] else { return 0 }
        for length in stride(from: min(4, text.count - start), to: 0, by: -1)
        where contains(text[start..<(start + length)]) { return length }
        return 0
    }
}

/// A set of characters that is asked of every place of a text: the last twelve bits answer for most.
struct CharacterList {
    private let members: Set<Unicode.Scalar>
    private var lastBits = [Bool](repeating: false, count: 4096)

    init(_ characters: String) {
        members = Set(characters.unicodeScalars)
        for member in members { lastBits[Int(member.value & 0xFFF)] = true }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool { lastBits[Int(scalar.value & 0xFFF)] && members.contains(scalar) }
}
