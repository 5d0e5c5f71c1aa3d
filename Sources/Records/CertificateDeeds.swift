package import Cases
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Papers
import Reference
package import Storage
import Turns
package import Values
import Volunteers
import Web

/// The course of a certificate, deed by deed, each in one transaction.
package struct CertificateDeeds {
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

    /// The expert asks, for whole months. An open request for the same months is answered with itself.
    package func request(from: String, until: String) throws -> ID<Certificate> {
        let may = try viewer.may(Permission<Certificate.Request, Certificate>.request)
        guard let expert = try tx.expert(may.person), let institution = try tx.organisation(expert.institution) else { throw Problem.notFound }
        if let open = try tx.openCertificate(of: may.person, from: from, until: until) { return open.id }
        let id = ID<Certificate>(at: now)
        let due = by.days.add(workingDays: terms.certificate, to: now).at
        let found = Certificate(
            id: id, person: may.person, institution: institution.id, region: institution.region, from: from, until: until, at: now, due: due, check: nil, issue: nil, refusal: nil)
        try tx.add(found)
        try tx.record(Certificate.Requested(subject: found.subject), by: may.by, at: now, from: by.address)
        try tx.give(found.turn(Permission<Certificate.Check, Certificate>.check.name, Words("核对服务记录证明", "Check a certificate of service"), due: due, since: now))
        return id
    }

    /// An officer recomputes what the records say. May be repeated until it is issued.
    package func check(_ id: ID<Certificate>) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(.check, found)
        try apart(may.person, [found.person])
        guard found.allows(.check, at: now) else { throw found.refusalPage(now) }
        let served = try tx.served(found.person, found.institution, from: found.from, until: found.until)
        guard served.minutes >= Certificate.fewest else { throw Certificate.tooShort }
        try tx.set(Certificate.Check(by: may.person, minutes: served.minutes, records: served.records, at: now), of: found)
        try tx.record(Certificate.Checked(subject: found.subject, fields: ["minutes": "\(served.minutes.count)", "records": "\(served.records)"]), by: may.by, at: now, from: by.address)
        try tx.give(found.turn(Permission<Certificate.Issue, Certificate>.issue.name, Words("签发服务记录证明", "Issue a certificate of service"), due: found.due, since: now))
    }

    /// Ends the request, with a reason that the expert reads; only before it is issued. May be repeated by the same person.
    package func refuse(_ id: ID<Certificate>, reason: String) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(.check, found)
        try apart(may.person, [found.person])
        if found.refusal?.by == may.person { return }
        guard found.allows(.refuse, at: now) else { throw found.refusalPage(now) }
        try tx.add(Certificate.Refusal(by: may.person, reason: reason, at: now), of: found)
        try tx.record(Certificate.Refused(subject: found.subject), by: may.by, at: now, from: by.address)
        try tx.endTurn(of: found.subject)
        try tell(found.person, found, "certificate.refused", Words("证明没有出具，请看原因", "The certificate was not issued; please see why"))
    }

    /// The head issues it: number, frozen claims and ledger entry come with this transaction.
    package func issue(_ id: ID<Certificate>) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(.issue, found)
        if found.issue?.by == may.person { return }
        guard let check = found.check, found.allows(.issue, at: now) else { throw found.refusalPage(now) }
        // Who checked does not issue (A7).
        try apart(may.person, [found.person, check.by])
        try tx.lockHours(of: found.person)
        let served = try tx.served(found.person, found.institution, from: found.from, until: found.until)
        guard served.minutes == check.minutes, served.records == check.records else { throw Certificate.changed }
        let paper = try tx.issue(try tx.draft(found, served, checker: check.by, issuer: may.person, at: now), by: may.by, at: now)
        let noticeUntil = Instant(now.day + (terms.notice + 1))
        try tx.add(Certificate.Issue(by: may.person, paper: paper.id, at: now, noticeUntil: noticeUntil), on: check, of: found)
        try tx.record(Certificate.Issued(subject: found.subject, fields: ["paper": paper.id.text, "minutes": "\(check.minutes.count)"]), by: may.by, at: now, from: by.address)
        try tx.endTurn(of: found.subject)
        try tell(found.person, found, "certificate.issued", Words("服务记录证明签发了，正在公示", "Your certificate is issued, and stands in the notice"))
    }

    /// Somebody of the institution objects while it stands in the notice: nobody relies on it until it is answered.
    package func object(_ id: ID<Certificate>, words: String) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(.notice, found)
        guard may.person != found.person else { throw Certificate.sameHand }
        guard found.allows(.object, at: now), let issue = found.issue else { throw found.refusalPage(now) }
        let due = by.days.add(workingDays: terms.objection, to: now).at
        let isFirst = try tx.objections(to: id).allSatisfy { $0.answer != nil }
        try tx.add(CertificateObjection(id: ID(at: now), by: may.person, words: words, due: due, answer: nil), to: found, at: now)
        try tx.record(Certificate.ObjectedTo(subject: found.subject), by: may.by, at: now, from: by.address)
        if isFirst, let paper = try tx.paper(issue.paper), paper.standing(on: now.day) == .valid { try tx.suspend(issue.paper, reason: "公示期内有异议，正在核查", by: may.by, at: now) }
        try tx.give(
            Turn(
                found.objectionSubject, holder: .organisation(found.institution), permission: Permission<Certificate.Answer, Certificate>.answer.name,
                what: Words("答复对证明的异议", "Answer an objection to a certificate"), due: due, since: now, institution: found.institution, region: found.region, title: found.months))
    }

    /// By somebody who neither objected, checked nor issued it.
    package func answer(_ id: ID<Certificate>, upheld: Bool, reason: String) throws {
        let found = try tx.lock(id)
        let may = try viewer.may(.answer, found)
        guard let issue = found.issue, let objection = try tx.objections(to: id).first(where: { $0.answer == nil }) else { throw found.refusalPage(now) }
        try apart(may.person, [found.person, objection.by, issue.by, found.check?.by].compactMap { $0 })
        try tx.answer(objection, of: id, by: may.person, upheld: upheld, reason: reason, at: now)
        try tx.record(Certificate.Answered(subject: found.subject, fields: ["upheld": "\(upheld)"]), by: may.by, at: now, from: by.address)
        let left = try tx.objections(to: id).contains { $0.answer == nil }
        let standing = try tx.paper(issue.paper)?.standing(on: now.day)
        if upheld {
            if case .revoked = standing {} else { try tx.revoke(issue.paper, reason: reason, by: may.by, at: now) }
        } else if !left, case .suspended = standing { try tx.lift(issue.paper, by: may.by, at: now) }
        if !left { try tx.endTurn(of: found.objectionSubject) }
        for person in Set([found.person, objection.by]) { try tell(person, found, "certificate.answered", upheld ? Words("异议成立，证明撤销", "The objection is right: the certificate is revoked") : Words("异议有答复，证明有效", "The objection is answered: the certificate stands")) }
    }

    // MARK: What all deeds share

    private func apart(_ person: ID<Person>, _ others: [ID<Person>]) throws {
        if let one = try tx.oneHuman(person, among: others) { throw one.problem(Certificate.sameHand) }
    }

    private func tell(_ person: ID<Person>, _ found: Certificate, _ key: String, _ words: Words) throws {
        try tx.tell(Messaging.Notice(to: person, .mustKnow, about: found.subject, key: key, words, place: Certificate.page(found.id).text), at: now)
    }
}

extension Certificate {
    func turn(_ permission: String, _ what: Words, due: Instant, since: Instant) -> Turn {
        Turn(subject, holder: .organisation(institution), permission: permission, what: what, due: due, since: since, institution: institution, region: region, title: months)
    }

    func refusalPage(_ now: Instant) -> Problem {
        Problem(
            "certificate.past", status: 409, Words("这份证明的情况变了", "This certificate has changed"),
            Words("现在是“\(state(at: now).words.chinese)”，请回去看看。", "It is now “\(state(at: now).words.english)”; please look again."))
    }
    static let sameHand = Problem(
        "certificate.sameHand", status: 403, Words("要由另一个人来办", "Somebody else must do this"),
        Words("申请、核对、签发、答复异议，分别由不同的人办。", "Asking, checking, issuing and answering are the work of different people."))
    static let changed = Problem(
        "certificate.changed", status: 409, Words("核对之后记录变了", "The records changed after the check"), Words("请经办人重新核对一次，再签发。", "Please have it checked once more, then issue it."))
    static let tooShort = Problem(
        "certificate.tooShort", status: 409, Words("这段时间不到半小时", "Less than half an hour in this period"), Words("计入的时间满半小时才能出证明。", "A certificate wants half an hour of counted time."))
}
