import Crypto
import Foundation
import Happenings
import Identity
package import Languages
import Markup
import Messaging
import Papers
package import Reference
package import Storage
import Turns
package import Values
package import Web

/// What an institution and its expert agree on (服务协议, clause 2.2e; ordinance art. 14). Both sign the same text, known by
/// its SHA-256; nothing of it ever changes, and a change is a new agreement.
package struct ServiceAgreement: Reachable, Sendable {
    package let id: ID<ServiceAgreement>
    package let person: ID<Person>
    package let institution: ID<Organisation>
    package let region: String
    package let terms: Terms
    /// The version of the template.
    package let template: Int
    /// The Chinese text, filled in: what is signed.
    package let text: String
    /// SHA-256 of the text in UTF-8, in hexadecimal.
    package let hash: String
    let preparedBy: ID<Person>
    package let at: Instant
    package internal(set) var signatures: [Side: Signature]
    /// The expert has had themselves erased: the text is kept as it was signed, and shown to nobody (个人信息保护法 art. 47).
    let isBlocked: Bool

    package struct Terms: Sendable, Hashable {
        /// Hours a year.
        package var hours: Int
        package var ways: Ways
        package var domains: [Domain]
        package var from: Day
        /// The last day.
        package var until: Day
        package init(hours: Int, ways: Ways, domains: [Domain], from: Day, until: Day) {
            self.hours = hours
            self.ways = ways
            self.domains = domains
            self.from = from
            self.until = until
        }
    }

    package enum Ways: String, CaseIterable, Sendable {
        case online, onSite, both
        package var words: Words {
            switch self {
            case .online: Words("线上服务", "Online")
            case .onSite: Words("线下服务", "On site")
            case .both: Words("线上和线下服务", "Online and on site")
            }
        }
    }

    package enum Side: String, CellCodable, CaseIterable, Sendable {
        case expert, institution
        package var words: Words { self == .expert ? Words("乙方（志愿专家）", "The expert") : Words("甲方（服务机构）", "The institution") }
    }

    package struct Signature: Sendable, Equatable {
        package let by: ID<Person>
        package let at: Instant
        /// When the signer had last proved who they are (S9).
        package let proved: Instant
        package init(by: ID<Person>, at: Instant, proved: Instant) { (self.by, self.at, self.proved) = (by, at, proved) }
    }

    package var isSigned: Bool { signatures.count == Side.allCases.count }

    /// In force: signed by both, and in its term.
    package func holds(on day: Day) -> Bool { isSigned && terms.from <= day && day <= terms.until }

    /// Whose signature is due: the expert's first.
    package var due: Side? { signatures[.expert] == nil ? .expert : signatures[.institution] == nil ? .institution : nil }

    enum Refusal: Error, Equatable {
        case signed
        case notYet
        case replaced
        case bothSides
        case oneHuman(OneHuman)

        var words: Words {
            switch self {
            case .signed: Words("这一方已经签过了", "This side has signed already")
            case .notYet: Words("等专家先签", "The expert signs first")
            case .replaced: Words("有了新的协议，这份不再签", "There is a newer agreement; this one is not signed any more")
            case .oneHuman(let one): one.words
            case .bothSides: Words("一个人不能替双方签", "One person cannot sign for both sides")
            }
        }
    }

    /// Signs for one side. May be repeated by the same person; nothing happens twice.
    mutating func sign(_ side: Side, _ signature: Signature) throws(Refusal) -> Bool {
        if signatures[side]?.by == signature.by { return false }
        guard signatures[side] == nil else { throw .signed }
        guard side == due else { throw .notYet }
        guard !signatures.values.contains(where: { $0.by == signature.by }) else { throw .bothSides }
        signatures[side] = signature
        return true
    }

    package static func hash(of text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person]]) }
    package var subject: Subject { Subject("agreement", id) }

    package static let page = Path("agreements/*", ID<ServiceAgreement>.self)
    static let expertSignature = Path("agreements/*/signature", ID<ServiceAgreement>.self)
    static let institutionSignature = Path("agreements/*/counter-signature", ID<ServiceAgreement>.self)
    static let offer = Path("volunteers/*/agreement", ID<Person>.self)
    static let template = Path("agreements/template")

    package struct Offered: Happening { package static let kind = "agreement.offered"; package let subject: Subject }
    package struct Signed: Happening { package static let kind = "agreement.signed"; package let subject: Subject; package let fields: [String: String] }
    package struct TemplateSet: Happening { package static let kind = "agreement.templateSet"; package let subject: Subject; package let fields: [String: String] }

    static let migration = Migration(
        "Volunteers", 8,
        [
            """
            create table service_agreement (id \(.text) not null primary key, person \(.text) not null references person (id),
                institution \(.text) not null references organisation (id), region \(.text) not null, hours \(.int) not null check (hours between 1 and 2000),
                ways \(.text) not null check (ways in ('online', 'onSite', 'both')), domains \(.text) not null, from_day \(.text) not null,
                until_day \(.text) not null check (until_day > from_day), template \(.int) not null, text \(.text) not null,
                sha256 \(.text) not null check (length(sha256) = 64), prepared_by \(.text) not null, at \(.int) not null, unique (id, sha256))\(.strict)
            """,
            "create index service_agreement_person on service_agreement (person, id)",
            // Each side once, one person never for both, and what is signed is the text by its hash.
            """
            create table agreement_signature (agreement \(.text) not null, side \(.text) not null check (side in ('expert', 'institution')), sha256 \(.text) not null,
                by_person \(.text) not null references person (id), proved_at \(.int) not null, at \(.int) not null, primary key (agreement, side),
                unique (agreement, by_person), foreign key (agreement, sha256) references service_agreement (id, sha256))\(.strict)
            """,
            "alter table appointment add column agreement \(.text) references service_agreement (id)",
        ] + SQL.appendOnly("service_agreement") + SQL.appendOnly("agreement_signature"))
}

extension Permission where Deed == ServiceAgreement, Noun == ServiceAgreement {
    package static var see: Self {
        Permission(
            "agreement.see",
            [Grant(.officer, .institution), Grant(.head, .institution), Grant(.smeAuthority, .region), Grant(.auditor, .anywhere), Grant(.owner, .own(.oneself)), Grant(.expert, .own(.oneself))])
    }
    package static var sign: Self { Permission("agreement.sign", [Grant(.owner, .own(.oneself)), Grant(.expert, .own(.oneself))]) }
}
extension Permission where Deed == ServiceAgreement.Signature, Noun == ServiceAgreement {
    package static var countersign: Self { Permission("agreement.countersign", [Grant(.head, .institution)]) }
}
extension Permission where Deed == ServiceAgreement, Noun == Expert {
    package static var offerAgreement: Self { Permission("agreement.offer", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}
extension Permission where Deed == AgreementTemplate, Noun == Expert {
    static var setTemplate: Self { Permission("agreement.template", [Grant(.head, .institution)]) }
}

extension Reader {
    package func agreement(_ id: ID<ServiceAgreement>) throws -> ServiceAgreement? { try agreements(where: "a.id = \(id)", limit: 1).first }

    /// The newest one, signed or not.
    package func currentAgreement(of person: ID<Person>) throws -> ServiceAgreement? { try agreements(where: "a.person = \(person)", limit: 1).first }

    package func agreements(of person: ID<Person>, limit: Int = 20) throws -> [ServiceAgreement] { try agreements(where: "a.person = \(person)", limit: limit) }

    private func agreements(where condition: SQL, limit: Int) throws -> [ServiceAgreement] {
        var found = try rows(
            """
            select a.id, a.person, a.institution, a.region, a.hours, a.ways, a.domains, a.from_day, a.until_day, a.template, a.text, a.sha256, a.prepared_by, a.at, exists (select 1 from erasure e where e.person = a.person)
            from service_agreement a where \(condition) order by a.id desc limit \(limit)
            """
        ) { row in
            let (id, person, institution, region): (ID<ServiceAgreement>, ID<Person>, ID<Organisation>, String) = (try row(), try row(), try row(), try row())
            let hours: Int = try row()
            let ways: ServiceAgreement.Ways = try row.word()
            let domains = try row(String.self).split(separator: ",").compactMap { Domain(rawValue: String($0)) }
            let terms = ServiceAgreement.Terms(hours: hours, ways: ways, domains: domains, from: try row(), until: try row())
            return ServiceAgreement(
                id: id, person: person, institution: institution, region: region, terms: terms, template: try row(), text: try row(), hash: try row(), preparedBy: try row(), at: try row(), signatures: [:], isBlocked: try row())
        }
        for (agreement, side, signature) in try rows("select agreement, side, by_person, at, proved_at from agreement_signature where agreement in (\(list: found.map(\.id)))", { row in
            (try row(ID<ServiceAgreement>.self), try row(ServiceAgreement.Side.self), ServiceAgreement.Signature(by: try row(), at: try row(), proved: try row()))
        }) {
            if let place = found.firstIndex(where: { $0.id == agreement }) { found[place].signatures[side] = signature }
        }
        return found
    }
}

extension Transaction {
    func lockedAgreement(_ id: ID<ServiceAgreement>) throws -> ServiceAgreement {
        guard try exists("select id from service_agreement where id = \(id)\(.forUpdate)"), let found = try agreement(id) else { throw Problem.notFound }
        return found
    }

    /// Fills the institution's template in and gives the expert the turn to sign; what lay unsigned before is replaced by it.
    @discardableResult
    package func offerAgreement(to expert: Expert, _ terms: ServiceAgreement.Terms, by person: ID<Person>, at now: Instant, from address: String = "") throws -> ServiceAgreement {
        guard let institution = try organisation(expert.institution) else { throw Problem.notFound }
        let template = try agreementTemplate(of: expert.institution)
        let text = template.filled(institution: institution.name, name: expert.name, employer: expert.employer, terms, at: now.day)
        let new = ServiceAgreement(
            id: ID(at: now), person: expert.person, institution: expert.institution, region: expert.region, terms: terms, template: template.version, text: text,
            hash: ServiceAgreement.hash(of: text), preparedBy: person, at: now, signatures: [:], isBlocked: false)
        if let old = try currentAgreement(of: expert.person), !old.isSigned { try endTurn(of: old.subject) }
        try run(
            """
            insert into service_agreement (id, person, institution, region, hours, ways, domains, from_day, until_day, template, text, sha256, prepared_by, at)
            values (\(new.id), \(new.person), \(new.institution), \(new.region), \(terms.hours), \(terms.ways.rawValue), \(terms.domains.map(\.rawValue).joined(separator: ",")),
                \(terms.from), \(terms.until), \(new.template), \(new.text), \(new.hash), \(new.preparedBy), \(new.at))
            """)
        try record(ServiceAgreement.Offered(subject: new.subject), by: .person(person), at: now, from: address)
        try give(new.turn(.person(new.person), Permission<ServiceAgreement, ServiceAgreement>.sign.name, Words("看服务协议，签字", "Read and sign the service agreement"), name: expert.name, since: now))
        try tell(
            Notice(
                to: new.person, .mustKnow, about: new.subject, key: "agreement.offered", Words("请看服务协议，签字后发聘书", "Please read and sign the service agreement; the letter of appointment follows"),
                place: ServiceAgreement.page(new.id).text), at: now)
        return new
    }

    /// Keeps one side's signature and passes the turn on: the expert's to the head, the head's to the letter of appointment.
    package func keep(_ signature: ServiceAgreement.Signature, _ side: ServiceAgreement.Side, of agreement: ServiceAgreement, name: String, from address: String = "") throws {
        if side == .institution, let one = try oneHuman(signature.by, among: [agreement.person], called: [name]) { throw ServiceAgreement.Refusal.oneHuman(one) }
        try run(
            """
            insert into agreement_signature (agreement, side, sha256, by_person, proved_at, at)
            values (\(agreement.id), \(side), \(agreement.hash), \(signature.by), \(signature.proved), \(signature.at))
            """)
        try record(ServiceAgreement.Signed(subject: agreement.subject, fields: ["side": side.rawValue, "sha256": agreement.hash]), by: .person(signature.by), at: signature.at, from: address)
        let now = signature.at
        switch side {
        case .expert:
            try give(agreement.turn(.organisation(agreement.institution), Permission<ServiceAgreement.Signature, ServiceAgreement>.countersign.name, Words("代表机构签服务协议", "Sign the agreement for the institution"), name: name, since: now))
            for head in try members(of: agreement.institution, role: Role.head.name, now: now, limit: 20) {
                try tell(
                    Notice(
                        to: head, .work, about: agreement.subject, key: "agreement.signed", Words("有一份服务协议等您签", "A service agreement waits for your signature"), detail: Words(same: name),
                        place: ServiceAgreement.page(agreement.id).text), at: now)
            }
        case .institution:
            try endTurn(of: agreement.subject)
            var signed = agreement
            signed.signatures[side] = signature
            try issue(
                VolunteerPaper.draft(
                    signed, name: name, institution: try organisation(agreement.institution)?.name ?? "", names: try names(of: signed.signatures.values.map(\.by))),
                by: .person(signature.by), at: now)
            // Whoever serves already goes on under the new agreement; a newcomer now gets the letter.
            guard let expert = try expert(agreement.person) else { return }
            // Appointed before it was signed: the letter has waited for this.
            if let waiting = expert.appointments.last(where: { $0.number.isEmpty && $0.stands(on: now.day) && signed.holds(on: max($0.from, now.day)) }) {
                let paper = try issueLetter(of: expert, waiting, on: signed, by: .person(signature.by), at: now)
                try tell(
                    Notice(to: expert.person, .mustKnow, about: expert.subject, key: "expert.letter", Words("聘书\(paper.number)发出了", "Your letter of appointment \(paper.number) is issued"), place: Paper.page(paper.id).text),
                    at: now)
                return
            }
            guard expert.appointment(on: agreement.terms.until) == nil else { return }
            try give(
                Turn(
                    expert.subject, holder: .organisation(agreement.institution), permission: Permission<Appointment, Expert>.appoint.name,
                    what: Words("给\(name)发聘书", "Issue the letter for \(name)"), due: WorkingDays.bundled.add(workingDays: 5, to: now).at, since: now,
                    institution: agreement.institution, region: agreement.region, title: name))
        }
    }
}

extension ServiceAgreement {
    fileprivate func turn(_ holder: Party, _ permission: String, _ what: Words, name: String, since now: Instant) -> Turn {
        Turn(
            subject, holder: holder, permission: permission, what: what, due: WorkingDays.bundled.add(workingDays: 10, to: now).at, since: now, institution: institution,
            region: region, title: "服务协议：\(name)")
    }
}

extension Day {
    /// The same date some years on; 28 February where there is no 29th.
    func plus(years: Int) -> Day {
        let (year, month, day) = parts
        return Day(year + years, month, day) ?? Day(year + years, month, day - 1) ?? self + 365 * years
    }
}
