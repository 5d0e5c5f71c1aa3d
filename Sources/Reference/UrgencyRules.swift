package import Languages
package import Values

/// How urgent a need is, by what the person chose and by what the text says (clause 3.1b): the more urgent of the two,
/// with reasons that can be shown.
package struct UrgencyRules: Sendable {
    package static var bundled: UrgencyRules { Reference.bundled.urgencyRules }

    /// Words that say it: 停产, 查封, 律师函.
    fileprivate let signs: [(text: String, urgency: Urgency)]

    /// `said` is what the person chose, nil where nobody asked.
    package func judge(_ text: String, said: Urgency?, today: Day) -> (urgency: Urgency, reasons: [Words]) {
        var found: [(urgency: Urgency, reason: Words)] = []
        var seen: Set<String> = []
        for clause in Clause.clauses(of: text) {
            for sign in signs where clause.says(sign.text) && seen.insert(sign.text).inserted {
                found.append((sign.urgency, Words("说到“\(sign.text)”", "The text says “\(sign.text)”")))
            }
            if let deadline = clause.deadline(today: today), seen.insert(deadline.text).inserted {
                let urgency: Urgency = deadline.days <= 1 ? .now : .thisWeek
                found.append((urgency, Words("说到期限“\(deadline.text)”", "The text names a deadline: “\(deadline.text)”")))
            }
        }
        if let said { found.insert((said, Words("选了“\(said.words.chinese)”", "The choice was “\(said.words.english)”")), at: 0) }
        guard let urgency = found.map(\.urgency).max() else {
            return (.thisMonth, [Words("没有说到期限", "No deadline is named")])
        }
        return (urgency, found.filter { $0.urgency == urgency }.map(\.reason))
    }
}

extension Urgency {
    /// By when the need is accepted (受理): two hours by the clock, at any hour, where work has stopped; else within
    /// two or three working days.
    package func due(from moment: Instant, hours: WorkingHours, days: WorkingDays) -> Due {
        switch self {
        case .now: Due(at: moment + .hours(2), because: Words("2小时，不分昼夜", "2 hours, day and night"))
        case .thisWeek: days.add(workingDays: 2, to: moment, hours: hours)
        case .thisMonth: days.add(workingDays: 3, to: moment, hours: hours)
        }
    }
}

/// A piece of text between two marks of punctuation: what is said there of a thing is said of that thing.
private struct Clause {
    let text: String

    static func clauses(of text: String) -> [Clause] {
        text.normalisedForSearch().split(whereSeparator: { ",.;!?，。；！？、…\n".contains($0) }).map { Clause(text: String($0)) }
    }

    /// Whether the clause says `sign` as a fact: not denied, feared, supposed or long past.
    func says(_ sign: String) -> Bool {
        guard let place = text.firstRange(of: sign) else { return false }
        if sign.allSatisfy(\.isASCII), !text.hasWord(at: place) { return false }
        let before = text[..<place.lowerBound]
        let isDenied = Clause.denied.contains { denial in ["", "被", "再", "让", "有被"].contains { before.hasSuffix(denial + $0) } }
        let after = text[place.upperBound...]
        if Clause.ofAnother.contains(where: after.hasPrefix) { return false }
        return !isDenied && !Clause.supposed.contains(where: before.contains)
            && !Clause.past.contains(where: text.contains)
    }

    /// The day by which something must be done, up to a week away, and how the clause says it.
    func deadline(today: Day) -> (days: Int, text: String)? {
        guard Clause.mustBeDone.contains(where: text.contains),
            !Clause.past.contains(where: text.contains), !text.contains("昨天")
        else { return nil }
        let found = fixedDays + countedDays + weekdays(today: today) + dates(today: today)
        return found.filter { (0...7).contains($0.days) }.min { $0.days < $1.days }.map { ($0.days, text) }
    }

    private var fixedDays: [(days: Int, text: String)] {
        Clause.namedDays.compactMap { name, days in
            guard text.contains(name), !(name == "后天" && text.contains("大后天")) else { return nil }
            return (days, name)
        }
    }

    /// 3天内, 三天后, 只剩两天, within 3 days.
    private var countedDays: [(days: Int, text: String)] {
        let characters = Array(text)
        var found: [(days: Int, text: String)] = []
        for (place, character) in characters.enumerated() where "天日d".contains(character) {
            var begin = place
            while begin > 0, characters[begin - 1].isNumber || "一二两三四五六七十 ".contains(characters[begin - 1]) { begin -= 1 }
            let before = String(characters[..<begin].suffix(2))
            let after = String(characters[(place + 1)...].prefix(3))
            guard let days = Clause.count(String(characters[begin..<place]).filter { $0 != " " }) else { continue }
            let isLeft =
                ["内", "之内", "后", "以内", "就", "到期", "ay l"].contains(where: after.hasPrefix)
                || ["剩", "剩下", "还有", "限", "期"].contains(where: before.hasSuffix)
                || (after.hasPrefix("ay") && text.contains("within"))
            if isLeft { found.append((days, text)) }
        }
        return found
    }

    /// 周五, 本周五, 下周一: the next day of that name.
    private func weekdays(today: Day) -> [(days: Int, text: String)] {
        let names = Array("一二三四五六日天")
        var found: [(days: Int, text: String)] = []
        for prefix in ["周", "星期", "礼拜"] {
            for (index, name) in names.enumerated() {
                guard let place = text.firstRange(of: prefix + String(name)) else { continue }
                let weekday = min(index + 1, 7)
                let isNext = text[..<place.lowerBound].hasSuffix("下")
                let isNone = ["上", "每"].contains { text[..<place.lowerBound].hasSuffix($0) }
                let days = isNext ? 7 - today.weekday + weekday : (weekday - today.weekday + 7) % 7
                if !isNone { found.append((days, text)) }
            }
        }
        return found
    }

    /// 11月26日, 26号.
    private func dates(today: Day) -> [(days: Int, text: String)] {
        let characters = Array(text)
        var found: [(days: Int, text: String)] = []
        for (place, character) in characters.enumerated() where "日号".contains(character) {
            let (day, begin) = Clause.number(before: place, in: characters)
            guard let day else { continue }
            var month = today.parts.month
            if begin > 0, characters[begin - 1] == "月" {
                guard let named = Clause.number(before: begin - 1, in: characters).number else { continue }
                month = named
            } else if character == "日" {
                continue
            }
            let year = today.parts.year
            guard let date = Day(year, month, day) else { continue }
            let next = date < today && month == 1 ? Day(year + 1, month, day) ?? date : date
            found.append((next - today, text))
        }
        return found
    }

    private static func number(before place: Int, in characters: [Character]) -> (number: Int?, begin: Int) {
        var begin = place
        while begin > 0, characters[begin - 1].isASCII, characters[begin - 1].isNumber { begin -= 1 }
        return (Int(String(characters[begin..<place])), begin)
    }

    private static func count(_ text: String) -> Int? {
        Int(text) ?? ["一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "十": 10][text]
    }

    private static let namedDays = [
        ("今天", 0), ("今日", 0), ("今晚", 0), ("明天", 1), ("明日", 1), ("明早", 1), ("后天", 2), ("大后天", 3), ("马上", 5), ("本周", 5),
        ("这周", 5), ("today", 0), ("tonight", 0), ("tomorrow", 1), ("this week", 5),
    ]
    /// What makes a day a deadline, and not the day on which something happened to be seen.
    private static let mustBeDone = [
        "到期", "截止", "截至", "开庭", "必须", "之前", "最后", "期限", "限期", "要交", "要还", "还款", "答辩", "断供", "交货", "交期", "发货", "验厂", "拆除", "扣",
        "执行", "面谈", "听证", "要发", "来查", "复查", "过期", "due", "deadline", "expire", "hearing", "court", "must", "deliver",
    ]
    /// What makes a sign no fact: denied just before it, supposed or feared anywhere before it, or long past.
    private static let denied = ["没有", "没", "未", "不会", "不想", "不是", "不用", "是否", "能否", "不", "not ", "never ", "no "]
    private static let supposed = ["如果", "要是", "万一", "避免", "防止", "以免", "免得", "会不会", "怎么预防", "avoid", "if ", "would", "prevent"]
    /// What makes a sign the name of something else: 停工损失, 停线时间, 停工留薪期.
    private static let ofAnother = ["损失", "时间", "期间", "留薪", "津贴", "费"]
    private static let past = ["去年", "前年", "以前", "曾经", "当年", "上次", "last year", "years ago"]
}

extension String {
    /// Whether a run of Latin letters found at `place` is a word of its own.
    func hasWord(at place: Range<String.Index>) -> Bool {
        let before = place.lowerBound > startIndex ? self[index(before: place.lowerBound)] : " "
        let after = place.upperBound < endIndex ? self[place.upperBound] : " "
        return !(before.isASCII && before.isLetter) && !(after.isASCII && after.isLetter)
    }
}

extension UrgencyRules {
    static let file = "urgency.csv"

    init(_ edition: ReferenceEdition) throws(ReferenceFault) {
        let table = try edition.table(UrgencyRules.file, columns: ["sign", "urgency"])
        var signs: [(text: String, urgency: Urgency)] = []
        for row in table.rows {
            guard let urgency = Urgency(rawValue: row["urgency"]) else {
                throw row.fault("urgency", Words("只能是now、thisWeek或thisMonth", "must be now, thisWeek or thisMonth"))
            }
            signs.append((try row.text("sign").normalisedForSearch(), urgency))
        }
        self.signs = signs
    }
}
