import HTTPTypes
import Identity
import Markup
import Messaging
import Languages
import Needs
import Storage
import TestSupport
import Testing
import Turns
import Values
import Volunteers
import Web

@testable import Cases

@Suite("A case") struct CaseTests {
    @Test func `shows its expert nothing before the undertaking`() async throws {
        try await Street.on(experts: 2) { street in
            let need = try await street.proposed()
            let expert = try #require(try await street.places(need).first)
            try await street.choose(need, expert)
            let offer = try #require(try await street.offer(need))
            let id = try #require(try await street.answer(offer, .accepted))
            let found = try await street.serviceCase(id)
            #expect(found.state == .awaitingUndertaking)
            let turn = try #require(try await street.turn(found.subject))
            #expect(turn.holder == .person(expert) && !turn.title.contains("鸿运"))
            let browser = street.house.browser(as: Street.expert(expert))
            for tab in ["talk", "files", "meetings", "solution"] {
                let shown = try await browser.open(CasePages.tab(id, tab))
                for secret in ["鸿运", "18%", "13900000318"] { #expect(!shown.has(secret), "\(tab) \(secret)") }
            }
            await #expect(throws: Problem.self) { try await street.deed(id, Street.expert(expert)) { try $0.say("您好") } }
            try await browser.open(Case.page(id))
            #expect(try await browser.post(Undertaking.page(id), ["pledge": "yes"]).has("水路堵了"))
            #expect(try await street.turn(found.subject)?.what.english == "Get in touch with the owner")
            // A second signature changes nothing.
            let signed = try await street.serviceCase(id).undertaking
            street.clock.pass(.hours(1))
            try await street.deed(id, Street.expert(expert)) { try $0.undertake() }
            #expect(try await street.serviceCase(id).undertaking == signed)
        }
    }

    @Test func `gives the turn to whoever is to answer; staff's notes are seen by staff alone`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let expert = try #require(found.expert)
            try await street.deed(found.id, Street.expert(expert)) { try $0.say("请发照片") }
            #expect(try await street.turn(found.subject)?.holder == Cast.wang.party)
            try await street.deed(found.id, Street.owner) { try $0.say("已发") }
            #expect(try await street.turn(found.subject)?.holder == .person(expert))
            let officer = street.house.browser(as: Street.officer)
            try await officer.open(Case.page(found.id))
            #expect(try await officer.post(Note.page(found.id), ["note": "催过专家一次"]).has("催过专家一次"))
            for viewer in [Street.owner, Street.expert(expert)] {
                let shown = try await street.house.browser(as: viewer).open(Case.page(found.id))
                #expect(shown.has("请发照片") && !shown.has("催过专家一次") && shown.form(Note.page(found.id).text) == nil)
            }
            await #expect(throws: Problem.self) { try await street.deed(found.id, Street.officer) { try $0.say("插话") } }
        }
    }

    @Test func `waits for the owner as a matter of their company, and for the expert as the expert's own`() async throws {
        try await Street.on(experts: 1) { street in
            let (id, mould) = (try await street.running().id, Cast.id(300) as ID<Enterprise>)
            try await street.write { tx in _ = try tx.run("update service_case set enterprise = \(mould) where id = \(id)") }
            let found = try await street.serviceCase(id)
            try await street.deed(id, Street.expert(try #require(found.expert))) { try $0.say("请发照片") }
            #expect(try await street.turn(found.subject)?.company == mould.text)
            try await street.deed(id, Street.owner) { try $0.say("已发") }
            #expect(try await street.turn(found.subject)?.company == nil)
            try await street.solve(found)
            #expect(try await street.turn(found.subject)?.company == mould.text)
            try await street.close(id, .solved)
            let (followUp, declaration) = (try await street.turn(FollowUp.subject(id)), try await street.turn(Declaration.subject(id)))
            #expect(followUp?.company == mould.text && declaration?.holder == found.expert.map(Party.person) && declaration?.company == nil)
        }
    }

    @Test func `keeps solutions in versions that nothing changes`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            try await street.solve(found)
            try await street.solve(found)
            #expect(try await street.database.read { try $0.solutions(of: found.id).map(\.version) } == [1, 2])
            #expect(try await street.turn(found.subject)?.holder == Cast.wang.party)
            for wrong in ["update solution set advice = 'x'", "delete from solution"] as [SQL] {
                await #expect(throws: StorageFailure.self) { try await street.write { tx in _ = try tx.run(wrong) } }
            }
            await #expect(throws: Problem.self) { try await street.deed(found.id, Street.owner) { try $0.solve(situation: "x", analysis: "x", advice: "x", steps: []) } }
        }
    }

    @Test func `gives the turn back to what is open when a meeting comes to nothing`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let expert = Street.expert(try #require(found.expert))
            func holder() async throws -> String { (try await street.turn(found.subject)).map { "\($0.holder == Cast.wang.party ? "owner" : "expert"): \($0.what.english)" } ?? "" }
            func propose(by viewer: Viewer = Street.owner) async throws -> ID<Meeting> {
                let at = street.clock.now + .days(1)
                return try await street.deed(found.id, viewer) { try $0.propose(.telephone, place: "", minutes: Minutes(30), times: [at]) }
            }
            func agreed() async throws -> ID<Meeting> {
                let id = try await propose()
                let at = try #require(try await street.database.read { try $0.meeting(id)?.times.first })
                try await street.meet(id, expert) { try $0.agree(at: at) }
                #expect(try await holder() == "expert: Meet as agreed")
                return id
            }
            func missed(_ id: ID<Meeting>, by viewer: Viewer) async throws {
                street.clock.pass(.days(2))
                try await street.meet(id, viewer) { try $0.miss() }
            }
            // Nothing was said yet: what is taken back leaves the first contact owed.
            try await street.meet(try await propose()) { try $0.cancel("") }
            #expect(try await holder() == "expert: Get in touch with the owner")
            try await street.deed(found.id, expert) { try $0.say("请发照片") }
            let asked = try #require(try await street.turn(found.subject))
            let open = try await propose()
            #expect(try await holder() == "expert: Choose a time that was proposed")
            try await street.deed(found.id, expert) { try $0.say("我看看日程") }
            #expect(try await holder() == "expert: Choose a time that was proposed")
            try await street.meet(open) { try $0.cancel("") }
            #expect(try await holder() == "owner: Reply")
            // Asked a second time, the owner has no more time than before.
            let due = try #require(try await street.turn(found.subject)?.due)
            try await street.deed(found.id, expert) { try $0.say("方便时回一下") }
            #expect(try await street.turn(found.subject)?.due == due && due >= asked.due)
            // What was agreed on and then cancelled or missed is the other side's to answer, and never a meeting to come.
            let cancelled = try await agreed()
            try await street.meet(cancelled, expert) { try $0.cancel("出差") }
            #expect(try await holder() == "owner: Reply")
            let missing = try await agreed()
            try await missed(missing, by: Street.owner)
            #expect(try await holder() == "expert: Reply")
            try await street.meet(missing, expert) { try $0.object() }
            #expect(try await holder() == "owner: Reply")
            // A proposal that nobody answers ends with its last time.
            _ = try await propose()
            #expect(try await holder() == "expert: Choose a time that was proposed")
            try await Street.ladder.settleOverdue(street.database, now: street.clock.now)
            #expect(try await holder() == "expert: Choose a time that was proposed")
            street.clock.pass(.days(9))
            try await Street.ladder.settleOverdue(street.database, now: street.clock.now)
            #expect(try await holder() == "owner: Reply")
            // After the solution the owner's word is what is open, whatever meeting comes between.
            try await street.solve(found)
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
            let between = try await propose(by: expert)
            #expect(try await holder() == "owner: Choose a time that was proposed")
            try await street.meet(between, expert) { try $0.cancel("") }
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
            try await street.meet(try await agreed()) { try $0.cancel("") }
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
            try await missed(try await agreed(), by: expert)
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
            let held = try await agreed()
            street.clock.pass(.days(1))
            try await street.meet(held, expert) { try $0.begin() }
            try await street.meet(held, expert) { try $0.end() }
            #expect(try await holder() == "owner: Read the solution and say whether it helps")
        }
    }

    @Test func `keeps what its expert types for the solution until it is handed over`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let browser = street.house.browser(as: Street.expert(try #require(found.expert)))
            try await browser.open(Solution.edit(found.id))
            let form = try #require(browser.page?.form(Solution.page(found.id).text))
            let body = (form.fields.filter { !Solution.names.contains($0.name) } + [("situation", "水路结垢&堵"), ("advice", "酸洗 = 先试")]).map { "\(Link.encoded($0.0))=\(Link.encoded($0.1))" }.joined(separator: "&")
            #expect(try await browser.send(.post, Solution.draft(found.id).text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8)).status == 204)
            let again = try #require(try await browser.open(Solution.edit(found.id)).form(Solution.page(found.id).text))
            #expect(again.value("situation") == "水路结垢&堵" && again.value("advice") == "酸洗 = 先试" && again.value("analysis") == "")
            #expect(try await browser.post(Solution.page(found.id), ["analysis": "水质硬", "steps": "酸洗｜李师傅｜周五"]).has("水路结垢&amp;堵"))
            #expect(try await street.count("solution_draft") == 0)
        }
    }
}
