package import Languages
package import Storage
package import Values

/// A person as the house knows them: what they are called, where they are reached.
package struct Profile: Sendable {
    package let id: ID<Person>
    package var name: String
    package var mobile: Masked<String>?
    package var mail: String?
    package var language: Language

    package init(id: ID<Person>, name: String, mobile: Masked<String>?, mail: String?, language: Language) {
        self.id = id
        self.name = name
        self.mobile = mobile
        self.mail = mail
        self.language = language
    }

    /// `138****0217`.
    package static func masked(_ mobile: String) -> Masked<String> {
        Masked(mobile, shownAs: mobile.count == 11 ? "\(mobile.prefix(3))****\(mobile.suffix(4))" : "***")
    }

    static let migration = Migration(
        "Identity", 1,
        [
            """
            create table person (id \(.text) not null primary key, name \(.text) not null, mobile_sealed \(.text), mobile_hash \(.text) unique,
                mail \(.text), language \(.text) not null check (language in ('zh-Hans', 'en')), created_at \(.int) not null)\(.strict)
            """,
        ])
}

extension Reader {
    package func profile(_ id: ID<Person>) throws -> Profile? { try profiles([id]).first }

    package func profiles(_ ids: some Collection<ID<Person>>) throws -> [Profile] {
        try rows("select id, name, mobile_sealed, mail, language from person where id in (\(list: ids))") { row in
            let id: ID<Person> = try row()
            let name: String = try row()
            let mobile = try row.maybe(String.self).map { Profile.masked(try vault.open($0, at: "person.mobile.\(id)")) }
            return Profile(id: id, name: name, mobile: mobile, mail: try row.maybe(), language: try row())
        }
    }

    /// Names of several people at once, for lists.
    package func names(of ids: some Collection<ID<Person>>) throws -> [ID<Person>: String] {
        guard !ids.isEmpty else { return [:] }
        return Dictionary(
            try rows("select id, name from person where id in (\(list: Set(ids)))") { row in (try row(ID<Person>.self), try row(String.self)) },
            uniquingKeysWith: { first, _ in first })
    }

    package func person(mobile: String) throws -> ID<Person>? {
        try value("select id from person where mobile_hash = \(vault.hash(mobile, for: "mobile"))")
    }
}

extension Transaction {
    /// The person with this mobile number; made when there is none yet. A name given here does not overwrite one that is known.
    package func findOrMakePerson(mobile: String, name: String, language: Language = .chinese, now: Instant) throws -> ID<Person> {
        let hash = vault.hash(mobile, for: "mobile")
        if let id = try value("select id from person where mobile_hash = \(hash)", ID<Person>.self) { return id }
        let id = ID<Person>(at: now)
        let sealed = try vault.seal(mobile, at: "person.mobile.\(id)")
        try run(
            """
            insert into person (id, name, mobile_sealed, mobile_hash, mail, language, created_at)
            values (\(id), \(name), \(sealed), \(hash), null, \(language.rawValue), \(now))
            """)
        return id
    }

    package func makePerson(name: String, mail: String?, id: ID<Person>? = nil, now: Instant) throws -> ID<Person> {
        let id = id ?? ID<Person>(at: now)
        try run("insert into person (id, name, mail, language, created_at) values (\(id), \(name), \(mail), 'zh-Hans', \(now))")
        return id
    }

    package func rename(_ person: ID<Person>, _ name: String) throws { try run("update person set name = \(name) where id = \(person)") }

    func setMobile(_ person: ID<Person>, _ mobile: String) throws {
        let sealed = try vault.seal(mobile, at: "person.mobile.\(person)")
        try run("update person set mobile_sealed = \(sealed), mobile_hash = \(vault.hash(mobile, for: "mobile")) where id = \(person)")
    }
}

extension Language: CellCodable {}
