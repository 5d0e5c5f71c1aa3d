import Identity
import Languages
import Markup
import Reference
import Storage
import Values
import Web

extension Roster {
    private static let perPage = 30

    static func show(_ visit: Visit) async throws -> Answer {
        let roster = Roster(visit)
        let (scope, today, now) = (visit.viewer.expertScope, visit.now.day, visit.now)
        let shown = try await visit.read { reader in
            let (experts, total, more) = try reader.find(roster, scope: scope, today: today, limit: perPage)
            return (experts: experts, total: total, more: more, waiting: try reader.expertsWaiting(scope: scope))
        }
        let mayEnter = visit.viewer.mayKnock(Permission<ExpertEntry, Expert>.enter.grants)
        let total = Directory.spoken(shown.total)
        let last = shown.experts.last.map { "\($0.enteredAt.milliseconds)~\($0.person)" }
        return .page(
            Page(
                Words("专家名册", "Experts of the institution"), word: "experts",
                """
                <div class="row"><h1>\(Words("专家名册", "Experts of the institution"))</h1><span class="soft">\(Words("\(total.chinese)位，新录入的在前", "\(total.english), newest first"))</span><span class="end row">\
                <a class="btn" href="\(Application.list())">\(Words("遴选名单", "Vetting list"))</a>\
                \(visit.viewer.mayKnock(Permission<AgreementTemplate, Expert>.setTemplate.grants) ? "<a class=\"btn\" href=\"\(ServiceAgreement.template())\">\(Words("协议范本", "Agreement template"))</a>" as HTML : nil)\
                \(visit.viewer.mayKnock(Permission<Team, Expert>.setTeam.grants) ? "<a class=\"btn\" href=\"\(Team.setting())\">\(Words("志愿服务团", "Team"))</a>" as HTML : nil)\
                <a class="btn" href="\(Policy.list())">\(Words("保险和培训", "Insurance and training"))</a>\
                <a class="btn" href="\(Duty.page())">\(Words("值班表", "Duty roster"))</a>\
                \(mayEnter ? "<a class=\"btn go\" href=\"\(Expert.new())\">\(Words("录入专家", "Enter an expert"))</a>" as HTML : nil)</span></div>
                <form class="mt mb row" role="search" method="get" action="\(Roster.page())" aria-label="\(Words("查找专家", "Find experts"))">\
                <label class="hide" for="q">\(Words("查找", "Search"))</label><input class="grow input" id="q" name="q" type="search" maxlength="50" value="\(roster.text ?? "")">\
                <input type="hidden" name="state" value="\(roster.group.rawValue)"><button class="btn">\(Words("查找专家", "Find experts"))</button>\
                <div class="chips">\(each: Group.allCases, { group in
                    "<a class=\"chip\" href=\"\(roster.link(group))\"\(attribute: "aria-current", group == roster.group ? "true" : nil)>\(group.words)\(group == .waiting && shown.waiting > 0 ? " \(shown.waiting)" as HTML : nil)</a>"
                })</div></form>
                \(shown.experts.isEmpty ? roster.nothing(mayEnter: mayEnter) : table(shown.experts, now: now))
                \(shown.experts.isEmpty ? nil : pager(Words("共\(total.chinese)位", "\(total.english) in all"), next: shown.more ? (roster.link(roster.group).with([("after", last)]), Words("后面\(perPage)位", "Next \(perPage)")) : nil, first: roster.after == nil ? nil : roster.link(roster.group)))
                """))
    }

    private init(_ visit: Visit) {
        self.init(
            group: visit.question("state").flatMap(Group.init(rawValue:)) ?? .all,
            text: visit.question("q").map { String($0.prefix(50)).trimmed }.flatMap { $0.isEmpty ? nil : $0 },
            after: visit.question("after").flatMap { text in
                let fields = text.split(separator: "~")
                guard fields.count == 2, let at = Int64(fields[0]), let person = ID<Person>(String(fields[1])) else { return nil }
                return (Instant(milliseconds: at), person)
            })
    }

    private func link(_ group: Group) -> Link { Roster.page().with([("state", group == .all ? nil : group.rawValue), ("q", text)]) }

    private func nothing(mayEnter: Bool) -> HTML {
        if text != nil || group != .all {
            return empty(Words("这里没有专家", "Nobody here"), Words("换个词，或者看全部。", "Try another word, or see all."), "<a class=\"btn\" href=\"\(Roster.page())\">\(Words("看全部专家", "See all experts"))</a>")
        }
        return empty(
            Words("还没有专家", "No experts yet"), Words("录入、任命后，专家在这里，也公开在专家名单里，需求才有人接。", "Once entered and appointed, experts stand here and in the public directory, and needs find somebody."),
            mayEnter ? "<a class=\"btn\" href=\"\(Expert.new())\">\(Words("录入第一位专家", "Enter the first expert"))</a>" as HTML : nil)
    }

    private static func table(_ experts: [Expert], now: Instant) -> HTML {
        """
        <table class="table dense fold"><caption class="hide">\(Words("专家，新录入的在前", "Experts, newest first"))</caption><thead><tr>\
        <th scope="col">\(Words("姓名", "Name"))</th><th scope="col">\(Words("状态", "State"))</th><th scope="col">\(Words("领域", "Field"))</th>\
        <th scope="col">\(Words("地区", "Region"))</th><th scope="col">\(Words("类别", "Kind"))</th><th scope="col">\(Words("聘期到", "Term until"))</th></tr></thead><tbody>\(each: experts, { expert in
            let state = expert.state(on: now.day)
            return """
                <tr><th scope="row"><a href="\(Expert.staffPage(expert.person))">\(expert.name)</a></th>\
                <td data-label="\(Words("状态", "State"))">\(tag(state.words, state.tone))</td>\
                <td data-label="\(Words("领域", "Field"))">\(Words(expert.domains.map(\.words.chinese).joined(separator: "、"), expert.domains.map(\.words.english).joined(separator: ", ")))</td>\
                <td data-label="\(Words("地区", "Region"))">\(expert.place)</td><td data-label="\(Words("类别", "Kind"))">\(expert.kind.words)</td>\
                <td data-label="\(Words("聘期到", "Term until"))">\(expert.appointment.map { "<span class=\"narrow-only\">\(Words("聘期到", "until "))</span>\($0.until.date())" as HTML })</td></tr>
                """
        })</tbody></table>
        """
    }
}
