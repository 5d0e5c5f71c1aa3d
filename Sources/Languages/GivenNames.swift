/// The names a caller wants hidden, as one tree that is walked from each place of a text.
struct GivenNames: Sendable {
    private var branches: [[Unicode.Scalar: Int]] = [[:]]
    private var ends: Set<Int> = []

    init(_ names: [String]) {
        var regions: Set<String> = []
        for name in names {
            let core = Array(name.normalisedForSearch().unicodeScalars)
            if let region = GivenNames.region(core) { regions.insert(String(region)) }
        }
        for name in names { for form in forms(of: name, regions: regions) { plant(form) } }
    }

    /// Hides each name, also where blanks or marks were set between its characters. A name of Latin letters must stand alone.
    func hide(in sheet: inout Sheet) {
        guard branches[0].isEmpty == false else { return }
        let places = (0..<sheet.count).filter { sheet.isHan($0) || sheet.isLetterOrDigit($0) }
        for start in places.indices {
            let isLatin = sheet.isLetterOrDigit(places[start])
            if isLatin && sheet.isLetterOrDigit(places[start] - 1) { continue }
            var (branch, longest) = (0, 0)
            for next in places[start...].prefix(GivenNames.longest) {
                guard let onward = branches[branch][sheet.folded[next]] else { break }
                branch = onward
                if ends.contains(branch), !(sheet.isLetterOrDigit(next) && sheet.isLetterOrDigit(next + 1)) { longest = next + 1 }
            }
            if longest > 0 { sheet.hide(places[start]..<longest) }
        }
    }

    private mutating func plant(_ name: [Unicode.Scalar]) {
        var branch = 0
        for scalar in name.prefix(GivenNames.longest) {
            if let onward = branches[branch][scalar] {
                branch = onward
            } else {
                branches[branch][scalar] = branches.count
                branch = branches.count
                branches.append([:])
            }
        }
        if branch != 0 { ends.insert(branch) }
    }

    /// A name in full, in its distinctive part and, where that is long enough to mean nothing else, in pinyin.
    private func forms(of name: String, regions: Set<String>) -> [[Unicode.Scalar]] {
        let spaced = name.normalisedForSearch()
        let full = spaced.unicodeScalars.filter { $0.isHan || $0.isSmallLetterOrDigit }
        guard full.count >= 2 else { return [] }
        var forms = [Array(full)]
        if full.allSatisfy(\.isSmallLetterOrDigit) {
            let words = spaced.split { !$0.isLetter && !$0.isNumber }
            let core = Array(words.prefix { !GivenNames.latinEndings.contains(String($0)) })
            if !core.isEmpty, core.joined().count >= 3 { forms.append(Array(core.joined().unicodeScalars)) }
            if core.count < words.count || core.count > 1, let first = core.first, first.count >= 4 {
                forms.append(Array(first.unicodeScalars))
            }
            return forms
        }
        var cores = [GivenNames.region(forms[0]).map(Array.init) ?? Firms.core(of: forms[0])]
        for length in [2, 3, 4] where cores[0].count >= length + 2 {
            let start = String(String.UnicodeScalarView(cores[0].prefix(length)))
            if regions.contains(start) || Firms.isKnownPlace(cores[0].prefix(length)) {
                cores.append(Array(cores[0].dropFirst(length)))
            }
        }
        if let givenName = People.givenName(of: forms[0]) { cores.append(givenName) }
        forms += cores.filter {
            $0.count >= 2 && Lexicon.count($0[...]) < 2000 || $0 == forms[0] || GivenNames.region(forms[0]) != nil
        }
        for core in cores + [forms[0]] {
            let pinyin = Pinyin.syllables(String(String.UnicodeScalarView(core))).joined()
            if pinyin.count >= 6 { forms.append(Array(pinyin.unicodeScalars)) }
        }
        return forms.filter { $0.count >= 2 }
    }

    /// 苏州 of 苏州市, 昆山 of 昆山市; nil for what does not end like a region.
    private static func region(_ name: [Unicode.Scalar]) -> String.UnicodeScalarView? {
        for ending in ["特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "自治县", "地区", "新区", "街道", "省", "市", "县", "区", "镇", "乡"] {
            let ending = Array(ending.unicodeScalars)
            if name.count >= ending.count + 2, name.count <= 12, name.suffix(ending.count).elementsEqual(ending) {
                return String.UnicodeScalarView(name.dropLast(ending.count))
            }
        }
        return nil
    }

    private static let longest = 60
    private static let latinEndings: Set<String> = [
        "ltd", "limited", "inc", "llc", "co", "corp", "corporation", "company", "gmbh", "plc", "group", "holdings", "technology",
        "technologies", "factory", "trading", "industrial", "industries",
    ]
}
