package import Cases
package import Files
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Needs
import Papers
import Reference
package import Storage
import Turns
package import Values
import Web

/// The deeds to service records, each with all that follows – row, turn, happening, notice – in one transaction. Pages call
/// them for a visit; the demonstration calls them at its own times.
package struct RecordDeeds {
    let by: Occasion
    let terms: ServiceRecord.Terms
    let tx: Transaction

    package init(_ occasion: Occasion, terms: ServiceRecord.Terms = .init(), in tx: Transaction) {
        by = occasion
        self.terms = terms
        self.tx = tx
    }

    private var viewer: Viewer { by.viewer }
    private var now: Instant { by.now }

    // MARK: Stating

    /// Minutes typed afterwards: a claim, which counts nowhere.
    package func state(_ id: ID<Case>, begins: Instant, ends: Instant, content: String) throws -> ID<ServiceRecord> {
        let it = try tx.lock(id)
        let may = try viewer.may(Permission<Claim, Case>.claim, it)
        try fit(it, may.person)
        // Before the undertaking and after the end nobody served here.
        guard let undertaking = it.undertaking, begins >= undertaking.minute, [it.ended, it.suspended].allSatisfy({ $0.map { begins < $0 } ?? true }) else { throw it.notThen }
        let claim = Claim(
            id: ID<ServiceRecord>(at: now), source: .typed, meeting: nil, begins: begins.minute, ends: ends.minute, minutes: Minutes((ends.minute - begins.minute).inMinutes),
            content: content)
        try tx.add(claim, it, expert: may.person, by: may.person, at: now)
        let record = try tx.lock(claim.id)
        try tx.record(ServiceRecord.Stated(subject: record.subject, fields: ["source": "typed", "minutes": "\(claim.minutes.count)"]), by: may.by, at: now, from: by.address)
        try tx.awaitEvidence(record, terms: terms, at: now)
        return claim.id
    }

    /// The time that the written solution took: its latest version is the evidence, up to the cap of a case and of a day, and
    /// apart from sessions. Once for a case.
    package func stateSolution(_ id: ID<Case>, minutes: Minutes) throws -> ID<ServiceRecord> {
        let it = try tx.lock(id)
        let may = try viewer.may(Permission<Claim, Case>.claim, it)
        try fit(it, may.person)
        guard let solution = try tx.solutions(of: id).last(where: { $0.by == may.person }) else { throw it.hasNothing }
        if let earlier = try tx.solutionRecord(of: id, expert: may.person) { return earlier.id }
        guard try !tx.countsSolution(of: id) else { throw Case.countsSolution }
        let ends = solution.at.minute
        let count = Minutes(min(minutes.count, terms.solution))
        try tx.lockHours(of: may.person)
        let left = max(0, terms.solutionDay - (try tx.solutionMinutes(of: may.person, on: ends.day)))
        guard count.count <= left else { throw Claim.Refusal.day(most: terms.solutionDay, left: left) }
        if let session = try tx.session(of: may.person, between: ends - .minutes(count.count), and: ends) {
            throw Claim.Refusal.session(begins: session.begins, ends: session.ends, left: min(left, max(0, (ends - session.ends).inMinutes)))
        }
        let claim = Claim(id: ID<ServiceRecord>(at: now), source: .solution, meeting: nil, begins: ends - .minutes(count.count), ends: ends, minutes: count, content: "")
        try tx.add(claim, it, expert: may.person, by: may.person, at: now)
        var record = try tx.lock(claim.id)
        try tx.record(ServiceRecord.Stated(subject: record.subject, fields: ["source": "solution", "minutes": "\(count.count)"]), by: may.by, at: now, from: by.address)
        let evidence = Evidence(id: ID<Evidence>(at: now), kind: .solution, most: count, madeAt: solution.at, by: may.person, file: nil, version: solution.version, at: now)
        try tx.prove(&record, evidence, days: by.days, terms: terms, at: now)
        return claim.id
    }

    /// The same, and nothing where caps or sessions leave no room for it.
    package func writing(_ id: ID<Case>, minutes: Minutes) throws -> ID<ServiceRecord>? {
        do { return try stateSolution(id, minutes: minutes) } catch is Claim.Refusal { return nil }
    }

    private func fit(_ it: Case, _ person: ID<Person>) throws {
        guard it.undertaking != nil, person != it.asker, !it.colleagues.contains(person) else { throw Problem.notFound }
    }

    // MARK: The first key

    /// A paper that was made on the spot. `file` was stored a moment ago; our clock says when it came.
    package func attach(_ id: ID<ServiceRecord>, _ kind: Evidence.Kind, _ file: TakenFile) throws {
        var record = try tx.lock(id)
        let may = try viewer.may(.attach, record)
        try record.demand(.attach)
        guard now < record.ends + .hours(terms.papers) else { throw record.tooLate(terms) }
        if let earlier = try tx.serviceRecord(provenBy: file.hash) {
            throw Evidence.UsedBefore(day: viewer.could(Permission<See, ServiceRecord>.see, earlier) ? earlier.begins.day : nil)
        }
        let stored = try tx.add(file, to: record.subject, by: may.by, now: now)
        let evidence = Evidence(
            id: ID<Evidence>(at: now), kind: kind, most: Minutes(min(record.claimed.count, Claim.longest)), madeAt: now, by: may.person, file: stored, version: nil, at: now)
        try tx.prove(&record, evidence, days: by.days, terms: terms, at: now)
    }

    // MARK: The second key

    /// The owner's word. A second tap by the same person is no error.
    package func confirm(_ id: ID<ServiceRecord>) throws {
        let record = try tx.lock(id)
        let may = try viewer.may(.confirm, record)
        // Nobody confirms their own (A7).
        if let one = try tx.oneHuman(may.person, among: [record.expert]) { throw one.sign == .account ? Problem.notFound : record.notByNamesake(one, terms) }
        if record.confirmation?.by == may.person { return }
        try record.demand(.confirm)
        try count(record, Confirmation(by: may.person, kind: may.person == record.owner ? .owner : .colleague, reason: "", at: now), may.by)
        try tell(record.expert, record, .news, "record.confirmed", Words("企业确认了\(record.claimed.words.chinese)的服务", "The owner confirmed \(record.claimed.words.english) of service"))
    }

    /// The owner was silent for a week: somebody who had no part looks at the evidence, and says why.
    package func standIn(_ id: ID<ServiceRecord>, reason: String) throws {
        let record = try tx.lock(id)
        let may = try viewer.may(.standIn, record)
        try outside(record, may.person)
        if record.confirmation?.by == may.person { return }
        try record.demand(.standIn)
        guard case .waiting(let since) = record.state, !(now < since + .days(max(terms.silence, 7))) else { throw record.tooEarly(terms) }
        try count(record, Confirmation(by: may.person, kind: .standIn, reason: reason, at: now), may.by)
        for person in [record.owner, record.expert] {
            try tell(person, record, .mustKnow, "record.stoodIn", Words("机构代为确认了\(record.claimed.words.chinese)的服务，有异议请说", "The institution stood in to confirm \(record.claimed.words.english) of service; object if that is wrong"))
        }
    }

    private func count(_ record: ServiceRecord, _ confirmation: Confirmation, _ doer: Party, minutes: Minutes? = nil) throws {
        guard let evidence = record.evidence.max(by: { $0.most < $1.most }) else { throw record.refusal }
        let minutes = min(minutes ?? record.claimed, record.claimed, evidence.most)
        if let other = try tx.recordOverlapping(record) { throw record.overlaps(other) }
        if record.source == .solution, try tx.countsSolution(of: record.serviceCase) { throw Case.countsSolution }
        try tx.count(record, confirmation, on: evidence, minutes: minutes)
        try tx.record(
            ServiceRecord.Confirmed(subject: record.subject, fields: ["kind": confirmation.kind.rawValue, "minutes": "\(minutes.count)", "evidence": evidence.kind.rawValue]), by: doer, at: now,
            from: by.address)
        try tx.endTurn(of: record.subject)
    }

    // MARK: No

    /// The owner's side says that the time is wrong; `minutes` is what they would confirm, nil where they do not say. The minutes
    /// count nowhere until it is decided. May be repeated.
    package func deny(_ id: ID<ServiceRecord>, words: String, minutes: Minutes?) throws {
        let record = try tx.lock(id)
        let may = try viewer.may(.confirm, record)
        guard may.person != record.expert else { throw Problem.notFound }
        if record.dispute?.by == may.person { return }
        try record.demand(.deny)
        let due = by.days.add(workingDays: terms.dispute, to: now).at
        try tx.add(Dispute(by: may.person, words: words, minutes: minutes, at: now, due: due, decision: nil), to: record)
        try tx.record(ServiceRecord.Disputed(subject: record.subject, fields: [:]), by: may.by, at: now, from: by.address)
        try tx.give(record.turn(.organisation(record.institution), Permission<Dispute.Decision, ServiceRecord>.decide.name, Words("裁定有争议的服务时间", "Decide on disputed minutes"), due: due, since: now))
        try tell(record.expert, record, .mustKnow, "record.disputed", Words("企业对一次服务时间有异议，机构会裁定", "The owner disputes a session's time; the institution decides"))
    }

    /// By somebody who had no part. Nothing, all, or a part of it.
    package func decide(_ id: ID<ServiceRecord>, minutes: Minutes, reason: String) throws {
        let record = try tx.lock(id)
        let may = try viewer.may(.decide, record)
        try outside(record, may.person)
        if record.dispute?.decision?.by == may.person { return }
        guard record.allows(.decide), let dispute = record.dispute else { throw record.refusal }
        try tx.add(Dispute.Decision(by: may.person, minutes: minutes, reason: reason, at: now), on: dispute, of: record)
        try tx.record(ServiceRecord.Decided(subject: record.subject, fields: ["minutes": "\(minutes.count)"]), by: may.by, at: now, from: by.address)
        try tx.endTurn(of: record.subject)
        if minutes.count > 0 { try count(record, Confirmation(by: may.person, kind: .decision, reason: reason, at: now), may.by, minutes: minutes) }
        let words = minutes.count > 0 ? Words("裁定：计入\(minutes.words.chinese)", "Decided: \(minutes.words.english) count") : Words("裁定：这次不计入", "Decided: this session does not count")
        for person in [dispute.by, record.expert] { try tell(person, record, .mustKnow, "record.decided", words) }
    }

    // MARK: Objection and correction

    /// Says that a record which counts is wrong, and that `minutes` would be right. One objection at a time.
    package func object(_ id: ID<ServiceRecord>, words: String, minutes: Minutes) throws {
        let record = try tx.lock(id)
        let may = try viewer.may(.object, record)
        guard record.allows(.object), let counted = record.counted else { throw record.refusal }
        guard try tx.objections(to: id).allSatisfy({ $0.answer != nil }) else { throw record.isLookedInto }
        let due = by.days.add(workingDays: terms.objection, to: now).at
        try tx.add(Objection(id: ID(at: now), by: may.person, words: words, minutes: minutes, at: now, due: due, answer: nil), to: record, recorded: counted.recorded)
        try tx.record(ServiceRecord.ObjectedTo(subject: record.subject, fields: ["minutes": "\(minutes.count)"]), by: may.by, at: now, from: by.address)
        try tx.give(
            Turn(
                record.objectionSubject, holder: .organisation(record.institution), permission: Permission<Objection.Answer, ServiceRecord>.answer.name, what: Words("答复对服务记录的异议", "Answer an objection to a record"),
                due: due, since: now, institution: record.institution, region: record.region, title: record.caseNumber))
    }

    /// By somebody who had no part in it. Upheld, a correction is entered beside the record, which stays as it was.
    package func answer(_ id: ID<ServiceRecord>, upheld: Bool, reason: String) throws {
        let record = try tx.lock(id)
        let may = try viewer.may(.answer, record)
        guard let counted = record.counted, let objection = try tx.objections(to: id).first(where: { $0.answer == nil }) else { throw record.refusal }
        // Nor does whoever objected, or whoever confirmed in the owner's place.
        try impartial(record, may.person, nor: [objection.by, record.confirmation?.by, record.dispute?.decision?.by].compactMap { $0 })
        try tx.lockHours(of: record.expert)
        try tx.add(Objection.Answer(by: may.person, upheld: upheld, reason: reason, at: now), to: objection, of: record, recorded: counted.recorded)
        if upheld, objection.minutes != counted.minutes { try tx.correct(record, counted, to: objection.minutes, because: objection.id, at: now) }
        // A certificate never says more than counts: what was issued on the longer record is asked for anew.
        if upheld, objection.minutes < counted.minutes {
            for paper in try tx.papers(restingOn: id) {
                if case .revoked = try tx.paper(paper)?.standing(on: now.day) { continue }
                try tx.revoke(paper, reason: "所依据的服务记录更正了，请重新申请", by: may.by, at: now)
            }
            try tx.withdrawStars(of: record.expert, because: objection.id, by: may.by, at: now, from: by.address)
        }
        try tx.record(ServiceRecord.Answered(subject: record.subject, fields: ["upheld": "\(upheld)", "minutes": "\(upheld ? objection.minutes.count : counted.minutes.count)"]), by: may.by, at: now, from: by.address)
        try tx.endTurn(of: record.objectionSubject)
        let words = upheld ? Words("服务记录更正为\(objection.minutes.words.chinese)", "The record was corrected to \(objection.minutes.words.english)") : Words("异议有答复：记录没有错", "The objection is answered: the record is right")
        for person in Set([objection.by, record.expert, record.owner]) { try tell(person, record, .mustKnow, "record.answered", words) }
    }

    /// The expert takes a claim back that nobody has confirmed. May be repeated.
    package func withdraw(_ id: ID<ServiceRecord>) throws {
        let record = try tx.lock(id)
        let may = try viewer.may(.attach, record)
        if record.state == .withdrawn { return }
        try record.demand(.withdraw)
        try tx.withdraw(id, at: now)
        try tx.endTurn(of: record.subject)
        try tx.record(ServiceRecord.Withdrawn(subject: record.subject), by: may.by, at: now, from: by.address)
    }

    private func impartial(_ record: ServiceRecord, _ person: ID<Person>, nor others: [ID<Person>] = []) throws {
        let hands = try record.hands.union(tx.experts(of: record.serviceCase)).union(others)
        if let one = try tx.oneHuman(person, among: hands) { throw one.problem(record.partial) }
    }

    /// In the owner's place speaks nobody who typed the need for them, or found the expert: two hands would write minutes (A7).
    private func outside(_ record: ServiceRecord, _ person: ID<Person>) throws {
        try impartial(record, person, nor: tx.arrangers(of: record.serviceCase))
    }

    private func tell(_ person: ID<Person>, _ record: ServiceRecord, _ kind: Notice.Class, _ key: String, _ words: Words) throws {
        try tx.tell(Notice(to: person, kind, about: record.subject, key: key, words, detail: Words("案例\(record.caseNumber)", "Case \(record.caseNumber)"), place: ServiceRecord.page(record.id).text), at: now)
    }
}

// What is refused, on a page of its own.
extension ServiceRecord {
    func demand(_ deed: Deed) throws { guard allows(deed) else { throw refusal } }

    var refusal: Problem {
        Problem(
            "record.past", status: 409, Words("这条记录的情况变了", "This record has changed"),
            Words("现在是“\(state.words.chinese)”，请回记录看看。", "It is now “\(state.words.english)”; please look at the record."))
    }
    func tooLate(_ terms: Terms) -> Problem {
        Problem(
            "record.tooLate", status: 409, Words("过了补凭证的时间", "It is too late for evidence"),
            Words("凭证要在结束后\(terms.papers)小时内传上来，事后补的不能计入。", "Evidence must reach us within \(terms.papers) hours of the end; what comes later cannot make minutes count."))
    }
    func tooEarly(_ terms: Terms) -> Problem {
        Problem(
            "record.tooEarly", status: 409, Words("还没到时候", "It is too early"),
            Words("企业\(max(terms.silence, 7))天没有答复，机构才能代为确认。", "The institution may stand in only after \(max(terms.silence, 7)) days of silence."))
    }
    var partial: Problem {
        Problem(
            "record.partial", status: 403, Words("您参与过这件案例，不能办这一步", "You had part in this, and cannot take this step"),
            Words("请没有参与的同事来办。", "Please leave it to a colleague who had no part."))
    }
    func notByNamesake(_ one: OneHuman, _ terms: Terms) -> Problem {
        let days = max(terms.silence, 7)
        return Problem(
            "record.oneHuman", status: 403, Words("要由另一位来确认", "Somebody else must confirm this"),
            one.words + Words("。没有同事的，\(days)天后由机构代为确认。", ". Where there is no colleague, the institution stands in after \(days) days."))
    }
    var isLookedInto: Problem {
        Problem("record.objected", status: 409, Words("已经有一份异议在查", "An objection is being looked into"), Words("有了答复可以再提。", "Once it is answered, another may be made."))
    }
    func overlaps(_ other: ID<ServiceRecord>) -> Problem {
        Problem(
            "record.overlaps", status: 409, Words("和另一条记录时间重叠", "It overlaps with another record"),
            Words("同一位专家同一分钟只能记一次。请点“时间不对”，由机构裁定。", "One expert's minute counts once. Please say that the time is wrong; the institution will decide."))
    }
}

extension Case {
    static var countsSolution: Problem {
        Problem(
            "record.solutionCounts", status: 409, Words("这件案例的方案时间已经记过", "The time for this case's solution counts already"),
            Words("一件案例的书面方案只计入一次，哪位专家写的都一样。等您确认的那一条，请点“时间不对”。", "The written solution of a case counts once, whichever expert wrote it. If you are asked to confirm another, please say that the time is wrong."))
    }
    var notThen: Problem {
        Problem(
            "record.notThen", status: 409, Words("这段时间您还没有接手，或者案例已经停了", "At that time you had not begun, or the case had stopped"),
            Words("只能补记签了保密承诺以后、案例结束以前的服务。请核对日期和时间。", "Only service after the undertaking and before the end of the case can be entered. Please check day and time."))
    }
    var hasNothing: Problem {
        Problem("record.noSolution", status: 409, Words("还没有书面方案", "There is no written solution yet"), Words("交了方案才能记写方案的时间。", "The time it took can be recorded once it is handed in."))
    }
}
