import Files
import Languages
import Markup
import Reference
package import Storage
package import Values
package import Web

/// A need that is still being written.
package struct Draft: Unsent {
    package let id: ID<Draft>
    package let visitor: String
    package let person: ID<Person>?
    /// What was typed, as typed.
    var form: [String: [String]]
    let updated: Instant
    package let sent: ID<Need>?

    package static let start = Path("needs/new")
    package static let page = Path("needs/drafts/*", ID<Draft>.self)
    /// Where the script keeps what is typed while it is typed.
    static let text = Path("needs/drafts/*/text", ID<Draft>.self)
    static let file = Path("needs/drafts/*/files/*/removal", Two<ID<Draft>, ID<StoredFile>>.self)
    static let who = Path("needs/drafts/*/who", ID<Draft>.self)
    static let removal = Path("needs/drafts/*/removal", ID<Draft>.self)

    package static let table: StaticString = "need_draft"
    package static let columns: SQL = "id, visitor, person, fields, updated, sent"
    package static let subjectKind = "draft"

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
    /// The newest draft that they have not sent.
    func openDraft(of writer: Writer) throws -> Draft? {
        try first("select \(Draft.columns) from need_draft where \(writer.condition) order by updated desc limit 1", Draft.init)
    }

    func openDrafts(of person: ID<Person>) throws -> [Draft] {
        try rows("select \(Draft.columns) from need_draft where sent is null and person = \(person) order by updated desc limit 20", Draft.init)
    }
}

extension Transaction {
    /// Keeps what was typed. A draft that became a need is not brought back.
    func keep(_ draft: Draft) throws {
        try run(
            """
            insert into need_draft (id, visitor, person, fields, updated) values (\(draft.id), \(draft.visitor), \(draft.person), \(Form.spelled(draft.form)), \(draft.updated))
            on conflict (id) do update set fields = excluded.fields, updated = excluded.updated where need_draft.sent is null
            """)
    }
}

extension Draft {
    package init(_ row: inout Row) throws {
        self.init(
            id: try row(), visitor: try row(), person: try row.maybe(), form: Form.typed(in: try row()), updated: try row(), sent: try row.maybe())
    }
}
