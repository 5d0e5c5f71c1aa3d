package import Languages
package import Storage
package import Values
package import Web

/// Two accounts that are taken for one human (A7: two persons for what counts, and nobody confirms their own). An officer who
/// serves as an expert has two, one with a password and one by mobile; two administrators may be one. Namesakes are taken for
/// one human, too: it costs only that another colleague decides. A mobile number is one account's by the database's own rule.
package struct OneHuman: Error, Hashable, Sendable {
    package enum Sign: Sendable {
        /// It is the same account.
        case account
        case document
        case name
    }

    package let sign: Sign
    /// What the other account is called.
    package let name: String

    package init(sign: Sign, name: String) { (self.sign, self.name) = (sign, name) }

    package var words: Words {
        switch sign {
        case .account: Words("这件事您自己经手过，请另一位同事来办", "You had part in this yourself; another colleague decides")
        case .document:
            Words("经手的\(name)和您登记的是同一个证件，这里当作同一个人，请另一位同事来办", "\(name), who had part in this, has your identity document and is taken for you; another colleague decides")
        case .name: Words("经手的人里有一位和您同名：\(name)。这里当作同一个人，请另一位同事来办", "Somebody who had part in this has your name, \(name), and is taken for you; another colleague decides")
        }
    }

    /// The page that refuses: `own` where it is the same account.
    package func problem(_ own: Problem) -> Problem {
        sign == .account ? own : Problem("oneHuman", status: 403, Words("要由另一位同事来办", "Another colleague must do this"), words)
    }

    /// Blanks, points between parts of a name, case and traditional characters make no other name.
    static func key(_ name: String) -> String { name.normalisedForSearch().filter { $0.isLetter || $0.isNumber } }

    static let migration = Migration("Identity", 23, ["alter table person add column document_hash \(.text)"])
}

extension Reader {
    /// Whether somebody is one of those who had a hand in a thing, or is taken for one of them.
    ///
    /// - Parameter names: what the thing itself calls them, where an account may bear another name.
    package func oneHuman(_ person: ID<Person>, among others: some Sequence<ID<Person>>, called names: [String] = []) throws -> OneHuman? {
        let others = Set(others)
        guard !others.contains(person) else { return OneHuman(sign: .account, name: "") }
        let known = try rows("select id, name, document_hash from person where id in (\(list: others.union([person]))) order by id") { row in
            (id: try row(ID<Person>.self), name: try row(String.self), document: try row.maybe(String.self))
        }
        guard let own = known.first(where: { $0.id == person }) else { return nil }
        let rest = known.filter { $0.id != person }
        if let document = own.document, let other = rest.first(where: { $0.document == document }) { return OneHuman(sign: .document, name: other.name) }
        let key = OneHuman.key(own.name)
        guard !key.isEmpty, let name = (rest.map(\.name) + names).first(where: { OneHuman.key($0) == key }) else { return nil }
        return OneHuman(sign: .name, name: name)
    }
}

extension Transaction {
    /// By its keyed hash a second account of the same person is known; the document itself is not kept here.
    package func set(document: String, of person: ID<Person>) throws {
        try run("update person set document_hash = \(vault.hash(document, for: "identity document")) where id = \(person)")
    }

    package func forgetDocuments(of people: SQL) throws {
        try run("update person set document_hash = null where document_hash is not null and id in (\(people))")
    }
}
