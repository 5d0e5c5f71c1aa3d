import Files
package import Storage
package import Values
import Web

/// An application that is still being written.
package struct ApplicationDraft: Unsent {
    package let id: ID<ApplicationDraft>
    package let visitor: String
    package let person: ID<Person>?
    /// The institution that it goes to, and what it answers.
    let institution: ID<Organisation>
    let recruitment: ID<Recruitment>?
    let invitation: ID<PersonalInvitation>?
    /// What was typed, as typed.
    var form: [String: [String]]
    let updated: Instant
    package let sent: ID<Application>?

    static let page = Path("applications/drafts/*", ID<ApplicationDraft>.self)
    /// Where the script keeps what is typed while it is typed.
    static let text = Path("applications/drafts/*/text", ID<ApplicationDraft>.self)
    static let file = Path("applications/drafts/*/files/*/removal", Two<ID<ApplicationDraft>, ID<StoredFile>>.self)
    static let confirmation = Path("applications/drafts/*/confirmation", ID<ApplicationDraft>.self)
    static let removal = Path("applications/drafts/*/removal", ID<ApplicationDraft>.self)

    package static let table: StaticString = "application_draft"
    package static let columns: SQL = "id, visitor, person, institution, recruitment, invitation, fields, updated, sent"
    package static let subjectKind = "applicationDraft"

    static let migration = Migration(
        "Volunteers", 5,
        [
            """
            create table application_draft (id \(.text) not null primary key, visitor \(.text) not null, person \(.text), institution \(.text) not null,
                recruitment \(.text), invitation \(.text), fields \(.text) not null, updated \(.int) not null, sent \(.text))\(.strict)
            """,
            "create index application_draft_visitor on application_draft (visitor) where sent is null",
            "create index application_draft_person on application_draft (person) where sent is null",
            "create index application_draft_updated on application_draft (updated) where sent is null",
            // A call to one person (定向邀请): bound to a mobile number, and with it to the person who proves it; used once.
            """
            create table personal_invitation (id \(.text) not null primary key, institution \(.text) not null references organisation (id), region \(.text) not null,
                person \(.text) not null references person (id), words \(.text) not null, expires_at \(.int) not null, by_person \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index personal_invitation_institution on personal_invitation (institution, id)",
            "create index personal_invitation_person on personal_invitation (person)",
            "create table personal_invitation_use (invitation \(.text) not null primary key references personal_invitation (id), application \(.text) not null references application (id), at \(.int) not null)\(.strict)",
        ])
}

extension Reader {
    /// The newest draft for this institution that they have not sent.
    func openApplicationDraft(of writer: Writer, to institution: ID<Organisation>) throws -> ApplicationDraft? {
        try first("select \(ApplicationDraft.columns) from application_draft where institution = \(institution) and \(writer.condition) order by updated desc limit 1", ApplicationDraft.init)
    }
}

extension Transaction {
    /// Keeps what was typed. A draft that was sent is not brought back.
    func keep(_ draft: ApplicationDraft) throws {
        try run(
            """
            insert into application_draft (id, visitor, person, institution, recruitment, invitation, fields, updated)
            values (\(draft.id), \(draft.visitor), \(draft.person), \(draft.institution), \(draft.recruitment), \(draft.invitation), \(Form.spelled(draft.form)), \(draft.updated))
            on conflict (id) do update set fields = excluded.fields, updated = excluded.updated, person = coalesce(application_draft.person, excluded.person)
            where application_draft.sent is null
            """)
    }
}

extension ApplicationDraft {
    package init(_ row: inout Row) throws {
        self.init(
            id: try row(), visitor: try row(), person: try row.maybe(), institution: try row(), recruitment: try row.maybe(), invitation: try row.maybe(),
            form: Form.typed(in: try row()), updated: try row(), sent: try row.maybe())
    }
}
