package import Languages

/// The size of an enterprise (企业规模). The service is for the first three (中小微企业).
package enum SizeClass: String, CaseIterable, Sendable, Codable, Comparable {
    case micro
    case small
    case medium
    case large

    package var words: Words {
        switch self {
        case .micro: Words("微型", "micro")
        case .small: Words("小型", "small")
        case .medium: Words("中型", "medium")
        case .large: Words("大型", "large")
        }
    }

    package var isSME: Bool { self != .large }

    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .micro: 0
        case .small: 1
        case .medium: 2
        case .large: 3
        }
    }
}

/// The figures of an enterprise that decide its size, as far as they are known.
package struct SizeFigures: Hashable, Sendable {
    /// Persons employed (从业人员).
    package var persons: Int?
    /// Revenue of the year (营业收入) in 10,000 yuan, rounded down.
    package var revenue: Int?
    /// Total assets (资产总额) in 10,000 yuan, rounded down.
    package var assets: Int?

    package init(persons: Int? = nil, revenue: Int? = nil, assets: Int? = nil) {
        self.persons = persons
        self.revenue = revenue
        self.assets = assets
    }

    /// What is measured.
    package enum Measure: String, CaseIterable, Sendable {
        case persons
        case revenue
        case assets

        package var words: Words {
            switch self {
            case .persons: Words("从业人员", "persons employed")
            case .revenue: Words("营业收入", "revenue")
            case .assets: Words("资产总额", "total assets")
            }
        }
    }

    subscript(_ measure: Measure) -> Int? {
        switch measure {
        case .persons: persons
        case .revenue: revenue
        case .assets: assets
        }
    }
}

/// What the rules say of an enterprise.
package enum SizeVerdict: Hashable, Sendable {
    /// The class, and how it comes about.
    case classed(SizeClass, because: Words)
    /// Finance, railways, education, health and government are not classed by these rules.
    case notClassed(Words)
    /// These figures are missing.
    case needs([SizeFigures.Measure], Words)
    /// The industry is not known closely enough: real estate wants its group, a section with several rules its division.
    case needsIndustry(Words)
}

/// The provisions on classing SMEs (中小企业划型标准规定, 工信部联企业〔2011〕300号), with the divisions of GB/T 4754-2017.
/// The self-employed (个体工商户) are classed by reference to the same lines. Who is still founding has no size.
package struct SizeRules: Sendable {
    package static var bundled: SizeRules { Reference.bundled.sizeRules }

    fileprivate let rules: [String: SizeRule]
    fileprivate let industries: Industries

    /// The class of an enterprise. `industry` is a division (`29`), better a group (`7010`, `591`) where one rule does not
    /// hold for the whole division.
    package func verdict(industry code: String, _ figures: SizeFigures) -> SizeVerdict {
        guard let industry = industries[code] else {
            return .needsIndustry(Words("没有行业“\(code)”，请选行业大类", "There is no industry “\(code)”; please choose a division"))
        }
        guard let rule = rule(for: code, section: industry.section) else {
            return .needsIndustry(
                Words(
                    "“\(industry.name.chinese)”里各行业标准不同，请选到\(industry.isSection ? "大类" : "中类")",
                    "The lines differ within “\(industry.name.english)”; please choose a \(industry.isSection ? "division" : "group")"
                ))
        }
        return rule.verdict(figures)
    }

    /// The rule that names the code most closely.
    private func rule(for code: String, section: String) -> SizeRule? {
        for length in stride(from: min(code.count, 4), through: 1, by: -1) {
            if let rule = rules[String(code.prefix(length))] { return rule }
        }
        return rules[section]
    }
}

/// The lines of one group of industries.
private struct SizeRule: Sendable {
    let name: Words
    /// Empty where the industry is not classed.
    let lines: [SizeLines]

    func verdict(_ figures: SizeFigures) -> SizeVerdict {
        guard !lines.isEmpty else {
            return .notClassed(Words("\(name.chinese)不按这一标准划型", "\(name.english): not classed by this standard"))
        }
        let measured = lines.compactMap { line in figures[line.measure].map { (line: line, figure: $0, size: line.size($0)) } }
        let missing = lines.map(\.measure).filter { figures[$0] == nil }
        // What falls short of one line goes down a class whatever the other figure is: micro needs no second one.
        guard let size = measured.map(\.size).min(), missing.isEmpty || size == .micro else {
            return .needs(
                missing,
                Words(
                    "\(name.chinese)还要看" + missing.map(\.words.chinese).joined(separator: "和"),
                    "\(name.english): needs " + missing.map(\.words.english).joined(separator: " and ")))
        }
        let parts = measured.map { $0.line.explain($0.figure, $0.size) }
        return .classed(
            size,
            because: Words(
                "\(name.chinese)：" + parts.map(\.chinese).joined(separator: "，") + " → \(size.words.chinese)",
                "\(name.english): " + parts.map(\.english).joined(separator: ", ") + " → \(size.words.english)"))
    }
}

/// From where on one measure is small, medium, large.
private struct SizeLines: Sendable {
    let measure: SizeFigures.Measure
    let small: Int
    let medium: Int
    let large: Int

    func size(_ figure: Int) -> SizeClass {
        if figure >= large { .large } else if figure >= medium { .medium } else if figure >= small { .small } else { .micro }
    }

    /// 从业人员86人（20–300为小型）.
    func explain(_ figure: Int, _ size: SizeClass) -> Words {
        let said = say(figure)
        let range =
            switch size {
            case .micro: Words("不到\(number(small))", "below \(short(small))")
            case .small: Words("\(number(small))–\(number(medium))", "\(short(small))–\(short(medium))")
            case .medium: Words("\(number(medium))–\(number(large))", "\(short(medium))–\(short(large))")
            case .large: Words("\(number(large))及以上", "\(short(large)) and more")
            }
        return Words(
            "\(measure.words.chinese)\(said.chinese)（\(range.chinese)为\(size.words.chinese)）",
            "\(measure.words.english) \(said.english) (\(range.english) is \(size.words.english))")
    }

    private func say(_ figure: Int) -> Words {
        measure == .persons
            ? Words("\(number(figure))人", number(figure)) : Words("\(number(figure))万元", "\(short(figure)) million yuan")
    }

    /// In English money is said in millions: 1,255 times 10,000 yuan are 12.55 million.
    private func short(_ figure: Int) -> String {
        if measure == .persons { return number(figure) }
        let rest = abs(figure % 100)
        let decimals = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
        return number(figure / 100) + decimals
    }

    /// With commas between thousands.
    private func number(_ figure: Int) -> String {
        var digits = Array(String(figure.magnitude))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (figure < 0 ? "-" : "") + String(digits)
    }
}

extension SizeRules {
    static let file = "sizes.csv"

    init(_ edition: ReferenceEdition, _ industries: Industries) throws(ReferenceFault) {
        let table = try edition.table(
            SizeRules.file, columns: ["chinese", "english", "industries"] + SizeRules.measures.flatMap(\.columns))
        var rules: [String: SizeRule] = [:]
        for row in table.rows {
            var lines: [SizeLines] = []
            for (measure, columns) in SizeRules.measures {
                if let read = try SizeLines(row, measure, columns) { lines.append(read) }
            }
            let rule = SizeRule(name: Words(try row.text("chinese"), try row.text("english")), lines: lines)
            for code in try row.text("industries").split(separator: " ").map(String.init) {
                guard industries[code] != nil else {
                    throw row.fault("industries", Words("没有行业“\(code)”", "there is no industry “\(code)”"))
                }
                guard rules.updateValue(rule, forKey: code) == nil else {
                    throw row.fault("industries", Words("\(code)出现了两次", "\(code) stands there twice"))
                }
            }
        }
        self.rules = rules
        self.industries = industries
    }

    private static let measures: [(measure: SizeFigures.Measure, columns: [String])] = SizeFigures.Measure.allCases.map {
        ($0, ["\($0.rawValue)_large", "\($0.rawValue)_medium", "\($0.rawValue)_small"])
    }
}

extension SizeLines {
    /// Nil where the row does not go by this measure.
    fileprivate init?(_ row: Table.Row, _ measure: SizeFigures.Measure, _ columns: [String]) throws(ReferenceFault) {
        var numbers: [Int] = []
        for column in columns { if let number = try row.number(column) { numbers.append(number) } }
        if numbers.isEmpty { return nil }
        guard numbers.count == 3, numbers[0] > numbers[1], numbers[1] > numbers[2] else {
            throw row.fault(
                columns[0], Words("大、中、小型三条线要齐全，从大到小", "wants three lines, for large, medium, small, in falling order"))
        }
        self.init(measure: measure, small: numbers[2], medium: numbers[1], large: numbers[0])
    }
}
