import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Turns
import Values
import Web

/// Cases: an expert's own, or staff's by queue.
struct CaseList: Sendable {
    let reference: Reference
    let queues: @Sendable (Viewer, Reader, Instant) throws -> [QueueWord]
    private static let pageSize = 30

    func show(_ visit: Visit) async throws -> Answer {
        let isStaff = visit.viewer.mayKnock([Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)])
        return isStaff ? try await staff(visit) : try await mine(visit)
    }

    private func mine(_ visit: Visit) async throws -> Answer {
        let person = try visit.person()
        let now = visit.now
        let before = visit.question("before").flatMap { ID<Case>($0) }
        let viewer = visit.viewer
        let found = try await visit.read { reader in
            // Whose appointment has ended is an expert no more: the list holds what the page would show (A3).
            let cases = try reader.cases("\(reader.caseScope(viewer)) \(before.map { "and c.id < \($0)" as SQL })", limit: Self.pageSize + 1)
            return (cases: cases, names: try reader.names(of: cases.map(\.asker)))
        }
        let shown = found.cases.prefix(Self.pageSize)
        return .page(
            Page(
                Words("案例", "Cases"), word: "cases", width: .narrow,
                """
                <h1>\(Words("案例", "Cases"))</h1>
                \(shown.isEmpty ? empty(Words("还没有案例", "No cases yet"), Words("接下一份邀请，就从这里一对一帮一家企业。", "Accept an invitation, and from here you help one firm, one to one.")) : """
                    <ul class="list mt">\(each: shown, { it in
                        // Before the undertaking an expert knows no name.
                        let isHidden = it.undertaking == nil && it.expert == person
                        return "<li><a class=\"hit\" href=\"\(Case.page(it.id))\"><span class=\"grow\">\(isHidden ? Words("先签保密承诺", "Sign the undertaking first") : Words(same: it.title))<br><span class=\"soft small\">\(it.number)　\(isHidden ? Words("", "") : Words(same: found.names[it.asker] ?? ""))　\(it.begun.spoken(now: now))</span></span>\(tag(it.state.words, it.state.tone))</a></li>"
                    })</ul>
                    """ as HTML)
                \(found.cases.count > Self.pageSize ? pager(Words("新的在前", "Newest first"), next: shown.last.map { (Case.list().with([("before", $0.id.text)]), Words("看更早的", "Earlier ones")) }) : nil)
                """))
    }

    private func staff(_ visit: Visit) async throws -> Answer {
        let (viewer, now, queues) = (visit.viewer, visit.now, queues)
        let queue = visit.question("queue") ?? "running"
        let before = visit.question("before").flatMap { ID<Case>($0) }
        let after = visit.question("after").flatMap(Turn.place)
        struct Line: Sendable {
            let link: Link
            let title: String
            let who: String
            let region: String
            let state: Words
            let due: Instant?
        }
        let found = try await visit.read { reader -> (lines: [Line], next: [(String, String?)]?, queues: [QueueWord]) in
            let scope = viewer.scope(Permission<See, Case>.see.grants, institution: "institution", region: "region") { _, _ in nil }
            func turns(_ filter: Turn.Filter, _ link: (Turn) -> Link?, _ state: Words) throws -> (lines: [Line], next: [(String, String?)]?) {
                let turns = try reader.waiting(scope: scope, filter, limit: Self.pageSize + 1, after: after)
                let holders = turns.compactMap { turn in if case .person(let id) = turn.holder { id } else { nil } }
                let names = try reader.names(of: holders)
                let lines = turns.prefix(Self.pageSize).compactMap { turn -> Line? in
                    guard let link = link(turn) else { return nil }
                    let who = if case .person(let id) = turn.holder { names[id] ?? "" } else { "" }
                    return Line(link: link, title: turn.title, who: who, region: turn.region, state: state, due: turn.due)
                }
                return (lines, turns.count > Self.pageSize ? [("queue", queue), ("after", turns[Self.pageSize - 1].place)] : nil)
            }
            let all = try queues(viewer, reader, now)
            switch queue {
            case "choice":
                let (lines, next) = try turns(.init(kind: "need", permission: "need.choose"), { ID<Need>($0.subject.id).map { ProposalPages.page($0) } }, Words("等企业选", "Owner chooses"))
                return (lines, next, all)
            case "offers":
                let (lines, next) = try turns(.init(kind: "offer"), { ID<Offer>($0.subject.id).map { Offer.page($0) } }, Words("等专家答复", "Expert answers"))
                return (lines, next, all)
            case "review":
                let (lines, next) = try turns(.init(kind: "case", permission: "case.review"), { ID<Case>($0.subject.id).map { Case.page($0) } }, Words("没解决", "Not solved"))
                return (lines, next, all)
            case "followUp":
                let (lines, next) = try turns(.init(kind: "followUp"), { ID<Case>($0.subject.id).map { Case.page($0) } }, Words("待回访", "Follow-up"))
                return (lines, next, all)
            default:
                let open: SQL = queue == "closed" ? "c.ended_at is not null" : "c.ended_at is null"
                let cases = try reader.cases("\(open) and \(reader.caseScope(viewer)) \(before.map { "and c.id < \($0)" as SQL })", limit: Self.pageSize + 1)
                let (names, turns) = (try reader.names(of: cases.compactMap(\.expert)), try reader.turns(kind: "case", ids: cases.map(\.id.text)))
                let lines = cases.prefix(Self.pageSize).map { Line(link: Case.page($0.id), title: $0.title, who: $0.expert.flatMap { names[$0] } ?? "", region: $0.region, state: $0.state.words, due: turns[$0.id.text]?.due) }
                return (lines, cases.count > Self.pageSize ? [("queue", queue), ("before", cases[Self.pageSize - 1].id.text)] : nil, all)
            }
        }
        let heading = found.queues.first { $0.key == queue }?.words ?? Words("案例", "Cases")
        return .page(
            Page(
                heading, word: "cases",
                """
                <div class="cols left">\(queueList(found.queues, current: queue))<div>
                <h1>\(heading)</h1>
                \(found.lines.isEmpty ? empty(Words("这里现在没有", "Nothing here now"), Words("有了就出现在这里，最急的在最上面。", "What comes appears here, the most urgent first.")) : """
                    <table class="table dense fold mt"><caption class="hide">\(heading)</caption><thead><tr><th scope="col">\(Words("事情", "Matter"))</th><th scope="col">\(Words("谁", "Who"))</th><th scope="col">\(Words("地区", "Region"))</th><th scope="col">\(Words("现在", "State"))</th><th scope="col">\(Words("时限", "Due"))</th></tr></thead>
                    <tbody>\(each: found.lines, { line in
                        "<tr><th scope=\"row\"><a href=\"\(line.link)\">\(line.title)</a></th><td data-label=\"\(Words("谁", "Who"))\">\(line.who)</td><td data-label=\"\(Words("地区", "Region"))\">\(RegionCode(line.region).flatMap { reference.regions[$0.city]?.name })</td><td data-label=\"\(Words("现在", "State"))\">\(line.state)</td><td data-label=\"\(Words("时限", "Due"))\">\(line.due.map { due($0, now) })</td></tr>"
                    })</tbody></table>
                    """ as HTML)
                \(found.next.map { next in pager(Words("按时限排", "By due time"), next: (Case.list().with(next), Words("后\(Self.pageSize)条", "Next \(Self.pageSize)"))) })
                </div></div>
                """))
    }
}
