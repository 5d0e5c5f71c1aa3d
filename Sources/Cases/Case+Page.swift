import Files
import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Turns
import Values
import Web

/// A case as its people see it: the next step, then conversation, files, meetings and solution; timeline and people at the side.
/// Each part lies beside its noun: `Message+Page`, `CaseFile+Page`, `Meeting+Page`, `Solution+Page`, `Note+Page`, `Undertaking+Page`.
struct CasePages: Sendable {
    let reference: Reference
    let files: FileStore
    let beside: CasesRoom.BesideMeetings

    static func tab(_ id: ID<Case>, _ tab: String) -> Link { Case.page(id).with([("tab", tab == "talk" ? nil : tab)]) }

    func show(_ visit: Visit, _ id: ID<Case>, tab given: String? = nil, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let now = visit.now
        let found = try await visit.read { try $0.dossier(id, for: viewer, at: now) }
        let (it, asked) = (found.it, visit.question("tab") ?? "talk")
        // Before the undertaking the expert sees nothing of the case.
        if it.undertaking == nil, it.expert == viewer.person { return it.isOpen ? undertakingPage(found, form) : Self.unopened(found, viewer) }
        let tab = given ?? (["files", "meetings", "solution"].contains(asked) ? asked : "talk")
        let besides = tab == "meetings" ? try await beside(visit, it, found.meetings) : [:]
        let content: HTML =
            switch tab {
            case "files": filesTab(found, viewer, form)
            case "meetings": "\(MeetingPages.list(found, viewer, now, beside: besides))\(it.state == .running && viewer.could(Permission<Meeting, Case>.meet, it) ? MeetingPages.form(id, form, isAside: !found.meetings.isEmpty) : nil)"
            case "solution": SolutionPages.tab(found.solutions, it, viewer, now)
            default: talk(found, viewer, form, now)
            }
        return .page(
            Page(
                Words(same: it.title), word: "cases", back: (viewer.person == it.asker ? Need.list() : Case.list(), viewer.person == it.asker ? Words("我的需求", "My needs") : Words("案例", "Cases")), wrongs: form.wrongs.count,
                """
                <div class="title"><h1>\(it.title)</h1><p class="row">\(tag(it.state.words, it.state.tone))<span>\(Words("专家：", "Expert: "))\(it.expert.flatMap { found.names[$0] } ?? Words("正在找", "being found")())</span><span class="soft small">\(it.number)　\(Words("", "begun ") + it.begun.spoken(now: now) + Words("开始", ""))　\(Words("不收费", "free of charge"))</span></p></div>
                \(form.summary)\(nextStep(found, viewer, now, tab))
                <div class="cols mt"><div>
                \(tabs(found, tab))
                \(content)
                </div><aside class="stack">
                <section class="panel"><h2>\(Words("办理进度", "Progress"))</h2>\(timeline(steps(found, now)))</section>
                \(people(found))
                \(notes(found, viewer, form, now))
                \(others(found, viewer))
                </aside></div>
                """))
    }

    // MARK: The next step

    private func nextStep(_ found: Dossier, _ viewer: Viewer, _ now: Instant, _ tab: String) -> HTML {
        let it = found.it
        // Not solved is somebody's turn still: the institution's, and the company waits for it.
        let looksOn = viewer.could(.declare, it)
        guard let turn = found.turn, !looksOn || it.isOpen else { return ClosurePages.afterwards(found, viewer, now) }
        // A colleague's turn is the company's.
        let isMine = viewer.person.map { turn.holder == .person($0) || turn.holder == .person(it.asker) && it.colleagues.contains($0) } ?? false
        let isOurs = turn.holder == .organisation(it.institution) && viewer.memberships.contains { $0.organisation == it.institution }
        let mustAct = isMine || isOurs
        let kicker = mustAct ? Words("轮到您", "Your turn") : turn.holder == .person(it.asker) ? Words("等企业", "Waiting for the owner") : turn.holder == .organisation(it.institution) ? Words("等服务机构", "With the institution") : Words("等专家", "Waiting for the expert")
        let due = turn.due < now ? Words("本该在", "It was due ") + turn.due.spoken(now: now) + Words("前", "") : mustAct ? Words("请在", "Please by ") + turn.due.spoken(now: now) + Words("前", "") : Words("最迟", "At the latest ") + turn.due.spoken(now: now)
        let deeds = deeds(found, viewer, mustAct, tab)
        return Web.nextStep(kicker, turn.what, "<p>\(due)　\(turn.due.left(now: now))</p>\(deeds.isEmpty ? nil : "<div class=\"row\">\(deeds)</div>" as HTML)")
    }

    /// What this person can do now; the one that is waited for stands out.
    private func deeds(_ found: Dossier, _ viewer: Viewer, _ mustAct: Bool, _ tab: String) -> HTML {
        let it = found.it
        if mustAct, viewer.could(.review, it) { return deed(Change.page(it.id), Words("换一位专家", "Find another expert"), isMain: true) }
        guard it.state == .running, let owed = found.owed, viewer.could(.talk, it) else { return .empty }
        let write = Link(path: Case.page(it.id).text + "#f-text")
        let isExpert = viewer.person == it.expert
        let solution: HTML? = isExpert ? deed(Solution.edit(it.id), found.solutions.isEmpty ? Words("写书面方案", "Write the solution") : Words("改方案，出新版", "Write a new version"), isMain: mustAct && owed == .solution) : nil
        let verdict: HTML? = !isExpert && !found.solutions.isEmpty
            ? "\(deed(Closure.page(it.id), Words("说说管不管用", "Say whether it helps"), isMain: mustAct && owed == .verdict))\(deed(Self.tab(it.id, "solution"), Words("看方案", "Read the solution")))" : nil
        let first: HTML? =
            switch owed {
            // Among the meetings their own buttons stand out.
            case .meetingAnswer where tab == "meetings", .meeting where tab == "meetings": nil
            case .firstContact where mustAct: deed(write, Words("打个招呼", "Say hello"), isMain: true)
            case .reply where mustAct: deed(write, Words("写回复", "Write an answer"), isMain: true)
            case .meetingAnswer where mustAct: deed(Self.tab(it.id, "meetings"), Words("选一个时间", "Choose a time"), isMain: true)
            case .meeting: deed(Self.tab(it.id, "meetings"), Words("看约好的时间", "See what was agreed"), isMain: mustAct)
            default: nil
            }
        // Nobody is asked to agree on a time while one is proposed or agreed.
        let time: HTML? =
            switch owed {
            case .meetingAnswer, .meeting: nil
            default: deed(Self.tab(it.id, "meetings"), Words("约时间", "Agree on a time"))
            }
        return "\(first)\(verdict)\(solution)\(time)"
    }

    private func deed(_ link: Link, _ words: Words, isMain: Bool = false) -> HTML { "<a class=\"\(isMain ? "btn go" : "btn")\" href=\"\(link)\">\(words)</a>" }

    // MARK: Tabs

    private func tabs(_ found: Dossier, _ tab: String) -> HTML {
        let all: [(key: String, words: Words, count: Int)] = [
            ("talk", Words("对话", "Talk"), 0), ("files", Words("文件", "Files"), found.files.count), ("meetings", Words("面谈", "Meetings"), found.meetings.count),
            ("solution", Words("方案", "Solution"), found.solutions.count),
        ]
        return """
            <nav class="tabs" aria-label="\(Words("案例内容", "Parts of the case"))">\(each: all, { entry in
                "<a href=\"\(Self.tab(found.it.id, entry.key))\"\(attribute: "aria-current", entry.key == tab ? "page" : nil)>\(entry.words)\(entry.count > 0 ? "<span class=\"count\">\(entry.count)</span>" as HTML : nil)</a>"
            })</nav>
            """
    }
}

extension Case.State {
    var tone: Tone {
        switch self {
        case .changing, .awaitingUndertaking, .running: .wait
        case .suspended, .closed(.not): .bad
        case .closed(.solved), .closed(.partly): .good
        case .ended: .plain
        }
    }
}
