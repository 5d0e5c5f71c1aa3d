import Happenings
import Identity
package import Languages
import Markup
import Messaging
package import Reference
package import Storage
import Turns
package import Values
package import Web

/// An officer enters an expert, or corrects what was entered (clause 2.1b). The expert's own application comes beside it.
package struct ExpertEntry: Sendable {
    var name: String
    var kind: ExpertKind
    var standing: Standing
    var employer: String
    var employerCode: String?
    var industry: String?
    var headline: Words
    var biography: Words
    var domains: [Domain]
    var subTopics: [String]
    var region: String

    package init(
        name: String, kind: ExpertKind, standing: Standing, employer: String, employerCode: String? = nil, industry: String? = nil, headline: Words, biography: Words,
        domains: [Domain], subTopics: [String], region: String
    ) {
        self.name = name
        self.kind = kind
        self.standing = standing
        self.employer = employer
        self.employerCode = employerCode
        self.industry = industry
        self.headline = headline
        self.biography = biography
        self.domains = domains
        self.subTopics = subTopics
        self.region = region
    }

    /// Why somebody is not entered.
    enum Refusal: Error, Equatable {
        case alreadyOurs(ID<Person>)
        case servesElsewhere

        var words: Words {
            switch self {
            case .alreadyOurs: Words("这个手机号的专家已经录入过了，在名单里可以找到并修改", "An expert with this number is entered already; you can find and correct them in the list")
            case .servesElsewhere: Words("这个手机号的专家已由另一家机构录入，一位专家只在一家机构", "Another institution has entered the expert with this number; an expert serves in one institution")
            }
        }
    }

    func expert(_ person: ID<Person>, of institution: ID<Organisation>, by officer: ID<Person>, at now: Instant) -> Expert {
        Expert(
            person: person, institution: institution, name: name, kind: kind, standing: standing, employer: employer, employerCode: employerCode,
            industry: industry, headline: headline, biography: biography, domains: domains, subTopics: subTopics, region: region, enteredBy: officer,
            enteredAt: now)
    }

    /// Puts what was typed in the place of what stood there; answers the names of the fields that changed. May be repeated.
    func correct(_ expert: inout Expert) -> [String] {
        var changed: [String] = []
        func set<Value: Equatable>(_ name: String, _ path: WritableKeyPath<Expert, Value>, _ value: Value) {
            guard expert[keyPath: path] != value else { return }
            expert[keyPath: path] = value
            changed.append(name)
        }
        set("name", \.name, name)
        set("kind", \.kind, kind)
        set("standing", \.standing, standing)
        set("employer", \.employer, employer)
        set("employerCode", \.employerCode, employerCode)
        set("industry", \.industry, industry)
        set("headline", \.headline, headline)
        set("biography", \.biography, biography)
        set("domains", \.domains, domains)
        set("subTopics", \.subTopics, subTopics)
        set("region", \.region, region)
        return changed
    }
}

extension Permission where Deed == ExpertEntry, Noun == Expert {
    package static var enter: Self { Permission("expert.enter", [Grant(.officer, .institution)]) }
    package static var correct: Self { Permission("expert.correct", [Grant(.officer, .institution)]) }
}

extension Expert {
    package struct Entered: Happening {
        package static let kind = "expert.entered"
        package let subject: Subject
    }
    package struct Corrected: Happening {
        package static let kind = "expert.corrected"
        package let subject: Subject
        package let fields: [String: String]
    }
}

extension Transaction {
    /// Enters an expert and gives the head the turn to appoint. For the demonstration and for imports: a page asks for the
    /// proof first (`enter(_:mobile:by:)`).
    package func enterExpert(_ expert: Expert, from address: String = "") throws {
        try insert(expert)
        try list(expert, now: expert.enteredAt)
        try record(Expert.Entered(subject: expert.subject), by: .person(expert.enteredBy), at: expert.enteredAt, from: address)
        let due = WorkingDays.bundled.add(workingDays: 5, to: expert.enteredAt)
        try give(
            Turn(
                expert.subject, holder: .organisation(expert.institution), permission: Permission<Appointment, Expert>.appoint.name,
                what: Words("任命专家\(expert.name)", "Appoint the expert \(expert.name)"), due: due.at, since: expert.enteredAt,
                institution: expert.institution, region: expert.region, title: expert.name))
    }

    /// The officer's deed: the mobile number makes or finds the person.
    func enter(_ entry: ExpertEntry, mobile: MobileNumber, by may: May<ExpertEntry, Expert>, of institution: ID<Organisation>, at now: Instant, from address: String) throws
        -> Expert
    {
        if let known = try person(mobile: mobile.text), let expert = try expert(known) {
            throw expert.institution == institution ? ExpertEntry.Refusal.alreadyOurs(known) : .servesElsewhere
        }
        let person = try findOrMakePerson(mobile: mobile.text, name: entry.name, now: now)
        // Who signed in by code before is called after the number; now the name is known.
        if let profile = try profile(person), profile.name == "用户\(mobile.text.suffix(4))" { try rename(person, entry.name) }
        let expert = entry.expert(person, of: institution, by: may.person, at: now)
        try enterExpert(expert, from: address)
        for head in try members(of: institution, role: Role.head.name, now: now, limit: 20) {
            try tell(
                Notice(
                    to: head, .work, about: expert.subject, key: "expert.entered", Words("有一位专家等您任命", "An expert waits for your appointment"),
                    detail: Words(same: expert.name), place: Expert.staffPage(person).text), at: now)
        }
        return expert
    }

    func correct(_ expert: Expert, _ changed: [String], by may: May<ExpertEntry, Expert>, at now: Instant, from address: String) throws {
        try update(expert)
        try list(expert, now: now)
        try record(
            Expert.Corrected(subject: expert.subject, fields: ["fields": changed.joined(separator: " ")]), by: may.by, at: now, from: address)
        if expert.appointments.isEmpty, let turn = try turn(of: expert.subject) {
            try give(
                Turn(
                    expert.subject, holder: turn.holder, permission: turn.permission,
                    what: Words("任命专家\(expert.name)", "Appoint the expert \(expert.name)"), due: turn.due, since: turn.since,
                    institution: turn.institution, region: expert.region, title: expert.name))
        }
    }
}
