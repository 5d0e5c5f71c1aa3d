import Cases
import Files
import Identity
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Records

@Suite("The two keys in the database") struct KeyTests {
    /// Each must fail on both engines, whoever writes it.
    @Test func `refuses by itself what lacks a key, in plain SQL`() async throws {
        try await Yard.on { yard in
            let (bare, proven) = (try await yard.held(30, witnessed: false), try await yard.held(45))
            let (found, evidence) = (try await yard.record(bare), try await yard.record(proven).evidence[0])
            let waiting = try await yard.record(proven)
            let now = yard.clock.now
            @Sendable func record(_ it: ServiceRecord, _ evidence: String, minutes: Int, number: Int) -> SQL {
                """
                insert into service_record (claim, number, service_case, institution, expert, begins, ends, claimed, minutes, evidence, kind, most, month, at)
                values (\(it.id), \(number), \(it.serviceCase), \(it.institution), \(it.expert), \(it.begins), \(it.ends), \(it.claimed), \(minutes), \(evidence), 'ownerBegun', 45, '2026-11', \(now))
                """
            }
            @Sendable func word(_ it: ServiceRecord, _ evidence: String, _ asked: Instant, by: ID<Person>, _ kind: String, _ reason: String, at: Instant) -> SQL {
                """
                insert into service_confirmation (claim, evidence, asked, expert, owner, by_person, kind, reason, at)
                values (\(it.id), \(evidence), \(asked), \(it.expert), \(it.owner), \(by), \(kind), \(reason), \(at))
                """
            }
            @Sendable func proof(_ it: ServiceRecord, _ kind: String, most: Int, made: Instant, at: Instant) -> SQL {
                """
                insert into service_evidence (id, claim, begins, ends, kind, most, made_at, by_person, file, version, at)
                values (\(ID<Evidence>(at: now)), \(it.id), \(it.begins), \(it.ends), \(kind), \(most), \(made), \(it.owner), null, null, \(at))
                """
            }
            let refused: [(String, SQL)] = [
                ("a record without any key", record(found, "none", minutes: 30, number: 1)),
                ("a record with evidence alone", record(waiting, evidence.id.text, minutes: 45, number: 1)),
                ("a record on another's evidence", record(found, evidence.id.text, minutes: 30, number: 1)),
                ("a word without evidence", word(found, "none", now, by: found.owner, "owner", "", at: now)),
                ("a word on another's evidence", word(found, evidence.id.text, evidence.at, by: found.owner, "owner", "", at: now)),
                ("the expert's own word", word(waiting, evidence.id.text, evidence.at, by: waiting.expert, "owner", "", at: now)),
                ("the expert's word as a colleague", word(waiting, evidence.id.text, evidence.at, by: waiting.expert, "colleague", "", at: now)),
                ("somebody else's word as the owner's", word(waiting, evidence.id.text, evidence.at, by: Cast.lin.id, "owner", "", at: now)),
                ("an early stand-in", word(waiting, evidence.id.text, evidence.at, by: Cast.lin.id, "standIn", "没有答复", at: evidence.at + .days(6))),
                ("a stand-in that says it was asked earlier", word(waiting, evidence.id.text, evidence.at - .days(8), by: Cast.lin.id, "standIn", "没有答复", at: now)),
                ("a stand-in without a reason", word(waiting, evidence.id.text, evidence.at, by: Cast.lin.id, "standIn", "", at: evidence.at + .days(8))),
                ("evidence made a day too late", proof(found, "ownerBegun", most: 30, made: found.ends + .hours(25), at: found.ends + .hours(25))),
                ("evidence made long before", proof(found, "ownerBegun", most: 30, made: found.begins - .hours(2), at: now)),
                ("evidence for nine hours", proof(found, "ownerBegun", most: 540, made: found.begins, at: now)),
                ("a sheet without its photo", proof(found, "sheet", most: 30, made: found.begins, at: now)),
                ("a claim of one's own", "update service_claim set owner = expert where id = \(bare)"),
                ("a longer claim", "update service_claim set minutes = 300, ends = begins + 18000000 where id = \(bare)"),
                ("a kinder piece of evidence", "update service_evidence set most = 480 where id = \(evidence.id)"),
                ("a claim that is gone", "delete from service_claim where id = \(bare)"),
            ]
            for (name, sql) in refused { await #expect(throws: StorageFailure.self, "\(name)") { try await yard.write { tx in _ = try tx.run(sql) } } }
            // With both keys a row goes in – and not with more minutes than they bear out.
            try await yard.write { tx in
                _ = try tx.run(word(waiting, evidence.id.text, evidence.at, by: waiting.owner, "owner", "", at: now))
                _ = try tx.run("insert into record_number (claim, part) values (\(proven), 0)")
            }
            let number = try await yard.database.read { try $0.count("select max(number) from record_number") }
            for minutes in [46, 0, -5] { await #expect(throws: StorageFailure.self) { try await yard.write { tx in _ = try tx.run(record(waiting, evidence.id.text, minutes: minutes, number: number)) } } }
            try await yard.write { tx in _ = try tx.run(record(waiting, evidence.id.text, minutes: 45, number: number)) }
            #expect(try await yard.total() == 45)
            for wrong in ["update service_record set minutes = 40", "delete from service_record", "delete from service_confirmation", "update service_confirmation set kind = 'colleague'"] as [SQL] {
                await #expect(throws: StorageFailure.self) { try await yard.write { tx in _ = try tx.run(wrong) } }
            }
        }
    }

    @Test func `confirmed from eight sides at once is one record`() async throws {
        try await Yard.on(connections: 8) { yard in
            let id = try await yard.held()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for side in 0..<8 {
                    group.addTask {
                        for turn in 0..<400 {
                            do {
                                if (side + turn) % 4 == 0 { try await yard.deed(Yard.owner) { try $0.deny(id, words: "不对", minutes: nil) } } else { try await yard.deed(Yard.owner) { try $0.confirm(id) } }
                            } catch is Problem {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            let found = try await yard.record(id)
            #expect((found.counted == nil) != (found.dispute == nil))
            #expect(try await yard.count("service_record") == (found.counted == nil ? 0 : 1))
            #expect(try await yard.count("happening where kind in ('record.confirmed', 'record.disputed')") == 1)
        }
    }

    @Test func `overlapping times of one expert, confirmed by eight owners at once, are one record`() async throws {
        try await Yard.on(connections: 8) { yard in
            let (begins, now) = (yard.clock.now.minute, yard.clock.now + .hours(2))
            let owners = (0..<8).map { Cast.Member(id: Cast.id(UInt64(60 + $0)), name: "企业\($0)", mobile: "") }
            let claims = try await yard.write { tx in
                try owners.enumerated().map { index, owner in
                    _ = try tx.makePerson(name: owner.name, mail: nil, id: owner.id, now: now - .days(4))
                    let it = try Yard.open(owner.id, Cast.shen.id, at: now - .days(3), tx)
                    let id = ID<ServiceRecord>(at: now)
                    try tx.run(
                        """
                        insert into service_claim (id, service_case, institution, region, expert, owner, source, meeting, begins, ends, minutes, content, by_person, at)
                        select \(id), id, institution, region, expert, asker, 'typed', null, \(begins + .minutes(index * 5)), \(begins + .minutes(index * 5 + 60)), 60, '通话', expert, \(now) from service_case where id = \(it)
                        """)
                    var record = try tx.lock(id)
                    try tx.prove(&record, Evidence(id: ID<Evidence>(at: now), kind: .ownerBegun, most: Minutes(60), madeAt: now, by: owner.id, file: nil, version: nil, at: now), days: Yard.days, terms: .init(), at: now)
                    return id
                }
            }
            yard.clock.set(now)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (owner, claim) in zip(owners, claims) {
                    group.addTask {
                        for _ in 0..<400 { do { try await yard.deed(Yard.viewer(owner, .owner)) { try $0.confirm(claim) } } catch is Problem {} catch is StorageFailure {} }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await yard.count("service_record") == 1)
            #expect(try await yard.total() == 60)
        }
    }

    @Test(arguments: ServiceRecord.Deed.allCases) func `lets a deed happen only in the states that are drawn for it`(_ deed: ServiceRecord.Deed) async throws {
        let drawn: [ServiceRecord.Deed: Set<String>] = [
            .attach: ["unproven", "waiting"], .confirm: ["waiting"], .standIn: ["waiting"], .deny: ["waiting"], .decide: ["disputed"], .object: ["counted"], .answer: ["counted"],
            .withdraw: ["unproven", "waiting"],
        ]
        try await Yard.on { yard in
            for state in ["unproven", "waiting", "disputed", "counted", "refused", "withdrawn"] {
                let id = try await yard.held(42, witnessed: state != "unproven")
                if state == "withdrawn" { try await yard.deed(Yard.expert) { try $0.withdraw(id) } }
                if state == "disputed" || state == "refused" { try await yard.deed(Yard.owner) { try $0.deny(id, words: "不对", minutes: nil) } }
                if state == "refused" { try await yard.deed(Yard.colleagueOfficer) { try $0.decide(id, minutes: Minutes(0), reason: "双方说法一致") } }
                if state == "counted" { try await yard.deed(Yard.owner) { try $0.confirm(id) } }
                if state == "counted", deed == .answer { try await yard.deed(Yard.owner) { try $0.object(id, words: "记多了一些", minutes: Minutes(40)) } }
                if deed == .standIn { yard.clock.pass(.days(8)) }
                let happened: Bool
                do {
                    switch deed {
                    case .attach: #expect(try await yard.record(id).allows(.attach) == (drawn[deed]?.contains(state) ?? false)); continue
                    case .confirm: try await yard.deed(state == "counted" ? Yard.chief : Yard.owner) { try $0.confirm(id) }
                    case .standIn: try await yard.deed(Yard.officer) { try $0.standIn(id, reason: "打过电话没有接") }
                    case .deny: try await yard.deed(state == "disputed" || state == "refused" ? Yard.chief : Yard.owner) { try $0.deny(id, words: "不对", minutes: nil) }
                    case .decide: try await yard.deed(Yard.chief) { try $0.decide(id, minutes: Minutes(10), reason: "查过通话记录") }
                    case .object: try await yard.deed(Yard.owner) { try $0.object(id, words: "记多了一些", minutes: Minutes(40)) }
                    case .answer: try await yard.deed(Yard.chief) { try $0.answer(id, upheld: false, reason: "核对过没有错") }
                    case .withdraw: try await yard.deed(state == "withdrawn" ? Yard.owner : Yard.expert) { try $0.withdraw(id) }
                    }
                    happened = true
                } catch is Problem { happened = false }
                #expect(happened == (drawn[deed]?.contains(state) ?? false), "\(deed) when \(state)")
                yard.clock.pass(.hours(2))
            }
        }
    }

    @Test func `comes of no visit that is begun on a day without cover, though the agreed day had it (N6)`() async throws {
        try await Yard.on { yard in
            let agreed = Instant(milliseconds: (yard.clock.now.milliseconds / 900_000 + 2) * 900_000)
            let now = yard.clock.now
            let meeting = try await yard.write { tx in
                let id = try CaseDeeds(yard.serviceCase, Occasion(Yard.expert, at: now, days: Yard.days), in: tx).propose(.onSite, place: "厂里", minutes: Minutes(60), times: [agreed])
                _ = try MeetingDeeds(id, Occasion(Yard.owner, at: now, days: Yard.days), in: tx).agree(at: agreed)
                return id
            }
            func begin(_ at: Instant) async throws { try await yard.write { tx in _ = try MeetingDeeds(meeting, Occasion(Yard.expert, at: at, days: Yard.days), in: tx).begin() } }
            // The policy ends four hundred days on, the appointment later.
            await #expect(throws: Problem.self) { try await begin(agreed + .days(450)) }
            try await begin(agreed + .days(1))
            #expect(try await yard.count("meeting_beginning") == 1)
        }
    }

    @Test func `gives the visit code to the owner's side alone, and five tries`() async throws {
        try await Yard.on { yard in
            let meeting = try await yard.begun(.onSite, in: yard.serviceCase)
            let code = Witness.code(meeting, yard.database.vault)
            let page = WitnessPages.tab(yard.serviceCase)
            #expect(try await yard.house.browser(as: Yard.owner).open(page).has(code))
            for viewer in [Yard.expert, Yard.officer, Yard.chief, Yard.reader, Yard.almighty] { #expect(!(try await yard.house.browser(as: viewer).open(page).has(code))) }
            let browser = yard.house.browser(as: Yard.expert)
            let wrong = code == "000000" ? "000001" : "000000"
            for _ in 0..<5 {
                try await browser.open(page)
                #expect(try await browser.post(Witness.visit(meeting), ["code": wrong]).status == 422)
            }
            try await browser.open(page)
            #expect(try await browser.post(Witness.visit(meeting), ["code": code]).status == 429)
            #expect(try await yard.count("meeting_witness") == 0)
        }
    }
}
