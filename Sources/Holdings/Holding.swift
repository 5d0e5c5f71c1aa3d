import Foundation
package import Languages
package import Storage
package import Values

/// What a room keeps about a person, one table of it: how it is found, how it is shown to the person, what becomes of it when
/// they have themselves erased (个人信息保护法 arts. 44–47), and how long it is kept (P5, P6). Each room lists its own; a test
/// compares the lists with docs/columns.tsv, so that no personal column is forgotten.
package struct Holding: Sendable {
    /// What becomes of it when the person is erased.
    package enum Fate: Sendable, Equatable {
        /// The rows go.
        case deleted
        /// The rows stay, as they concern others too; what is personal in them goes.
        case emptied
        /// The law has it kept: what is personal is taken out of the table, sealed, kept apart for so many years and shown to nobody.
        case blocked(years: Int)
        /// Stays as it is: it is not the person's alone, or holds no word of theirs.
        case stays
    }

    package struct Column: Sendable {
        package enum Shown: Sendable {
            case text
            case instant
            /// What was typed into a form, as `Form.spelled` keeps it.
            case form
            /// Sealed by the vault at this place and the row's key.
            case sealed(StaticString)
            /// A password's or a code's hash and the like: useless to the person, shown to nobody.
            case secret
        }

        package let name: StaticString
        package let words: Words
        package let shown: Shown
        fileprivate let isOptional: Bool
        /// What stands where something was taken out.
        fileprivate let blank: String

        /// - Parameters:
        ///   - optional: whether the column may hold null, which is what remains after emptying; a dash otherwise.
        ///   - shortest: as many dashes, where the table wants a text of some length.
        package init(_ name: StaticString, _ words: Words, _ shown: Shown = .text, optional: Bool = false, shortest: Int = 1) {
            self.name = name
            self.words = words
            self.shown = shown
            isOptional = optional
            blank = String(repeating: Holding.dash, count: shortest)
        }

        fileprivate func isBlank(_ text: String) -> Bool { text.isEmpty || text == blank }

        package static func secret(_ name: StaticString, optional: Bool = false) -> Column {
            Column(name, Words("不显示", "not shown"), .secret, optional: optional)
        }
    }

    /// How long rows are kept whoever they are about: from an instant, in a column or found by an expression. Where there is none
    /// yet, as with a case that is not ended, they stay.
    package struct Age: Sendable {
        fileprivate let isOver: @Sendable (Instant) -> SQL
        package let span: Span
        /// What others count stays, such as the case behind a record of service; what was written in it goes.
        package let isEmptying: Bool
        fileprivate let first: (@Sendable (Instant, Transaction) throws -> Void)?

        private init(_ isOver: @escaping @Sendable (Instant) -> SQL, _ span: Span, isEmptying: Bool, first: (@Sendable (Instant, Transaction) throws -> Void)? = nil) {
            (self.isOver, self.span, self.isEmptying, self.first) = (isOver, span, isEmptying, first)
        }

        /// - Parameter first: what goes with the rows that are older than this moment, such as their files.
        package init(_ column: StaticString, days: Int, first: (@Sendable (Instant, Transaction) throws -> Void)? = nil) {
            self.init({ "\(.named(column)) < \($0)" }, .days(days), isEmptying: false, first: first)
        }
        package init(_ column: StaticString, years: Int) { self.init(column, days: years * 366) }

        /// The rows go ten years after what they served has ended.
        package static func tenYears(since: SQL) -> Age { tenYears(where: { "\(since) < \($0)" }) }

        /// The rows go when this has been so for ten years: it is asked of the moment ten years ago.
        package static func tenYears(where isOver: @escaping @Sendable (Instant) -> SQL, first: (@Sendable (Instant, Transaction) throws -> Void)? = nil) -> Age {
            Age(isOver, .days(3660), isEmptying: false, first: first)
        }

        /// The rows stay, and what is personal in them goes, ten years after what they served has ended (GB/T 40143-2021, 5.2.2).
        package static func emptiedAfterTenYears(since: SQL, first: (@Sendable (Instant, Transaction) throws -> Void)? = nil) -> Age {
            Age({ "\(since) < \($0)" }, .days(3660), isEmptying: true, first: first)
        }

        /// Likewise, when this has been so for ten years.
        package static func emptiedAfterTenYears(where isOver: @escaping @Sendable (Instant) -> SQL) -> Age { Age(isOver, .days(3660), isEmptying: true) }
    }

    package let table: StaticString
    /// What names a row: a column, or an expression of several.
    let key: StaticString
    package let title: Words
    package let columns: [Column]
    package let fate: Fate
    /// Why it is kept, where it is.
    package let why: Words?
    package let age: Age?
    /// Where the person puts it right.
    package let correction: String?
    private let whose: @Sendable (ID<Person>, Reader) throws -> SQL
    private let also: (@Sendable (ID<Person>, Instant, Transaction) throws -> Void)?

    /// - Parameters:
    ///   - whose: the condition on the table by which a person's rows are found.
    ///   - also: what erasing does besides.
    package init(
        _ table: StaticString, key: StaticString = "id", _ title: Words, _ columns: [Column], _ fate: Fate, why: Words? = nil, age: Age? = nil, correction: String? = nil,
        also: (@Sendable (ID<Person>, Instant, Transaction) throws -> Void)? = nil, whose: @escaping @Sendable (ID<Person>, Reader) throws -> SQL
    ) {
        self.table = table
        self.key = key
        self.title = title
        self.columns = columns
        self.fate = fate
        self.why = why
        self.age = age
        self.correction = correction
        self.also = also
        self.whose = whose
    }

    /// For a column that is personal by its class and no person's whom we could name: it is listed, so that nobody wonders.
    package static func nobodys(_ table: StaticString, _ title: Words, _ columns: [StaticString], why: Words, age: Age? = nil) -> Holding {
        Holding(table, key: "1", title, columns.map { .secret($0) }, .stays, why: why, age: age, whose: { _, _ in "1 = 0" })
    }

    /// A row as the person sees it.
    package struct Entry: Sendable {
        package let values: [Value]
    }

    package struct Value: Sendable {
        package let name: String
        package let words: Words
        package let text: String
    }

    private struct Found: Sendable {
        let key: String
        let values: [String?]
    }

    private func found(_ person: ID<Person>, _ reader: Reader, limit: Int) throws -> [Found] {
        var wanted: SQL = "cast(\(.named(key)) as \(.text))"
        for column in columns { wanted = "\(wanted), cast(\(.named(column.name)) as \(.text))" }
        let count = columns.count
        return try reader.rows("select \(wanted) from \(.named(table)) where \(try whose(person, reader)) order by 1 limit \(limit)") { row in
            let key = try row(String.self)
            var values: [String?] = []
            for _ in 0..<count { values.append(try row.maybe(String.self)) }
            return Found(key: key, values: values)
        }
    }

    /// The person's rows, as they are shown and taken out. `open` tells whether sealed values are opened or masked.
    package func entries(of person: ID<Person>, _ reader: Reader, open: Bool, limit: Int = 10_000) throws -> [Entry] {
        try found(person, reader, limit: limit).map { found in
            var values: [Value] = []
            for (column, text) in zip(columns, found.values) {
                guard let text, !column.isBlank(text) else { continue }
                let name = "\(column.name)"
                switch column.shown {
                case .secret: continue
                case .text: values.append(Value(name: name, words: column.words, text: text))
                case .instant: values.append(Value(name: name, words: column.words, text: Int64(text).map { Holding.spoken(Instant(milliseconds: $0)) } ?? text))
                case .form: values.append(Value(name: name, words: column.words, text: Holding.typed(text)))
                case .sealed(let place):
                    let plain = try reader.vault.open(text, at: "\(place).\(found.key)")
                    values.append(Value(name: name, words: column.words, text: open ? plain : String(repeating: "*", count: max(0, plain.count - 4)) + plain.suffix(4)))
                }
            }
            return Entry(values: values)
        }
    }

    /// The values alone, as they were typed.
    private static func typed(_ spelled: String) -> String {
        spelled.split(separator: "&").compactMap { $0.split(separator: "=", maxSplits: 1).dropFirst().first?.removingPercentEncoding }
            .filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// `2026-11-24 22:41`, in the time of the field (UTC+8).
    private static func spoken(_ instant: Instant) -> String {
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return "\(instant.day) \(two(instant.minuteOfDay / 60)):\(two(instant.minuteOfDay % 60))"
    }

    package func count(of person: ID<Person>, _ reader: Reader) throws -> Int {
        try reader.count("select count(*) from \(.named(table)) where \(try whose(person, reader))")
    }

    /// What stands where something was taken out.
    package static let dash = "—"

    /// Does to the person's rows what their erasure asks for. May be repeated.
    package func erase(_ person: ID<Person>, at now: Instant, in tx: Transaction) throws {
        try also?(person, now, tx)
        let condition = try whose(person, tx)
        switch fate {
        case .stays: return
        case .deleted: try tx.run("delete from \(.named(table)) where \(condition)")
        case .emptied: try empty(condition, tx)
        case .blocked(let years):
            for found in try found(person, tx, limit: 100_000) {
                // Times stay where they are; without a word beside them there is nothing to keep, as when it is done again.
                let kept: [(String, String)] = zip(columns, found.values).compactMap { column, text in
                    if case .instant = column.shown { return nil }
                    return text.flatMap { column.isBlank($0) ? nil : ("\(column.name)", $0) }
                }
                guard !kept.isEmpty else { continue }
                try tx.block(kept, of: person, holding: "\(table)", key: found.key, until: now + .days(years * 366), at: now)
            }
            try empty(condition, tx)
        }
    }

    /// Times stay.
    private var emptied: [Column] { columns.filter { if case .instant = $0.shown { false } else { true } } }

    private func empty(_ condition: SQL, _ tx: Transaction) throws {
        guard let first = emptied.first else { return }
        func blank(_ column: Column) -> SQL { column.isOptional ? "\(.named(column.name)) = null" : "\(.named(column.name)) = \(column.blank)" }
        var set = blank(first)
        for column in emptied.dropFirst() { set = "\(set), \(blank(column))" }
        try tx.run("update \(.named(table)) set \(set) where \(condition)")
    }

    /// Deletes what has outlived its class (P6).
    package func expire(at now: Instant, in tx: Transaction) throws {
        guard let age else { return }
        try age.first?(now - age.span, tx)
        let isOver = age.isOver(now - age.span)
        guard age.isEmptying else {
            try tx.run("delete from \(.named(table)) where \(isOver)")
            return
        }
        // Not what is empty already.
        try empty("\(isOver) and \(.any(emptied.map { $0.isOptional ? "\(.named($0.name)) is not null" : "\(.named($0.name)) <> \($0.blank)" }))", tx)
    }
}
