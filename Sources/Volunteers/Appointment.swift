import Happenings
import Identity
package import Languages
import Markup
import Messaging
import Papers
package import Storage
import Turns
package import Values
package import Web

/// An appointment (聘任, clause 2.2d): by the head of the institution, for a term. Its letter (聘书) rests on the service agreement
/// that both have signed (2.2e), and follows when that comes later.
package struct Appointment: Sendable, Hashable {
    package let id: ID<Appointment>
    package let person: ID<Person>
    package let institution: ID<Organisation>
    /// The letter's, 〔2026〕317号; empty until there is one.
    package internal(set) var number: String
    package let from: Day
    /// The last day on which it holds.
    package let until: Day
    package let by: ID<Person>
    package let at: Instant
    package internal(set) var ending: Ending?

    /// Ended before its time: by the expert (辞聘) or by the head (解聘).
    package struct Ending: Sendable, Hashable {
        package let kind: Why
        package let reason: String
        package let by: ID<Person>
        package let at: Instant
        package init(kind: Why = .dismissed, reason: String, by: ID<Person>, at: Instant) { self.kind = kind; self.reason = reason; self.by = by; self.at = at }
    }

    /// How an appointment came to its end: what owners of open cases are told.
    package enum Why: String, Sendable, CaseIterable {
        case resigned, dismissed, expired

        package var words: Words {
            switch self {
            case .resigned: Words("专家辞去了聘任", "the expert resigned")
            case .dismissed: Words("专家的聘任结束了", "the expert's appointment ended")
            case .expired: Words("专家聘期已满", "the expert's term ran out")
            }
        }
    }

    package init(
        id: ID<Appointment>, person: ID<Person>, institution: ID<Organisation>, number: String, from: Day, until: Day, by: ID<Person>, at: Instant,
        ending: Ending? = nil
    ) {
        self.id = id
        self.person = person
        self.institution = institution
        self.number = number
        self.from = from
        self.until = until
        self.by = by
        self.at = at
        self.ending = ending
    }

    package func holds(on day: Day) -> Bool { ending == nil && from <= day && day <= until }

    /// Whether it holds now or will.
    func stands(on day: Day) -> Bool { ending == nil && day <= until }
}

extension Appointment {
    /// Why an expert is not appointed, or an appointment not ended.
    enum Refusal: Error, Equatable {
        case enteredByYou
        case yourOwn
        case oneHuman(OneHuman)
        case overlaps(Appointment)
        case isOver
        case backdated
        case tooLong
        case notAppointed
        case agreementOpen
        case agreementLater(Day)

        var words: Words {
            switch self {
            case .enteredByYou:
                Words("这位专家是您录入的，要由另一位负责人任命", "You entered this expert; another head must appoint them")
            case .yourOwn: Words("自己的聘书由另一位负责人发", "Your own letter is another head's to issue")
            case .oneHuman(let one): one.words
            case .overlaps(let other):
                (other.number.isEmpty ? Words("现在的聘期到", "The present term runs until ") : Words("\(other.number)的聘期到", "\(other.number) runs until ")) + other.until.date() + Words("，新的要从后一天起", "; a new term begins the day after")
            case .backdated: Words("聘期不能从今天以前起", "A term does not begin before today")
            case .isOver: Words("聘期的最后一天要在今天以后", "The last day of the term must be after today")
            case .tooLong: Words("聘期最长5年", "A term is at most five years")
            case .agreementOpen: Words("服务协议还没签完，双方签好才能发聘书", "The service agreement is not signed by both yet; the letter comes after it")
            case .agreementLater(let day): Words("服务协议", "The service agreement begins on ") + day.date() + Words("起，聘期不能更早", "; the term cannot begin before it")
            case .notAppointed: Words("现在没有有效的聘书，不用结束", "No appointment stands, so there is nothing to end")
            }
        }
    }

    static let longestDays = 5 * 366
}

extension Expert {
    /// Appoints (聘任, clause 2.2d) by a second hand: not by whoever entered the expert, nor by the expert (A7). May be repeated with the same
    /// letter; nothing happens twice.
    mutating func appoint(_ new: Appointment, today: Day) throws(Appointment.Refusal) -> Bool {
        if appointments.contains(where: { $0.id == new.id }) { return false }
        guard new.by != enteredBy else { throw .enteredByYou }
        guard new.by != person else { throw .yourOwn }
        guard new.until > today else { throw .isOver }
        guard new.from >= today else { throw .backdated }
        guard new.until - new.from <= Appointment.longestDays else { throw .tooLong }
        if let other = appointments.first(where: { $0.stands(on: today) && $0.from <= new.until && new.from <= $0.until }) { throw .overlaps(other) }
        appointments.insert(new, at: 0)
        return true
    }

    /// Ends every appointment that stands, the coming ones too; answers them.
    mutating func end(_ ending: Appointment.Ending) throws(Appointment.Refusal) -> [Appointment] {
        let standing = appointments.indices.filter { appointments[$0].stands(on: ending.at.day) }
        guard !standing.isEmpty else { throw .notAppointed }
        for place in standing { appointments[place].ending = ending }
        return standing.map { appointments[$0] }
    }

    package struct Appointed: Happening {
        package static let kind = "expert.appointed"
        package let subject: Subject
        package let fields: [String: String]
    }
    /// Cases listens: whoever is served by this expert gets another.
    package struct AppointmentEnded: Happening {
        package static let kind = "expert.appointmentEnded"
        package let subject: Subject
        package let fields: [String: String]
    }
}

extension Permission where Deed == Appointment, Noun == Expert {
    package static var appoint: Self { Permission("expert.appoint", [Grant(.head, .institution)]) }
}

extension Permission where Deed == Appointment.Ending, Noun == Expert {
    static var endAppointment: Self { Permission("expert.endAppointment", [Grant(.head, .institution)]) }
}

extension Transaction {
    /// Writes an appointment with all that follows from it: the role for the term, the directory, the turn. For the
    /// demonstration; a page asks for the proof first (`appoint(_:_:by:)`).
    package func appoint(_ expert: Expert, _ appointment: Appointment, now: Instant, from address: String = "") throws {
        var expert = expert
        if !expert.appointments.contains(where: { $0.id == appointment.id }) { expert.appointments.insert(appointment, at: 0) }
        try insert(appointment, enteredBy: expert.enteredBy)
        try grant(
            Role.expert.name, to: expert.person, in: expert.institution, region: expert.region, from: Instant(appointment.from), until: Instant(appointment.until + 1))
        try list(expert, now: now)
        try endTurn(of: expert.subject)
        try record(
            Expert.Appointed(subject: expert.subject, fields: ["appointment": appointment.id.text]), by: .person(appointment.by), at: appointment.at, from: address)
    }

    /// The one way to a letter: on an agreement that both have signed, and that holds on its first day or, for whoever serves
    /// already, today. The number is Papers': one sequence a year, given once (lesson 1).
    func issueLetter(of expert: Expert, _ appointment: Appointment, on agreement: ServiceAgreement, by: Party, at now: Instant) throws -> Paper {
        guard agreement.holds(on: max(appointment.from, now.day)), agreement.person == appointment.person else { throw Appointment.Refusal.agreementOpen }
        let paper = try issue(VolunteerPaper.draft(expert, appointment.id, from: appointment.from, until: appointment.until, team: try team(of: expert.institution)), by: by, at: now)
        try run("update appointment set number = \(paper.number), agreement = \(agreement.id) where id = \(appointment.id)")
        return paper
    }

    /// - Parameter agreement: what the letter rests on; without it the expert is appointed and serves, and the letter follows.
    func appoint(_ expert: Expert, _ new: Appointment, on agreement: ServiceAgreement?, by may: May<Appointment, Expert>, now: Instant, from address: String) throws {
        guard may.person == new.by else { throw Problem.notFound }
        if let one = try oneHuman(may.person, among: [expert.person, expert.enteredBy], called: [expert.name]) { throw Appointment.Refusal.oneHuman(one) }
        var appointment = new
        try appoint(expert, appointment, now: now, from: address)
        if let agreement { appointment.number = try issueLetter(of: expert, appointment, on: agreement, by: may.by, at: now).number }
        let (from, until) = (appointment.from, appointment.until)
        try tell(
            Notice(
                to: expert.person, .mustKnow, about: expert.subject, key: "expert.appointed",
                Words("您被聘为志愿专家", "You were appointed as a volunteer expert"),
                detail: (agreement == nil
                    ? Words("聘期\(from)至\(until)，聘书等服务协议双方签好后发。", "\(from) to \(until); the letter follows once both have signed the service agreement. ")
                    : Words("聘书\(appointment.number)，\(from)至\(until)。", "Letter \(appointment.number), \(from) to \(until). "))
                    + Words("请设好可约的时间。", "Please set the times at which you can be met."),
                place: Availability.page(expert.person).text), at: now)
    }

    /// Ends all appointments that stand, with all that follows. For the demonstration; a page asks for the proof first.
    package func endAppointments(of expert: Expert, _ ending: Appointment.Ending, from address: String = "") throws {
        var expert = expert
        let ended = try expert.end(ending)
        try insert(ending, of: ended.map(\.id))
        try endRole(Role.expert.name, of: expert.person, in: expert.institution, at: ending.at)
        try list(expert, now: ending.at)
        // Whoever checks the letter from now on is told that it holds no more.
        for appointment in ended {
            if let paper = try paper(about: Subject("appointment", appointment.id)) {
                if case .revoked = paper.standing(on: ending.at.day) { continue }
                try revoke(paper.id, reason: ending.kind == .resigned ? "本人辞聘" : "解聘：\(ending.reason)", by: .person(ending.by), at: ending.at)
            }
        }
        try endTurn(of: expert.subject)
        try record(
            Expert.AppointmentEnded(subject: expert.subject, fields: ["appointments": ended.map(\.id.text).joined(separator: " "), "why": ending.kind.rawValue]), by: .person(ending.by),
            at: ending.at, from: address)
    }

    func endAppointments(of expert: Expert, _ ending: Appointment.Ending, by may: May<Appointment.Ending, Expert>, from address: String) throws {
        guard may.person == ending.by else { throw Problem.notFound }
        try endAppointments(of: expert, ending, from: address)
        try tell(
            Notice(
                to: expert.person, .mustKnow, about: expert.subject, key: "expert.appointmentEnded",
                Words("您的聘任结束了", "Your appointment has ended"), detail: Words(same: ending.reason), place: "/notices"), at: ending.at)
    }
}
