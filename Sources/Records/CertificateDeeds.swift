import Happenings
import Identity
import Languages
import Markup
import Messaging
import Papers
package import Reference
package import Storage
import Turns
package import Values
import Volunteers
package import Web

/// The course of a certificate, deed by deed, each in one transaction.
package struct CertificateDeeds {
    let viewer: Viewer
    let now: Instant
    let days: WorkingDays
    let terms: ServiceRecord.Terms
    let address: String
    let tx: Transaction

    package init(by viewer: Viewer, at now: Instant, days: WorkingDays, terms: ServiceRecord.Terms = .init(), from address: String = "", in tx: Transaction) {
        self.viewer = viewer
        self.now = now
        self.days = days
        self.terms = terms
        self.address = address
        self.tx = tx
    }

    /// The expert asks, for whole months. An open request for the same months is answered with itself.
    package func request(from: String, until: String) throws -> ID<Certificate> {
        let may = try viewer.may(Permission<Certificate.Request, Certificate>.request)
        guard let expert = try tx.expert(may.person), let institution = try tx.organisation(expert.institution) else { throw Problem.notFound }
        _ = try tx.values("select id from person where id = \(may.person)\(.forUpdate)", String.self)
        if let open = try tx.certificates("q.person = \(may.person) and q.from_month = \(from) and q.until_month = \(until) and i.request is null and r.request is null", limit: 1).first { return open.id }
        let id = ID<Certificate>(at: now)
        let due = days.add(workingDays: terms.certificate, to: now).at
        try tx.run(
            """
            insert into certificate_request (id, person, institution, region, from_month, until_month, at, due)
            values (\(id), \(may.person), \(institution.id), \(institution.region), \(from), \(until), \(now), \(due))
            """)
        guard let found = try tx.certificate(id) else { throw Problem.notFound }
        try tx.record(Certificate.Requested(subject: found.subject), by: may.by, at: now, from: address)
        try tx.give(found.turn(Permission<Certificate.Check, Certificate>.check.name, Words("核对服务记录证明", "Check a certificate of service"), due: due, since: now))
        return id
    }

    /// An officer recomputes what the records say. May be repeated until it is issued.
    package func check(_ id: ID<Certificate>) throws {
        let found = try lock(id)
        let may = try viewer.may(.check, found)
        try apart(may.person, found.person)
        guard found.allows(.check, at: now) else { throw found.refusalPage(now) }
        let served = try tx.served(found.person, found.institution, from: found.from, until: found.until)
        guard served.minutes.count >= 30 else { throw Certificate.tooShort }
        try tx.run("delete from certificate_check where request = \(id)")
        try tx.run(
            """
            insert into certificate_check (request, person, by_person, minutes, records, at)
            values (\(id), \(found.person), \(may.person), \(served.minutes), \(served.records), \(now))
            """)
        try tx.record(Certificate.Checked(subject: found.subject, fields: ["minutes": "\(served.minutes.count)", "records": "\(served.records)"]), by: may.by, at: now, from: address)
        try tx.give(found.turn(Permission<Certificate.Issue, Certificate>.issue.name, Words("签发服务记录证明", "Issue a certificate of service"), due: found.due, since: now))
    }

    package func refuse(_ id: ID<Certificate>, reason: String) throws {
        let found = try lock(id)
        let may = try viewer.may(.check, found)
        try apart(may.person, found.person)
        if found.refusal?.by == may.person { return }
        guard found.allows(.refuse, at: now) else { throw found.refusalPage(now) }
        try tx.run("insert into certificate_refusal (request, person, by_person, reason, at) values (\(id), \(found.person), \(may.person), \(reason), \(now))")
        try tx.record(Certificate.Refused(subject: found.subject), by: may.by, at: now, from: address)
        try tx.endTurn(of: found.subject)
        try tell(found.person, found, "certificate.refused", Words("证明没有出具，请看原因", "The certificate was not issued; please see why"))
    }

    /// The head issues it: number, frozen claims and ledger entry come with this transaction.
    package func issue(_ id: ID<Certificate>) throws {
        let found = try lock(id)
        let may = try viewer.may(.issue, found)
        try apart(may.person, found.person)
        if found.issue?.by == may.person { return }
        guard let check = found.check, found.allows(.issue, at: now) else { throw found.refusalPage(now) }
        // Who checked does not issue (A7).
        try apart(may.person, check.by)
        let served = try tx.served(found.person, found.institution, from: found.from, until: found.until)
        guard served.minutes == check.minutes, served.records == check.records else { throw Certificate.changed }
        let paper = try tx.issue(try draft(found, served, checker: check.by, issuer: may.person), by: may.by, at: now)
        let noticeUntil = Instant(now.day + (terms.notice + 1))
        try tx.run(
            """
            insert into certificate_issue (request, person, checked_by, minutes, by_person, paper, at, notice_until)
            values (\(id), \(found.person), \(check.by), \(check.minutes), \(may.person), \(paper.id), \(now), \(noticeUntil))
            """)
        try tx.record(Certificate.Issued(subject: found.subject, fields: ["paper": paper.id.text, "minutes": "\(check.minutes.count)"]), by: may.by, at: now, from: address)
        try tx.endTurn(of: found.subject)
        try tell(found.person, found, "certificate.issued", Words("服务记录证明签发了，正在公示", "Your certificate is issued, and stands in the notice"))
    }

    /// Somebody of the institution objects while it stands in the notice: nobody relies on it until it is answered.
    package func object(_ id: ID<Certificate>, words: String) throws {
        let found = try lock(id)
        let may = try viewer.may(.notice, found)
        try apart(may.person, found.person)
        guard found.allows(.object, at: now), let issue = found.issue else { throw found.refusalPage(now) }
        let due = days.add(workingDays: terms.objection, to: now).at
        let isFirst = try tx.objections(to: id).allSatisfy { $0.answer != nil }
        try tx.run(
            """
            insert into certificate_objection (id, request, person, by_person, words, at, due)
            values (\(ID<CertificateObjection>(at: now)), \(id), \(found.person), \(may.person), \(words), \(now), \(due))
            """)
        try tx.record(Certificate.ObjectedTo(subject: found.subject), by: may.by, at: now, from: address)
        if isFirst, let paper = try tx.paper(issue.paper), paper.standing(on: now.day) == .valid { try tx.suspend(issue.paper, reason: "公示期内有异议，正在核查", by: may.by, at: now) }
        try tx.give(
            Turn(
                found.objectionSubject, holder: .organisation(found.institution), permission: Permission<Certificate.Answer, Certificate>.answer.name,
                what: Words("答复对证明的异议", "Answer an objection to a certificate"), due: due, since: now, institution: found.institution, region: found.region, title: "\(found.from)至\(found.until)"))
    }

    /// By somebody who neither objected, checked nor issued it.
    package func answer(_ id: ID<Certificate>, upheld: Bool, reason: String) throws {
        let found = try lock(id)
        let may = try viewer.may(.answer, found)
        guard let issue = found.issue, let objection = try tx.objections(to: id).first(where: { $0.answer == nil }) else { throw found.refusalPage(now) }
        for other in [found.person, objection.by, issue.by, found.check?.by].compactMap({ $0 }) { try apart(may.person, other) }
        try tx.run(
            """
            insert into certificate_answer (objection, request, objector, by_person, upheld, reason, at)
            values (\(objection.id), \(id), \(objection.by), \(may.person), \(upheld), \(reason), \(now))
            """)
        try tx.record(Certificate.Answered(subject: found.subject, fields: ["upheld": "\(upheld)"]), by: may.by, at: now, from: address)
        let left = try tx.objections(to: id).contains { $0.answer == nil }
        let standing = try tx.paper(issue.paper)?.standing(on: now.day)
        if upheld {
            if case .revoked = standing {} else { try tx.revoke(issue.paper, reason: reason, by: may.by, at: now) }
        } else if !left, case .suspended = standing { try tx.lift(issue.paper, by: may.by, at: now) }
        if !left { try tx.endTurn(of: found.objectionSubject) }
        for person in Set([found.person, objection.by]) { try tell(person, found, "certificate.answered", upheld ? Words("异议成立，证明撤销", "The objection is right: the certificate is revoked") : Words("异议有答复，证明有效", "The objection is answered: the certificate stands")) }
    }

    // MARK: What all deeds share

    private func lock(_ id: ID<Certificate>) throws -> Certificate {
        _ = try tx.values("select id from certificate_request where id = \(id)\(.forUpdate)", String.self)
        guard let found = try tx.certificate(id) else { throw Problem.notFound }
        return found
    }

    private func apart(_ one: ID<Person>, _ other: ID<Person>) throws { guard one != other else { throw Certificate.sameHand } }

    private func tell(_ person: ID<Person>, _ found: Certificate, _ key: String, _ words: Words) throws {
        try tx.tell(Messaging.Notice(to: person, .mustKnow, about: found.subject, key: key, words, place: Certificate.page(found.id).text), at: now)
    }

    /// The four blocks (decree 67): the volunteer; the service; the issuer; number, day and remarks.
    private func draft(_ found: Certificate, _ served: Served, checker: ID<Person>, issuer: ID<Person>) throws -> Paper.Draft {
        guard let institution = try tx.organisation(found.institution), let expert = try tx.expert(found.person) else { throw Problem.notFound }
        let names = try tx.names(of: [checker, issuer])
        let number = try tx.volunteerNumber(of: found.person, region: institution.region, at: now)
        let visits = served.records - served.solutions
        let content = "为\(served.firms)家中小企业提供一对一志愿服务：\([visits > 0 ? "面谈\(visits)次" : nil, served.solutions > 0 ? "书面方案\(served.solutions)份" : nil].compactMap { $0 }.joined(separator: "，"))。"
        // Masked unless the volunteer asks otherwise (decree 67); known from the agreement that they signed.
        let document = try tx.identityDocument(of: found.person).map { "\($0.kind.words.chinese)　\($0.number)" } ?? ""
        let facts: [Claims.Fact] = [
            Claims.Fact("name", Words("姓名", "Name"), expert.name),
            Claims.Fact("volunteer", Words("志愿者编号", "Volunteer number"), number.text),
            Claims.Fact("document", Words("证件", "Document"), document),
            Claims.Fact("period", Words("服务期间", "Period"), Certificate.spoken(from: found.from, until: found.until, notAfter: now.day)),
            Claims.Fact("hours", Words("服务时长", "Hours"), "\(Certificate.hours(served.minutes))小时（\(Certificate.capital(served.minutes))小时）"),
            Claims.Fact("content", Words("服务内容", "Service"), content),
            Claims.Fact("inCharge", Words("负责人", "In charge"), names[issuer] ?? ""),
            Claims.Fact("handler", Words("经办人", "Handler"), names[checker] ?? ""),
            Claims.Fact("contact", Words("联系电话", "Telephone"), institution.telephone),
            Claims.Fact("minutes", Words("计入分钟", "Minutes counted"), "\(served.minutes.count)"),
            Claims.Fact("upTo", Words("截至公开编号", "Up to public number"), "\(served.upTo)"),
            Claims.Fact(
                "remarks", Words("备注", "Remarks"),
                "时长经志愿者与受助企业双方确认，不含路途时间；共\(served.records)条记录\(served.minutes.count)分钟，按半小时向下取整；截至公开记录第\(served.upTo)号。"),
        ]
        return Paper.Draft(.certificate, about: found.subject, institution: found.institution, holder: found.person, facts: facts.filter { !$0.value.isEmpty })
    }
}

extension Certificate {
    func turn(_ permission: String, _ what: Words, due: Instant, since: Instant) -> Turn {
        Turn(subject, holder: .organisation(institution), permission: permission, what: what, due: due, since: since, institution: institution, region: region, title: "\(from)至\(until)")
    }

    /// 2025年7月1日至2026年10月31日; in a month that is not over, until today.
    static func spoken(from: String, until: String, notAfter today: Day) -> String {
        guard let first = Day(from + "-01"), let month = Day(until + "-01") else { return "\(from)至\(until)" }
        let next = Day(number: month.number + 32)
        let last = min(Day(number: next.number - next.parts.day), today)
        func said(_ day: Day) -> String { "\(day.parts.year)年\(day.parts.month)月\(day.parts.day)日" }
        return "\(said(first))至\(said(last))"
    }

    /// 叁佰壹拾贰点伍
    static func capital(_ minutes: Minutes) -> String {
        let (digits, units) = (Array("零壹贰叁肆伍陆柒捌玖"), ["", "拾", "佰", "仟"])
        let whole = halfHours(minutes) / 2
        func group(_ number: Int) -> String {
            var (text, zero) = ("", false)
            for place in stride(from: 3, through: 0, by: -1) {
                let digit = number / [1, 10, 100, 1000][place] % 10
                if digit == 0 { zero = !text.isEmpty } else {
                    if zero { text += "零" }
                    (text, zero) = (text + String(digits[digit]) + units[place], false)
                }
            }
            return text
        }
        var text = whole >= 10_000 ? group(whole / 10_000) + "万" : ""
        let rest = whole % 10_000
        if rest > 0 { text += (whole >= 10_000 && rest < 1000 ? "零" : "") + group(rest) }
        if text.isEmpty { text = "零" }
        return halfHours(minutes) % 2 == 1 ? text + "点伍" : text
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
