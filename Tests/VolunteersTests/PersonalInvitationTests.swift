import Files
import HTTPTypes
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Volunteers

/// Calls to one person (S11).
struct PersonalInvitationTests {
    @Test func `An invitation is for one person, once, and expires; the account that exists stays as it is`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            try await database.write { tx in
                try Scene.prepare(tx)
                _ = try tx.findOrMakePerson(mobile: Cast.wang.mobile, name: "王海燕", now: Scene.now)
            }
            let clock = MovingClock()
            let house = try ApplicationTests.house(database, clock: clock)
            let officer = house.browser(as: Scene.officer)
            try await officer.open(PersonalInvitation.new())
            #expect(try await officer.post(PersonalInvitation.new(), ["name": "别的名字", "mobile": Cast.wang.mobile, "words": "请您帮企业看看合同"]).has("邀请发出了"))
            let person = try #require(try await database.read { try $0.person(mobile: Cast.wang.mobile) })
            #expect(try await database.read { try $0.profile(person)?.name } == "王海燕")
            let notice = try #require(try await database.read { try $0.notices(of: person, before: nil, limit: 5) }.first)
            let id: ID<PersonalInvitation> = try ApplicationTests.last(notice.place)

            // Nobody else, signed in or not, not even whoever sent it.
            #expect(try await house.browser(as: ApplicationTests.shen).open(PersonalInvitation.page(id)).status == 404)
            #expect(try await officer.open(PersonalInvitation.page(id)).status == 404)
            #expect(try await house.browser().send(.get, PersonalInvitation.page(id).text).status == 303)

            let owner = [.owner, .colleague].map { Membership(role: $0, organisation: nil, regionPrefix: "") }
            let wang = house.browser(as: Viewer(person: person, name: "王海燕", memberships: owner, provedAt: nil))
            #expect(try await wang.open(PersonalInvitation.page(id)).has("请您帮企业看看合同"))
            // Whoever wonders may ask first.
            try await database.write { tx in _ = try tx.run("update organisation set telephone = '0571-1234 5678'") }
            #expect(try await wang.open(PersonalInvitation.page(id)).has("tel:"))
            let begun = try await wang.post(PersonalInvitation.acceptance(id))
            let draft = try #require(begun.forms.first { $0.isMultipart }).action
            try await wang.post(draft, ApplicationTests.form)
            let sent = try await wang.post(draft + "/confirmation", ["isTrue": "yes", "mayVet": "yes"])
            #expect(sent.heading == "我的报名")
            // Used: it leads to what became of it, and serves no second time.
            #expect(try await wang.open(PersonalInvitation.page(id)).heading == "我的报名")
            await #expect(throws: (any Error).self) {
                try await database.write { tx in try tx.use(id, by: person, application: ID(at: Scene.now), at: Scene.now) }
            }

            // Another one that nobody answers in time.
            let late = try await database.write { tx in
                let new = PersonalInvitation(
                    id: ID(at: Scene.now), institution: Cast.institution, region: "330000", person: person, words: "再请一次", expires: Scene.now + .days(14), by: Cast.lin.id, at: Scene.now,
                    application: nil)
                try tx.invite(new, institution: "中心", by: try Scene.officer.may(Permission<PersonalInvitation, Recruitment>.invite), from: "")
                return new.id
            }
            clock.pass(.days(15))
            #expect(try await wang.open(PersonalInvitation.page(late)).has("用过了或过期了"))
            #expect(wang.page?.form(PersonalInvitation.acceptance(late).text) == nil)
        }
    }
}
