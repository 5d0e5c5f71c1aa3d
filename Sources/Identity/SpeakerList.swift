import Languages
import Markup
import Reference
import Storage
import Values
import Web

// Who waits to be confirmed, oldest first, as staff see it.
extension SpeakerDesk {
    func list(_ visit: Visit) async throws -> Answer {
        let viewer = visit.viewer
        let after = visit.question("after").flatMap { ID<Speaker>($0) }
        let (waiting, total) = try await visit.read { reader in
            let scope = viewer.scope(Permission<SpeakerDesk, Speaker>.seeSpeakers.grants, institution: "s.institution", region: "e.region") { _, _ in nil }
            return (try reader.waitingSpeakers(scope, after: after, limit: 31), try reader.waitingSpeakers(scope))
        }
        let shown = waiting.prefix(30)
        guard total > 0 else {
            return .page(
                Page(
                    Words("核对企业代表", "Who speaks for companies"), word: "speakers",
                    """
                    <h1>\(Words("核对企业代表", "Who speaks for companies"))</h1>
                    \(empty(Words("没有要核对的", "Nothing to check"), Words("有人第一次代表企业来，或者同事要加入，会排在这里。", "Whoever comes for a company for the first time, or joins a colleague, waits here.")))
                    """))
        }
        return .page(
            Page(
                Words("核对企业代表", "Who speaks for companies"), word: "speakers",
                """
                <div class="row"><h1>\(Words("核对企业代表", "Who speaks for companies"))</h1><span class="soft">\(Words("\(grouped(total))条，最早的在前", "\(grouped(total)) waiting, oldest first"))</span></div>
                <table class="table dense fold mt"><caption class="hide">\(Words("等着核对的，按时间先后", "Waiting to be checked, oldest first"))</caption>
                <thead><tr><th scope="col">\(Words("企业", "Company"))</th><th scope="col">\(Words("要核对什么", "What to check"))</th><th scope="col">\(Words("执照照片", "Licence photo"))</th><th scope="col">\(Words("从什么时候等起", "Waiting since"))</th></tr></thead>
                <tbody>\(each: shown, { row in
                    """
                    <tr><th scope="row"><a class="hit" href="\(Speaker.page(row.id))">\(row.company)</a></th><td>\(row.isFirst ? Words("第一个人，看执照", "First person: the licence") : Words("同事加入", "A colleague joins"))</td>\
                    <td>\(row.files > 0 ? tag(Words("有", "yes"), .good) : tag(Words("还没有", "not yet")))</td><td>\(time(row.since))</td></tr>
                    """
                })</tbody></table>
                \(pager(
                    Words("这里\(shown.count)条，共\(grouped(total))条", "\(shown.count) of \(grouped(total))"),
                    next: waiting.count > 30 ? shown.last.map { (Speaker.list().with([("after", $0.id.text)]), Words("后面的", "Further ones")) } : nil,
                    first: after == nil ? nil : Speaker.list()))
                """))
    }
}

/// One line of the list of who waits.
struct WaitingSpeaker: Sendable {
    let id: ID<Speaker>
    let company: String
    let since: Instant
    let isFirst: Bool
    let files: Int
}

extension Reader {
    fileprivate static var waiting: SQL { "s.confirmed_at is null and s.declined_at is null and s.left_at is null" }

    func waitingSpeakers(_ scope: SQL, after: ID<Speaker>?, limit: Int) throws -> [WaitingSpeaker] {
        let last = try after.flatMap { try value("select asked_at from speaker where id = \($0)", Instant.self) }
        let cursor: SQL? = if let after, let last { "and (s.asked_at, s.id) > (\(last), \(after))" } else { nil }
        return try rows(
            """
            select s.id, e.name, s.asked_at, \(Speaker.others), (select count(*) from file f where f.subject_kind = 'speaker' and f.subject_id = s.id)
            from speaker s join enterprise e on e.id = s.enterprise where \(Reader.waiting) and \(scope) \(cursor) order by s.asked_at, s.id limit \(limit)
            """
        ) { row in WaitingSpeaker(id: try row(), company: try row(), since: try row(), isFirst: try !row(Bool.self), files: try row()) }
    }

    func waitingSpeakers(_ scope: SQL) throws -> Int {
        try count("select count(*) from (select 1 from speaker s join enterprise e on e.id = s.enterprise where \(Reader.waiting) and \(scope) limit 1000) w")
    }
}
