import Identity
import Languages
import Markup
import Reference
import Storage
import Values
import Web

/// The vetting list (遴选名单): who has applied, who waits for review or decision, and how it came out.
enum Vetting {
    enum Group: String, CaseIterable {
        case review, decide, all

        var words: Words {
            switch self {
            case .review: Words("待审核", "To review")
            case .decide: Words("待遴选", "To decide")
            case .all: Words("全部", "All")
            }
        }

        /// Of `application a`, its review `r`, selection `s` and withdrawal `w`.
        var condition: SQL {
            switch self {
            case .review: "r.at is null and w.at is null"
            case .decide: "r.at is not null and s.at is null and w.at is null"
            case .all: "1 = 1"
            }
        }
    }

    private static let perPage = 30

    static func show(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let group = visit.question("group").flatMap(Group.init(rawValue:)) ?? (viewer.holds(.head) ? .decide : .review)
        let before = visit.question("before").flatMap { ID<Application>($0) }
        let scope = viewer.scope(Permission<Application, Application>.list.grants, institution: "a.institution", region: "a.region", own: { _, _ in nil })
        let (all, total, counts) = try await visit.read { reader in
            (
                try reader.applications(group, scope: scope, before: before, limit: perPage + 1), try reader.applicationCount(group, scope: scope),
                try [Group.review, .decide].map { try reader.applicationCount($0, scope: scope) }
            )
        }
        let shown = all.prefix(perPage)
        return .page(
            Page(
                Words("遴选名单", "Vetting list"), word: "experts", back: (Roster.page(), Words("专家名册", "Experts")),
                """
                <div class="row"><h1>\(Words("遴选名单", "Vetting list"))</h1><span class="soft">\(Words("新报名的在前", "Newest first"))</span><span class="end"><a class="btn" href="\(Recruitment.list())">\(Words("招募公告", "Calls"))</a></span></div>
                <div class="chips mt mb">\(each: Group.allCases, { one in
                    "<a class=\"chip\" href=\"\(Application.list().with([("group", one.rawValue)]))\"\(attribute: "aria-current", one == group ? "true" : nil)>\(one.words)\(one == .review && counts[0] > 0 ? " \(counts[0])" as HTML : one == .decide && counts[1] > 0 ? " \(counts[1])" as HTML : nil)</a>"
                })</div>
                \(shown.isEmpty ? empty(Words("这里没有报名", "No applications here"), Words("有人报名时在这里，先由专员审核，再由负责人决定。", "Applications stand here: an officer reviews them, the head decides."), "<a class=\"btn\" href=\"\(Recruitment.list())\">\(Words("看招募公告", "See the calls"))</a>") : """
                    <table class="table dense fold"><caption class="hide">\(Words("遴选名单", "Vetting list"))</caption>
                    <thead><tr><th scope="col">\(Words("姓名", "Name"))</th><th scope="col">\(Words("类别", "Kind"))</th><th scope="col">\(Words("单位", "Employer"))</th><th scope="col">\(Words("进展", "State"))</th><th scope="col">\(Words("报名时间", "Applied"))</th></tr></thead>
                    <tbody>\(each: shown, { one in
                        "<tr><th scope=\"row\"><a class=\"hit\" href=\"\(Application.page(one.id))\">\(one.entry.name)</a></th><td>\(one.entry.kind.words)</td><td>\(one.entry.employer)</td><td>\(tag(one.state.words, one.state.tone))</td><td>\(one.at.spoken(now: now))</td></tr>"
                    })</tbody></table>
                    """)
                \(shown.isEmpty ? nil : pager(
                    Words("共\(grouped(total))份", "\(grouped(total)) in all"),
                    next: all.count > perPage ? shown.last.map { (Application.list().with([("group", group.rawValue), ("before", $0.id.text)]), Words("后\(perPage)份", "Next \(perPage)")) } : nil,
                    first: before == nil ? nil : Application.list().with([("group", group.rawValue)])))
                """))
    }
}

extension Application.State {
    var tone: Tone {
        switch self {
        case .sent, .reviewed: .wait
        case .selected: .good
        case .refused, .withdrawn: .plain
        }
    }
}
