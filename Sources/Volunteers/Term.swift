import Happenings
import Identity
import Languages
import Markup
import Messaging
package import Storage
import Turns
package import Values
import Web

/// How a term runs out (聘期): reminders 60, 30 and 7 days before, a turn for the head from the 30th, and on the day after
/// its last what follows for open cases.
package enum Term {
    static let reminders = [60, 30, 7]
    /// From here on the head is asked to renew.
    static let asked = 30

    static let migration = Migration(
        "Volunteers", 9,
        [
            "alter table appointment_ending add column kind \(.text) not null default 'dismissed' check (kind in ('resigned', 'dismissed'))",
            // An end by itself is carried through once.
            "create table appointment_expiry (appointment \(.text) not null primary key references appointment (id), at \(.int) not null)\(.strict)",
            "create index appointment_until on appointment (until_day)",
            "create table appointment_reminder (appointment \(.text) not null references appointment (id), days \(.int) not null, at \(.int) not null, primary key (appointment, days))\(.strict)",
        ])

    /// Terms that nobody ended and nothing follows.
    fileprivate static let last: SQL = """
        not exists (select 1 from appointment_ending d where d.appointment = a.id)
        and not exists (select 1 from appointment b left join appointment_ending c on c.appointment = b.id where b.person = a.person and b.until_day > a.until_day and c.appointment is null)
        """
}

extension Transaction {
    /// Carries through what ended yesterday or before, each once: cases go on to others, the expert is thanked.
    @discardableResult
    package func expireAppointments(now: Instant, limit: Int = 200) throws -> Int {
        let past: [(id: ID<Appointment>, person: ID<Person>)] = try rows(
            """
            select a.id, a.person from appointment a where a.until_day < \(now.day) and not exists (select 1 from appointment_ending d where d.appointment = a.id)
            and not exists (select 1 from appointment_expiry e where e.appointment = a.id) order by a.until_day, a.id limit \(limit)
            """, { row in (id: try row(), person: try row()) })
        let experts = Dictionary(try self.experts(Set(past.map(\.person))).map { ($0.person, $0) }, uniquingKeysWith: { first, _ in first })
        for (id, person) in past {
            guard try insertsOnce("insert into appointment_expiry (appointment, at) values (\(id), \(now)) on conflict do nothing"), let expert = experts[person] else { continue }
            // Renewed: nothing ends.
            guard !expert.isAppointed(on: now.day) else { continue }
            try endTurn(of: expert.subject)
            try record(Expert.AppointmentEnded(subject: expert.subject, fields: ["appointments": id.text, "why": Appointment.Why.expired.rawValue]), by: .system, at: now)
            try tell(
                Notice(
                    to: person, .mustKnow, about: expert.subject, key: "expert.expired", Words("您的聘期满了，谢谢您这些年的帮助", "Your term has ended; thank you for your help"),
                    detail: Words("愿意续聘，请告诉服务机构；服务记录和证明随时可以查。", "If you would like to go on, tell the institution; your record and certificates stay at hand."), place: "/notices"), at: now)
        }
        return past.count
    }

    /// Reminds of terms that run out, each distance once.
    @discardableResult
    package func remindOfTerms(now: Instant, limit: Int = 200) throws -> Int {
        var count = 0
        for days in Term.reminders {
            let near: [(id: ID<Appointment>, person: ID<Person>, until: Day)] = try rows(
                """
                select a.id, a.person, a.until_day from appointment a where a.until_day >= \(now.day) and a.until_day <= \(now.day + days) and \(Term.last)
                and not exists (select 1 from appointment_reminder r where r.appointment = a.id and r.days <= \(days)) order by a.until_day, a.id limit \(limit)
                """, { row in (id: try row(), person: try row(), until: try row()) })
            let experts = Dictionary(try self.experts(Set(near.map(\.person))).map { ($0.person, $0) }, uniquingKeysWith: { first, _ in first })
            for (id, person, until) in near {
                guard let expert = experts[person], try insertsOnce("insert into appointment_reminder (appointment, days, at) values (\(id), \(days), \(now)) on conflict do nothing") else { continue }
                count += 1
                try tell(
                    Notice(
                        to: person, .work, about: expert.subject, key: "expert.term", Words("您的聘期到\(until.full().chinese)", "Your term ends on \(until.full().english)"),
                        detail: Words("愿意续聘，请告诉服务机构。", "If you would like to go on, please tell the institution."), place: Availability.page(person).text), at: now)
                guard days <= Term.asked, try turn(of: expert.subject) == nil else { continue }
                try give(
                    Turn(
                        expert.subject, holder: .organisation(expert.institution), permission: Permission<Appointment, Expert>.appoint.name,
                        what: Words("续聘\(expert.name)，或让聘期到期", "Renew \(expert.name), or let the term end"), due: Instant(until, 17, 30), since: now, institution: expert.institution,
                        region: expert.region, title: expert.name))
            }
        }
        return count
    }
}
