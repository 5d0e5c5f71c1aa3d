import Identity
package import Languages
package import Markup
import Reference
import Storage
import Turns
package import Values
import Web

/// A queue at the left of staff's lists: what waits, and how much of it.
package struct QueueWord: Sendable {
    package let key: String
    package let words: Words
    package let link: Link
    package let count: Int
    package init(_ key: String, _ words: Words, _ link: Link, count: Int) {
        self.key = key
        self.words = words
        self.link = link
        self.count = count
    }
}

/// The queues at the left, the same on every list of staff.
package func queueList(_ queues: [QueueWord], current: String) -> HTML {
    """
    <nav aria-label="\(Words("队列", "Queues"))" class="no-print"><ul class="side">\(each: queues, { queue in
        "<li><a href=\"\(queue.link)\"\(attribute: "aria-current", queue.key == current ? "page" : nil)>\(queue.words)<span class=\"\(queue.key == current ? "count hot" : "count")\">\(queue.count > 1000 ? Words("1,000+", "1,000+") : Words(same: grouped(queue.count)))</span></a></li>"
    })</ul></nav>
    """
}

/// Staff's list of needs that wait for the institution; an owner's own list.
struct WorkList: Sendable {
    let reference: Reference
    let queues: @Sendable (Viewer, Reader, Instant) throws -> [QueueWord]

    private static let pageSize = 30

    func show(_ visit: Visit) async throws -> Answer {
        visit.viewer.mayKnock(Permission<Triage, Need>.triage.grants + [Grant(.head, .institution), Grant(.liaison, .region), Grant(.auditor, .anywhere)])
            ? try await staff(visit) : try await mine(visit)
    }

    // MARK: An owner's

    private func mine(_ visit: Visit) async throws -> Answer {
        let person = try visit.person()
        let before = visit.question("before").flatMap { ID<Need>($0) }
        let found = try await visit.read { reader in
            let companies = try reader.speaking(person).filter { $0.state.isConfirmed }.map(\.enterprise.id)
            return (needs: try reader.needs(of: person, enterprises: companies, before: before, limit: Self.pageSize + 1), drafts: try reader.openDrafts(of: person))
        }
        let shown = found.needs.prefix(Self.pageSize)
        return .page(
            Page(
                Words("我的需求", "My needs"), word: "needs", width: .narrow,
                """
                <div class="mb row"><h1>\(Words("我的需求", "My needs"))</h1><span class="end"><a class="btn go" href="\(Draft.start().with([("fresh", "1")]))">\(Words("说出需求", "State a need"))</a></span></div>
                \(found.drafts.isEmpty ? nil : """
                    <section class="stack"><h2 class="h3">\(Words("还没交的", "Not sent yet"))</h2><ul class="list">\(each: found.drafts, { draft in
                        "<li class=\"row\"><a class=\"hit grow\" href=\"\(Draft.page(draft.id))\"><span>\(draft.form["statement"]?.first.map { String($0.prefix(40)) } ?? Words("（还没写）", "(nothing written yet)")())<br><span class=\"soft small\">\(draft.updated.spoken(now: visit.now))\(Words("存的", ", kept"))</span></span></a>\(button(Draft.removal(draft.id), Words("删掉", "Delete"), kind: "btn quiet"))</li>"
                    })</ul></section>
                    """ as HTML)
                \(shown.isEmpty && found.drafts.isEmpty ? empty(
                    Words("还没有需求", "No needs yet"), Words("说一件经营上的难事，两个工作日内有专家联系，全程不收费。", "Tell us what is hard in your business; an expert is in touch within two working days, free of charge.")) : "<ul class=\"list mt\">\(each: shown, { need in row(need, visit.now) })</ul>" as HTML)
                \(found.needs.count > Self.pageSize ? pager(Words("按时间，新的在前", "Newest first"), next: shown.last.map { (Need.list().with([("before", $0.id.text)]), Words("看更早的", "Earlier ones")) }) : nil)
                """))
    }

    private func row(_ need: Need, _ now: Instant) -> HTML {
        """
        <li><a class="hit" href="\(Need.page(need.id))"><span class="grow">\(need.title)<br><span class="soft small">\(need.number)　\(need.at.spoken(now: now))</span></span>\(tag(need.state.words, need.state.isOpen ? .wait : .plain))</a></li>
        """
    }

    // MARK: Staff's

    private func staff(_ visit: Visit) async throws -> Answer {
        let (viewer, now, queues) = (visit.viewer, visit.now, queues)
        let queue = visit.question("queue") == "propose" ? "propose" : "triage"
        let text = visit.question("q")
        let soon = visit.question("due") == "today"
        let after = visit.question("after").flatMap(Turn.place)
        let filter = Turn.Filter(kind: "need", permission: queue == "propose" ? "need.propose" : Permission<Triage, Need>.triage.name, dueBefore: soon ? Instant(now.day + 1) : nil)
        let found = try await visit.read { reader -> List in
            let scope = viewer.scope(Permission<See, Need>.see.grants, institution: "institution", region: "region") { _, _ in nil }
            let turns = text == nil ? try reader.waiting(scope: scope, filter, limit: Self.pageSize + 1, after: after) : []
            let needs = if let text { try reader.needs(matching: text, scope: reader.needScope(viewer), limit: 50) } else {
                try reader.needs(turns.prefix(Self.pageSize).compactMap { ID<Need>($0.subject.id) })
            }
            var today = filter
            today.dueBefore = Instant(now.day + 1)
            return List(
                needs: needs, turns: Dictionary(turns.map { ($0.subject.id, $0) }, uniquingKeysWith: { first, _ in first }), last: turns.count > Self.pageSize ? turns[Self.pageSize - 1] : nil,
                total: try reader.waitingCount(scope: scope, filter), today: try reader.waitingCount(scope: scope, today),
                companies: try reader.enterprises(Set(needs.compactMap(\.enterprise))), names: try reader.names(of: needs.map(\.asker)), queues: try queues(viewer, reader, now))
        }
        let isTriage = queue == "triage" && viewer.mayKnock(Permission<Triage, Need>.triage.grants)
        let heading = text != nil ? Words("找到\(found.needs.count)条", "\(found.needs.count) found") : queue == "triage" ? Words("待分办", "To assign") : Words("待推荐", "To propose")
        let words = Words("\(grouped(found.total))条，\(found.today)条今天到期", "\(grouped(found.total)) in all, \(found.today) due today")
        return .page(
            Page(
                heading, word: "needs",
                """
                <div class="cols left">\(queueList(found.queues, current: queue))<div>
                <div class="row"><h1>\(heading)</h1><span class="soft">\(text == nil ? words : Words("", ""))</span><span class="end row">\(viewer.mayKnock(Permission<Entry, Need>.enter.grants) ? "<a class=\"btn\" href=\"\(OnBehalf.page())\">\(Words("替企业录入", "Enter for somebody"))</a>" as HTML : nil)</span></div>
                <form class="mt mb row" role="search" method="get" action="\(Need.list())"><label class="hide" for="q">\(Words("查找需求", "Find a need"))</label><input class="grow input" id="q" name="q" type="search" value="\(text ?? "")" data-search><input type="hidden" name="queue" value="\(queue)"><button class="btn">\(icon(.search))\(Words("查找", "Find"))</button>\
                <div class="chips"><a class="chip" href="\(Need.list().with([("queue", queue)]))"\(attribute: "aria-current", soon || text != nil ? nil : "true")>\(Words("全部", "All"))</a><a class="chip" href="\(Need.list().with([("queue", queue), ("due", "today")]))"\(attribute: "aria-current", soon ? "true" : nil)>\(Words("今天到期 ", "Due today "))\(found.today)</a></div></form>
                \(found.needs.isEmpty ? empty(text != nil ? Words("没有找到", "Nothing found") : Words("都办完了", "All done"), text != nil ? Words("换个词，或写编号的后6位。", "Try another word, or the last six digits of the number.") : Words("新的需求一到就出现在这里，最急的在最上面。", "New needs appear here as they come, the most urgent first.")) : table(found, isTriage, now))
                \(found.last.map { last in pager(Words("共\(grouped(found.total))条，按时限排", "\(grouped(found.total)) in all, by due time"), next: (Need.list().with([("queue", queue), ("due", soon ? "today" : nil), ("after", last.place)]), Words("后\(Self.pageSize)条", "Next \(Self.pageSize)"))) })
                </div></div>
                """))
    }

    private struct List: Sendable {
        let needs: [Need]
        let turns: [String: Turn]
        let last: Turn?
        let total: Int
        let today: Int
        let companies: [ID<Enterprise>: Enterprise]
        let names: [ID<Person>: String]
        let queues: [QueueWord]
    }

    private func table(_ list: List, _ isTriage: Bool, _ now: Instant) -> HTML {
        let rows: HTML = """
            <table class="table dense fold"><caption class="hide">\(Words("需求，按时限排序", "Needs by due time"))</caption><thead><tr>\
            \(isTriage ? "<th scope=\"col\"><label class=\"tick\"><input type=\"checkbox\" data-all aria-label=\"\(Words("选本页全部", "Select all on this page"))\"></label></th>" as HTML : nil)\
            <th scope="col">\(Words("需求", "Need"))</th><th scope="col">\(Words("谁的", "Whose"))</th><th scope="col">\(Words("地区", "Region"))</th><th scope="col">\(isTriage ? Words("建议领域", "Proposed") : Words("领域", "Domain"))</th><th scope="col">\(Words("急", "Urgency"))</th><th scope="col">\(Words("时限", "Due"))</th><th scope="col">\(Words("编号", "Number"))</th></tr></thead>
            <tbody>\(each: list.needs, { row($0, list, isTriage, now) })</tbody></table>
            """
        guard isTriage else { return rows }
        var bulk = Form()
        bulk.fill(TriagePages.bulkDomain, "proposed")
        return form(Triage.many(), list: true, """
            \(rows)<div class="bulk"><b data-chosen="\(Words("已选{n}条", "{n} selected"))">\(Words("勾选后一起分办", "Tick to assign together"))</b><label class="hide" for="f-domain">\(Words("领域", "Domain"))</label>\
            <select class="input" id="f-domain" name="domain">\(each: Self.bulkChoices, { "<option value=\"\($0.value)\">\($0.words)</option>" })</select>\
            <button class="btn go" data-main>\(Words("分办选中的", "Assign the selected"))</button><button class="btn quiet end" type="reset">\(Words("取消选择", "Clear"))</button></div>
            <p class="keys" data-keys><span><kbd>J</kbd> <kbd>K</kbd> \(Words("上下", "down, up"))</span><span><kbd>X</kbd> \(Words("选中", "select"))</span><span><kbd>Enter</kbd> \(Words("打开", "open"))</span><span><kbd>A</kbd> \(Words("分办", "assign"))</span><span><kbd>/</kbd> \(Words("查找", "find"))</span><label><input type="checkbox" checked data-keys-switch> \(Words("用快捷键", "Use keys"))</label></p>
            """)
    }

    private static let bulkChoices: [Choice] = [Choice("proposed", Words("领域：按建议", "Domain: as proposed"))] + Domain.allCases.map { Choice($0.rawValue, $0.words) }

    private func row(_ need: Need, _ list: List, _ isTriage: Bool, _ now: Instant) -> HTML {
        let turn = list.turns[need.id.text]
        let urgency = need.state.triage?.urgency ?? need.suggestion?.urgency ?? need.saidUrgency
        let whose = need.enterprise.flatMap { list.companies[$0]?.name } ?? Words("个人，", "Person: ")() + (list.names[need.asker] ?? "")
        return """
            <tr>\(isTriage ? "<td><label class=\"tick\"><input type=\"checkbox\" name=\"need\" value=\"\(need.id)\" aria-label=\"\(Words("选", "Select "))\(need.number)\"></label></td>" as HTML : nil)\
            <th scope="row"><a href="\(Need.page(need.id))">\(need.title)</a></th><td data-label="\(Words("谁的", "Whose"))">\(whose)</td>\
            <td class="nowrap" data-label="\(Words("地区", "Region"))">\(RegionCode(need.region).flatMap { reference.regions[$0.city]?.name })</td>\
            <td class="nowrap" data-label="\(Words("领域", "Domain"))">\(proposed(need))</td><td class="nowrap" data-label="\(Words("急", "Urgency"))">\(Self.short(urgency))</td>\
            <td class="nowrap" data-label="\(Words("时限", "Due"))">\(turn.map { due($0.due, now) } ?? tag(need.state.words))</td><td data-label="\(Words("编号", "Number"))" class="soft nowrap">\(need.number.suffix(6))</td></tr>
            """
    }

    /// Short enough for a column.
    private static func short(_ urgency: Urgency) -> Words {
        switch urgency {
        case .now: Words("今天", "Today")
        case .thisWeek: Words("一周", "This week")
        case .thisMonth: Words("一个月", "This month")
        }
    }

    private func proposed(_ need: Need) -> HTML {
        if let triage = need.state.triage { return "<span>\(triage.domain.words)</span>" }
        guard let suggestion = need.suggestion, let domain = suggestion.domain else { return "<span class=\"soft\">\(Words("请看", "Please look"))</span>" }
        return suggestion.isSure ? "<span>\(domain.words)</span>" : "<span>\(domain.words)<span class=\"soft small\">\(Words("？", "?"))</span></span>"
    }
}

/// How much time is left, in words; the tone is a second sign only.
package func due(_ due: Instant, _ now: Instant) -> HTML {
    tag(due.left(now: now), due < now + .hours(4) ? .bad : due < now + .hours(30) ? .wait : .plain)
}
