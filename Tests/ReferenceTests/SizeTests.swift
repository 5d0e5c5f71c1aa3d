import Languages
import Reference
import Testing

@Suite struct SizeTests {
    let rules = SizeRules.bundled

    /// The table of 工信部联企业〔2011〕300号 once more, typed from the text and not from the product's file: large, medium,
    /// small of each measure.
    struct Industry: Sendable, CustomTestStringConvertible {
        let code: String
        let lines: [(SizeFigures.Measure, Int, Int, Int)]
        var testDescription: String { code }
    }

    static let table: [Industry] = [
        Industry(code: "01", lines: [(.revenue, 20000, 500, 50)]), Industry(code: "05", lines: [(.revenue, 20000, 500, 50)]),
        Industry(code: "A", lines: [(.revenue, 20000, 500, 50)]),
        Industry(code: "06", lines: [(.persons, 1000, 300, 20), (.revenue, 40000, 2000, 300)]),
        Industry(code: "29", lines: [(.persons, 1000, 300, 20), (.revenue, 40000, 2000, 300)]),
        Industry(code: "2929", lines: [(.persons, 1000, 300, 20), (.revenue, 40000, 2000, 300)]),
        Industry(code: "C", lines: [(.persons, 1000, 300, 20), (.revenue, 40000, 2000, 300)]),
        Industry(code: "46", lines: [(.persons, 1000, 300, 20), (.revenue, 40000, 2000, 300)]),
        Industry(code: "47", lines: [(.revenue, 80000, 6000, 300), (.assets, 80000, 5000, 300)]),
        Industry(code: "50", lines: [(.revenue, 80000, 6000, 300), (.assets, 80000, 5000, 300)]),
        Industry(code: "51", lines: [(.persons, 200, 20, 5), (.revenue, 40000, 5000, 1000)]),
        Industry(code: "52", lines: [(.persons, 300, 50, 10), (.revenue, 20000, 500, 100)]),
        Industry(code: "54", lines: [(.persons, 1000, 300, 20), (.revenue, 30000, 3000, 200)]),
        Industry(code: "58", lines: [(.persons, 1000, 300, 20), (.revenue, 30000, 3000, 200)]),
        Industry(code: "591", lines: [(.persons, 1000, 300, 20), (.revenue, 30000, 3000, 200)]),
        Industry(code: "5910", lines: [(.persons, 1000, 300, 20), (.revenue, 30000, 3000, 200)]),
        Industry(code: "59", lines: [(.persons, 200, 100, 20), (.revenue, 30000, 1000, 100)]),
        Industry(code: "592", lines: [(.persons, 200, 100, 20), (.revenue, 30000, 1000, 100)]),
        Industry(code: "60", lines: [(.persons, 1000, 300, 20), (.revenue, 30000, 2000, 100)]),
        Industry(code: "61", lines: [(.persons, 300, 100, 10), (.revenue, 10000, 2000, 100)]),
        Industry(code: "62", lines: [(.persons, 300, 100, 10), (.revenue, 10000, 2000, 100)]),
        Industry(code: "63", lines: [(.persons, 2000, 100, 10), (.revenue, 100_000, 1000, 100)]),
        Industry(code: "64", lines: [(.persons, 2000, 100, 10), (.revenue, 100_000, 1000, 100)]),
        Industry(code: "65", lines: [(.persons, 300, 100, 10), (.revenue, 10000, 1000, 50)]),
        Industry(code: "7010", lines: [(.revenue, 200_000, 1000, 100), (.assets, 10000, 5000, 2000)]),
        Industry(code: "7020", lines: [(.persons, 1000, 300, 100), (.revenue, 5000, 1000, 500)]),
        Industry(code: "71", lines: [(.persons, 300, 100, 10), (.assets, 120_000, 8000, 100)]),
        Industry(code: "L", lines: [(.persons, 300, 100, 10), (.assets, 120_000, 8000, 100)]),
        Industry(code: "73", lines: [(.persons, 300, 100, 10)]), Industry(code: "78", lines: [(.persons, 300, 100, 10)]),
        Industry(code: "80", lines: [(.persons, 300, 100, 10)]), Industry(code: "85", lines: [(.persons, 300, 100, 10)]),
        Industry(code: "88", lines: [(.persons, 300, 100, 10)]), Industry(code: "7030", lines: [(.persons, 300, 100, 10)]),
    ]

    func figures(_ values: [(SizeFigures.Measure, Int)]) -> SizeFigures {
        var figures = SizeFigures()
        for (measure, value) in values {
            switch measure {
            case .persons: figures.persons = value
            case .revenue: figures.revenue = value
            case .assets: figures.assets = value
            }
        }
        return figures
    }

    func size(_ code: String, _ figures: SizeFigures) -> SizeClass? {
        if case .classed(let size, _) = rules.verdict(industry: code, figures) { size } else { nil }
    }

    @Test(arguments: table)
    func `at, above and below every line of every industry the class is the standard's`(industry: Industry) {
        let plenty = 1_000_000
        for (measure, large, medium, small) in industry.lines {
            let others = industry.lines.filter { $0.0 != measure }.map { ($0.0, plenty) }
            let cases: [(Int, SizeClass)] = [
                (0, .micro), (small - 1, .micro), (small, .small), (small + 1, .small), (medium - 1, .small), (medium, .medium),
                (medium + 1, .medium), (large - 1, .medium), (large, .large), (large + 1, .large),
            ]
            for (figure, wanted) in cases {
                #expect(size(industry.code, figures(others + [(measure, figure)])) == wanted, "\(measure) \(figure)")
            }
        }
    }

    @Test(arguments: table)
    func `what reaches one line and not the other is a class lower`(industry: Industry) {
        guard industry.lines.count == 2 else { return }
        for (first, second) in [(0, 1), (1, 0)] {
            let (a, b) = (industry.lines[first], industry.lines[second])
            #expect(size(industry.code, figures([(a.0, a.1), (b.0, b.1 - 1)])) == .medium)
            #expect(size(industry.code, figures([(a.0, a.1), (b.0, b.2 - 1)])) == .small)
            #expect(size(industry.code, figures([(a.0, a.1), (b.0, b.3 - 1)])) == .micro)
        }
    }

    @Test(arguments: table)
    func `what is missing is named, unless it would change nothing`(industry: Industry) {
        let measures = industry.lines.map(\.0)
        guard case .needs(measures, _) = rules.verdict(industry: industry.code, SizeFigures()) else {
            Issue.record("wants \(measures)")
            return
        }
        guard industry.lines.count == 2 else { return }
        for (first, second) in [(0, 1), (1, 0)] {
            let (a, b) = (industry.lines[first], industry.lines[second])
            guard case .needs([b.0], _) = rules.verdict(industry: industry.code, figures([(a.0, a.1)])) else {
                Issue.record("wants \(b.0)")
                return
            }
            #expect(size(industry.code, figures([(a.0, a.3 - 1)])) == .micro)
        }
    }

    @Test(arguments: ["53", "5310", "66", "69", "J", "83", "P", "84", "91", "92", "96", "S", "97"])
    func `finance, railways, education, health and government are not classed`(code: String) {
        guard case .notClassed(let words) = rules.verdict(industry: code, SizeFigures(persons: 50, revenue: 500, assets: 500))
        else {
            Issue.record("was classed")
            return
        }
        #expect(words.chinese.hasSuffix("不按这一标准划型"))
    }

    @Test(arguments: ["", "99", "Z", "F", "G", "H", "I", "K", "70", "Q", "房地产"])
    func `an industry that is not known closely enough is asked for`(code: String) {
        guard case .needsIndustry = rules.verdict(industry: code, SizeFigures(persons: 50, revenue: 500, assets: 500)) else {
            Issue.record("was classed")
            return
        }
    }

    @Test func `the class says how it came about, in both languages`() {
        let verdict = rules.verdict(industry: "29", SizeFigures(persons: 86, revenue: 1200))
        #expect(
            verdict
                == .classed(
                    .small,
                    because: Words(
                        "工业：从业人员86人（20–300为小型），营业收入1,200万元（300–2,000为小型） → 小型",
                        "Industry: persons employed 86 (20–300 is small), revenue 12 million yuan (3–20 is small) → small")))
        let micro = rules.verdict(industry: "29", SizeFigures(persons: 1500, revenue: 255))
        #expect(
            micro
                == .classed(
                    .micro,
                    because: Words(
                        "工业：从业人员1,500人（1,000及以上为大型），营业收入255万元（不到300为微型） → 微型",
                        "Industry: persons employed 1,500 (1,000 and more is large), revenue 2.55 million yuan (below 3 is micro) → micro"
                    )))
        #expect(
            rules.verdict(industry: "29", SizeFigures(persons: 86))
                == .needs([.revenue], Words("工业还要看营业收入", "Industry: needs revenue")))
    }

    @Test func `the service is for micro, small and medium enterprises`() {
        #expect(SizeClass.allCases.filter(\.isSME) == [.micro, .small, .medium])
        #expect(SizeClass.allCases.sorted() == [.micro, .small, .medium, .large])
    }
}
