import Happenings
package import Identity
import Languages
import Markup
import Messaging
package import Needs
package import Reference
package import Storage
import Turns
package import Values
import Volunteers
import Web

/// From a triaged need to an expert who accepts: propose, choose, offer, and on to the next when nobody answers (N9).
/// A need that nobody can take keeps its place, and is matched again.
package struct Ladder: Sendable {
    let matchmaker: Matchmaker
    let reference: Reference

    package init(reference: Reference) {
        self.reference = reference
        matchmaker = Matchmaker(reference: reference)
    }

    private var days: WorkingDays { reference.workingDays }

    // MARK: Propose

    /// Ranks and stores five experts, and gives the owner the turn to choose; answers nil when nobody fits, and the need keeps its place.
    /// An urgent need goes to the expert on duty at once, without waiting for a choice.
    package func propose(_ id: ID<Need>, in tx: Transaction, now: Instant, by: Party, address: String = "") throws -> Proposal? {
        let need = try tx.lock(id)
        guard case .triaged(let triage) = need.state, try tx.openOffer(for: id) == nil else { return nil }
        // Asked where it is used, so that a withdrawal counts at once (P4). The need waits with its owner until they agree.
        guard try tx.hasConsented(need.asker, to: .service) else {
            try tx.give(
                Turn(
                    need.subject, holder: .person(need.asker), permission: "need.takeOver", what: Words("同意给专家看，就开始找专家", "Agree that experts see it, and we look for one"),
                    due: days.add(workingDays: 2, to: now).at, since: now, institution: need.institution, region: need.region, title: need.title, company: need.enterprise?.text))
            return nil
        }
        let asker = try self.asker(of: need, triage, tx)
        let experts = try tx.experts(of: need.institution, appointedOn: now.day, domain: triage.domain, limit: 20_000)
        let practice = try tx.practice(of: experts.map(\.person), cityOf: need.region, now: now)
        let round = try tx.latestProposal(of: id).map { $0.round + 1 } ?? 1
        // The seed is the need's own, so that a replay finds it.
        let seed = UInt64(id.text.suffix(12), radix: 16) ?? 0
        let (ranking, places) = matchmaker.rank(asker, experts, practice, now: now, seed: seed &+ UInt64(round))
        guard !places.isEmpty else {
            let again = days.add(workingDays: 1, to: now).at
            try tx.give(
                Turn(
                    need.subject, holder: .organisation(need.institution), permission: "need.propose", what: Words("暂时没有合适的专家，请找一位", "No expert fits now: please find one"),
                    due: again, since: need.state.triage?.at ?? now, institution: need.institution, region: need.region, title: need.title, isUrgent: triage.urgency == .now))
            return nil
        }
        let proposal = Proposal(id: ID<Proposal>(at: now), need: id, round: round, at: now, places: places)
        try tx.add(proposal, ranking: ranking)
        try tx.record(Proposed(subject: need.subject, fields: ["round": "\(round)", "count": "\(places.count)"]), by: by, at: now, from: address)
        if triage.urgency == .now {
            let duty = Set(try tx.onDuty(need.institution, now.day).filter { $0.kind == .expert }.map(\.person))
            let onDuty = experts.first { duty.contains($0.person) && matchmaker.bars(asker, $0, practice[$0.person] ?? Practice(), now).isEmpty }
            let first = onDuty?.person ?? places.first { !$0.isRival }?.expert
            // Where all are from rival companies, the owner must agree first.
            guard let first else {
                try askToChoose(need, triage, in: tx, now: now)
                return proposal
            }
            try offer(need, to: first, triage, in: tx, now: now, by: by, address: address)
            return proposal
        }
        try askToChoose(need, triage, in: tx, now: now)
        return proposal
    }

    struct Proposed: Happening {
        static let kind = "need.proposed"
        let subject: Subject
        let fields: [String: String]
    }

    private func asker(of need: Need, _ triage: Triage, _ reader: Reader, allowing: Set<ID<Person>> = []) throws -> Matchmaker.Asker {
        let company = try need.enterprise.flatMap { try reader.enterprise($0) }
        let speakers = try need.enterprise.map { Set(try reader.confirmedSpeakers(of: $0)) } ?? []
        return Matchmaker.Asker(
            statement: need.statement, domain: triage.domain, subTopic: triage.subTopic, region: need.region, industry: company?.industry,
            creditCode: company?.creditCode, people: speakers.union([need.asker]), refused: try reader.refusers(of: need.id).subtracting(allowing),
            agreedRivals: try reader.rivalConsents(of: need.id), wished: need.wishedExpert)
    }

    private func askToChoose(_ need: Need, _ triage: Triage, in tx: Transaction, now: Instant) throws {
        let due = days.add(workingDays: 2, to: now).at
        try tx.give(
            Turn(
                need.subject, holder: .person(need.asker), permission: "need.choose", what: Words("选一位专家", "Choose an expert"), due: due, since: now,
                institution: need.institution, region: need.region, title: need.title, isUrgent: triage.urgency == .now, company: need.enterprise?.text))
        try tx.tell(
            Notice(
                to: need.asker, .work, about: need.subject, key: "choose", Words("给您推荐了专家，请选一位", "Experts are proposed; please choose one"),
                detail: Words("没选的话，服务专员会打电话问您。", "If you do not choose, an officer will call you."), place: ProposalPages.page(need.id).text), at: now)
    }

    // MARK: Choose

    /// The owner's choice becomes an offer. The key of the open offer refuses a second choice at the same time.
    package func choose(_ need: Need, _ expert: ID<Person>, by may: May<Choose, Need>, in tx: Transaction, now: Instant, address: String) throws {
        guard case .triaged(let triage) = need.state else {
            throw Problem("choice.past", status: 409, Words("现在不用选专家", "There is no expert to choose now"), Words("这条需求现在是“\(need.state.words.chinese)”。", "This need is now “\(need.state.words.english)”."))
        }
        if let open = try tx.openOffer(for: need.id) {
            if open.expert == expert { return }
            throw Problem("choice.taken", status: 409, Words("已经请了一位专家", "An expert has been asked already"), Words("等这位专家答复，或者先收回邀请。", "Please wait for the answer, or recall the invitation first."))
        }
        // The list may be old: who has passed on since, is away or serves no more is not asked.
        guard try isStillFit(expert, need, triage, tx, now, allowing: tx.recalled(of: need.id)) else {
            throw Problem("choice.unfit", status: 409, Words("这位专家现在请不了", "This expert cannot be asked now"), Words("可能刚没空或已不在任。请另选一位，或者重新推荐。", "They may have become busy or left. Please choose another, or ask for a new list."))
        }
        try offer(need, to: expert, triage, in: tx, now: now, by: may.by, address: address)
    }

    /// Offers the need to one expert, who is told by a short link and a code.
    func offer(_ need: Need, to expert: ID<Person>, _ triage: Triage, in tx: Transaction, now: Instant, by: Party, address: String) throws {
        let company = try need.enterprise.flatMap { try tx.enterprise($0) }
        let names = [company?.name, try tx.profile(need.asker)?.name].compactMap { $0 } + placeNames(need.region)
        let summary = Blackout(alsoHiding: names)(need.statement)
        let due = triage.urgency.due(from: now, hours: .standard, days: days)
        let offer = Offer(
            id: ID<Offer>(at: now), need: need.id, expert: expert, institution: need.institution, region: need.region, at: now, due: due.at, summary: summary, state: .open)
        let code = try tx.add(offer)
        try tx.endTurn(of: need.subject)
        try tx.give(
            Turn(
                offer.subject, holder: .person(expert), permission: "offer.answer", what: Words("答复邀请：接不接", "Answer the invitation"), due: due.at, since: now,
                institution: need.institution, region: need.region, title: String(summary.prefix(30)), isUrgent: triage.urgency == .now))
        try tx.record(Offer.Made(subject: offer.subject, fields: ["need": need.id.text, "expert": expert.text]), by: by, at: now, from: address)
        try tx.tell(
            Notice(
                to: expert, .work, about: offer.subject, key: "offer",
                Words("有一位企业主请您帮忙（\(triage.domain.words.chinese)），验证码\(code)，请在\(due.at.spoken(now: now).chinese)前答复", "An owner asks for your help (\(triage.domain.words.english)); code \(code); please answer by \(due.at.spoken(now: now).english)"),
                place: Offer.short().text), at: now)
    }

    private func placeNames(_ region: String) -> [String] {
        guard let code = RegionCode(region) else { return [] }
        return [code, code.city, code.province].compactMap { reference.regions[$0]?.name.chinese }
    }

    // MARK: Answer

    /// An expert's answer, or its absence: accepted opens the case, anything else asks the next.
    package func answer(_ id: ID<Offer>, _ answer: Offer.Answer, reason: String, by: Party, in tx: Transaction, now: Instant, address: String) throws -> ID<Case>? {
        // The need first, as everybody does: two deeds never wait for each other.
        guard let asked = try tx.offer(id)?.need else { throw Problem.notFound }
        let need = try tx.lock(asked)
        var offer = try tx.lock(id)
        guard let happening = try offer.answer(answer, reason: reason, now: now) else { return try tx.serviceCase(of: need.id)?.id }
        try tx.save(answer, reason: reason, of: offer, now: now)
        try tx.endTurn(of: offer.subject)
        try tx.record(happening, by: by, at: now, from: address)
        guard answer == .accepted else {
            if answer != .recalled { try next(need, after: offer, in: tx, now: now) } else if let triage = need.state.triage { try askToChoose(need, triage, in: tx, now: now) }
            return nil
        }
        return try open(need, offer, in: tx, now: now, address: address)
    }

    /// The next on the list without asking the owner again; when the list is used up, a new one is made.
    private func next(_ need: Need, after offer: Offer, in tx: Transaction, now: Instant) throws {
        guard case .triaged(let triage) = need.state else { return }
        let refused = try tx.refusers(of: need.id)
        let mayShow = try tx.hasConsented(need.asker, to: .service)
        let left = try tx.latestProposal(of: need.id)?.places.first { place in
            try mayShow && !refused.contains(place.expert) && !place.isRival && isStillFit(place.expert, need, triage, tx, now)
        }
        try tx.tell(
            Notice(
                to: need.asker, .news, about: need.subject, key: "next.\(offer.id.text.suffix(6))",
                left == nil ? Words("专家这次没空，正在重新推荐", "The expert cannot this time; we are looking again") : Words("专家这次没空，已请下一位", "The expert cannot this time; the next one was asked"), place: Need.page(need.id).text), at: now)
        if let left {
            try self.offer(need, to: left.expert, triage, in: tx, now: now, by: .system, address: "")
        } else if try propose(need.id, in: tx, now: now, by: .system) == nil, try tx.openOffer(for: need.id) == nil, try tx.turn(of: need.subject) == nil {
            throw Problem.unexpected()  // a need is never left without a holder
        }
    }

    private func isStillFit(_ expert: ID<Person>, _ need: Need, _ triage: Triage, _ tx: Transaction, _ now: Instant, allowing: Set<ID<Person>> = []) throws -> Bool {
        guard let found = try tx.expert(expert) else { return false }
        let practice = try tx.practice(of: [expert], cityOf: need.region, now: now)[expert] ?? Practice()
        return matchmaker.bars(try asker(of: need, triage, tx, allowing: allowing), found, practice, now).isEmpty
    }

    private func open(_ need: Need, _ offer: Offer, in tx: Transaction, now: Instant, address: String) throws -> ID<Case> {
        guard let triage = need.state.triage else { throw Problem.notFound }
        let id: ID<Case>
        if let running = try tx.serviceCase(of: need.id) {
            // Another expert takes a running case over: its history stays.
            id = running.id
            try tx.takeUpAgain(running, offer.expert, now: now)
        } else {
            id = try tx.add(need, expert: offer.expert, triage: triage, now: now)
        }
        try tx.takeUp(need.id, at: now)
        try tx.endTurn(of: need.subject)
        let opened = try tx.lock(id)
        try tx.give(opened.turn(.undertaking, since: now, days: days))
        try tx.record(Case.Opened(subject: opened.subject, fields: ["expert": offer.expert.text]), by: .person(offer.expert), at: now, from: address)
        let name = try tx.profile(offer.expert)?.name ?? ""
        try tx.tell(
            Notice(
                to: need.asker, .work, about: opened.subject, key: "opened", Words("\(name)老师接手了，会先和您联系", "\(name) has accepted and will get in touch"), place: Case.page(id).text), at: now)
        return id
    }

    // MARK: Time passes

    /// Offers whose time is over go to the next expert.
    package func lapse(_ database: Database, now: Instant) async throws {
        for id in try await database.read({ try $0.lapsedOffers(now: now, limit: 100) }) {
            try await database.write { tx in
                do { _ = try answer(id, .lapsed, reason: "", by: .system, in: tx, now: now, address: "") } catch is Offer.Refusal {}
            }
        }
    }

    /// Needs that nobody could take are matched again.
    package func matchAgain(_ database: Database, now: Instant) async throws {
        let waiting = try await database.read { try $0.waiting(scope: "1 = 1", .init(kind: "need", permission: "need.propose"), limit: 200) }
        for turn in waiting {
            guard let id = ID<Need>(turn.subject.id) else { continue }
            try await database.write { tx in _ = try propose(id, in: tx, now: now, by: .system) }
        }
    }

    /// A time that was proposed and never answered is past at last: the turn goes back to what is open without it.
    package func settleOverdue(_ database: Database, now: Instant) async throws {
        let (days, most) = (days, 200)
        var page: [Turn]
        var last: Turn?
        repeat {
            let after = last.map { (due: $0.due, id: $0.subject.id) }
            page = try await database.read { try $0.waiting(scope: "1 = 1", .init(kind: "case", dueBefore: now), limit: most, after: after) }
            for id in page.compactMap({ ID<Case>($0.subject.id) }) {
                try await database.write { tx in
                    let found = try tx.lock(id)
                    if found.state == .running { try tx.settle(found, since: now, days: days) }
                }
            }
            last = page.last
        } while page.count == most
    }
}
