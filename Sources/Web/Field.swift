package import Languages
package import Values
import Markup

/// What is wrong with what was typed: what is so, and what to do. It never blames.
package struct Wrong: Error, Sendable {
    package let words: Words
    package init(_ words: Words) { self.words = words }
    package init(_ chinese: String, _ english: String) { words = Words(chinese, english) }
}

/// One field of a form, declared once: name, words, rule and hint. The form, the message beside it and the reading of it
/// all come from here.
package struct Field<Value: Sendable>: Sendable {
    package let name: String
    package let label: Words
    package let hint: Words?
    package let control: Control
    let rule: @Sendable (String) throws(Wrong) -> Value

    package init(
        _ name: StaticString, _ label: Words, hint: Words? = nil, _ control: Control,
        rule: @escaping @Sendable (String) throws(Wrong) -> Value
    ) {
        self.name = "\(name)"
        self.label = label
        self.hint = hint
        self.control = control
        self.rule = rule
    }
}

/// How a field is shown.
package enum Control: Sendable {
    /// One line. `autocomplete` and `keyboard` as HTML names them.
    case line(type: StaticString = "text", keyboard: StaticString = "text", autocomplete: StaticString = "off", short: Bool = false)
    case area(longest: Int, low: Bool = false)
    /// A few choices, all seen at once.
    case radios([Choice], columns: Bool = false)
    case select([Choice])
    case tick
    case ticks([Choice])
    case hidden
}

package struct Choice: Sendable {
    package let value: String
    package let words: Words
    package let hint: Words?
    package init(_ value: String, _ words: Words, hint: Words? = nil) { self.value = value; self.words = words; self.hint = hint }
}

extension Field where Value == String {
    /// Text of at most `longest` characters, trimmed; control characters but for line feeds are refused.
    package static func text(
        _ name: StaticString, _ label: Words, hint: Words? = nil, longest: Int = 100, shortest: Int = 1, control: Control = .line()
    ) -> Field {
        Field(name, label, hint: hint, control) { typed throws(Wrong) in
            guard !typed.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\n" && $0 != "\r" && $0 != "\t" || $0.value == 127 }) else {
                throw Wrong("里面有看不见的字符，请重新输入", "There are invisible characters in it; please type it again")
            }
            // What stands for one character may be a pile of thousands: each ten of its code points count as one.
            let count = typed.reduce(0) { $0 + ($1.unicodeScalars.count + 9) / 10 }
            guard count <= longest else {
                throw Wrong("最多\(longest)字，现在是\(count)字", "At most \(longest) characters; now there are \(count)")
            }
            guard count >= shortest else {
                throw Wrong("至少\(shortest)个字，现在是\(count)个", "At least \(shortest) characters; now there are \(count)")
            }
            return typed
        }
    }

    package static func area(_ name: StaticString, _ label: Words, hint: Words? = nil, longest: Int = 1000, shortest: Int = 1, low: Bool = false) -> Field {
        text(name, label, hint: hint, longest: longest, shortest: shortest, control: .area(longest: longest, low: low))
    }

    /// A value that the page carries along unseen. It is no secret and no right: what it names is checked again.
    package static func hidden(_ name: StaticString) -> Field {
        text(name, Words("", ""), longest: 200, control: .hidden)
    }
}

extension Field where Value == Int {
    package static func number(_ name: StaticString, _ label: Words, hint: Words? = nil, in range: ClosedRange<Int>) -> Field {
        Field(name, label, hint: hint, .line(keyboard: "numeric", short: true)) { typed throws(Wrong) in
            let digits = typed.filter { !",， ".contains($0) }
            guard let number = Int(digits) else { throw Wrong("请写数字，如 \(range.lowerBound + 1)", "Please write a number, such as \(range.lowerBound + 1)") }
            guard range.contains(number) else {
                throw Wrong("应在\(grouped(range.lowerBound))到\(grouped(range.upperBound))之间", "It should be between \(grouped(range.lowerBound)) and \(grouped(range.upperBound))")
            }
            return number
        }
    }
}

extension Field where Value == Day {
    /// A day, not before `earliest` where one is given.
    package static func day(_ name: StaticString, _ label: Words, hint: Words? = nil, notBefore earliest: Day? = nil) -> Field {
        Field(name, label, hint: hint, .line(type: "date", short: true)) { typed throws(Wrong) in
            guard let day = Day(typed) else { throw Wrong("没有这一天，请写成2026-11-24", "There is no such day; please write it as 2026-11-24") }
            if let earliest, day < earliest { throw Wrong("不能早于\(earliest)", "Not before \(earliest)") }
            return day
        }
    }
}

extension Field where Value == Bool {
    package static func tick(_ name: StaticString, _ label: Words, hint: Words? = nil) -> Field {
        Field(name, label, hint: hint, .tick) { typed throws(Wrong) in typed == "yes" }
    }
}

extension Field where Value: RawRepresentable, Value.RawValue == String {
    /// One of a few values, each with its words.
    package static func choice(
        _ name: StaticString, _ label: Words, hint: Words? = nil, of all: [Value], columns: Bool = false, menu: Bool = false, words: (Value) -> Words
    ) -> Field {
        let choices = all.map { Choice($0.rawValue, words($0)) }
        let known = Set(all.map(\.rawValue))
        return Field(name, label, hint: hint, menu ? .select(choices) : .radios(choices, columns: columns)) { typed throws(Wrong) in
            guard known.contains(typed), let value = Value(rawValue: typed) else { throw Wrong("请从上面选一个", "Please choose one of these") }
            return value
        }
    }
}
