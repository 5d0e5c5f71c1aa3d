import Happenings
import Identity
import Languages
import Markup
import Needs
import Reference
import Values
import Web

/// The conversation of a case, and a message in it.
extension CasePages {
    /// Messages in the order of time, with what happened between them as grey lines.
    func talk(_ found: Dossier, _ viewer: Viewer, _ form: Form, _ now: Instant) -> HTML {
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

    private func event(_ entry: HappeningEntry, _ found: Dossier) -> HTML? {
        switch entry.kind {
        case Case.Opened.kind: "\(Words("专家接手", "An expert accepted"))"
        case Undertaking.Signed.kind: "\(Words("专家签了保密承诺", "The expert signed the undertaking of confidentiality"))"
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

    func say(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["text"])
        guard let text = form.value(Message.text) else { return try await show(visit, id, form) }
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            try CaseDeeds(id, occasion, in: tx).say(text)
            return Case.page(id)
        }
        let hints = ChargeHint.found(in: text)
        return .see(link, saying: hints.isEmpty ? Words("发出去了", "Sent") : Words("发出去了。里面提到“\(hints[0])”：志愿服务不收费，有人收费请点右边举报", "Sent. It mentions “\(hints[0])”: this service is free of charge; if anybody asks for money, please report it at the side"))
    }
}
