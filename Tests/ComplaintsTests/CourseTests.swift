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

@Suite("Complaints on their way") struct CourseTests {
    // MARK: Filing

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
}
