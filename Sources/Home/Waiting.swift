import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Turns
import Values
import Web

/// Who waits for whom, and how long (lesson 8): for heads, supervisors and auditors, within their reach.
struct Waiting: Sendable {
    static let page = Path("waiting")
    let reference: Reference
    private static let pageSize = 50

    enum Watch {}

    func show(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let late = visit.question("late") != nil
        let after = visit.question("after").flatMap(Turn.place)
        let filter = Turn.Filter(dueBefore: late ? now : nil)
        let found = try await visit.read { reader in
            // Complaints have a list of their own: here even that there is one would tell those whom it accuses.
            let scope: SQL = "\(viewer.scope(Permission<Watch, Turn>.watch.grants, institution: "institution", region: "region") { _, _ in nil }) and kind <> 'complaint'"
            let turns = try reader.waiting(scope: scope, filter, limit: Self.pageSize + 1, after: after)
            let organisations = turns.map(\.institution) + turns.compactMap { turn in if case .organisation(let id) = turn.holder { id } else { nil } }
            return (
                turns: turns, names: try reader.organisations(organisations), total: try reader.waitingCount(scope: scope), late: try reader.waitingCount(scope: scope, .init(dueBefore: now))
            )
        }
        let shown = found.turns.prefix(Self.pageSize)
        let heading = Words("谁在等谁", "Who waits for whom")
        return .page(
            Page(
                heading, word: "waiting",
                """
                <div class="row"><h1>\(heading)</h1><span class="soft">\(Words("\(grouped(found.total))件开着，\(grouped(found.late))件过了时限", "\(grouped(found.total)) open, \(grouped(found.late)) overdue"))</span></div>
                <div class="chips mt mb"><a class="chip" href="\(Self.page())"\(attribute: "aria-current", late ? nil : "true")>\(Words("全部", "All"))</a><a class="chip" href="\(Self.page().with([("late", "1")]))"\(attribute: "aria-current", late ? "true" : nil)>\(Words("过了时限 ", "Overdue "))\(found.late)</a></div>
                \(shown.isEmpty ? empty(Words("没有在等的事", "Nothing waits"), Words("每一件开着的事都有一个人、一个时限，会列在这里。", "Each open thing has one holder and one due time, and is listed here.")) : """
                    <table class="table dense fold"><caption class="hide">\(heading)</caption><thead><tr><th scope="col">\(Words("等什么", "For what"))</th><th scope="col">\(Words("等谁", "For whom"))</th><th scope="col">\(Words("哪家机构", "Institution"))</th><th scope="col">\(Words("地区", "Region"))</th><th scope="col">\(Words("等了多久", "Waiting for"))</th><th scope="col">\(Words("时限", "Due"))</th></tr></thead><tbody>\(each: shown, { turn in
                        """
                        <tr><th scope="row">\(turn.what)</th><td data-label="\(Words("等谁", "For whom"))">\(Self.holder(turn))</td><td data-label="\(Words("哪家机构", "Institution"))">\(found.names[turn.institution]?.name ?? "")</td>\
                        <td data-label="\(Words("地区", "Region"))">\(RegionCode(turn.region).flatMap { reference.regions[$0.city]?.name })</td><td data-label="\(Words("等了多久", "Waiting for"))">\(turn.since < now ? (now - turn.since).spoken() : Words("还没到", "not yet"))</td><td data-label="\(Words("时限", "Due"))">\(due(turn.due, now))</td></tr>
                        """
                    })</tbody></table>
                    """ as HTML)
                \(found.turns.count > Self.pageSize ? pager(Words("最急的在前", "Most urgent first"), next: shown.last.map { (Self.page().with([("late", late ? "1" : nil), ("after", $0.place)]), Words("后\(Self.pageSize)条", "Next \(Self.pageSize)")) }) : nil)
                """))
    }

    /// By kind of holder, never by name: a supervisor sees whose side waits, not a person's affairs.
    private static func holder(_ turn: Turn) -> Words {
        switch turn.holder {
        case .organisation: Words("服务机构", "The institution")
        case .person: ["offer.answer", "case.declare", "case.expertSide", "record.attach"].contains(turn.permission) ? Words("专家", "The expert") : Words("企业", "The owner")
        case .system: Words("系统", "The system")
        }
    }
}

extension Permission where Deed == Waiting.Watch, Noun == Turn {
    static var watch: Self {
        Permission("turn.watch", [Grant(.smeAuthority, .region), Grant(.head, .institution), Grant(.officer, .institution), Grant(.auditor, .anywhere)])
    }
}
