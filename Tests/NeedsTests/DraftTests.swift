import HTTPTypes
import Holdings
import Identity
import Markup
import Reference
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Files
@testable import Needs

@Suite("A draft") struct DraftTests {
    /// Writes some words without an account; answers the draft.
    private func begin(_ browser: Browser, _ statement: String = Office.mould) async throws -> ID<Draft> {
        try await browser.open(Draft.start().with([("fresh", "1")]))
        let action = try #require(browser.page?.actions.first { $0.hasPrefix("/needs/drafts/") && !$0.hasSuffix("/files") })
        try await browser.post(action, ["statement": statement, "urgency": "thisMonth"], following: false)
        return try #require(ID<Draft>(String(action.split(separator: "/").last ?? "")))
    }

    private func claim(_ office: Office, _ id: ID<Draft>) async throws {
        try await office.database.write { tx in
            guard let visitor = try tx.draft(id)?.visitor else { return }
            try tx.claim(Draft.self, of: visitor, for: Cast.wang.id)
        }
    }

    @Test func `belongs to the visitor, and after the code to the person on any device`() async throws {
        try await Office.on { office in
            let visitor = office.house.browser()
            let id = try await begin(visitor)
            #expect(try await visitor.open(Draft.page(id)).has("缩水"))
            #expect(try await office.house.browser().open(Draft.page(id)).status == 404)
            #expect(try await office.house.browser(as: Office.owner).open(Draft.page(id)).status == 404)
            try await claim(office, id)
            #expect(try await office.house.browser(as: Office.owner).open(Draft.page(id)).has("缩水"))
            #expect(try await visitor.open(Draft.page(id)).status == 404)
            #expect(try await office.house.browser(as: Office.officer).open(Draft.page(id)).status == 404)
        }
    }

    @Test func `is never written by somebody else`() async throws {
        try await Office.on { office in
            let id = try await begin(office.house.browser())
            let other = office.house.browser()
            let theirs = try await begin(other, "别人的难题，也有十个字")
            try await other.open(Draft.page(theirs))
            let form = try #require(other.page?.form(Draft.page(theirs).text))
            let body = form.fields.map { "\(Link.encoded($0.name))=\(Link.encoded($0.value))" }.joined(separator: "&")
            for link in [Draft.text(id), Draft.page(id), Draft.removal(id)] {
                let fields = link == Draft.removal(id) ? form.fields.filter { $0.name == "token" || $0.name == "once" }.map { "\($0.name)=\(Link.encoded($0.value))" }.joined(separator: "&") : body
                let shown = try await other.send(.post, link.text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](fields.utf8))
                // What is signed in for may be theirs then.
                #expect(shown.status == (link == Draft.removal(id) ? 401 : 404), "\(link)")
            }
            #expect(try await office.database.read { try $0.draft(id)?.form["statement"] } == [Office.mould])
        }
    }

    @Test func `that nobody claims is erased after thirty days, others stay`() async throws {
        try await Office.on { office in
            _ = try await begin(office.house.browser())
            let claimed = try await begin(office.house.browser())
            try await claim(office, claimed)
            office.clock.pass(.days(10))
            let young = try await begin(office.house.browser())
            office.clock.pass(.days(20))
            office.clock.pass(.minutes(1))
            let before = office.clock.now - .days(30)
            try await office.database.write { try $0.eraseUnclaimed(Draft.self, before: before) }
            let left = try await office.database.read { try $0.values("select id from need_draft", ID<Draft>.self) }
            #expect(Set(left) == [claimed, young])
        }
    }

    @Test func `becomes one need however often its form is sent, and is not brought back by what the script still keeps`() async throws {
        try await Office.on { office in
            let visitor = office.house.browser()
            let id = try await begin(visitor)
            try await claim(office, id)
            let owner = office.house.browser(as: Office.owner)
            try await owner.open(Draft.page(id))
            let draft = try #require(owner.page?.form(Draft.page(id).text))
            try await owner.open(Draft.who(id))
            let who = try #require(owner.page?.form(Draft.who(id).text))
            let answers = ["who": "founding", "name": "王海燕", "region": Cast.region, "consentService": "yes"]
            let fields = who.fields.filter { answers[$0.name] == nil }.map { ($0.name, $0.value) } + answers.map { ($0.key, $0.value) }
            let body = [UInt8](fields.map { "\(Link.encoded($0.0))=\(Link.encoded($0.1))" }.joined(separator: "&").utf8)
            let type = ["Content-Type": "application/x-www-form-urlencoded"]
            let first = try await owner.send(.post, Draft.who(id).text, type, body)
            #expect(first.status == 303 && first.place?.hasPrefix("/needs/") == true)
            let again = try await owner.send(.post, Draft.who(id).text, type, body)
            #expect(again.place == first.place)
            // With another key, too, as from a second tab.
            let tab = fields.map { "\(Link.encoded($0.0))=\(Link.encoded($0.0 == "once" ? "another" : $0.1))" }.joined(separator: "&")
            #expect(try await owner.send(.post, Draft.who(id).text, type, [UInt8](tab.utf8)).place == first.place)
            #expect(try await office.count("need") == 1)
            let late = draft.fields.map { "\(Link.encoded($0.name))=\(Link.encoded($0.name == "statement" ? "迟到的字迟到的字迟到的字" : $0.value))" }.joined(separator: "&")
            #expect(try await owner.send(.post, Draft.text(id).text, type, [UInt8](late.utf8)).status < 300)
            #expect(try await office.count("need_draft where sent is null") == 0)
            #expect(try await office.count("need_draft where fields <> ''") == 0)
            #expect(try await owner.open(Draft.page(id)).path.hasPrefix("/needs/"))
            #expect(try await office.count("need") == 1)
        }
    }

    @Test func `keeps what was attached before signing in for its owner, when it is sent and when they are erased`() async throws {
        try await Office.on { office in
            let now = office.clock.now
            @Sendable func file(_ name: String) -> TakenFile { TakenFile(name: name, kind: .pdf, size: 10, hash: name, place: "aa/\(name)", path: "/nonexistent/\(name)", quota: 1 << 30) }
            var ids: [ID<Draft>] = []
            for name in ["图纸", "没寄出的"] {
                let id = try await begin(office.house.browser())
                try await office.database.write { tx in
                    let draft = try #require(try tx.lockDraft(id))
                    #expect(try tx.add([file(name)], to: draft, by: nil, now: now) == nil)
                }
                try await claim(office, id)
                ids.append(id)
            }
            let owner = office.house.browser(as: Office.owner)
            try await owner.open(Draft.who(ids[0]))
            try await owner.post(Draft.who(ids[0]), ["who": "founding", "name": "王海燕", "region": Cast.region, "consentService": "yes"])
            #expect(try await office.count("need") == 1)
            #expect(try await office.database.read { try $0.values("select by_party from file where subject_kind = 'need'", Party.self) } == [Cast.wang.party])
            let room = NeedsRoom(reference: .bundled, intake: Office.intake, files: FileStore(folder: ""))
            try await office.database.write { tx in
                for holding in room.holdings where "\(holding.table)" == "need_draft" { try holding.erase(Cast.wang.id, at: now, in: tx) }
            }
            #expect(try await office.database.read { try $0.values("select name from file", String.self) } == ["图纸"])
        }
    }

    @Test func `of somebody signed in is erased ninety days after it was last written in, with its files (P6)`() async throws {
        try await Office.on { office in
            let holdings = NeedsRoom(reference: .bundled, intake: Office.intake, files: FileStore(folder: "")).holdings.filter { "\($0.table)" == "need_draft" }
            @Sendable func left(after span: Span) async throws -> [Int] {
                office.clock.pass(span)
                let now = office.clock.now
                try await office.database.write { tx in for holding in holdings { try holding.expire(at: now, in: tx) } }
                return [try await office.count("need_draft"), try await office.count("file")]
            }
            let id = try await begin(office.house.browser())
            try await claim(office, id)
            let (now, file) = (office.clock.now, TakenFile(name: "图纸", kind: .pdf, size: 10, hash: "a", place: "aa/a", path: "/nonexistent/a", quota: 1 << 30))
            try await office.database.write { tx in _ = try tx.add(file, to: Draft.subject(id), by: Cast.wang.party, now: now) }
            #expect(try await left(after: .days(89)) == [1, 1])
            #expect(try await left(after: .days(2)) == [0, 0])
        }
    }

    @Test func `that is deleted takes its files along`() async throws {
        try await Office.on { office in
            let (id, now) = (try await begin(office.house.browser()), office.clock.now)
            try await office.database.write { tx in
                let draft = try #require(try tx.lockDraft(id))
                let file = TakenFile(name: "图纸", kind: .pdf, size: 10, hash: "1", place: "aa/1", path: "/nonexistent/1", quota: 1 << 30)
                #expect(try tx.add([file], to: draft, by: nil, now: now) == nil)
            }
            try await office.database.write { try $0.removeDraft(id) }
            #expect(try await office.count("need_draft") == 0)
            #expect(try await office.count("file") == 0)
        }
    }

    @Test func `sent from eight sides at once becomes one need`() async throws {
        try await Office.on { office in
            let id = try await begin(office.house.browser())
            try await claim(office, id)
            let now = office.clock.now
            let made = await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await office.database.write { tx in
                            guard let draft = try tx.draft(id), draft.sent == nil else { return 0 }
                            let need = try Office.intake.take(
                                .init(asker: Cast.wang.id, enterprise: nil, companyName: nil, region: Cast.region, statement: Office.mould, domain: nil, urgency: .thisMonth, expert: nil, source: .init(.web), by: Cast.wang.party),
                                in: tx, now: now, address: "")
                            guard try tx.markSent(id, as: need.id) else { throw Problem.notFound }
                            return 1
                        }
                    }
                }
                var sum = 0
                while let next = await group.nextResult() { sum += (try? next.get()) ?? 0 }
                return sum
            }
            #expect(made == 1)
            #expect(try await office.count("need") == 1)
        }
    }

    @Test func `of somebody unknown takes three files at most, from however many sides they come at once`() async throws {
        try await Office.on { office in
            let id = try await begin(office.house.browser())
            let now = office.clock.now
            let refused = try await withThrowingTaskGroup(of: Int.self) { group in
                for side in 0..<8 {
                    group.addTask {
                        let file = TakenFile(name: "图\(side).pdf", kind: .pdf, size: 10, hash: "\(side)", place: "aa/\(side)", path: "/nonexistent/\(side)", quota: 1 << 30)
                        return try await office.database.write { tx in
                            guard let draft = try tx.lockDraft(id) else { throw Problem.notFound }
                            return try tx.add([file], to: draft, by: nil, now: now) == nil ? 0 : 1
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(refused == 5)
            #expect(try await office.database.read { try $0.files(ofDraft: id).count } == 3)
        }
    }

    @Test func `of somebody unknown takes no more files once so many came from one network within an hour (R4)`() async throws {
        try await Office.on { office in
            try await inFolder { folder in
                let room = NeedsRoom(reference: .bundled, intake: Office.intake, files: FileStore(folder: folder))
                let house = try TestHouse(office.database, folder: folder, clock: office.clock, rooms: [WebRoom(), room])
                func attach(_ address: String) async throws -> Shown {
                    let browser = house.browser(address: address)
                    let draft = Draft.page(try await begin(browser))
                    try await browser.open(draft)
                    return try await browser.post(draft, files: (1...3).map { PickedFile("file", name: "图\($0).txt", [UInt8]("墙面\($0)".utf8)) }, following: false)
                }
                for _ in 0..<20 { #expect(try await attach("192.0.2.7").status == 303) }
                let shown = try await attach("192.0.2.7")
                #expect(shown.has("登录后再放") && shown.has(Office.mould))
                #expect(try await office.count("file") == 60)
                #expect(try await attach("192.0.2.8").status == 303)
                office.clock.pass(.hours(1))
                #expect(try await attach("192.0.2.7").status == 303)
            }
        }
    }

    @Test func `that lacks something keeps what was typed and says what is missing`() async throws {
        try await Office.on { office in
            let visitor = office.house.browser()
            try await visitor.open(Draft.start())
            let action = try #require(visitor.page?.actions.first { $0.hasPrefix("/needs/drafts/") && !$0.hasSuffix("/files") })
            let shown = try await visitor.post(action, ["statement": "太短了", "urgency": "thisWeek"])
            #expect(shown.has("太短"))
            #expect(shown.form(action)?.value("statement") == "太短了" && shown.form(action)?.value("urgency") == "thisWeek")
            // It goes on where it stood, without a word lost.
            #expect(try await visitor.open(Draft.start()).form(action)?.value("statement") == "太短了")
        }
    }
}
