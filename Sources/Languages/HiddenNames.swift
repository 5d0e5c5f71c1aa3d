/// The names a caller wants hidden, as one tree that is walked from each place of a text.
struct HiddenNames: Sendable {
    private var branches: [[Unicode.Scalar: Int]] = [[:]]
    private var ends: Set<Int> = []

    init(_ names: [String]) {
        var regions: Set<String> = []
        for name in names {
            let core = Array(name.normalisedForSearch().unicodeScalars)
            if let region = HiddenNames.region(core) { regions.insert(String(region)) }
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
            for next in places[start...].prefix(HiddenNames.longest) {
                guard let onward = branches[branch][sheet.folded[next]] else { break }
                branch = onward
                if ends.contains(branch), !(sheet.isLetterOrDigit(next) && sheet.isLetterOrDigit(next + 1)) { longest = next + 1 }
            }
            if longest > 0 { sheet.hide(places[start]..<longest) }
        }
    }

    private mutating func plant(_ name: [Unicode.Scalar]) {
        var branch = 0
        for scalar in name.prefix(HiddenNames.longest) {
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
            let core = Array(words.prefix { !HiddenNames.latinEndings.contains(String($0)) })
            if !core.isEmpty, core.joined().count >= 3 { forms.append(Array(core.joined().unicodeScalars)) }
            if core.count < words.count || core.count > 1, let first = core.first, first.count >= 4 {
                forms.append(Array(first.unicodeScalars))
            }
            return forms
        }
        var cores = [HiddenNames.region(forms[0]).map(Array.init) ?? Firms.core(of: forms[0])]
        for length in [2, 3, 4] where cores[0].count >= length + 2 {
            let start = String(String.UnicodeScalarView(cores[0].prefix(length)))
            if regions.contains(start) || Firms.isKnownPlace(cores[0].prefix(length)) {
                cores.append(Array(cores[0].dropFirst(length)))
            }
        }
        if let givenName = People.givenName(of: forms[0]) { cores.append(givenName) }
        forms += cores.filter {
            HiddenNames.region(forms[0]) != nil ? !HiddenNames.ordinary.contains($0[...]) : Lexicon.count($0[...]) < 2000
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

    /// Regions whose names without their ending mean something else: 资源县, 合作市, 公安县.
    private static let ordinary = WordList(
        """
        资源 合作 和平 武功 平原 比如 南部 解放 东方 前进 港口 公安 友好 共和 城中 古城 河口 友谊 平安 中方 安定 商城 延长 江山 光明 新兴 运河 太平 万年 东风 红旗
        新建 城北 城南 城东 城西 会同 工农 大名 新城 富裕 清水 高明 前锋 复兴 长子 清新 宏伟 平定 洞口 振兴 温泉 向阳 新河 东城 西城 大方 天桥 威信 平和 牡丹 名山 龙门
        凤凰 通道 三台 市辖 城 郊 矿 园 开发 高新 工业 经济 金平 花园 大同 新化 建设 文明 团结 民乐 民和 安全 永和 互助 保安 中心 高新技术 高新技术产业 经济开发 经济技术开发
        """)
    private static let longest = 60
    private static let latinEndings: Set<String> = [
        "ltd", "limited", "inc", "llc", "co", "corp", "corporation", "company", "gmbh", "plc", "group", "holdings", "technology",
        "technologies", "factory", "trading", "industrial", "industries",
    ]
}
