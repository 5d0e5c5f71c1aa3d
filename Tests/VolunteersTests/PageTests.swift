import HTTPTypes
import Files
import Happenings
import Identity
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

/// The life of an expert through the doorway, on both engines.
struct PageTests {
    static let entry: KeyValuePairs = [
        "name": "沈国强", "mobile": "13800000217", "kind": "science", "standing": "retired", "domains": "technology", "technologyTopics": "technology.process",
        "region": "331003", "employer": "省模具研究所", "headline": "原省模具研究所总工程师，已退休",
    ]

    @Test func `An officer enters, the head appoints, the expert sets times, and everybody finds them; then it ends`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            try await database.write(Scene.prepare)
            let clock = MovingClock()
            let house = try TestHouse(database, clock: clock, rooms: [WebRoom(), VolunteersRoom(files: FileStore(folder: ""))])
            let officer = house.browser(as: Scene.officer)
            try await officer.open(Roster.page())
            #expect(officer.page?.has("还没有专家") == true)
            try await officer.open(Expert.new())
            let entered = try await officer.post(Expert.new(), Self.entry)
            #expect(entered.status == 200)
            #expect(entered.heading == "沈国强")
            #expect(entered.has("138****0217"))
            #expect(!entered.has("13800000217"))
            let person = try #require(try await database.read { try $0.person(mobile: "13800000217") })
            let turn = try await database.read { try $0.turn(of: Subject("expert", person)) }
            #expect(turn?.holder == .organisation(Cast.institution))
            #expect(turn?.permission == "expert.appoint")
            #expect(try await database.read { try $0.notices(of: Cast.head.id, before: nil, limit: 5) }.map(\.place) == ["/volunteers/\(person)"])

            // Entered again: said beside the number, and nothing typed is lost.
            try await officer.open(Expert.new())
            let again = try await officer.post(Expert.new(), Self.entry)
            #expect(again.status == 422)
            #expect(again.has("已经录入过了"))
            #expect(again.form("/volunteers/new")?.value("headline") == "原省模具研究所总工程师，已退休")

            // Not public before the appointment.
            let anybody = house.browser()
            #expect(try await anybody.open(Expert.page(person)).status == 404)
            #expect(try await anybody.open(Expert.directory()).has("没有找到这样的专家"))

            let head = house.browser(as: Scene.head)
            #expect(try await head.open(Expert.staffPage(person)).has("轮到您"))
            try await head.open(Expert.appointing(person))
            let appointed = try await head.post(Expert.appointing(person))
            // No agreement was signed, so that there is no letter yet.
            #expect(appointed.has("还没有聘书") && !appointed.has("〔2026〕1号"))
            #expect(try await database.read { try $0.turn(of: Subject("expert", person)) } == nil)
            let expert = try #require(try await database.read { try $0.expert(person) })
            #expect(expert.isAppointed(on: Scene.today))
            #expect(expert.appointment?.until == Day(2028, 11, 22))

            // Their own page.
            let viewer = Viewer(person: person, name: "沈国强", memberships: [Membership(role: .expert, organisation: Cast.institution, regionPrefix: "331003")], provedAt: nil)
            let shen = house.browser(as: viewer)
            try await shen.open(Availability.page(person))
            let wrong = try await shen.post(Availability.page(person), ["limit": "99", "thursday": "下午"])
            #expect(wrong.status == 422)
            #expect(wrong.form(Availability.page(person).text)?.value("thursday") == "下午")
            let set = try await shen.post(Availability.page(person), ["limit": "2", "thursday": "14:00-17:00, 19:00-20:00"])
            #expect(set.status == 200)
            #expect(set.form(Availability.page(person).text)?.value("thursday") == "14:00-17:00, 19:00-20:00")
            #expect(try await shen.post(Availability.biography(person), ["biography": "做了38年模具。"]).has("简介已保存"))

            // Found, with the time and without the number.
            let directory = try await anybody.open("/experts?q=sgq&week=yes&d=technology&d=law")
            #expect(directory.has("沈国强"))
            #expect(directory.has("11月26日 (周四) 14:00"))
            let shown = try await anybody.open(Expert.page(person))
            #expect(shown.status == 200)
            #expect(shown.has("做了38年模具。"))
            #expect(shown.has("/needs/new?expert=\(person)"))
            for page in [directory, shown] { #expect(!page.has("13800000217") && !page.has("0217") && !page.has("省模具研究所</")) }

            // A pause, and the one click that undoes it.
            try await shen.open(Availability.page(person))
            let paused = try await shen.post(Pause.place(person), ["from": "2026-11-23", "until": "2026-12-05"])
            #expect(paused.has("暂停接单"))
            #expect(try await anybody.open(Expert.page(person)).has("12月10日 (周四) 14:00"))
            #expect(try await head.open(Expert.staffPage(person)).has("暂停到2026年12月5日"))
            try await shen.post(Pause.resumption(person))
            #expect(try await database.read { try $0.expert(person) }?.pause == nil)

            // The end.
            try await head.open(Expert.ending(person))
            #expect(try await head.post(Expert.ending(person)).status == 422)
            #expect(try await head.post(Expert.ending(person), ["reason": "本人辞聘"]).has("2026年11月23日结束聘任"))
            // Whoever kept the link is told kindly; what they knew is no longer offered.
            let former = try await anybody.open(Expert.page(person))
            #expect(former.status == 200 && former.has("聘任已结束") && !former.has("模具研究所"))
            #expect(try await anybody.open(Expert.directory()).has("没有找到这样的专家"))
            let kinds = try await database.read { try $0.happenings(of: Subject("expert", person)) }.map(\.kind)
            #expect(
                kinds == [
                    "expert.entered", "expert.appointed", "expert.availabilitySet", "expert.biographySet", "expert.paused", "expert.resumed",
                    "expert.appointmentEnded",
                ])
        }
    }

    @Test func `To a foreign institution an expert's staff pages and deeds are not there (A4)`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                return try Scene.serve(tx, "沈国强")
            }
            let house = try TestHouse(database, rooms: [WebRoom(), VolunteersRoom(files: FileStore(folder: ""))])
            let stranger = house.browser(as: Scene.stranger)
            for link in [Expert.staffPage(person), Expert.correction(person), Expert.appointing(person), Expert.ending(person), Availability.page(person)] {
                let shown = try await stranger.open(link)
                #expect(shown.status == 404, "\(link)")
                #expect(!shown.has("沈国强"), "\(link)")
            }
            #expect(try await !stranger.open(Roster.page()).has("沈国强"))
            #expect(try await !stranger.open("/volunteers?q=sgq").has("沈国强"))
            // A form of their own, sent to an expert who is not theirs.
            try await stranger.open(Expert.new())
            let fields = try #require(stranger.page?.form("/volunteers/new")).fields.filter { ["token", "once"].contains($0.name) }
            for (link, more) in [(Expert.ending(person), "reason=no%20more"), (Pause.place(person), "from=2026-11-23&until=2026-11-30"), (Expert.appointing(person), "from=2027-01-01&until=2029-01-01")] {
                let body = fields.map { "\($0.name)=\(Link.encoded($0.value))" }.joined(separator: "&") + "&" + more
                let answer = try await stranger.send(.post, link.text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8))
                #expect(answer.status == 404, "\(link)")
            }
            let expert = try #require(try await database.read { try $0.expert(person) })
            #expect(expert.isAppointed(on: Scene.today))
            #expect(expert.pause == nil)
            #expect(expert.appointments.count == 1)
            // The directory is everybody's.
            #expect(try await stranger.open(Expert.directory()).has("沈国强"))
            // Nobody without a role gets further than the sign-in.
            #expect(try await house.browser().send(.get, Roster.page().text).status == 303)
        }
    }

    @Test func `An officer who is head too cannot appoint whom they entered (A7)`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                let person = try tx.makePerson(name: "沈国强", mail: nil, now: Scene.now)
                try tx.enterExpert(Scene.expert(person, "沈国强"))
                return person
            }
            let house = try TestHouse(database, rooms: [WebRoom(), VolunteersRoom(files: FileStore(folder: ""))])
            let both = house.browser(as: Cast.lin.viewer(Scene.officer.memberships + [Membership(role: .head, organisation: Cast.institution, regionPrefix: "33")]))
            try await both.open(Expert.appointing(person))
            let refused = try await both.post(Expert.appointing(person))
            #expect(refused.status == 422)
            #expect(refused.has("要由另一位负责人任命"))
            // The table refuses it too.
            await #expect(throws: StorageFailure.self) {
                try await database.write { tx in try tx.insert(Scene.appointment(person, "〔2026〕7号", by: Cast.lin.id), enteredBy: Cast.lin.id) }
            }
            #expect(try await database.read { try $0.expert(person) }?.appointments.isEmpty == true)
        }
    }

    @Test func `Of eight heads who appoint at once exactly one does, and of eight endings one (A10)`() async throws {
        try await onBothEngines(Scene.migrations, connections: 8) { database in
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                let person = try tx.makePerson(name: "沈国强", mail: nil, now: Scene.now)
                try tx.enterExpert(Scene.expert(person, "沈国强"))
                return person
            }
            func winners(_ deed: @escaping @Sendable (Transaction, Int) throws -> Void) async -> Int {
                await withTaskGroup(of: Bool.self) { group in
                    for number in 0..<8 { group.addTask { do { try await database.write { try deed($0, number) } } catch { return false }; return true } }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
            }
            for round in 0..<10 {
                let appointed = await winners { tx, number in
                    var expert = try tx.lockedExpert(person)
                    let letter = Scene.appointment(person, "〔2026〕\(round * 8 + number)号", Scene.today)
                    if try expert.appoint(letter, today: Scene.today) { try tx.appoint(expert, letter, now: Scene.now) }
                }
                #expect(appointed == 1)
                let ended = await winners { tx, _ in
                    try tx.endAppointments(of: try tx.lockedExpert(person), Appointment.Ending(reason: "辞聘", by: Cast.head.id, at: Scene.now))
                }
                #expect(ended == 1)
            }
            #expect(try await database.read { try $0.expert(person) }?.appointments.count == 10)
        }
    }

    @Test func `The roster is filled for weeks at once, and says what is missing`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                return try Scene.serve(tx, "沈国强")
            }
            let house = try TestHouse(database, rooms: [WebRoom(), VolunteersRoom(files: FileStore(folder: ""))])
            let officer = house.browser(as: Scene.officer)
            #expect(try await officer.open(Duty.page()).has("14天里有14天没排齐"))
            let proposed = try await officer.open("/duty?propose=yes")
            #expect(proposed.form("/duty")?.value("officer1") == Cast.lin.id.text)
            #expect(proposed.form("/duty")?.value("expert7") == person.text)
            let saved = try await officer.post(Duty.page(), ["weeks": "1"])
            #expect(saved.has("后面14天都排好了"))
            let duties = try await database.read { try $0.duties(of: Cast.institution, from: Scene.today, until: Scene.today + 30) }
            #expect(duties.count == 28)
            #expect(try await database.read { try $0.onDuty(Cast.institution, Scene.today + 13) }.map(\.kind) == [.officer, .expert])
            // The same expert twice on a day.
            try await officer.open(Duty.page())
            #expect(try await officer.post(Duty.page(), ["second1": person.text]).status == 422)
            #expect(try await house.browser(as: Scene.stranger).open(Duty.page()).has("沈国强") == false)
        }
    }

    @Test(arguments: ["zh", "en"]) func `Every page is complete in either language`(_ language: String) async throws {
        try await onSQLite(Scene.migrations) { database, _ in
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                return try Scene.serve(tx, "沈国强", subTopics: ["technology.process"], free: Scene.free(4, 14, 16))
            }
            let house = try TestHouse(database, rooms: [WebRoom(), VolunteersRoom(files: FileStore(folder: ""))])
            let both = house.browser(as: Cast.lin.viewer(Scene.officer.memberships + Scene.head.memberships))
            both.headers["Accept-Language"] = language
            for link in [
                Expert.directory(), Expert.page(person), Roster.page(), Expert.staffPage(person), Expert.new(), Expert.correction(person), Expert.appointing(person),
                Expert.ending(person), Availability.page(person), Duty.page(), Link(path: "/experts?q=nobody"), Link(path: "/volunteers?state=past"),
            ] {
                let shown = try await both.open(link)
                #expect(shown.status == 200, "\(link)")
                #expect(shown.text.matches(of: /<h1/).count == 1, "\(link)")
                #expect(shown.text.matches(of: /class="btn (?:danger )?go/).count <= 1, "\(link)")
            }
        }
    }
}
