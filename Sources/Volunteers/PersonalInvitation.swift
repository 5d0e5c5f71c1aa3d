import Files
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Reference
package import Storage
package import Values
package import Web

/// A call to one person (定向邀请, clause 2.2b, `security.md` S11): bound to a mobile number, and so to the person who proves
/// it; to one institution and the role of expert; used once; expires. It signs nobody in and changes no account.
package struct PersonalInvitation: Reachable, Sendable {
    package let id: ID<PersonalInvitation>
    package let institution: ID<Organisation>
    package let region: String
    package let person: ID<Person>
    package let words: String
    package let expires: Instant
    package let by: ID<Person>
    package let at: Instant
    package let application: ID<Application>?

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person]]) }
    package var subject: Subject { Subject("personalInvitation", id) }

    package enum State: Sendable, Equatable { case open, used(ID<Application>), expired }
    package func state(at now: Instant) -> State { application.map { .used($0) } ?? (now < expires ? .open : .expired) }

    static let days = 14
    static let new = Path("recruitment/invitations/new")
    package static let page = Path("recruitment/invitations/*", ID<PersonalInvitation>.self)
    static let acceptance = Path("recruitment/invitations/*/acceptance", ID<PersonalInvitation>.self)

    package struct Sent: Happening { package static let kind = "personalInvitation.sent"; package let subject: Subject }

    static let refusal = Words("这份邀请用过了或过期了，请打电话给邀请您的机构", "This invitation was used or has expired; please call the institution that invited you")
}

extension Permission where Deed == PersonalInvitation, Noun == Recruitment {
    package static var invite: Self { Permission("expert.invite", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Reader {
    package func personalInvitation(_ id: ID<PersonalInvitation>) throws -> PersonalInvitation? {
        try first(
            """
            select i.id, i.institution, i.region, i.person, i.words, i.expires_at, i.by_person, i.at, u.application
            from personal_invitation i left join personal_invitation_use u on u.invitation = i.id where i.id = \(id)
            """
        ) { row in
            PersonalInvitation(
                id: try row(), institution: try row(), region: try row(), person: try row(), words: try row(), expires: try row(), by: try row(), at: try row(), application: try row.maybe())
        }
    }
}

extension Transaction {
    func invite(_ new: PersonalInvitation, institution: String, by may: May<PersonalInvitation, Recruitment>, from address: String) throws {
        try run(
            """
            insert into personal_invitation (id, institution, region, person, words, expires_at, by_person, at)
            values (\(new.id), \(new.institution), \(new.region), \(new.person), \(new.words), \(new.expires), \(may.person), \(new.at))
            """)
        try record(PersonalInvitation.Sent(subject: new.subject), by: may.by, at: new.at, from: address)
        try tell(
            Notice(
                to: new.person, .mustKnow, about: new.subject, key: "personalInvitation", Words("\(institution)邀请您做志愿专家", "\(institution) invites you to be a volunteer expert"),
                detail: Words("\(new.expires.day.full().chinese)前用这个手机号登录查看", "Sign in with this number before \(new.expires.day.full().english) to read it"), place: PersonalInvitation.page(new.id).text), at: new.at)
    }

    /// Once, by the person it is for, before it expires.
    func use(_ id: ID<PersonalInvitation>, by person: ID<Person>, application: ID<Application>, at now: Instant) throws {
        guard let found = try personalInvitation(id), found.person == person, found.state(at: now) == .open else {
            throw Problem("invitation.past", status: 409, PersonalInvitation.refusal, Words("也可以看公开的招募公告。", "You can also look at the public calls."))
        }
        try run("insert into personal_invitation_use (invitation, application, at) values (\(id), \(application), \(now))")
    }
}

struct PersonalInvitationPages: Sendable {
    let drafts: ApplicationDraftPages

    static let name = ExpertEntry.name
    static let mobile = Field<MobileNumber>("mobile", Words("手机号", "Mobile number"), hint: Words("邀请发到这个号码，只有它能用", "The invitation goes to this number, and only its owner can use it"), .line(type: "tel", keyboard: "numeric", short: true)) { (typed: String) throws(Wrong) -> MobileNumber in
        do throws(MobileNumber.Flaw) { return try MobileNumber(typed) } catch { throw Wrong(error.words) }
    }
    static let words = Field<String>.area("words", Words("想说的话", "What you would like to say"), hint: Words("为什么请他，请他帮什么", "Why them, and to help with what"), longest: 500, shortest: 4, low: true)

    func showNew(_ visit: Visit, _ form: Form = Form()) throws -> Answer {
        _ = try visit.viewer.may(Permission<PersonalInvitation, Recruitment>.invite)
        return .page(
            Page(
                Words("定向邀请", "Invite an expert"), word: "experts", width: .narrow, back: (Recruitment.list(), Words("招募", "Calls")), wrongs: form.wrongs.count,
                """
                \(title(Words("定向邀请一位专家", "Invite an expert"), "\(Words("只有本人用这个手机号登录才能打开，\(PersonalInvitation.days)天内有效，只能用一次。", "Only who signs in with this number can open it; valid for \(PersonalInvitation.days) days, once."))"))
                \(form.summary)
                \(Web.form(PersonalInvitation.new(), "\(form.show(PersonalInvitationPages.name))\(form.show(PersonalInvitationPages.mobile))\(form.show(PersonalInvitationPages.words))<p><button class=\"btn go big\">\(Words("发出邀请", "Send the invitation"))</button></p>"))
                """))
    }

    func send(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["name", "mobile", "words"])
        let (name, mobile, words) = (form.value(PersonalInvitationPages.name), form.value(PersonalInvitationPages.mobile), form.value(PersonalInvitationPages.words))
        guard form.isGood, let name, let mobile, let words else { return try showNew(visit, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            let may = try viewer.may(Permission<PersonalInvitation, Recruitment>.invite)
            guard let institution = may.organisation, let found = try tx.organisation(institution), found.kind == .institution else { throw Problem.notFound }
            let person = try tx.findOrMakePerson(mobile: mobile.text, name: name, now: now)
            // Whether the number is known already is not said: the answer is the same.
            let new = PersonalInvitation(
                id: ID(at: now), institution: institution, region: found.region, person: person, words: words, expires: now + .days(PersonalInvitation.days), by: may.person, at: now, application: nil)
            try tx.invite(new, institution: found.name, by: may, from: address)
            return Recruitment.list()
        }
        return .see(link, saying: Words("邀请发出了", "The invitation is sent"))
    }

    private func own(_ visit: Visit, _ id: ID<PersonalInvitation>) async throws -> (PersonalInvitation, OrganisationEntry) {
        let person = try visit.person()
        let (found, institution) = try await visit.read { reader in
            let found = try reader.personalInvitation(id)
            return (found, try found.flatMap { try reader.organisation($0.institution) })
        }
        guard let found, found.person == person, let institution else { throw Problem.notFound }
        return (found, institution)
    }

    func show(_ visit: Visit, _ id: ID<PersonalInvitation>) async throws -> Answer {
        let (found, institution) = try await own(visit, id)
        let heading = Words("\(institution.name)邀请您做志愿专家", "\(institution.name) invites you to be a volunteer expert")
        let call: HTML? = institution.telephone.isEmpty ? nil : "<p class=\"mt\">\(found.state(at: visit.now) == .open ? Words("想先问问，请打电话 ", "To ask first, call ") : Words("电话 ", "Call "))<a href=\"\(Link(telephone: institution.telephone))\">\(institution.telephone)</a></p>"
        if case .used(let application) = found.state(at: visit.now) { return .see(Application.page(application)) }
        return .page(
            Page(
                heading, word: "experts", width: .narrow,
                """
                \(title(heading))
                <blockquote>\(paragraphs(found.words))</blockquote>
                \(found.state(at: visit.now) == .open
                    ? """
                        <p>\(Words("服务自愿、无偿。填一份报名，机构审核后发聘书。", "Service is voluntary and unpaid. Fill in an application; after review the institution appoints you."))</p>
                        <p class="hint">\(Words("有效期到", "Valid until "))\(found.expires.spoken(now: visit.now))</p>\(button(PersonalInvitation.acceptance(id), Words("接受邀请，填写报名", "Accept, and fill in the application"), kind: "btn go big"))
                        """ as HTML
                    : say(.wait, "<p>\(PersonalInvitation.refusal)</p>"))
                \(call)
                """))
    }

    func accept(_ visit: Visit, _ id: ID<PersonalInvitation>) async throws -> Answer {
        _ = try await visit.form([])
        let (found, institution) = try await own(visit, id)
        guard found.state(at: visit.now) == .open else { return try await show(visit, id) }
        let writer = visit.writer
        let open = try await visit.read { try $0.openApplicationDraft(of: writer, to: institution.id) }
        if let open, open.invitation == id { return .see(ApplicationDraft.page(open.id)) }
        let draft = ApplicationDraft(
            id: ID(at: visit.now), visitor: writer.visitor, person: writer.person, institution: institution.id, recruitment: nil, invitation: id, form: ["name": [visit.viewer.name]], updated: visit.now, sent: nil)
        try await visit.write { tx in try tx.keep(draft) }
        return .see(ApplicationDraft.page(draft.id))
    }
}
