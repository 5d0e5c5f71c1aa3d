package import Files
package import Happenings
import Identity
import Languages
package import Markup
import Messaging
package import Needs
package import Reference
package import Storage
import Turns
package import Values
import Volunteers
package import Web

/// The face of Cases: proposals, offers, one-to-one service, solution, the owner's word, follow-up.
package struct CasesRoom: Room {
    package let ladder: Ladder
    private let reference: Reference
    private let proposals: ProposalPages
    private let offers: OfferPages
    private let pages: CasePages
    private let meetings: MeetingPages
    private let solutions: SolutionPages
    private let closures: ClosurePages
    private let changes: ChangePages
    private let list: CaseList

    /// What a room above says under each meeting of a case.
    package typealias BesideMeetings = @Sendable (Visit, Case, [Meeting]) async throws -> [ID<Meeting>: HTML]

    package init(
        reference: Reference, files: FileStore, queues: @escaping @Sendable (Viewer, Reader, Instant) throws -> [QueueWord],
        beside: @escaping BesideMeetings = { _, _, _ in [:] }
    ) {
        self.reference = reference
        ladder = Ladder(reference: reference)
        proposals = ProposalPages(ladder: ladder, reference: reference)
        offers = OfferPages(ladder: ladder, reference: reference)
        pages = CasePages(reference: reference, files: files, beside: beside)
        meetings = MeetingPages(reference: reference)
        solutions = SolutionPages(reference: reference)
        closures = ClosurePages(reference: reference)
        changes = ChangePages(ladder: ladder, reference: reference)
        list = CaseList(reference: reference, queues: queues)
    }

    package var migrations: [Migration] {
        [Proposal.migration, Offer.migration, Case.migration, Message.migration, Closure.migration, Solution.migration, Meeting.migration, Meeting.covering, Opponent.migration, Solution.erasable]
    }

    package func routes(_ routes: inout Routes) {
        routes.get(ProposalPages.page, .needs(Permission<See, Need>.see)) { visit, id in try await proposals.show(visit, id) }
        routes.post(ProposalPages.choice, .needs(Permission<Choose, Need>.choose)) { visit, id in try await proposals.choose(visit, id) }
        routes.post(ProposalPages.again, .needs(Permission<Choose, Need>.choose)) { visit, id in try await proposals.again(visit, id) }
        routes.post(ProposalPages.recall, .needs(Permission<Choose, Need>.choose)) { visit, id in try await proposals.recall(visit, id) }

        routes.get(Offer.list, .needs(Permission<AnswerDeed, Offer>.answer)) { visit, _ in try await offers.list(visit) }
        routes.get(Offer.page, .needs(Permission<See, Offer>.see)) { visit, id in try await offers.show(visit, id) }
        routes.post(Offer.answer, .needs(Permission<AnswerDeed, Offer>.answer)) { visit, id in try await offers.answer(visit, id) }
        routes.get(Offer.short, .needs(Permission<AnswerDeed, Offer>.answer)) { visit, _ in offers.askCode(visit) }
        routes.post(Offer.short, .needs(Permission<AnswerDeed, Offer>.answer)) { visit, _ in try await offers.openByCode(visit) }

        let see = Access.needs(Permission<See, Case>.see)
        routes.get(Case.list, see) { visit, _ in try await list.show(visit) }
        routes.get(Case.page, see) { visit, id in try await pages.show(visit, id) }
        routes.post(Undertaking.page, .needs(Permission<Undertaking, Case>.undertake)) { visit, id in try await pages.undertake(visit, id) }
        routes.post(Message.page, .needs(Permission<Talk, Case>.talk)) { visit, id in try await pages.say(visit, id) }
        routes.post(Note.page, .needs(Permission<Note, Case>.note)) { visit, id in try await pages.note(visit, id) }
        routes.post(CaseFile.page, .needs(Permission<Talk, Case>.talk)) { visit, id in try await pages.upload(visit, id) }

        let meet = Access.needs(Permission<Meeting, Case>.meet)
        routes.post(Meeting.page, meet) { visit, id in try await meetings.propose(visit, id, pages) }
        routes.post(Meeting.agreement, meet) { visit, id in try await meetings.agree(visit, id) }
        let hold = Access.needs(Permission<Meeting.Holding, Case>.hold)
        routes.post(Meeting.beginning, hold) { visit, id in try await meetings.begin(visit, id) }
        routes.post(Meeting.end, hold) { visit, id in try await meetings.end(visit, id) }
        routes.post(Meeting.cancellation, meet) { visit, id in try await meetings.cancel(visit, id) }
        routes.post(Meeting.absence, meet) { visit, id in try await meetings.miss(visit, id) }
        routes.post(Meeting.objection, meet) { visit, id in try await meetings.object(visit, id) }

        let solve = Access.needs(Permission<Solution, Case>.solve)
        routes.get(Solution.edit, solve) { visit, id in try await solutions.write(visit, id) }
        routes.post(Solution.page, solve) { visit, id in try await solutions.hand(visit, id) }
        routes.post(Solution.draft, solve) { visit, id in try await solutions.keep(visit, id) }
        routes.get(Solution.pdf, see) { visit, id in try await solutions.pdf(visit, id) }

        let close = Access.needs(Permission<Closure, Case>.close)
        routes.get(Closure.page, close) { visit, id in try await closures.ask(visit, id) }
        routes.post(Closure.page, close) { visit, id in try await closures.close(visit, id) }
        routes.post(Declaration.page, .needs(Permission<Declaration, Case>.declare)) { visit, id in try await closures.declare(visit, id) }
        routes.get(FollowUp.page, close) { visit, id in try await closures.askFollowUp(visit, id) }
        routes.post(FollowUp.page, close) { visit, id in try await closures.answerFollowUp(visit, id) }
        routes.get(Change.page, .needs(Permission<Change, Case>.change)) { visit, id in try await changes.ask(visit, id) }
        routes.post(Change.page, .needs(Permission<Change, Case>.change)) { visit, id in try await changes.change(visit, id) }
    }

    // MARK: For the rooms around

    /// The queues of staff that this room keeps.
    package static func queues(_ viewer: Viewer, _ reader: Reader, _ now: Instant) throws -> [QueueWord] {
        // Whoever sees no case has no queue of them, such as a liaison.
        guard viewer.mayKnock(Permission<See, Case>.see.grants) else { return [] }
        let scope = viewer.scope(Permission<See, Case>.see.grants, institution: "institution", region: "region") { _, _ in nil }
        func count(_ filter: Turn.Filter) throws -> Int { try reader.waitingCount(scope: scope, filter) }
        func word(_ key: String, _ words: Words, _ count: Int) -> QueueWord { QueueWord(key, words, Case.list().with([("queue", key)]), count: count) }
        let running = try reader.count("select count(*) from (select 1 from service_case c where c.ended_at is null and \(reader.caseScope(viewer)) limit 1001) n")
        return [
            word("choice", Words("等企业选", "Owner chooses"), try count(.init(kind: "need", permission: "need.choose"))),
            word("offers", Words("等专家答复", "Expert answers"), try count(.init(kind: "offer"))),
            word("running", Words("服务中", "In service"), running),
            word("review", Words("没解决", "Not solved"), try count(.init(kind: "case", permission: "case.review"))),
            word("followUp", Words("待回访", "Follow-up"), try count(.init(kind: "followUp"))),
        ]
    }

    /// What a need's page shows of proposals and case.
    package static func extra(_ visit: Visit, _ need: Need) async throws -> NeedExtra {
        let viewer = visit.viewer
        let found = try await visit.read { reader in
            (running: try reader.serviceCase(of: need.id), proposal: try reader.latestProposal(of: need.id), open: try reader.openOffer(for: need.id), turn: try reader.turn(of: need.subject))
        }
        var extra = NeedExtra()
        if let running = found.running, running.expert != nil || !running.isOpen, viewer.could(Permission<See, Case>.see, running) {
            extra.next = nextStep(running.state.words, Words("这条需求正在一对一办", "This need is being worked on one to one"), "<p><a class=\"btn go\" href=\"\(Case.page(running.id))\">\(Words("打开案例", "Open the case"))</a></p>")
            extra.steps = [Step(.done, Words("选定专家", "Expert chosen")), Step(running.isOpen ? .now : .done, running.state.words)]
        } else if let open = found.open, need.state.isOpen {
            extra.next = nextStep(Words("等专家答复", "Waiting for the expert"), Words("最迟\(open.due.spoken(now: visit.now).chinese)有答复", "An answer comes by \(open.due.spoken(now: visit.now).english)"), "<p><a class=\"btn\" href=\"\(ProposalPages.page(need.id))\">\(Words("看推荐的专家", "See the proposed experts"))</a></p>")
        } else if found.proposal != nil, need.state.isOpen, need.state.triage != nil {
            let mine = found.turn?.holder == viewer.person.map(Party.person)
            extra.next = nextStep(
                mine ? Words("轮到您", "Your turn") : Words("等企业选", "The owner chooses"), Words("从推荐的专家里选一位", "Choose one of the proposed experts"),
                "\(found.turn.map { "<p>\(Words("请在", "By "))\($0.due.spoken(now: visit.now))\(Words("前", ""))</p>" })<p><a class=\"btn go\" href=\"\(ProposalPages.page(need.id))\">\(Words("看推荐的专家", "See the proposed experts"))</a></p>")
        }
        return extra
    }

    /// A need that is withdrawn ends its case, its offers and its appointments.
    package static func withdrawn(_ need: Need, _ by: ID<Person>, _ now: Instant, _ tx: Transaction) throws {
        if let open = try tx.openOffer(for: need.id) {
            try tx.save(.recalled, reason: "", of: open, now: now)
            try tx.endTurn(of: open.subject)
            try tx.tell(Notice(to: open.expert, .mustKnow, about: open.subject, key: "withdrawn", Words("这件事企业不办了，不用再答复，谢谢您", "The owner no longer needs this; no answer is wanted any more, thank you"), place: Offer.list().text), at: now)
        }
        if let running = try tx.serviceCase(of: need.id), running.isOpen || running.closure?.verdict == .not {
            if let expert = running.expert, running.isOpen {
                try tx.tell(Notice(to: expert, .mustKnow, about: running.subject, key: "withdrawn", Words("企业撤回了需求，案例\(running.number)结束，谢谢您的帮助", "The owner withdrew the need; case \(running.number) has ended, thank you for your help"), place: Case.list().text), at: now)
            }
            for meeting in try tx.meetings(of: running.id) where meeting.allows(.cancel) { try tx.cancel(meeting.id, reason: "", by: by, now: now) }
            try tx.setEnded(running.id, at: now)
            try tx.giveBack(need.id)
            try tx.endTurn(of: running.subject)
            try tx.record(Case.Ended(subject: running.subject, fields: ["why": "withdrawn"]), by: .person(by), at: now)
        }
    }

    /// Whether an expert has been asked or a case stands for a need: then its triage is not taken back.
    package static func isAsked(_ need: ID<Need>, _ reader: Reader) throws -> Bool { try reader.openOffer(for: need) != nil || reader.serviceCase(of: need) != nil }

    package static func maySee(_ visit: Visit, _ subject: Subject, _ reader: Reader) throws -> Bool? {
        switch subject.kind {
        case "case":
            guard let id = ID<Case>(subject.id), let found = try reader.serviceCase(id) else { return false }
            return visit.viewer.could(Permission<See, Case>.see, found) && (found.undertaking != nil || found.expert != visit.viewer.person)
        case "need":
            // The expert of its case, after the undertaking.
            guard let id = ID<Need>(subject.id), let person = visit.viewer.person, let found = try reader.serviceCase(of: id) else { return nil }
            return found.expert == person && found.undertaking != nil && visit.viewer.holds(.expert) ? true : nil
        default: return nil
        }
    }

    /// What this room hears of: a triage, or the consent it waited for, makes proposals; an appointment that ends hands the expert's cases on.
    package func listeners(_ database: Database, clock: @escaping @Sendable () -> Instant = { .now }) -> [Listener] {
        let ladder = ladder
        return [
            Listener("propose", [Triage.Done.kind, Takeover.Done.kind]) { entry in
                guard let id = ID<Need>(entry.subject.id) else { return }
                let now = clock()
                try await database.write { tx in _ = try ladder.propose(id, in: tx, now: now, by: .system) }
            },
            // The institution stops a service after a complaint (4.1b2), and lifts it again: who helped, and what was said, stay.
            Listener("serviceStopped", ["complaint.serviceStopped", "complaint.serviceResumed"]) { entry in
                guard entry.fields["about.kind"] == "case", let id = entry.fields["about.id"].flatMap({ ID<Case>($0) }) else { return }
                let now = clock()
                try await database.write { tx in
                    let found = try tx.lock(id)
                    guard found.isOpen else { return }
                    if entry.kind == "complaint.serviceStopped" {
                        // While another expert is looked for there is no service to stop.
                        guard found.expert != nil else { return }
                        try tx.suspend(id, at: now)
                        try tx.give(found.turn(.review, since: now, days: ladder.reference.workingDays))
                    } else {
                        guard found.suspended != nil else { return }
                        try tx.resume(id)
                        try tx.settle(found, since: now, days: ladder.reference.workingDays)
                    }
                    for person in [found.asker] + [found.expert].compactMap({ $0 }) {
                        try tx.tell(
                            Notice(
                                to: person, .mustKnow, about: found.subject, key: entry.kind,
                                entry.kind == "complaint.serviceStopped" ? Words("这件案例的服务暂停了，服务机构会联系您", "The service in this case is stopped for now; the institution will be in touch") : Words("这件案例的服务恢复了", "The service in this case goes on"),
                                place: Case.page(id).text), at: now)
                    }
                }
            },
            Listener("appointmentEnded", ["expert.appointmentEnded"]) { entry in
                guard let expert = ID<Person>(entry.subject.id) else { return }
                let now = clock()
                let why = entry.fields["why"].flatMap(Appointment.Why.init(rawValue:)) ?? .dismissed
                let open = try await database.read { try $0.cases("c.expert = \(expert) and c.ended_at is null", limit: 200).map(\.id) }
                for id in open {
                    try await database.write { tx in
                        let found = try tx.lock(id)
                        guard found.expert == expert, found.isOpen else { return }
                        // The owner is told who and why; what the head wrote about it is no business of theirs.
                        let name = try tx.names(of: [expert])[expert] ?? ""
                        try ChangePages.change(
                            found, .institution, reason: why.words.chinese, told: Words("\(name)：\(why.words.chinese)", "\(name): \(why.words.english)"), by: .system, ladder, tx, now, "")
                    }
                }
            },
        ]
    }
}
