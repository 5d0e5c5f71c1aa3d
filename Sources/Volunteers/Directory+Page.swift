package import Languages
package import Markup
import Reference
import Storage
import Values
import Web

// 找专家: the directory as anybody sees it, with or without signing in.

extension Directory {
    private static let perPage = 12

    static func show(_ visit: Visit) async throws -> Answer {
        let directory = Directory(visit)
        let now = visit.now
        let read: @Sendable (Reader) throws -> Shown = { reader in
            let found = try reader.find(directory, now: now, limit: perPage)
            return Shown(
                found: found, all: directory.isNarrowed ? try reader.find(Directory(), now: now, limit: 0).total : found.total, places: try reader.expertPlaces(),
                isPast: try reader.hasPassedListings(now: now))
        }
        var shown = try await visit.read(read)
        if shown.isPast {
            try await visit.write { try $0.moveListings(on: now) }
            shown = try await visit.read(read)
        }
        return .page(directory.page(shown, now: now))
    }

    private struct Shown: Sendable {
        let found: Found
        let all: Int
        let places: [String]
        let isPast: Bool
    }

    /// What the address asks for; what it does not understand is left out.
    private init(_ visit: Visit) {
        self.init(
            text: visit.question("q").map { String($0.prefix(50)).trimmed }.flatMap { $0.isEmpty ? nil : $0 },
            domains: Domain.allCases.filter { visit.questions("d").contains($0.rawValue) }, region: visit.question("r").flatMap(RegionCode.init),
            kind: visit.question("k").flatMap(ExpertKind.init(rawValue:)), thisWeek: visit.question("week") == "yes",
            after: visit.question("after").flatMap(Place.init))
    }

    private var isNarrowed: Bool { text != nil || !domains.isEmpty || region != nil || kind != nil || thisWeek }

    package var link: Link {
        Expert.directory().with(
            [("q", text)] + domains.map { ("d", $0.rawValue) } + [("r", region?.text), ("k", kind?.rawValue), ("week", thisWeek ? "yes" : nil), ("after", after?.text)])
    }

    private func without(_ change: (inout Directory) -> Void) -> Link {
        var other = self
        other.after = nil
        change(&other)
        return other.link
    }

    // MARK: The page

    private func page(_ shown: Shown, now: Instant) -> Page {
        let (found, total) = (shown.found, Directory.spoken(shown.found.total))
        let spoken = Directory.spoken(shown.all)
        return Page(
            Words("找专家", "Find an expert"), word: "experts", isPublic: true,
            """
            \(title(Words("找专家", "Find an expert"), "\(Words("\(spoken.chinese)位志愿专家，可以自己选，也可以", "\(spoken.english) volunteer experts. Choose one, or "))<a href=\"\(Link(path: "/needs/new"))\">\(Words("说出需求让我们推荐", "state your need and let us recommend"))</a>\(Words("。", "."))"))
            <div class="cols left">
            \(form(shown.places))
            <section aria-labelledby="res"><div class="mb row"><h2 class="h3" id="res">\(Words("找到\(total.chinese)位", "\(total.english) found"))</h2>\(chips)\
            <span class="end small soft">\(Words("按最早可约排序", "Soonest free first"))</span></div>
            \(found.experts.isEmpty ? nothing : "<ul class=\"grid\">\(each: found.experts, { Directory.card($0, now: now) })</ul>" as HTML)
            \(found.experts.isEmpty ? nil : pager(Words("共\(total.chinese)位", "\(total.english) in all"), next: found.next.map { place in
                (without { $0.after = place }, Words("看后面的专家", "More experts"))
            }, first: after == nil ? nil : without { _ in }))
            </section>
            </div>
            <p class="mt">\(Words("愿意无偿帮中小企业出主意？", "Would you help small firms free of charge?")) <a href="\(Recruitment.list())">\(Words("看招募公告，报名做志愿专家", "See the calls and apply as a volunteer expert"))</a></p>
            """)
    }

    private func form(_ places: [String]) -> HTML {
        let cities = Set(places.compactMap { RegionCode($0)?.city } + [region?.city].compactMap { $0 }).sorted()
        return """
            <form role="search" method="get" action="\(Expert.directory())" aria-label="\(Words("筛选专家", "Filter experts"))">
            <div class="field"><label for="q">\(Words("找什么", "Looking for"))</label><p class="hint" id="q-h">\(Words("姓名、拼音或专长，如：模具、催款、贷款", "A name or a strength, such as moulds, debts, loans"))</p>\
            <input class="input" id="q" name="q" type="search" maxlength="50" aria-describedby="q-h" value="\(text ?? "")"></div>
            <details class="filters"\(flag: "open", isNarrowed)><summary>\(Words("更多条件", "More filters"))</summary>
            <fieldset class="field"><legend>\(Words("领域", "Field"))</legend><div class="m6 choices">\(each: Domain.allCases, { domain in
                "<label class=\"choice\"><input type=\"checkbox\" name=\"d\" value=\"\(domain.rawValue)\"\(flag: "checked", domains.contains(domain))><span>\(domain.words)</span></label>"
            })</div></fieldset>
            <div class="field"><label for="r">\(Words("地区", "Region"))</label><select class="input" id="r" name="r"><option value="">\(Words("全部地区", "All regions"))</option>\(each: cities, { city in
                "<option value=\"\(city.text)\"\(flag: "selected", city == region)>\(Regions.bundled.shortPath(city, below: city.province))</option>"
            })</select></div>
            <div class="field"><label for="k">\(Words("专家类别", "Kind of expert"))</label><select class="input" id="k" name="k"><option value="">\(Words("全部类别", "All kinds"))</option>\(each: ExpertKind.allCases, { one in
                "<option value=\"\(one.rawValue)\"\(flag: "selected", one == kind)>\(one.words)</option>"
            })</select></div>
            <label class="choice open"><input type="checkbox" name="week" value="yes"\(flag: "checked", thisWeek)><span>\(Words("这周约得上的", "Free this week"))</span></label>
            </details>
            <button class="btn go wide mt">\(Words("查找专家", "Find experts"))</button>
            </form>
            """
    }

    private var chips: HTML {
        var all: [(words: Words, link: Link)] = []
        if let text { all.append((Words("“\(text)”", "“\(text)”"), without { $0.text = nil })) }
        for domain in domains { all.append((domain.words, without { $0.domains.removeAll { $0 == domain } })) }
        if let region { all.append((Regions.bundled.shortPath(region, below: region.province), without { $0.region = nil })) }
        if let kind { all.append((kind.words, without { $0.kind = nil })) }
        if thisWeek { all.append((Words("这周约得上", "Free this week"), without { $0.thisWeek = false })) }
        return "\(each: all, { chip in "<a class=\"chip\" href=\"\(chip.link)\" aria-label=\"\(Words("去掉条件：", "Remove the filter ") + chip.words)\">\(chip.words)\(icon(.close))</a>" })"
    }

    private var nothing: HTML {
        empty(
            Words("没有找到这样的专家", "No expert like this"), Words("少选一两个条件再看；或者说出需求，我们来找人。", "Try fewer filters, or state your need and we find somebody."),
            "<a class=\"btn\" href=\"\(Link(path: "/needs/new"))\">\(Words("说出需求", "State your need"))</a>")
    }

    static func card(_ expert: Expert, now: Instant) -> HTML {
        """
        <li class="card"><div class="person">\(face(expert.name))<div><h3><a href="\(Expert.page(expert.person))">\(expert.name)</a></h3><p class="soft small">\(expert.headline)</p></div></div>
        \(expert.subTopics.isEmpty ? nil : "<p>\(expert.strengths(most: 4))</p>")<p class="row">\(each: expert.domains.prefix(3), { tag($0.words, .line) })\(tag(expert.place))</p>
        <p class="last small">\(expert.nextFreeWords(now: now))</p></li>
        """
    }
}

extension Expert {
    /// 合同纠纷、货款追收、劳动用工
    func strengths(most: Int) -> Words {
        let all = subTopics.prefix(most).compactMap { SubTopics.bundled[$0]?.words }
        return Words(all.map(\.chinese).joined(separator: "、"), all.map(\.english).joined(separator: ", "))
    }

    /// The city they are in.
    package var place: Words {
        guard let code = RegionCode(region) else { return Words(same: region) }
        return Regions.bundled.shortPath(code.city, below: code.province)
    }

    /// 最早可约：明天 9:00
    func nextFreeWords(now: Instant) -> HTML {
        guard let next = nextFree(after: now) else { return "\(Words("时间面议", "Time by arrangement"))" }
        return "\(Words("最早可约：", "Next free: "))<b>\(time(next, now: now))</b>"
    }
}
