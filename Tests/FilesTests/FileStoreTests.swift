import Foundation
import Languages
import Markup
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Files

/// An upload as it lies among the arrivals.
private func arrival(_ sample: Sample, named name: String? = nil, in folder: String) throws -> Upload {
    let path = folder + "/arrivals/" + UUID().uuidString
    try Data(sample.bytes).write(to: URL(fileURLWithPath: path))
    return Upload(field: "file", name: name ?? sample.name, path: path, size: sample.bytes.count, head: Array(sample.bytes.prefix(4096)))
}

/// All files below a folder, by their paths.
private func everything(in folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.allObjects ?? []).compactMap { $0 as? String }
        .filter { name in
            let kind = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.type] as? FileAttributeType
            return kind == .typeRegular
        }
}

private let need = Subject(kind: "need", id: "1")
private let now = MovingClock().now

@Suite("Uploads") struct FileStoreTests {
    @Test func `are stored under a name that says nothing, for the program's eyes alone (F3)`() async throws {
        try await inFolder { folder in
            let taken = try await FileStore(folder: folder).take(try arrival(.pdf, named: "审计报告.pdf", in: folder))
            let names = everything(in: folder)
            #expect(names == ["files/\(taken.place)"])
            #expect(taken.place.utf8.count == 33 && !taken.place.contains("审计"))
            #expect(taken.name == "审计报告.pdf" && taken.kind == .pdf && taken.size == Sample.pdf.bytes.count)
            #expect(taken.hash.utf8.count == 64)
            let path = folder + "/" + names[0]
            let mode = try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
            #expect(mode == 0o600)
            #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == Sample.pdf.bytes)
        }
    }

    @Test(arguments: [0, 1]) func `may have so many bytes and not one more (F1)`(over: Int) async throws {
        try await inFolder { folder in
            let limit = 1 << 20
            let sample = Sample(.txt, [UInt8](repeating: 65, count: limit + over))
            let upload = try arrival(sample, in: folder)
            if over == 0 {
                #expect(try await FileStore(folder: folder).take(upload, limit: limit).size == limit)
            } else {
                await #expect(throws: FileRefusal.tooLarge(megabytes: 1)) { try await FileStore(folder: folder).take(upload, limit: limit) }
                #expect(everything(in: folder).isEmpty)
            }
        }
    }

    static let refused: [(Sample, String, FileRefusal)] = [
        (.pdf, "发票.docx", .wrongEnding("docx")),
        (.png, "照片.exe", .notAllowed(ending: "exe", allowed: FileKind.allCases)),
        (Sample(.txt, Array("<script>alert(1)</script>".utf8)), "说明.txt", .mixed),
        (Sample(.pdf, Sample.pdf.bytes + Zip.office(.docx).bytes), "合同.pdf", .mixed),
        (Sample(.png, Sample.png(width: 60_000, height: 60_000)), "大图.png", .pixels(width: 60_000, height: 60_000)),
        (Sample(.jpeg, Array(Sample.jpeg.bytes.prefix(60))), "半张.jpg", .damaged),
        (Sample(.txt, []), "空.txt", .empty),
    ]

    @Test(arguments: refused) func `that are something else leave nothing behind (F1, F2)`(sample: Sample, name: String, refusal: FileRefusal) async throws {
        try await inFolder { folder in
            let upload = try arrival(sample, named: name, in: folder)
            await #expect(throws: refusal) { try await FileStore(folder: folder).take(upload) }
            #expect(everything(in: folder).isEmpty)
        }
    }

    @Test func `that are photos lose the place they were taken at (F4)`() async throws {
        try await inFolder { folder in
            let dirty = Sample(.jpeg, Sample.jpeg(width: 40, height: 30, notes: Sample.segment(0xE1, PhotoTests.exif)))
            let taken = try await FileStore(folder: folder).take(try arrival(dirty, in: folder))
            let stored = try Data(contentsOf: URL(fileURLWithPath: folder + "/files/" + taken.place))
            #expect(!String(decoding: stored, as: UTF8.self).contains("GPSPLACE"))
            #expect(taken.size == stored.count)
        }
    }

    private struct Down: Error {}

    @Test func `are refused by a scanner that finds something, and by one that does not answer (F4)`() async throws {
        try await inFolder { folder in
            let finds = FileStore(folder: folder, scan: { _ in false })
            let first = try arrival(.pdf, in: folder)
            await #expect(throws: FileRefusal.harmful) { try await finds.take(first) }
            let down = FileStore(folder: folder, scan: { _ in throw Down() })
            let second = try arrival(.pdf, in: folder)
            await #expect(throws: FileRefusal.unscanned) { try await down.take(second) }
            #expect(everything(in: folder).isEmpty)
            let clean = FileStore(folder: folder, scan: { path in path.hasPrefix(folder) })
            _ = try await clean.take(try arrival(.pdf, in: folder))
            #expect(everything(in: folder).count == 1)
        }
    }

    @Test func `of one form are taken together or not at all, and the refusal names the file`() async throws {
        try await inFolder { folder in
            var form = Form(uploads: [try arrival(.pdf, named: "合同.pdf", in: folder), try arrival(.pdf, named: "发票.docx", in: folder)])
            let taken = await FileStore(folder: folder).take(&form)
            #expect(taken.isEmpty && !form.isGood)
            #expect(form.wrongs.map { $0.words.chinese.hasPrefix("“发票.docx”：") } == [true])
            #expect(everything(in: folder).isEmpty)
        }
    }

    // MARK: Rows

    @Test func `count against a person's quota, and one byte too many is told (F1)`() async throws {
        try await onBothEngines([StoredFile.migration]) { database in
            try await inFolder { folder in
                let size = Sample.pdf.bytes.count
                let store = FileStore(folder: folder, quota: 2 * size)
                let files = [try await store.take(try arrival(.pdf, in: folder)), try await store.take(try arrival(.pdf, in: folder))]
                try await database.write { tx in for file in files { try tx.add(file, to: need, by: Cast.wang.party, now: now) } }
                #expect(try await database.read { try $0.bytes(Cast.wang.party.key) } == 2 * size)
                let small = Sample(.txt, [65])
                let more = try await store.take(try arrival(small, in: folder))
                await #expect(throws: FileRefusal.quota(megabytes: 0)) {
                    try await database.write { tx in try tx.add(more, to: need, by: Cast.wang.party, now: now) }
                }
                // Another person has a quota of their own.
                let id = try await database.write { tx in try tx.add(more, to: need, by: Cast.lin.party, now: now) }
                #expect(try await database.read { try $0.files(of: need) }.map(\.id).contains(id))
            }
        }
    }

    @Test func `at the same moment cannot both be the last that fits (A10)`() async throws {
        try await onBothEngines([StoredFile.migration], connections: 6) { database in
            try await inFolder { folder in
                let size = Sample.pdf.bytes.count
                let store = FileStore(folder: folder, quota: 3 * size)
                var files: [TakenFile] = []
                for _ in 0..<12 { files.append(try await store.take(try arrival(.pdf, in: folder))) }
                await withTaskGroup(of: Void.self) { group in
                    for file in files {
                        group.addTask { _ = try? await database.write { tx in try tx.add(file, to: need, by: Cast.wang.party, now: now) } }
                    }
                }
                #expect(try await database.read { try $0.files(of: need) }.count == 3)
            }
        }
    }

    @Test func `belong to one thing, move with it and are removed by it`() async throws {
        try await onBothEngines([StoredFile.migration]) { database in
            try await inFolder { folder in
                let store = FileStore(folder: folder)
                let draft = Subject(kind: "draft", id: "7")
                let taken = try await store.take(try arrival(.pdf, in: folder))
                let id = try await database.write { tx in try tx.add(taken, to: draft, by: .system, now: now) }
                try await database.write { tx in try tx.moveFiles(from: draft, to: need, by: Cast.wang.party) }
                let moved = try await database.read { try $0.files(of: need) }
                #expect(moved.map(\.id) == [id] && moved[0].by == Cast.wang.party)
                #expect(try await database.read { try $0.files(of: draft) }.isEmpty)
                #expect(try await database.read { try $0.bytes(Cast.wang.party.key) } == taken.size)
                #expect(try await database.write { tx in try tx.removeFile(id, of: draft) } == false)
                #expect(try await database.write { tx in try tx.removeFile(id, of: need) })
                #expect(try await database.read { try $0.file(id) } == nil)
            }
        }
    }

    private struct Refused: Error {}

    @Test func `and their rows live and die together (F5)`() async throws {
        try await onBothEngines([StoredFile.migration]) { database in
            try await inFolder { folder in
                let store = FileStore(folder: folder)
                let kept = try await store.take(try arrival(.pdf, in: folder))
                let lost = try await store.take(try arrival(.pdf, in: folder))
                let removed = try await store.take(try arrival(.pdf, in: folder))
                _ = try arrival(.pdf, in: folder)
                let id = try await database.write { tx in
                    try tx.add(kept, to: need, by: .system, now: now)
                    return try tx.add(removed, to: need, by: .system, now: now)
                }
                // The transaction that was to own it is given up: no row, and the file waits for the sweep.
                await #expect(throws: Refused.self) {
                    try await database.write { tx in
                        try tx.add(lost, to: need, by: .system, now: now)
                        throw Refused()
                    }
                }
                try await database.write { tx in _ = try tx.removeFile(id, of: need) }
                #expect(everything(in: folder).count == 4)
                try await store.sweep(database, before: .now - .days(1))
                #expect(everything(in: folder).count == 4, "what is younger than a day may still be on its way")
                try await store.sweep(database, before: .now + .minutes(1))
                #expect(everything(in: folder) == ["files/\(kept.place)"])
            }
        }
    }

    // MARK: Downloads

    @Test func `are downloads for whoever may see their thing, and not there for anybody else (F3, A3)`() async throws {
        try await onBothEngines(Visit.migrations + [StoredFile.migration]) { database in
            try await inFolder { folder in
                let store = FileStore(folder: folder)
                let room = FilesRoom { viewer, _, subject, _ in subject == need && viewer.person == Cast.wang.id }
                let house = try TestHouse(database, folder: folder, rooms: [WebRoom(), room])
                let document = try await store.take(try arrival(.pdf, named: "报告\r\n甲.pdf".replacing("\r\n", with: ""), in: folder))
                let picture = try await store.take(try arrival(.png, in: folder))
                let ids = try await database.write { tx in
                    [try tx.add(document, to: need, by: Cast.wang.party, now: now), try tx.add(picture, to: need, by: Cast.wang.party, now: now)]
                }
                let owner = house.browser(as: Cast.wang.viewer([]))
                let got = try await owner.open(StoredFile.page(ids[0]))
                #expect(got.status == 200 && got.bytes == Sample.pdf.bytes)
                #expect(got.header("Content-Disposition")?.hasPrefix("attachment;") == true)
                #expect(got.header("Content-Disposition")?.contains("%E6%8A%A5%E5%91%8A%E7%94%B2.pdf") == true)
                #expect(got.header("Content-Security-Policy")?.contains("sandbox") == true)
                #expect(got.header("X-Content-Type-Options") == "nosniff")
                #expect(got.header("Cache-Control")?.contains("no-store") == true)
                let part = try await owner.open(StoredFile.page(ids[0]).text, ["Range": "bytes=0-3"])
                #expect(part.status == 206 && part.text == "%PDF")

                // A picture may stand in a page; nothing else may, whatever the address says.
                #expect(try await owner.open(StoredFile.page(ids[1]).text + "?show").header("Content-Disposition") == "inline")
                #expect(try await owner.open(StoredFile.page(ids[0]).text + "?show").header("Content-Disposition")?.hasPrefix("attachment") == true)

                for other in [house.browser(), house.browser(as: Cast.stranger.viewer([]))] {
                    let refused = try await other.open(StoredFile.page(ids[0]))
                    let absent = try await other.open(StoredFile.page(ID(at: now)))
                    #expect(refused.status == 404 && absent.status == 404)
                    #expect(!refused.has("PDF") && refused.heading == absent.heading)
                }
            }
        }
    }
}
