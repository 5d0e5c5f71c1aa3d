import Cases
import Identity
import Languages
import Markup
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Papers
@testable import Records

@Suite("A certificate of service") struct CertificateTests {
    @Test func `is asked for, checked and issued by three people, and stands in the notice for seven days`() async throws {
        try await Yard.on { yard in
            try await yard.served(50, 42, 29)
            let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
            #expect(try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") } == id)
            #expect(try await yard.database.read { try $0.turn(of: Subject(Certificate.kind, id))?.permission } == "certificate.check")
            // Nobody checks their own, nobody issues what they checked.
            await #expect(throws: Problem.self) { try await yard.paper(Yard.almighty) { try $0.check(id) } }
            await #expect(throws: Problem.self) { try await yard.paper(Yard.stranger) { try $0.check(id) } }
            await #expect(throws: Problem.self) { try await yard.paper(Yard.chief) { try $0.issue(id) } }
            let both = Cast.lin.viewer([Role.officer, .head].map { Membership(role: $0, organisation: Cast.institution, regionPrefix: "") })
            for _ in 0..<2 { try await yard.paper(both) { try $0.check(id) } }
            for viewer in [both, Yard.almighty, Yard.officer] { await #expect(throws: Problem.self) { try await yard.paper(viewer) { try $0.issue(id) } } }
            for _ in 0..<2 { try await yard.paper(Yard.chief) { try $0.issue(id) } }
            let found = try #require(try await yard.database.read { try $0.certificate(id) })
            let issue = try #require(found.issue)
            let paper = try #require(try await yard.database.read { try $0.paper(issue.paper) })
            #expect(try await yard.count("paper") == 1)
            // 121 minutes are two hours, and half an hour is not rounded up.
            #expect(paper.claims["hours"] == "2小时（贰小时）" && paper.claims["minutes"] == "121")
            #expect(paper.claims["name"] == "沈国强" && paper.claims["inCharge"] == "周敏" && paper.claims["handler"] == "林晓")
            #expect(paper.claims["period"] == "2026年11月1日至2026年11月23日")
            #expect(try #require(paper.claims["volunteer"].flatMap(VolunteerNumber.init)).text.hasPrefix("3310032026"))
            #expect(found.state(at: yard.clock.now) == .noticed(until: issue.noticeUntil))
            #expect(try await yard.house.browser(as: Yard.colleagueOfficer).open(Certificate.notice()).has("沈国强"))
            yard.clock.pass(.days(9))
            #expect(found.state(at: yard.clock.now) == .issued)
            #expect(!(try await yard.house.browser(as: Yard.colleagueOfficer).open(Certificate.notice()).has("沈国强")))
            await #expect(throws: Problem.self) { try await yard.paper(Yard.colleagueOfficer) { try $0.object(id, words: "时长不对") } }
        }
    }

    @Test func `is not issued on records that changed after the check, nor for less than half an hour`() async throws {
        try await Yard.on { yard in
            try await yard.served(29)
            let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-01", until: "2026-11") }
            await #expect(throws: Problem.self) { try await yard.paper(Yard.officer) { try $0.check(id) } }
            try await yard.served(31)
            try await yard.paper(Yard.officer) { try $0.check(id) }
            try await yard.served(30)
            await #expect(throws: Problem.self) { try await yard.paper(Yard.chief) { try $0.issue(id) } }
            try await yard.paper(Yard.officer) { try $0.check(id) }
            try await yard.paper(Yard.chief) { try $0.issue(id) }
            await #expect(throws: Problem.self) { try await yard.paper(Yard.officer) { try $0.check(id) } }
            await #expect(throws: Problem.self) { try await yard.paper(Yard.officer) { try $0.refuse(id, reason: "不能出具") } }
            let minutes = try await yard.database.read { reader in try reader.papers(of: Cast.shen.id).first?.claims["minutes"] }
            #expect(minutes == "90")
        }
    }

    @Test func `is suspended by an objection, and revoked or lifted by somebody who had no part`() async throws {
        try await Yard.on { yard in
            try await yard.served(90)
            for upheld in [false, true] {
                let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
                try await yard.paper(Yard.officer) { try $0.check(id) }
                try await yard.paper(Yard.chief) { try $0.issue(id) }
                await #expect(throws: Problem.self) { try await yard.paper(Yard.almighty) { try $0.object(id, words: "时长不对") } }
                try await yard.paper(Yard.officer) { try $0.object(id, words: "时长不对") }
                func standing() async throws -> Paper.Standing? {
                    let day = yard.clock.now.day
                    return try await yard.database.read { try $0.paper(about: Subject(Certificate.kind, id))?.standing(on: day) }
                }
                guard case .suspended = try await standing() else { Issue.record("not suspended"); return }
                for viewer in [Yard.officer, Yard.chief, Yard.almighty, Yard.stranger] { await #expect(throws: Problem.self) { try await yard.paper(viewer) { try $0.answer(id, upheld: upheld, reason: "核对过了") } } }
                try await yard.paper(Yard.colleagueOfficer) { try $0.answer(id, upheld: upheld, reason: "核对过通话记录") }
                switch (upheld, try await standing()) {
                case (false, .valid), (true, .revoked): break
                case (_, let other): Issue.record("\(upheld): \(String(describing: other))")
                }
                #expect(try await yard.database.read { try $0.turn(of: Subject("certificateObjection", id)) } == nil)
            }
        }
    }

    @Test func `stays suspended while the objection waits: whoever issued it does not lift it alone (A7)`() async throws {
        try await Yard.on { yard in
            try await yard.served(90)
            let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
            try await yard.paper(Yard.officer) { try $0.check(id) }
            try await yard.paper(Yard.chief) { try $0.issue(id) }
            try await yard.paper(Yard.officer) { try $0.object(id, words: "时长不对") }
            let paper = try #require(try await yard.database.read { try $0.paper(about: Subject(Certificate.kind, id)) })
            let chief = yard.house.browser(as: Yard.chief)
            try await chief.open(Paper.page(paper.id))
            #expect(try await chief.post(PaperDesk.lifting(paper.id)).has("有异议还没答复"))
            let day = yard.clock.now.day
            guard case .suspended = try await yard.database.read({ try $0.paper(paper.id)?.standing(on: day) }) else { Issue.record("lifted"); return }
            // One that the head suspended without an objection is the head's to lift.
            try await yard.paper(Yard.colleagueOfficer) { try $0.answer(id, upheld: false, reason: "核对过通话记录") }
            let (now, head) = (yard.clock.now, Party.person(Cast.head.id))
            try await yard.write { try $0.suspend(paper.id, reason: "再查一查", by: head, at: now) }
            try await chief.open(Paper.page(paper.id))
            #expect(try await chief.post(PaperDesk.lifting(paper.id)).has("已恢复使用"))
        }
    }

    @Test func `shows what an objection says to staff and to whoever made it, and to nobody else who reads the notice`() async throws {
        try await Yard.on { yard in
            try await yard.served(90)
            let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
            try await yard.paper(Yard.officer) { try $0.check(id) }
            try await yard.paper(Yard.chief) { try $0.issue(id) }
            let (one, other) = (Yard.viewer(Yard.partner, .expert, at: Cast.institution), Yard.viewer(Cast.stranger, .expert, at: Cast.institution))
            try await yard.paper(one) { try $0.object(id, words: "他那天在外地") }
            for (viewer, reads) in [(one, true), (other, false), (Yard.officer, true), (Yard.expert, true)] {
                let shown = try await yard.house.browser(as: viewer).open(Certificate.page(id))
                #expect(shown.status == 200 && shown.has("有异议") && shown.has("他那天在外地") == reads)
            }
            try await yard.paper(Yard.colleagueOfficer) { try $0.answer(id, upheld: false, reason: "查过行程，他在本地") }
            #expect(!(try await yard.house.browser(as: other).open(Certificate.page(id)).has("查过行程")))
        }
    }

    @Test func `is revoked when a record that it rests on turns out shorter, and no other certificate is`() async throws {
        try await Yard.on { yard in
            func issued(_ from: String, _ until: String) async throws -> ID<Certificate> {
                let id = try await yard.paper(Yard.expert) { try $0.request(from: from, until: until) }
                try await yard.paper(Yard.officer) { try $0.check(id) }
                try await yard.paper(Yard.chief) { try $0.issue(id) }
                return id
            }
            func standing(_ id: ID<Certificate>) async throws -> Paper.Standing? {
                let day = yard.clock.now.day
                return try await yard.database.read { try $0.paper(about: Subject(Certificate.kind, id))?.standing(on: day) }
            }
            try await yard.served(90)
            let first = try await issued("2026-11", "2026-11")
            // What came to count after it was issued is not in it.
            let late = try await yard.held(60)
            yard.clock.pass(.hours(1))
            try await yard.deed(Yard.owner) { try $0.confirm(late) }
            try await yard.deed(Yard.owner) { try $0.object(late, words: "只谈了50分钟", minutes: Minutes(50)) }
            try await yard.deed(Yard.colleagueOfficer) { try $0.answer(late, upheld: true, reason: "核对过通话记录") }
            #expect(try await standing(first) == .valid)
            let second = try await issued("2026-10", "2026-11")
            let early = try #require(try await yard.database.read { try $0.serviceRecords("q.minutes = 90", limit: 1).first })
            try await yard.deed(Yard.owner) { try $0.object(early.id, words: "只谈了半小时", minutes: Minutes(30)) }
            try await yard.deed(Yard.colleagueOfficer) { try $0.answer(early.id, upheld: true, reason: "核对过通话记录") }
            for id in [first, second] { guard case .revoked = try await standing(id) else { Issue.record("still good for minutes that do not count"); return } }
            // The one that is asked for anew says what counts now, and a correction upwards takes nothing away.
            let third = try await issued("2026-11", "2026-11")
            try await yard.deed(Yard.expert) { try $0.object(early.id, words: "确实谈了90分钟", minutes: Minutes(90)) }
            try await yard.deed(Yard.chief) { try $0.answer(early.id, upheld: true, reason: "上次更正有误") }
            #expect(try await standing(third) == .valid)
            #expect(try await yard.database.read { try $0.paper(about: Subject(Certificate.kind, third))?.claims["minutes"] } == "80")
        }
    }

    @Test func `never says more than counts, issued and corrected in the same moment`() async throws {
        for _ in 0..<8 {
            try await Yard.on(connections: 4) { yard in
                try await yard.served(90)
                let record = try #require(try await yard.database.read { try $0.serviceRecords("q.minutes = 90", limit: 1).first })
                let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
                try await yard.paper(Yard.officer) { try $0.check(id) }
                try await yard.deed(Yard.owner) { try $0.object(record.id, words: "只谈了半小时", minutes: Minutes(30)) }
                async let issuing: Void = { do { try await yard.paper(Yard.chief) { try $0.issue(id) } } catch is Problem {} }()
                async let correcting: Void = yard.deed(Yard.colleagueOfficer) { try $0.answer(record.id, upheld: true, reason: "核对过通话记录") }
                _ = try await (issuing, correcting)
                let day = yard.clock.now.day
                let paper = try await yard.database.read { try $0.paper(about: Subject(Certificate.kind, id)) }
                if let paper, paper.standing(on: day) == .valid { #expect(paper.claims["minutes"] == "30") }
                #expect(try await yard.total() == 30)
            }
        }
    }

    @Test func `can be had by whoever served, though the appointment is over (ordinance art. 19)`() async throws {
        try await Yard.on { yard in
            try await yard.served(90)
            let record = try #require(try await yard.database.read { try $0.serviceRecords("q.minutes = 90", limit: 1).first })
            // As somebody signs in whose role of expert has ended.
            let former = yard.house.browser(as: Yard.viewer(Cast.shen, .owner, .colleague))
            #expect(try await former.open(ServiceRecord.list()).has("累计计入"))
            #expect(try await former.open(ServiceRecord.page(record.id)).has("记录有错，提异议"))
            #expect(try await former.open(Certificate.list()).status == 200)
            try await former.open(Certificate.request())
            let asked = try await former.post(Certificate.request(), ["from": "2026-11", "until": "2026-11"])
            #expect(asked.status == 200 && asked.has("等核对"))
            let id = try #require(try await yard.database.read { try $0.openCertificates(of: Cast.shen.id).first })
            try await yard.paper(Yard.officer) { try $0.check(id) }
            try await yard.paper(Yard.chief) { try $0.issue(id) }
            #expect(try await former.open(Certificate.page(id)).has("公示中"))
            // Who never served is told that there is nothing.
            let owner = yard.house.browser(as: Yard.owner)
            for place in [Certificate.list(), Certificate.request(), Certificate.page(id)] { #expect(try await owner.open(place).status == 404) }
            await #expect(throws: Problem.self) { _ = try await yard.paper(Yard.owner) { try $0.request(from: "2026-11", until: "2026-11") } }
        }
    }

    @Test func `has a number that no other has, whoever issues at the same time`() async throws {
        try await Yard.on(connections: 8) { yard in
            try await yard.served(60)
            var ids: [ID<Certificate>] = []
            for month in 1...8 {
                let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-0\(month)", until: "2026-11") }
                try await yard.paper(Yard.officer) { try $0.check(id) }
                ids.append(id)
            }
            let all = ids
            try await withThrowingTaskGroup(of: Void.self) { group in
                for side in 0..<8 { group.addTask { for turn in 0..<40 { try await yard.paper(Yard.chief) { try $0.issue(all[(side + turn) % 8]) } } } }
                try await group.waitForAll()
            }
            #expect(try await yard.count("paper") == 8)
            #expect(try await yard.database.read { Set(try $0.values("select number from paper", String.self)).count } == 8)
        }
    }

    @Test func `cannot be issued in plain SQL by whoever checked it, or for more than was checked`() async throws {
        try await Yard.on { yard in
            try await yard.served(60)
            let id = try await yard.paper(Yard.expert) { try $0.request(from: "2026-11", until: "2026-11") }
            try await yard.paper(Yard.officer) { try $0.check(id) }
            let now = yard.clock.now
            let paper = try await yard.write { tx in
                try tx.issue(Paper.Draft(.certificate, about: Subject(Certificate.kind, id), institution: Cast.institution, holder: Cast.shen.id, facts: [Claims.Fact("name", .init("姓名", "Name"), "沈国强")]), by: .system, at: now).id
            }
            @Sendable func issue(_ minutes: Int, by: ID<Person>, checker: ID<Person> = Cast.lin.id, days: Int = 8) -> SQL {
                """
                insert into certificate_issue (request, person, checked_by, minutes, by_person, paper, at, notice_until)
                values (\(id), \(Cast.shen.id), \(checker), \(minutes), \(by), \(paper), \(now), \(now + .days(days)))
                """
            }
            for (name, sql) in [("the checker", issue(60, by: Cast.lin.id)), ("the holder", issue(60, by: Cast.shen.id)), ("more minutes", issue(600, by: Cast.head.id)), ("another checker", issue(60, by: Cast.lin.id, checker: Cast.head.id)), ("a short notice", issue(60, by: Cast.head.id, days: 3))] {
                await #expect(throws: StorageFailure.self, "\(name)") { try await yard.write { tx in _ = try tx.run(sql) } }
            }
            try await yard.write { tx in _ = try tx.run(issue(60, by: Cast.head.id)) }
            for wrong in ["update certificate_issue set minutes = 600", "delete from certificate_issue"] as [SQL] { await #expect(throws: StorageFailure.self) { try await yard.write { tx in _ = try tx.run(wrong) } } }
        }
    }

    @Test(arguments: [(29, "0", "零"), (30, "0.5", "零点伍"), (60, "1", "壹"), (630, "10.5", "壹拾点伍"), (18_750, "312.5", "叁佰壹拾贰点伍"), (60_300, "1005", "壹仟零伍"), (60_659, "1010.5", "壹仟零壹拾点伍"), (1_200_000, "20000", "贰万"), (600_300, "10005", "壹万零伍")])
    func `says its hours in figures and in capitals, never rounded up`(_ minutes: Int, _ figures: String, _ capitals: String) {
        #expect(Certificate.hours(Minutes(minutes)) == figures)
        #expect(Certificate.capital(Minutes(minutes)) == capitals)
    }

    @Test func `calls a volunteer by a number with a check character, never twice`() async throws {
        #expect(VolunteerNumber("3300002025003178") != nil && VolunteerNumber("3300002025003170") == nil && VolunteerNumber("330000202500317") == nil)
        try await Yard.on(connections: 8) { yard in
            let now = yard.clock.now
            let people = (0..<40).map { Cast.Member(id: Cast.id(UInt64(200 + $0)), name: "专家\($0)", mobile: "") }
            try await yard.write { tx in for person in people { _ = try tx.makePerson(name: person.name, mail: nil, id: person.id, now: now) } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for person in people + people { group.addTask { _ = try await yard.write { tx in try tx.volunteerNumber(of: person.id, region: Cast.region, at: now) } } }
                try await group.waitForAll()
            }
            let numbers = try await yard.database.read { try $0.values("select number from volunteer_number order by number", String.self) }
            #expect(numbers.count == 40 && Set(numbers).count == 40)
            for number in numbers {
                #expect(VolunteerNumber(number) != nil)
                var wrong = Array(number)
                wrong[14] = wrong[14] == "0" ? "1" : "0"
                #expect(VolunteerNumber(String(wrong)) == nil)
            }
        }
    }

    @Test func `stars are given on application by somebody else, for hours that are there`() async throws {
        try await Yard.on { yard in
            let now = yard.clock.now
            await #expect(throws: Problem.self) { try await yard.write { tx in try tx.askForStar(by: Occasion(Yard.expert, at: now, days: Yard.days)) } }
            #expect([0, 5999, 6000, 17_999, 18_000, 36_000, 60_000, 90_000, 900_000].map(Star.level) == [0, 0, 1, 1, 2, 3, 4, 5, 5])
            // Plain SQL cannot give what the hours do not bear out.
            let id = ID<Star>(at: now)
            try await yard.write { tx in
                _ = try tx.run("insert into star_application (id, person, institution, region, level, at, due) values (\(id), \(Cast.shen.id), \(Cast.institution), \(Cast.region), 2, \(now), \(now + .days(9)))")
            }
            for (minutes, by) in [(17_999, Cast.lin.id), (18_000, Cast.shen.id)] {
                await #expect(throws: StorageFailure.self) {
                    try await yard.write { tx in _ = try tx.run("insert into star_award (application, person, level, minutes, by_person, at) values (\(id), \(Cast.shen.id), 2, \(minutes), \(by), \(now))") }
                }
            }
            await #expect(throws: Problem.self) { try await yard.write { tx in try tx.awardStar(id, by: Occasion(Yard.officer, at: now, days: Yard.days)) } }
            let shown = try await yard.house.browser(as: Yard.officer).open(Star.list())
            #expect(shown.has("时长不够了") && shown.form(Star.award(id).text) == nil)
        }
    }
}
