import Identity
import Languages
import Markup
import Storage
import Values
import Web

/// The complaints that somebody may see: what is due first, or all.
struct Worklist: Sendable {
    static let size = 30

    func show(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let isAll = visit.question("show") == "all"
        let cursor = visit.question("after").flatMap { ID<Complaint>($0) }
        let (found, count, names) = try await visit.read { reader -> ([Complaint], Int, [ID<Organisation>: String]) in
            let found = try reader.complaints(for: viewer, onlyOpen: !isAll, after: cursor, limit: Worklist.size + 1)
            let names = try reader.organisations(found.map(\.concerns)).mapValues(\.name)
            return (found, try reader.complaintCount(for: viewer, onlyOpen: !isAll), names)
        }
        let shown = Array(found.prefix(Worklist.size))
        let total = count > 1000 ? "1,000+" : grouped(count)
        let base = Complaint.list().with([("show", isAll ? "all" : nil)])
        return .page(
            Page(
                Words("投诉", "Complaints"), word: "complaints",
                """
                \(title(Words("投诉", "Complaints"), "\(isAll ? Words("最新的在前。", "The newest first.") : Words("先到期的在前。", "What is due first stands first."))"))
                <div class="chips mb"><a class="chip" href="\(Complaint.list())"\(attribute: "aria-current", isAll ? nil : "true")>\(Words("在办", "Open"))</a>\
                <a class="chip" href="\(Complaint.list().with([("show", "all")]))"\(attribute: "aria-current", isAll ? "true" : nil)>\(Words("全部", "All"))</a></div>
                \(shown.isEmpty ? nothing(isAll) : table(shown, names, now))
                \(shown.isEmpty ? nil : pager(Words("共\(total)件", "\(total) in all"), next: found.count > Worklist.size ? (base.with([("after", shown.last?.id.text)]), Words("后\(Worklist.size)件", "Next \(Worklist.size)")) : nil, first: cursor == nil ? nil : base))
                """))
    }

    private func nothing(_ isAll: Bool) -> HTML {
        empty(
            isAll ? Words("还没有投诉", "No complaints yet") : Words("没有在办的投诉", "No open complaints"),
            Words("有人投诉时会出现在这里，写着最迟哪天受理、哪天有结果。", "When somebody complains, it appears here with the day by which it is to be accepted and decided."),
            "<a class=\"btn\" href=\"\(Filing.page())\">\(Words("送出投诉", "Send a complaint"))</a>")
    }

    private func table(_ all: [Complaint], _ names: [ID<Organisation>: String], _ now: Instant) -> HTML {
        """
        <table class="table dense fold"><caption class="hide">\(Words("投诉", "Complaints"))</caption><thead><tr><th scope="col">\(Words("编号", "Number"))</th><th scope="col">\(Words("事由", "What"))</th><th scope="col">\(Words("涉及机构", "Institution"))</th><th scope="col">\(Words("进展", "State"))</th><th scope="col">\(Words("时限", "Due"))</th><th scope="col">\(Words("收到", "Received"))</th></tr></thead>
        <tbody>\(each: all, { complaint in
            """
            <tr><th scope="row"><a href="\(Complaint.page(complaint.id))">\(complaint.name)</a></th><td data-label="\(Words("事由", "What")())">\(complaint.kind.short)</td>\
            <td data-label="\(Words("涉及机构", "Institution")())">\(names[complaint.concerns] ?? "")</td><td data-label="\(Words("进展", "State")())">\(complaint.stateTag)</td>\
            <td data-label="\(Words("时限", "Due")())">\(complaint.nextDue.map { due in due < now ? tag(due.left(now: now), .bad) : "\(due.left(now: now))" as HTML })</td>\
            <td data-label="\(Words("收到", "Received")())">\(time(complaint.filed, now: now))</td></tr>
            """
        })</tbody></table>
        """
    }
}
