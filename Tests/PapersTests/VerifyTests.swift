import Documents
import Files
import Foundation
import HTTPTypes
import Holdings
import Identity
import Markup
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Papers

extension Registry {
    func house() throws -> TestHouse {
        try TestHouse(
            database, folder: folder, clock: clock,
            rooms: [WebRoom(), FilesRoom(maySee: { viewer, _, subject, reader in try PapersRoom.maySee(viewer, subject, reader) ?? false }), PapersRoom(files: files, baseURL: Registry.site)],
            change: { $0.settings.triesPerMinute = 1000 })
    }

    func member(_ house: TestHouse, _ person: Cast.Member, _ role: Role, _ organisation: ID<Organisation>? = Cast.institution, _ region: String = Cast.region) -> Browser {
        house.browser(as: person.viewer([Membership(role: role, organisation: organisation, regionPrefix: region)]))
    }
}

@Suite("Checking a paper") struct VerifyTests {
    @Test func `of somebody who had themselves erased says that it is genuine or revoked, and nothing of what it says to anybody (P5)`() async throws {
        try await Registry.on { registry in
            let (now, by) = (registry.clock.now, Party.person(Cast.head.id))
            let paper = try await registry.issue()
            try await registry.database.write { try $0.noteErasure(Cast.shen.id, at: now) }
            let house = try registry.house()
            let officer = registry.member(house, Cast.lin, .officer)
            let hidden = ["沈国强", "312.5小时", "57家中小企业"]
            for (browser, place) in [(house.browser(), "/verify/\(paper.code)"), (officer, "/papers/\(paper.id)"), (registry.member(house, Cast.head, .head), "/papers/\(paper.id)")] {
                let shown = try await browser.open(place)
                #expect(shown.status == 200 && shown.has("持有人已注销账号并删除数据") && shown.has(paper.number), "\(place)")
                for words in hidden { #expect(!shown.has(words), "\(place): \(words)") }
            }
            #expect(try await house.browser().open("/verify/\(paper.code)").has("真实有效"))
            #expect(try await officer.open("/papers/\(paper.id)/file").status == 404)
            try await registry.database.write { try $0.revoke(paper.id, reason: "沈国强没有来过", by: by, at: now) }
            #expect(try await house.browser().open("/verify/\(paper.code)").has("已撤销"))
            #expect(try await !officer.open("/papers/\(paper.id)").has("沈国强没有来过"))
            // Nothing of the row has changed: whoever has the paper proves it by itself, ten years on.
            let kept = try #require(try await registry.paper(paper.id))
            #expect(kept.claims.canonical == paper.claims.canonical)
        }
    }

    @Test func `by its code shows every printed fact and how it stands, to anybody`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.issue()
            let browser = try registry.house().browser()
            let shown = try await browser.open("/verify/\(paper.code)")
            #expect(shown.status == 200 && shown.has("真实有效"))
            for words in paper.claims.facts.map(\.value) + [paper.number, paper.claims.issuer, "志愿服务记录证明"] { #expect(shown.has(words)) }
            #expect(try await browser.open("/verify/\(paper.code.text.lowercased())").has("真实有效"), "small letters are the same code")
            let (now, by) = (registry.clock.now, Party.person(Cast.head.id))
            try await registry.database.write { try $0.suspend(paper.id, reason: "不让外人知道的原因", by: by, at: now) }
            let suspended = try await browser.open("/verify/\(paper.code)")
            #expect(suspended.has("暂停使用") && !suspended.has("真实有效") && !suspended.has("不让外人知道的原因"))
            let newer = try await registry.database.write { tx in
                try tx.lift(paper.id, by: by, at: now)
                return try tx.replace(paper.id, with: Registry.draft(), by: by, at: now)
            }
            let replaced = try await browser.open("/verify/\(paper.code)")
            #expect(replaced.has("已换发新的一份") && replaced.has(newer.number))
            try await registry.database.write { try $0.revoke(paper.id, reason: "不让外人知道的原因", by: by, at: now) }
            let revoked = try await browser.open("/verify/\(paper.code)")
            #expect(revoked.has("已撤销") && !revoked.has("不让外人知道的原因"))
        }
    }

    @Test func `by its number asks for the name too, and says no more when one of them is wrong`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.issue()
            let browser = try registry.house().browser()
            func ask(_ number: String, _ name: String) async throws -> Shown {
                try await browser.open("/verify")
                return try await browser.post("/verify", ["number": number, "name": name])
            }
            let year = registry.clock.now.day.parts.year
            #expect(try await ask("助企证\(Cast.region)(\(year))1", "沈国强").has("真实有效"))
            func bare(_ shown: Shown) -> String { shown.text.replacing(/value="[^"]*"/, with: "") }
            let wrongName = try await ask(paper.number, "沈国")
            let wrongNumber = try await ask("助企证\(Cast.region)〔\(year)〕9号", "沈国强")
            #expect(wrongName.has("没有查到") && !wrongName.has("312.5"))
            #expect(bare(wrongName) == bare(wrongNumber))
            let empty = try await ask("", "")
            #expect(empty.status == 422 && empty.has("还没有填“编号”") && empty.has("还没有填“持有人姓名”"))
        }
    }

    @Test func `is stopped after twenty misses an hour from one address, with what to do instead (R3)`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.issue()
            let house = try registry.house()
            let guesser = house.browser(address: "192.0.2.66")
            for guess in 1...20 {
                let shown = guess % 2 == 0 ? try await guesser.open("/verify/\(LongCode())") : try await {
                    try await guesser.open("/verify")
                    return try await guesser.post("/verify", ["number": paper.number, "name": "猜\(guess)"])
                }()
                #expect(shown.status == 200 && shown.has("没有查到"), "guess \(guess)")
            }
            try await guesser.open("/verify")
            let stopped = try await guesser.post("/verify", ["number": paper.number, "name": "沈国强"])
            #expect(stopped.status == 429 && stopped.header("Retry-After") == "3600" && stopped.has("每小时最多20次"))
            #expect(try await guesser.open("/verify/\(LongCode())").status == 429)
            // The square code itself works, and others are not kept from anything.
            #expect(try await guesser.open("/verify/\(paper.code)").has("真实有效"))
            let other = house.browser(address: "192.0.2.67")
            try await other.open("/verify")
            #expect(try await other.post("/verify", ["number": paper.number, "name": "沈国强"]).has("真实有效"))
            registry.clock.pass(.hours(1))
            try await guesser.open("/verify")
            #expect(try await guesser.post("/verify", ["number": paper.number, "name": "沈国强"]).has("真实有效"))
        }
    }

    @Test func `by a file with numbers beyond all bounds is answered like any other (F2)`() async throws {
        try await Registry.on { registry in
            let browser = try registry.house().browser()
            try await browser.open("/verify")
            let bytes = [UInt8]("%PDF-1.7\n/ByteRange [0 9223372036854775807 9223372036854775807 1]\n%%EOF\n".utf8)
            #expect(try await browser.post("/verify/file", files: [PickedFile("file", name: "paper.pdf", bytes)]).has("没有出具机构的电子签名"))
        }
    }

    @Test func `counts a whole IPv6 network as one address: it is one household's (R3)`() async throws {
        try await Registry.on { registry in
            let paper = try await registry.issue()
            let house = try registry.house()
            for guess in 1...20 {
                let guesser = house.browser(address: "2001:db8:0:7:\(String(guess, radix: 16))::1")
                try await guesser.open("/verify")
                #expect(try await guesser.post("/verify", ["number": paper.number, "name": "猜\(guess)"]).status == 200)
            }
            for (address, status) in [("2001:db8:0:7::99", 429), ("2001:db8:0:8::99", 200), ("192.0.2.7", 200)] {
                let browser = house.browser(address: address)
                try await browser.open("/verify")
                #expect(try await browser.post("/verify", ["number": paper.number, "name": "沈国强"]).status == status, "\(address)")
            }
        }
    }

    @Test func `by its file says what is wrong with it, and knows the sealed document by its bytes`() async throws {
        try await Registry.on { registry in
            let (paper, pdf) = try await registry.made()
            let browser = try registry.house().browser()
            func ask(_ bytes: [UInt8]) async throws -> Shown {
                try await browser.open("/verify")
                return try await browser.post("/verify/file", files: [PickedFile("file", name: "paper.pdf", bytes)])
            }
            #expect(try await ask(pdf).has("真实有效"))
            var changed = pdf
            changed[700] ^= 1
            let told = try await ask(changed)
            #expect(told.has("不能作为依据") && !told.has("真实有效") && !told.has("312.5"))
            #expect(try await ask(pdf + [UInt8]("\n%%EOF\n".utf8)).has("签名之后又加了内容"))
            #expect(try await ask(Array(pdf.dropLast(900))).has("文件不完整"))
            #expect(try await ask([UInt8]("hello".utf8)).has("这不是PDF文件"))
            let now = registry.clock.now
            try await registry.database.write { try $0.revoke(paper.id, reason: "不实", by: .person(Cast.head.id), at: now) }
            #expect(try await ask(pdf).has("已撤销"))
        }
    }

    @Test func `leaves the paper itself to its holder, its institution and who supervises`() async throws {
        try await Registry.on { registry in
            let (paper, pdf) = try await registry.made()
            let house = try registry.house()
            let may = [
                registry.member(house, Cast.shen, .expert, nil), registry.member(house, Cast.shen, .owner, nil), registry.member(house, Cast.lin, .officer), registry.member(house, Cast.head, .head),
                registry.member(house, Cast.wang, .smeAuthority, nil, "33"), registry.member(house, Cast.wang, .auditor, nil, ""),
            ]
            for browser in may {
                #expect(try await browser.open(Paper.page(paper.id)).has(paper.number))
                #expect(try await browser.open(Paper.file(paper.id)).bytes == pdf)
            }
            let mayNot = [
                registry.member(house, Cast.stranger, .officer, Cast.otherInstitution, Cast.otherRegion), registry.member(house, Cast.wang, .owner, nil), registry.member(house, Cast.wang, .expert),
                registry.member(house, Cast.wang, .smeAuthority, nil, "51"), registry.member(house, Cast.wang, .administrator, nil, ""), registry.member(house, Cast.wang, .systemOperator, nil, ""),
            ]
            for browser in mayNot {
                for place in [Paper.page(paper.id), Paper.file(paper.id), PaperDesk.revocation(paper.id)] { #expect(try await browser.open(place).status == 404) }
            }
        }
    }

    @Test func `sees the head revoke, with a reason, once`() async throws {
        try await Registry.on { registry in
            let (paper, _) = try await registry.made()
            let house = try registry.house()
            let head = registry.member(house, Cast.head, .head)
            try await head.open(PaperDesk.revocation(paper.id))
            #expect(try await head.post(PaperDesk.revocation(paper.id), ["reason": ""]).status == 422)
            let page = try await head.post(PaperDesk.revocation(paper.id), ["reason": "记录不实"])
            #expect(page.status == 200 && page.has("已撤销") && page.has("记录不实"))
            #expect(try await house.browser().open("/verify/\(paper.code)").has("已撤销"))
            #expect(try await registry.database.read { try $0.ledgerEntries(about: paper.subject) }.map(\.kind) == ["certificate", "paper.revocation"])
            let officer = registry.member(house, Cast.lin, .officer)
            #expect(try await officer.open(PaperDesk.revocation(paper.id)).status == 404)
        }
    }

    @Test func `is not the holder's own to revoke, suspend or restore, whatever else they are (A7)`() async throws {
        try await Registry.on { registry in
            var draft = Registry.draft()
            draft.holder = Cast.head.id
            let own = try await registry.issue(draft)
            let other = try await registry.issue(Registry.draft(about: "2"))
            let now = registry.clock.now
            for paper in [own, other] { try await registry.database.write { try $0.suspend(paper.id, reason: "有人提出异议", by: .person(Cast.lin.id), at: now) } }
            let head = registry.member(try registry.house(), Cast.head, .head)
            try await head.open(Paper.page(other.id))
            let form = try #require(head.page?.form(PaperDesk.lifting(other.id).text))
            #expect(try await head.open(Paper.page(own.id)).form(PaperDesk.lifting(own.id).text) == nil)
            for (place, more) in [(PaperDesk.lifting(own.id), ""), (PaperDesk.revocation(own.id), "&reason=x")] {
                let body = form.fields.map { "\(Link.encoded($0.name))=\(Link.encoded($0.name == "once" ? place.text : $0.value))" }.joined(separator: "&") + more
                _ = try await head.send(.post, place.text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8))
            }
            guard case .suspended = try await registry.paper(own.id)?.standing(on: now.day) else { Issue.record("the holder changed its standing"); return }
            try await head.open(Paper.page(other.id))
            #expect(try await head.post(PaperDesk.lifting(other.id)).has("已恢复使用"))
        }
    }

    @Test func `goes on while the seal is applied for, approved by another and set, page by page`() async throws {
        try await Registry.on { registry in
            let (paper, _) = try await registry.made()
            let house = try registry.house()
            let (officer, head) = (registry.member(house, Cast.lin, .officer), registry.member(house, Cast.head, .head))
            try await officer.open(Paper.page(paper.id))
            let applied = try await officer.post(Sealing.applying(paper.id))
            #expect(applied.has("等负责人批准") && !applied.has("轮到您"))
            let id = try #require(try await registry.database.read { try $0.sealing(of: paper.id)?.id })
            #expect(try await head.open(Sealing.register()).has(paper.number))
            try await head.open(Sealing.page(id))
            #expect(try await head.post(Sealing.approval(id)).has("已批准用印"))
            try await officer.open(Sealing.page(id))
            let without = try await officer.post(Sealing.stamp(id))
            #expect(without.status == 422 && without.has("还没有选扫描件"))
            let sealed = try await officer.post(Sealing.stamp(id), files: [PickedFile("file", name: "扫描.pdf", [UInt8]("%PDF-1.4\n% scan\n%%EOF\n".utf8))])
            #expect(sealed.has("已用印并登记") && sealed.has("-0001"))
            #expect(try await registry.member(house, Cast.shen, .expert, nil).open(Paper.page(paper.id)).has("下载盖章件"))
            #expect(try await officer.open(Sealing.register().with([("show", "all")])).has("-0001"))
        }
    }
}
