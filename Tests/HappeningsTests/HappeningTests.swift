import Jobs
import Logging
import Storage
import Synchronization
import TestSupport
import Testing
import Values

@testable import Happenings

/// Something that happens to something, for tests alone.
struct Opened: Happening {
    static let kind = "box.opened"
    let subject: Subject
    var fields: [String: String] = [:]
    init(_ id: String, _ fields: [String: String] = [:]) { subject = Subject(kind: "box", id: id); self.fields = fields }
}

struct Closed: Happening {
    static let kind = "box.closed"
    let subject: Subject
    init(_ id: String) { subject = Subject(kind: "box", id: id) }
}

let happeningSteps = Job.migrations + Seal.migrations + [Migration("Boxes", 1, ["create table box (id \(.text) not null primary key)\(.strict)"])]

@Suite struct HappeningTests {
    private let now = MovingClock().now
    private struct Refused: Error {}

    @Test func `what happened is written with the change, and the listener's job with it`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            let (now, heard) = (now, Heard())
            try await database.write { tx in
                try tx.run("insert into box (id) values ('a')")
                try tx.record(Opened("a", ["b": "2", "a": "1\n=x"]), by: Cast.lin.party, at: now, from: "192.0.2.7")
            }
            let timeline = try await database.read { try $0.happenings(of: Subject(kind: "box", id: "a")) }
            #expect(timeline.map(\.kind) == ["box.opened"] && timeline.first?.by == Cast.lin.party && timeline.first?.at == now)
            #expect(timeline.first?.fields == ["a": "1 =x", "b": "2"])
            let shop = workshop(database, heard)
            try await shop.drain(now: now)
            #expect(heard.all == ["one box.opened", "two box.opened"])
            try await shop.drain(now: now + .hours(1))
            #expect(heard.all.count == 2)
        }
    }

    @Test func `a transaction that fails leaves neither happening nor job`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            let now = now
            await #expect(throws: Refused.self) {
                try await database.write { tx in
                    try tx.record(Opened("a"), by: .system, at: now)
                    throw Refused()
                }
            }
            let rows = try await database.read { (try $0.count("select count(*) from happening"), try $0.count("select count(*) from job"), try $0.count("select count(*) from unsealed")) }
            #expect(rows == (0, 0, 0))
        }
    }

    @Test func `what cannot be written down is not done`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            let now = now
            try await database.write { _ = try $0.run("alter table happening rename to hidden") }
            await #expect(throws: StorageFailure.self) {
                try await database.write { tx in
                    try tx.run("insert into box (id) values ('a')")
                    try tx.record(Opened("a"), by: .system, at: now)
                }
            }
            #expect(try await database.read { try $0.count("select count(*) from box") } == 0)
        }
    }

    @Test func `a denial is on the trail, but nobody is told and no timeline shows it`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            let (now, heard) = (now, Heard())
            try await database.write { try $0.record(Opened("a"), by: Cast.stranger.party, at: now, outcome: .denied) }
            try await workshop(database, heard).drain(now: now)
            #expect(heard.all == [])
            #expect(try await database.read { try $0.happenings(of: Subject(kind: "box", id: "a")).count } == 0)
            #expect(try await database.read { try $0.trail(before: nil, limit: 10).map(\.outcome) } == ["denied"])
        }
    }

    @Test func `each listener hears its kinds alone, and one that fails does not make another hear twice`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            let (now, heard) = (now, Heard(failing: 2))
            try await database.write { tx in
                try tx.record(Opened("a"), by: .system, at: now)
                try tx.record(Closed("a"), by: .system, at: now)
            }
            let shop = workshop(database, heard)
            for minutes in 0..<10 { try await shop.drain(now: now + .minutes(minutes)) }
            #expect(heard.all == ["one box.opened", "two box.closed", "two box.opened"])
        }
    }

    @Test func `the trail is read backwards in pieces`() async throws {
        try await onBothEngines(happeningSteps) { database async throws in
            let now = now
            for place in 0..<5 { try await database.write { try $0.record(Opened("\(place)"), by: .system, at: now) } }
            let first = try await database.read { try $0.trail(before: nil, limit: 2) }
            let second = try await database.read { try $0.trail(before: first.last?.number, limit: 9) }
            #expect((first + second).map(\.subject.id) == ["4", "3", "2", "1", "0"])
        }
    }

    private func workshop(_ database: Database, _ heard: Heard) -> Workshop {
        let listeners = [
            Listener("one", ["box.opened"]) { heard.add("one \($0.kind)") },
            Listener("two", ["box.opened", "box.closed"]) { entry in
                try heard.mayFail()
                heard.add("two \(entry.kind)")
            },
        ]
        return Workshop(database: database, workers: Listeners.workers(listeners, database: database, clock: { [now] in now }), timers: [], log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private final class Heard: Sendable {
        private let state: Mutex<(all: [String], failures: Int)>
        init(failing: Int = 0) { state = Mutex((all: [], failures: failing)) }
        var all: [String] { state.withLock { $0.all.sorted() } }
        func add(_ text: String) { state.withLock { $0.all.append(text) } }
        func mayFail() throws {
            let fails = state.withLock { state in
                state.failures -= 1
                return state.failures >= 0
            }
            if fails { throw Refused() }
        }
    }
}
