import Documents
import Files
import Happenings
import Identity
import Languages
import Messaging
import Papers
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Volunteers

/// How appointments end: by the expert, by the head, by themselves.
struct TermTests {
    /// Appointed by the page's own way, with a letter from Papers.
    private static func letter(_ database: Database, _ house: TestHouse) async throws -> (ID<Person>, Paper) {
        let person = try await database.write { tx in
            try Scene.prepare(tx)
            let person = try tx.makePerson(name: "沈国强", mail: nil, now: Scene.now)
            try tx.enterExpert(Scene.expert(person, "沈国强"))
            try Scene.agree(tx, person)
            return person
        }
        let head = house.browser(as: Scene.head)
        try await head.open(Expert.appointing(person))
        try await head.post(Expert.appointing(person))
        let paper = try #require(try await database.read { try $0.papers(of: person).first { $0.kind == .letter } })
        return (person, paper)
    }

    /// Entered by an officer, and nothing signed.
    private static func entered(_ database: Database) async throws -> ID<Person> {
        try await database.write { tx in
            try Scene.prepare(tx)
            let person = try tx.makePerson(name: "沈国强", mail: nil, now: Scene.now)
            try tx.enterExpert(Scene.expert(person, "沈国强"))
            return person
        }
    }

    @Test func `Without an agreement in force an expert is appointed and serves, and no letter goes out until both have signed (2_2d, 2_2e)`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let house = try ApplicationTests.house(database)
            let person = try await Self.entered(database)
            func letters() async throws -> [Paper] { try await database.read { try $0.papers(of: person) }.filter { $0.kind == .letter } }
            let head = house.browser(as: Scene.head)
            let asked = try await head.open(Expert.appointing(person))
            #expect(asked.has("现在发不出聘书：没有有效的服务协议") && asked.has("/volunteers/\(person)/agreement"))
            #expect(try await head.post(Expert.appointing(person)).has("还没有聘书"))
            let expert = try #require(try await database.read { try $0.expert(person) })
            #expect(expert.isAppointed(on: Scene.today) && expert.appointment?.number == "")
            #expect(try await letters().isEmpty)
            // Two of them in one institution are told apart.
            try await database.write { tx in
                let other = try tx.makePerson(name: "陆明", mail: nil, now: Scene.now)
                try tx.enterExpert(Scene.expert(other, "陆明"))
                try tx.appoint(try tx.lockedExpert(other), Scene.appointment(other, ""), now: Scene.now)
            }
            // One signature is not enough; the institution's brings the letter, once.
            try await database.write { tx in try Scene.agree(tx, person) }
            let letter = try #require(try await letters().first)
            #expect(try await letters().count == 1)
            let appointment = try #require(try await database.read { try $0.expert(person) }?.appointment)
            #expect(letter.about == Subject("appointment", appointment.id) && letter.number == appointment.number && letter.validUntil == appointment.until)
            #expect(try await head.open(Expert.staffPage(person)).has(letter.number))
            #expect(try await database.read { try $0.notices(of: person, before: nil, limit: 9) }.contains { $0.words.chinese.contains(letter.number) && $0.place == "/papers/\(letter.id)" })
            #expect(try await database.read { try $0.turn(of: Subject("expert", person)) } == nil)
        }
    }

    @Test(arguments: [(-400, -1, "", true), (10, 700, "服务协议2026年12月3日起，聘期不能更早", false)])
    func `No letter rests on an agreement that has run out or has not begun`(from: Int, until: Int, refusal: String, isAppointed: Bool) async throws {
        try await onBothEngines(Scene.migrations) { database in
            let house = try ApplicationTests.house(database)
            let person = try await Self.entered(database)
            try await database.write { tx in try Scene.agree(tx, person, from: Scene.today + from, until: Scene.today + until) }
            let head = house.browser(as: Scene.head)
            try await head.open(Expert.appointing(person))
            let shown = try await head.post(Expert.appointing(person), ["from": "\(Scene.today)", "until": "\(Scene.today + 500)"])
            #expect(shown.status == (isAppointed ? 200 : 422) && (refusal.isEmpty || shown.has(refusal)))
            #expect(try await database.read { try $0.expert(person) }?.isAppointed(on: Scene.today) == isAppointed)
            #expect(try await database.read { try $0.papers(of: person) }.allSatisfy { $0.kind != .letter })
        }
    }

    private static func viewer(_ person: ID<Person>) -> Viewer {
        Viewer(person: person, name: "沈国强", memberships: [Membership(role: .expert, organisation: Cast.institution, regionPrefix: "331003")], provedAt: nil)
    }

    @Test func `The letter has its number from Papers and says what was decided`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let house = try ApplicationTests.house(database)
            let (person, paper) = try await Self.letter(database, house)
            let appointment = try #require(try await database.read { try $0.expert(person) }?.appointment)
            #expect(appointment.number == paper.number)
            #expect(paper.kind == .letter)
            #expect(paper.about == Subject("appointment", appointment.id))
            #expect(paper.validUntil == appointment.until)
            #expect(paper.claims["name"] == "沈国强")
            #expect(paper.claims["domains"] == "技术")
            #expect(paper.claims["team"] == "浙江省中小企业服务中心专家志愿服务团")
            let draw = try #require(VolunteerPaper.drawings[.letter])
            let drawn = draw(paper.claims)
            #expect(drawn.title == "聘书")
            #expect(drawn.number == paper.number)
        }
    }

    @Test func `An expert resigns: nobody asks why, the letter holds no more, and Cases hears of it`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let house = try ApplicationTests.house(database)
            let (person, paper) = try await Self.letter(database, house)
            let shen = house.browser(as: Self.viewer(person))
            #expect(try await shen.open(Availability.page(person)).has(paper.number))
            // Nobody resigns for somebody else.
            #expect(try await house.browser(as: Scene.head).open(Resignation.page(person)).status == 404)
            #expect(try await shen.open(Resignation.page(person)).has("先暂停接单"))
            try await shen.post(Resignation.page(person))
            let expert = try #require(try await database.read { try $0.expert(person) })
            #expect(!expert.isAppointed(on: Scene.today))
            #expect(expert.appointment?.ending?.kind == .resigned)
            let after = try await database.read { try $0.paper(paper.id) }
            #expect({ if case .revoked = after?.standing(on: Scene.today) { true } else { false } }())
            let heard = try await database.read { try $0.happenings(of: expert.subject) }.last
            #expect(heard?.kind == "expert.appointmentEnded")
            #expect(heard?.fields["why"] == "resigned")
            #expect(try await database.read { try $0.notices(of: Cast.head.id, before: nil, limit: 5) }.contains { $0.words.chinese == "沈国强辞去了聘任" })
            #expect(try await house.browser(as: Scene.officer).open(Expert.staffPage(person)).has("辞聘"))
        }
    }

    @Test func `A term that runs out is reminded of at 60, 30 and 7 days, asks the head to renew, and ends once`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let until = Scene.today + 100
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                let person = try tx.makePerson(name: "沈国强", mail: nil, now: Scene.now)
                let expert = Scene.expert(person, "沈国强")
                try tx.enterExpert(expert)
                try tx.appoint(expert, Scene.appointment(person, "〔2026〕1号", Scene.today, until), now: Scene.now)
                return person
            }
            func remind(_ day: Day) async throws -> Int { try await database.write { try $0.remindOfTerms(now: Instant(day, 9)) } }
            func ends(_ day: Day) async throws -> Int {
                _ = try await database.write { try $0.expireAppointments(now: Instant(day, 9)) }
                return try await database.read { try $0.happenings(of: Subject("expert", person)) }.count { $0.kind == "expert.appointmentEnded" }
            }
            #expect(try await remind(until + -61) == 0)
            #expect(try await remind(until + -60) == 1)
            #expect(try await remind(until + -59) == 0)
            #expect(try await database.read { try $0.turn(of: Subject("expert", person)) } == nil)
            #expect(try await remind(until + -30) == 1)
            #expect(try await database.read { try $0.turn(of: Subject("expert", person)) }?.permission == "expert.appoint")
            #expect(try await remind(until + -7) == 1)
            #expect(try await remind(until) == 0)
            #expect(try await ends(until) == 0)
            #expect(try await ends(until + 1) == 1)
            #expect(try await ends(until + 2) == 1)
            #expect(try await database.read { try $0.turn(of: Subject("expert", person)) } == nil)
            #expect(try await database.read { try $0.happenings(of: Subject("expert", person)) }.last?.fields["why"] == "expired")
            #expect(try await database.read { try $0.notices(of: person, before: nil, limit: 1) }.first?.words.chinese == "您的聘期满了，谢谢您这些年的帮助")
        }
    }

    @Test func `A renewal in time is no end: no reminder, no hand-over`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let until = Scene.today + 20
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                let person = try tx.makePerson(name: "沈国强", mail: nil, now: Scene.now)
                let expert = Scene.expert(person, "沈国强")
                try tx.enterExpert(expert)
                try tx.appoint(expert, Scene.appointment(person, "〔2026〕1号", Scene.today, until), now: Scene.now)
                try tx.appoint(try tx.lockedExpert(person), Scene.appointment(person, "〔2026〕2号", until + 1, until + 700), now: Scene.now)
                return person
            }
            #expect(try await database.write { try $0.remindOfTerms(now: Scene.now) } == 0)
            _ = try await database.write { try $0.expireAppointments(now: Instant(until + 1, 9)) }
            #expect(try await database.read { try $0.happenings(of: Subject("expert", person)) }.allSatisfy { $0.kind != "expert.appointmentEnded" })
            #expect(try await database.read { try $0.expert(person) }?.isAppointed(on: until + 1) == true)
        }
    }

    @Test func `The team has a charter, a head and leaders who serve, and its name stands on the letter (2_2g)`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                return try Scene.serve(tx, "沈国强")
            }
            let house = try ApplicationTests.house(database)
            let head = house.browser(as: Scene.head)
            try await head.open(Team.setting())
            #expect(try await head.post(Team.setting(), ["head": Cast.stranger.id.text]).has("请从在任的专家里选"))
            let set = try await head.post(Team.setting(), ["name": "浙江助企专家志愿服务团", "head": person.text, "technologyLeader": person.text])
            #expect(set.heading == "浙江助企专家志愿服务团")
            let shown = try await house.browser().open(Team.page(Cast.institution))
            #expect(shown.has("技术分队"))
            #expect(shown.has("宗旨"))
            #expect(try await database.read { try $0.team(of: Cast.institution) } as String == "浙江助企专家志愿服务团")
            #expect(try await house.browser(as: Scene.officer).open(Team.setting()).status == 404)
            #expect(try await house.browser().open(Team.page(Cast.otherInstitution)).status == 404)
        }
    }
}
