import Documents
import Foundation
import Languages
import Testing
import Values

@Suite("A paper") struct DocumentTests {
    @Test(arguments: [Document.plan, .letter, .english, .long])
    func `is a tagged PDF on A4 with title and author, all its fonts in it`(paper: Document) throws {
        try Reader.open(paper.pdf()) { reader in
            let info = try reader.info()
            #expect(info.contains(/Tagged: +yes/))
            #expect(info.contains(/Page size: .*\(A4\)/))
            #expect(info.contains("Title:           \(paper.title)\n"))
            #expect(info.contains("Author:          \(paper.maker)\n"))
            let fonts = try reader.fonts()
            #expect(!fonts.isEmpty)
            for font in fonts {
                // The columns after the encoding: embedded, subset, with the way back to Unicode.
                #expect(font.contains(" yes yes yes "))
                #expect(font.contains("SerifCJKsc"))
            }
        }
    }

    @Test(arguments: [Document.plan, .letter, .english, .long])
    func `gives all its text to a screen reader, each word once and in order`(paper: Document) throws {
        try Reader.open(paper.pdf()) { reader in
            let said = try reader.said()
            #expect(said == paper.words.filter { !$0.isWhitespace })
        }
    }

    @Test func `names headings, lists and the table as such`() throws {
        try Reader.open(Document.plan.pdf()) { reader in
            let lines = try reader.structure().split(separator: "\n").map {
                $0.split(separator: " ").first.map(String.init) ?? ""
            }
            func count(_ tag: String) -> Int { lines.count { $0 == tag } }
            #expect(count("Document") == 1)
            #expect(count("H1") == 1)
            #expect(count("H2") == 2)
            #expect(count("H3") == 1)
            #expect(count("TH") == 2 && count("TD") == 2)
            #expect(count("L") == 2)
            #expect(count("LI") == 4)
            #expect(count("Note") == 1)
        }
    }

    @Test func `has its headings as bookmarks, the deeper below the higher`() throws {
        try Reader.open(Document.plan.pdf()) { reader in
            let outline = try #require(try reader.bookmarks().split(separator: "<outline>", maxSplits: 1).last)
            #expect(outline.contains(/看到的情况<\/item>\s*<item page="1">建议<\/item>\s*<outline>\s*<item page="1">先做的/))
        }
    }

    @Test func `counts its pages on each of them, in its language`() throws {
        try Reader.open(Document.long.pdf()) { reader in
            let pages = try reader.pages()
            #expect(pages.count > 5)
            for (index, page) in pages.enumerated() {
                #expect(page.contains { $0.contains("第\(index + 1)页，共\(pages.count)页") })
                #expect(page.contains { $0.contains("浙企志案〔2026〕0099号") })
            }
        }
        try Reader.open(Document.english.pdf()) { reader in
            let page = try #require(try reader.pages().first)
            #expect(page.contains { $0.contains("Page 1 of 1") })
        }
    }

    @Test(arguments: 0..<24) func `never leaves a heading alone at the end of a page`(lines: Int) throws {
        // Paragraphs of growing length move the headings over every place of a page.
        let blocks = (0..<24).flatMap { part -> [Document.Block] in
            let text = String(repeating: "说明", count: 19 * ((part * 7 + lines) % 11 + 1))
            let deeper: [Document.Block] = part % 3 == 0 ? [.heading("小标题\(part)", level: 2)] : []
            let next: Document.Block =
                switch part % 4 {
                case 0: .paragraph(text)
                case 1: .list([text, text])
                case 2: .steps([.init(text, who: "甲", when: "明天")])
                default: .note(text)
                }
            return [.heading("标题\(part)")] + deeper + [next]
        }
        let paper = Document(title: "分页", issuer: "样张", blocks: blocks, maker: "样张", made: Instant(milliseconds: 0))
        try Reader.open(paper.pdf()) { reader in
            for page in try reader.pages() {
                let last = try #require(page.last { !$0.contains("样张") && !$0.contains("页，共") })
                #expect(!last.contains("标题"))
            }
        }
    }

    @Test func `is the same to the last byte each time, also when many are made at once`() async throws {
        let first = try Document.plan.pdf()
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { try Document.plan.pdf() } }
            for try await bytes in group { #expect(bytes == first) }
        }
    }

    @Test func `carries a fact longer than a page without losing a word`() throws {
        let value = (0..<1200).map { "第\($0)条，" }.joined()
        let paper = Document(
            title: "长", issuer: "样张", facts: [.init("短", "一"), .init("长", value), .init("后", "二")], maker: "样张",
            made: Instant(milliseconds: 0))
        try Reader.open(paper.pdf()) { reader in
            let said = try reader.said()
            #expect(said == "长短一长\(value)后二")
        }
    }

    @Test func `with nothing in it is one page`() throws {
        let blocks: [Document.Block] = [
            .heading(""), .paragraph(""), .list([]), .list([""]), .steps([]), .steps([.init("", who: "", when: "")]), .note(""),
        ]
        let paper = Document(
            title: "", issuer: "", facts: [.init("", "")], blocks: blocks, maker: "", made: Instant(milliseconds: 0))
        try Reader.open(paper.pdf()) { reader in
            let info = try reader.info()
            #expect(info.contains(/Pages: +1\n/))
        }
    }

    @Test func `prints no character that ends or turns a text, and the rest of it`() throws {
        let paper = Document(
            title: "甲\u{0}乙", issuer: "样张", blocks: [.paragraph("前\u{202E}后\u{0}末\r\n行\u{7}")], maker: "样张",
            made: Instant(milliseconds: 0))
        try Reader.open(paper.pdf()) { reader in
            let said = try reader.said()
            #expect(said == "甲乙前后末行")
        }
    }

    @Test func `of one page is small enough for a mail`() throws {
        #expect(try Document.letter.pdf().count < 60_000)
    }

    @Test func `spells rare names, in the same type as all others`() throws {
        let names = "陶喆、王旻、李堃、𠮷野、鎔基"
        let paper = Document(title: "名单", issuer: "样张", blocks: [.paragraph(names)], maker: "样张", made: Instant(milliseconds: 0))
        try Reader.open(paper.pdf()) { reader in
            let said = try reader.said()
            #expect(said == "名单" + names)
            #expect(try reader.fonts().allSatisfy { $0.contains("NotoSerifCJKsc") })
        }
    }

    @Test func `finds the fonts that it is set in`() {
        #expect(missingFonts().isEmpty)
    }
}

extension Document: CustomTestStringConvertible {
    package var testDescription: String { title }

    static let made = Instant(milliseconds: 1_795_000_000_000)
    static let finding = "型腔表面温差超过十五度，保压结束时厚壁处仍未凝固，脱模后应力释放，于是在转角处开裂；先量温度，再改水路（每组打20件，记下开裂件数）。"

    static let letter = Document(
        title: "聘书", issuer: "浙江省中小企业志愿服务", number: "浙企志聘〔2025〕317号",
        blocks: [.paragraph("沈国强同志："), .paragraph("兹聘请您为浙江省中小企业专家志愿服务团专家（服务领域：技术）。服务自愿、无偿。"), .paragraph("此聘。")],
        maker: "浙江省中小企业公共服务机构", made: made)

    static let plan = Document(
        title: "注塑件转角开裂的改进方案", issuer: "浙江省中小企业志愿服务", kicker: "解决方案", number: "浙企志案〔2026〕0088号",
        facts: [.init("专家", "沈国强（模具与注塑）"), .init("需求", "外壳转角处开裂，废品率从3%升到11%。换过两种料，都没有好转，想请人看看。")],
        blocks: [
            .heading("看到的情况"), .paragraph(finding), .heading("建议"), .heading("先做的", level: 2),
            .steps([
                .init("量型腔表面温度，记在表里", who: "技术员小王", when: "11月26日前"), .init("改水路", who: "模具车间", when: "12月10日前"),
            ]), .list(["红外测温枪一把", "留样盒三个"]), .note("方案由志愿专家无偿提供。"),
        ], maker: "沈国强", version: "第2版", made: made)

    static let english = Document(
        title: "Cracks at the corners of moulded housings: what to change", language: .english,
        issuer: "Zhejiang volunteer service",
        kicker: "Solution", number: "ZJ-2026-0088", facts: [.init("Expert", "Shen Guoqiang 沈国强")],
        blocks: [
            .heading("What was found"), .paragraph("The surface of the cavity differs by more than fifteen degrees."),
            .steps([.init("Measure the temperature", who: "Xiao Wang", when: "by 26 November")]),
            .note("This advice was given free of charge by a volunteer."),
        ], maker: "Shen Guoqiang", version: "Version 2", made: made)

    /// 5,000 characters and 30 steps.
    static let long = Document(
        title: "台州市黄岩区塑料模具产业集群三年帮扶计划与逐月安排", issuer: "浙江省中小企业志愿服务", number: "浙企志案〔2026〕0099号",
        blocks: (1...20).flatMap { [.heading("第\($0)部分"), .paragraph(String(repeating: finding, count: 4))] }
            + [.steps((1...30).map { .init("第\($0)步：\(finding.prefix(10 + $0))", who: "技术员", when: "\($0)日") })],
        maker: "沈国强", version: "第1版", made: made)

    /// What stands between head and foot, in the order of reading.
    var words: String {
        let isChinese = language == .chinese
        let told = blocks.map { block in
            switch block {
            case .heading(let text, _), .paragraph(let text), .note(let text): text
            case .list(let items): items.joined()
            case .steps(let steps):
                steps.enumerated().map { index, step in
                    let end = isChinese ? "谁来做：\(step.who)什么时候：\(step.when)" : "Who: \(step.who)·When: \(step.when)"
                    return "\(index + 1)" + step.what + end
                }.joined()
            }
        }
        return (kicker ?? "") + title + (number ?? "") + facts.map { $0.label + $0.value }.joined() + told.joined()
    }
}
