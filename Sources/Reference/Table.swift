package import Languages
import Values

/// A table of reference data as it stands in a file: a header, then rows that are read by the header's names, so that
/// a later edition may have its columns in another order, and more of them.
///
/// The dialect is RFC 4180: fields are cut at commas, a field in quotes may hold commas, line breaks and doubled
/// quotes. Lines that begin with `#` and empty ones are comments.
struct Table: Sendable {
    let file: String
    let rows: [Row]

    struct Row: Sendable {
        let file: String
        let line: Int
        fileprivate let columns: [String: Int]
        fileprivate let fields: [String]
    }

    init(file: String, text: String, columns wanted: [String]) throws(ReferenceFault) {
        var reader = Reader(file: file, text: text)
        guard let header = try reader.next() else {
            throw ReferenceFault(file: file, line: 1, what: Words("文件是空的", "the file is empty"))
        }
        var columns: [String: Int] = [:]
        for (place, name) in header.fields.enumerated() { columns[name] = place }
        for name in wanted where columns[name] == nil {
            throw ReferenceFault(file: file, line: header.line, what: Words("缺少列“\(name)”", "the column “\(name)” is missing"))
        }
        var rows: [Row] = []
        while let record = try reader.next() {
            guard record.fields.count == header.fields.count else {
                throw ReferenceFault(
                    file: file, line: record.line,
                    what: Words(
                        "有\(record.fields.count)列，表头有\(header.fields.count)列",
                        "\(record.fields.count) fields where the header has \(header.fields.count)"))
            }
            rows.append(Row(file: file, line: record.line, columns: columns, fields: record.fields))
        }
        self.file = file
        self.rows = rows
    }
}

extension Table.Row {
    /// What stands in a column that the table was asked for; empty where nothing does.
    subscript(_ column: String) -> String { columns[column].map { fields[$0] } ?? "" }

    /// What stands in a column, which may not be empty.
    func text(_ column: String) throws(ReferenceFault) -> String {
        let text = self[column]
        guard !text.isEmpty else { throw fault(column, Words("不能为空", "may not be empty")) }
        return text
    }

    /// A whole number, or nil where the column is empty.
    func number(_ column: String) throws(ReferenceFault) -> Int? {
        let text = self[column]
        if text.isEmpty { return nil }
        guard let number = Int(text) else { throw fault(column, Words("“\(text)”不是整数", "“\(text)” is no whole number")) }
        return number
    }

    /// A day, or nil where the column is empty.
    func day(_ column: String) throws(ReferenceFault) -> Day? {
        let text = self[column]
        if text.isEmpty { return nil }
        guard let day = Day(text) else {
            throw fault(column, Words("“\(text)”不是日期（如2026-10-01）", "“\(text)” is no date such as 2026-10-01"))
        }
        return day
    }

    /// A region code.
    func region(_ column: String) throws(ReferenceFault) -> RegionCode {
        guard let code = RegionCode(self[column]) else {
            throw fault(column, Words("“\(self[column])”不是六位区划代码", "“\(self[column])” is no six-digit region code"))
        }
        return code
    }

    func fault(_ column: String, _ what: Words) -> ReferenceFault {
        ReferenceFault(file: file, line: line, what: Words("列“\(column)”", "column “\(column)” ") + what)
    }
}

/// A reference table that cannot be used: which file, which line, and what is wrong with it.
package struct ReferenceFault: Error, Equatable, CustomStringConvertible {
    package let file: String
    /// 0 where the fault is the file's as a whole.
    package let line: Int
    package let what: Words

    package var words: Words {
        (line > 0 ? Words("\(file)第\(line)行：", "\(file), line \(line): ") : Words("\(file)：", "\(file): ")) + what
    }
    package var description: String { words.english }
}

/// Cuts a text into records.
private struct Reader {
    let file: String
    let bytes: [UInt8]
    var place: Int
    var line = 1

    init(file: String, text: String) {
        self.file = file
        bytes = Array(text.utf8)
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next record that is no comment, with the line on which it begins.
    mutating func next() throws(ReferenceFault) -> (line: Int, fields: [String])? {
        while place < bytes.count {
            let begin = line
            let isComment = bytes[place] == UInt8(ascii: "#")
            if isComment {
                skipLine()
                continue
            }
            let fields = try record()
            if fields != [""] { return (begin, fields) }
        }
        return nil
    }

    private mutating func skipLine() {
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
        place += 1
        line += 1
    }

    private mutating func record() throws(ReferenceFault) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\n"):
                place += 1
                line += 1
                fields.append(String(decoding: field, as: UTF8.self))
                return fields
            case UInt8(ascii: "\r"): place += 1
            case UInt8(ascii: ","):
                place += 1
                fields.append(String(decoding: field, as: UTF8.self))
                field = []
            case UInt8(ascii: "\"") where field.isEmpty: field = try quoted()
            case let byte:
                field.append(byte)
                place += 1
            }
        }
        fields.append(String(decoding: field, as: UTF8.self))
        return fields
    }

    private mutating func quoted() throws(ReferenceFault) -> [UInt8] {
        let begin = line
        var field: [UInt8] = []
        place += 1
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte != UInt8(ascii: "\"") {
                if byte == UInt8(ascii: "\n") { line += 1 }
                field.append(byte)
            } else if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
                field.append(byte)
                place += 1
            } else {
                return field
            }
        }
        throw ReferenceFault(file: file, line: begin, what: Words("引号没有关上", "a quote is not closed"))
    }
}
