import Complaints
import Identity
import Languages
import Markup
import Needs
import Turns
import Values
import Volunteers
import Web

/// What stands beside a case: how far it is, who takes part, and what else can be done.
extension CasePages {
    func steps(_ found: Dossier, _ now: Instant) -> [Web.Step] {
        let it = found.it
        var steps = [Web.Step(.done, Words("已收到", "Received"), "\(found.need.at.spoken(now: now))"), Web.Step(.done, Words("选定专家", "Expert chosen"), "\(it.begun.spoken(now: now))")]
        let held = found.meetings.filter { if case .held = $0.state { true } else { false } }.count
        let talks = Words("一对一\(held > 0 ? "，谈了\(held)次" : "")", held > 1 ? "One to one, met \(held) times" : held > 0 ? "One to one, met once" : "One to one")
        switch it.state {
        case .closed(let verdict):
            steps.append(Web.Step(.done, talks))
            if !found.solutions.isEmpty { steps.append(Web.Step(.done, Words("书面方案", "Written solution"))) }
            steps.append(Web.Step(.done, verdict.words))
            if let followUp = found.followUp { steps.append(followUp.verdict == nil ? Web.Step(.now, Words("30天回访", "Follow-up after 30 days"), "\(followUp.due.spoken(now: now))") : Web.Step(.done, Words("已回访", "Followed up"))) }
            if let turn = found.turn { steps.append(Web.Step(.now, turn.what, "\(turn.due.spoken(now: now))")) }
        case .ended: steps.append(Web.Step(.now, it.state.words))
        default:
            steps.append(found.solutions.isEmpty ? Web.Step(.now, talks, found.turn.map { "\($0.what)" }) : Web.Step(.done, talks))
            steps.append(found.solutions.isEmpty ? Web.Step(.toCome, Words("书面方案", "Written solution")) : Web.Step(.now, Words("看方案，评一评", "Read the solution, give a verdict")))
            steps.append(Web.Step(.toCome, Words("30天回访", "Follow-up after 30 days")))
        }
        return steps
    }

    func people(_ found: Dossier) -> HTML {
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

    func others(_ found: Dossier, _ viewer: Viewer) -> HTML {
        let it = found.it
        let complaint = Complaint.beginning(about: it.subject, kind: .charge)
        return """
            <section class="panel"><h2>\(Words("其他", "Other"))</h2><ul class="plain side">\
            \(viewer.could(.change, it) && it.isOpen && it.expert != nil ? "<li><a href=\"\(Change.page(it.id))\">\(it.expert == viewer.person ? Words("我办不了了，请换人", "I cannot go on: hand over") : Words("换一位专家", "Another expert"))</a></li>" as HTML : nil)\
            \(viewer.could(Permission<Meeting.Holding, Case>.hold, it) && it.undertaking != nil ? "<li><a href=\"\(Link(path: Case.page(it.id).text + "/record"))\">\(Words("记一次服务", "Record service"))</a></li>" as HTML : nil)\
            <li><a href="\(complaint)">\(icon(.flag))\(Words("有人收费或推销", "Somebody asks for money or sells"))</a></li>\
            \(it.asker == viewer.person && it.isOpen ? "<li><a href=\"\(Withdrawal.page(it.need))\">\(Words("不再需要了，撤回", "No longer needed: withdraw"))</a></li>" as HTML : nil)</ul></section>
            """
    }
}
