import HTTPTypes
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Needs

/// What somebody enters for another person is theirs only once they say so (P4).
struct TakeoverTests {
    private func enter(_ office: Office, mobile: String = "13800000099") async throws -> Need {
        let officer = office.house.browser(as: Office.officer)
        try await officer.open("/needs/entries/new")
        let shown = try await officer.post(
            "/needs/entries/new",
            [
                "source": "telephone", "mobile": "\(mobile)", "statement": "电话里说模具老是粘，想请人看看。", "urgency": "thisMonth", "who": "founding", "province": "33",
                "region": "331003", "name": "周小满",
            ])
        #expect(shown.has("录好了"))
        let id = try await office.database.read { try $0.value("select id from need order by id desc limit 1", ID<Need>.self) }
        guard let id, let need = try await office.database.read({ try $0.need(id) }) else { throw Problem.notFound }
        return need
    }

    @Test func `An entry for somebody is recorded as the officer's, consents to nothing, and says so to both`() async throws {
        try await Office.on { office in
            let need = try await enter(office)
            let (consents, kinds, names) = try await office.database.read { reader in
                (try reader.consents(of: need.asker), try reader.happenings(of: Subject("person", need.asker)).map { "\($0.kind) \($0.by)" }, try reader.names(of: [need.asker]))
            }
            #expect(consents.isEmpty)
            #expect(names[need.asker] == "周小满")
            #expect(kinds == ["person.named \(Party.person(Cast.lin.id))"] || kinds.isEmpty)
            #expect(need.source.enteredBy == Cast.lin.id)
            let told = try await office.database.read { try $0.notices(of: need.asker, before: nil, limit: 3) }
            #expect(told.first?.words.chinese.contains("您同意后才给专家看") == true)

            let officer = try await office.house.browser(as: Office.officer).open(Need.page(need.id))
            #expect(officer.has("本人还没有同意给专家看") && officer.has("林") && officer.has("代录"))
            #expect(!officer.actions.contains(Takeover.page(need.id).text))

            let asker = Cast.Member(id: need.asker, name: "周小满", mobile: "13800000099")
            let owner = office.house.browser(as: Office.viewer(asker, .owner, nil, ""))
            #expect(try await owner.open(Need.page(need.id)).has("替您录的，请接过来"))
            let shown = try await owner.post(Takeover.page(need.id))
            #expect(shown.has("接过来了") && !shown.has("替您录的，请接过来"))
            let after = try await office.database.read { reader in
                (try reader.hasConsented(need.asker, to: .service), try reader.happenings(of: need.subject).map(\.kind))
            }
            #expect(after.0 && after.1 == ["need.submitted", "need.takenOver"])
        }
    }

    @Test func `Nobody takes over for somebody else`() async throws {
        try await Office.on { office in
            let need = try await enter(office)
            let stranger = office.house.browser(as: Office.owner)
            #expect(try await stranger.open(Need.page(need.id)).status == 404)
            let token = try await stranger.open("/needs/new").forms.compactMap { $0.value("token") }.first ?? ""
            let answer = try await stranger.send(
                .post, Takeover.page(need.id).text, ["Content-Type": "application/x-www-form-urlencoded"], Array("token=\(Link.encoded(token))&once=1".utf8))
            #expect(answer.status == 404)
            #expect(try await office.database.read { try !$0.hasConsented(need.asker, to: .service) })
        }
    }
}
