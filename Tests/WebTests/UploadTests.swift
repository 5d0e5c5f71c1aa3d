import HTTPTypes
import Markup
import Storage
import TestSupport
import Testing
import Values

@testable import Web

/// Files that come with a form, and what is left of them when it is refused (F5).
@Suite struct UploadTests {
    private struct Kept: Equatable { let name: String, size: Int, head: String }

    private func kept(_ notes: Notes) async throws -> [Kept] {
        try await notes.database.read { try $0.rows("select name, size, head from upload order by name, size") { Kept(name: try $0(), size: try $0(), head: try $0()) } }
    }

    private static let type = ["Content-Type": "multipart/form-data; boundary=\(PickedFile.boundary)"]

    @Test func `files arrive whole, and none is left when the request has ended`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            try await browser.open("/files")
            let all = [UInt8](1...255) + [UInt8](0...255)
            try await browser.post("/files", ["what": "两个"], files: [PickedFile("file", name: "图.png", all), PickedFile("file", name: "C:\\a\\b/../c.txt", [UInt8]("0123".utf8))])
            #expect(try await kept(notes) == [Kept(name: "c.txt", size: 4, head: "0123"), Kept(name: "图.png", size: 511, head: "\u{1}\u{2}\u{3}\u{4}")])
            #expect(notes.arrivals == [])
        }
    }

    @Test func `a file of just the limit is taken, one byte more is not`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            for (size, status) in [(1000, 303), (1001, 413), (5000, 413), (0, 303)] {
                try await browser.open("/files")
                let shown = try await browser.post("/files", files: [PickedFile("file", name: "a\(size)", [UInt8](repeating: 97, count: size))], following: false)
                #expect(shown.status == status, "\(size)")
                #expect(notes.arrivals == [])
            }
            try await browser.open("/files")
            let three = (1...3).map { PickedFile("file", name: "n\($0)", [97]) }
            #expect(try await browser.post("/files", files: three, following: false).status == 413)
            #expect(notes.arrivals == [])
            #expect(try await kept(notes).map(\.size) == [0, 1000])
        }
    }

    @Test func `a disk that is nearly full takes words and no more files (U1)`() async throws {
        try await Notes.open(change: { $0.settings.reserve = .max }) { notes async throws in
            let browser = notes.house.browser()
            for (files, status) in [([PickedFile("file", name: "a", [97])], 507), ([PickedFile("file", name: "", [])], 303)] {
                try await browser.open("/files")
                #expect(try await browser.post("/files", ["what": "话"], files: files, following: false).status == status)
                #expect(notes.arrivals == [])
            }
        }
    }

    @Test func `a boundary may be split anywhere`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            // What nearly is a boundary is content.
            let content = [UInt8]("a\r\n--\r\n----zhuqi-test-boundar\r\n----zhuqi\r\r\n\r\n--".utf8)
            var expected: [Kept] = []
            for size in Array(1...12) + [31, 64, 97, 150, 4096] {
                let form = try #require(try await browser.open("/files").form("/files"))
                let body = PickedFile.body(form.fields, [PickedFile("file", name: "f\(size + 1000)", content)])
                let shown = try await browser.send(.post, "/files", Self.type, body, inPieces: size)
                #expect(shown.status == 303, "\(size)")
                expected.append(Kept(name: "f\(size + 1000)", size: content.count, head: "a\r\n-"))
            }
            #expect(try await kept(notes) == expected)
            #expect(notes.arrivals == [])
        }
    }

    @Test func `whatever is refused leaves no file behind`() async throws {
        try await Notes.open { notes async throws in
            let browser = notes.house.browser()
            let form = try #require(try await browser.open("/files").form("/files"))
            let file = [PickedFile("file", name: "a", [UInt8](repeating: 97, count: 900))]
            let good = PickedFile.body(form.fields, file)
            func fields(_ change: (String) -> (String, String)?) -> [(name: String, value: String)] { form.fields.compactMap { change($0.name) ?? ($0.name, $0.value) } }
            let last = good.count - "\r\n--\(PickedFile.boundary)--\r\n".utf8.count
            let broken: [(String, [UInt8], Int)] = [
                ("no end", Array(good.prefix(last)), 400), ("cut in the file", Array(good.prefix(last - 300)), 400), ("cut in the headers", Array(good.prefix(90)), 400),
                ("empty", [], 400), ("no boundary", [UInt8]("hello".utf8), 400), ("other text first", [UInt8](String(repeating: "x", count: 300).utf8) + good, 400),
                ("text after the end", good + [UInt8](repeating: 97, count: 20_000), 400),
                ("unknown field", PickedFile.body(form.fields + [(name: "owner", value: "me")], file), 400),
                ("field twice", PickedFile.body(form.fields + [(name: "what", value: "b")], file), 400),
                ("foreign token", PickedFile.body(fields { $0 == "token" ? ("token", "foreign") : nil }, file), 403),
                ("no key", PickedFile.body(form.fields.filter { $0.name != "once" }, file), 400),
                ("a field too long", PickedFile.body(form.fields + [(name: "what", value: String(repeating: "a", count: 300_000))], file), 413),
                ("NUL in a field", PickedFile.body(form.fields.filter { $0.name != "what" } + [(name: "what", value: "a\0")], file), 400),
                ("too many fields", PickedFile.body(Array(repeating: (name: "what", value: ""), count: 2100), file), 400),
                ("endless headers", [UInt8]("--\(PickedFile.boundary)\r\nX: ".utf8) + [UInt8](repeating: 97, count: 20_000), 400),
                ("our own failure", PickedFile.body(fields { $0 == "what" ? ("what", "fail") : nil }, file), 500),
            ]
            for (what, body, status) in broken {
                #expect(try await browser.send(.post, "/files", Self.type, body, inPieces: 257).status == status, "\(what)")
                #expect(notes.arrivals == [], "\(what)")
            }
            #expect(try await kept(notes) == [])
            #expect(try await browser.send(.post, "/files", Self.type, good).status == 303)
        }
    }
}
