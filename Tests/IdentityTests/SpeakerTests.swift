import Happenings
import Identity
import Languages
import Messaging
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

/// Who speaks for a company, on both engines.
struct SpeakerTests {
    struct Scene: Sendable {
        let institution: ID<Organisation>
        let enterprise: ID<Enterprise>
        let wang: ID<Person>
        let li: ID<Person>
        let officer: Viewer
        let liaison: Viewer

        init(_ tx: Transaction) throws {
            let now = Bed.now
            let authority = OrganisationEntry(id: ID(at: now), kind: .smeAuthority, name: "浙江省经济和信息化厅", region: "330000")
            let office = OrganisationEntry(id: ID(at: now), kind: .institution, name: "浙江省中小企业服务中心", region: "330000")
            for organisation in [authority, office] { try tx.add(organisation, now: now) }
            try tx.run(
                """
                insert into designation (institution, authority, document, from_day, until_day, in_charge, contact, by_person, at)
                values (\(office.id), \(authority.id), '浙企〔2025〕1号', '2020-01-01', '2040-01-01', '', '', '', \(now))
                """)
            institution = office.id
            enterprise = try tx.findOrMake(enterprise: Scene.facts, now: now)
            wang = try tx.findOrMakePerson(mobile: "13857680217", name: "王海燕", now: now)
            li = try tx.findOrMakePerson(mobile: "13957680217", name: "李建军", now: now)
            let staff = try tx.makePerson(name: "林晓", mail: nil, now: now)
            let helper = try tx.makePerson(name: "陈联络", mail: nil, now: now)
            officer = Viewer(person: staff, name: "林晓", memberships: [Membership(role: .officer, organisation: office.id, regionPrefix: "33")], provedAt: now)
            liaison = Viewer(person: helper, name: "陈联络", memberships: [Membership(role: .liaison, organisation: nil, regionPrefix: "3310")], provedAt: now)
        }

        static let facts = Enterprise.Facts(
            name: "黄岩青禾模具有限公司", creditCode: "91331003MA2AL0217X", industry: "35", persons: 11, region: "331003", size: .micro)

        func viewer(_ person: ID<Person>) -> Viewer {
            Viewer(person: person, name: "", memberships: [Membership(role: .owner, organisation: nil, regionPrefix: "")], provedAt: Bed.now)
        }

        /// The state of 王海燕, or of 李建军.
        func bring(_ state: String, _ tx: Transaction) throws -> Speaker {
            try tx.ask(wang, toSpeakFor: enterprise, .legalRepresentative, now: Bed.time(1))
            guard let first = try tx.speaker(wang, for: enterprise) else { throw Missing() }
            let may = try officer.may(.confirmSpeaker, first)
            switch state {
            case "unconfirmed": return first
            case "confirmed": try tx.confirm(first, .original, hasPhoto: false, by: may, at: Bed.time(2))
            case "declined": try tx.decline(first, reason: "照片看不清", by: may.person, at: Bed.time(2))
            case "left": try tx.leave(first, at: Bed.time(2))
            case "asks":
                try tx.confirm(first, .original, hasPhoto: false, by: may, at: Bed.time(2))
                try tx.ask(li, toSpeakFor: enterprise, .agent, now: Bed.time(3))
                guard let second = try tx.speaker(li, for: enterprise) else { throw Missing() }
                return second
            default: throw Missing()
            }
            guard let now = try tx.speaker(first.id) else { throw Missing() }
            return now
        }
    }

    struct Missing: Error {}
    struct Undo: Error {}

    /// State × deed: what comes of it, or which refusal.
    static let table: [(state: String, deed: String, becomes: String)] = [
        ("unconfirmed", "confirm photo", "confirmed"), ("unconfirmed", "confirm without photo", "noPhoto"), ("unconfirmed", "confirm original", "confirmed"),
        ("unconfirmed", "approve", "404"), ("unconfirmed", "decline", "none"), ("unconfirmed", "leave", "none"), ("unconfirmed", "ask", "unconfirmed"),
        ("unconfirmed", "come back", "unconfirmed"),
        ("asks", "confirm photo", "confirmed"), ("asks", "confirm without photo", "noPhoto"), ("asks", "approve", "confirmed"),
        ("asks", "approve with a wrong word", "word"), ("asks", "decline", "none"), ("asks", "leave", "none"), ("asks", "ask", "asks"),
        ("asks", "come back", "asks"),
        ("confirmed", "confirm photo", "past"), ("confirmed", "approve", "404"), ("confirmed", "decline", "past"), ("confirmed", "leave", "none"),
        ("confirmed", "ask", "confirmed"), ("confirmed", "come back", "confirmed"),
        ("declined", "confirm photo", "past"), ("declined", "decline", "past"), ("declined", "ask", "unconfirmed"), ("declined", "leave", "none"),
        ("left", "confirm photo", "past"), ("left", "decline", "past"), ("left", "ask", "unconfirmed"), ("left", "leave", "none"),
        ("left", "come back", "unconfirmed"),
    ]

    @Test func `Every deed in every state of a speaker does what is drawn, or says why not (A6)`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let scene = try await database.write { try Scene($0) }
            for (state, deed, becomes) in SpeakerTests.table {
                let found = Found()
                do {
                    try await database.write { tx in
                        let speaker = try scene.bring(state, tx)
                        found.text = try SpeakerTests.attempt(deed, speaker, scene, tx)
                        throw Undo()
                    }
                } catch is Undo {}
                #expect(found.text == becomes, "\(state), \(deed)")
            }
        }
    }

    /// Read after the transaction that wrote it, which the caller awaits: never from two threads at once.
    final class Found: @unchecked Sendable { var text = "" }

    static func attempt(_ deed: String, _ speaker: Speaker, _ scene: Scene, _ tx: Transaction) throws -> String {
        let now = Bed.time(10)
        do {
            switch deed {
            case "confirm photo": try tx.confirm(speaker, .photo, hasPhoto: true, by: try scene.officer.may(.confirmSpeaker, speaker), at: now)
            case "confirm without photo": try tx.confirm(speaker, .photo, hasPhoto: false, by: try scene.officer.may(.confirmSpeaker, speaker), at: now)
            case "confirm original": try tx.confirm(speaker, .original, hasPhoto: false, by: try scene.liaison.may(.confirmSpeaker, speaker), at: now)
            case "approve": try tx.approve(speaker, word: tx.word(of: speaker), by: try scene.viewer(scene.wang).may(.approveSpeaker, speaker), at: now)
            case "approve with a wrong word": try tx.approve(speaker, word: "x", by: try scene.viewer(scene.wang).may(.approveSpeaker, speaker), at: now)
            case "decline": try tx.decline(speaker, reason: "名称不一致", by: try scene.officer.may(.confirmSpeaker, speaker).person, at: now)
            case "leave": try tx.leave(speaker, at: now)
            case "ask": try tx.ask(speaker.person, toSpeakFor: speaker.enterprise, .agent, now: now)
            case "come back": try tx.comeBack(speaker, at: now)
            default: return "?"
            }
        } catch let refusal as Speaker.Refusal {
            switch refusal {
            case .past: return "past"
            case .own: return "own"
            case .oneHuman: return "oneHuman"
            case .noPhoto: return "noPhoto"
            case .word: return "word"
            case .tooMany: return "tooMany"
            }
        } catch let problem as Problem { return "\(problem.status)" }
        switch try tx.speaker(speaker.id)?.state ?? .none {
        case .none: return "none"
        case .unconfirmed: return "unconfirmed"
        case .asks: return "asks"
        case .confirmed: return "confirmed"
        }
    }

    @Test func `Neither of two people learns who the other is before one is approved`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let (scene, second) = try await database.write { tx in
                let scene = try Scene(tx)
                return (scene, try scene.bring("asks", tx))
            }
            let told = try await database.read { reader in
                try reader.notices(of: scene.wang, before: nil, limit: 20) + (try reader.notices(of: scene.li, before: nil, limit: 20))
            }
            #expect(told.contains { $0.person == scene.wang && $0.subject == Subject("speaker", second.id) })
            for notice in told {
                for secret in ["王", "李", "海燕", "建军", "13857680217", "13957680217"] {
                    #expect(![notice.words.chinese, notice.words.english, notice.detail.chinese, notice.detail.english].contains { $0.contains(secret) })
                }
            }
            let turn = try await database.read { try $0.turn(of: Subject("speaker", second.id)) }
            #expect(turn?.title == Scene.facts.name)
            #expect(turn?.holder == .organisation(scene.institution))
        }
    }

    @Test func `Nobody confirms or approves their own request, not even an officer (A7)`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            await #expect(throws: Speaker.Refusal.own) {
                try await database.write { tx in
                    let scene = try Scene(tx)
                    guard let own = scene.officer.person else { throw Missing() }
                    try tx.ask(own, toSpeakFor: scene.enterprise, .agent, now: Bed.time(1))
                    guard let speaker = try tx.speaker(own, for: scene.enterprise) else { throw Missing() }
                    try tx.confirm(speaker, .original, hasPhoto: false, by: try scene.officer.may(.confirmSpeaker, speaker), at: Bed.time(2))
                }
            }
        }
    }

    @Test func `An officer of another institution and a liaison of another region are told that nothing is there (A4)`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let problems = try await database.write { tx -> [Int] in
                let scene = try Scene(tx)
                let speaker = try scene.bring("unconfirmed", tx)
                let foreign = [
                    Viewer(person: ID(at: Bed.now), name: "", memberships: [Membership(role: .officer, organisation: ID(at: Bed.now), regionPrefix: "33")], provedAt: nil),
                    Viewer(person: ID(at: Bed.now), name: "", memberships: [Membership(role: .liaison, organisation: nil, regionPrefix: "3307")], provedAt: nil),
                    scene.viewer(scene.li),
                ]
                return foreign.map { viewer in
                    do { _ = try viewer.may(.confirmSpeaker, speaker); return 200 } catch { return (error as? Problem)?.status ?? 0 }
                }
            }
            #expect(problems == [404, 404, 404])
        }
    }

    @Test func `When the first leaves, the one who waited becomes the first and is told`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let (state, notices, turn) = try await database.write { tx in
                let scene = try Scene(tx)
                let second = try scene.bring("asks", tx)
                guard let first = try tx.speaker(scene.wang, for: scene.enterprise) else { throw Missing() }
                try tx.leave(first, at: Bed.time(20))
                return (try tx.speakerState(of: scene.li, for: scene.enterprise), try tx.notices(of: scene.li, before: nil, limit: 5), try tx.turn(of: Subject("speaker", second.id)))
            }
            #expect(state == .unconfirmed(since: Bed.time(3)))
            #expect(notices.contains { $0.words.chinese.contains("营业执照") })
            #expect(turn != nil)
        }
    }

    @Test func `One person speaks for several companies, and of several people at once one is the first`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let scene = try await database.write { try Scene($0) }
            let people = try await database.write { tx in
                try (0..<8).map { try tx.findOrMakePerson(mobile: "1360000000\($0)", name: "同事", now: Bed.now) }
            }
            try await withThrowingTaskGroup { group in
                for person in people {
                    group.addTask { _ = try await database.write { try $0.ask(person, toSpeakFor: scene.enterprise, .agent, now: Bed.time(1)) } }
                }
                try await group.waitForAll()
            }
            let states = try await database.read { reader in try people.map { try reader.speakerState(of: $0, for: scene.enterprise) } }
            #expect(states.count { if case .unconfirmed = $0 { true } else { false } } == 1)
            #expect(states.count { if case .asks = $0 { true } else { false } } == 7)

            let companies = try await database.write { tx in
                for number in 1...3 {
                    let id = try tx.findOrMake(enterprise: .init(kind: .selfEmployed, name: "小店\(number)", industry: "52", region: "331003"), now: Bed.now)
                    try tx.ask(people[0], toSpeakFor: id, .legalRepresentative, now: Bed.time(number + 1))
                }
                return try tx.speaking(people[0]).map(\.enterprise.name)
            }
            #expect(companies == [Scene.facts.name, "小店1", "小店2", "小店3"])
        }
    }

    @Test func `Leaving is undone within the hour, and not after it`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let scene = try await database.write { try Scene($0) }
            let id = try await database.write { tx in
                let speaker = try scene.bring("confirmed", tx)
                try tx.leave(speaker, at: Bed.time(30))
                guard let left = try tx.speaker(speaker.id) else { throw Missing() }
                try tx.comeBack(left, at: Bed.time(40))
                return speaker.id
            }
            #expect(try await database.read { try $0.confirmedSpeakers(of: scene.enterprise) } == [scene.wang])
            await #expect(throws: Problem.self) {
                try await database.write { tx in
                    guard let speaker = try tx.speaker(id) else { throw Missing() }
                    try tx.leave(speaker, at: Bed.time(50))
                    guard let left = try tx.speaker(id) else { throw Missing() }
                    try tx.comeBack(left, at: Bed.time(120))
                }
            }
        }
    }
}
