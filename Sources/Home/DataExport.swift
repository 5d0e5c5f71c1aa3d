import Foundation
import Happenings
package import Holdings
package import Jobs
import Languages
import Markup
package import Storage
import Values
import Web

/// A copy of one's own data to take away (个人信息保护法 art. 45): made in the background, table by table, kept sealed for seven
/// days; as JSON for programs and as a page for people.
package struct DataExport: Sendable {
    static let list = Path("account/data/exports")
    static let page = Path("account/data/exports/*", ID<DataExport>.self)
    static let json = Path("account/data/exports/*/json", ID<DataExport>.self)
    static let html = Path("account/data/exports/*/page", ID<DataExport>.self)

    let holdings: [Holding]

    struct Asked: Happening { static let kind = "data.exportAsked"; let subject: Subject; let fields: [String: String] }
    struct Taken: Happening { static let kind = "data.exportTaken"; let subject: Subject; let fields: [String: String] }

    package static let migration = Migration(
        "Home", 1,
        [
            "create table data_export (id \(.text) not null primary key, person \(.text) not null, at \(.int) not null, ready_at \(.int))\(.strict)",
            "create index data_export_person on data_export (person, at)",
            """
            create table data_export_part (export \(.text) not null references data_export (id), place \(.int) not null, content_sealed \(.text) not null,
                primary key (export, place))\(.strict)
            """,
        ])

    static let job = "dataExport"
    private static let life = Span.days(7)

    /// One table of the copy. The names of its members are the file's format; `docs/data.md` describes it.
    struct Part: Codable, Sendable {
        let table: String
        let title: [String: String]
        let kept: [String: String]
        let rows: [[Field]]

        struct Field: Codable, Sendable {
            let name: String
            let label: [String: String]
            let value: String
        }
    }

    private struct Copy: Codable {
        let format: String
        let person: String
        let at: String
        let tables: [Part]
    }

    private static func both(_ words: Words) -> [String: String] { ["zh": words.chinese, "en": words.english] }

    // MARK: Asking

    func ask(_ visit: Visit) async throws -> Answer {
        let form = try await visit.form([])
        let (person, now, address) = (try visit.person(), visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            // One at a time, and not more than ten a day (R2).
            if let running = try tx.value("select id from data_export where person = \(person) and ready_at is null and at > \(now - .hours(1))", ID<DataExport>.self) { return DataExport.page(running) }
            guard try tx.count("select count(*) from data_export where person = \(person) and at > \(now - .days(1))") < 10 else { throw Problem.tooMany(retryAfter: 3600) }
            let id = ID<DataExport>(at: now)
            try tx.run("insert into data_export (id, person, at) values (\(id), \(person), \(now))")
            try tx.enqueue(Job(DataExport.job, id.text), at: now)
            try tx.record(Asked(subject: Subject("person", person), fields: ["export": id.text]), by: .person(person), at: now, from: address)
            return DataExport.page(id)
        }
        return .see(link)
    }

    /// Makes the copy: each table on its own, so that a job that comes again goes on where it stopped.
    package static func worker(_ database: Database, _ holdings: [Holding]) -> Worker {
        Worker(job) { payload in
            guard let id = ID<DataExport>(payload), let person = try await database.read({ try $0.value("select person from data_export where id = \(id)", ID<Person>.self) }) else { return }
            let made = Set(try await database.read { try $0.values("select place from data_export_part where export = \(id)", Int.self) })
            for (place, holding) in holdings.enumerated() where !made.contains(place) {
                let entries = try await database.read { try holding.entries(of: person, $0, open: true) }
                let part = Part(
                    table: "\(holding.table)", title: both(holding.title), kept: both(MyData.fate(holding)),
                    rows: entries.filter { !$0.values.isEmpty }.map { $0.values.map { Part.Field(name: $0.name, label: both($0.words), value: $0.text) } })
                let content = String(decoding: try JSONEncoder().encode(part), as: UTF8.self)
                let sealed = try database.vault.seal(content, at: "data_export_part.\(id).\(place)")
                try await database.write { tx in
                    _ = try tx.run("insert into data_export_part (export, place, content_sealed) values (\(id), \(place), \(sealed)) on conflict do nothing")
                }
            }
            let now = Instant.now
            try await database.write { tx in _ = try tx.run("update data_export set ready_at = \(now) where id = \(id) and ready_at is null") }
        }
    }

    static func expire(at now: Instant, in tx: Transaction) throws {
        try tx.run("delete from data_export_part where export in (select id from data_export where at < \(now - life))")
        try tx.run("delete from data_export where at < \(now - life)")
    }

    package static let holding = Holding(
        "data_export", Words("带走的副本", "Copies you took"), [.init("at", Words("时间", "Time"), .instant)], .deleted,
        also: { person, _, tx in try tx.run("delete from data_export_part where export in (select id from data_export where person = \(person))") }, whose: { person, _ in "person = \(person)" })

    // MARK: Waiting and taking

    private struct State: Sendable {
        let at: Instant
        let ready: Instant?
        let made: Int
    }

    private func state(_ visit: Visit, _ id: ID<DataExport>) async throws -> State {
        let (person, now) = (try visit.person(), visit.now)
        let state = try await visit.read { reader in
            try reader.first(
                "select e.at, e.ready_at, (select count(*) from data_export_part p where p.export = e.id) from data_export e where e.id = \(id) and e.person = \(person) and e.at > \(now - Self.life)"
            ) { row in State(at: try row(), ready: try row.maybe(), made: try row()) }
        }
        guard let state else { throw Problem.notFound }
        return state
    }

    func show(_ visit: Visit, _ id: ID<DataExport>) async throws -> Answer {
        let state = try await state(visit, id)
        let content: HTML =
            if state.ready == nil {
                """
                \(title(Words("正在整理您的数据", "Your copy is being made"), "\(Words("整理好\(state.made)类，共\(holdings.count)类。一般不到一分钟；可以先做别的，回来再看。", "\(state.made) of \(holdings.count) kinds are done. It usually takes less than a minute; you may do something else meanwhile."))"))
                <p><progress max="\(plain: holdings.count)" value="\(plain: state.made)" aria-label="\(Words("整理的进度", "Progress"))"></progress></p>
                <p class="mt"><a class="btn go" href="\(DataExport.page(id))">\(Words("看好了没有", "See whether it is done"))</a></p>
                """
            } else {
                """
                \(title(Words("您的数据整理好了", "Your copy is ready"), "\(Words("7天内可以下载，之后自动删除。里面有完整的手机号等，请放在稳妥的地方。", "It can be taken for seven days and is then deleted. It holds your whole number and more: keep it in a safe place."))"))
                <ul class="list"><li class="row"><a class="hit" href="\(DataExport.html(id))">\(Words("给人看的网页", "A page to read"))</a></li>\
                <li class="row"><a class="hit" href="\(DataExport.json(id))">\(Words("给程序用的JSON", "JSON for programs"))</a></li></ul>
                """
            }
        return .page(Page(Words("带走我的数据", "Take my data"), width: .narrow, back: (MyData.page(), Words("我的数据", "My data")), content))
    }

    private func copy(_ visit: Visit, _ id: ID<DataExport>, as kind: String) async throws -> Copy {
        let state = try await state(visit, id)
        guard state.ready != nil else { throw Redirect(link: DataExport.page(id)) }
        let (person, vault, now, address) = (try visit.person(), visit.site.database.vault, visit.now, visit.address)
        let parts = try await visit.write { tx -> [Part] in
            try tx.record(Taken(subject: Subject("person", person), fields: ["export": id.text, "as": kind]), by: .person(person), at: now, from: address)
            return try tx.rows("select place, content_sealed from data_export_part where export = \(id) order by place limit 1000") { row in
                let place = try row(Int.self)
                return try JSONDecoder().decode(Part.self, from: Data(try vault.open(row(), at: "data_export_part.\(id).\(place)").utf8))
            }
        }
        return Copy(format: "zhuqi.personal-data.1", person: person.text, at: "\(state.at.day)", tables: parts.filter { !$0.rows.isEmpty })
    }

    func takeJSON(_ visit: Visit, _ id: ID<DataExport>) async throws -> Answer {
        let copy = try await copy(visit, id, as: "json")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return .download(.bytes([UInt8](try encoder.encode(copy)), type: "application/json"), name: Words("我的数据.json", "my-data.json")(visit.language))
    }

    func takePage(_ visit: Visit, _ id: ID<DataExport>) async throws -> Answer {
        let copy = try await copy(visit, id, as: "page")
        let key = visit.language == .chinese ? "zh" : "en"
        let html: HTML = """
            <!doctype html>
            <html lang="\(visit.language.rawValue)"><head><meta charset="utf-8"><title>\(Words("我的数据", "My data"))</title></head>
            <body><h1>\(Words("助企存着的我的数据", "What Zhuqi keeps about me"))</h1><p>\(copy.at)</p>
            \(each: copy.tables, { part in
                """
                <h2>\(part.title[key] ?? part.table)</h2><p>\(part.kept[key] ?? "")</p>
                \(each: part.rows, { row in "<dl>\(each: row, { field in "<dt>\(field.label[key] ?? field.name)</dt><dd>\(field.value)</dd>" })</dl><hr>" })
                """
            })
            </body></html>
            """
        return .download(.bytes(html.bytes, type: "text/html; charset=utf-8"), name: Words("我的数据.html", "my-data.html")(visit.language))
    }
}
