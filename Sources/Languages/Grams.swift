/// What a text is made of for a classifier: runs of one to three characters within a clause, longer words and pairs of words, and
/// Latin words whole, in pairs and in pieces.
struct Grams {
    /// One run: its number, and where in the text it stands.
    struct Gram {
        let hash: UInt32
        let range: Range<Int>
    }

    let sheet: Sheet
    private(set) var all: [Gram] = []

    init(_ text: String, longest: Int) {
        sheet = Sheet(text)
        var previousWord: Range<Int>?
        for run in sheet.runs(where: { $0.isHan || $0.isSmallLetterOrDigit }) {
            for part in sheet.parts(of: run) {
                if sheet.folded[part.lowerBound].isHan {
                    addRuns(of: part, longest: longest)
                    addWords(of: part, longerThan: longest)
                    previousWord = nil
                } else {
                    add(part, salt: 7)
                    if let previousWord { add(previousWord.lowerBound..<part.upperBound, salt: 8) }
                    if part.count > 3 { addRuns(of: part, from: 3, longest: 4) }
                    previousWord = part
                }
            }
            // A run that goes on after a foreign word: 上ERP, ERP系统.
            for place in run.dropFirst() where sheet.folded[place].isHan != sheet.folded[place - 1].isHan {
                add((place - 1)..<(place + 1), salt: 9)
            }
        }
    }

    private mutating func addRuns(of part: Range<Int>, from shortest: Int = 1, longest: Int) {
        for start in part {
            for length in stride(from: shortest, through: min(longest, part.upperBound - start), by: 1) {
                add(start..<(start + length), salt: UInt32(length))
            }
        }
    }

    /// Words and pairs of words that are longer than the runs, and so reach further.
    private mutating func addWords(of part: Range<Int>, longerThan longest: Int) {
        let words = Lexicon.words(in: sheet.folded[part])
        for (first, second) in zip(words, words.dropFirst()) where first.count + second.count > longest {
            add(first.lowerBound..<second.upperBound, salt: 11)
        }
        for word in words where word.count > longest { add(word, salt: 12) }
    }

    /// FNV-1a over the characters, all digits as one.
    private mutating func add(_ range: Range<Int>, salt: UInt32) {
        var hash: UInt32 = 2_166_136_261 ^ salt
        for scalar in sheet.folded[range] {
            hash = (hash ^ (scalar.isDigit ? 0x30 : scalar.value)) &* 16_777_619
            hash ^= hash >> 15
        }
        all.append(Gram(hash: hash, range: range))
    }
}

extension Sheet {
    /// A run cut where Han meets Latin.
    func parts(of run: Range<Int>) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = run.lowerBound
        for place in run.dropFirst() where folded[place].isHan != folded[place - 1].isHan {
            parts.append(start..<place)
            start = place
        }
        return parts + [start..<run.upperBound]
    }
}
