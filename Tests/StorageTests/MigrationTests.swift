import TestSupport
import Testing
import Values

@testable import Storage

@Suite struct MigrationTests {
    private static let steps = [
        Migration("Steps", 1, ["create table a (id \(.text) not null primary key)\(.strict)"]),
        Migration("Steps", 2, ["create table b (id \(.text) not null primary key references a (id))\(.strict)", "insert into a (id) values ('once')"]),
    ]

    @Test func `what is missing is run, once and in order`() async throws {
        try await onBothEngines([]) { database async throws in
            let before = try await database.pending(Self.steps)
            #expect(before == ["Steps 1", "Steps 2"])
            #expect(try await database.migrate([Self.steps[0]]) == ["Steps 1"])
            #expect(try await database.pending(Self.steps) == ["Steps 2"])
            #expect(try await database.migrate(Self.steps) == ["Steps 2"])
            #expect(try await database.migrate(Self.steps) == [])
            #expect(try await database.read { try $0.count("select count(*) from a") } == 1)
        }
    }

    @Test func `a step that fails leaves nothing`() async throws {
        try await onBothEngines([]) { database async throws in
            let broken = Self.steps + [Migration("Steps", 3, ["create table c (id \(.text))", "this is no sql"])]
            await #expect(throws: StorageFailure.self) { try await database.migrate(broken) }
            #expect(try await database.pending(Self.steps) == ["Steps 1", "Steps 2"])
            #expect(try await database.migrate(Self.steps).count == 2)
        }
    }

    @Test func `a database that is newer than the program is refused`() async throws {
        try await onBothEngines(Self.steps) { database async throws in
            let older = [Self.steps[0]]
            await #expect(throws: StorageFailure.newerSchema(unknown: ["Steps 2"])) { try await database.migrate(older) }
            await #expect(throws: StorageFailure.newerSchema(unknown: ["Steps 2"])) { try await database.pending(older) }
        }
    }

    @Test func `two nodes that start at once run each step once`() async throws {
        try await inFolder { folder in
            let path = folder + "/zhuqi.sqlite"
            try await race { try Database.sqlite(path: path, vault: try testVault()) }
        }
        try await onPostgresAddress { url in try await race { try Database.postgres(url: url, vault: try testVault(), connections: 2) } }
    }

    private func race(_ open: () throws -> Database) async throws {
        let nodes = [try open(), try open(), try open()]
        defer { for node in nodes { node.close() } }
        let done = try await withThrowingTaskGroup(of: [String].self) { group in
            for node in nodes { group.addTask { try await node.migrate(Self.steps) } }
            return try await group.reduce(into: [String]()) { $0 += $1 }
        }
        #expect(done.sorted() == ["Steps 1", "Steps 2"])
    }
}
