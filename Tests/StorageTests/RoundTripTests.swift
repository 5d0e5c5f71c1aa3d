import TestSupport
import Testing
import Values

@testable import Storage

@Suite struct RoundTripTests {
    private enum Light: String, CellCodable { case red, green }

    private static let tables = [
        Migration(
            "RoundTrip", 1,
            [
                """
                create table thing (id \(.text) not null primary key, n \(.int), ok \(.bool), d \(.double), t \(.text), b \(.bytes),
                    day \(.text), at \(.int))\(.strict)
                """
            ])
    ]

    @Test func `what is written is read back`() async throws {
        let id = ID<Light>()
        let at = Instant(Day(number: 20_781), 23, 59)
        let bytes: [UInt8] = [0, 1, 127, 128, 255]
        try await onBothEngines(Self.tables) { database async throws in
            try await database.write { tx in
                _ = try tx.run(
                    """
                    insert into thing (id, n, ok, d, t, b, day, at) values
                        (\(id), \(Int64.min), \(true), \(0.1), \("沈国强 ' \" \\ $1 😀"), \(bytes), \(at.day), \(at))
                    """)
            }
            try await database.read { reader in
                try reader.one("select id, n, ok, d, t, b, day, at from thing") { row throws in
                    #expect(try row(ID<Light>.self) == id)
                    #expect(try row(Int64.self) == .min)
                    #expect(try row(Bool.self))
                    #expect(try row(Double.self) == 0.1)
                    #expect(try row(String.self) == "沈国强 ' \" \\ $1 😀")
                    #expect(try row([UInt8].self) == bytes)
                    #expect(try row(Day.self) == at.day)
                    #expect(try row(Instant.self) == at)
                }
            }
        }
    }

    @Test func `nulls and empty values are told apart`() async throws {
        try await onBothEngines(Self.tables) { database async throws in
            try await database.write { tx in
                try tx.run("insert into thing (id, n, ok, t, b) values (\("none"), \(Int?.none), \(Bool?.none), \(String?.none), \([UInt8]?.none))")
                try tx.run("insert into thing (id, n, ok, t, b) values (\("empty"), \(0), \(false), \(""), \([UInt8]()))")
            }
            try await database.read { reader in
                try reader.one("select n, ok, t, b from thing where id = \("none")") { row throws in
                    #expect(try row.maybe(Int.self) == nil)
                    #expect(try row.maybe(Bool.self) == nil)
                    #expect(try row.maybe(String.self) == nil)
                    #expect(try row.maybe([UInt8].self) == nil)
                }
                try reader.one("select n, ok, t, b from thing where id = \("empty")") { row throws in
                    #expect(try row.maybe(Int.self) == 0)
                    #expect(try row.maybe(Bool.self) == false)
                    #expect(try row.maybe(String.self) == "")
                    #expect(try row.maybe([UInt8].self) == [])
                }
            }
        }
    }

    @Test func `a text with a NUL is refused, and nothing is cut`() async throws {
        try await onBothEngines(Self.tables) { database async throws in
            await #expect(throws: StorageFailure.refused(what: "a text holds a NUL")) {
                try await database.write { try $0.run("insert into thing (id, t) values (\("x"), \("ab\0cd"))") }
            }
            #expect(try await database.read { try $0.count("select count(*) from thing") } == 0)
        }
    }

    @Test func `a field that holds something else says which`() async throws {
        try await onBothEngines(Self.tables) { database async throws in
            try await database.write { _ = try $0.run("insert into thing (id, t) values (\("x"), \("blue"))") }
            await #expect(throws: StorageFailure.unreadable(column: 1, as: "Light")) {
                try await database.read { try $0.one("select id, t from thing") { row in (try row(String.self), try row(Light.self)) }.1 }
            }
            await #expect(throws: StorageFailure.missing) { try await database.read { try $0.one("select n from thing where id = 'y'") { try $0(Int.self) } } }
            await #expect(throws: StorageFailure.unreadable(column: 0, as: "Int")) { try await database.read { try $0.count("select n from thing") } }
        }
    }

    @Test func `hundreds of different statements on one connection`() async throws {
        try await onBothEngines(Self.tables, connections: 1) { database async throws in
            for width in 1...350 {
                let list = Array(repeating: 7, count: width)
                #expect(try await database.read { try $0.value("select 1 where 7 in (\(list: list))", Int.self) } == 1)
            }
        }
    }

    @Test func `whoever decodes a row may ask hundreds of other things meanwhile`() async throws {
        try await onBothEngines(Self.tables, connections: 1) { database async throws in
            let numbers = try await database.read { reader in
                try reader.rows("select 1 as n union all select 2 union all select 3 order by n") { row throws in
                    let number: Int = try row()
                    for width in 1...350 { _ = try reader.value("select 1 where 7 in (\(list: Array(repeating: number, count: width)))", Int.self) }
                    return number
                }
            }
            #expect(numbers == [1, 2, 3])
        }
    }

    @Test func `the same statement with a null elsewhere`() async throws {
        try await onBothEngines(Self.tables, connections: 1) { database async throws in
            for (place, value) in [(1, Int?.some(5)), (2, nil), (3, 6)] {
                try await database.write { _ = try $0.run("insert into thing (id, n) values (\("r\(place)"), \(value))") }
            }
            #expect(try await database.read { try $0.count("select count(*) from thing where n is null") } == 1)
        }
    }
}
