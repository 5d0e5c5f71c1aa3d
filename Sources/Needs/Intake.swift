import Happenings
package import Identity
import Languages
import Markup
import Messaging
package import Reference
package import Storage
package import Turns
package import Values
import Web

/// A need comes in, by whichever door: stored with its proposal, its turn given to the institution, whoever must know told.
package struct Intake: Sendable {
    let adviser: Adviser
    let reference: Reference
    /// Who is on duty on a day, from the room that keeps the roster.
    let officersOnDuty: @Sendable (ID<Organisation>, Day, Reader) throws -> [ID<Person>]

    package init(
        adviser: Adviser, reference: Reference, officersOnDuty: @escaping @Sendable (ID<Organisation>, Day, Reader) throws -> [ID<Person>] = { _, _, _ in [] }
    ) {
        self.adviser = adviser
        self.reference = reference
        self.officersOnDuty = officersOnDuty
    }

    package struct Request: Sendable {
        let asker: ID<Person>
        let enterprise: ID<Enterprise>?
        let companyName: String?
        let region: String
        let statement: String
        let domain: Domain?
        let urgency: Urgency
        let expert: ID<Person>?
        let source: Need.Source
        let by: Party

        package init(
            asker: ID<Person>, enterprise: ID<Enterprise>?, companyName: String?, region: String, statement: String, domain: Domain?, urgency: Urgency,
            expert: ID<Person>?, source: Need.Source, by: Party
        ) {
            self.asker = asker
            self.enterprise = enterprise
            self.companyName = companyName
            self.region = region
            self.statement = statement
            self.domain = domain
            self.urgency = urgency
            self.expert = expert
            self.source = source
            self.by = by
        }
    }

    /// Throws `Problem` with words when no institution is designated for the region.
    package func take(_ request: Request, in tx: Transaction, now: Instant, address: String) throws -> Need {
        guard let institution = try tx.institution(for: request.region, on: now.day) else {
            throw Problem(
                "noInstitution", status: 409, Words("这个地区还没有服务机构", "No institution serves this region yet"),
                Words("主管部门还没有指定。您写的内容已存好，请打电话给当地中小企业主管部门。", "None has been designated yet. What you wrote is kept; please call the local SME authority."))
        }
        let suggestion = adviser.advise(request.statement, said: request.urgency, today: now.day)
        let need = Need(
            id: ID<Need>(at: now), number: try tx.nextNeedNumber(now), institution: institution.id, region: request.region, asker: request.asker,
            enterprise: request.enterprise, colleagues: [], statement: request.statement, saidDomain: request.domain, saidUrgency: request.urgency,
            wishedExpert: request.expert, source: request.source, at: now, suggestion: suggestion, state: .submitted)
        try tx.add(need, companyName: request.companyName)
        try tx.give(turn(of: need, since: now))
        try tx.record(
            Need.Submitted(subject: need.subject, fields: ["source": need.source.kind.rawValue, "region": need.region]), by: request.by, at: now, from: address)
        if suggestion.urgency == .now {
            // The officer on duty; without a roster for the day, all of them.
            let onDuty = try officersOnDuty(institution.id, now.day, tx)
            for officer in try onDuty.isEmpty ? tx.members(of: institution.id, role: Role.officer.name, now: now, limit: 20) : onDuty {
                try tx.tell(
                    Notice(
                        to: officer, .work, about: need.subject, key: "urgent", Words("有一条停工停产的急事，2小时内要有专家接手", "An urgent need: an expert must accept within two hours"),
                        place: Need.page(need.id).text), at: now)
            }
        }
        return need
    }

    /// The institution's turn: who does the triage, by when. Urgent ones in half an hour, others within a working day.
    package func turn(of need: Need, since now: Instant) -> Turn {
        let isUrgent = (need.suggestion?.urgency ?? need.saidUrgency) == .now
        let due = isUrgent ? now + .minutes(30) : reference.workingDays.add(workingDays: 1, to: now).at
        return Turn(
            need.subject, holder: .organisation(need.institution), permission: Permission<Triage, Need>.triage.name,
            what: Words("分办", "Assign to a domain"), due: due, since: now, institution: need.institution, region: need.region, title: need.title,
            isUrgent: isUrgent)
    }

    /// After the triage: the institution proposes experts, by when an expert must have accepted.
    func proposalTurn(of need: Need, _ triage: Triage, since now: Instant) -> Turn {
        let due = triage.urgency.due(from: now, hours: .standard, days: reference.workingDays).at
        return Turn(
            need.subject, holder: .organisation(need.institution), permission: "need.propose", what: Words("推荐专家", "Propose experts"), due: due, since: now,
            institution: need.institution, region: need.region, title: need.title, isUrgent: triage.urgency == .now)
    }

    // MARK: Deeds with all that follows

    /// The officer's decision: row, turn, happening. Throws `Need.Refusal` where somebody was quicker.
    package func triage(_ need: Need, _ triage: Triage, by may: May<Triage, Need>, in tx: Transaction, from address: String = "") throws {
        var need = need
        guard let happening = try need.triage(triage) else { return }
        try tx.save(triage, of: need, by: may)
        try tx.give(proposalTurn(of: need, triage, since: triage.at))
        try tx.record(happening, by: may.by, at: triage.at, from: address)
    }

    package func withdraw(_ need: Need, by may: May<Withdrawal, Need>, in tx: Transaction, now: Instant, from address: String = "") throws {
        var need = need
        guard let happening = try need.withdraw(by: may.person, now: now) else { return }
        try tx.save(Withdrawal(by: may.person, at: now), of: need, by: may)
        try tx.endTurn(of: need.subject)
        try tx.record(happening, by: may.by, at: now, from: address)
    }

    package func refer(_ need: Need, to place: String, because reason: String, by may: May<Referral, Need>, in tx: Transaction, now: Instant, from address: String = "") throws {
        var need = need
        let referral = Referral(place: place, reason: reason, by: may.person, at: now)
        guard let happening = try need.refer(referral) else { return }
        try tx.save(referral, of: need, by: may)
        try tx.endTurn(of: need.subject)
        try tx.record(happening, by: may.by, at: now, from: address)
        try tx.tell(
            Notice(to: need.asker, .mustKnow, about: need.subject, key: "referred", Words("您的需求有别处更合适，请看怎么找", "Somebody else can help better; see whom to turn to"), place: Need.page(need.id).text), at: now)
    }
}
