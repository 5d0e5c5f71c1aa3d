import Files
import Happenings
import Identity
package import Languages
package import Markup
import Reference
import Storage
package import Values
package import Web

extension Complaint {
    package static let list = Path("complaints")
    package static let page = Path("complaints/*", ID<Complaint>.self)
    static let acceptance = Path("complaints/*/acceptance", ID<Complaint>.self)
    static let acceptanceUndoing = Path("complaints/*/acceptance/undoing", ID<Complaint>.self)
    static let measures = Path("complaints/*/measures", ID<Complaint>.self)
    static let measureUndoing = Path("complaints/*/measures/*/undoing", Two<ID<Complaint>, PathText>.self)
    static let decision = Path("complaints/*/decision", ID<Complaint>.self)
    static let decisionUndoing = Path("complaints/*/decision/undoing", ID<Complaint>.self)
    static let reply = Path("complaints/*/reply", ID<Complaint>.self)
    static let messages = Path("complaints/*/messages", ID<Complaint>.self)
    static let notes = Path("complaints/*/notes", ID<Complaint>.self)

    /// Where somebody begins a complaint about a thing: one tap away on every page of it.
    package static func beginning(about subject: Subject, kind: Kind? = nil) -> Link {
        Filing.page().with([("kind", subject.kind), ("id", subject.id), ("about", kind?.rawValue)])
    }

    /// Where somebody begins one about anything.
    package static var beginning: Link { Filing.page() }

    /// From the reader's side.
    var stateTag: HTML {
        switch state {
        case .filed: tag(Words("已收到，等受理", "Received, to be accepted"), .wait)
        case .accepted: tag(Words("已受理，正在查", "Accepted, being looked into"), .line)
        case .decided: tag(Words("有结果了，等答复", "Decided, answer to come"), .line)
        case .answered: tag(Words("已答复", "Answered"), .good)
        }
    }
}

/// What a page of one complaint needs.
struct ComplaintView: Sendable {
    let complaint: Complaint
    let messages: [Message]
    let files: [StoredFile]
    let happenings: [HappeningEntry]
    let handlerName: String
    let concernsName: String
    let notes: [Note]
    let names: [ID<Person>: String]

    /// `withNotes` only for those who deal with it or supervise; a complainant's page never holds them.
    init(_ complaint: Complaint, _ reader: Reader, withNotes: Bool = false) throws {
        self.complaint = complaint
        messages = try reader.complaintMessages(complaint.id)
        files = try reader.files(of: complaint.subject)
        happenings = try reader.happenings(of: complaint.subject)
        notes = withNotes ? try reader.complaintNotes(complaint.id) : []
        let organisations = try reader.organisations([complaint.handler, complaint.concerns])
        handlerName = organisations[complaint.handler]?.name ?? ""
        concernsName = organisations[complaint.concerns]?.name ?? ""
        guard withNotes else { names = [:]; return }
        let people =
            notes.map(\.by) + messages.compactMap(\.by) + complaint.measures.map(\.by)
            + happenings.compactMap { if case .person(let id) = $0.by { id } else { nil } }
            + [complaint.person, complaint.state.acceptance?.by, complaint.state.decision?.by, complaint.state.reply?.by].compactMap { $0 }
        names = try reader.names(of: people)
    }

    // MARK: The complainant's side

    func forComplainant(now: Instant, _ form: Form, sending: Link) -> HTML {
        """
        \(promise(now))
        <h2 class="mt mb">\(Words("您说的", "What you told us"))</h2><section class="panel"><p class="small soft">\(complaint.kind.words)\(Words("　", " · "))\(time(complaint.filed, now: now))</p>\(paragraphs(complaint.words))</section>
        \(files.isEmpty ? nil : "<div class=\"mt\">\(fileList(files))</div>" as HTML)
        <h2 class="mt mb">\(Words("进展", "Progress"))</h2>\(timeline(steps(now)))
        \(dialogue(now, isStaff: false))
        \(below(sending, "\(form.show(Message.wordsField))<p><button class=\"btn\">\(Words("发给受理人", "Send to whoever deals with it"))</button></p>"))
        """
    }

    private func promise(_ now: Instant) -> HTML {
        switch complaint.state {
        case .filed:
            nextStep(
                Words("等\(handlerName)", "Waiting for \(handlerName)"), Words("最迟", "Accepted by ") + complaint.due.spoken(now: now) + Words("受理", ""))
        case .accepted(let acceptance):
            nextStep(
                Words("\(handlerName)在查", "\(handlerName) is looking into it"), Words("最迟", "Decided by ") + acceptance.due.spoken(now: now) + Words("有结果", ""))
        case .decided(_, let decision):
            nextStep(
                Words("有结果了", "It is decided"), Words("最迟", "You are answered by ") + decision.due.spoken(now: now) + Words("答复您", ""))
        case .answered(_, let decision, let reply):
            nextStep(
                Words("结果：", "Outcome: ") + decision.outcome.kind.words, Words("\(handlerName)的答复", "The answer of \(handlerName)"),
                """
                \(paragraphs(reply.words))\(handedOver(decision))<p class="small soft">\(time(reply.at, now: now))\(Words("　不服可以向中小企业主管部门或民政部门反映。", " · If you disagree, you can turn to the SME authority or to civil affairs."))</p>
                """)
        }
    }

    private func handedOver(_ decision: Decision) -> HTML? {
        guard case .handedOver(let body, let receipt) = decision.outcome else { return nil }
        return "<p>\(Words("已移送：", "Handed over to: "))<b>\(body)</b>\(Words("　对方回执：", " · their receipt: "))\(receipt)</p>"
    }

    private func steps(_ now: Instant) -> [Step] {
        let state = complaint.state
        let measures = complaint.measures.filter { $0.kind == .stop || $0.kind == .talk }
            .map { Step(.done, $0.kind.done, time($0.at, now: now)) }
        func step(_ at: Instant?, _ done: Words, _ isNow: Bool) -> Step {
            Step(at != nil ? .done : isNow ? .now : .toCome, done, at.map { time($0, now: now) })
        }
        return [Step(.done, Words("收到", "Received"), time(complaint.filed, now: now))]
            + [step(state.acceptance?.at, Words("受理", "Accepted"), true)] + measures
            + [
                step(state.decision?.at, Words("查清并处理", "Looked into and decided"), state.acceptance != nil),
                step(state.reply?.at, Words("答复您", "You are answered"), state.decision != nil),
            ]
    }

    // MARK: Both

    private func dialogue(_ now: Instant, isStaff: Bool) -> HTML {
        """
        <h2 class="mt mb">\(Words("对话", "Dialogue"))</h2>\
        \(messages.isEmpty ? "<p class=\"soft\">\(Words("还没有。要补充情况，或要问一句，写在下面。", "Nothing yet. To add something or to ask, write below."))</p>" as HTML : talk(now, isStaff))
        """
    }

    private func talk(_ now: Instant, _ isStaff: Bool) -> HTML {
        """
        <ol class="talk">\(each: messages, { message in
            let isMine = isStaff == (message.by != nil)
            let who =
                message.by.map { isStaff ? Words(same: names[$0] ?? "") : Words("受理人", "Whoever deals with it") }
                ?? (isStaff ? complainantName : Words("您", "You"))
            return """
                <li\(attribute: "class", isMine ? "mine" : nil)>\(face(who(), small: true))<p class="who"><b>\(who)</b>\(Words("　", " · "))\(time(message.at, now: now))</p><div class="bubble">\(paragraphs(message.words))</div></li>
                """
        })</ol>
        """
    }

    private var complainantName: Words {
        complaint.person.map { Words(same: names[$0] ?? "") } ?? Words("投诉人（不留名）", "Complainant (no name)")
    }

    /// A form under what it adds to.
    private func below(_ link: Link, _ content: HTML) -> HTML { "<div class=\"mt\">\(Web.form(link, content))</div>" }

    private func paragraphs(_ text: String) -> HTML {
        "\(each: text.split(separator: "\n"), { line in "<p>\(line)</p>" })"
    }

    // MARK: The side of those who deal with it or supervise

    func forStaff(now: Instant, _ form: Form, mayHandle: Bool, link: Link?) -> HTML {
        """
        \(next(now, form, mayHandle))
        <div class="cols mt"><div>
        <section class="panel"><h2>\(complaint.kind.short)</h2>\(paragraphs(complaint.words))</section>
        \(files.isEmpty ? nil : "<h2 class=\"mt mb\">\(Words("附件", "Files"))</h2>\(fileList(files))" as HTML)
        \(decided(now))
        \(dialogue(now, isStaff: true))
        \(mayHandle ? below(Complaint.messages(complaint.id), "\(form.show(Message.wordsField))<p><button class=\"btn\">\(Words("发给投诉人", "Send to the complainant"))</button></p>") : nil)
        <h2 class="mt mb">\(Words("内部记录", "Internal notes"))</h2>
        \(notes.isEmpty ? "<p class=\"soft\">\(Words("还没有。投诉人看不到这里。", "None yet. The complainant does not see this part."))</p>" as HTML : notesList(now))
        \(mayHandle ? below(Complaint.notes(complaint.id), "\(form.show(Note.wordsField))<p><button class=\"btn quiet\">\(Words("记一笔", "Write the note down"))</button></p>") : nil)
        </div><aside class="stack">
        <section class="panel"><h2>\(Words("情况", "Facts"))</h2>\(facts(now, link))</section>
        \(measuresPanel(now, form, mayHandle))
        <section class="panel"><h2>\(Words("经过", "What happened"))</h2><ol class="line">\(each: happenings, { entry in
            "<li class=\"done\"><b>\(Complaint.words(for: entry.kind))</b><span class=\"small soft\">\(time(entry.at, now: now))\(by(entry))</span></li>"
        })</ol></section>
        </aside></div>
        """
    }

    private func by(_ entry: HappeningEntry) -> HTML? {
        guard case .person(let id) = entry.by, let name = names[id] else { return nil }
        return "\(Words("　", " · "))\(name)"
    }

    private func facts(_ now: Instant, _ link: Link?) -> HTML {
        """
        <dl class="facts"><dt>\(Words("编号", "Number"))</dt><dd>\(complaint.name)</dd>
        <dt>\(Words("投诉人", "Complainant"))</dt><dd>\(complainantName)</dd>
        <dt>\(Words("关于", "About"))</dt><dd>\(about(link))</dd>
        <dt>\(Words("涉及机构", "Institution"))</dt><dd>\(concernsName)</dd>
        <dt>\(Words("办理", "Dealt with by"))</dt><dd>\(handlerName)</dd>
        <dt>\(Words("收到", "Received"))</dt><dd>\(time(complaint.filed, now: now))</dd></dl>
        """
    }

    private func about(_ link: Link?) -> HTML {
        guard let about = complaint.about else { return "\(Words("没有指明", "Nothing named"))" }
        guard let link else { return "\(Filing.words(for: about.kind))" }
        return "<a href=\"\(link)\">\(Filing.words(for: about.kind))</a>"
    }

    private func notesList(_ now: Instant) -> HTML {
        """
        <ul class="list">\(each: notes, { note in
            "<li><p class=\"small soft\">\(names[note.by] ?? "")\(Words("　", " · "))\(time(note.at, now: now))</p>\(paragraphs(note.words))</li>"
        })</ul>
        """
    }

    private func decided(_ now: Instant) -> HTML? {
        guard let decision = complaint.state.decision else { return nil }
        return """
            <section class="panel mt"><h2>\(Words("处理：", "Decision: "))\(decision.outcome.kind.words)</h2>\(paragraphs(decision.words))\(handedOver(decision))\
            <p class="small soft">\(names[decision.by] ?? "")\(Words("　", " · "))\(time(decision.at, now: now))</p>\
            \(complaint.state.reply.map { reply in "<h3 class=\"mt\">\(Words("答复", "Answer"))</h3>\(paragraphs(reply.words))" })</section>
            """
    }

    private func next(_ now: Instant, _ form: Form, _ mayHandle: Bool) -> HTML {
        guard let due = complaint.nextDue else {
            return nextStep(Words("办结了", "Closed"), Words("已答复投诉人", "The complainant was answered"))
        }
        let left = due.left(now: now)
        let what: Words =
            switch complaint.state {
            case .filed: Words("受理这件投诉", "Accept this complaint")
            case .accepted: Words("查清，作出处理", "Look into it and decide")
            case .decided, .answered: Words("把结果答复投诉人", "Answer the complainant")
            }
        guard mayHandle else { return nextStep(Words("等\(handlerName)", "Waiting for \(handlerName)"), what, "<p>\(left)</p>") }
        let id = complaint.id
        let deed: HTML =
            switch complaint.state {
            case .filed: button(Complaint.acceptance(id), Words("受理", "Accept"), kind: "btn go")
            case .accepted:
                Web.form(
                    Complaint.decision(id),
                    """
                    \(form.show(Decision.kindField))\(form.show(Decision.wordsField))\(form.show(Decision.bodyField, optional: true))\(form.show(Decision.receiptField, optional: true))\
                    <p><button class="btn go">\(Words("记下处理结果", "Record the decision"))</button></p>
                    """)
            case .decided, .answered:
                Web.form(
                    Complaint.reply(id),
                    "\(form.show(Reply.wordsField))<p class=\"row\"><button class=\"btn go\">\(Words("发出答复", "Send the answer"))</button><span class=\"hint\">\(Words("发出后不能撤回", "It cannot be taken back"))</span></p>")
            }
        return nextStep(Words("轮到您", "Your turn"), what, "<p>\(left)</p>\(deed)")
    }

    private func measuresPanel(_ now: Instant, _ form: Form, _ mayHandle: Bool) -> HTML {
        let canTake = mayHandle && complaint.state.reply == nil
        return """
            <section class="panel"><h2>\(Words("措施", "Measures"))</h2>\(complaint.measures.isEmpty ? "<p class=\"soft\">\(Words("还没有采取。收费、推销属实时，先停服务、固定证据。", "None so far. Where money was asked, stop the service and secure the evidence first."))</p>" as HTML : nil)\
            \(each: complaint.measures, { measure in
                """
                <div class="mb"><b>\(measure.kind.done)</b>\(paragraphs(measure.words))<p class="small soft">\(names[measure.by] ?? "")\(Words("　", " · "))\(time(measure.at, now: now))</p>\
                \(mayHandle ? button(Complaint.measureUndoing(Two(complaint.id, PathText(measure.kind.rawValue))), measure.kind == .stop ? Words("恢复服务", "Let the service go on") : Words("撤销这项措施", "Lift this measure"), kind: "btn quiet") : nil)</div>
                """
            })\
            \(canTake ? Web.form(Complaint.measures(complaint.id), "\(form.show(Measure.kindField))\(form.show(Measure.wordsField))<p><button class=\"btn\">\(Words("采取措施", "Take the measure"))</button></p>") : nil)</section>
            """
    }
}

extension Complaint {
    /// A step of its course, in words.
    package static func words(for kind: String) -> Words {
        switch kind {
        case Filed.kind: Words("收到投诉", "Complaint received")
        case Received.kind: Words("受理", "Accepted")
        case ReceiptUndone.kind: Words("撤销受理", "Acceptance undone")
        case Measured.kind: Words("采取措施", "Measure taken")
        case MeasureLifted.kind: Words("撤销措施", "Measure lifted")
        case ServiceStopped.kind: Words("停止服务", "Service stopped")
        case ServiceResumed.kind: Words("恢复服务", "Service goes on")
        case Decided.kind: Words("作出处理", "Decided")
        case DecisionUndone.kind: Words("撤销处理", "Decision undone")
        case Answered.kind: Words("答复投诉人", "Complainant answered")
        case Written.kind: Words("发了消息", "Message")
        case Noted.kind: Words("记了一笔", "Note")
        default: Words(same: kind)
        }
    }
}
