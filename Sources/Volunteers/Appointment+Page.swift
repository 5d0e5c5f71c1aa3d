import Identity
import Languages
import Markup
import Papers
import Storage
import Values
import Web

extension Appointment {
    static let from = Field<Day>.day("from", Words("聘期从", "Term from"))
    static let until = Field<Day>.day("until", Words("聘期到", "Term until"), hint: Words("最后一天，一般两年", "Its last day, usually after two years"))
    static let reason = Field<String>.area("reason", Words("为什么结束", "Why it ends"), hint: Words("本人会看到", "The expert will read it"), longest: 300, shortest: 2, low: true)

    // MARK: Appointing

    static func show(_ visit: Visit, _ person: ID<Person>, _ form: Form? = nil) async throws -> Answer {
        let viewer = visit.viewer
        let (expert, agreements) = try await visit.read { reader in
            guard let expert = try reader.expert(person) else { throw Problem.notFound }
            _ = try viewer.may(Permission<Appointment, Expert>.appoint, expert)
            return (expert, try reader.agreements(of: person))
        }
        let agreement = agreements.first
        var form = form ?? Form()
        let today = visit.now.day
        let begins = expert.appointments.filter { $0.stands(on: today) }.map { $0.until + 1 }.max() ?? agreement.map { max($0.terms.from, today) } ?? today
        // As long as the agreement that was signed, or two years.
        let ends = agreement.map(\.terms.until).flatMap { $0 > begins ? $0 : nil } ?? begins.plus(years: 2) + -1
        form.fill(from, "\(begins)")
        form.fill(until, "\(ends)")
        return .page(
            Page(
                Words("任命\(expert.name)", "Appoint \(expert.name)"), word: "experts", width: .narrow, back: (Expert.staffPage(person), Words(same: expert.name)),
                wrongs: form.wrongs.count,
                """
                \(title(Words("任命\(expert.name)", "Appoint \(expert.name)"), "\(expert.headline)"))
                \(form.summary)
                \(ground(agreements, person, begins))
                \(Web.form(Expert.appointing(person), """
                    \(form.show(from))\(form.show(until))\
                    <p><button class="btn go big">\(Words("任命\(expert.name)", "Appoint \(expert.name)"))</button></p>
                    """))
                <p class="hint mt">\(Words("任命后专家会收到通知，资料公开在专家名单里，可以接需求。录入和任命要由两个人做。", "The expert is told, appears in the public directory and can take needs. Entering and appointing are done by two people."))</p>
                """))
    }

    /// What the letter still wants.
    private static func ground(_ agreements: [ServiceAgreement], _ person: ID<Person>, _ begins: Day) -> HTML? {
        if let open = agreements.first, !open.isSigned {
            return say(.wait, "<p>\(Refusal.agreementOpen.words)</p><p><a href=\"\(ServiceAgreement.page(open.id))\">\(Words("看服务协议", "See the agreement"))</a></p>")
        }
        guard !agreements.contains(where: { $0.holds(on: begins) }) else { return nil }
        return say(
            .wait,
            """
            <p><b>\(Words("现在发不出聘书：没有有效的服务协议", "No letter can be issued yet: no service agreement is in force"))</b></p>\
            <p>\(Words("可以先任命、先服务；协议双方签好，聘书自动发出。", "They can be appointed and serve; the letter follows by itself once both have signed."))\(Words("", " "))<a href="\(ServiceAgreement.offer(person))">\(Words("发服务协议", "Send an agreement"))</a></p>
            """)
    }

    static func appoint(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(["from", "until"])
        let from = form.value(from)
        let until = form.value(until)
        if let from, let until, until <= from { form.wrong(Appointment.until, Wrong("聘期的最后一天要在第一天以后", "The last day must be after the first")) }
        guard form.isGood, let from, let until else { return try await show(visit, person, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let id = ID<Appointment>(at: now)
        do {
            let link = try await visit.write(once: form) { tx in
                var expert = try tx.lockedExpert(person)
                let may = try viewer.may(Permission<Appointment, Expert>.appoint, expert)
                let agreements = try tx.agreements(of: person)
                if let newest = agreements.first, !newest.isSigned { throw Refusal.agreementOpen }
                let ground = agreements.first { $0.holds(on: from) }
                if ground == nil, let newest = agreements.first, newest.terms.from > from { throw Refusal.agreementLater(newest.terms.from) }
                let appointment = Appointment(id: id, person: person, institution: expert.institution, number: "", from: from, until: until, by: may.person, at: now)
                if try expert.appoint(appointment, today: now.day) { try tx.appoint(expert, appointment, on: ground, by: may, now: now, from: address) }
                return Expert.staffPage(person)
            }
            return .see(link, saying: Words("任命了", "Appointed"))
        } catch let refusal as Refusal {
            switch refusal {
            case .isOver, .tooLong: form.wrong(Appointment.until, Wrong(refusal.words))
            case .overlaps, .backdated, .agreementLater: form.wrong(Appointment.from, Wrong(refusal.words))
            case .enteredByYou, .yourOwn, .oneHuman, .notAppointed, .agreementOpen: form.wrong(Appointment.from, Wrong(refusal.words))
            }
            return try await show(visit, person, form)
        }
    }

    // MARK: Ending

    static func showEnding(_ visit: Visit, _ person: ID<Person>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let expert = try await visit.read { reader in
            guard let expert = try reader.expert(person) else { throw Problem.notFound }
            _ = try viewer.may(Permission<Appointment.Ending, Expert>.endAppointment, expert)
            return expert
        }
        return .page(
            Page(
                Words("结束\(expert.name)的聘任", "End \(expert.name)'s appointment"), word: "experts", width: .narrow,
                back: (Expert.staffPage(person), Words(same: expert.name)), wrongs: form.wrongs.count,
                """
                \(title(Words("结束\(expert.name)的聘任", "End \(expert.name)'s appointment")))
                \(form.summary)
                <ul class="mb"><li>\(Words("今天起不再公开，不再接需求", "From today no longer public, and offered no needs"))</li>\
                <li>\(Words("手上的案例换别的专家，企业会知道原因", "Their cases go to other experts; the owners are told why"))</li>\
                <li>\(Words("服务记录都留着，以后可以重新任命", "The record of service stays; a new appointment is possible later"))</li></ul>
                \(Web.form(Expert.ending(person), """
                    \(form.show(reason))\
                    <p class="row"><a class="btn" href="\(Expert.staffPage(person))">\(Words("不结束，回去", "Keep it, go back"))</a>\
                    <button class="btn danger go">\(Words("结束聘任", "End the appointment"))</button></p>
                    """))
                """))
    }

    static func end(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(reason) else { return try await showEnding(visit, person, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                let expert = try tx.lockedExpert(person)
                let may = try viewer.may(Permission<Appointment.Ending, Expert>.endAppointment, expert)
                try tx.endAppointments(of: expert, Ending(reason: reason, by: may.person, at: now), by: may, from: address)
                return Expert.staffPage(person)
            }
            return .see(link, saying: Words("聘任已结束", "The appointment has ended"))
        } catch let refusal as Refusal {
            form.wrong(Appointment.reason, Wrong(refusal.words))
            return try await showEnding(visit, person, form)
        }
    }
}
