import Files
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import Turns
import Values
import Web

/// A complaint comes in (投诉): from anybody, with or without a name, with or without a thing it is about.
struct Filing: Sendable {
    let files: FileStore
    let terms: Complaint.Terms
    /// The institution that a thing belongs to, and its region; nil for what belongs to none, or is not there.
    let institutionOf: @Sendable (Subject, Reader) throws -> (ID<Organisation>, region: String)?
    /// Whom a complaint about this thing accuses.
    let accused: @Sendable (Subject, Reader) throws -> [ID<Person>]

    static let most = 5

    static let kind = Field<Complaint.Kind>.choice("what", Words("发生了什么", "What happened"), of: Complaint.Kind.allCases) { $0.words }
    static let words = Field<String>.area(
        "words", Words("说说经过", "Tell us about it"), hint: Words("谁、什么时候、怎么说的。有截图、收据可以附在下面", "Who, when, and what was said. You can add screenshots or receipts below"), longest: 3000, shortest: 6)
    static let anonymous = Field<Bool>.tick(
        "anonymous", Words("不留名：不记下我是谁，凭回执码查看进展", "Without my name: who I am is not written down; I follow it with the receipt code"))
    static let aboutKind = Field<String>.hidden("kind")
    static let aboutID = Field<String>.hidden("id")
    static let code = Field<String>.text("code", Words("", ""), longest: 400, control: .hidden)

    /// Puts it down, gives it to somebody whom it does not accuse, and tells them.
    @discardableResult
    func file(_ filing: Filed, _ taken: [TakenFile], _ receipt: Receipt, from address: String, in tx: Transaction) throws -> ID<Complaint> {
        let now = filing.now
        guard try tx.countComplaint("from \(Visit.network(of: address))", span: .days(1), now: now) <= terms.perAddress,
            try tx.countComplaint("all", span: .days(1), now: now) <= terms.perDay
        else { throw Problem.tooMany(retryAfter: 3600) }
        let accused = Set(try filing.about.map { try self.accused($0, tx) } ?? [])
        let place = try place(filing.about, accused, now, tx)
        let id = ID<Complaint>(at: now)
        let due = WorkingDays.bundled.add(workingDays: terms.acceptance, to: now).at
        let complaint = Complaint(
            id: id, number: try tx.nextComplaintNumber(id), filed: now, about: filing.about, kind: filing.kind, words: filing.words,
            person: filing.person, handler: place.handler, holder: place.holder, concerns: place.concerns, region: place.region, due: due, state: .filed,
            measures: [])
        let by: Party = filing.person.map(Party.person) ?? .system
        try tx.file(complaint, accused: accused, receipt: receipt)
        for file in taken { try tx.add(file, to: complaint.subject, by: by, now: now) }
        // No address goes with somebody who gave no name.
        try tx.record(
            Complaint.Filed(subject: complaint.subject, fields: ["kind": filing.kind.rawValue]), by: by, at: now, from: filing.person == nil ? "" : address)
        try tx.give(complaint.turn(Words("受理投诉", "Accept the complaint"), due: due, since: now))
        for person in try tx.complaintHandlers(complaint, now: now) {
            try tx.tell(
                Notice(
                    to: person, .work, about: complaint.subject, key: "complaint.filed",
                    Words("有一件新投诉，请在\(terms.acceptance)个工作日内受理", "A new complaint; please accept it within \(terms.acceptance) working days"),
                    place: Complaint.page(id).text), at: now)
        }
        return id
    }

    struct Filed: Sendable {
        let about: Subject?
        let kind: Complaint.Kind
        let words: String
        let person: ID<Person>?
        let now: Instant
    }

    /// Who deals with it: the heads of the institution concerned, but for those it accuses; with none left, of the one above;
    /// with none there, the SME authority of the region.
    private func place(_ about: Subject?, _ accused: Set<ID<Person>>, _ now: Instant, _ tx: Transaction) throws -> (
        handler: ID<Organisation>, holder: Party, concerns: ID<Organisation>, region: String
    ) {
        let (concerns, region) = try about.flatMap { try institutionOf($0, tx) } ?? standing(tx)
        func found(_ organisation: ID<Organisation>, _ role: Role) throws -> (ID<Organisation>, Party)? {
            let people = try tx.members(of: organisation, role: role.name, now: now, limit: 50)
            let free = people.filter { !accused.contains($0) }
            guard let first = free.first else { return nil }
            return (organisation, free.count == people.count ? .organisation(organisation) : .person(first))
        }
        var organisation: ID<Organisation>? = concerns
        for _ in 0..<4 {
            guard let id = organisation else { break }
            if let (handler, holder) = try found(id, .head) { return (handler, holder, concerns, region) }
            organisation = try tx.organisation(id)?.parent
        }
        let authorities = try tx.organisations(.smeAuthority).filter { region.hasPrefix(Session.prefix($0.region)) }
            .sorted { (Session.prefix($0.region).count, $1.id) > (Session.prefix($1.region).count, $0.id) }
        for authority in authorities {
            if let (handler, holder) = try found(authority.id, .smeAuthority) { return (handler, holder, concerns, region) }
        }
        // Nobody is there yet: it waits for the first head of the institution.
        return (concerns, .organisation(concerns), concerns, region)
    }

    /// The province's institution takes what names nothing of ours.
    private func standing(_ tx: Transaction) throws -> (ID<Organisation>, region: String) {
        let all = try tx.organisations(.institution)
        guard let found = all.min(by: { (Session.prefix($0.region).count, $0.id) < (Session.prefix($1.region).count, $1.id) }) else {
            throw Problem(
                "noInstitution", status: 503, Words("还没有机构可以受理", "There is no institution yet that could take it"),
                Words("平台刚启用。请直接联系当地中小企业主管部门。", "The platform has just been set up. Please turn to the SME authority of your region."))
        }
        return (found.id, found.region)
    }
}

extension Complaint {
    /// A turn whose title gives nothing away to those who see lists of turns.
    func turn(_ what: Words, due: Instant, since: Instant) -> Turn {
        Turn(
            subject, holder: holder, permission: Permission<Handling, Complaint>.handle.name, what: what, due: due, since: since, institution: handler,
            region: region, title: "投诉\(name)")
    }
}
