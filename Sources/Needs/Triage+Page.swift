import Happenings
import Identity
import Languages
import Markup
import Reference
import Storage
import Turns
import Values
import Web

/// Triage one by one, or many at once from the work list: confirmed or corrected with one key.
struct TriagePages: Sendable {
    let reference: Reference
    let intake: Intake
    let isAsked: @Sendable (ID<Need>, Reader) throws -> Bool

    static let domain = Field<Domain>.choice("domain", Words("领域", "Domain"), of: Domain.allCases, columns: true) { $0.words }
    static let urgency = Field<Urgency>.choice("urgency", Words("急不急", "Urgency"), of: Urgency.allCases) { $0.words }
    static let subTopic = Field<String>.text("subTopic", Words("子领域", "Sub-topic"), longest: 60, control: .select(subTopics))
    static let subTopics: [Choice] =
        [Choice("", Words("不分", "None"))] + Reference.bundled.subTopics.all.map { Choice($0.code, $0.domain.words + Words("：", ": ") + $0.words) }

    /// The decision on a need's page, filled with what the software proposes and why.
    static func panel(_ need: Need, _ form: Form, _ reference: Reference) -> HTML {
        var form = form
        let suggestion = need.suggestion
        let domain = suggestion?.domain ?? need.saidDomain
        form.fill(Self.domain, domain?.rawValue)
        form.fill(subTopic, suggestion?.subTopic)
        form.fill(urgency, (suggestion?.urgency ?? need.saidUrgency).rawValue)
        let fields: HTML = "\(form.show(Self.domain))\(form.show(subTopic))\(form.show(urgency))"
        // A colleague was quicker: what was chosen stands there, to be compared with what is so now.
        guard need.state == .submitted else {
            return """
                <section class="panel"><h2>\(Words("您刚才选的", "What you had chosen"))</h2>\(fields)\
                \(need.state.triage == nil ? nil : "<p class=\"soft\">\(Words("要按您选的办，先撤回同事的分办。", "To have it your way, first take the colleague's assignment back."))</p>\(button(Undo.page(need.id), Words("撤回分办", "Take the assignment back")))" as HTML)</section>
                """
        }
        return """
            <section class="panel"><h2>\(Words("分办", "Assign"))</h2>\(suggestion.map { why($0) })
            \(Web.form(Triage.page(need.id), "\(fields)<p><button class=\"btn go\">\(Words("就这样分办", "Assign like this"))</button></p>"))</section>
            """
    }

    private static func why(_ suggestion: Need.Suggestion) -> HTML {
        """
        <p>\(suggestion.domain.map { Words("建议：", "Proposed: ") + $0.words } ?? Words("看着不像企业的事，请看一眼", "It does not look like a firm's matter; please have a look"))　<span class="soft small">\(Words("把握", "confidence ")) \(plain: Int((suggestion.confidence * 100).rounded()))%\(suggestion.isSure ? nil : "　\(Words("把握不大，请您定", "not sure, please decide"))" as HTML)</span></p>
        \(suggestion.signs.isEmpty ? nil : "<p class=\"soft small\">\(Words("依据：", "Because of: "))\(each: suggestion.signs, { "<span class=\"tag\">\($0)</span> " })</p>" as HTML)
        \(suggestion.urgencyReasons.isEmpty ? nil : "<p class=\"soft small\">\(Words("急不急，因为：", "Urgency, because: "))\(each: suggestion.urgencyReasons, { "\($0)　" })</p>" as HTML)
        """
    }

    func triage(_ visit: Visit, _ id: ID<Need>, _ pages: NeedPages) async throws -> Answer {
        var form = try await visit.form(["domain", "subTopic", "urgency"])
        let domain = form.value(Self.domain)
        let urgency = form.value(Self.urgency)
        var topic = form.optional(Self.subTopic).flatMap { reference.subTopics[$0] }
        // The proposed sub-topic goes with the proposed domain: who corrects the one need not clear the other.
        if let chosen = topic, let domain, chosen.domain != domain, try await visit.read({ try $0.need(id)?.suggestion?.subTopic }) == chosen.code { topic = nil }
        if let topic, let domain, topic.domain != domain { form.wrong(Self.subTopic, Wrong("子领域和领域对不上，请重选", "The sub-topic belongs to another domain")) }
        guard form.isGood, let domain, let urgency else { return try await pages.show(visit, id, form) }
        let (viewer, now, address, intake, code) = (visit.viewer, visit.now, visit.address, intake, topic?.code)
        // Two officers at one need: the second is told who was quicker, and keeps what was chosen.
        let refusal = try await visit.write { tx -> Words? in
            let need = try tx.lock(id)
            let may = try viewer.may(Permission<Triage, Need>.triage, need)
            do {
                try TriagePages.apply(Triage(domain: domain, subTopic: code, urgency: urgency, by: may.person, at: now), to: need, may, intake, tx, address)
                return nil
            } catch let refusal as Need.Refusal {
                if case .quicker(let by, _) = refusal { return refusal.words(names: try tx.names(of: [by])) }
                return refusal.words(names: [:])
            }
        }
        if let refusal {
            return try await pages.show(visit, id, form, told: refusal).quicker
        }
        return .see(Need.list().with([("queue", "triage")]), saying: Words("分办了", "Assigned"), undo: Undo.page(id))
    }

    /// The decision with all that hangs on it: row, turn, happening.
    static func apply(_ triage: Triage, to need: Need, _ may: May<Triage, Need>, _ intake: Intake, _ tx: Transaction, _ address: String) throws {
        try intake.triage(need, triage, by: may, in: tx, from: address)
    }

    enum Undo { static let page = Path("needs/*/triage/undo", ID<Need>.self) }

    func undo(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address, intake, isAsked) = (visit.viewer, visit.now, visit.address, intake, isAsked)
        let link = try await visit.write(once: form) { tx in
            var need = try tx.lock(id)
            let may = try viewer.may(Permission<Triage, Need>.triage, need)
            guard try !isAsked(id, tx) else {
                throw Problem("triage.asked", status: 409, Words("撤不回了", "It is too late to take it back"), Words("已经请了专家。先收回邀请，再改分办。", "An expert has been asked. Recall the invitation first."))
            }
            do {
                let happening = try need.undoTriage(by: may.person)
                try tx.removeTriage(of: need, by: may)
                try tx.give(intake.turn(of: need, since: now))
                try tx.record(happening, by: may.by, at: now, from: address)
            } catch let refusal as Need.Refusal { throw refusal.problem() }
            return Need.page(id)
        }
        return .see(link, saying: Words("分办撤回了", "The assignment was taken back"))
    }

    // MARK: Many at once

    static let chosen = Field<String>.text("need", Words("需求", "Need"), longest: 32, control: .ticks([]))
    static let bulkDomain = Field<String>.text("domain", Words("领域", "Domain"), longest: 20, control: .select(
        [Choice("proposed", Words("领域：按建议", "Domain: as proposed"))] + Domain.allCases.map { Choice($0.rawValue, $0.words) }))

    /// Each need is decided by itself; those that somebody else was quicker with are named.
    func many(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["need", "domain"], several: ["need"])
        let ids = form.all(Self.chosen).compactMap { ID<Need>($0) }
        guard !ids.isEmpty else { return .see(Need.list().with([("queue", "triage")]), saying: Words("先勾选要分办的需求", "Tick the needs to assign first")) }
        let wanted = form.optional(Self.bulkDomain).flatMap(Domain.init(rawValue:))
        let (viewer, now, address, intake) = (visit.viewer, visit.now, visit.address, intake)
        let (done, left) = try await visit.write { tx -> (Int, Int) in
            try tx.lock(ids)
            var (done, left) = (0, 0)
            for need in try tx.needs(ids) {
                let may = try viewer.may(Permission<Triage, Need>.triage, need)
                guard let domain = wanted ?? need.suggestion?.domain else { left += 1; continue }
                let topic = need.suggestion.flatMap { $0.domain == domain ? $0.subTopic : nil }
                do {
                    try TriagePages.apply(
                        Triage(domain: domain, subTopic: topic, urgency: need.suggestion?.urgency ?? need.saidUrgency, by: may.person, at: now), to: need, may, intake, tx, address)
                    done += 1
                } catch is Need.Refusal { left += 1 }
            }
            return (done, left)
        }
        let words = left == 0 ? Words("分办了\(done)条", "\(done) assigned")
            : Words("分办了\(done)条；\(left)条没有办：同事先办了，或没有建议、要一条一条看", "\(done) assigned; \(left) not: a colleague was quicker, or there is no proposal and they want a look one by one")
        return .see(Need.list().with([("queue", "triage")]), saying: words)
    }
}
