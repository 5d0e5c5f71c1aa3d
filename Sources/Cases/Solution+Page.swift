import Documents
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Reference
import Needs
import Storage
import Turns
import Values
import Web

struct SolutionPages: Sendable {
    let reference: Reference

    // MARK: Reading

    static func tab(_ solutions: [Solution], _ found: Case, _ viewer: Viewer, _ now: Instant) -> HTML {
        guard let latest = solutions.last else {
            return empty(
                Words("方案还没有写", "The solution is not written yet"), Words("谈过以后，专家把情况、分析、建议和步骤写成书面方案，交到这里。", "After you have talked, the expert writes situation, analysis, advice and steps down, and hands them in here."),
                viewer.could(Permission<Solution, Case>.solve, found) && found.state == .running ? "<a class=\"btn\" href=\"\(Solution.edit(found.id))\">\(Words("写书面方案", "Write the solution"))</a>" : nil)
        }
        return """
            <article class="stack">\(body(latest, found.domain))
            <p class="row mt"><a class="btn" href="\(Solution.pdf(found.id))">\(icon(.download))\(Words("下载PDF", "Download PDF"))</a><span class="soft small">\(Words("第\(latest.version)版", "Version \(latest.version)"))　\(latest.at.spoken(now: now))</span></p></article>
            \(solutions.count > 1 ? "<details class=\"more\"><summary>\(Words("以前的版本", "Earlier versions"))</summary>\(each: solutions.dropLast().reversed(), { old in "<section class=\"panel\"><h3>\(Words("第\(old.version)版", "Version \(old.version)"))　\(old.at.spoken(now: now))</h3>\(body(old, found.domain))</section>" })</details>" as HTML : nil)
            """
    }

    private static func body(_ solution: Solution, _ domain: Domain) -> HTML {
        func part(_ words: Words, _ text: String) -> HTML { "<h3>\(words)</h3>\(each: text.split(separator: "\n"), { "<p>\($0)</p>" })" }
        return """
            \(part(Words("情况", "Situation"), solution.situation))\(part(Words("分析", "Analysis"), solution.analysis))\(part(Words("建议", "Advice"), solution.advice))\
            \(solution.steps.isEmpty ? nil : """
                <h3>\(Words("步骤", "Steps"))</h3><ol class="line num">\(each: solution.steps, { "<li><b>\($0.what)</b><span class=\"small soft\">\($0.who)　\($0.when)</span></li>" })</ol>
                """ as HTML)\(Solution.reservation(domain).map { "<p class=\"hint\">\($0)</p>" })
            """
    }

    // MARK: Writing

    func write(_ visit: Visit, _ id: ID<Case>, _ form: Form? = nil) async throws -> Answer {
        let viewer = visit.viewer
        let person = try visit.person()
        let found = try await visit.read { reader in
            let found = try viewer.find(reader.serviceCase(id), Permission<Solution, Case>.solve)
            return (it: found, draft: try reader.solutionDraft(of: id, by: person), latest: try reader.solutions(of: id).last)
        }
        guard found.it.state == .running else { throw found.it.refusal() }
        var form = form ?? Form(found.draft ?? [:])
        form.fill(Solution.situation, found.latest?.situation)
        form.fill(Solution.analysis, found.latest?.analysis)
        form.fill(Solution.advice, found.latest?.advice)
        form.fill(Solution.steps, found.latest.map { Solution.spelled($0.steps) })
        return .page(
            Page(
                Words("写书面方案", "Write the solution"), word: "cases", width: .narrow, back: (CasePages.tab(id, "solution"), Words("回到案例", "Back to the case")), wrongs: form.wrongs.count,
                """
                \(title(Words("书面方案", "Written solution"), "\(found.it.title)"))\(form.summary)
                \(Web.form(Solution.page(id), draft: Solution.draft(id), """
                    \(form.show(Solution.situation))\(form.show(Solution.analysis))\(form.show(Solution.advice))\(form.show(Solution.steps))\
                    \(Solution.reservation(found.it.domain).map { "<p class=\"hint\">\(Words("方案末尾会写：", "At the end it says: "))\($0)</p>" })\(unclassified)\
                    <p><button class="btn go big">\(Words("交给企业主", "Hand it to the owner"))</button></p>
                    """))
                """))
    }

    func keep(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        let form = try await visit.form(Solution.names)
        let (viewer, now) = (visit.viewer, visit.now)
        let typed = form.typed(Solution.names)
        try await visit.write { tx in
            let found = try tx.lock(id)
            let may = try viewer.may(Permission<Solution, Case>.solve, found)
            guard found.state == .running else { throw found.refusal() }
            try tx.keep(solutionDraft: typed, of: id, by: may, now: now)
        }
        return .nothing
    }

    func hand(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(Solution.names)
        let situation = form.value(Solution.situation)
        let analysis = form.value(Solution.analysis)
        let advice = form.value(Solution.advice)
        let steps = form.value(Solution.steps).map(Solution.read(steps:))
        if let steps, let first = steps.firstIndex(where: { $0.who.isEmpty || $0.when.isEmpty }) {
            form.wrong(Solution.steps, Wrong("第\(first + 1)步还要写谁来做、什么时候，用“｜”隔开", "Step \(first + 1) also wants who and when, parted by “|”"))
        }
        guard form.isGood, let situation, let analysis, let advice, let steps else { return try await write(visit, id, form) }
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            try CaseDeeds(id, occasion, in: tx).solve(situation: situation, analysis: analysis, advice: advice, steps: steps)
            return CasePages.tab(id, "solution")
        }
        return .see(link, saying: Words("方案交给企业主了", "The solution was handed over"))
    }

    // MARK: On paper

    func pdf(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        let viewer = visit.viewer
        let language = visit.language
        let found = try await visit.read { reader in
            guard let found = try reader.serviceCase(id), viewer.could(Permission<See, Case>.see, found), found.undertaking != nil || found.expert != viewer.person,
                let solution = try reader.solutions(of: id).last
            else { throw Problem.notFound }
            let names = try reader.names(of: [solution.by, found.asker])
            let company = try reader.need(found.need)?.enterprise.flatMap { try reader.enterprise($0)?.name }
            return (it: found, solution: solution, expert: names[solution.by] ?? "", asker: company ?? names[found.asker] ?? "", institution: try reader.organisation(found.institution)?.name ?? "")
        }
        let paper = found.solution.paper(found.it, expert: found.expert, asker: found.asker, institution: found.institution, language: language)
        return .download(.bytes(try paper.pdf(), type: "application/pdf"), name: Words("方案\(found.it.number)第\(found.solution.version)版.pdf", "solution-\(found.it.number)-v\(found.solution.version).pdf")(language))
    }
}
