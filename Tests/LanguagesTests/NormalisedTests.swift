import Testing

@testable import Languages

@Suite struct NormalisedTests {
    @Test(arguments: [
        ("ＡＢＣ１２３", "abc123"), ("勞動合同糾紛", "劳动合同纠纷"), ("  ERP　系统\n上线 ", "erp 系统 上线"), ("①㎡", "1m2"),
        ("模\u{200B}具", "模具"), ("Café", "café"), ("", ""), (" \u{3000} ", ""),
    ])
    func `what means the same to a searcher is spelt the same`(_ written: String, _ normalised: String) {
        #expect(written.normalisedForSearch() == normalised)
        #expect(normalised.normalisedForSearch() == normalised)
    }

    @Test(arguments: [
        ("劳动合同ISO9001", ["劳动", "动合", "合同", "同", "iso9001"]), ("税", ["税"]), ("5G 工厂，ERP", ["5g", "工厂", "厂", "erp"]),
        ("融資", ["融资", "资"]), ("，。!", []),
    ])
    func `a text gives its bigrams, its last single characters and its Latin words`(_ text: String, _ tokens: [String]) {
        #expect(bigrams(of: text) == tokens)
    }

    @Test func `a name is found by its whole pinyin and by its initials`() {
        #expect(Pinyin.of("沈国强") == "shenguoqiang")
        #expect(Pinyin.initials("沈国强") == "sgq")
        #expect(Pinyin.syllables("绿色ERP系统") == ["lv", "se", "erp", "xi", "tong"])
    }

    @Test(arguments: [
        ("单国强", "shanguoqiang"), ("曾敏", "zengmin"), ("解放", "xiefang"), ("仇英", "qiuying"), ("区志明", "ouzhiming"),
        ("查良", "zhaliang"), ("任静", "renjing"), ("翟亮", "zhailiang"), ("尉迟恭", "yuchigong"), ("單于", "chanyu"), ("吕芳", "lvfang"),
    ])
    func `a surname is read as a surname`(_ name: String, _ pinyin: String) { #expect(Pinyin.of(name) == pinyin) }

    @Test func `names sort syllable by syllable`() {
        #expect(
            ["连城", "李安", "王静", "单敏", "王敬", "安娜"].sorted { Pinyin.sortKey($0) < Pinyin.sortKey($1) }
                == ["安娜", "李安", "连城", "单敏", "王敬", "王静"])
    }
}
