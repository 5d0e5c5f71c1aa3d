import Foundation
package import Storage
package import Values

/// What was taken out of its table because somebody had themselves erased and the law has it kept all the same (个人信息保护法
/// art. 47: storage and protection, nothing else). Sealed; no page reads it. It goes when its years are over.
package enum Blocked {
    package static let migrations = [
        Migration(
            "Holdings", 1,
            [
                """
                create table blocked (id \(.text) not null primary key, person \(.text) not null, holding \(.text) not null, row_key \(.text) not null,
                    content_sealed \(.text) not null, until \(.int) not null, at \(.int) not null)\(.strict)
                """,
                "create index blocked_person on blocked (person)",
                "create index blocked_until on blocked (until)",
                "create table erasure (person \(.text) not null primary key, at \(.int) not null)\(.strict)",
            ])
    ]

    package static func expire(at now: Instant, in tx: Transaction) throws { try tx.run("delete from blocked where until < \(now)") }
}

extension Transaction {
    func block(_ values: [(String, String)], of person: ID<Person>, holding: String, key: String, until: Instant, at now: Instant) throws {
        let id = ID<Holding>(at: now)
        let content = String(decoding: try JSONEncoder().encode(Dictionary(values, uniquingKeysWith: { first, _ in first })), as: UTF8.self)
        try run(
            """
            insert into blocked (id, person, holding, row_key, content_sealed, until, at)
            values (\(id), \(person), \(holding), \(key), \(try vault.seal(content, at: "blocked.\(id)")), \(until), \(now))
            """)
    }

    /// Notes that somebody was erased: an id and a time, nothing else.
    package func noteErasure(_ person: ID<Person>, at now: Instant) throws {
        try run("insert into erasure (person, at) values (\(person), \(now)) on conflict do nothing")
    }
}

extension Reader {
    package func erasures() throws -> [(person: ID<Person>, at: Instant)] {
        try rows("select person, at from erasure order by at, person") { (try $0(), try $0()) }
    }

    package func isErased(_ person: ID<Person>) throws -> Bool { try exists("select 1 from erasure where person = \(person)") }
}
