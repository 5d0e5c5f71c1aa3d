import Happenings
package import Languages
package import Storage
package import Values

/// What a person has agreed to (个人信息保护法 arts. 13–17): a purpose, the version of its words, when given, when withdrawn.
package struct Consent: Sendable {
    /// What rests on consent. What rests on law or contract is explained beside it and is not asked.
    package enum Purpose: String, CellCodable, CaseIterable {
        /// Showing a need to the experts who are recommended for it.
        case service
        /// Learning from the blacked-out text. Asked apart from the service, which does not depend on it (art. 16).
        case training

        /// A change of the words that changes what is agreed to is a new version, and is asked anew (art. 14).
        package var version: Int { 1 }

        package var title: Words {
            switch self {
            case .service: Words("给被推荐的专家看", "Show it to recommended experts")
            case .training: Words("用来改进分办", "Improve how needs are sorted")
            }
        }

        /// What one agrees to, beside the box to tick.
        package var words: Words {
            switch self {
            case .service:
                Words(
                    "同意把难题和企业概况给被推荐的专家看，只用于这次服务。接单以前，专家只看到隐去名称、电话和地点的摘要",
                    "I agree that my problem and an outline of my business are shown to the experts recommended for it, for this service only. Until one accepts, they see a summary without names, numbers and places")
            case .training:
                Words(
                    "同意用隐去名称、电话和地点后的文字改进分办。不同意也一样得到服务",
                    "I agree that the text, with names, numbers and places blacked out, may improve how needs are sorted. The service does not depend on it")
            }
        }

        /// What withdrawing brings about.
        package var withdrawal: Words {
            switch self {
            case .service:
                Words("以后的难题不再给新的专家看；正在服务的，请在案例里说结束", "Your needs are no longer shown to further experts; a case that runs is ended on its own page")
            case .training: Words("您的文字从此不再用于改进", "Your text is not used for improvements from now on")
            }
        }
    }

    package struct Given: Happening { package static let kind = "consent.given"; package let subject: Subject; package let fields: [String: String] }
    package struct Withdrawn: Happening { package static let kind = "consent.withdrawn"; package let subject: Subject; package let fields: [String: String] }

    package let purpose: Purpose
    package let version: Int
    let givenAt: Instant
    package let withdrawnAt: Instant?

    package var isOpen: Bool { withdrawnAt == nil && version == purpose.version }

    static let migration = Migration(
        "Identity", 12,
        [
            """
            create table consent (id \(.text) not null primary key, person \(.text) not null references person (id), purpose \(.text) not null check (purpose in ('service', 'training')),
                version \(.int) not null, given_at \(.int) not null, withdrawn_at \(.int) check (withdrawn_at >= given_at))\(.strict)
            """,
            "create index consent_person on consent (person, given_at)",
            "create unique index consent_open on consent (person, purpose, version) where withdrawn_at is null",
        ])
}

extension Reader {
    /// All that was ever given, newest first.
    package func consents(of person: ID<Person>) throws -> [Consent] {
        try rows("select purpose, version, given_at, withdrawn_at from consent where person = \(person) order by given_at desc, id desc limit 200") { row in
            Consent(purpose: try row(), version: try row(), givenAt: try row(), withdrawnAt: try row.maybe())
        }
    }

    /// Whether a use may go on now: asked in the transaction that uses, so that a withdrawal counts at once (P4).
    package func hasConsented(_ person: ID<Person>, to purpose: Consent.Purpose) throws -> Bool {
        try exists("select 1 from consent where person = \(person) and purpose = \(purpose) and version = \(purpose.version) and withdrawn_at is null")
    }
}

extension Transaction {
    /// Gives consent. May be repeated: what is given already stays.
    package func consent(_ person: ID<Person>, to purpose: Consent.Purpose, now: Instant, from address: String = "") throws {
        let isNew = try insertsOnce(
            "insert into consent (id, person, purpose, version, given_at) values (\(ID<Consent>(at: now)), \(person), \(purpose), \(purpose.version), \(now)) on conflict do nothing")
        guard isNew else { return }
        try record(
            Consent.Given(subject: Subject("person", person), fields: ["purpose": purpose.rawValue, "version": "\(purpose.version)"]), by: .person(person), at: now, from: address)
    }

    /// Withdraws it, as easily as it was given (art. 15). May be repeated.
    package func withdraw(_ person: ID<Person>, from purpose: Consent.Purpose, now: Instant, from address: String = "") throws {
        guard try run("update consent set withdrawn_at = \(now) where person = \(person) and purpose = \(purpose) and withdrawn_at is null") > 0 else { return }
        try record(Consent.Withdrawn(subject: Subject("person", person), fields: ["purpose": purpose.rawValue]), by: .person(person), at: now, from: address)
    }
}
