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

@Suite("Complaints") struct FilingTests {
    @Test func `come from anybody without a name, and nothing says who it was`() async throws {
        try await Town.on { town in
            let browser = town.house.browser(address: "192.0.2.77")
            let shown = try await town.file(by: browser)
            #expect(shown.status == 200)
            let code = try #require(shown.code)
            #expect(shown.has("等黄岩服务中心") && shown.has("私下让我转两千块"))
            let id = try await town.newest()
            let (person, kinds, turn) = try await town.database.read { reader in
                (
                    try reader.value("select person from complaint where person is not null", String.self),
                    try reader.rows("select kind, by_party, address from happening order by number") { row in "\(try row(String.self)) \(try row(String.self)) \(try row(String.self))" },
                    try reader.turn(of: Subject(Complaint.subjectKind, id))
                )
            }
            #expect(person == nil)
            #expect(kinds == ["complaint.filed system "])
            #expect(turn?.holder == .organisation(Cast.institution) && turn?.permission == "complaint.handle")
            // Monday ten o'clock: two working days end on Wednesday evening.
            #expect(turn?.due == Instant(Day(number: 20_782), 18))
            #expect(turn?.title.contains("转") == false)
            // Only a hash of the code is kept.
            let kept: [String] = try await town.database.read { reader in
                try reader.values(
                    """
                    select receipt_hash from complaint union all select key from once union all select place from once union all
                    select fields from happening union all select words_zh from notice union all select payload from job
                    """)
            }
            #expect(kept.count > 4 && !kept.contains { $0.contains(code) || $0.contains(code.replacing("-", with: "")) })
            #expect(try await town.database.read { try $0.notices(of: Cast.head.id, before: nil, limit: 9).map(\.place) } == [Complaint.page(id).text])
        }
    }

    @Test func `of somebody who is signed in are on their list, unless they leave their name out`() async throws {
        try await Town.on { town in
            let owner = town.owner
            try await town.file(by: owner, ["what": "charge", "words": "要好处费五百", "anonymous": "yes"])
            #expect(try await owner.open(Complaint.list()).has("没有在办的投诉"))
            #expect(try await owner.open(Complaint.page(try await town.newest())).status == 404)
            try await town.file(by: owner, ["what": "manner", "words": "约了三次都没来"])
            let id = try await town.newest()
            #expect(try await owner.open(Complaint.list()).has("TS-2026-000002"))
            let page = try await owner.open(Complaint.page(id))
            #expect(page.has("约了三次都没来") && !page.has("内部记录") && page.form(Complaint.acceptance(id).text) == nil)
        }
    }

    @Test func `that lack something keep what was typed`() async throws {
        try await Town.on { town in
            let shown = try await town.file(by: town.house.browser(), about: nil, ["words": "只说了经过，忘了选"])
            #expect(shown.status == 422 && shown.has("只说了经过，忘了选"))
            #expect(try await town.count("complaint") == 0)
        }
    }

    @Test func `that are sent twice are one, and show the same code`() async throws {
        try await Town.on { town in
            let browser = town.house.browser()
            try await browser.open(Filing.page())
            let form = try #require(browser.page?.form(Filing.page().text))
            let fields = form.fields.filter { $0.name != "what" && $0.name != "words" } + [("what", "selling"), ("words", "老是推销保险")]
            let body = PickedFile.body(fields, [])
            let type = ["Content-Type": "multipart/form-data; boundary=\(PickedFile.boundary)"]
            #expect(try await browser.send(.post, Filing.page().text, type, body).status == 303)
            let first = try await browser.open(Receipt.page()).code
            #expect(try await browser.send(.post, Filing.page().text, type, body).status == 303)
            #expect(first != nil)
            #expect(try await browser.open(Receipt.page()).code == first)
            #expect(try await town.count("complaint") == 1)
        }
    }

    @Test func `carry files that only those who may see them can open (A3, F3)`() async throws {
        try await Town.on { town in
            let browser = town.house.browser()
            let picture: [UInt8] = Array("转账截图，金额两千".utf8)
            let shown = try await town.file(by: browser, files: [PickedFile("file", name: "转账.txt", picture)])
            #expect(shown.has("转账.txt"))
            let id = try await town.database.read { try #require(try $0.value("select id from file", ID<StoredFile>.self)) }
            for (name, who, status) in [
                ("complainant", browser, 200), ("head", town.head, 200), ("civil affairs", town.civil, 200), ("stranger", town.house.browser(), 404),
                ("foreign head", town.foreignHead, 404), ("accused", town.accused, 404), ("officer", town.officer, 404),
            ] { #expect(try await who.open(StoredFile.page(id)).status == status, "\(name)") }
            let wrong = try await town.file(by: town.house.browser(), files: [PickedFile("file", name: "a.exe", [77, 90])])
            #expect(wrong.status == 422 && wrong.has("这里不收.exe文件"))
            #expect(try await town.count("complaint") == 1)
        }
    }

    @Test func `in a flood are capped by address, and the count hangs on no complaint (R4)`() async throws {
        try await Town.on { town in
            for place in 0..<8 {
                let shown = try await town.file(by: town.house.browser(address: "198.51.100.9"), about: nil)
                #expect(shown.status == (place < 5 ? 200 : 429))
            }
            #expect(try await town.count("complaint") == 5)
            // One household of IPv6 is one address.
            for place in 0..<6 {
                let shown = try await town.file(by: town.house.browser(address: "2001:db8:1:2::\(place + 1)"), about: nil)
                #expect(shown.status == (place < 5 ? 200 : 429))
            }
            #expect(try await town.file(by: town.house.browser(address: "198.51.100.10"), about: nil).status == 200)
            town.clock.pass(.days(1))
            #expect(try await town.file(by: town.house.browser(address: "198.51.100.9"), about: nil).status == 200)
        }
    }

    @Test func `that name nothing go to the province's institution`() async throws {
        try await Town.on { town in
            try await town.file(by: town.house.browser(), about: Subject(kind: "case", id: "unknown"))
            let id = try await town.newest()
            #expect(try await town.provinceHead.open(Complaint.page(id)).status == 200)
            #expect(try await town.head.open(Complaint.page(id)).status == 404)
        }
    }

    // MARK: Who sees what
}
