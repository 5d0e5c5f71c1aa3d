import Happenings
package import Identity
import Languages
import Messaging
import Reference
package import Storage
import Turns
package import Values
package import Web

/// What the two say to each other in a case. An internal note of staff is another type and is never shown to them (lesson 7).
package struct Message: Sendable {
    package let id: ID<Message>
    package let by: ID<Person>
    package let text: String
    package let at: Instant

    static let page = Path("cases/*/messages", ID<Case>.self)
    static let text = Field<String>.area("text", Words("写给对方", "Write"), longest: 3000, low: true)

    package struct Sent: Happening {
        package static let kind = "case.messageSent"
        package let subject: Subject
    }

    static let migration = Migration(
        "Cases", 4,
        [
            """
            create table case_message (id \(.text) not null primary key, service_case \(.text) not null references service_case (id),
                by_person \(.text) not null, text \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index case_message_case on case_message (service_case, id)",
            """
            create table case_note (id \(.text) not null primary key, service_case \(.text) not null references service_case (id),
                by_person \(.text) not null, text \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index case_note_case on case_note (service_case, id)",
        ])
}

/// Staff's own note on a case.
package struct Note: Sendable {
    package let id: ID<Note>
    package let by: ID<Person>
    package let text: String
    package let at: Instant
    static let page = Path("cases/*/notes", ID<Case>.self)
    static let text = Field<String>.area("note", Words("内部备注", "Internal note"), hint: Words("只有本机构工作人员看得到，企业和专家看不到", "Seen by this institution's staff alone"), longest: 2000, low: true)
    struct Written: Happening {
        static let kind = "case.noteWritten"
        let subject: Subject
    }
}

package enum Talk {}
extension Permission where Deed == Talk, Noun == Case {
    package static var talk: Self { Permission("case.talk", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague)), Grant(.expert, .own(.expert))]) }
}
extension Permission where Deed == Note, Noun == Case {
    /// Who reads them: those who write, and the auditor (A8).
    static var readNotes: Self { Permission("case.readNotes", note.grants + [Grant(.auditor, .anywhere)]) }
    package static var note: Self { Permission("case.note", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Reader {
    func messages(of id: ID<Case>, limit: Int) throws -> [Message] {
        try rows("select id, by_person, text, at from case_message where service_case = \(id) order by id desc limit \(limit)") { row in
            Message(id: try row(), by: try row(), text: try row(), at: try row())
        }.reversed()
    }

    func notes(of id: ID<Case>, limit: Int) throws -> [Note] {
        try rows("select id, by_person, text, at from case_note where service_case = \(id) order by id desc limit \(limit)") { row in
            Note(id: try row(), by: try row(), text: try row(), at: try row())
        }.reversed()
    }
}

extension Transaction {
    package func add(_ message: Message, to id: ID<Case>, by may: May<Talk, Case>) throws {
        try run("insert into case_message (id, service_case, by_person, text, at) values (\(message.id), \(id), \(may.person), \(message.text), \(message.at))")
    }

    func add(_ note: Note, to id: ID<Case>, by may: May<Note, Case>) throws {
        try run("insert into case_note (id, service_case, by_person, text, at) values (\(note.id), \(id), \(may.person), \(note.text), \(note.at))")
    }
}
