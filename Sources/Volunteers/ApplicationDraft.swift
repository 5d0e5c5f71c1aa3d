import Files
import Languages
package import Storage
package import Values
import Web

/// An application that is still being written: kept while it is typed. It belongs to an anonymous cookie until the mobile
/// code, then to the person, on any device. Unclaimed it is erased after 30 days.
package struct ApplicationDraft: Sendable {
    package let id: ID<ApplicationDraft>
    let visitor: String
    let person: ID<Person>?
    /// The institution that it goes to, and what it answers.
    let institution: ID<Organisation>
    let recruitment: ID<Recruitment>?
    let invitation: ID<PersonalInvitation>?
    /// What was typed, as typed.
    var form: [String: [String]]
    let updated: Instant
    let sent: ID<Application>?

    static let page = Path("applications/drafts/*", ID<ApplicationDraft>.self)
    /// Where the script keeps what is typed while it is typed.
    static let text = Path("applications/drafts/*/text", ID<ApplicationDraft>.self)
    static let file = Path("applications/drafts/*/files/*/removal", Two<ID<ApplicationDraft>, PathText>.self)
    static let confirmation = Path("applications/drafts/*/confirmation", ID<ApplicationDraft>.self)
    static let removal = Path("applications/drafts/*/removal", ID<ApplicationDraft>.self)

    package var subject: Subject { Subject("applicationDraft", id) }

    /// Before the code at most 3 files and 20 MB, held privately.
    static let mostFiles = 3
    static let mostBytes = 20 << 20

    func belongs(to visit: Visit) -> Bool { person.map { $0 == visit.viewer.person } ?? (visitor == visit.visitor) }

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
    package func applicationDraft(_ id: ID<ApplicationDraft>) throws -> ApplicationDraft? {
        try first("\(ApplicationDraft.columns) where id = \(id)", ApplicationDraft.init)
    }

    /// The newest draft for this institution that the visitor or person has not sent.
    func openApplicationDraft(visitor: String, person: ID<Person>?, to institution: ID<Organisation>) throws -> ApplicationDraft? {
        let mine: SQL = person.map { "person = \($0)" } ?? "person is null and visitor = \(visitor)"
        return try first("\(ApplicationDraft.columns) where sent is null and institution = \(institution) and \(mine) order by updated desc limit 1", ApplicationDraft.init)
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

    func lockedApplicationDraft(_ id: ID<ApplicationDraft>) throws -> ApplicationDraft? {
        _ = try values("select id from application_draft where id = \(id)\(.forUpdate)", String.self)
        return try applicationDraft(id)
    }

    /// Counted under the lock, so that uploads at once are not more than one may have. Answers why not, and then adds none.
    func add(_ files: [TakenFile], to draft: ApplicationDraft, by person: ID<Person>?, now: Instant) throws -> Words? {
        if person == nil {
            let old = try self.files(of: draft.subject, limit: 20)
            if old.count + files.count > ApplicationDraft.mostFiles { return Words("登录前最多放\(ApplicationDraft.mostFiles)个文件", "Before sign-in at most \(ApplicationDraft.mostFiles) files") }
            if old.reduce(0, { $0 + $1.size }) + files.reduce(0, { $0 + $1.size }) > ApplicationDraft.mostBytes { return Words("登录前合计不超过20 MB", "Before sign-in at most 20 MB together") }
        }
        for file in files { _ = try add(file, to: draft.subject, by: person.map(Party.person) ?? .system, now: now) }
        return nil
    }

    /// The anonymous drafts of a visitor find their owner at the mobile code.
    package func claimApplicationDrafts(visitor: String, for person: ID<Person>) throws {
        try run("update application_draft set person = \(person) where visitor = \(visitor) and person is null and sent is null")
    }

    func markSent(_ draft: ID<ApplicationDraft>, as application: ID<Application>) throws -> Bool {
        try run("update application_draft set sent = \(application), fields = '' where id = \(draft) and sent is null") == 1
    }

    func remove(_ draft: ID<ApplicationDraft>) throws { try run("delete from application_draft where id = \(draft) and sent is null") }

    /// Unclaimed drafts go after 30 days; the ids of those that went, for their files.
    package func eraseOldApplicationDrafts(before: Instant) throws -> [ID<ApplicationDraft>] {
        try values("delete from application_draft where person is null and sent is null and updated < \(before) returning id")
    }
}

extension ApplicationDraft {
    fileprivate static let columns: SQL = "select id, visitor, person, institution, recruitment, invitation, fields, updated, sent from application_draft"

    fileprivate init(_ row: inout Row) throws {
        self.init(
            id: try row(), visitor: try row(), person: try row.maybe(), institution: try row(), recruitment: try row.maybe(), invitation: try row.maybe(),
            form: Form.typed(in: try row()), updated: try row(), sent: try row.maybe())
    }
}
