import Storage
package import Values
package import Web

/// A file that belongs to a thing of the field. Its id is a name, not a right: who may see the thing may see the file.
package struct StoredFile: Sendable {
    package let id: ID<StoredFile>
    package let subject: Subject
    /// As the person called it, ending included.
    package let name: String
    package let kind: FileKind
    package let size: Int
    package let by: Party
    package let at: Instant
    /// Below the folder of files: `ab/` and a random name (F3).
    let place: String

    package static let page = Path("files/*", ID<StoredFile>.self)

    static let migration = Migration(
        "Files", 1,
        [
            """
            create table file (id \(.text) not null primary key, subject_kind \(.text) not null, subject_id \(.text) not null,
                name \(.text) not null, kind \(.text) not null, size \(.int) not null check (size > 0), sha256 \(.text) not null,
                place \(.text) not null unique, by_party \(.text) not null, owner \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index file_subject on file (subject_kind, subject_id, id)",
            "create index file_owner on file (owner)",
            // Locked while somebody's sum is taken: two uploads at once cannot both be the last that fits.
            "create table file_quota (owner \(.text) not null primary key)\(.strict)",
        ])
}

extension FileKind: CellCodable {}

/// A file that was checked and stored, and belongs to nothing yet. Without a row it is swept away after a day.
package struct TakenFile: Sendable {
    package let name: String
    package let kind: FileKind
    package let size: Int
    /// SHA-256 in hexadecimal digits.
    package let hash: String
    let place: String
    let path: String
    /// In bytes, by person; where nobody is known, by thing.
    let quota: Int
}
