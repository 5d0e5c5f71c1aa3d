import HTTPTypes
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Needs

/// State by deed, over the pages.
@Suite("Needs, deed by deed:") struct DeedTests {
    private enum Stand: CaseIterable { case submitted, triaged, inService, closed, referred, withdrawn, joined }

    private enum Told { case done, nothing, refused }

    private static func bring(_ office: Office, to stand: Stand) async throws -> (id: ID<Need>, other: String) {
        let (need, open) = (try await office.take().id, try await office.take("另一件事，也是说模具的"))
        let (other, number) = (open.id, open.number)
        let now = office.clock.now
        return try await office.database.write { tx in
            let found = try tx.lock(need)
            if [.triaged, .inService, .closed].contains(stand) {
                let may = try Office.colleague.may(Permission<Triage, Need>.triage, found)
                try Office.intake.triage(found, Triage(domain: .law, subTopic: nil, urgency: .thisMonth, by: may.person, at: now), by: may, in: tx)
            }
            switch stand {
            case .submitted, .triaged: break
            case .inService: try tx.takeUp(need, at: now)
            case .closed: try tx.close(need, at: now)
            case .referred: try Office.intake.refer(found, to: "某处", because: "某因", by: Office.officer.may(Permission<Referral, Need>.refer, found), in: tx, now: now)
            case .withdrawn: try Office.intake.withdraw(found, by: Office.owner.may(.withdraw, found), in: tx, now: now)
            case .joined: try tx.save(joint: other, of: found, by: Office.officer.may(Permission<Joint, Need>.join, found), now: now)
            }
            return (need, number)
        }
    }

    /// Columns: submitted, triaged by a colleague, in service, closed, handed on, withdrawn, joined with another.
    private static let table: [(String, [Told], @Sendable (ID<Need>) -> Link, Viewer, [String: String])] = [
        ("triage", [.done, .refused, .refused, .refused, .refused, .refused, .refused], { Triage.page($0) }, Office.officer, ["domain": "technology", "urgency": "thisMonth"]),
        ("take a triage back", [.refused, .done, .refused, .refused, .refused, .refused, .refused], { TriagePages.Undo.page($0) }, Office.officer, [:]),
        ("withdraw", [.done, .done, .done, .refused, .refused, .nothing, .refused], { Withdrawal.page($0) }, Office.owner, [:]),
        ("take up again", [.refused, .refused, .refused, .refused, .refused, .done, .refused], { Withdrawal.undo($0) }, Office.owner, [:]),
        ("hand on", [.done, .done, .refused, .refused, .nothing, .refused, .refused], { Referral.page($0) }, Office.officer, ["place": "市场监管所 12315", "reason": "归他们管，他们办得更快"]),
        ("join", [.done, .done, .refused, .refused, .refused, .refused, .nothing], { Joint.page($0) }, Office.officer, ["into": ""]),
        ("change the words", [.done, .done, .done, .refused, .refused, .refused, .refused], { NeedEdit.page($0) }, Office.owner, ["statement": "模具水路堵了三天，请专家来看看"]),
    ]

    @Test func `take each deed in the states that are drawn; any other is refused with the state's name, and nothing changes`() async throws {
        try await Office.on { office in
            for (name, row, link, viewer, fields) in Self.table {
                #expect(row.count == Stand.allCases.count)
                for (stand, wanted) in zip(Stand.allCases, row) {
                    let (id, other) = try await Self.bring(office, to: stand)
                    let before = try await office.need(id)
                    let happened = try await office.count("happening where outcome = 'done'")
                    let browser = office.house.browser(as: viewer)
                    let form = try #require(try await browser.open(Draft.start().with([("fresh", "1")])).forms.first { $0.value("once") != nil })
                    let all = fields.mapValues { $0.isEmpty ? other : $0 }.merging(form.fields.filter { ["token", "once"].contains($0.name) }.map { ($0.name, $0.value) }) { first, _ in first }
                    let body = all.map { "\(Link.encoded($0.key))=\(Link.encoded($0.value))" }.joined(separator: "&")
                    let shown = try await browser.send(.post, link(id).text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8))
                    let after = try await office.need(id)
                    let isSame = after.state == before.state && after.statement == before.statement
                    let isSilent = try await office.count("happening where outcome = 'done'") == happened
                    switch wanted {
                    case .done: #expect(shown.status == 303 && !isSame && !isSilent, "\(name) when \(stand): \(shown.status)")
                    case .nothing: #expect(shown.status == 303 && isSame && isSilent, "\(name) when \(stand): \(shown.status)")
                    case .refused:
                        #expect([409, 422].contains(shown.status) && isSame && isSilent, "\(name) when \(stand): \(shown.status)")
                        #expect(shown.has(before.state.words.chinese), "\(name) when \(stand) does not say how it stands")
                    }
                }
            }
        }
    }
}
