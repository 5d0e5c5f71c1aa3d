package import Cases
import Happenings
import Identity
import Languages
import Markup
import Messaging
package import Reference
package import Storage
import Turns
package import Values
import Web

/// Minutes that the expert states, before any key (申报): it counts nowhere.
package struct Claim: Sendable {
    let id: ID<ServiceRecord>
    let source: ServiceRecord.Source
    let meeting: ID<Meeting>?
    let begins: Instant
    let ends: Instant
    let minutes: Minutes
    let content: String

    /// The longest session that counts at once.
    static let longest = 480
}

extension Instant {
    /// The begun minute.
    var minute: Instant { Instant(milliseconds: milliseconds - ((milliseconds % 60_000) + 60_000) % 60_000) }
}

extension Transaction {
    func add(_ claim: Claim, _ it: Case, expert: ID<Person>, by person: ID<Person>, at now: Instant) throws {
        try run(
            """
            insert into service_claim (id, service_case, institution, region, expert, owner, source, meeting, begins, ends, minutes, content, by_person, at)
            values (\(claim.id), \(it.id), \(it.institution), \(it.region), \(expert), \(it.asker), \(claim.source), \(claim.meeting), \(claim.begins), \(claim.ends),
                \(claim.minutes), \(claim.content), \(person), \(now))
            """)
    }

    /// What a session that was held brings: a claim, and the first key where the owner was a witness to it. May be repeated.
    @discardableResult
    package func stateSession(_ id: ID<Meeting>, days: WorkingDays, terms: ServiceRecord.Terms = .init(), at now: Instant) throws -> ID<ServiceRecord>? {
        guard let meeting = try meeting(id) else { return nil }
        let it = try lock(meeting.serviceCase)
        guard let presses = try presses(of: id), presses.begun.by == presses.ended.by, try !exists("select 1 from service_claim where meeting = \(id)") else { return nil }
        let expert = presses.begun.by
        guard expert != it.asker, !it.colleagues.contains(expert) else { return nil }
        let begins = presses.begun.at.minute
        let ends = min(presses.ended.at.minute, begins + .minutes(Claim.longest))
        let minutes = Minutes((ends - begins).inMinutes)
        guard minutes.count > 0 else { return nil }
        let claim = Claim(id: ID<ServiceRecord>(at: now), source: .session, meeting: id, begins: begins, ends: ends, minutes: minutes, content: "")
        try add(claim, it, expert: expert, by: expert, at: now)
        var record = try lock(claim.id)
        try self.record(ServiceRecord.Stated(subject: record.subject, fields: ["source": claim.source.rawValue, "minutes": "\(minutes.count)"]), by: .person(expert), at: now)
        if let witness = try witness(of: id), witness.at > begins - .minutes(30), witness.at < presses.ended.at + .seconds(1) {
            let evidence = Evidence(
                id: ID<Evidence>(at: now), kind: witness.kind.evidence, most: minutes, madeAt: witness.at, by: witness.by, file: nil, version: nil, at: now)
            try prove(&record, evidence, days: days, terms: terms, at: now)
        } else {
            try awaitEvidence(record, terms: terms, at: now)
        }
        return claim.id
    }

    /// The first key is there: the owner is asked.
    func prove(_ record: inout ServiceRecord, _ evidence: Evidence, days: WorkingDays, terms: ServiceRecord.Terms, at now: Instant) throws {
        try add(evidence, to: record)
        let isFirst = record.evidence.isEmpty
        record.evidence.append(evidence)
        try self.record(ServiceRecord.Proven(subject: record.subject, fields: ["kind": evidence.kind.rawValue]), by: .person(evidence.by), at: now)
        guard isFirst else { return }
        let what = Words("确认这次服务：\(record.claimed.words.chinese)", "Confirm the service: \(record.claimed.words.english)")
        try give(
            record.turn(.person(record.owner), Permission<Confirmation, ServiceRecord>.confirm.name, what, due: now + .days(terms.silence), since: now))
        try tell(
            Notice(to: record.owner, .work, about: record.subject, key: "record.confirm", what, detail: Words("案例\(record.caseNumber)", "Case \(record.caseNumber)"), place: ServiceRecord.page(record.id).text), at: now)
    }

    /// The expert learns that nothing speaks for the minutes yet, while there is time for a paper.
    func awaitEvidence(_ record: ServiceRecord, terms: ServiceRecord.Terms, at now: Instant) throws {
        let due = record.ends + .hours(terms.papers)
        guard due > now else { return }
        let what = Words("补凭证：现场服务单或通话记录", "Add evidence: a signed sheet or a call log")
        try give(record.turn(.person(record.expert), Permission<Evidence, ServiceRecord>.attach.name, what, due: due, since: now))
        try tell(Notice(to: record.expert, .work, about: record.subject, key: "record.evidence", what, place: ServiceRecord.page(record.id).text), at: now)
    }
}

extension ServiceRecord {
    func turn(_ holder: Party, _ permission: String, _ what: Words, due: Instant, since: Instant) -> Turn {
        Turn(
            subject, holder: holder, permission: permission, what: what, due: due, since: since, institution: institution, region: region, title: caseNumber,
            company: holder == .person(owner) ? company?.text : nil)
    }
}
