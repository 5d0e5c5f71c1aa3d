extension Classifier {
    /// The three to five words that speak most for a label and against the others, in the order of the text.
    func reasons(for label: Int, in grams: Grams, vector: [Entry]) -> [String] {
        let support = support(for: label, in: grams, vector: vector)
        let sheet = grams.sheet
        var words: [(range: Range<Int>, score: Float)] = []
        for run in sheet.runs(where: { $0.isHan || $0.isSmallLetterOrDigit }) {
            for part in sheet.parts(of: run) {
                let cuts = sheet.folded[part.lowerBound].isHan ? Lexicon.words(in: sheet.folded[part]) : [part]
                for range in cuts { words.append((range, support[range].reduce(0, +))) }
            }
        }
        let spans = Classifier.merged(words, in: sheet).sorted {
            ($0.score, $1.range.lowerBound) > ($1.score, $0.range.lowerBound)
        }
        let least = (spans.first?.score ?? 0) / 10
        var seen: Set<String> = []
        let best = spans.filter { $0.score > least && seen.insert(sheet.text($0.range)).inserted }.prefix(5)
        return best.sorted { $0.range.lowerBound < $1.range.lowerBound }.map { sheet.text($0.range) }
    }

    /// How much each character speaks for the label: each run's part is shared among its characters.
    private func support(for label: Int, in grams: Grams, vector: [Entry]) -> [Float] {
        var support = [Float](repeating: 0, count: grams.sheet.count)
        var entries: [Int: Entry] = [:]
        for entry in vector { entries[entry.index] = entry }
        for gram in grams.all {
            guard let index = index(of: gram.hash), let entry = entries[index] else { continue }
            let others = labels.indices.filter { $0 != label }.map { weight(of: index, for: $0) }
            let gain = weight(of: index, for: label) - others.reduce(0, +) / Float(max(others.count, 1))
            let share = gain * entry.value / Float(entry.occurrences * gram.range.count)
            for place in gram.range { support[place] += share }
        }
        return support
    }

    /// Words that speak for the label, neighbours as one where both do and the whole is still short; never a lone character and
    /// never words that only hold a sentence together. A lone character may lead or join words (欠货款), not trail behind.
    private static func merged(_ words: [(range: Range<Int>, score: Float)], in sheet: Sheet) -> [(
        range: Range<Int>, score: Float
    )] {
        var spans: [[(range: Range<Int>, score: Float)]] = []
        for word in words where word.score > 0 && !isFunction(word.range, of: sheet) {
            if let span = spans.last, let first = span.first, let last = span.last,
                last.range.upperBound == word.range.lowerBound,
                word.range.upperBound - first.range.lowerBound <= 6, min(last.score, word.score) * 4 > max(last.score, word.score)
            {
                spans[spans.count - 1].append(word)
            } else {
                spans.append([word])
            }
        }
        return spans.compactMap { span in
            // 注塑件 is in no list of words: three lone characters in a row that all speak for the label are one.
            let isUnknownWord = span.count >= 3 && span.allSatisfy { $0.range.count == 1 }
            guard let first = span.first, let end = isUnknownWord ? span.count - 1 : span.lastIndex(where: { $0.range.count > 1 })
            else { return nil }
            let range = first.range.lowerBound..<span[end].range.upperBound
            return sheet.folded[range].allSatisfy(\.isDigit) ? nil : (range, span[...end].reduce(0) { $0 + $1.score })
        }
    }

    private static func isFunction(_ range: Range<Int>, of sheet: Sheet) -> Bool {
        if range.count == 1 { return functions.contains(sheet.folded[range]) || !sheet.folded[range.lowerBound].isHan }
        return functions.contains(sheet.folded[range]) || english.contains(sheet.text(range).lowercased())
    }

    private static let functions = WordList(
        """
        的 了 是 在 有 和 与 跟 同 给 向 把 被 让 请 从 到 对 为 着 过 叫 这 那 哪 某 个 家 我 你 您 他 她 它 们 来 去 于 由 以 及 或 而 但 就 都 也 还 说 问 想 要 会
        能 可 该 每 各 两 几 多 少 没 不 无 很 太 又 再 因 如 果 若 并 且 所 者 吗 呢 吧 啊 呀 等 里 上 下 前 后 时 天 年 月 日 号 人 事 一 二 三 什么 怎么 怎样 如何 为什么 请问
        你好 您好 我们 你们 他们 她们 自己 现在 可以 需要 应该 如果 因为 所以 但是 然后 就是 还是 或者 以及 这个 那个 这样 那样 一个 一些 有没有 是不是 能不能 可不可以
        怎么办 没有 不是 不能 知道 想问 谢谢 老师 已经 一下 一直 时候 这种 那种 哪些 多少 还有 而且 不过 比如 关于 对于 今年 去年 今天 昨天 明天 目前 总是 老是 经常 进行 相关 这么 那么
        """)
    private static let english: Set<String> = [
        "the", "a", "an", "and", "or", "of", "to", "in", "on", "at", "for", "with", "is", "are", "was", "be", "we", "our", "us",
        "i", "my", "me",
        "you", "your", "it", "its", "this", "that", "can", "could", "do", "does", "how", "what", "which", "who", "if", "as", "by",
        "from", "have",
        "has", "had", "not", "no", "but", "so", "need", "want", "would", "will", "should", "please", "any", "some", "there",
        "they", "their", "he",
    ]
}

extension Sheet {
    /// A stretch as it was written.
    func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(written[range])) }
}
