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

@Suite("Complaints") struct ComplaintsRoomTests {
    // MARK: Filing

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

    @Test func `go from filing to answer, each step with its turn and its happening`() async throws {
        try await Town.on { town in
            let owner = town.owner
            try await town.file(by: owner)
            let id = try await town.newest()
            let head = town.head
            try await head.open(Complaint.page(id))
            let accepted = try await head.post(Complaint.acceptance(id))
            #expect(accepted.has("已受理") && accepted.form(Complaint.acceptanceUndoing(id).text) != nil)
            #expect(try await town.database.read { try $0.turn(of: Subject(Complaint.subjectKind, id))?.what.chinese } == "查清并作出处理")

            #expect(try await head.post(Complaint.measures(id), ["measure": "stop", "measureWords": "暂停沈国强的这次服务"]).has("已停止这项服务"))
            let decided = try await head.post(
                Complaint.decision(id),
                ["outcome": "handedOver", "decisionWords": "收费属实，超出本机构职权", "body": "台州市市场监督管理局", "bodyReceipt": "台市监收〔2026〕88号"])
            #expect(decided.has("移送有权部门") && decided.has("台市监收〔2026〕88号"))
            let answered = try await head.post(Complaint.reply(id), ["replyWords": "您反映的收费属实，已移送市场监管局处理。"])
            #expect(answered.has("办结了"))
            #expect(try await town.database.read { try $0.turn(of: Subject(Complaint.subjectKind, id)) } == nil)

            let seen = try await owner.open(Complaint.page(id))
            #expect(seen.has("已移送市场监管局处理") && seen.has("台州市市场监督管理局") && !seen.has("暂停沈国强"))
            let entries = try await town.database.read { try $0.happenings(of: Subject(Complaint.subjectKind, id)) }
            #expect(
                entries.map(\.kind) == [
                    "complaint.filed", "complaint.received", "complaint.measured", "complaint.serviceStopped", "complaint.decided", "complaint.answered",
                ])
            #expect(entries.compactMap(Complaint.about) == [Town.aCase])
            let told = try await town.database.read { try $0.notices(of: Cast.wang.id, before: nil, limit: 20) }
            #expect(told.count == 4 && told.allSatisfy { $0.place == Complaint.page(id).text })
            // Closed: on the list of all, no longer on the list of open ones.
            #expect(try await !head.open(Complaint.list()).has("TS-2026-000001"))
            #expect(try await head.open(Complaint.list().text + "?show=all").has("TS-2026-000001"))
        }
    }

    @Test func `take deeds back as long as nobody has relied on them`() async throws {
        try await Town.on { town in
            try await town.file(by: town.house.browser())
            let id = try await town.newest()
            let head = town.head
            try await head.open(Complaint.page(id))
            try await head.post(Complaint.acceptance(id))
            let undone = try await head.post(Complaint.acceptanceUndoing(id))
            #expect(undone.form(Complaint.acceptance(id).text) != nil)
            try await head.post(Complaint.acceptance(id))
            try await head.post(Complaint.measures(id), ["measure": "stop", "measureWords": "先停下来"])
            let stop = Complaint.measureUndoing(Two(id, PathText("stop")))
            try await head.post(stop)
            #expect(try await town.count("complaint_measure") == 0)
            try await head.post(Complaint.decision(id), ["outcome": "unfounded", "decisionWords": "核对转账记录，没有这笔钱"])
            try await head.post(Complaint.decisionUndoing(id))
            #expect(try await town.count("complaint_decision") == 0)
            #expect(
                try await town.database.read { try $0.happenings(of: Subject(Complaint.subjectKind, id)) }.map(\.kind).filter { $0.hasPrefix("complaint.service") }
                    == ["complaint.serviceStopped", "complaint.serviceResumed"])
        }
    }

    @Test func `tell the second who was quicker, show the new state and keep what was typed`() async throws {
        try await Town.on { town in
            try await town.file(by: town.house.browser())
            let id = try await town.newest()
            let (first, second) = (town.head, town.head)
            try await first.open(Complaint.page(id))
            try await first.post(Complaint.acceptance(id))
            try await second.open(Complaint.page(id))
            try await first.post(Complaint.decision(id), ["outcome": "founded", "decisionWords": "已核实，收了两千元"])
            let late = try await second.post(Complaint.decision(id), ["outcome": "unfounded", "decisionWords": "我查下来没有这回事"])
            #expect(late.status == 422 && late.has("周敏已在") && late.has("我查下来没有这回事") && late.form(Complaint.reply(id).text) != nil)
            #expect(try await town.database.read { try $0.value("select outcome from complaint_decision", String.self) } == "founded")
        }
    }

    @Test(arguments: [
        (["outcome": "handedOver", "decisionWords": "移送给有权的部门处理"], "还没有填"),
        (["outcome": "founded", "decisionWords": "属实，已处理完毕，特此记录", "body": "市场监管局"], "只有移送时才填"),
        (["outcome": "maybe", "decisionWords": "属实，已处理完毕，特此记录"], "请从上面选一个"), (["outcome": "founded", "decisionWords": "短"], "至少6个字"),
    ] as [(KeyValuePairs<String, String>, String)])
    func `are not decided by half a form`(fields: KeyValuePairs<String, String>, told: String) async throws {
        try await Town.on { town in
            try await town.file(by: town.house.browser())
            let id = try await town.newest()
            let head = town.head
            try await head.open(Complaint.page(id))
            try await head.post(Complaint.acceptance(id))
            let shown = try await head.post(Complaint.decision(id), fields)
            #expect(shown.status == 422 && shown.has(told))
            #expect(try await town.count("complaint_decision") == 0)
        }
    }

    @Test func `are not decided by whoever made them (A7)`() async throws {
        try await Town.on { town in
            let head = town.head
            try await town.file(by: head)
            let id = try await town.newest()
            let page = try await head.open(Complaint.page(id))
            #expect(page.status == 200 && page.form(Complaint.acceptance(id).text) == nil)
            let body = "token=\(Link.encoded(page.forms.first?.value("token") ?? ""))&once=abc"
            #expect(try await head.send(.post, Complaint.acceptance(id).text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8)).status == 404)
            #expect(try await town.count("complaint_acceptance") == 0)
        }
    }

    // MARK: Dialogue and receipt

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

    @Test func `are found again by the receipt code, on another telephone`() async throws {
        try await Town.on { town in
            let first = town.house.browser()
            let code = try #require(try await town.file(by: first).code)
            let second = town.house.browser(address: "203.0.113.5")
            try await second.open(Receipt.page())
            let shown = try await second.post(Receipt.page(), ["code": code.lowercased().replacing("-", with: " ")])
            #expect(shown.has("私下让我转两千块") && shown.code == nil, "the code itself is shown once, to whoever got it")
            // The cookie is bound to its browser, and ends after an hour.
            let thief = town.house.browser()
            try await thief.open(Receipt.page())
            thief.cookies[Receipt.cookie] = second.cookies[Receipt.cookie]
            #expect(try await !thief.open(Receipt.page()).has("两千"))
            town.clock.pass(.hours(1))
            #expect(try await !second.open(Receipt.page()).has("两千"))
            try await first.open(Receipt.page())
            #expect(try await second.post(Receipt.page(), ["code": code]).has("私下让我转两千块"))
            try await second.post(Receipt.departure())
            #expect(try await !second.open(Receipt.page()).has("两千"))
        }
    }

    @Test func `cannot be found by guessing codes or numbers, and tries are capped (R3)`() async throws {
        try await Town.on { town in
            try await town.file(by: town.house.browser())
            let id = try await town.newest()
            let browser = town.house.browser(address: "203.0.113.6")
            var statuses: [Int] = []
            for place in 0..<30 {
                try await browser.open(Receipt.page())
                let guess = [id.text, "TS-2026-000001", Receipt().code.spelled, String(repeating: "0", count: 26)][place % 4]
                statuses.append(try await browser.post(Receipt.page(), ["code": guess]).status)
                // Ten a minute is the limit for any door; the hour's is what is tried here.
                town.clock.pass(.seconds(30))
            }
            #expect(statuses == Array(repeating: 422, count: 20) + Array(repeating: 429, count: 10))
            // Even the right one has to wait, from this address.
            #expect(try await browser.open("/complaints/receipt/" + id.text).status == 404)
            town.clock.pass(.hours(1))
            try await browser.open(Receipt.page())
            #expect(try await browser.post(Receipt.page(), ["code": Receipt().code.spelled]).status == 422)
        }
    }

    // MARK: The list

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
