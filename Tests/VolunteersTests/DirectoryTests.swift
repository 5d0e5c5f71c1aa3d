import Identity
import Reference
import Storage
import TestSupport
import Testing
import Values

@testable import Volunteers

struct DirectoryTests {
    private func names(_ directory: Directory, in database: Database, at now: Instant = Scene.now, limit: Int = 50) async throws -> [String] {
        try await database.read { try $0.find(directory, now: now, limit: limit) }.experts.map(\.name)
    }

    @Test func `Names are found as written, in traditional characters, by pinyin and its initials; topics by their words`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            try await database.write { tx in
                try Scene.prepare(tx)
                try Scene.serve(tx, "沈国强", domains: [.technology], subTopics: ["technology.process"], headline: "原省模具研究所总工程师")
                try Scene.serve(tx, "单慧敏", domains: [.law], subTopics: ["law.debt"], headline: "律师，执业19年")
                try Scene.serve(tx, "陈国华", domains: [.finance], headline: "注册会计师")
            }
            func found(_ text: String) async throws -> Set<String> { Set(try await names(Directory(text: text), in: database)) }
            for text in ["沈国强", "沈", "沈國強", "shenguoqiang", "SHEN GUOQIANG", "shen", "guoqiang", "sgq", "sg", "模具", "模具研究所", "总工程师"] {
                #expect(try await found(text) == ["沈国强"], "\(text)")
            }
            for text in ["单慧敏", "shan huimin", "shm", "單慧敏", "催款", "律师"] { #expect(try await found(text) == ["单慧敏"], "\(text)") }
            #expect(try await found("国") == ["沈国强", "陈国华"])
            #expect(try await found("guo") == ["沈国强", "陈国华"])
            for text in ["强国", "xyz", "danhuimin", "模具律师", "；--"] where text != "；--" { #expect(try await found(text).isEmpty, "\(text)") }
            // What holds nothing to look for narrows nothing.
            #expect(try await found("；--").count == 3)
            #expect(try await found("%").count == 3)
            #expect(try await found(":law").count == 1, "a facet cannot be typed: this is the word")
        }
    }

    @Test func `Filters narrow together, and the total counts what is shown`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            try await database.write { tx in
                try Scene.prepare(tx)
                try Scene.serve(tx, "沈国强", domains: [.technology, .management], region: "331003", free: Scene.free(4, 14, 16))
                try Scene.serve(tx, "李安", domains: [.law], region: "330102", free: Scene.free(1, 8, 9))
                try Scene.serve(tx, "周立诚", domains: [.law], region: "331000")
            }
            #expect(try await names(Directory(domains: [.law]), in: database) == ["李安", "周立诚"])
            #expect(try await names(Directory(domains: [.management, .finance]), in: database) == ["沈国强"])
            #expect(Set(try await names(Directory(region: RegionCode("331000")), in: database)) == ["沈国强", "周立诚"])
            #expect(try await names(Directory(region: RegionCode("331003")), in: database) == ["沈国强"])
            #expect(try await names(Directory(domains: [.law], region: RegionCode("331000")), in: database) == ["周立诚"])
            #expect(try await names(Directory(kind: .legal), in: database).isEmpty)
            // Monday's hour has passed, so Li is free next week; Zhou says no times.
            #expect(try await names(Directory(thisWeek: true), in: database) == ["沈国强"])
            #expect(try await names(Directory(), in: database) == ["沈国强", "李安", "周立诚"])
            let found = try await database.read { try $0.find(Directory(domains: [.law]), now: Scene.now, limit: 1) }
            #expect(found.total == 2)
            #expect(found.next != nil)
        }
    }

    @Test func `Pages follow one another by next free and then by name, without gap or repetition`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            try await database.write { tx in
                try Scene.prepare(tx)
                for (place, name) in ["王一", "李二", "张三", "赵四", "钱五", "孙六", "周七"].enumerated() {
                    try Scene.serve(tx, name, free: place % 2 == 0 ? Scene.free(3, 9, 11) : place % 3 == 0 ? [] : Scene.free(2, 9, 11))
                }
            }
            var (after, all): (Directory.Place?, [String]) = (nil, [])
            for _ in 0..<10 {
                let place = after
                let found = try await database.read { try $0.find(Directory(after: place), now: Scene.now, limit: 2) }
                all += found.experts.map(\.name)
                after = found.next.flatMap { Directory.Place($0.text) }
                if after == nil { break }
            }
            // Tuesday, Wednesday by name, by arrangement.
            #expect(all == ["李二", "孙六", "钱五", "王一", "张三", "周七", "赵四"])
        }
    }

    @Test func `Who is not appointed today is in no list, and a pause or an end counts at once`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let person = try await database.write { tx in
                try Scene.prepare(tx)
                let person = try tx.makePerson(name: "沈国强", mail: nil, now: Scene.now)
                try tx.enterExpert(Scene.expert(person, "沈国强", free: Scene.free(4, 14, 16)))
                return person
            }
            #expect(try await names(Directory(), in: database).isEmpty)
            let today = Scene.today
            try await database.write { tx in
                try tx.appoint(try tx.lockedExpert(person), Scene.appointment(person, "〔2026〕1号", today + 3, today + 10), now: Scene.now)
            }
            #expect(try await names(Directory(), in: database).isEmpty)
            #expect(try await names(Directory(), in: database, at: Scene.now + .days(2)).isEmpty)
            #expect(try await names(Directory(), in: database, at: Scene.now + .days(3)) == ["沈国强"])
            #expect(try await names(Directory(), in: database, at: Scene.now + .days(10)) == ["沈国强"])
            #expect(try await names(Directory(), in: database, at: Scene.now + .days(11)).isEmpty)
            let candidates = try await database.read { reader in
                try [today + 2, today + 3, today + 10, today + 11].map { try reader.experts(of: Cast.institution, appointedOn: $0).count }
            }
            #expect(candidates == [0, 1, 1, 0])
            try await database.write { tx in
                try tx.endAppointments(of: try tx.lockedExpert(person), Appointment.Ending(reason: "辞聘", by: Cast.head.id, at: Scene.now + .days(4)))
            }
            #expect(try await names(Directory(), in: database, at: Scene.now + .days(4)).isEmpty)
            #expect(try await database.read { try $0.experts(of: Cast.institution, appointedOn: today + 5) }.isEmpty)
        }
    }

    @Test func `Once a free time has passed, whoever reads first moves it on`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            try await database.write { tx in
                try Scene.prepare(tx)
                try Scene.serve(tx, "沈国强", free: Scene.free(1, 9, 12))
                try Scene.serve(tx, "李安", free: Scene.free(2, 9, 12))
            }
            #expect(try await names(Directory(), in: database) == ["沈国强", "李安"])
            let later = Instant(Scene.today, 13)
            #expect(try await database.read { try $0.hasPassedListings(now: later) })
            try await database.write { try $0.moveListings(on: later) }
            #expect(try await !database.read { try $0.hasPassedListings(now: later) })
            #expect(try await names(Directory(), in: database, at: later) == ["李安", "沈国强"])
        }
    }

    @Test func `No query of directory, candidates or list walks through all experts`() async throws {
        try await onSQLite(Scene.migrations) { database, _ in
            let directories = [
                Directory(), Directory(text: "shen", domains: [.law], region: RegionCode("331000"), kind: .legal, thisWeek: true),
                Directory(text: "货款"), Directory(after: Directory.Place(free: Scene.now, sortKey: "li", person: Cast.shen.id)),
            ]
            let list = Roster(group: .serving, text: "shen")
            let scope = Scene.officer.expertScope
            let plans = try await database.read { reader in
                var queries: [SQL] = directories.map { $0.page(now: Scene.now, limit: 12) }
                queries += [
                    Expert.candidates(of: Cast.institution, appointedOn: Scene.today, domain: .law, limit: 500),
                    Expert.candidates(of: Cast.institution, appointedOn: Scene.today, domain: nil, limit: 500), list.page(scope, today: Scene.today, limit: 30),
                    Roster(group: .past).page(scope, today: Scene.today, limit: 30), Roster(group: .paused).page(scope, today: Scene.today, limit: 30),
                    Roster().page(scope, today: Scene.today, limit: 30),
                ]
                return try queries.map { query in
                    try reader.rows("explain query plan \(query)") { row -> String in
                        for _ in 0..<3 { _ = try row(Int.self) }
                        return try row()
                    }
                }
            }
            for plan in plans {
                // A scan in the order of an index that ends at the limit is no full scan; one of the table itself would be.
                let scans = plan.filter { $0.hasPrefix("SCAN") && !$0.contains("USING INDEX") && !$0.contains("USING COVERING INDEX") && !$0.contains("CONSTANT ROW") }
                #expect(scans.isEmpty, "\(plan)")
                #expect(!plan.contains { $0.hasPrefix("SCAN e ") || $0 == "SCAN e" }, "\(plan)")
            }
        }
    }
}
