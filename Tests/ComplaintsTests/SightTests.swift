import Complaints
import Files
import HTTPTypes
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Complaints

@Suite("Who sees complaints: they") struct SightTests {
    @Test func `are never seen by those they accuse, whatever their role: page, list, count, deed`() async throws {
        try await Town.on { town in
            try await town.file(by: town.house.browser())
            let id = try await town.newest()
            let head = town.head
            try await head.open(Complaint.page(id))
            let accused = town.accused
            #expect(try await accused.open(Complaint.page(id)).status == 404)
            for list in [Complaint.list().text, Complaint.list().text + "?show=all"] {
                let shown = try await accused.open(list)
                #expect(shown.status == 200 && !shown.has("TS-2026"))
            }
            let viewer = Cast.shen.viewer(Role.all.map { Membership(role: $0, organisation: Cast.institution, regionPrefix: "") })
            #expect(try await town.database.read { try $0.complaintCount(for: viewer, onlyOpen: false) } == 0)
            #expect(try await town.database.read { try $0.complaints(for: viewer, onlyOpen: true, limit: 9) }.isEmpty)
            // A deed by its address, with a form that is theirs.
            let form = try #require(try await accused.open(Filing.page()).form(Filing.page().text))
            let body = "token=\(Link.encoded(form.value("token") ?? ""))&once=abc"
            for link in [Complaint.acceptance(id), Complaint.decision(id), Complaint.notes(id), Complaint.messages(id), Complaint.measures(id)] {
                let extra = link == Complaint.decision(id) ? "&outcome=unfounded&decisionWords=nothing+to+see+here" : link == Complaint.notes(id) ? "&note=x"
                    : link == Complaint.messages(id) ? "&message=x" : link == Complaint.measures(id) ? "&measure=talk&measureWords=abcdef" : ""
                let shown = try await accused.send(.post, link.text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8]((body + extra).utf8))
                #expect(shown.status == 404, "\(link)")
            }
            #expect(try await town.count("complaint_acceptance") == 0)
            // Nothing on the timeline of the accused thing.
            #expect(try await town.database.read { try $0.happenings(of: Town.aCase) }.isEmpty)
        }
    }

    @Test func `are dealt with by nobody who bears the complainant's name, or the name of whom they accuse (A7)`() async throws {
        try await Town.on { town in
            try await town.file(by: town.owner)
            let id = try await town.newest()
            for other in [Cast.wang, Cast.shen] {
                try await town.database.write { try $0.rename(Cast.head.id, "\(other.name.prefix(1)) \(other.name.dropFirst())") }
                let head = town.head
                try await head.open(Complaint.page(id))
                let accepted = try await head.post(Complaint.acceptance(id))
                #expect(accepted.status == 403 && accepted.has("同名"), "\(other.name)")
                try await head.open(Complaint.page(id))
                let noted = try await head.post(Complaint.notes(id), ["note": "先放一放"])
                #expect(noted.status == 403 && noted.has("同名"), "\(other.name)")
            }
            for table in ["complaint_acceptance", "complaint_note"] as [SQL] { #expect(try await town.count(table) == 0) }
            try await town.database.write { try $0.rename(Cast.head.id, Cast.head.name) }
            let head = town.head
            try await head.open(Complaint.page(id))
            #expect(try await head.post(Complaint.acceptance(id)).has("已受理"))
        }
    }

    @Test func `are seen within institution and region, and are not there for others (A2, A4)`() async throws {
        try await Town.on { town in
            try await town.file(by: town.house.browser())
            let id = try await town.newest()
            let cells: [(String, Browser, page: Int, list: Bool, handles: Bool)] = [
                ("head", town.head, 200, true, true), ("foreign head", town.foreignHead, 404, false, false),
                ("head of the province", town.provinceHead, 404, false, false), ("SME authority", town.official, 200, true, false),
                ("foreign authority", town.foreignOfficial, 404, false, false), ("civil affairs", town.civil, 200, true, false),
                ("auditor", town.auditor, 200, true, false), ("officer", town.officer, 404, false, false), ("owner", town.owner, 404, false, false),
            ]
            for (name, browser, status, isListed, handles) in cells {
                let shown = try await browser.open(Complaint.page(id))
                #expect(shown.status == status, "\(name)")
                #expect((shown.form(Complaint.acceptance(id).text) != nil) == handles, "\(name)")
                #expect(shown.has("私下让我转两千块") == (status == 200), "\(name)")
                #expect(try await browser.open(Complaint.list()).has("TS-2026-000001") == isListed, "\(name)")
            }
            #expect(try await town.house.browser().send(.get, Complaint.page(id).text).status == 303, "a stranger is asked to sign in")
        }
    }

    @Test func `about the head go to the institution above, and the head does not see them`() async throws {
        try await Town.on { town in
            try await town.file(by: town.house.browser(), about: Town.headsCase)
            let id = try await town.newest()
            #expect(try await town.head.open(Complaint.page(id)).status == 404)
            #expect(try await !town.head.open(Complaint.list()).has("TS-2026"))
            let page = try await town.provinceHead.open(Complaint.page(id))
            #expect(page.status == 200 && page.form(Complaint.acceptance(id).text) != nil && page.has("黄岩服务中心"))
            let now = town.clock.now
            let turns = try await town.database.read { reader in
                (
                    try reader.turns(person: Cast.head.id, answering: [.init(Cast.institution, ["complaint.handle"])], begunBy: now),
                    try reader.turns(person: Town.ding.id, answering: [.init(Town.province, ["complaint.handle"])], begunBy: now)
                )
            }
            #expect(turns.0.isEmpty && turns.1.count == 1)
            #expect(try await town.database.read { try $0.notices(of: Cast.head.id, before: nil, limit: 9) }.isEmpty)
        }
    }

    @Test func `about one of two heads are the other's turn alone`() async throws {
        try await Town.on { town in
            let now = town.clock.now
            try await town.database.write { tx in try tx.grant("head", to: Cast.lin.id, in: Cast.institution, region: Cast.region, from: now) }
            try await town.file(by: town.house.browser(), about: Town.headsCase)
            let id = try await town.newest()
            #expect(try await town.database.read { try $0.turn(of: Subject(Complaint.subjectKind, id))?.holder } == .person(Cast.lin.id))
            #expect(try await town.head.open(Complaint.page(id)).status == 404)
        }
    }

    // MARK: The course

    @Test func `keep messages and notes apart: the complainant never sees a note`() async throws {
        try await Town.on { town in
            let browser = town.house.browser()
            try await town.file(by: browser)
            let id = try await town.newest()
            let head = town.head
            try await head.open(Complaint.page(id))
            try await head.post(Complaint.messages(id), ["message": "请问是哪一天转的？"])
            try await head.post(Complaint.notes(id), ["note": "此人前年也被投诉过"])
            let seen = try await browser.open(Receipt.page())
            #expect(seen.has("请问是哪一天转的？") && !seen.has("前年") && !seen.has("周敏"))
            try await browser.post(Receipt.messages(), ["message": "上个月二十号"])
            let page = try await head.open(Complaint.page(id))
            #expect(page.has("上个月二十号") && page.has("此人前年也被投诉过"))
            #expect(try await !town.database.read { try $0.notices(of: Cast.head.id, before: nil, limit: 9) }.filter { $0.words.chinese.contains("补充") }.isEmpty)
        }
    }

    @Test func `due first stand first, page by page, and the total is right`() async throws {
        try await Town.on { town in
            for place in 0..<33 {
                try await town.file(by: town.house.browser(address: "192.0.2.\(100 + place)"))
                town.clock.pass(.hours(5))
            }
            let head = town.head
            let first = try await head.open(Complaint.list())
            #expect(first.has("共33件") && first.has("TS-2026-000001") && first.has("TS-2026-000030") && !first.has("TS-2026-000031"))
            let next = try #require(first.text.firstMatch(of: /href="(\/complaints\?after=[0-9a-f]+)"/)).1
            let second = try await head.open(String(next))
            #expect(second.has("TS-2026-000031") && second.has("TS-2026-000033") && !second.has("TS-2026-000030"))
            let all = try await head.open(Complaint.list().text + "?show=all")
            #expect(all.has("TS-2026-000033") && !all.has("TS-2026-000003<"))
        }
    }
}
