// What must not compile, each with what the compiler says of it. Tests/compile_fail.py compares: a line without a comment
// compiles, a line with one fails in these words.

import Identity
import Languages
import Markup
import Storage
import Values
import Web

enum Need: Sendable {}
enum Triage {}
enum Closure {}
struct Reached: Reachable { let reach = Reach() }

// A plain text is no statement (I1).
func statements(_ tx: Transaction, _ typed: String, _ id: ID<Need>) throws {
    try tx.run("delete from need where id = \(id) and name = \(typed)")
    try tx.run(typed)  // refused: cannot convert value of type 'String' to expected argument type 'SQL'
    try tx.run("delete from " + typed)  // refused: cannot convert value of type 'String' to expected argument type 'SQL'
    _ = SQL(stringLiteral: typed)  // refused: cannot convert value of type 'String' to expected argument type 'StaticString'
}

// A transaction holds nothing that waits.
func transactions(_ database: Database) async throws {
    try await database.write { tx in _ = try tx.run("delete from need") }
    try await database.write { tx in try await Task.sleep(for: .seconds(1)) }  // refused: to parameter expecting synchronous function type
}

// A text of a person is no markup, and a text is no link (I2).
func pages(_ typed: String) {
    _ = "<p>\(typed)</p>" as HTML
    let markup: HTML = typed  // refused: cannot convert value of type 'String' to specified type 'HTML'
    _ = HTML(stringLiteral: typed)  // refused: cannot convert value of type 'String' to expected argument type 'StaticString'
    _ = Page(Words("题目", "Title"), typed)  // refused: cannot convert value of type 'String' to expected argument type 'HTML'
    _ = Answer.see(typed)  // refused: cannot convert value of type 'String' to expected argument type 'Link'
    _ = markup
}

// A route says who may knock (A1); a link has the ids of its noun.
func routes(_ routes: inout Routes, _ need: ID<Need>, _ person: ID<Person>) {
    let page = Path("needs/*", ID<Need>.self)
    routes.get(page, .everyone) { _, _ in .text("") }
    routes.get(page) { _, _ in .text("") }  // refused: missing argument for parameter #2 in call
    _ = page(need)
    _ = page(person)  // refused: cannot convert value of type 'ID<Person>' to expected argument type 'ID<Need>'
    _ = page()  // refused: requires the types 'ID<Need>' and 'NoParameter' be equivalent
}

// The proof of a permission is made by Identity alone, and one deed's proof is no other's.
func proofs(_ viewer: Viewer, _ person: ID<Person>, _ triage: Permission<Triage, Reached>) throws {
    func close(_ by: May<Closure, Reached>) {}
    let may = try viewer.may(triage, Reached())
    close(may)  // refused: cannot convert value of type 'May<Triage, Reached>' to expected argument type 'May<Closure, Reached>'
    _ = May<Triage, Reached>(person: person, role: .officer, organisation: nil)  // refused: initializer is inaccessible due to 'fileprivate' protection level
}

// What is masked is opened by a call that says why.
func masks(_ mobile: Masked<String>) {
    _ = mobile.open("to send a notice")
    _ = mobile.value  // refused: 'value' is inaccessible due to 'private' protection level
    let shown: String = mobile  // refused: cannot convert value of type 'Masked<String>' to specified type 'String'
    _ = shown
}
