import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Turns
import Values
import Volunteers
import Web

/// Choosing an expert among the proposed, each with reasons a person understands.
struct ProposalPages: Sendable {
    static let page = Path("needs/*/proposals", ID<Need>.self)
    static let choice = Path("needs/*/choice", ID<Need>.self)
    static let again = Path("needs/*/proposals/again", ID<Need>.self)
    static let recall = Path("needs/*/choice/recall", ID<Need>.self)

    static let expert = Field<String>.hidden("expert")
    static let agree = Field<Bool>.tick("agreeRival", Words("我同意请同行企业的专家看", "I agree that an expert from a company of my own trade sees it"))

    let ladder: Ladder
    let reference: Reference

    func show(_ visit: Visit, _ id: ID<Need>, _ form: Form = Form()) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let found = try await visit.read { reader in
            let need = try viewer.find(reader.need(id), Permission<See, Need>.see)
            let proposal = try reader.latestProposal(of: id)
            let ids = proposal?.places.map(\.expert) ?? []
            return (
                need: need, proposal: proposal, experts: Dictionary(try reader.experts(ids).map { ($0.person, $0) }, uniquingKeysWith: { first, _ in first }),
                open: try reader.openOffer(for: id), turn: try reader.turn(of: need.subject), refused: try reader.refusers(of: id).subtracting(try reader.recalled(of: id)),
                opponent: try form.text("opponent") ?? reader.opponent(of: id)
            )
        }
        let need = found.need
        let all = visit.question("all") != nil
        let places = (found.proposal?.places ?? []).filter { !found.refused.contains($0.expert) }
        let shown = places.prefix(all ? Proposal.taken : Proposal.shown)
        let mayChoose = viewer.could(.choose, need) && found.open == nil && need.state.triage != nil
        let heading = places.isEmpty ? Words("正在找合适的专家", "Looking for a fitting expert") : Words("给您推荐了\(shown.count)位专家", "\(shown.count) experts are proposed")
        let next: HTML =
            if let open = found.open {
                nextStep(Words("等专家答复", "Waiting for the expert"), Words("最迟\(open.due.spoken(now: now).chinese)有答复", "An answer comes by \(open.due.spoken(now: now).english)"), "<p>\(Words("没有答复就请下一位，您不用再选。", "Without an answer the next one is asked; you need not choose again."))</p>\(button(Self.recall(id), Words("收回邀请，重新选", "Recall the invitation and choose again"), kind: "btn quiet"))")
            } else if let turn = found.turn, mayChoose, !places.isEmpty {
                nextStep(Words("轮到您", "Your turn"), Words("选一位，请在\(turn.due.spoken(now: now).chinese)前", "Choose one, please, by \(turn.due.spoken(now: now).english)"), "<p>\(Words("没选的话，服务专员会打电话问您。", "If you do not choose, an officer will call you."))</p>")
            } else { .empty }
        return .page(
            Page(
                heading, word: "needs", back: (Need.page(id), Words("回到需求", "Back to the need")), wrongs: form.wrongs.count,
                """
                <div class="title"><h1>\(heading)</h1><p>\(Words("需求：", "Need: "))\(need.title)　<span class="nowrap">\(need.number)</span></p></div>
                \(form.summary)\(next)
                <div class="cols mt">\(places.isEmpty ? empty(Words("暂时没有合适的", "Nobody fits for now"), Words("您的需求一直排在这里，一有合适的专家就告诉您。", "Your need keeps its place; you are told as soon as an expert fits.")) : "<ol class=\"stack\">\(each: shown, { place in found.experts[place.expert].map { card(need, place, $0, isFirst: place.rank == places.first?.rank, mayChoose, found.opponent, now) } ?? .empty })</ol>" as HTML)
                <aside class="stack">\(mayChoose ? aside(id, more: places.count > shown.count) : nil)
                <section class="panel"><h2>\(Words("怎样得出这个名单", "How this list is made"))</h2><p class="small">\(Words("按专长、办过的同类事、远近、空闲、手上的事和答复快慢排序；新来的专家也有机会。广告和关系不起作用。", "Ranked by field, similar cases, distance, free time, load and speed of answers; newcomers get a chance too. Advertising and acquaintance play no part."))</p></section></aside></div>
                """))
    }

    private func aside(_ id: ID<Need>, more: Bool) -> HTML {
        """
        <section class="panel"><h2>\(Words("都不合适？", "None fits?"))</h2>\(more ? "<p><a class=\"btn\" href=\"\(Self.page(id).with([("all", "1")]))\">\(Words("再看两位", "See two more"))</a></p>" as HTML : nil)\
        <p class="mt">\(Words("也可以重新推荐，看过的不再出现。", "Or ask for a new list; those you saw do not come again."))</p>\(button(Self.again(id), Words("请重新推荐", "Propose again")))</section>
        """
    }

    private func card(_ need: Need, _ place: Proposal.Place, _ expert: Expert, isFirst: Bool, _ mayChoose: Bool, _ opponent: String?, _ now: Instant) -> HTML {
        """
        <li class="panel"><div class="person">\(face(expert.name))<div class="grow"><div class="row"><h2 class="h2"><a href="\(Expert.page(expert.person))">\(expert.name)</a></h2>\(isFirst ? tag(Words("最合适", "Best fit"), .line) : nil)</div>\
        <p class="soft">\(expert.headline)　<span class="nowrap">\(RegionCode(expert.region).flatMap { reference.regions[$0.city]?.name })</span></p></div></div>
        <h3 class="minor">\(Words("为什么推荐", "Why"))</h3><ul class="why">\(each: place.reasons, { "<li>\(icon(.check))<span>\($0)</span></li>" })\
        \(expert.nextFree(after: now).map { free in "<li>\(icon(.check))<span>\(Words("最早", "Free "))\(free.spoken(now: now))\(Words("有空", " at the earliest"))</span></li>" as HTML })\
        \(place.isRival ? "<li class=\"soft\">\(icon(.info))<span>\(Words("与您同行业。您同意了，我们才请他看", "From your own trade; asked only if you agree"))</span></li>" as HTML : nil)</ul>
        \(mayChoose ? Web.form(Self.choice(need.id), """
            <input type="hidden" name="expert" value="\(expert.person)">\(place.isRival ? "<label class=\"choice open\"><input type=\"checkbox\" name=\"agreeRival\" value=\"yes\"><span>\(Self.agree.label)</span></label>" as HTML : nil)\
            \(need.state.triage?.domain == .law ? Opponent.ask(opponent, isFirst: isFirst) : nil)\
            <div class="row mt"><button class="\(isFirst ? "btn go" : "btn")">\(Words("请\(expert.name)老师帮我", "Ask \(expert.name)"))</button></div>
            """) : nil)</li>
        """
    }

    func choose(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        var form = try await visit.form(["expert", "agreeRival", "opponent"])
        guard let expert = form.value(Self.expert).flatMap({ ID<Person>($0) }) else { throw Problem.badRequest("expert") }
        let agreed = form.text("agreeRival") == "yes"
        let opponent = form.optional(Opponent.field)
        guard form.isGood else { return try await show(visit, id, form) }
        let (viewer, now, address, ladder) = (visit.viewer, visit.now, visit.address, ladder)
        let (isRival, wantsOpponent) = try await visit.read { reader in
            (
                try reader.latestProposal(of: id)?.places.first { $0.expert == expert }?.isRival ?? false,
                try opponent == nil && reader.need(id)?.state.triage?.domain == .law && reader.opponent(of: id) == nil
            )
        }
        if isRival, !agreed { form.wrong(Self.agree, Wrong("这位专家和您同行业，要您同意才能请", "This expert is from your own trade; please agree first")) }
        // Conflicts in matters of law run against the other side: "none" is an answer, silence is not.
        if wantsOpponent { form.wrong(Opponent.field, Opponent.wanting) }
        guard form.isGood else { return try await show(visit, id, form) }
        let link = try await visit.write(once: form) { tx in
            let need = try tx.lock(id)
            let may = try viewer.may(.choose, need)
            guard let place = try tx.latestProposal(of: id)?.places.first(where: { $0.expert == expert }) else { throw Problem.notFound }
            if place.isRival {
                guard agreed else { throw Problem.notFound }
                try tx.agree(toRival: expert, need: id, by: may.person, now: now)
            }
            if let opponent { try tx.setOpponent(opponent, of: id, by: may.person, now: now) }
            try ladder.choose(need, expert, by: may, in: tx, now: now, address: address)
            return Self.page(id)
        }
        return .see(link, saying: Words("邀请发出了，答复后发短信给您", "The invitation is out; you get a text message with the answer"))
    }

    func again(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address, ladder) = (visit.viewer, visit.now, visit.address, ladder)
        let link = try await visit.write(once: form) { tx in
            let need = try tx.lock(id)
            let may = try viewer.may(.choose, need)
            guard case .triaged = need.state, try tx.openOffer(for: id) == nil else {
                throw Problem("again.past", status: 409, Words("现在不用重新推荐", "No new list is needed now"), Words("已经请了一位专家，或这条需求不在选专家这一步。", "An expert has been asked, or this need is not at the step of choosing."))
            }
            // Those who were shown do not come again.
            for place in try tx.latestProposal(of: id)?.places ?? [] { try tx.setAside(place.expert, need: id, by: may.person, now: now) }
            _ = try ladder.propose(id, in: tx, now: now, by: may.by, address: address)
            return Self.page(id)
        }
        return .see(link, saying: Words("重新推荐好了", "A new list was made"))
    }

    func recall(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address, ladder) = (visit.viewer, visit.now, visit.address, ladder)
        let link = try await visit.write(once: form) { tx in
            let need = try tx.lock(id)
            let may = try viewer.may(.choose, need)
            if let open = try tx.openOffer(for: id) { _ = try ladder.answer(open.id, .recalled, reason: "", by: may.by, in: tx, now: now, address: address) }
            return Self.page(id)
        }
        return .see(link, saying: Words("收回了，请重新选", "Recalled; please choose again"))
    }
}
