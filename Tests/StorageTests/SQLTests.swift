import Testing
import Values

@testable import Storage

@Suite struct SQLTests {
    @Test func `each interpolation becomes a parameter, numbered in order`() {
        let name = "O'Neill; drop table need"
        let sql: SQL = "select id from need where name = \(name) and age > \(41) or ok = \(true)"
        let (text, values) = sql.spelled(for: .sqlite)
        #expect(text == "select id from need where name = $1 and age > $2 or ok = $3")
        #expect(values == [.text(name), .int(41), .bool(true)])
    }

    @Test func `a fragment goes in with its own parameters, numbered on`() {
        let filter: SQL = "and region = \("331003")"
        let none: SQL? = nil
        let (text, values) = ("select \(1) \(filter) \(none)limit \(5)" as SQL).spelled(for: .postgres)
        #expect(text == "select $1 and region = $2 limit $3")
        #expect(values == [.int(1), .text("331003"), .int(5)])
    }

    @Test func `nothing is in an empty list`() {
        #expect(("id in (\(list: [Int]()))" as SQL).spelled(for: .sqlite).text == "id in (null)")
        #expect(("id in (\(list: [1, 2, 3]))" as SQL).spelled(for: .sqlite).text == "id in ($1, $2, $3)")
    }

    @Test func `conditions are joined in brackets, and none means true for all and false for any`() {
        #expect(SQL.all([]).spelled(for: .sqlite).text == "1 = 1")
        #expect(SQL.any([]).spelled(for: .sqlite).text == "1 = 0")
        let (text, values) = SQL.any(["a = \(1)", .all(["b = \(2)", "c = \(3)"])]).spelled(for: .sqlite)
        #expect(text == "(a = $1 or (b = $2 and c = $3))")
        #expect(values == [.int(1), .int(2), .int(3)])
    }

    @Test func `each engine gets its own half`() {
        let sql: SQL = "n \(.int) not null\(.strict)"
        #expect(sql.spelled(for: .sqlite).text == "n integer not null strict")
        #expect(sql.spelled(for: .postgres).text == "n bigint not null")
    }

    @Test func `an absent value is null`() {
        #expect(("\(Int?.none), \(Int?.some(3))" as SQL).spelled(for: .sqlite).values == [.null, .int(3)])
    }
}
