import Cases
@testable import Files
import Identity
import Languages
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Records

@Suite("A paper as evidence") struct EvidenceTests {
    private static let other = Yard.viewer(Yard.second, .expert)

    /// A second expert, who knows nothing of the first one's records, with a case of their own.
    private static func colleague(_ yard: Yard) async throws -> ID<Case> {
        let now = yard.clock.now
        return try await yard.write { tx in
            try Yard.appoint(Yard.second, tx, now)
            return try Yard.open(Yard.partner.id, Yard.second.id, at: now - .days(3), tx)
        }
    }

    private static func file(_ content: String) -> TakenFile {
        let place = "\(ID<Evidence>())"
        return TakenFile(name: "服务单.png", kind: .png, size: 10, hash: content, place: "aa/\(place)", path: "/nonexistent/\(place)", quota: 1 << 30)
    }

    @Test func `proves one service: the second time it is refused beside the field, with the day for whoever may see that record`() async throws {
        try await Yard.on { yard in
            let theirs = try await Self.colleague(yard)
            let browser = yard.house.browser(as: Yard.expert)
            func send(_ id: ID<ServiceRecord>, by browser: Browser, called name: String) async throws -> Shown {
                try await browser.open(ServiceRecord.page(id))
                return try await browser.post(ServiceRecord.evidencePage(id), ["kind": "sheet"], files: [PickedFile("file", name: name, Yard.photo)])
            }
            let first = try await yard.held(45, witnessed: false)
            #expect(try await send(first, by: browser, called: "服务单.png").status == 200)
            yard.clock.pass(.days(2))
            let second = try await yard.held(45, witnessed: false)
            let again = try await send(second, by: browser, called: "另一张.png")
            #expect(again.status == 422 && again.has("这份凭证已经用在2026年11月23日的服务上了，一份只能证明一次"))
            browser.headers["Accept-Language"] = "en"
            let english = try await send(second, by: browser, called: "another.png")
            #expect(english.status == 422 && english.has("It is the evidence of 23 Nov 2026 already; one paper proves one service"))
            #expect(try await yard.record(second).state == .unproven)
            // Whoever may not see that record learns nothing of it but that.
            let foreign = try await yard.held(45, witnessed: false, in: theirs, by: Self.other, with: Yard.viewer(Yard.partner, .owner))
            let refused = try await send(foreign, by: yard.house.browser(as: Self.other), called: "服务单.png")
            #expect(refused.status == 422 && refused.has("这份凭证已经用过了，一份只能证明一次") && !refused.has("11月23日的服务"))
            #expect(try await yard.count("service_evidence") == 1)
        }
    }

    @Test func `proves one service, sent for eight of them at once`() async throws {
        try await Yard.on(connections: 8) { yard in
            var ids: [ID<ServiceRecord>] = []
            for _ in 0..<8 {
                ids.append(try await yard.held(20, witnessed: false))
                yard.clock.pass(.hours(1))
            }
            let all = ids
            let outcomes = await withTaskGroup(of: String.self) { group in
                for id in all {
                    group.addTask {
                        do {
                            try await yard.deed(Yard.expert) { try $0.attach(id, .sheet, Self.file("one")) }
                            return "taken"
                        } catch is Evidence.UsedBefore { return "used" } catch { return "\(error)" }
                    }
                }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(outcomes.sorted() == ["taken"] + Array(repeating: "used", count: 7))
            #expect(try await yard.count("service_evidence") == 1)
        }
    }

    @Test func `is known to the database by the content of its file, whoever writes it`() async throws {
        try await Yard.on { yard in
            let first = try await yard.held(30, witnessed: false)
            yard.clock.pass(.hours(1))
            let second = try await yard.held(30, witnessed: false)
            try await yard.deed(Yard.expert) { try $0.attach(first, .sheet, Self.file("one")) }
            let (found, now) = (try await yard.record(second), yard.clock.now)
            let files = try await yard.write { tx in try ["one", "two"].map { try tx.add(Self.file($0), to: found.subject, by: .person(found.expert), now: now) } }
            @Sendable func proof(_ file: ID<StoredFile>?, _ content: String?) -> SQL {
                """
                insert into service_evidence (id, claim, begins, ends, kind, most, made_at, by_person, file, sha256, version, at) values (\(ID<Evidence>(at: now)), \(found.id), \(found.begins),
                    \(found.ends), 'sheet', 30, \(found.ends), \(found.expert), \(file), \(content), null, \(now))
                """
            }
            for (name, sql) in [("the same content", proof(files[0], "one")), ("another's content", proof(files[0], "two")), ("no content", proof(files[1], nil)), ("a content without a file", proof(nil, "two"))] {
                await #expect(throws: StorageFailure.self, "\(name)") { try await yard.write { tx in _ = try tx.run(sql) } }
            }
            try await yard.write { tx in _ = try tx.run(proof(files[1], "two")) }
            await #expect(throws: StorageFailure.self) { try await yard.write { tx in _ = try tx.run("update service_evidence set sha256 = 'three'") } }
        }
    }
}
