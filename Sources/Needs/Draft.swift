import Files
import Languages
import Markup
import Reference
package import Storage
package import Values
package import Web

/// A need that is still being written: kept while it is typed, whatever is in it. It belongs to an anonymous cookie until the
/// mobile code, then to the person, on any device. Unclaimed it is erased after 30 days.
package struct Draft: Sendable {
    package let id: ID<Draft>
    let visitor: String
    let person: ID<Person>?
    /// What was typed, as typed.
    var form: [String: [String]]
    let updated: Instant
    let sent: ID<Need>?

    package static let start = Path("needs/new")
    package static let page = Path("needs/drafts/*", ID<Draft>.self)
    /// Where the script keeps what is typed while it is typed.
    static let text = Path("needs/drafts/*/text", ID<Draft>.self)
    static let file = Path("needs/drafts/*/files/*/removal", Two<ID<Draft>, ID<StoredFile>>.self)
    static let who = Path("needs/drafts/*/who", ID<Draft>.self)
    static let removal = Path("needs/drafts/*/removal", ID<Draft>.self)

    package var subject: Subject { Subject("draft", id) }

    /// Before the code at most 3 files and 20 MB, held privately.
    static let mostFiles = 3
    static let mostBytes = 20 << 20

    func belongs(to visit: Visit) -> Bool { person.map { $0 == visit.viewer.person } ?? (visitor == visit.visitor) }

    // MARK: The fields

    static let statement = Field<String>.area(
        "statement", Words("遇到了什么难题", "What is the problem?"),
        hint: Words("什么时候开始的，试过什么办法，想要什么结果", "Since when, what you have tried, what result you want"), longest: 1000, shortest: 10)
    static let domain = Field<Domain>.choice(
        "domain", Words("大概属于哪一类", "Roughly which kind"), hint: Words("不确定可以不选", "Leave it open if you are not sure"), of: Domain.allCases, columns: true) { $0.words }
    static let urgency = Field<Urgency>.choice("urgency", Words("有多急", "How urgent is it?"), of: [.thisMonth, .thisWeek, .now]) { $0.words }
    static let expert = Field<String>.hidden("expert")
    static let names = ["statement", "domain", "urgency", "expert"]

    static let migration = Migration(
        "Needs", 1,
        [
            """
            create table need_draft (id \(.text) not null primary key, visitor \(.text) not null, person \(.text), fields \(.text) not null,
                updated \(.int) not null, sent \(.text))\(.strict)
            """,
            "create index need_draft_visitor on need_draft (visitor) where sent is null",
            "create index need_draft_person on need_draft (person) where sent is null",
            "create index need_draft_updated on need_draft (updated) where sent is null",
        ])
}

extension Reader {
    package func draft(_ id: ID<Draft>) throws -> Draft? {
        try first("select id, visitor, person, fields, updated, sent from need_draft where id = \(id)", Draft.init)
    }

    /// The newest draft that this visitor or person has not sent.
    func openDraft(visitor: String, person: ID<Person>?) throws -> Draft? {
        let mine: SQL = person.map { "person = \($0)" } ?? "person is null and visitor = \(visitor)"
        return try first("select id, visitor, person, fields, updated, sent from need_draft where sent is null and \(mine) order by updated desc limit 1", Draft.init)
    }

    func openDrafts(of person: ID<Person>) throws -> [Draft] {
        try rows("select id, visitor, person, fields, updated, sent from need_draft where sent is null and person = \(person) order by updated desc limit 20", Draft.init)
    }
}

extension Transaction {
    /// Keeps what was typed. A draft that became a need is not brought back.
    func keep(_ draft: Draft, now: Instant) throws {
        try run(
            """
            insert into need_draft (id, visitor, person, fields, updated) values (\(draft.id), \(draft.visitor), \(draft.person), \(Form.spelled(draft.form)), \(now))
            on conflict (id) do update set fields = excluded.fields, updated = excluded.updated where need_draft.sent is null
            """)
    }

    /// The anonymous drafts of a visitor find their owner at the mobile code.
    package func claimDrafts(visitor: String, for person: ID<Person>) throws {
        try run("update need_draft set person = \(person) where visitor = \(visitor) and person is null and sent is null")
    }

    /// Counted under the lock, so that uploads at once are not more than one may have. Answers why not, and then adds none.
    func add(_ files: [TakenFile], to draft: Draft, by person: ID<Person>?, now: Instant) throws -> Words? {
        if person == nil {
            let old = try self.files(of: draft.subject, limit: 20)
            if old.count + files.count > Draft.mostFiles { return Words("登录前最多放\(Draft.mostFiles)个文件", "Before sign-in at most \(Draft.mostFiles) files") }
            if old.reduce(0, { $0 + $1.size }) + files.reduce(0, { $0 + $1.size }) > Draft.mostBytes { return Words("登录前合计不超过20 MB", "Before sign-in at most 20 MB together") }
        }
        for file in files { _ = try add(file, to: draft.subject, by: person.map(Party.person) ?? .system, now: now) }
        return nil
    }

    func lockDraft(_ id: ID<Draft>) throws -> Draft? {
        _ = try values("select id from need_draft where id = \(id)\(.forUpdate)", String.self)
        return try draft(id)
    }

    func markSent(_ draft: ID<Draft>, as need: ID<Need>) throws -> Bool {
        try run("update need_draft set sent = \(need), fields = '' where id = \(draft) and sent is null") == 1
    }

    func removeDraft(_ id: ID<Draft>) throws { try run("delete from need_draft where id = \(id) and sent is null") }

    /// Unclaimed drafts go after 30 days; the ids of those that went, for their files.
    package func eraseOldDrafts(before: Instant) throws -> [ID<Draft>] {
        try values("delete from need_draft where person is null and sent is null and updated < \(before) returning id")
    }
}

extension Draft {
    fileprivate init(_ row: inout Row) throws {
        self.init(
            id: try row(), visitor: try row(), person: try row.maybe(), form: Form.typed(in: try row()), updated: try row(), sent: try row.maybe())
    }
}
