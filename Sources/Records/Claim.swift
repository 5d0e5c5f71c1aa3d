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

    /// Of `q`: neither taken back nor decided to be nothing.
    static let stands: SQL = """
        not exists (select 1 from claim_withdrawal w where w.claim = q.id) and not exists (select 1 from dispute_decision x where x.claim = q.id and x.minutes = 0)
        """

    /// Why the minutes of a solution are not taken; `left` of them would be.
    enum Refusal: Error, Equatable {
        /// All solutions of one day have a cap.
        case day(most: Int, left: Int)
        /// The expert was in a session then.
        case session(begins: Instant, ends: Instant, left: Int)

        var words: Words {
            switch self {
            case .day(let most, let left): Words("一个人一天写方案合计最多记\(most)分钟", "One person's solutions of a day bring at most \(most) minutes") + Self.rest(left)
            case .session(let begins, let ends, let left):
                begins.clock + Words("到", " to ") + ends.clock + Words("您在面谈，同一分钟只记一次", " was a session of yours; a minute counts once") + Self.rest(left)
            }
        }

        private static func rest(_ left: Int) -> Words {
            left < Claim.fewest ? Words("，这份不能再记", ": this one brings none") : Words("，这份最多记\(left)分钟", ": this one brings at most \(left)")
        }
    }

    /// The least that is stated for a solution.
    static let fewest = 5

    /// A minute counts once, whether it was talked or written.
    static let migration = Migration(
        "Records", 7,
        [
            .halves(
                sqlite: """
                    create trigger service_record_session before insert on service_record when exists (select 1 from service_record r
                        where r.expert = new.expert and (r.kind = 'solution') <> (new.kind = 'solution') and r.begins < new.ends and r.ends > new.begins)
                    begin select raise(abort, 'a session and a solution of one person in one minute'); end
                    """,
                postgres: """
                    alter table service_record add constraint service_record_session exclude using gist
                        (expert with =, int8range(begins, ends) with &&, (case kind when 'solution' then 1 else 0 end) with <>)
                    """)
        ])
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
