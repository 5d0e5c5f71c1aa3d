import Files
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Needs
import Reference
import Storage
import Turns
import Values
import Volunteers
package import Web

/// A case as its people see it: the next step, then conversation, files, meetings and solution; timeline and people at the side.
struct CasePages: Sendable {
    let reference: Reference
    let files: FileStore
    let beside: CasesRoom.BesideMeetings

    static let undertaking = Path("cases/*/undertaking", ID<Case>.self)
    static let uploads = Path("cases/*/files", ID<Case>.self)
    static func tab(_ id: ID<Case>, _ tab: String) -> Link { Case.page(id).with([("tab", tab == "talk" ? nil : tab)]) }

    struct Undertaken: Happening { static let kind = "case.undertaken"; let subject: Subject }
    struct FileAdded: Happening { static let kind = "case.fileAdded"; let subject: Subject }

    private struct Found: Sendable {
        let it: Case
        let need: Need
        let turn: Turn?
        let names: [ID<Person>: String]
        let messages: [Message]
        let notes: [Note]
        let files: [StoredFile]
        let meetings: [Meeting]
        let solutions: [Solution]
        let changes: [Change]
        let expert: Expert?
        let institution: OrganisationEntry?
        let company: Enterprise?
        let followUp: FollowUp?
        let hasDeclared: Bool
        let happenings: [HappeningEntry]
    }

    private func load(_ visit: Visit, _ id: ID<Case>) async throws -> Found {
        let viewer = visit.viewer
        return try await visit.read { reader in
            guard let it = try reader.serviceCase(id), viewer.could(Permission<See, Case>.see, it), let need = try reader.need(it.need) else { throw Problem.notFound }
            let messages = try reader.messages(of: id, limit: 300)
            let notes = viewer.could(.note, it) ? try reader.notes(of: id, limit: 100) : []
            let changes = try reader.changes(of: id)
            let people = messages.map(\.by) + notes.map(\.by) + changes.map(\.expert) + [it.asker] + [it.expert].compactMap { $0 }
            return Found(
                it: it, need: need, turn: try reader.turn(of: it.subject), names: try reader.names(of: people), messages: messages, notes: notes,
                files: try reader.files(of: it.subject, limit: 200) + reader.files(of: need.subject, limit: 50), meetings: try reader.meetings(of: id), solutions: try reader.solutions(of: id), changes: changes,
                expert: try it.expert.flatMap { try reader.expert($0) }, institution: try reader.organisation(it.institution), company: try need.enterprise.flatMap { try reader.enterprise($0) },
                followUp: try reader.followUp(of: id), hasDeclared: try reader.exists("select 1 from case_declaration where service_case = \(id)"),
                happenings: try reader.happenings(of: it.subject))
        }
    }

    func show(_ visit: Visit, _ id: ID<Case>, tab given: String? = nil, _ form: Form = Form()) async throws -> Answer {
        let found = try await load(visit, id)
        let (it, viewer, now) = (found.it, visit.viewer, visit.now)
        // Before the undertaking the expert sees nothing of the case.
        if it.undertaking == nil, it.expert == viewer.person { return it.isOpen ? undertakingPage(found, form) : Self.unopened(found, viewer) }
        let tab = given ?? (["files", "meetings", "solution"].contains(visit.question("tab") ?? "") ? visit.question("tab") ?? "talk" : "talk")
        let besides = tab == "meetings" ? try await beside(visit, it, found.meetings) : [:]
        let content: HTML =
            switch tab {
            case "files": filesTab(found, viewer, form)
            case "meetings": "\(MeetingPages.list(found.meetings, it, viewer, now, beside: besides))\(it.state == .running && viewer.could(Permission<Meeting, Case>.meet, it) ? MeetingPages.form(id, form) : nil)"
            case "solution": SolutionPages.tab(found.solutions, it, viewer, now)
            default: talk(found, viewer, form, now)
            }
        return .page(
            Page(
                Words(same: it.title), word: "cases", back: (viewer.person == it.asker ? Need.list() : Case.list(), viewer.person == it.asker ? Words("我的需求", "My needs") : Words("案例", "Cases")), wrongs: form.wrongs.count,
                """
                <div class="title"><h1>\(it.title)</h1><p class="row">\(tag(it.state.words, it.isOpen ? .wait : .good))<span>\(Words("专家：", "Expert: "))\(it.expert.flatMap { found.names[$0] } ?? Words("正在找", "being found")())</span><span class="soft small">\(it.number)　\(it.begun.spoken(now: now))\(Words("开始", " begun"))　\(Words("不收费", "free of charge"))</span></p></div>
                \(form.summary)\(nextStep(found, viewer, now))
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

    private func nextStep(_ found: Found, _ viewer: Viewer, _ now: Instant) -> HTML {
        let it = found.it
        if case .closed(let verdict) = it.state {
            let closed = Web.nextStep(
                verdict.words, it.asker == viewer.person ? Words("谢谢您的评价", "Thank you for your word") : Words("企业说：", "The owner says: ") + verdict.words,
                "\(found.followUp.map { "<p>\(Words("回访日：", "Follow-up on "))\($0.due.spoken(now: now))</p>" })\(ClosurePages.afterwards(it, found.followUp, found.hasDeclared, viewer, now))")
            return closed
        }
        guard let turn = found.turn else { return .empty }
        let isMine = viewer.person.map { turn.holder == .person($0) } ?? false
        let isOurs = turn.holder == .organisation(it.institution) && viewer.memberships.contains { $0.organisation == it.institution }
        let kicker = isMine || isOurs ? Words("轮到您", "Your turn") : turn.holder == .person(it.asker) ? Words("等企业", "Waiting for the owner") : turn.holder == .organisation(it.institution) ? Words("等服务机构", "With the institution") : Words("等专家", "Waiting for the expert")
        return Web.nextStep(
            kicker, turn.what,
            """
            <p>\(isMine || isOurs ? Words("请在", "Please by ") : Words("最迟", "At the latest "))\(turn.due.spoken(now: now))\(isMine || isOurs ? Words("前", "") : Words("", ""))　\(turn.due.left(now: now))</p>
            <div class="row">\(nextDeed(found, viewer, isMine || isOurs))</div>
            """)
    }

    /// The one button that stands out.
    private func nextDeed(_ found: Found, _ viewer: Viewer, _ isMine: Bool) -> HTML {
        let it = found.it
        if viewer.could(Permission<Closure, Case>.close, it), !found.solutions.isEmpty {
            return "<a class=\"btn go\" href=\"\(Closure.page(it.id))\">\(Words("说说管不管用", "Say whether it helps"))</a><a class=\"btn\" href=\"\(Self.tab(it.id, "solution"))\">\(Words("看方案", "Read the solution"))</a>"
        }
        if viewer.could(Permission<Solution, Case>.solve, it), it.state == .running {
            return "<a class=\"\(found.meetings.contains { if case .held = $0.state { true } else { false } } || found.messages.count > 2 ? "btn go" : "btn")\" href=\"\(Solution.edit(it.id))\">\(found.solutions.isEmpty ? Words("写书面方案", "Write the solution") : Words("改方案，出新版", "Write a new version"))</a><a class=\"btn\" href=\"\(Self.tab(it.id, "meetings"))\">\(Words("约时间", "Agree on a time"))</a>"
        }
        if isMine, viewer.could(.review, it) {
            return "<a class=\"btn go\" href=\"\(Change.page(it.id))\">\(Words("换一位专家", "Find another expert"))</a>"
        }
        guard isMine else { return .empty }
        // Whose turn it is to answer finds the place to write.
        let reply: HTML? = found.messages.last.map { $0.by != viewer.person } == true ? "<a class=\"btn go\" href=\"\(Link(path: Case.page(it.id).text + "#f-text"))\">\(Words("写回复", "Write an answer"))</a>" : nil
        return "\(reply)<a class=\"btn\" href=\"\(Self.tab(it.id, "meetings"))\">\(Words("约时间", "Agree on a time"))</a>"
    }

    // MARK: Tabs

    private func tabs(_ found: Found, _ tab: String) -> HTML {
        let all: [(key: String, words: Words, count: Int)] = [
            ("talk", Words("对话", "Conversation"), 0), ("files", Words("文件", "Files"), found.files.count), ("meetings", Words("面谈", "Meetings"), found.meetings.count),
            ("solution", Words("方案", "Solution"), found.solutions.count),
        ]
        return """
            <nav class="tabs" aria-label="\(Words("案例内容", "Parts of the case"))">\(each: all, { entry in
                "<a href=\"\(Self.tab(found.it.id, entry.key))\"\(attribute: "aria-current", entry.key == tab ? "page" : nil)>\(entry.words)\(entry.count > 0 ? "<span class=\"count\">\(entry.count)</span>" as HTML : nil)</a>"
            })</nav>
            """
    }

    /// Messages in the order of time, with what happened between them as grey lines.
    private func talk(_ found: Found, _ viewer: Viewer, _ form: Form, _ now: Instant) -> HTML {
        let it = found.it
        let events = found.happenings.compactMap { entry in event(entry, found).map { (at: entry.at, html: "<li class=\"event\">\(entry.at.spoken(now: now))　\($0)</li>" as HTML) } }
        func line(_ by: ID<Person>, _ text: String, _ at: Instant) -> (at: Instant, html: HTML) {
            let isMine = by == viewer.person
            let role = by == it.expert ? Words("专家", "expert") : isMine ? Words("您", "you") : by == it.asker ? Words("企业", "owner") : Words("以前的专家", "former expert")
            let name = found.names[by] ?? ""
            return (
                at,
                """
                <li\(attribute: "class", isMine ? "mine" : nil)>\(face(name, small: true))<p class="who"><b>\(name)</b>　\(role)　\(at.spoken(now: now))</p><div class="bubble">\(each: text.split(separator: "\n"), { "<p>\($0)</p>" })</div></li>
                """
            )
        }
        // The need itself is the first thing that was said.
        let said = [line(it.asker, found.need.statement, found.need.at)] + found.messages.map { line($0.by, $0.text, $0.at) }
        let lines = (events + said).sorted { $0.at < $1.at }
        let mayTalk = viewer.could(.talk, it) && it.state == .running
        return """
            <ol class="talk">\(each: lines, { $0.html })</ol>
            \(mayTalk ? Web.form(Message.page(it.id), "<div class=\"mt\"></div>\(form.show(Message.text))\(unclassified)<div class=\"row\"><button class=\"btn\">\(Words("发出去", "Send"))</button></div>") : nil)
            """
    }

    private func event(_ entry: HappeningEntry, _ found: Found) -> HTML? {
        switch entry.kind {
        case Case.Opened.kind: "\(Words("专家接手", "An expert accepted"))"
        case Undertaken.kind: "\(Words("专家签了保密承诺", "The expert signed the undertaking of confidentiality"))"
        case Solution.Written.kind: "\(Words("专家交来方案第\(entry.fields["version"] ?? "1")版", "The expert handed in version \(entry.fields["version"] ?? "1") of the solution"))"
        case Change.Done.kind: "\(Words("换了专家", "The expert changed"))"
        case Closure.Done.kind: "\(Words("企业评定：", "The owner's verdict: "))\(found.it.closure?.verdict.words)"
        case Meeting.Changed.kind:
            switch entry.fields["to"] {
            case "agree": "\(Words("约好了时间", "A time was agreed"))"
            case "begin": "\(Words("开始面谈", "The meeting began"))"
            case "end": "\(Words("面谈结束", "The meeting ended"))"
            case "cancel": "\(Words("见面取消了", "The meeting was cancelled"))"
            default: nil
            }
        default: nil
        }
    }

    private func filesTab(_ found: Found, _ viewer: Viewer, _ form: Form) -> HTML {
        """
        \(found.files.isEmpty ? "<p class=\"soft\">\(Words("还没有文件。", "No files yet."))</p>" as HTML : fileList(found.files, remove: nil))
        \(viewer.could(.talk, found.it) && found.it.state == .running ? Web.form(Self.uploads(found.it.id), files: true, "\(uploadField(form, optional: false))<p><button class=\"btn\">\(icon(.upload))\(Words("传给对方", "Send to the other side"))</button></p>") : nil)
        """
    }

    // MARK: The side

    private func steps(_ found: Found, _ now: Instant) -> [Web.Step] {
        let it = found.it
        var steps = [Web.Step(.done, Words("已收到", "Received"), "\(found.need.at.spoken(now: now))"), Web.Step(.done, Words("选定专家", "Expert chosen"), "\(it.begun.spoken(now: now))")]
        let held = found.meetings.filter { if case .held = $0.state { true } else { false } }.count
        let talks = Words("一对一\(held > 0 ? "，谈了\(held)次" : "")", held > 1 ? "One to one, met \(held) times" : held > 0 ? "One to one, met once" : "One to one")
        switch it.state {
        case .closed(let verdict):
            steps += [Web.Step(.done, talks), Web.Step(.done, Words("书面方案", "Written solution")), Web.Step(.done, verdict.words)]
            steps.append(found.followUp?.verdict == nil ? Web.Step(.now, Words("30天回访", "Follow-up after 30 days"), found.followUp.map { "\($0.due.spoken(now: now))" }) : Web.Step(.done, Words("已回访", "Followed up")))
        case .ended: steps.append(Web.Step(.now, it.state.words))
        default:
            steps.append(found.solutions.isEmpty ? Web.Step(.now, talks, found.turn.map { "\($0.what)" }) : Web.Step(.done, talks))
            steps.append(found.solutions.isEmpty ? Web.Step(.toCome, Words("书面方案", "Written solution")) : Web.Step(.now, Words("看方案，评一评", "Read the solution, give a verdict")))
            steps.append(Web.Step(.toCome, Words("30天回访", "Follow-up after 30 days")))
        }
        return steps
    }

    private func people(_ found: Found) -> HTML {
        let it = found.it
        let asker = found.names[it.asker] ?? ""
        return """
            <section class="panel"><h2>\(Words("联系人", "People"))</h2>\
            <div class="person">\(face(asker, small: true))<div><b>\(asker)</b><p class="small soft">\(found.company.map { Words(same: $0.name) } ?? Words("个人或筹办中", "A person, or still founding"))</p></div></div>\
            \(found.expert.map { expert in "<div class=\"person mt\">\(face(expert.name, small: true))<div><b><a href=\"\(Expert.page(expert.person))\">\(expert.name)</a></b><p class=\"small soft\">\(expert.headline)</p></div></div>" })\
            \(each: found.changes, { change in "<p class=\"small soft mt\">\(Words("以前：", "Before: "))\(found.names[change.expert] ?? "")，\(change.kind.words)</p>" })\
            \(found.institution.map { "<p class=\"small soft mt\">\($0.name)\($0.telephone.isEmpty ? nil : "<br><a href=\"\(Link(telephone: $0.telephone))\">\($0.telephone)</a>" as HTML)</p>" })</section>
            """
    }

    private func notes(_ found: Found, _ viewer: Viewer, _ form: Form, _ now: Instant) -> HTML? {
        guard viewer.could(.note, found.it) else { return nil }
        return """
            <section class="panel"><h2>\(Words("内部备注", "Internal notes"))</h2>\(each: found.notes, { "<p class=\"small\"><b>\(found.names[$0.by] ?? "")</b>　\($0.at.spoken(now: now))<br>\($0.text)</p>" })\
            \(Web.form(Note.page(found.it.id), "\(form.show(Note.text))<button class=\"btn\">\(Words("记下", "Keep"))</button>"))</section>
            """
    }

    private func others(_ found: Found, _ viewer: Viewer) -> HTML {
        let it = found.it
        let complaint = Link(path: "/complaints/new").with([("kind", "case"), ("id", it.id.text), ("about", "charge")])
        return """
            <section class="panel"><h2>\(Words("其他", "Other"))</h2><ul class="plain side">\
            \(viewer.could(.change, it) && it.isOpen && it.expert != nil ? "<li><a href=\"\(Change.page(it.id))\">\(it.expert == viewer.person ? Words("我办不了了，请换人", "I cannot go on: hand over") : Words("换一位专家", "Another expert"))</a></li>" as HTML : nil)\
            <li><a href="\(complaint)">\(icon(.flag))\(Words("有人收费或推销", "Somebody asks for money or sells"))</a></li>\
            \(it.asker == viewer.person && it.isOpen ? "<li><a href=\"\(Withdrawal.page(it.need))\">\(Words("不再需要了，撤回", "No longer needed: withdraw"))</a></li>" as HTML : nil)</ul></section>
            """
    }

    // MARK: Undertaking

    static let pledge = Field<Bool>.tick("pledge", Words("我承诺：对这件案例里看到的经营信息保密，不外传、不另作他用；与该企业没有竞争或利害关系；不收取任何费用，不推销任何产品。", "I undertake to keep what I see in this case confidential and use it for nothing else; I have no competing or other interest in the firm; I charge nothing and sell nothing."))

    private func undertakingPage(_ found: Found, _ form: Form) -> Answer {
        .page(
            Page(
                Words("保密承诺", "Undertaking of confidentiality"), word: "cases", width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("先签保密承诺", "First, the undertaking of confidentiality"), "\(Words("签了就能看到全文、对方是谁，并开始联系。", "Then you see everything, and who it is, and can get in touch."))"))\(form.summary)
                \(Web.form(Self.undertaking(found.it.id), "\(form.show(Self.pledge))<p><button class=\"btn go big\">\(Words("签好，打开案例", "Sign and open the case"))</button></p>"))
                \(Web.form(Change.page(found.it.id), "<input type=\"hidden\" name=\"reason\" value=\"\(Words("开案前说明不能承接", "Could not take it before it began"))\"><button class=\"btn quiet\">\(Words("有利害关系，办不了", "I have an interest and cannot"))</button>"))
                """))
    }

    /// A case that ended before its expert signed: they learn that it did, and nothing of it.
    private static func unopened(_ found: Found, _ viewer: Viewer) -> Answer {
        let mayDeclare = viewer.could(.declare, found.it) && found.it.closure != nil && !found.hasDeclared
        return .page(
            Page(
                Words("案例已结束", "The case has ended"), word: "cases", width: .narrow, back: (Case.list(), Words("案例", "Cases")),
                """
                \(title(Words("案例已结束", "The case has ended"), "\(found.it.number)"))
                <p>\(Words("开始前就结束了，不用您再做什么。谢谢您愿意帮忙。", "It ended before it began. Thank you for being willing to help."))</p>
                \(mayDeclare ? button(Declaration.page(found.it.id), Words("我确认：没有收取任何费用", "I confirm that I charged nothing"), kind: "btn go") : nil)
                """))
    }

    func undertake(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["pledge"])
        guard form.ticked(Self.pledge, orElse: Words("签了承诺才能打开", "The case opens once you sign")) else { return try await show(visit, id, form) }
        let (viewer, now, address, days) = (visit.viewer, visit.now, visit.address, reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            try CaseDeeds(id, by: viewer, at: now, days: days, from: address, in: tx).undertake()
            return Case.page(id)
        }
        return .see(link, saying: Words("谢谢。请先打个招呼，约个时间", "Thank you. Please say hello and agree on a time"))
    }

    // MARK: Talk

    func say(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["text"])
        guard let text = form.value(Message.text) else { return try await show(visit, id, form) }
        let (viewer, now, address, days) = (visit.viewer, visit.now, visit.address, reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            try CaseDeeds(id, by: viewer, at: now, days: days, from: address, in: tx).say(text)
            return Case.page(id)
        }
        let hints = ChargeHint.found(in: text)
        return .see(link, saying: hints.isEmpty ? Words("发出去了", "Sent") : Words("发出去了。里面提到“\(hints[0])”：志愿服务不收费，有人收费请点右边举报", "Sent. It mentions “\(hints[0])”: this service is free of charge; if anybody asks for money, please report it at the side"))
    }

    func note(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["note"])
        guard let text = form.value(Note.text) else { return try await show(visit, id, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            let found = try tx.lock(id)
            let may = try viewer.may(.note, found)
            try tx.add(Note(id: ID<Note>(at: now), by: may.person, text: text, at: now), to: id, by: may)
            try tx.record(Note.Written(subject: found.subject), by: may.by, at: now, from: address)
            return Case.page(id)
        }
        return .see(link, saying: Words("记下了", "Kept"))
    }

    func upload(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form([], files: 10)
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let person = try visit.person()
        if form.uploads.isEmpty { form.wrong(named: FileStore.field, Words("请先选一个文件", "Please choose a file first")) }
        let taken = await files.take(&form)
        guard form.isGood else {
            taken.forEach { $0.forget() }
            return try await show(visit, id, tab: "files", form)
        }
        let link = try await visit.write(once: form) { tx in
            let found = try tx.lock(id)
            let may = try viewer.may(.talk, found)
            guard found.state == .running else { throw found.refusal() }
            for file in taken { _ = try tx.add(file, to: found.subject, by: .person(person), now: now) }
            try tx.record(FileAdded(subject: found.subject), by: may.by, at: now, from: address)
            if let other = found.other(than: may.person) {
                try tx.tell(Notice(to: other, .work, about: found.subject, key: "file", Words("对方传了文件给您", "A file was sent to you"), place: Self.tab(id, "files").text), at: now)
            }
            return Self.tab(id, "files")
        }
        return .see(link, saying: Words("传好了", "Sent"))
    }
}

package enum Undertaking {}
extension Permission where Deed == Undertaking, Noun == Case {
    package static var undertake: Self { Permission("case.undertake", [Grant(.expert, .own(.expert))]) }
}

extension Turn {
    /// A verdict or a meeting that is owed is not replaced by a message.
    var isFixed: Bool { what.english.hasPrefix("Read the solution") || what.english.hasPrefix("Meet as") || what.english.hasPrefix("Choose a time") }
}
