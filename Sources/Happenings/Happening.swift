import Foundation
package import Jobs
package import Storage
package import Values

/// What happened: written in the same transaction as the change itself. Each noun owns its happenings as nested types;
/// payloads hold ids and field names, never personal values.
package protocol Happening: Sendable {
    static var kind: String { get }
    var subject: Subject { get }
    var fields: [String: String] { get }
}

extension Happening {
    package var fields: [String: String] { [:] }
}

/// A happening as it was written.
package struct HappeningEntry: Sendable {
    package let number: Int64
    package let kind: String
    package let subject: Subject
    package let by: Party
    package let at: Instant
    package let outcome: String
    package let fields: [String: String]
}

/// How a try ended.
package enum Outcome: String, CellCodable { case done, denied, failed }

extension Transaction {
    /// Writes what happened, who did it and when; the rooms that listen get a job in this transaction.
    /// If it cannot be written, nothing else of the transaction is (L3).
    package func record(_ happening: some Happening, by: Party, at: Instant, from address: String = "", outcome: Outcome = .done) throws {
        let kind = type(of: happening).kind
        let number: Int64 = try one(
            """
            insert into happening (kind, subject_kind, subject_id, by_party, at, address, outcome, fields)
            values (\(kind), \(happening.subject.kind), \(happening.subject.id), \(by), \(at), \(address), \(outcome), \(spelled(happening.fields)))
            returning number
            """
        ) { try $0() }
        try run("insert into unsealed (happening) values (\(number))")
        if outcome == .done { try enqueue(Job("happened", "\(number)"), at: at) }
    }
}

extension Reader {
    /// The timeline of a thing, oldest first.
    package func happenings(of subject: Subject, limit: Int = 200) throws -> [HappeningEntry] {
        try rows(
            """
            select number, kind, subject_kind, subject_id, by_party, at, outcome, fields from happening
            where subject_kind = \(subject.kind) and subject_id = \(subject.id) and outcome = 'done' order by number limit \(limit)
            """, HappeningEntry.init)
    }

    package func happening(_ number: Int64) throws -> HappeningEntry? {
        try first("select number, kind, subject_kind, subject_id, by_party, at, outcome, fields from happening where number = \(number)", HappeningEntry.init)
    }

    /// The trail for an auditor, newest first, before `number`.
    package func trail(before number: Int64?, limit: Int) throws -> [HappeningEntry] {
        try rows(
            """
            select number, kind, subject_kind, subject_id, by_party, at, outcome, fields from happening
            where number < \(number ?? Int64.max) order by number desc limit \(limit)
            """, HappeningEntry.init)
    }
}

extension HappeningEntry {
    fileprivate init(_ row: inout Row) throws {
        self.init(
            number: try row(), kind: try row(), subject: Subject(kind: try row(), id: try row()), by: try row(), at: try row(), outcome: try row(),
            fields: read(try row()))
    }
}

/// Who listens to which happenings: each gets a job of its own, in which it reads what is so then.
package struct Listener: Sendable {
    package let name: String
    package let kinds: Set<String>
    let hear: @Sendable (HappeningEntry) async throws -> Void
    package init(_ name: String, _ kinds: Set<String>, _ hear: @escaping @Sendable (HappeningEntry) async throws -> Void) {
        self.name = name
        self.kinds = kinds
        self.hear = hear
    }
}

package enum Listeners {
    /// The jobs that carry happenings to their listeners: one that spreads them, and one for each listener.
    package static func workers(_ listeners: [Listener], database: Database, clock: @escaping @Sendable () -> Instant = { .now }) -> [Worker] {
        let spread = Worker("happened") { payload in
            let now = clock()
            try await database.write { tx in
                guard let number = Int64(payload), let entry = try tx.happening(number) else { return }
                for listener in listeners where listener.kinds.contains(entry.kind) { try tx.enqueue(Job("hear.\(listener.name)", payload), at: now) }
            }
        }
        return [spread] + listeners.map { listener in
            Worker("hear.\(listener.name)") { payload in
                guard let number = Int64(payload), let entry = try await database.read({ try $0.happening(number) }) else { return }
                try await listener.hear(entry)
            }
        }
    }
}

// Fields as `name=value` lines, sorted: the same text each time, so that a seal over it can be recomputed.
private func spelled(_ fields: [String: String]) -> String {
    fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.replacing("\n", with: " "))" }.joined(separator: "\n")
}

private func read(_ text: String) -> [String: String] {
    Dictionary(
        text.split(separator: "\n").compactMap { line -> (String, String)? in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<equals]), String(line[line.index(after: equals)...]))
        }, uniquingKeysWith: { first, _ in first })
}
