import Files
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import Values
import Web

/// Who asks, and the consent: the last page before a need is sent.
struct Sender: Sendable {
    let intake: Intake
    let reference: Reference

    static let names = WhoAsks.names

    func show(_ visit: Visit, _ id: ID<Draft>, _ form: Form? = nil) async throws -> Answer {
        let person = try visit.person()
        let day = visit.now.day
        let found = try await visit.read { reader in
            (draft: try reader.draft(id), context: try reader.whoAsks(person, on: day), files: try reader.files(ofDraft: id))
        }
        guard let draft = found.draft, draft.belongs(to: visit.writer) else { throw Problem.notFound }
        if let need = draft.sent { return .see(Need.page(need)) }
        let form = form ?? Form(draft.form.filter { Sender.names.contains($0.key) })
        return .page(
            Page(
                Words("您是谁", "Who you are"), word: "needs", width: .narrow, back: (Draft.page(id), Words("回去改需求", "Back to the need")), wrongs: form.wrongs.count,
                """
                \(title(Words("这件事是为谁办的", "Whom is it for?"), "\(Words("企业、个体户、正在筹办的都可以。", "A company, a self-employed person, or somebody still founding: all are welcome."))", above: Words("最后一步", "Last step")))
                \(form.summary)
                <section class="panel"><h2 class="h3">\(Words("您的需求", "Your need"))</h2>\(each: (draft.form["statement"]?.first ?? "").split(separator: "\n"), { "<p>\($0)</p>" })\(found.files.isEmpty ? nil : "<p class=\"soft small\">\(Words("附：", "With: "))\(each: found.files, { "\($0.name)　" })</p>" as HTML)</section>
                \(Web.form(Draft.who(id), draft: Draft.text(id), """
                    \(WhoAsks.show(form, found.context, reference))\
                    <p class="hint"><a href="\(Link(path: "/privacy"))">\(Words("怎样保护您的信息", "How your information is protected"))</a></p>\
                    <p class="mt"><button class="btn go big">\(Words("把需求交给服务机构", "Send the need"))</button></p>
                    """))
                """))
    }

    func send(_ visit: Visit, _ id: ID<Draft>) async throws -> Answer {
        var form = try await visit.form(Sender.names)
        let person = try visit.person()
        let (now, address, reference, intake) = (visit.now, visit.address, reference, intake)
        let draft = try await visit.read { try $0.draft(id) }
        guard let draft, draft.belongs(to: visit.writer) else { throw Problem.notFound }
        if let need = draft.sent { return .see(Need.page(need)) }
        // What was typed is kept first, whatever becomes of it.
        let typed = draft.form.merging(form.typed(Sender.names)) { $1 }
        try await visit.write { tx in try tx.keep(Draft(id: id, visitor: draft.visitor, person: person, form: typed, updated: now, sent: nil)) }

        var text = Form(draft.form)
        guard let statement = text.value(Draft.statement), let urgency = text.value(Draft.urgency) else { return .see(Draft.page(id)) }
        let domain = text.optional(Draft.domain)
        let expert = text.text("expert").flatMap { ID<Person>($0) }
        let day = now.day
        let context = try await visit.read { try $0.whoAsks(person, on: day) }
        // Nil without a wrong: the computed size is shown first, or a large enterprise is told where else to turn.
        guard let who = WhoAsks.read(&form, context, reference) else { return try await show(visit, id, form) }
        let (region, company) = (who.region, who.companyName)

        let place = try await visit.write(once: form) { tx in
            guard let current = try tx.draft(id), current.sent == nil else {
                return try tx.draft(id)?.sent.map { Need.page($0) } ?? Need.list()
            }
            let (enterprise, _) = try tx.settle(who, person: person, now: now)
            let need = try intake.take(
                .init(
                    asker: person, enterprise: enterprise, companyName: company, region: region, statement: statement, domain: domain, urgency: urgency,
                    expert: expert, source: .init(.web), by: .person(person)), in: tx, now: now, address: address)
            guard try tx.markSent(id, as: need.id) else { throw Problem.notFound }
            // Those that came before signing in are the asker's from now on.
            try tx.moveFiles(from: current.subject, to: need.subject, by: .person(person))
            return Need.page(need.id)
        }
        return .see(place, saying: Words("需求收到了，两个工作日内推荐专家，有消息发短信给您", "Your need has arrived. We propose experts within two working days and send you a text message"))
    }
}

extension WhoAsks.Answer {
    /// The company's name, by which staff find the need; nil for who founds.
    var companyName: String? {
        switch self {
        case .founding: nil
        case .selfEmployed(let facts, _), .enterprise(let facts, _): facts.name
        case .known(let enterprise, _): enterprise.name
        }
    }
}
