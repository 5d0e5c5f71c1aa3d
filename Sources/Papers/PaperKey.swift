package import Documents
import Foundation
import Happenings
package import Storage
package import Values

/// The keys by which institutions sign their papers. The secret half is sealed by the vault; the certificates of all keys an
/// institution ever had are kept, so that old papers can be checked.
package enum PaperKey {
    static let migration = Migration(
        "Papers", 2,
        [
            """
            create table paper_key (id \(.text) not null primary key, institution \(.text) not null references organisation (id),
                certificate \(.bytes) not null, issuer \(.bytes), secret_sealed \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index paper_key_institution on paper_key (institution, id)",
            // The frozen PDF; its bytes lie in the store of files, which asks this room who may have them.
            """
            create table paper_file (paper \(.text) not null primary key references paper (id), file \(.text) not null unique references file (id),
                sha256 \(.text) not null unique, at \(.int) not null)\(.strict)
            """,
            // Checks that found nothing, by address and hour (R3).
            "create table paper_try (address \(.text) not null, hour \(.int) not null, count \(.int) not null, primary key (address, hour))\(.strict)",
        ] + SQL.appendOnly("paper_file"))

    package struct Made: Happening { package static let kind = "paperKey.made"; package let subject: Subject }
}

extension Reader {
    /// The newest key of an institution; nil when it has none yet.
    package func signingKey(of institution: ID<Organisation>) throws -> SigningKey? {
        try first("select id, certificate, issuer, secret_sealed from paper_key where institution = \(institution) order by id desc limit 1") { row in
            let id: ID<SigningKey> = try row()
            let certificate: [UInt8] = try row()
            let issuer: [UInt8]? = try row.maybe()
            let secret = try vault.open(try row(), at: "paper_key.secret.\(id)")
            guard let bytes = Data(base64Encoded: secret) else { throw StorageFailure.refused(what: "paper_key.secret_sealed") }
            return SigningKey(certificate: certificate, issuer: issuer, secret: [UInt8](bytes))
        }
    }

    /// The certificates of all its keys, the newest first, each with who certified it.
    package func certificates(of institution: ID<Organisation>) throws -> [(own: [UInt8], issuer: [UInt8]?)] {
        try rows("select certificate, issuer from paper_key where institution = \(institution) order by id desc limit 100") { (try $0(), try $0.maybe()) }
    }

    /// By which an institution's papers are checked: all its certificates, and the keys of its ledger.
    package func trust(in institution: ID<Organisation>) throws -> PaperCheck.Trust {
        PaperCheck.Trust(
            certificates: try certificates(of: institution).flatMap { Documents.certificates(in: $0.issuer ?? []) + [$0.own] }, ledgers: try noteKeys(institution))
    }

    /// Which institutions have keys, and how many papers each has signed.
    package func institutionsWithKeys() throws -> [(institution: ID<Organisation>, keys: Int)] {
        try rows("select institution, cast(count(*) as \(.int)) from paper_key group by institution order by institution limit 10000") { (try $0(), try $0()) }
    }
}

extension Transaction {
    /// From now on the institution signs with this key.
    package func add(_ key: SigningKey, of institution: ID<Organisation>, by: Party, at now: Instant) throws {
        guard key.isWhole else { throw SignatureFailure.cryptography("the key does not belong to the certificate") }
        let id = ID<SigningKey>(at: now)
        let sealed = try vault.seal(Data(key.secret).base64EncodedString(), at: "paper_key.secret.\(id)")
        try run("insert into paper_key (id, institution, certificate, issuer, secret_sealed, at) values (\(id), \(institution), \(key.certificate), \(key.issuer), \(sealed), \(now))")
        try record(PaperKey.Made(subject: Subject("organisation", institution)), by: by, at: now)
    }
}
