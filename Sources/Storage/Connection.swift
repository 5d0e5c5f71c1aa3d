/// One connection, which lives on one thread of a crew and never leaves it: so it needs no lock, and is not `Sendable`.
protocol Connection: AnyObject {
    var engine: Engine { get }
    /// Runs a statement to its end and hands each row to `body`. Answers how many rows it changed.
    @discardableResult
    func run(_ text: String, _ values: [Cell], _ body: (inout Row) throws -> Void) throws -> Int
    /// False after the link to the server broke: the crew opens another.
    var alive: Bool { get }
    /// False where the engine itself has ended the transaction, as SQLite does when a disk is full.
    var inTransaction: Bool { get }
}

extension Connection {
    @discardableResult
    func run(_ text: String) throws -> Int { try run(text, []) { _ in } }
}
