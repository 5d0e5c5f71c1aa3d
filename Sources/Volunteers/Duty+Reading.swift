import Identity
import Languages
import Markup
import Storage
import Values
import Web

// The rosters as the auditor reads them: an institution and a week at a time, nothing to press.

extension DutyReading {
    static func show(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let asked = visit.question("week").flatMap { Day($0) } ?? now.day
        guard let id = visit.question("institution").flatMap({ ID<Organisation>($0) }) else { return try await institutions(visit) }
        let monday = asked + (1 - asked.weekday)
        guard abs(monday - now.day) < 3700 else { throw Problem.notFound }
        let found = try await visit.read { reader in
            guard let institution = try reader.organisation(id), institution.kind == .institution,
                viewer.could(Permission<DutyReading, DutyRoster>.seeDuty, DutyRoster(institution: id))
            else { throw Problem.notFound }
            let week = try reader.duties(of: id, from: monday, until: monday + 6)
            return (name: institution.name, week: week, names: try reader.names(of: week.map(\.person)))
        }
        func link(_ day: Day) -> Link { Duty.page().with([("institution", id.text), ("week", "\(day)")]) }
        func people(_ day: Day, _ kind: Duty.Kind) -> HTML {
            let names = found.week.filter { $0.day == day && $0.kind == kind }.compactMap { found.names[$0.person] }
            return names.isEmpty ? tag(Words("空着", "nobody"), .bad) : "\(Words(names.joined(separator: "、"), names.joined(separator: ", ")))"
        }
        return .page(
            Page(
                Words("值班表", "Duty roster"), word: "experts", back: (Duty.page(), Words("各机构的值班表", "Duty rosters")),
                """
                \(title(Words("值班表", "Duty roster"), "\(found.name)"))
                <div class="row mb"><h2 class="h3">\(Words("", "Week of "))\(monday.date())\(Words("起的一周", ""))</h2><span class="end row">\
                <a class="btn quiet" href="\(link(monday + -7))">\(Words("上一周", "Week before"))</a><a class="btn quiet" href="\(link(monday + 7))">\(Words("下一周", "Week after"))</a></span></div>
                <table class="table dense fold"><caption class="hide">\(Words("这一周谁值班", "Who is on duty this week"))</caption><thead><tr><th scope="col">\(Words("哪天", "Day"))</th>\
                <th scope="col">\(Words("专员", "Officer"))</th><th scope="col">\(Words("专家", "Experts"))</th></tr></thead><tbody>\(each: (0..<7).map { monday + $0 }, { day in
                    """
                    <tr><th scope="row">\(day.spoken(now: now))</th><td data-label="\(Words("专员", "Officer"))">\(people(day, .officer))</td><td data-label="\(Words("专家", "Experts"))">\(people(day, .expert))</td></tr>
                    """
                })</tbody></table>
                """))
    }

    private static func institutions(_ visit: Visit) async throws -> Answer {
        let all = try await visit.read { try $0.organisations(.institution, limit: 300) }
        return .page(
            Page(
                Words("值班表", "Duty rosters"), word: "experts", width: .narrow, back: (Roster.page(), Words("专家名册", "Experts")),
                """
                \(title(Words("各机构的值班表", "Duty rosters"), "\(Words("每天一位专员、至少一位专家。", "One officer and at least one expert a day."))"))
                \(all.isEmpty ? empty(Words("还没有机构", "No institution yet"), Words("确定一家以后，它的值班表在这里。", "Once one is designated, its roster is here.")) : "<ul class=\"list\">\(each: all, { "<li><a class=\"hit\" href=\"\(Duty.page().with([("institution", $0.id.text)]))\">\($0.name)</a></li>" })</ul>" as HTML)
                """))
    }
}
