package import Languages
package import Storage
package import Values
package import Web

/// What is still being written, kept while it is typed, whatever is in it. It belongs to an anonymous cookie until the mobile
/// code, then to the person, on any device. What nobody claims is erased after 30 days.
package protocol Unsent: Sendable {
    /// What it becomes.
    associatedtype Sent

    /// Its table, with the columns `id`, `visitor`, `person`, `fields`, `updated` and `sent` besides its own.
    static var table: StaticString { get }
    /// The columns that `init(_:)` reads, in its order.
    static var columns: SQL { get }
    static var subjectKind: String { get }

    var id: ID<Self> { get }
    var visitor: String { get }
    var person: ID<Person>? { get }
    var sent: ID<Sent>? { get }

    init(_ row: inout Row) throws
}

/// Whoever writes: a cookie's hash, and the person once they have signed in.
package struct Writer: Sendable {
    package let visitor: String
    package let person: ID<Person>?

    /// What is theirs among the unsent of a table.
    package var condition: SQL {
        let mine: SQL = person.map { "person = \($0)" } ?? "person is null and visitor = \(visitor)"
        return "sent is null and \(mine)"
    }
}

extension Unsent {
    /// Before the code at most 3 files and 20 MB, held privately.
    package static var mostFiles: Int { 3 }
    static var mostBytes: Int { 20 << 20 }
    /// From one network in an hour, whatever the drafts: a new cookie costs nothing, and a full disk costs everybody (R4).
    static var mostFilesPerHour: Int { 60 }

    package static func subject(_ id: ID<Self>) -> Subject { Subject(subjectKind, id) }
    package var subject: Subject { Self.subject(id) }

    package func belongs(to writer: Writer) -> Bool { person.map { $0 == writer.person } ?? (visitor == writer.visitor) }

    /// How many files its form takes in: one more than a stranger may, so that they are told; what comes beyond is not even read.
    package static func taken(from writer: Writer) -> Int { writer.person == nil ? mostFiles + 1 : 10 }
}

extension Visit {
    package var writer: Writer { Writer(visitor: visitor, person: viewer.person) }

    /// What this visitor is writing, with its files.
    package func draft<Draft: Unsent>(_ id: ID<Draft>) async throws -> (draft: Draft, files: [StoredFile]) {
        let writer = writer
        return try await read { reader in (draft: try reader.draft(id, of: writer), files: try reader.files(ofDraft: id)) }
    }
}

extension Reader {
    package func draft<Draft: Unsent>(_ id: ID<Draft>) throws -> Draft? {
        try first("select \(Draft.columns) from \(.named(Draft.table)) where id = \(id)", Draft.init)
    }

    /// Theirs, or `Problem.notFound`. Signed out in the middle: the same comes again after signing in (`Problem.signIn`). Whether
    /// a draft is there nobody learns by it.
    package func draft<Draft: Unsent>(_ id: ID<Draft>, of writer: Writer) throws -> Draft {
        guard let draft: Draft = try draft(id), draft.belongs(to: writer) else { throw writer.person == nil ? Problem.signIn : Problem.notFound }
        return draft
    }

    package func files<Draft: Unsent>(ofDraft id: ID<Draft>) throws -> [StoredFile] { try files(of: Draft.subject(id), limit: 20) }
}

extension Transaction {
    package func lockDraft<Draft: Unsent>(_ id: ID<Draft>) throws -> Draft? {
        _ = try values("select id from \(.named(Draft.table)) where id = \(id)\(.forUpdate)", String.self)
        return try draft(id)
    }

    /// The anonymous drafts of a visitor find their owner at the mobile code.
    package func claim<Draft: Unsent>(_: Draft.Type, of visitor: String, for person: ID<Person>) throws {
        try run("update \(.named(Draft.table)) set person = \(person) where visitor = \(visitor) and person is null and sent is null")
    }

    /// Counted under the lock, so that uploads at once are not more than one may have. Answers why not, and then adds none.
    package func add<Draft: Unsent>(_ files: [TakenFile], to draft: Draft, by person: ID<Person>?, now: Instant) throws -> Words? {
        if person == nil {
            let old = try self.files(ofDraft: draft.id)
            if old.count + files.count > Draft.mostFiles { return Words("登录前最多放\(Draft.mostFiles)个文件", "Before sign-in at most \(Draft.mostFiles) files") }
            if old.reduce(0, { $0 + $1.size }) + files.reduce(0, { $0 + $1.size }) > Draft.mostBytes { return Words("登录前合计不超过20 MB", "Before sign-in at most 20 MB together") }
        }
        for file in files { _ = try add(file, to: draft.subject, by: person.map(Party.person) ?? .system, now: now) }
        return nil
    }

    /// False when it was sent before; the second one is told what the first has made of it.
    package func markSent<Draft: Unsent>(_ draft: ID<Draft>, as sent: ID<Draft.Sent>) throws -> Bool {
        try run("update \(.named(Draft.table)) set sent = \(sent), fields = '' where id = \(draft) and sent is null") == 1
    }

    /// The draft and its files; what was sent stays.
    package func removeDraft<Draft: Unsent>(_ id: ID<Draft>) throws {
        guard try run("delete from \(.named(Draft.table)) where id = \(id) and sent is null") == 1 else { return }
        try removeFiles(of: Draft.subject(id))
    }

    /// Those that nobody has claimed, with their files.
    package func eraseUnclaimed<Draft: Unsent>(_: Draft.Type, before: Instant) throws {
        let old = try values("delete from \(.named(Draft.table)) where person is null and sent is null and updated < \(before) returning id", ID<Draft>.self)
        for id in old { try removeFiles(of: Draft.subject(id)) }
    }
}

extension FileStore {
    /// Puts the files of a form to the draft; what is refused is noted beside the field.
    package func keep<Draft: Unsent>(_ form: inout Form, in id: ID<Draft>, _ visit: Visit) async throws {
        guard !form.uploads.isEmpty else { return }
        let (writer, now) = (visit.writer, visit.now)
        if writer.person == nil {
            for _ in form.uploads where visit.limits.take("draft file \(visit.network)", most: Draft.mostFilesPerHour, within: .hours(1), now: now) != nil {
                form.uploads = []
                return form.wrong(named: FileStore.field, Words("这个网络放的文件太多了，请先写文字，登录后再放", "Too many files came from this network; please write first, and add them after signing in"))
            }
        }
        let taken = await take(&form)
        guard !taken.isEmpty else { return }
        do {
            let refusal = try await visit.write { tx in
                guard let draft = try tx.lockDraft(id), draft.sent == nil, draft.belongs(to: writer) else { throw Problem.notFound }
                return try tx.add(taken, to: draft, by: writer.person, now: now)
            }
            guard let refusal else { return }
            form.wrong(named: FileStore.field, refusal)
        } catch {
            taken.forEach { $0.forget() }
            throw error
        }
        taken.forEach { $0.forget() }
    }
}
