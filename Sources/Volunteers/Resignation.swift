import Identity
import Languages
import Markup
import Messaging
import Storage
package import Values
package import Web

/// An expert leaves (辞聘, clause 2.2d): at any time and without being asked why; what they were at goes to others.
package enum Resignation {
    package static let page = Path("volunteers/*/resignation", ID<Person>.self)
    static let reason = Field<String>.area("reason", Words("想说的话", "Anything you would like to say"), hint: Words("机构会看到，企业看不到", "The institution reads it, the owners do not"), longest: 300, low: true)

    static func show(_ visit: Visit, _ person: ID<Person>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let expert = try await visit.read { reader in
            guard let expert = try reader.expert(person) else { throw Problem.notFound }
            _ = try viewer.may(Permission<Resignation, Expert>.resign, expert)
            return expert
        }
        return .page(
            Page(
                Words("辞去聘任", "Resign"), word: "availability", width: .narrow, back: (Availability.page(person), Words("我的时间", "My times")), wrongs: form.wrongs.count,
                """
                \(title(Words("辞去聘任", "Resign"), "\(expert.appointment.flatMap { $0.number.isEmpty ? nil : Words("聘书\($0.number)", "Letter \($0.number)") } ?? Words("", ""))"))
                \(form.summary)
                <div class="mb"><ul><li>\(Words("今天起不再公开，不再接需求", "From today you are no longer public, and are offered no needs"))</li>\
                <li>\(Words("手上的案例请别的专家接着办，企业会知道您辞聘了", "Your cases go on with other experts; the owners are told that you resigned"))</li>\
                <li>\(Words("服务记录都留着，证明随时可以开，以后还可以再聘", "Your record stays, certificates can be had at any time, and you can be appointed again"))</li></ul></div>
                <p class="mb">\(Words("只是忙一阵？", "Only busy for a while? "))<a href="\(Availability.page(person))">\(Words("先暂停接单", "Pause instead"))</a></p>
                \(Web.form(page(person), """
                    \(form.show(reason, optional: true))\
                    <p class="row"><a class="btn" href="\(Availability.page(person))">\(Words("不辞，回去", "Stay, go back"))</a>\
                    <button class="btn danger go">\(Words("辞去聘任", "Resign"))</button></p>
                    """))
                """))
    }

    static func resign(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        let reason = form.optional(reason) ?? ""
        guard form.isGood else { return try await show(visit, person, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                let expert = try tx.lockedExpert(person)
                let may = try viewer.may(Permission<Resignation, Expert>.resign, expert)
                try tx.endAppointments(of: expert, Appointment.Ending(kind: .resigned, reason: reason, by: may.person, at: now), from: address)
                for head in try tx.members(of: expert.institution, role: Role.head.name, now: now, limit: 20) {
                    try tx.tell(
                        Notice(
                            to: head, .work, about: expert.subject, key: "expert.resigned", Words("\(expert.name)辞去了聘任", "\(expert.name) has resigned"),
                            detail: Words(same: reason), place: Expert.staffPage(person).text), at: now)
                }
                return Link(path: "/")
            }
            return .see(link, saying: Words("聘任结束了，谢谢您的帮助", "Your appointment has ended; thank you for your help"))
        } catch let refusal as Appointment.Refusal {
            form.wrong(Resignation.reason, Wrong(refusal.words))
            return try await show(visit, person, form)
        }
    }
}

extension Permission where Deed == Resignation, Noun == Expert {
    static var resign: Self { Permission("expert.resign", [Grant(.expert, .own(.oneself))]) }
}
