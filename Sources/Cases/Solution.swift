import Documents
import Happenings
package import Identity
import Languages
import Needs
import Reference
package import Storage
package import Values
package import Web

/// The written solution (书面方案, clause 1.c): structured, in versions that never change.
package struct Solution: Sendable {
    package let version: Int
    package let situation: String
    package let analysis: String
    package let advice: String
    package let steps: [Step]
    package let by: ID<Person>
    package let at: Instant

    package struct Step: Sendable, Equatable {
        package let what: String
        package let who: String
        package let when: String
    }

    package init(version: Int, situation: String, analysis: String, advice: String, steps: [Step], by: ID<Person>, at: Instant) {
        self.version = version
        self.situation = situation
        self.analysis = analysis
        self.advice = advice
        self.steps = steps
        self.by = by
        self.at = at
    }

    static let page = Path("cases/*/solution", ID<Case>.self)
    static let edit = Path("cases/*/solution/edit", ID<Case>.self)
    static let draft = Path("cases/*/solution/draft", ID<Case>.self)
    static let pdf = Path("cases/*/solution.pdf", ID<Case>.self)

    package struct Written: Happening {
        package static let kind = "case.solutionWritten"
        package let subject: Subject
        package let fields: [String: String]
    }

    static let situation = Field<String>.area("situation", Words("情况", "Situation"), hint: Words("企业遇到了什么，现在怎样", "What the firm met with, how it stands"), longest: 3000)
    static let analysis = Field<String>.area("analysis", Words("分析", "Analysis"), hint: Words("问题出在哪里，依据是什么", "Where the cause lies, and why you think so"), longest: 5000)
    static let advice = Field<String>.area("advice", Words("建议", "Advice"), hint: Words("怎么办，为什么这样办", "What to do, and why"), longest: 5000)
    static let steps = Field<String>.area("steps", Words("步骤", "Steps"), hint: Words("一行一步：做什么｜谁来做｜什么时候。如：酸洗水路｜车间李师傅｜本周五前", "One step a line: what | who | when"), longest: 3000)
    static let names = ["situation", "analysis", "advice", "steps"]

    /// `做什么｜谁｜什么时候`, full-width or plain bars.
    package static func read(steps text: String) -> [Step] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "|" || $0 == "｜" }).map { String($0).trimmed }
            guard let what = parts.first, !what.isEmpty else { return nil }
            return Step(what: what, who: parts.count > 1 ? parts[1] : "", when: parts.count > 2 ? parts[2] : "")
        }
    }

    static func spelled(_ steps: [Step]) -> String { steps.map { "\($0.what)｜\($0.who)｜\($0.when)" }.joined(separator: "\n") }

    /// What professional rules want said under a solution.
    static func reservation(_ domain: Domain) -> Words? {
        switch domain {
        case .law: Words("咨询意见，不构成法律意见书，不建立委托关系。", "Advice only: no legal opinion, and no mandate is formed.")
        case .finance: Words("咨询意见，不构成审计、税务或投资的专业结论，不建立委托关系。", "Advice only: no audit, tax or investment opinion, and no mandate is formed.")
        case .policy, .management, .technology, .innovation: nil
        }
    }

    static let migration = Migration(
        "Cases", 6,
        [
            """
            create table solution (service_case \(.text) not null references service_case (id), version \(.int) not null, situation \(.text) not null,
                analysis \(.text) not null, advice \(.text) not null, steps \(.text) not null, by_person \(.text) not null, at \(.int) not null,
                primary key (service_case, version))\(.strict)
            """,
            "create table solution_draft (service_case \(.text) not null, person \(.text) not null, fields \(.text) not null, at \(.int) not null, primary key (service_case, person))\(.strict)",
        ] + SQL.appendOnly("solution"))

    /// A version never changes; only its texts may be taken out as a whole, when its author or its asker is erased (PIPL 47).
    static let erasable = Migration(
        "Cases", 8,
        [
            .halves(sqlite: "drop trigger solution_no_update", postgres: "drop trigger solution_append_only on solution"),
            .halves(
                sqlite: """
                    create trigger solution_no_update before update on solution when not (new.situation = '—' and new.analysis = '—' and new.advice = '—' and new.steps = '—'
                        and new.service_case = old.service_case and new.version = old.version and new.by_person = old.by_person and new.at = old.at)
                    begin select raise(abort, 'append only'); end
                    """,
                postgres: """
                    create trigger solution_no_update before update on solution for each row when (not (new.situation = '—' and new.analysis = '—' and new.advice = '—' and new.steps = '—'
                        and new.service_case = old.service_case and new.version = old.version and new.by_person = old.by_person and new.at = old.at))
                    execute function append_only()
                    """),
            .halves(
                sqlite: "select 1",
                postgres: "create trigger solution_append_only before delete or truncate on solution for each statement execute function append_only()"),
            // By whom: for showing people what is theirs.
            "create index solution_by on solution (by_person)", "create index case_message_by on case_message (by_person)", "create index case_note_by on case_note (by_person)",
            "create index meeting_by on meeting (proposed_by)", "create index meeting_cancellation_by on meeting_cancellation (by_person)",
            "create index case_closure_by on case_closure (by_person)", "create index follow_up_by on follow_up (by_person)", "create index expert_change_by on expert_change (by_person)",
            "create index solution_draft_by on solution_draft (person)",
        ])
}

extension Permission where Deed == Solution, Noun == Case {
    package static var solve: Self { Permission("case.solve", [Grant(.expert, .own(.expert))]) }
}

extension Reader {
    package func solutions(of id: ID<Case>) throws -> [Solution] {
        try rows("select version, situation, analysis, advice, steps, by_person, at from solution where service_case = \(id) order by version limit 100") { row in
            Solution(
                version: try row(), situation: try row(), analysis: try row(), advice: try row(), steps: Solution.read(steps: try row()), by: try row(), at: try row())
        }
    }
}

extension Reader {
    /// What the expert had typed and not handed over yet.
    func solutionDraft(of id: ID<Case>, by person: ID<Person>) throws -> [String: [String]]? {
        try value("select fields from solution_draft where service_case = \(id) and person = \(person)", String.self).map { Form.typed(in: $0) }
    }
}

extension Transaction {
    func keep(solutionDraft form: [String: [String]], of id: ID<Case>, by may: May<Solution, Case>, now: Instant) throws {
        try run(
            """
            insert into solution_draft (service_case, person, fields, at) values (\(id), \(may.person), \(Form.spelled(form)), \(now))
            on conflict (service_case, person) do update set fields = excluded.fields, at = excluded.at
            """)
    }

    func forgetSolutionDraft(of id: ID<Case>, by person: ID<Person>) throws { try run("delete from solution_draft where service_case = \(id) and person = \(person)") }

    package func add(_ solution: Solution, to id: ID<Case>, by may: May<Solution, Case>) throws {
        try run(
            """
            insert into solution (service_case, version, situation, analysis, advice, steps, by_person, at) values (\(id), \(solution.version),
                \(solution.situation), \(solution.analysis), \(solution.advice), \(Solution.spelled(solution.steps)), \(may.person), \(solution.at))
            """)
    }
}

extension Solution {
    /// The same on paper: A4, tagged, 宋体.
    func paper(_ found: Case, expert: String, asker: String, institution: String, language: Language) -> Document {
        func words(_ chinese: String, _ english: String) -> String { Words(chinese, english)(language) }
        func paragraphs(_ text: String) -> [Document.Block] { text.split(separator: "\n").map { .paragraph(String($0)) } }
        var blocks: [Document.Block] = [.heading(words("情况", "Situation"), level: 2)] + paragraphs(situation)
        blocks += [.heading(words("分析", "Analysis"), level: 2)] + paragraphs(analysis)
        blocks += [.heading(words("建议", "Advice"), level: 2)] + paragraphs(advice)
        if !steps.isEmpty {
            blocks.append(.heading(words("步骤", "Steps"), level: 2))
            blocks.append(.steps(steps.map { Document.Step($0.what, who: $0.who, when: $0.when) }))
        }
        if let reservation = Solution.reservation(found.domain) { blocks.append(.note(reservation(language))) }
        blocks.append(.note(words("本方案由志愿专家无偿提供。任何人以此收费，请向服务机构举报。", "This solution is given by a volunteer free of charge. If anybody asks you to pay for it, please tell the institution.")))
        return Document(
            title: found.title, language: language, issuer: institution, kicker: words("书面方案", "Written solution"), number: found.number,
            facts: [
                .init(words("企业", "Asked by"), asker), .init(words("专家", "Expert"), expert), .init(words("领域", "Domain"), found.domain.words(language)),
                .init(words("日期", "Date"), at.day.full()(language)),
            ], blocks: blocks, maker: institution, version: words("第\(version)版", "Version \(version)"), made: at)
    }
}
