import Identity
package import Languages
import Reference
package import Storage
package import Values
import Web

/// The document by which a volunteer is registered (ordinance art. 7; certificates name it, masked). Sensitive: asked apart,
/// with a consent of its own (个人信息保护法 art. 29), sealed at rest.
package struct IdentityDocument: Sendable {
    package let kind: Kind
    package let number: Masked<String>
    let consentedAt: Instant

    package enum Kind: String, CaseIterable, Sendable {
        case resident, residencePermit, travelPermit, permanentResidence, passport

        package var words: Words {
            switch self {
            case .resident: Words("居民身份证", "Resident identity card")
            case .residencePermit: Words("港澳台居民居住证", "Residence permit for Hong Kong, Macao and Taiwan residents")
            case .travelPermit: Words("港澳台居民来往内地（大陆）通行证", "Mainland travel permit")
            case .permanentResidence: Words("外国人永久居留身份证", "Permanent residence card of foreigners")
            case .passport: Words("护照", "Passport")
            }
        }
    }

    /// The number as it is kept; what is wrong with it otherwise.
    static func checked(_ typed: String, _ kind: Kind, today: Day) throws(Wrong) -> String {
        switch kind {
        case .resident, .residencePermit:
            do throws(IdentityNumber.Flaw) { return try IdentityNumber(typed, today: today).text } catch { throw Wrong(error.words) }
        case .travelPermit, .permanentResidence, .passport:
            let text = typed.filter { !$0.isWhitespace }.uppercased()
            guard (6...20).contains(text.count), text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
                throw Wrong("证件号是6到20位字母和数字，请核对", "The number has 6 to 20 letters and digits; please check it")
            }
            return text
        }
    }

    /// `330106********1234`, `E1*****89`.
    static func masked(_ number: String, _ kind: Kind) -> Masked<String> {
        let (front, back) = number.count == 18 ? (6, 4) : (2, 2)
        return Masked(number, shownAs: number.prefix(front) + String(repeating: "*", count: max(4, number.count - front - back)) + number.suffix(back))
    }

    static let migration = Migration(
        "Volunteers", 6,
        [
            """
            create table identity_document (person \(.text) not null primary key references person (id), kind \(.text) not null
                check (kind in ('resident', 'residencePermit', 'travelPermit', 'permanentResidence', 'passport')), number_sealed \(.text) not null,
                consented_at \(.int) not null, at \(.int) not null)\(.strict)
            """,
        ])
}

extension Reader {
    /// Masked; opening it takes a reason.
    package func identityDocument(of person: ID<Person>) throws -> IdentityDocument? {
        try first("select kind, number_sealed, consented_at from identity_document where person = \(person)") { row in
            let kind: IdentityDocument.Kind = try row.word()
            return IdentityDocument(
                kind: kind, number: IdentityDocument.masked(try vault.open(try row(), at: "identity_document.number.\(person)"), kind), consentedAt: try row())
        }
    }
}

extension Transaction {
    /// Keeps it with the consent that was given for it.
    func keepDocument(of person: ID<Person>, _ kind: IdentityDocument.Kind, _ number: String, consentedAt now: Instant) throws {
        let sealed = try vault.seal(number, at: "identity_document.number.\(person)")
        try set(document: "\(kind.rawValue) \(number)", of: person)
        try run(
            """
            insert into identity_document (person, kind, number_sealed, consented_at, at) values (\(person), \(kind.rawValue), \(sealed), \(now), \(now))
            on conflict (person) do update set kind = excluded.kind, number_sealed = excluded.number_sealed, consented_at = excluded.consented_at, at = excluded.at
            """)
    }
}
