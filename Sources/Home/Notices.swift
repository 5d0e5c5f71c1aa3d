import Identity
import Languages
import Markup
import Messaging
import Storage
import Values
import Web

/// The page of notices: what one was told, newest first.
struct Notices: Sendable {
    static let list = Path("notices")
    static let all = Path("notices/seen")
    static let one = Path("notices/*", ID<Notice>.self)
    private static let pageSize = 30

    func show(_ visit: Visit) async throws -> Answer {
        let person = try visit.person()
        let now = visit.now
        let before = visit.question("before").flatMap { ID<Notice>($0) }
        let found = try await visit.read { (notices: try $0.notices(of: person, before: before, limit: Self.pageSize + 1), unseen: try $0.unseenNotices(of: person)) }
        let shown = found.notices.prefix(Self.pageSize)
        return .page(
            Page(
                Words("消息", "Notices"), word: "notices", width: .narrow,
                """
                <div class="mb row"><h1>\(Words("消息", "Notices"))</h1><span class="soft">\(Words("\(found.unseen)条没看", "\(found.unseen) unread"))</span>\(found.unseen > 0 ? "<span class=\"end\">\(button(Self.all(), Words("全部算看过", "Mark all as read"), kind: "btn quiet"))</span>" as HTML : nil)</div>
                \(shown.isEmpty ? empty(Words("还没有消息", "No notices yet"), Words("轮到您、约了时间、方案来了，都会在这里，也会发短信。", "Your turns, appointments and solutions appear here and come by text message.")) : "<ul class=\"list\">\(each: shown, { Self.row($0, now) })</ul>" as HTML)
                \(found.notices.count > Self.pageSize ? pager(Words("新的在前", "Newest first"), next: shown.last.map { (Self.list().with([("before", $0.id.text)]), Words("看更早的", "Earlier ones")) }) : nil)
                <p class="mt soft small">\(Words("短信只发给您要办的事和必须知道的事；其他消息每天早上汇成一封邮件。", "Text messages carry only what you must do or must know; other news comes in one mail each morning."))</p>
                """))
    }

    static func row(_ notice: StoredNotice, _ now: Instant) -> HTML {
        """
        <li><a class="\(notice.seen ? "hit" : "hit new")" href="\(Self.one(notice.id))">\(icon(.bell))<span class="grow"><span>\(notice.words)\(notice.seen ? nil : " \(tag(Words("没看", "unread"), .wait))" as HTML)</span>\(notice.detail.chinese.isEmpty ? nil : "<br><span class=\"light soft small\">\(notice.detail)</span>" as HTML)<br><span class="light soft small">\(notice.at.spoken(now: now))</span></span></a></li>
        """
    }

    /// Opens what the notice is about, and counts it as read.
    func open(_ visit: Visit, _ id: ID<Notice>) async throws -> Answer {
        let person = try visit.person()
        let now = visit.now
        guard let notice = try await visit.read({ try $0.notice(id) }), notice.person == person else { throw Problem.notFound }
        if !notice.seen { try await visit.write { tx in try tx.markSeen(person, id, at: now) } }
        return .see(safePath(notice.place) ?? Self.list())
    }

    func seeAll(_ visit: Visit) async throws -> Answer {
        _ = try await visit.form([])
        let person = try visit.person()
        let now = visit.now
        try await visit.write { tx in try tx.markSeen(person, nil, at: now) }
        return .see(Self.list(), saying: Words("都算看过了", "All marked as read"))
    }
}
