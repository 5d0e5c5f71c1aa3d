import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Values
import Web

/// Invitations as an expert sees them: a summary with names, numbers and places blacked out, and three answers.
struct OfferPages: Sendable {
    let ladder: Ladder
    let reference: Reference

    static let answer = Field<Offer.Answer>.choice("answer", Words("怎么答复", "Your answer"), of: [.accepted, .notNow, .passedOn]) { $0.words }
    static let reason = Field<String>.text("reason", Words("说一句理由", "A word why"), hint: Words("如：这周出差；这题更适合做税的专家", "Such as: travelling this week; a tax expert fits better"), longest: 200)
    static let code = Field<String>.text("code", Words("短信里的8位验证码", "The eight digits from the text message"), longest: 12, control: .line(keyboard: "numeric", short: true))

    func list(_ visit: Visit) async throws -> Answer {
        let person = try visit.person()
        let now = visit.now
        let found = try await visit.read { reader -> (offers: [Offer], needs: [ID<Need>: Need]) in
            let offers = try reader.offers(of: person, limit: 50)
            return (offers, Dictionary(try reader.needs(offers.map(\.need)).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }))
        }
        let open = found.offers.filter { $0.state == .open }
        let past = found.offers.filter { $0.state != .open }
        return .page(
            Page(
                Words("邀请", "Invitations"), word: "offers", width: .narrow,
                """
                <h1>\(Words("邀请", "Invitations"))</h1>
                \(open.isEmpty ? empty(Words("现在没有等您答复的邀请", "No invitation waits for you"), Words("有企业主请您帮忙时，会发短信给您，也会出现在这里。", "When an owner asks for your help you get a text message, and it appears here.")) : "<ul class=\"list mt\">\(each: open, { row($0, found.needs[$0.need], now) })</ul>" as HTML)
                \(past.isEmpty ? nil : "<h2 class=\"h3 mt\">\(Words("以前的", "Earlier"))</h2><ul class=\"list\">\(each: past, { row($0, found.needs[$0.need], now) })</ul>" as HTML)
                """))
    }

    private func row(_ offer: Offer, _ need: Need?, _ now: Instant) -> HTML {
        let state: HTML = if case .answered(let answer, _, _) = offer.state { tag(answer.words) } else { due(offer.due, now) }
        return """
            <li><a class="hit" href="\(Offer.page(offer.id))"><span class="grow">\(offer.summary.prefix(40))<br><span class="soft small">\(need?.state.triage?.domain.words)　\(offer.at.spoken(now: now))</span></span>\(state)</a></li>
            """
    }

    func show(_ visit: Visit, _ id: ID<Offer>, _ form: Form = Form()) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let found = try await visit.read { reader in
            guard let offer = try reader.offer(id), viewer.could(Permission<See, Offer>.see, offer), let need = try reader.need(offer.need) else { throw Problem.notFound }
            return (offer: offer, need: need, running: try reader.serviceCase(of: need.id), opponent: viewer.person == offer.expert ? try reader.opponent(of: need.id) : nil)
        }
        let (offer, need) = (found.offer, found.need)
        if case .answered(.accepted, _, _) = offer.state, let running = found.running, running.expert == offer.expert { return .see(Case.page(running.id)) }
        let mayAnswer = viewer.could(.answer, offer) && offer.state == .open
        let state: HTML =
            if case .answered(let answer, _, let at) = offer.state { nextStep(answer.words, Words("这份邀请已经有了答复", "This invitation has been answered"), "<p>\(at.spoken(now: now))</p>") } else {
                nextStep(mayAnswer ? Words("轮到您", "Your turn") : Words("等专家答复", "Waiting for the expert"), Words("接不接，请在\(offer.due.spoken(now: now).chinese)前说一声", "Please say by \(offer.due.spoken(now: now).english) whether you can"), "<p>\(offer.due.left(now: now))\(Words("；没有答复就请下一位。", "; without an answer the next expert is asked."))</p>")
            }
        return .page(
            Page(
                Words("请您帮忙", "A request for your help"), word: "offers", width: .narrow, back: viewer.person == offer.expert ? (Offer.list(), Words("邀请", "Invitations")) : (Case.list().with([("queue", "offers")]), Words("等专家答复", "Expert answers")), wrongs: form.wrongs.count,
                """
                \(title(Words("有一位企业主请您帮忙", "An owner asks for your help"), "\(need.state.triage?.domain.words)\(need.state.triage?.subTopic.flatMap { reference.subTopics[$0]?.words }.map { Words("，", ", ") + $0 })"))
                \(form.summary)\(state)
                <section class="panel mt"><h2>\(Words("大概情况", "In brief"))</h2>\(each: offer.summary.split(separator: "\n"), { "<p>\($0)</p>" })<p class="hint">\(Words("接手前，名称、数字和地点都涂掉了；接手并签保密承诺后看到全文。", "Names, figures and places are blacked out until you accept and sign the undertaking of confidentiality."))</p></section>
                \(found.opponent.map { Opponent.told($0) } ?? (need.state.triage?.domain == .law && viewer.person == offer.expert ? Opponent.unknown : nil))\(mayAnswer ? answers(id, form) : nil)
                """))
    }

    private func answers(_ id: ID<Offer>, _ form: Form) -> HTML {
        """
        <div class="row mt mb">\(button(Offer.answer(id), Words("我接", "I accept"), kind: "btn go big", fields: [("answer", "accepted")]))</div>
        <details class="more mt"\(flag: "open", !form.isGood)><summary>\(Words("这次不行", "Not this time"))</summary>
        \(Web.form(Offer.answer(id), "<input type=\"hidden\" name=\"answer\" value=\"notNow\"><p>\(Words("没关系，说一声就好，马上请下一位。", "No matter: just say so, and the next one is asked at once."))</p><button class=\"btn\">\(Words("这次没空", "Not now"))</button>"))
        \(Web.form(Offer.answer(id), "<input type=\"hidden\" name=\"answer\" value=\"passedOn\">\(form.show(Self.reason))<button class=\"btn\">\(Words("请别人更合适", "Somebody else fits better"))</button>"))</details>
        """
    }

    func answer(_ visit: Visit, _ id: ID<Offer>) async throws -> Answer {
        var form = try await visit.form(["answer", "reason"])
        guard let answer = form.value(Self.answer) else { throw Problem.badRequest("answer") }
        let reason = answer == .passedOn ? form.value(Self.reason) : form.optional(Self.reason)
        guard form.isGood else { return try await show(visit, id, form) }
        let (viewer, now, address, ladder) = (visit.viewer, visit.now, visit.address, ladder)
        let refusal: Words?
        let link: Link
        do {
            link = try await visit.write(once: form) { tx in
                guard let offer = try tx.offer(id) else { throw Problem.notFound }
                let may = try viewer.may(.answer, offer)
                let opened = try ladder.answer(id, answer, reason: reason ?? "", by: may.by, in: tx, now: now, address: address)
                return opened.map { Case.page($0) } ?? Offer.list()
            }
            refusal = nil
        } catch let error as Offer.Refusal { (link, refusal) = (Offer.list(), error.words) }
        return .see(link, saying: refusal ?? (answer == .accepted ? Words("谢谢！先签保密承诺，再看全文", "Thank you. Sign the undertaking, then you see everything") : Words("知道了，马上请下一位", "Understood; the next one is asked at once")))
    }

    // MARK: The short link

    /// One fixed place for all text messages, and a code to type: operators block links that differ.
    func askCode(_ visit: Visit, _ form: Form = Form()) -> Answer {
        .page(
            Page(
                Words("看邀请", "See the invitation"), width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("看邀请", "See the invitation")))\(form.summary)
                \(Web.form(Offer.short(), "\(form.show(Self.code))<p><button class=\"btn go big\">\(Words("打开邀请", "Open it"))</button></p>"))
                """))
    }

    func openByCode(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["code"])
        let person = try visit.person()
        if let wait = visit.limits.take("try \(visit.network)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
        guard let code = form.value(Self.code) else { return askCode(visit, form) }
        let digits = code.filter { !$0.isWhitespace }
        guard let id = try await visit.read({ try $0.offer(code: digits, of: person) }) else {
            form.wrong(Self.code, Wrong("没有这个验证码的邀请，请核对短信", "No invitation has this code; please check the message"))
            return askCode(visit, form)
        }
        return .see(Offer.page(id))
    }
}
