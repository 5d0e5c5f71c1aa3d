import Cases
import Complaints
import Home
import Identity
import Languages
import Markup
import Needs
import Papers
import Records
import Storage
import Turns
import Values
import Volunteers
import Web
import Workstations

// What several rooms know of one thing, or of one person: no room alone can say it.
extension House {
    /// The one table that turns a subject into its link.
    static let link: @Sendable (Subject) -> Link? = { subject in
        switch subject.kind {
        case "need": ID<Need>(subject.id).map { Need.page($0) }
        case "offer": ID<Offer>(subject.id).map { Offer.page($0) }
        case "case", "declaration", "followUp": ID<Case>(subject.id).map { Case.page($0) }
        case "record", "recordObjection", "certificate", "certificateObjection", "star", "carried": RecordsRoom.link(subject)
        case "expert", "application", "agreement", "recruitment", "personalInvitation": VolunteersRoom.link(subject)
        case "workstation": WorkstationsRoom.link(subject)
        case "speaker": ID<Speaker>(subject.id).map { Speaker.page($0) }
        case "complaint": ID<Complaint>(subject.id).map { Complaint.page($0) }
        default: PapersRoom.link(subject)
        }
    }

    /// The institutions that have to do with a person: of which they are an expert, which they asked, where they speak for a company.
    static let institutions: @Sendable (ID<Person>, Reader) throws -> [ID<Organisation>] = { person, reader in
        try [reader.expert(person)?.institution].compactMap { $0 } + reader.institutions(askedBy: person) + reader.institutions(confirming: person)
    }

    /// What has to end before somebody can have themselves erased: their turns, what is open of theirs, their offices.
    static let obstacles: @Sendable (ID<Person>, Instant, Reader) throws -> [(Words, Link)] = { person, now, reader in
        let turns = try reader.turns(person: person, answering: [], begunBy: now + .days(3650)).map { turn in (turn.what, House.link(turn.subject) ?? Link(path: "/start")) }
        let needs = try reader.openNeeds(askedBy: person).map { need in (Words("需求\(need.number)还没了结", "Need \(need.number) is still open"), Need.page(need.id)) }
        let cases = try reader.openCases(with: person).map { one in (Words("案例\(one.number)还没了结", "Case \(one.number) is still open"), Case.page(one.id)) }
        let offices = try reader.offices(of: person, now: now).map { role in
            // An expert resigns; any other role is the institution's to end.
            role == .expert
                ? (Words("您还是志愿专家，请先辞去聘任", "You are still a volunteer expert; please resign first"), Resignation.page(person))
                : (Words("您还是\(role.words.chinese)，请先由机构结束这个身份", "You are still \(role.words.english); the institution ends this role first"), Link(path: "/account"))
        }
        // What others are still looking into would go on about nobody.
        let applications = try reader.openApplications(of: person).map { (Words("报名还没有结果，可以撤回", "An application is not decided yet; you can withdraw it"), Application.page($0)) }
        let certificates = try reader.openCertificates(of: person).map { (Words("申请的证明还没有办好", "A certificate that you asked for is not ready yet"), Certificate.page($0)) }
        return turns + needs + cases + offices + applications + certificates
    }

    /// The institution that a complaint about a thing goes to, and its region.
    static let concerned: @Sendable (Subject, Reader) throws -> (ID<Organisation>, region: String)? = { subject, reader in
        switch subject.kind {
        case "case": try ID<Case>(subject.id).flatMap { try reader.serviceCase($0) }.map { ($0.institution, $0.region) }
        case "need": try ID<Need>(subject.id).flatMap { try reader.need($0) }.map { ($0.institution, $0.region) }
        case "offer": try ID<Offer>(subject.id).flatMap { try reader.offer($0) }.map { ($0.institution, $0.region) }
        case "application": try ID<Application>(subject.id).flatMap { try reader.application($0) }.map { ($0.institution, $0.region) }
        case "record": try ID<ServiceRecord>(subject.id).flatMap { try reader.serviceRecord($0) }.map { ($0.institution, $0.region) }
        case "expert", "person":
            try ID<Person>(subject.id).flatMap { try reader.expert($0) }.flatMap { try reader.organisation($0.institution) }.map { ($0.id, $0.region) }
        case "institution", "organisation", "workstation":
            try ID<Organisation>(subject.id).flatMap { try reader.organisation($0) }.map { ($0.id, $0.region) }
        default: nil
        }
    }

    /// Who of an organisation may not learn that something waits there: whom a complaint accuses.
    static let silent: Reminder.Silent = { subjects, reader in
        let complaints = subjects.filter { $0.kind == Complaint.subjectKind }.map(\.id)
        let accused = try reader.accused(by: complaints)
        return Dictionary(accused.map { (Subject(kind: Complaint.subjectKind, id: $0), $1) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whom a complaint about a thing accuses: they never see it.
    static let accused: @Sendable (Subject, Reader) throws -> [ID<Person>] = { subject, reader in
        switch subject.kind {
        // Whoever serves in it or served before: the complaint may be about either.
        case "case": try ID<Case>(subject.id).map { try reader.experts(of: $0) } ?? []
        case "need": try ID<Need>(subject.id).flatMap { try reader.serviceCase(of: $0) }.map { try reader.experts(of: $0.id) } ?? []
        case "offer": try ID<Offer>(subject.id).flatMap { try reader.offer($0)?.expert }.map { [$0] } ?? []
        case "application": try ID<Application>(subject.id).flatMap { try reader.application($0) }?.deciders ?? []
        case "record": try ID<ServiceRecord>(subject.id).flatMap { try reader.serviceRecord($0) }.map { [$0.expert] + [$0.confirmation?.by].compactMap { $0 } } ?? []
        case "expert", "person": ID<Person>(subject.id).map { [$0] } ?? []
        case "institution", "organisation": try ID<Organisation>(subject.id).map { try reader.members(of: $0, role: Role.head.name, now: .now) } ?? []
        case "workstation": try ID<Organisation>(subject.id).map { try reader.members(of: $0, role: Role.liaison.name, now: .now) } ?? []
        default: []
        }
    }
}
