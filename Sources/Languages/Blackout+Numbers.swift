extension Sheet {
    /// Numbers of four and more digits, however they are spaced or spelt (telephone, card, amount, code, identity number), dates,
    /// smaller numbers that count in 万, and counts of two and three digits. What names a standard (ISO9001) stays.
    mutating func hideNumbers() {
        hideSpacedDigits()
        hideCodes()
        hideDates()
        hideSums()
        hideCounts()
    }

    /// Counts of two and more figures: 46个人, 81%, 3.6. Who knows a trade knows a firm by its persons and its yield.
    /// What belongs to a word stays (H13, PM2.5).
    private mutating func hideCounts() {
        for run in runs(where: { (0x30...0x39).contains($0.value) || $0 == "." || $0 == "%" }) {
            let digits = folded[run].filter { (0x30...0x39).contains($0.value) }.count
            if digits >= 2, !isLetter(run.lowerBound - 1) { hide(run) }
        }
    }

    /// Digits of either script with single marks between them.
    private mutating func hideSpacedDigits() {
        var place = 0
        while place < count {
            guard isDigit(place) else {
                place += 1
                continue
            }
            let start = place
            var (end, digits, blanks) = (place, 0, 0)
            while place < count {
                if isDigit(place) {
                    (digits, blanks, place) = (digits + 1, 0, place + 1)
                    end = place
                } else if blanks < 2, Sheet.marks.contains(folded[place]) {
                    (blanks, place) = (blanks + 1, place + 1)
                } else {
                    break
                }
            }
            let isChinese = folded[start..<end].allSatisfy(\.isHan)
            if digits >= 4, !(isChinese && Lexicon.count(folded[start..<end]) > 0) {
                var first = start
                while first > start - 20, isLetterOrDigit(first - 1) { first -= 1 }
                while end < first + 60, isLetterOrDigit(end) { end += 1 }
                if !namesStandard(first..<end) { hide(first..<end) }
            }
            place = max(place, end)
        }
    }

    /// Letters and digits by turns: 91310000MA1K4B2X7Q, MA1FL3XY.
    private mutating func hideCodes() {
        for run in runs(where: \.isSmallLetterOrDigit) where run.count >= 6 {
            let turns = run.dropFirst().count { folded[$0].isDigit != folded[$0 - 1].isDigit }
            if turns >= 3, !namesStandard(run) { hide(run) }
        }
    }

    /// 11月24日, 3月5号, 2026年3月.
    private mutating func hideDates() {
        for place in 0..<count where folded[place] == "月" && isDigit(place - 1) {
            var start = place
            while start > 0, place - start < 10,
                isDigit(start - 1) || folded[start - 1] == "十" || isHidden[start - 1]
                    || folded[start - 1] == "年" && (isDigit(start - 2) || start > 1 && isHidden[start - 2])
            {
                start -= 1
            }
            var end = place + 1
            while end < count, end - place < 5, isDigit(end) || folded[end] == "十" || folded[end] == "日" || folded[end] == "号" {
                end += 1
            }
            if end > place + 1 || folded[start..<place].contains("年") { hide(start..<end) }
        }
    }

    /// 300万, 十二万, 两百多万, 50w, 1.5 million: a sum in few digits.
    private mutating func hideSums() {
        for place in 0..<count {
            guard folded[place] == "万" || folded[place] == "亿" || isLatinUnit(place) else { continue }
            var start = place
            while start > 0, place - start < 12, isPartOfSum(start - 1) { start -= 1 }
            while start < place, Sheet.marks.contains(folded[start]) || folded[start] == "多" || folded[start] == "几" {
                start += 1
            }
            guard start < place, isDigit(start) || folded[start] == "两" || folded[start] == "十" else { continue }
            var end = place + 1
            while end < count, end - place < 8, folded[end] == "万" || folded[end] == "亿" || isDigit(end) || isLetter(end) {
                end += 1
            }
            hide(start..<end)
        }
    }

    private func isPartOfSum(_ place: Int) -> Bool {
        let isBetweenDigits = place + 1 < count && folded[place + 1].isDigit
        return isDigit(place) || isBlank(place) || ["十", "百", "千", "两", "多", "几", "余", "来"].contains(folded[place])
            || isBetweenDigits && (folded[place] == "." || folded[place] == ",")
    }

    /// `w` and `k` after a number, as people write 10,000 and 1,000; million and billion.
    private func isLatinUnit(_ place: Int) -> Bool {
        if folded[place] == "w" || folded[place] == "k" { return isDigit(place - 1) && !isLetterOrDigit(place + 1) }
        guard folded[place] == "m" || folded[place] == "b", !isLetter(place - 1) else { return false }
        return holds("million", at: place) || holds("billion", at: place)
    }

    func isDigit(_ place: Int) -> Bool {
        guard place >= 0, place < count else { return false }
        return folded[place].isDigit || Sheet.chineseDigits.contains(folded[place])
    }

    private func namesStandard(_ run: Range<Int>) -> Bool {
        guard run.count <= 20 else { return false }
        let start = max(0, run.lowerBound - 5)
        let text = String(String.UnicodeScalarView(folded[start..<run.upperBound]))
        return Sheet.standards.contains { text.contains($0) } && folded[run].count(where: \.isDigit) <= 6
    }

    private static let marks: Set<Unicode.Scalar> = [
        " ", "-", ".", ",", "·", "_", "(", ")", "/", ":", "—", "–", "、", "*", "~", "\u{3000}",
    ]
    private static let chineseDigits = CharacterList("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖")
    private static let standards = ["iso", "iatf", "gb/t", "gbt", "haccp", "iec", "gb"]
}
