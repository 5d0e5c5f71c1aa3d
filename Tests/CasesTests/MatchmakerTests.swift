import Identity
import Languages
import Matching
import Reference
import TestSupport
import Testing
import Values
import Volunteers

@testable import Cases
@testable import Volunteers

@Suite("The matchmaker") struct MatchmakerTests {
    private static let now = MovingClock().now
    private static let matchmaker = Matchmaker(reference: .bundled)

    static func expert(
        _ person: ID<Person>, domains: [Domain] = [.technology], industry: String? = nil, employerCode: String? = nil, pause: (from: Day, until: Day)? = nil,
        weeklyLimit: Int = 3, appointed: Bool = true, headline: String = "模具工程师", subTopics: [String] = [], region: String = Cast.region
    ) -> Expert {
        Expert(
            person: person, institution: Cast.institution, name: "专家", kind: .science, standing: .retired, employer: "某所", employerCode: employerCode, industry: industry,
            headline: Words(headline, "Engineer"), biography: Words("", ""), domains: domains, subTopics: subTopics, region: region, weeklyLimit: weeklyLimit, pause: pause,
            enteredBy: Cast.lin.id, enteredAt: now,
            appointments: appointed
                ? [Appointment(id: ID(at: now), person: person, institution: Cast.institution, number: "1", from: now.day + -30, until: now.day + 300, by: Cast.head.id, at: now)] : [])
    }

    private static func asker(
        people: Set<ID<Person>> = [Cast.wang.id], refused: Set<ID<Person>> = [], rivals: Set<ID<Person>> = [], wished: ID<Person>? = nil, statement: String = "模具水路堵了"
    ) -> Matchmaker.Asker {
        Matchmaker.Asker(
            statement: statement, domain: .technology, subTopic: nil, region: Cast.region, industry: "29", creditCode: "91330106MA2AL02170", people: people,
            refused: refused, agreedRivals: rivals, wished: wished)
    }

    private static let me: ID<Person> = Cast.shen.id

    @Test func `bars by each hard condition, each alone`() {
        let busy = Practice(thisWeek: 3)
        let table: [(Expert, Matchmaker.Asker, Practice, [String])] = [
            (Self.expert(Self.me), Self.asker(), Practice(), []),
            (Self.expert(Self.me, domains: [.law]), Self.asker(), Practice(), ["domain"]),
            (Self.expert(Self.me, appointed: false), Self.asker(), Practice(), ["appointment"]),
            (Self.expert(Self.me, pause: (Self.now.day, Self.now.day)), Self.asker(), Practice(), ["pause"]),
            (Self.expert(Self.me, pause: (Self.now.day + 1, Self.now.day + 9)), Self.asker(), Practice(), []),
            (Self.expert(Self.me), Self.asker(), busy, ["weeklyLimit"]),
            (Self.expert(Self.me, weeklyLimit: 4), Self.asker(), busy, []),
            (Self.expert(Self.me), Self.asker(refused: [Self.me]), Practice(), ["refused"]),
            (Self.expert(Self.me), Self.asker(people: [Self.me]), Practice(), ["conflict.person"]),
            (Self.expert(Self.me, employerCode: "91330106MA2AL02170"), Self.asker(), Practice(), ["conflict.company"]),
            (Self.expert(Self.me, industry: "29"), Self.asker(), Practice(), ["rival"]),
            (Self.expert(Self.me, industry: "30"), Self.asker(), Practice(), []),
            (Self.expert(Self.me, industry: "29"), Self.asker(rivals: [Self.me]), Practice(), []),
        ]
        for (place, row) in table.enumerated() {
            let (expert, asker, practice, bars) = row
            #expect(Self.matchmaker.bars(asker, expert, practice, Self.now) == bars, "row \(place)")
            let places = Self.matchmaker.rank(asker, [expert], [Self.me: practice], now: Self.now, seed: 1).places
            #expect(places.count == (bars.isEmpty || bars == ["rival"] ? 1 : 0), "row \(place)")
            #expect(places.allSatisfy { $0.isRival == (bars == ["rival"]) }, "row \(place)")
        }
    }

    private static let many: [Expert] = (0..<30).map { number in
        expert(Cast.id(300 + UInt64(number)), headline: ["模具工程师", "焊接工程师", "水路模具专家", "电气"][number % 4])
    }

    @Test func `puts whom the person wished first, but never past a bar`() {
        let wished = Self.many[29].person
        let first = Self.matchmaker.rank(Self.asker(wished: wished), Self.many, [:], now: Self.now, seed: 7)
        #expect(first.places.map(\.expert).first == wished && first.places.count == 5 && Set(first.places.map(\.expert)).count == 5)
        #expect(first.places.map(\.rank) == [1, 2, 3, 4, 5])
        let barred = Self.matchmaker.rank(Self.asker(refused: [wished], wished: wished), Self.many, [:], now: Self.now, seed: 7)
        #expect(!barred.places.contains { $0.expert == wished })
    }

    @Test func `ranks the same in whatever order it is asked, and another day by another lot`() {
        let one = Self.matchmaker.rank(Self.asker(), Self.many, [:], now: Self.now, seed: 7)
        for _ in 0..<20 {
            let two = Self.matchmaker.rank(Self.asker(), Self.many.shuffled(), [:], now: Self.now, seed: 7)
            #expect(two.places.map(\.expert) == one.places.map(\.expert))
            #expect(two.ranking == one.ranking)
        }
        #expect(one.ranking.holds)
        #expect(Set((0..<20).map { Self.matchmaker.rank(Self.asker(), Self.many, [:], now: Self.now, seed: $0).places.map(\.expert) }).count > 3)
    }

    @Test func `asks who knows the matter before who is near, new and free`() {
        let mould = Self.expert(Cast.id(401), headline: "模具高级技师，注塑、热流道", subTopics: ["technology.process", "technology.mould"], region: "330624")
        let tea = Self.expert(Cast.id(402), headline: "制茶高级工程师", subTopics: ["technology.process", "technology.food"])
        let free = Self.expert(Cast.id(403), headline: "软件工程师", subTopics: ["technology.software"])
        let busy = [mould.person: Practice(open: 2, thisWeek: 2, answer: .hours(40)), tea.person: Practice(closed: [.technology: 9], closedTopics: ["technology.food": 9], answer: .hours(1))]
        for seed in 0..<20 as Range<UInt64> {
            let asker = Matchmaker.Asker(
                statement: "模具水路堵了，注塑件缩水，废品率高", domain: .technology, subTopic: "technology.process", region: Cast.region, industry: "35", creditCode: nil, people: [Cast.wang.id],
                refused: [], agreedRivals: [], wished: nil)
            let found = Self.matchmaker.rank(asker, [tea, free, mould], busy, now: Self.now, seed: seed)
            #expect(found.places.map(\.expert) == [mould.person, tea.person, free.person])
            #expect(found.ranking.holds)
        }
    }

    @Test func `sees newcomers: somebody new stands before the same with much at hand`() {
        let (new, old) = (Self.many[0], Self.expert(Cast.id(400)))
        let places = Self.matchmaker.rank(Self.asker(), [old, new], [old.person: Practice(open: 3)], now: Self.now, seed: 1).places
        #expect(places.map(\.expert) == [new.person, old.person])
        #expect(places.first?.reasons.contains { $0.chinese.contains("新来的") } == true)
        // Among many experienced ones, a newcomer still comes among the five.
        let experienced = Dictionary(Self.many.dropFirst(2).map { ($0.person, Practice(closed: [.management: 9], open: 2)) }, uniquingKeysWith: { a, _ in a })
        let seen = Self.matchmaker.rank(Self.asker(statement: "别的事"), Self.many, experienced, now: Self.now, seed: 3).places.map(\.expert)
        #expect(seen.contains(Self.many[0].person) && seen.contains(Self.many[1].person))
    }
}
