import Happenings
import Languages
import Markup
import Messaging
import Reference
package import Storage
import Turns
package import Values
import Web

extension Speaker {
    package struct Asked: Happening { package static let kind = "speaker.asked"; package let subject: Subject; package let fields: [String: String] }
    package struct Confirmed: Happening { package static let kind = "speaker.confirmed"; package let subject: Subject; package let fields: [String: String] }
    package struct Approved: Happening { package static let kind = "speaker.approved"; package let subject: Subject; package let fields: [String: String] }
    package struct Declined: Happening { package static let kind = "speaker.declined"; package let subject: Subject; package let fields: [String: String] }
    package struct Left: Happening { package static let kind = "speaker.left"; package let subject: Subject; package let fields: [String: String] }
    package struct Returned: Happening { package static let kind = "speaker.returned"; package let subject: Subject; package let fields: [String: String] }

    static let migration = Migration(
        "Identity", 11,
        [
            """
            create table speaker (id \(.text) not null unique, enterprise \(.text) not null references enterprise (id),
                person \(.text) not null references person (id), capacity \(.text) not null check (capacity in ('legalRepresentative', 'agent')),
                institution \(.text) references organisation (id), asked_at \(.int) not null, confirmed_at \(.int), confirmed_by \(.text),
                evidence \(.text) check (evidence in ('photo', 'original')), approved_by \(.text), declined_at \(.int), declined_by \(.text),
                decline_reason \(.text), left_at \(.int), primary key (enterprise, person),
                check (confirmed_at is null or declined_at is null), check (confirmed_by is null or confirmed_by <> person),
                check (approved_by is null or approved_by <> person))\(.strict)
            """,
            "create index speaker_person on speaker (person, asked_at)",
            "create index speaker_waiting on speaker (institution, asked_at) where confirmed_at is null and declined_at is null and left_at is null",
        ])

    /// Whether somebody else is confirmed, or came earlier and still waits.
    static let others: SQL = """
        exists (select 1 from speaker o where o.enterprise = s.enterprise and o.person <> s.person and o.left_at is null and o.declined_at is null
            and (o.confirmed_at is not null or o.asked_at < s.asked_at or (o.asked_at = s.asked_at and o.id < s.id)))
        """
}

extension Reader {
    /// The speaker as a row with its neighbours.
    package func speaker(_ id: ID<Speaker>) throws -> Speaker? {
        let found = try first(
            """
            select s.id, s.enterprise, s.person, s.capacity, s.asked_at, s.confirmed_at, s.declined_at, s.left_at, \(Speaker.others), s.institution,
                e.region, coalesce(s.decline_reason, '') from speaker s join enterprise e on e.id = s.enterprise where s.id = \(id)
            """
        ) { row in
            (
                id: try row(ID<Speaker>.self), enterprise: try row(ID<Enterprise>.self), person: try row(ID<Person>.self), capacity: try row(Speaker.Capacity.self),
                asked: try row(Instant.self), confirmed: try row.maybe(Instant.self), declined: try row.maybe(Instant.self), left: try row.maybe(Instant.self),
                others: try row(Bool.self), institution: try row.maybe(ID<Organisation>.self), region: try row(String.self), reason: try row(String.self)
            )
        }
        guard let found else { return nil }
        return Speaker(
            id: found.id, enterprise: found.enterprise, person: found.person, capacity: found.capacity,
            state: SpeakerState(asked: found.asked, confirmed: found.confirmed, declined: found.declined, left: found.left, others: found.others),
            institution: found.institution, region: found.region,
            colleagues: try confirmedSpeakers(of: found.enterprise).filter { $0 != found.person }, declined: found.reason, leftAt: found.left)
    }

    package func speaker(_ person: ID<Person>, for enterprise: ID<Enterprise>) throws -> Speaker? {
        try value("select id from speaker where enterprise = \(enterprise) and person = \(person)", ID<Speaker>.self).flatMap { try speaker($0) }
    }

    package func speakerState(of person: ID<Person>, for enterprise: ID<Enterprise>) throws -> SpeakerState {
        try speaker(person, for: enterprise)?.state ?? .none
    }

    /// The companies of a person, and how far they have come with each; those left or declined are not among them.
    /// The institutions that were asked to confirm for which companies a person speaks.
    package func institutions(confirming person: ID<Person>) throws -> [ID<Organisation>] {
        try values("select distinct institution from speaker where person = \(person) and institution is not null limit 100")
    }

    package func speaking(_ person: ID<Person>) throws -> [(enterprise: Enterprise, state: SpeakerState)] {
        let found = try rows(
            """
            select s.enterprise, s.asked_at, s.confirmed_at, \(Speaker.others) from speaker s
            where s.person = \(person) and s.left_at is null and s.declined_at is null order by s.asked_at, s.id limit 100
            """
        ) { row in
            let enterprise: ID<Enterprise> = try row()
            return (enterprise, SpeakerState(asked: try row(), confirmed: try row.maybe(), declined: nil, left: nil, others: try row()))
        }
        let enterprises = try enterprises(found.map(\.0))
        return found.compactMap { id, state in enterprises[id].map { ($0, state) } }
    }

    package func confirmedSpeakers(of enterprise: ID<Enterprise>) throws -> [ID<Person>] {
        try confirmedSpeakers(of: [enterprise])[enterprise] ?? []
    }

    /// Of each enterprise the people who are confirmed, in the order in which they were.
    package func confirmedSpeakers(of enterprises: some Collection<ID<Enterprise>>) throws -> [ID<Enterprise>: [ID<Person>]] {
        guard !enterprises.isEmpty else { return [:] }
        let pairs = try rows(
            """
            select enterprise, person from speaker where enterprise in (\(list: Set(enterprises))) and confirmed_at is not null
            and declined_at is null and left_at is null order by confirmed_at, id limit 5000
            """
        ) { row in (enterprise: try row(ID<Enterprise>.self), person: try row(ID<Person>.self)) }
        return Dictionary(grouping: pairs, by: \.enterprise).mapValues { $0.map(\.person) }
    }
}

extension Transaction {
    /// Asks to speak for an enterprise. May be repeated: whoever is there already stays where they are. `by` is whoever
    /// enters it for the person.
    @discardableResult
    package func ask(_ person: ID<Person>, toSpeakFor enterprise: ID<Enterprise>, _ capacity: Speaker.Capacity, by: Party? = nil, now: Instant) throws -> SpeakerState {
        try lock(enterprise)
        guard let company = try self.enterprise(enterprise) else { throw Problem.notFound }
        let known = try speaker(person, for: enterprise)
        if let known, known.state != .none { return known.state }
        let institution = try institution(for: company.region, on: now.day)?.id
        let id = known?.id ?? ID<Speaker>(at: now)
        try run(
            """
            insert into speaker (id, enterprise, person, capacity, institution, asked_at)
            values (\(id), \(enterprise), \(person), \(capacity), \(institution), \(now))
            on conflict (enterprise, person) do update set capacity = excluded.capacity, institution = excluded.institution, asked_at = excluded.asked_at,
                confirmed_at = null, confirmed_by = null, evidence = null, approved_by = null, declined_at = null, declined_by = null,
                decline_reason = null, left_at = null
            """)
        guard let speaker = try speaker(id) else { throw StorageFailure.missing }
        try record(Speaker.Asked(subject: Subject("speaker", id), fields: ["enterprise": enterprise.text]), by: by ?? .person(person), at: now)
        try give(speaker, company, now: now)
        for colleague in speaker.colleagues.prefix(20) {
            try tell(
                Notice(
                    to: colleague, .work, about: Subject("speaker", id), key: "speaker.asks",
                    Words("有人说和您同在一家企业，想一起用", "Somebody says they work with you and asks to join"),
                    detail: Words("请先问问同事是谁在申请，再拿口令来同意。", "Ask your colleagues who it is; with their word you can approve."),
                    place: Speaker.approval(id).text), at: now)
        }
        return speaker.state
    }

    /// An officer or liaison has seen the licence.
    package func confirm(_ speaker: Speaker, _ evidence: Speaker.Evidence, hasPhoto: Bool, by may: May<SpeakerConfirmation, Speaker>, at now: Instant, from address: String = "") throws {
        try speaker.confirm(by: may.person, evidence, hasPhoto: hasPhoto)
        if let one = try oneHuman(may.person, among: [speaker.person]) { throw Speaker.Refusal.oneHuman(one) }
        try run("update speaker set confirmed_at = \(now), confirmed_by = \(may.person), evidence = \(evidence) where id = \(speaker.id)")
        try record(
            Speaker.Confirmed(subject: Subject("speaker", speaker.id), fields: ["enterprise": speaker.enterprise.text, "evidence": evidence.rawValue]), by: may.by, at: now, from: address)
        try settled(speaker, Words("核对好了，您可以代表企业了", "Confirmed: you may now speak for the company"), key: "speaker.confirmed", now: now)
    }

    /// A confirmed colleague approves, with the word that the other told them outside.
    package func approve(_ speaker: Speaker, word: String, by may: May<SpeakerApproval, Speaker>, at now: Instant, from address: String = "") throws {
        try speaker.approve(by: may.person, wordFits: word.filter { $0.isASCII && $0.isNumber } == self.word(of: speaker))
        try run("update speaker set confirmed_at = \(now), approved_by = \(may.person) where id = \(speaker.id)")
        try record(Speaker.Approved(subject: Subject("speaker", speaker.id), fields: ["enterprise": speaker.enterprise.text]), by: may.by, at: now, from: address)
        try settled(speaker, Words("同事同意了，您可以代表企业了", "Your colleague approved: you may now speak for the company"), key: "speaker.confirmed", now: now)
    }

    /// Declines with a reason, which the person is told; they may ask again.
    package func decline(_ speaker: Speaker, reason: String, by person: ID<Person>, at now: Instant, from address: String = "") throws {
        try speaker.decline(by: person)
        try run("update speaker set declined_at = \(now), declined_by = \(person), decline_reason = \(reason) where id = \(speaker.id)")
        try record(Speaker.Declined(subject: Subject("speaker", speaker.id), fields: ["enterprise": speaker.enterprise.text]), by: .person(person), at: now, from: address)
        try settled(speaker, Words("还不能代表企业，请看原因", "Not confirmed yet: please see why"), detail: Words(same: reason), key: "speaker.declined", now: now)
        try passOn(speaker.enterprise, now: now)
    }

    /// Leaves an enterprise. Whoever waited behind becomes the first, and is told.
    package func leave(_ speaker: Speaker, at now: Instant, from address: String = "") throws {
        guard speaker.state != .none else { return }
        try run("update speaker set left_at = \(now) where id = \(speaker.id) and left_at is null")
        try endTurn(of: Subject("speaker", speaker.id))
        try record(
            Speaker.Left(subject: Subject("speaker", speaker.id), fields: ["enterprise": speaker.enterprise.text, "remaining": "\(speaker.colleagues.count)"]),
            by: .person(speaker.person), at: now, from: address)
        try passOn(speaker.enterprise, now: now)
    }

    /// Undoes leaving, within the hour. Who was confirmed is so again; may be repeated.
    package func comeBack(_ speaker: Speaker, at now: Instant, from address: String = "") throws {
        guard let left = speaker.leftAt else { return }
        guard now - left < .hours(1) else { throw Problem.notFound }
        try run("update speaker set left_at = null where id = \(speaker.id)")
        try record(Speaker.Returned(subject: Subject("speaker", speaker.id), fields: ["enterprise": speaker.enterprise.text]), by: .person(speaker.person), at: now, from: address)
        guard let back = try self.speaker(speaker.id), let company = try enterprise(speaker.enterprise), !back.state.isConfirmed, back.state != .none else { return }
        try give(back, company, now: now)
    }

    /// Locks the enterprise, so that of two people who ask at once one is the first.
    package func lock(_ enterprise: ID<Enterprise>) throws { _ = try rows("select id from enterprise where id = \(enterprise)\(.forUpdate)") { try $0(ID<Enterprise>.self) } }

    /// What waits and nobody holds, because no institution was designated or its designation is over, goes to one that now is.
    func adoptSpeakers(_ institution: ID<Organisation>, region: String, now: Instant) throws {
        let prefix = Session.prefix(region)
        let orphans = try values(
            """
            select s.id from speaker s join enterprise e on e.id = s.enterprise where s.confirmed_at is null and (s.institution is null
                or not exists (select 1 from designation d where d.institution = s.institution and \(Designation.holds(on: now.day))))
            and s.declined_at is null and s.left_at is null and e.region >= \(prefix) and e.region < \(prefix + ":") limit 500
            """, ID<Speaker>.self)
        try run("update speaker set institution = \(institution) where id in (\(list: orphans))")
        for id in orphans { if let speaker = try speaker(id), let company = try enterprise(speaker.enterprise) { try give(speaker, company, now: now) } }
    }

    private func give(_ speaker: Speaker, _ company: Enterprise, now: Instant) throws {
        guard let institution = speaker.institution else { return }
        try give(
            Turn(
                Subject("speaker", speaker.id), holder: .organisation(institution), permission: Permission.confirmSpeaker.name,
                what: Words("核对谁代表企业", "Check who speaks for the company"), due: WorkingDays.bundled.add(workingDays: 2, to: now).at, since: now,
                institution: institution, region: speaker.region, title: company.name))
    }

    private func settled(_ speaker: Speaker, _ words: Words, detail: Words = Words("", ""), key: String, now: Instant) throws {
        try endTurn(of: Subject("speaker", speaker.id))
        try tell(
            Notice(to: speaker.person, .work, about: Subject("speaker", speaker.id), key: key, words, detail: detail, place: Speaker.page(speaker.id).text), at: now)
    }

    /// Hand-over: when nobody is confirmed any more, the next who waits is told that the licence is wanted from them.
    private func passOn(_ enterprise: ID<Enterprise>, now: Instant) throws {
        guard try confirmedSpeakers(of: enterprise).isEmpty else { return }
        let next = try first(
            """
            select id, person from speaker where enterprise = \(enterprise) and left_at is null and declined_at is null and confirmed_at is null
            order by asked_at, id limit 1
            """
        ) { row in (id: try row(ID<Speaker>.self), person: try row(ID<Person>.self)) }
        guard let next else { return }
        try tell(
            Notice(
                to: next.person, .work, about: Subject("speaker", next.id), key: "speaker.first",
                Words("请加上营业执照照片，由服务专员核对", "Please add a photo of the licence for an officer to check"), place: Speaker.page(next.id).text), at: now)
    }
}

extension Reader {
    /// Six digits that the asking person tells a colleague outside, so that neither needs to be named to the other here
    /// and nobody is approved unseen. Another one with each asking.
    package func word(of speaker: Speaker) -> String {
        let since = if case .asks(let since) = speaker.state { since.milliseconds } else { Int64(0) }
        let number = vault.hash("\(speaker.id)|\(since)", for: "speaker word").utf8.reduce(UInt64(7)) { ($0 &* 1_099_511_628_211) ^ UInt64($1) } % 1_000_000
        let text = String(number)
        return String(repeating: "0", count: 6 - text.count) + text
    }
}
