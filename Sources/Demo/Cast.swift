import Identity
package import Languages
import Storage
package import Values
import Web

/// The people of the demonstration by role, whom tests and screenshots share.
package struct Cast: Sendable {
    package struct Part: Sendable {
        package let key: String
        package let words: Words
        package let person: ID<Person>
        package let name: String
        package let isStaff: Bool
    }
    package var parts: [Part] = []

    static let migration = Migration(
        "Demo", 1,
        [
            """
            create table demo_cast (place \(.int) not null primary key, key \(.text) not null unique, words_zh \(.text) not null, words_en \(.text) not null,
                person \(.text) not null, name \(.text) not null, staff \(.bool) not null)\(.strict)
            """
        ])

    static func load(_ reader: Reader) throws -> Cast {
        Cast(parts: try reader.rows("select key, words_zh, words_en, person, name, staff from demo_cast order by place") { row in
            Part(key: try row(), words: Words(try row(), try row()), person: try row(), name: try row(), isStaff: try row())
        })
    }

    func save(in tx: Transaction) throws {
        for (place, part) in parts.enumerated() {
            try tx.run(
                "insert into demo_cast (place, key, words_zh, words_en, person, name, staff) values (\(place), \(part.key), \(part.words.chinese), \(part.words.english), \(part.person), \(part.name), \(part.isStaff))")
        }
    }
}

extension Cast.Part {
    /// Somebody with a single role, as the deeds of the demonstration are done by.
    static func viewer(_ person: ID<Person>, _ name: String, _ role: Role, _ organisation: ID<Organisation>?, region: String) -> Viewer {
        Viewer(person: person, name: name, memberships: [Membership(role: role, organisation: organisation, regionPrefix: Session.prefix(region))], provedAt: nil)
    }
}
