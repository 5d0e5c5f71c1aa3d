import Languages
import Storage
import TestSupport
import Testing
import Turns
import Values
import Volunteers
import Web

@testable import Cases

@Suite("A meeting") struct MeetingTests {
    private static let now = MovingClock().now
    private static let states: [Meeting.State] = [
        .proposed, .agreed(at: now), .running(at: now, since: now), .held(at: now, from: now, until: now), .cancelled(by: Cast.wang.id, reason: ""),
        .missed(at: now, saidBy: Cast.wang.id, objected: false), .missed(at: now, saidBy: Cast.wang.id, objected: true),
    ]

    @Test func `takes each deed in the states that are drawn and in no other (A6)`() {
        let table: [(Meeting.Deed, [Bool])] = [
            (.agree, [true, false, false, false, false, false, false]), (.begin, [false, true, false, false, false, false, false]),
            (.end, [false, false, true, false, false, false, false]), (.cancel, [true, true, false, false, false, false, false]),
            (.miss, [false, true, false, false, false, false, false]), (.object, [false, false, false, false, false, true, false]),
        ]
        #expect(Set(table.map(\.0)) == Set(Meeting.Deed.allCases))
        for (deed, row) in table {
            for (state, wanted) in zip(Self.states, row) {
                let meeting = Meeting(id: Cast.id(1), serviceCase: Cast.id(2), proposedBy: Cast.wang.id, way: .video, place: "", minutes: Minutes(60), times: [], at: Self.now, state: state)
                #expect(meeting.allows(deed) == wanted, "\(deed) in \(state)")
            }
        }
    }

    private func propose(_ street: Street, _ found: Case, _ times: [Instant], _ minutes: Int = 60) async throws -> ID<Meeting> {
        try await street.deed(found.id, Street.owner) { try $0.propose(.telephone, place: "", minutes: Minutes(minutes), times: times) }
    }

    private func state(_ street: Street, _ id: ID<Meeting>) async throws -> Meeting.State? { try await street.database.read { try $0.meeting(id)?.state } }

    @Test func `is proposed by one side, agreed to by the other alone, begun and ended when pressed`() async throws {
        try await Street.on(experts: 2) { street in
            let found = try await street.running()
            let expert = Street.expert(try #require(found.expert))
            let (first, second) = (street.clock.now + .days(1), street.clock.now + .days(2))
            let id = try await propose(street, found, [second, first])
            #expect(try await street.turn(found.subject)?.holder == .person(found.expert ?? Cast.wang.id))
            await #expect(throws: Problem.self) { try await street.meet(id, Street.owner) { try $0.agree(at: first) } }
            await #expect(throws: Problem.self) { try await street.meet(id, expert) { try $0.agree(at: first + .hours(1)) } }
            try await street.meet(id, expert) { try $0.agree(at: first) }
            #expect(try await state(street, id) == .agreed(at: first))
            #expect(try await street.turn(found.subject)?.due == first)
            await #expect(throws: Problem.self) { try await street.meet(id, expert) { try $0.end() } }
            street.clock.set(first - .minutes(31))
            let early = await #expect(throws: Problem.self) { try await street.meet(id, expert) { try $0.begin() } }
            #expect(early?.name == "meeting.early")
            await #expect(throws: Problem.self) { try await street.meet(id, Street.owner) { try $0.begin() } }
            street.clock.set(first)
            try await street.meet(id, expert) { try $0.begin() }
            street.clock.pass(.minutes(50))
            await #expect(throws: Problem.self) { try await street.meet(id, Street.owner) { try $0.end() } }
            try await street.meet(id, expert) { try $0.end() }
            #expect(try await state(street, id) == .held(at: first, from: first, until: first + .minutes(50)))
            #expect(try await street.turn(found.subject)?.what.english == "Write the solution")
            await #expect(throws: Problem.self) { try await street.meet(id, Street.owner) { try $0.cancel("") } }
        }
    }

    @Test func `on site stands on a day of cover: the deed says what is missing, and the database refuses it whoever writes (N6)`() async throws {
        try await Street.on(experts: 2) { street in
            let found = try await street.running()
            let person = try #require(found.expert)
            let begins = street.clock.now + .days(2)
            let id: ID<Meeting> = try await street.deed(found.id, Street.owner) { try $0.propose(.onSite, place: "厂里", minutes: Minutes(60), times: [begins]) }
            let call = try await propose(street, found, [begins + .days(1)])
            let refused = await #expect(throws: Problem.self) { try await street.meet(id, Street.expert(person)) { try $0.agree(at: begins) } }
            #expect(refused?.name == "meeting.uncovered")

            func write(_ meeting: ID<Meeting>, way: String, day: Day, covered: Day?) async throws {
                try await street.database.write { tx in
                    _ = try tx.run(
                        "insert into meeting_agreement (meeting, way, begins, expert, day, covered_day, by_person, at) values (\(meeting), \(way), \(begins), \(person), \(day), \(covered), \(person), \(begins))")
                }
            }
            // Without a day, with a day that nobody covers, with the visit called a call, with a call that claims cover.
            await #expect(throws: (any Error).self) { try await write(id, way: "onSite", day: begins.day, covered: nil) }
            await #expect(throws: (any Error).self) { try await write(id, way: "onSite", day: begins.day, covered: begins.day) }
            await #expect(throws: (any Error).self) { try await write(id, way: "telephone", day: begins.day, covered: nil) }
            await #expect(throws: (any Error).self) { try await write(call, way: "telephone", day: begins.day, covered: begins.day) }

            let (now, day) = (street.clock.now, begins.day)
            try await street.database.write { tx in
                let policy = Policy(
                    id: ID(at: now), institution: found.institution, region: found.region, insurer: "财产保险", number: "P1", from: day + -1, until: day, by: Cast.lin.id, at: now)
                try tx.take(policy)
                try tx.insure([person], by: policy, from: day + -1, person: Cast.lin.id, at: now)
                try tx.train(person, on: day + -1, by: Cast.lin.id, at: now)
            }
            // Another day's cover is none.
            _ = try await street.database.write { try $0.cover(person, on: day + -1) }
            await #expect(throws: (any Error).self) { try await write(id, way: "onSite", day: day, covered: day + -1) }
            await #expect(throws: (any Error).self) { try await write(id, way: "onSite", day: day, covered: day) }
            try await street.meet(id, Street.expert(person)) { try $0.agree(at: begins) }
            #expect(try await state(street, id) == .agreed(at: begins))
            #expect(try await street.count("cover") == 2)
        }
    }

    @Test func `at a distance may be held without cover: the expert is warned, and the owner reads nothing of it`() async throws {
        try await Street.on { street in
            let found = try await street.running()
            let person = try #require(found.expert)
            let begins = street.clock.now + .days(2)
            let id = try await propose(street, found, [begins])
            let page = CasePages.tab(found.id, "meetings")
            #expect(!(try await street.house.browser(as: Street.expert(person)).open(page).has("不能入企")))
            try await street.meet(id, Street.expert(person)) { try $0.agree(at: begins) }
            #expect(try await street.house.browser(as: Street.expert(person)).open(page).has("还没完成上岗培训，不能入企。电话、视频可以照常谈"))
            #expect(!(try await street.house.browser(as: Street.owner).open(page).has("不能入企")))
        }
    }

    /// What the migration finds in an older database, as bare as it may be.
    private static let before = Migration(
        "Before", 1,
        [
            "create table cover (expert \(.text) not null, day \(.text) not null, primary key (expert, day))\(.strict)",
            "create table service_case (id \(.text) not null primary key, expert \(.text))\(.strict)",
            "create table meeting (id \(.text) not null primary key, service_case \(.text) not null, way \(.text) not null)\(.strict)",
            "create table meeting_agreement (meeting \(.text) not null primary key references meeting (id), begins \(.int) not null, by_person \(.text) not null, at \(.int) not null)\(.strict)",
            "insert into service_case (id, expert) values ('c', 'shen')",
            "insert into meeting (id, service_case, way) values ('visit', 'c', 'onSite'), ('call', 'c', 'telephone'), ('later', 'c', 'onSite')",
            // 2026-11-24 23:30 and 2026-11-25 00:30 in the field's time.
            "insert into meeting_agreement (meeting, begins, by_person, at) values ('visit', 1795534200000, 'wang', 5), ('call', 1795537800000, 'wang', 6)",
        ])

    @Test func `what was agreed before cover was asked for stays agreed, and nothing else comes in that way`() async throws {
        try await onBothEngines([Self.before, Meeting.covering]) { database async throws in
            let kept = try await database.read { try $0.values("select meeting || ' ' || way || ' ' || expert || ' ' || day from meeting_agreement order by meeting", String.self) }
            #expect(kept == ["call telephone shen 2026-11-25", "visit onSite shen 2026-11-24"])
            await #expect(throws: (any Error).self) {
                try await database.write { tx in
                    _ = try tx.run(
                        "insert into meeting_agreement (meeting, way, begins, expert, day, carried_over, by_person, at) values ('later', 'onSite', 7, 'shen', '2026-11-25', true, 'wang', 7)")
                }
            }
        }
    }

    @Test func `is not agreed to when its time is past, nor in a case that is over`() async throws {
        try await Street.on(experts: 2) { street in
            let found = try await street.running()
            let expert = Street.expert(try #require(found.expert))
            let soon = street.clock.now + .hours(1)
            let (past, other) = (try await propose(street, found, [soon]), try await propose(street, found, [soon + .days(3)]))
            street.clock.pass(.hours(2))
            await #expect(throws: Problem.self) { try await street.meet(past, expert) { try $0.agree(at: soon) } }
            try await street.solve(found)
            try await street.close(found.id, .solved)
            await #expect(throws: Problem.self) { try await street.meet(other, expert) { try $0.agree(at: soon + .days(3)) } }
            #expect(try await street.turn(found.subject) == nil)
        }
    }

    @Test func `at one time with another is refused, with the nearest three free times; cancelling frees`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let expert = Street.expert(try #require(found.expert))
            let at = Instant(street.clock.now.day + 1, 10)
            let (a, b) = (try await propose(street, found, [at]), try await propose(street, found, [at + .minutes(45)]))
            try await street.meet(a, expert) { try $0.agree(at: at) }
            let refusal = await #expect(throws: Problem.self) { try await street.meet(b, expert) { try $0.agree(at: at + .minutes(45)) } }
            #expect(refusal?.name == "meeting.taken")
            let (asker, other) = (found.asker, try #require(found.expert))
            let now = street.clock.now
            let free = try await street.write { try MeetingPages.nearest(at + .minutes(45), Minutes(60), [asker, other], $0, after: now) }
            #expect(free == [at + .minutes(60), at + .minutes(75), at + .minutes(90)])
            try await street.meet(a, Street.owner) { try $0.cancel("临时有事") }
            try await street.meet(b, expert) { try $0.agree(at: at + .minutes(45)) }
            #expect(try await street.count("taken_quarter") == 8)
            try await street.close(found.id, .not)
            #expect(try await street.count("taken_quarter") == 0)
        }
    }

    @Test func `never offers a time that is past or at night`() async throws {
        try await Street.on(experts: 0) { street in
            let now = street.clock.now
            for hour in [0, 10, 23] {
                let free = try await street.write { try MeetingPages.nearest(Instant(now.day, hour), Minutes(60), [Cast.wang.id], $0, after: now) }
                #expect(free.count == 3 && free.allSatisfy { $0 > now && (8...20).contains($0.minuteOfDay / 60) }, "\(hour)")
            }
        }
    }

    @Test func `of one expert in two cases, agreed to from eight sides at once: never two at one time`() async throws {
        try await Street.on(experts: 1) { street in
            let (one, two) = (try await street.running(), try await street.running())
            let expert = Street.expert(try #require(one.expert))
            let begin = Instant(street.clock.now.day + 1, 8)
            for round in 0..<50 {
                let at = begin + .minutes(round * 120)
                var ids: [ID<Meeting>] = []
                for side in 0..<8 { ids.append(try await propose(street, side.isMultiple(of: 2) ? one : two, [at + .minutes(side % 3 * 15)])) }
                let taken = ids
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for side in 0..<8 {
                        group.addTask {
                            do { try await street.meet(taken[side], expert) { try $0.agree(at: at + .minutes(side % 3 * 15)) } } catch is Problem {}
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await street.count("meeting_agreement where meeting in (\(list: taken))") == 1, "round \(round)")
            }
            #expect(try await street.count("taken_quarter") == 50 * 8)
        }
    }

    @Test func `at one time in eight ways, each agreed to 400 times at once: one holds`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let expert = Street.expert(try #require(found.expert))
            let at = Instant(street.clock.now.day + 1, 8)
            var ids: [ID<Meeting>] = []
            for _ in 0..<8 { ids.append(try await propose(street, found, [at])) }
            let all = ids
            let won = try await withThrowingTaskGroup(of: Int.self) { group in
                for side in 0..<8 {
                    group.addTask {
                        var won = 0
                        for turn in 0..<400 {
                            do {
                                try await street.meet(all[(side + turn) % 8], expert) { try $0.agree(at: at) }
                                won += 1
                            } catch let problem as Problem where ["meeting.taken", "meeting.past"].contains(problem.name) {}
                        }
                        return won
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(won == 1)
            #expect(try await street.count("meeting_agreement") == 1)
            #expect(try await street.count("taken_quarter") == 8)
        }
    }

    @Test func `is never said to be missed before fifteen minutes, and the other may object, once`() async throws {
        try await Street.on(experts: 1) { street in
            let found = try await street.running()
            let expert = Street.expert(try #require(found.expert))
            let at = street.clock.now + .days(1)
            let id = try await propose(street, found, [at])
            try await street.meet(id, expert) { try $0.agree(at: at) }
            for early in [at - .minutes(1), at, at + .minutes(15)] {
                street.clock.set(early)
                await #expect(throws: Problem.self) { try await street.meet(id, Street.owner) { try $0.miss() } }
            }
            #expect(try await state(street, id) == .agreed(at: at))
            street.clock.set(at + .minutes(15) + .seconds(1))
            try await street.meet(id, Street.owner) { try $0.miss() }
            await #expect(throws: Problem.self) { try await street.meet(id, Street.owner) { try $0.object() } }
            try await street.meet(id, expert) { try $0.object() }
            #expect(try await state(street, id) == .missed(at: at, saidBy: Cast.wang.id, objected: true))
            await #expect(throws: Problem.self) { try await street.meet(id, expert) { try $0.object() } }
        }
    }
}
