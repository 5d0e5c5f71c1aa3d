package import Storage
package import Values

extension Reader {
    /// The files of a thing, oldest first.
    package func files(of subject: Subject, limit: Int = 100) throws -> [StoredFile] {
        try rows(
            "\(StoredFile.columns) where subject_kind = \(subject.kind) and subject_id = \(subject.id) order by at, name, id limit \(limit)",
            StoredFile.init)
    }

    package func file(_ id: ID<StoredFile>) throws -> StoredFile? {
        try first("\(StoredFile.columns) where id = \(id)", StoredFile.init)
    }

    /// How many bytes somebody keeps here.
    func bytes(_ owner: String) throws -> Int {
        try count("select cast(coalesce(sum(size), 0) as \(.int)) from file where owner = \(owner)")
    }

    /// Those of these places that a row names.
    package func ownedPlaces(_ places: [String]) throws -> Set<String> {
        Set(try values("select place from file where place in (\(list: places))", String.self))
    }
}

extension Transaction {
    /// Gives a file that was taken to the thing it belongs to. Not for a second time: its place in the store is a key.
    ///
    /// - Throws: `FileRefusal.quota` when it is more than its owner may keep; nothing is written then.
    @discardableResult
    package func add(_ file: TakenFile, to subject: Subject, by: Party, now: Instant) throws -> ID<StoredFile> {
        let owner = StoredFile.owner(by, subject)
        try run("insert into file_quota (owner) values (\(owner)) on conflict (owner) do nothing")
        _ = try rows("select owner from file_quota where owner = \(owner)\(.forUpdate)") { _ in true }
        guard try bytes(owner) + file.size <= file.quota else { throw FileRefusal.quota(megabytes: file.quota >> 20) }
        let id = ID<StoredFile>(at: now)
        try run(
            """
            insert into file (id, subject_kind, subject_id, name, kind, size, sha256, place, by_party, owner, at)
            values (\(id), \(subject.kind), \(subject.id), \(file.name), \(file.kind), \(file.size), \(file.hash), \(file.place), \(by),
                \(owner), \(now))
            """)
        return id
    }

    /// A draft's files become the need's. Whoever turned out to be behind them, `by`, owns them from now on.
    package func moveFiles(from: Subject, to: Subject, by: Party? = nil) throws {
        try run("update file set subject_kind = \(to.kind), subject_id = \(to.id) where subject_kind = \(from.kind) and subject_id = \(from.id)")
        let (old, new) = (StoredFile.owner(.system, from), StoredFile.owner(by ?? .system, to))
        try run(
            """
            update file set owner = \(new) \(by.map { ", by_party = \($0)" as SQL })
            where subject_kind = \(to.kind) and subject_id = \(to.id) and owner = \(old)
            """)
    }

    /// Takes a file away from its thing; false when it is not one of its files. The bytes go with the next sweep.
    @discardableResult
    package func removeFile(_ id: ID<StoredFile>, of subject: Subject) throws -> Bool {
        try run("delete from file where id = \(id) and subject_kind = \(subject.kind) and subject_id = \(subject.id)") == 1
    }

    /// All files of each of these things; `ids` is a query for them.
    package func removeFiles(ofEach kind: String, in ids: SQL) throws {
        try run("delete from file where subject_kind = \(kind) and subject_id in (\(ids))")
    }

    /// All files of a thing that is erased.
    package func removeFiles(of subject: Subject) throws {
        try run("delete from file where subject_kind = \(subject.kind) and subject_id = \(subject.id)")
    }
}

extension StoredFile {
    fileprivate static let columns: SQL = "select id, subject_kind, subject_id, name, kind, size, by_party, at, place from file"

    fileprivate init(_ row: inout Row) throws {
        self.init(
            id: try row(), subject: Subject(kind: try row(), id: try row()), name: try row(), kind: try row(), size: try row(), by: try row(),
            at: try row(), place: try row())
    }

    /// Whose quota a file counts against: the person's; a stranger's files count by the thing they hang on.
    fileprivate static func owner(_ by: Party, _ subject: Subject) -> String {
        by == .system ? "\(subject.kind):\(subject.id)" : by.key
    }
}
