import Foundation
import Languages
import Markup
import Storage
import TestSupport
import Values

@testable import Web

/// A room for tests of the web alone: notes that are written, files that are left, pages of each kind.
struct NotesRoom: Room {
    enum Note {}
    enum Reading {}

    static let page = Path("notes")
    static let undo = Path("notes/*/withdrawal", ID<Note>.self)
    static let files = Path("files")
    static let text = Field<String>.text("text", Words("内容", "Text"), longest: 20, shortest: 2)
    static let reader = Role("reader", Words("读者", "Reader"))
    static let reading = Permission<Reading, Note>("note.read", [Grant(reader, .anywhere)])

    let folder: String

    var migrations: [Migration] {
        Visit.migrations + [
            Migration(
                "Notes", 1,
                [
                    "create table note (id \(.text) not null primary key, text \(.text) not null, tags \(.int) not null)\(.strict)",
                    "create table upload (name \(.text) not null, size \(.int) not null, head \(.text) not null)\(.strict)",
                ])
        ]
    }

    func routes(_ routes: inout Routes) {
        routes.get(Path(""), .everyone) { _, _ in .text("home") }
        routes.get(Self.page, .everyone) { visit, _ in
            _ = visit.question("note")
            return show(visit)
        }
        routes.post(Self.page, .everyone) { visit, _ in try await write(visit) }
        routes.post(Self.undo, .everyone) { visit, id in
            let form = try await visit.form([])
            let link = try await visit.write(once: form) { tx in
                try tx.run("delete from note where id = \(id)")
                return Self.page()
            }
            return .see(link)
        }
        routes.get(Self.files, .everyone) { _, _ in
            .page(Page(Words("文件", "Files"), form(Self.files(), files: true, "<input name=\"what\"><input type=\"file\" name=\"file\"><button>x</button>")))
        }
        routes.post(Self.files, .everyone) { visit, _ in try await keep(visit) }
        routes.get(Path("file"), .everyone) { _, _ in Answer(.file(path: folder + "/letter.txt", type: "text/plain")) }
        routes.get(Path("download"), .everyone) { _, _ in
            .download(.file(path: folder + "/letter.txt", type: "text/html"), name: "信\r\nSet-Cookie: a=b\".txt")
        }
        routes.get(Path("long"), .everyone) { visit, _ in
            .page(Page(Words("很长的一页", "A long page"), isPublic: true, "<h1>\(Words("很长的一页", "A long page"))</h1><p>\(String(repeating: "模具", count: 2000))</p>"))
        }
        routes.get(Path("fault"), .everyone) { _, _ in throw Fault(secret: "password=hunter2") }
        routes.get(Path("own"), .signedIn) { _, _ in .text("own") }
        routes.get(Path("reading"), .needs(Self.reading)) { _, _ in .text("read") }
        routes.get(Path("demo"), .demo) { _, _ in .text("demo") }
        routes.get(Path("answers"), .everyone) { visit, _ in
            .text("\(visit.question("a") ?? "-") \(visit.questions("b").count) \(visit.address) \(visit.host)")
        }
    }

    private struct Fault: Error { let secret: String }

    private func show(_ visit: Visit, _ form: Form = Form()) -> Answer {
        .page(
            Page(
                Words("便条", "Notes"), wrongs: form.wrongs.count,
                """
                \(title(Words("便条", "Notes")))\(form.summary)
                \(Web.form(Self.page(), "\(form.show(Self.text))<button>\(Words("写下", "Write"))</button>"))
                """))
    }

    private func write(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["text", "tag"], several: ["tag"])
        guard let text = form.value(Self.text) else { return show(visit, form) }
        let tags = form.all("tag").count
        let id = ID<Note>()
        let link = try await visit.write(once: form) { tx in
            try tx.run("insert into note (id, text, tags) values (\(id), \(text), \(tags))")
            return Self.page().with([("note", id.text)])
        }
        return .see(link, saying: Words("写下了<b>“\(text)”</b>", "Written: <b>“\(text)”</b>"), undo: Self.undo(id))
    }

    private func keep(_ visit: Visit) async throws -> Answer {
        let form = try await visit.form(["what"], files: 2, filesEach: 1000)
        let arrived = form.uploads.map { ($0.name, $0.size, String(decoding: $0.head.prefix(4), as: UTF8.self), FileManager.default.contents(atPath: $0.path)?.count) }
        guard arrived.allSatisfy({ $0.1 == $0.3 }) else { throw Problem.unexpected() }
        if form.text("what") == "fail" { throw Problem.unexpected() }
        let link = try await visit.write(once: form) { tx in
            for (name, size, head, _) in arrived { try tx.run("insert into upload (name, size, head) values (\(name), \(size), \(head))") }
            return Self.files()
        }
        return .see(link)
    }
}

/// The room, served from a folder of its own.
struct Notes {
    let database: Database
    let folder: String
    let house: TestHouse

    var arrivals: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder + "/arrivals")) ?? ["no folder"] }
    func texts() async throws -> [String] { try await database.read { try $0.values("select text from note order by text", String.self) } }

    static func open(change: (inout Site) -> Void = { _ in }, _ body: (Notes) async throws -> Void) async throws {
        try await inFolder { folder in
            let room = NotesRoom(folder: folder)
            let database = try Database.sqlite(path: folder + "/notes.sqlite", vault: try testVault())
            defer { database.close() }
            try await database.migrate(room.migrations)
            try Data("0123456789".utf8).write(to: URL(fileURLWithPath: folder + "/letter.txt"))
            try await body(Notes(database: database, folder: folder, house: try TestHouse(database, folder: folder, rooms: [WebRoom(), room], change: change)))
        }
    }
}
