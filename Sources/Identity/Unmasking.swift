import Happenings
import Languages
import Markup
import Messaging
package import Storage
package import Values
package import Web

/// Looking at a value that is masked: an officer or administrator who needs it says why and proves anew who they are; the
/// person is told, and sees on their own page who looked, when and why (P2).
package struct Unmasking: Sendable {
    package static let page = Path("unmaskings/*", ID<Person>.self)

    static let reason = Field<String>.area(
        "reason", Words("为什么要看", "Why you need it"), hint: Words("本人会看到您的名字和这句话", "The person sees your name and this sentence"), longest: 300, shortest: 4, low: true)

    struct Done: Happening { static let kind = "person.unmasked"; let subject: Subject; let fields: [String: String] }

    /// The person with one of the institutions that have to do with them.
    package struct Tied: Reachable {
        package let reach: Reach
    }

    /// The institutions that have to do with a person, given by the house: of which they are an expert, which they asked.
    let institutions: @Sendable (ID<Person>, Reader) throws -> [ID<Organisation>]

    static let migration = Migration(
        "Identity", 22,
        [
            """
            create table unmasking (id \(.text) not null primary key, person \(.text) not null references person (id), by_person \(.text) not null check (by_person <> person),
                what \(.text) not null check (what in ('mobile')), reason \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index unmasking_person on unmasking (person, at)",
        ])

    /// The proof, from what the person has to do with the viewer's institution.
    private func may(_ viewer: Viewer, _ person: ID<Person>, _ reader: Reader) throws -> May<Unmasking, Tied> {
        guard viewer.person != person else { throw Problem.notFound }
        for institution in [nil] + (try institutions(person, reader)).map(Optional.some) {
            let tied = Tied(reach: Reach(institution: institution))
            if viewer.could(.unmask, tied) { return try viewer.may(.unmask, tied) }
        }
        throw Problem.notFound
    }

    func show(_ visit: Visit, _ person: ID<Person>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let profile = try await visit.read { reader in
            _ = try may(viewer, person, reader)
            guard let profile = try reader.profile(person) else { throw Problem.notFound }
            return profile
        }
        guard let mobile = profile.mobile else {
            return .page(Page(Words("看完整的手机号", "See the whole number"), width: .narrow, "\(title(Words("没有手机号", "No mobile number"), "\(profile.name)"))"))
        }
        return .page(
            Page(
                Words("看完整的手机号", "See the whole number"), width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("看\(profile.name)的完整手机号", "See the whole number of \(profile.name)"), "\(mobile.description)"))
                \(say(.wait, "<p>\(Words("平时用不着看：站内消息和短信都会送到。确实要打电话时再看。", "Usually there is no need: messages reach them anyway. Look only when you must call."))</p><p>\(Words("看过会通知本人，并记入日志。", "The person is told, and it goes into the log."))</p>"))
                \(form.summary)
                \(Web.form(Unmasking.page(person), "\(form.show(Unmasking.reason))<p><button class=\"btn go big\">\(Words("看手机号", "See the number"))</button></p>"))
                """))
    }

    func look(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        let viewer = visit.viewer
        _ = try await visit.read { try may(viewer, person, $0) }
        guard let reason = form.value(Unmasking.reason) else { return try await show(visit, person, form) }
        let (now, address, by) = (visit.now, visit.address, viewer.name)
        let seen = try await visit.write { tx -> (name: String, mobile: String) in
            let may = try may(viewer, person, tx)
            guard let profile = try tx.profile(person), let mobile = profile.mobile else { throw Problem.notFound }
            let id = ID<Unmasking>(at: now)
            try tx.run("insert into unmasking (id, person, by_person, what, reason, at) values (\(id), \(person), \(may.person), 'mobile', \(reason), \(now))")
            try tx.record(Done(subject: Subject("person", person), fields: ["what": "mobile", "unmasking": id.text]), by: may.by, at: now, from: address)
            try tx.tell(
                Notice(
                    to: person, .mustKnow, about: Subject("person", person), key: "unmasked \(id)", Words("\(by)看了您的完整手机号", "\(by) looked at your whole mobile number"),
                    detail: Words("原因在“我的数据”页上。觉得不对，请投诉。", "The reason stands on the page “My data”. If it seems wrong, please complain."), place: "/account/data"), at: now)
            return (profile.name, mobile.open("an officer gave a reason; the row says which"))
        }
        return .page(
            Page(
                Words("完整的手机号", "The whole number"), width: .narrow,
                """
                \(title(Words("\(seen.name)的手机号", "The number of \(seen.name)"), "\(Words("已经通知本人。离开这一页就不再显示。", "The person was told. It is gone when you leave this page."))"))
                <p class="lead"><a href="\(Link(telephone: seen.mobile))">\(seen.mobile)</a></p>
                """))
    }

    /// One look, as the person reads it.
    package struct Look: Sendable {
        package let by: ID<Person>
        package let reason: String
        package let at: Instant
    }
}

extension Permission where Deed == Unmasking, Noun == Unmasking.Tied {
    package static var unmask: Self { Permission("person.unmask", [Grant(.officer, .institution), Grant(.head, .institution), Grant(.administrator, .anywhere)]) }
}

extension Reader {
    /// Who looked at this person's masked values, newest first.
    package func looks(at person: ID<Person>) throws -> [Unmasking.Look] {
        try rows("select by_person, reason, at from unmasking where person = \(person) order by at desc, id desc limit 100") { row in
            Unmasking.Look(by: try row(), reason: try row(), at: try row())
        }
    }
}
