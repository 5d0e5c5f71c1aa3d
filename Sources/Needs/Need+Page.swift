import Files
import Happenings
import Identity
import Languages
package import Markup
import Reference
import Storage
import Turns
import Values
package import Web

/// What the room above puts on a need's page while a case stands for it: the next step, and what belongs to it.
package struct NeedExtra: Sendable {
    package var next: HTML?
    package var side: HTML?
    package var steps: [Step]
    package init(next: HTML? = nil, side: HTML? = nil, steps: [Step] = []) {
        self.next = next
        self.side = side
        self.steps = steps
    }
}

struct NeedPages: Sendable {
    let reference: Reference
    let intake: Intake
    /// What the room above knows of a need: read inside the database, shown outside it.
    let extra: @Sendable (Visit, Need) async throws -> NeedExtra

    /// `told` is what somebody must know first: a colleague was quicker.
    func show(_ visit: Visit, _ id: ID<Need>, _ form: Form = Form(), told: Words? = nil) async throws -> Answer {
        let viewer = visit.viewer
        let found = try await visit.read { reader in
            let need = try viewer.find(reader.need(id), .see)
            let people = [need.asker, need.source.enteredBy, need.state.triage?.by].compactMap { $0 }
            return (
                need: need, files: try reader.files(of: need.subject, limit: 50), names: try reader.names(of: people),
                company: try need.enterprise.flatMap { try reader.enterprise($0) }, turn: try reader.turn(of: need.subject),
                handler: try reader.organisation(need.institution), hasConsented: try reader.hasConsented(need.asker, to: .service)
            )
        }
        let need = found.need
        let isOwner = viewer.could(Permission<Edit, Need>.edit, need)
        let extra = try await extra(visit, need)
        let mayTriage = viewer.could(.triage, need)
        return .page(
            Page(
                Words(same: need.title), word: "needs", back: (Need.list(), isOwner ? Words("我的需求", "My needs") : Words("需求", "Needs")), wrongs: form.wrongs.count,
                """
                <div class="title"><h1>\(need.title)</h1><p class="row">\(tag(need.state.words, need.state.isOpen ? .wait : .plain))<span class="soft small">\(need.number)　\(Words("", "received ") + need.at.spoken(now: visit.now) + Words("收到", ""))　\(Words("不收费", "free of charge"))</span></p></div>
                \(told.map { "<div class=\"mb say wait\" role=\"alert\" tabindex=\"-1\" autofocus>\(icon(.alert))<div><p>\($0)</p></div></div>" as HTML })\(form.summary)
                \(Takeover.panel(need, enteredBy: need.source.enteredBy.flatMap { found.names[$0] }, hasConsented: found.hasConsented, isAsker: viewer.person == need.asker))
                \(extra.next ?? next(need, found.turn, isOwner, mayTriage, visit.now))
                <div class="cols mt"><div class="stack">
                <section class="panel"><h2>\(Words("说了什么", "What was said"))</h2>\(each: need.statement.split(separator: "\n"), { "<p>\($0)</p>" })
                \(found.files.isEmpty ? nil : fileList(found.files, remove: nil))
                <p class="soft small mt">\(need.saidUrgency.words)\(need.saidDomain.map { Words("　", " · ") + $0.words })\(need.wishedExpert != nil ? Words("　指定了专家", " · asked for an expert by name") : nil)</p>
                \(isOwner && need.state.isOpen ? "<p class=\"mt\"><a class=\"btn quiet\" href=\"\(NeedEdit.page(need.id))\">\(icon(.edit))\(Words("改一改", "Change it"))</a></p>" as HTML : nil)</section>
                \(mayTriage && (need.state == .submitted || form.text("domain") != nil) ? TriagePages.panel(need, form, reference) : nil)
                \(staffDeeds(need, viewer))
                </div><aside class="stack">
                <section class="panel"><h2>\(Words("办理进度", "Progress"))</h2>\(timeline(steps(need, extra, visit.now)))</section>
                <section class="panel"><h2>\(Words("谁的需求", "Whose need"))</h2><p>\(found.names[need.asker] ?? "")</p><p class="soft small">\(found.company.map { Words(same: $0.name) } ?? Words("个人或筹办中", "A person, or still founding"))　\(RegionCode(need.region).map { reference.regions.path($0) })</p>
                \(need.source.kind == .web ? nil : "<p class=\"soft small\">\(need.source.kind.words)\(need.source.outerNumber.map { Words("　外部编号\($0)", " · outer number \($0)") })\(need.source.outerDue.map { Words("　外部时限", " · outer due ") + $0.spoken(now: visit.now) })\(need.source.enteredBy.flatMap { found.names[$0] }.map { Words("　\($0)代录", " · entered by \($0)") })</p>" as HTML)</section>
                \(extra.side)
                \(found.handler.map { handler in "<section class=\"panel\"><h2>\(Words("有事找谁", "Who to ask"))</h2><p>\(handler.name)</p>\(handler.telephone.isEmpty ? nil : "<p><a href=\"\(Link(telephone: handler.telephone))\">\(handler.telephone)</a></p>" as HTML)</section>" })
                \(isOwner && need.state.isOpen ? "<section class=\"panel\"><h2>\(Words("其他", "Other"))</h2><ul class=\"plain side\"><li><a href=\"\(Withdrawal.page(need.id))\">\(Words("不再需要了，撤回", "No longer needed: withdraw"))</a></li></ul></section>" as HTML : nil)
                </aside></div>
                """))
    }

    private func next(_ need: Need, _ turn: Turn?, _ isOwner: Bool, _ mayTriage: Bool, _ now: Instant) -> HTML {
        switch need.state {
        case .submitted where mayTriage:
            return nextStep(Words("轮到您", "Your turn"), Words("分办这条需求", "Assign this need"), turn.map { "<p>\($0.due.left(now: now))</p>" as HTML } ?? .empty)
        case .submitted, .triaged, .inService:
            return nextStep(
                Words("等服务机构", "With the institution"), Words("您不用做什么，有结果会发短信", "Nothing for you to do; a text message comes with the result"),
                turn.map { "<p>\(isOwner ? Words("最迟", "At the latest ") : Words("时限", "Due "))\($0.due.spoken(now: now))\(Words("有专家接手", ", an expert will have accepted"))</p>" as HTML } ?? .empty)
        case .referred(let referral):
            return nextStep(Words("请找这里", "Please turn to"), Words(same: referral.place), "<p>\(referral.reason)</p>")
        case .withdrawn(let withdrawal):
            return nextStep(
                Words("已撤回", "Withdrawn"), Words("这条需求不办了", "This need is not worked on any more"),
                isOwner && now - withdrawal.at < .days(30) ? button(Withdrawal.undo(need.id), Words("还是要办，恢复", "Take it up again")) : .empty)
        case .joined(let into, _):
            return nextStep(Words("已合并", "Joined"), Words("和另一条一起办", "It goes on with another need"), "<p><a href=\"\(Need.page(into))\">\(Words("看那一条", "See that one"))</a></p>")
        case .closed: return .empty
        }
    }

    private func steps(_ need: Need, _ extra: NeedExtra, _ now: Instant) -> [Step] {
        var steps = [Step(.done, Words("已收到", "Received"), "\(need.at.spoken(now: now))")]
        if let triage = need.state.triage {
            steps.append(Step(.done, Words("分办到", "Assigned to ") + triage.domain.words, "\(triage.at.spoken(now: now))"))
        } else if need.state == .submitted {
            steps.append(Step(.now, Words("分办", "Assign to a domain"), "\(Words("现在", "Now"))"))
        }
        if !extra.steps.isEmpty { return steps + extra.steps }
        switch need.state {
        case .submitted, .triaged:
            if need.state != .submitted { steps.append(Step(.now, Words("推荐专家", "Propose experts"))) } else { steps.append(Step(.toCome, Words("推荐专家", "Propose experts"))) }
            steps += [Step(.toCome, Words("一对一", "One to one")), Step(.toCome, Words("书面方案", "Written solution")), Step(.toCome, Words("30天回访", "Follow-up after 30 days"))]
        default: steps.append(Step(.now, need.state.words))
        }
        return steps
    }

    private func staffDeeds(_ need: Need, _ viewer: Viewer) -> HTML? {
        guard viewer.could(Permission<Referral, Need>.refer, need), [true].contains(need.state == .submitted || need.state.triage != nil && need.state.isOpen) else { return nil }
        guard case .inService = need.state else {
            return """
                <details class="more"><summary>\(Words("不归我们办，或重复了", "Not for us, or a duplicate"))</summary><div class="stack">
                \(Web.form(Referral.page(need.id), "<h3>\(Words("转给别处", "Hand it on"))</h3>\(Form().show(Referral.place))\(Form().show(Referral.reason))<button class=\"btn\">\(Words("转介并告诉企业", "Hand it on and tell the owner"))</button>"))
                \(Web.form(Joint.page(need.id), "<h3>\(Words("和另一条是同一件事", "The same matter as another"))</h3>\(Form().show(Joint.into))<button class=\"btn\">\(Words("并过去", "Join them"))</button>"))
                </div></details>
                """
        }
        return nil
    }
}
