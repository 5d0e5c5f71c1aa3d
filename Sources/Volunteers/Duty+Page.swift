import Identity
import Languages
import Markup
import Storage
import Values
import Web

// 值班表: one week at a time, which later weeks can follow.

extension Duty {
    private static let horizon = 14
    private static let mostWeeks = 8
    private static let mostShown = 5

    /// What the page needs: who can be chosen, what stands in the week, what is missing in the days to come.
    private struct Shown: Sendable {
        let institution: ID<Organisation>
        let monday: Day
        let officers: [ID<Person>]
        let experts: [Expert]
        let names: [ID<Person>: String]
        let week: [Duty]
        let gaps: [Gap]
        let proposed: [Duty]
    }

    private static func roster(_ visit: Visit) throws -> (roster: DutyRoster, may: May<Duty, DutyRoster>) {
        let may = try visit.viewer.may(Permission<Duty, DutyRoster>.setDuty)
        guard let institution = may.organisation else { throw Problem.notFound }
        return (DutyRoster(institution: institution), may)
    }

    private static func shown(_ visit: Visit, _ institution: ID<Organisation>, _ monday: Day, proposing: Bool) async throws -> Shown {
        let (now, today) = (visit.now, visit.now.day)
        return try await visit.read { reader in
            let officers = try reader.members(of: institution, role: Role.officer.name, now: now, limit: 100)
            let candidates = try reader.experts(of: institution, appointedOn: max(monday, today), limit: 300)
            let week = try reader.duties(of: institution, from: monday, until: monday + 6)
            let coming = try reader.duties(of: institution, from: today + -7, until: today + horizon)
            // Whoever stands in the roster can be seen in it, even when they no longer could be chosen.
            let known = Set(candidates.map(\.person))
            let others = try reader.experts(Set(week.filter { $0.kind == .expert && !known.contains($0.person) }.map(\.person)).sorted())
            let experts = (candidates + others).sorted { (Pinyin.sortKey($0.name), $0.person) < (Pinyin.sortKey($1.name), $1.person) }
            var names = try reader.names(of: officers + week.filter { $0.kind == .officer }.map(\.person))
            for expert in experts { names[expert.person] = expert.name }
            let byPerson = Dictionary(candidates.map { ($0.person, $0) }, uniquingKeysWith: { first, _ in first })
            let open = gaps(from: max(monday, today), days: max(0, monday + 7 - max(monday, today)), in: week)
            let proposed = proposing
                ? rotation(
                    filling: open, of: institution, officers: officers, experts: candidates.map(\.person), known: coming + week.filter { !coming.contains($0) },
                    canServe: { person, day in byPerson[person].map { $0.isAppointed(on: day) && !$0.isPaused(on: day) } ?? true })
                : []
            return Shown(
                institution: institution, monday: monday, officers: Set(officers + week.filter { $0.kind == .officer }.map(\.person)).sorted { (names[$0] ?? "", $0) < (names[$1] ?? "", $1) },
                experts: experts, names: names, week: week, gaps: gaps(from: today, days: horizon, in: coming), proposed: proposed)
        }
    }

    // MARK: Fields

    private static let places: [(officer: StaticString, expert: StaticString, second: StaticString)] = [
        ("officer1", "expert1", "second1"), ("officer2", "expert2", "second2"), ("officer3", "expert3", "second3"), ("officer4", "expert4", "second4"),
        ("officer5", "expert5", "second5"), ("officer6", "expert6", "second6"), ("officer7", "expert7", "second7"),
    ]
    private static let week = Field<Day>("week", Words("", ""), .hidden) { (typed: String) throws(Wrong) -> Day in
        guard let day = Day(typed), day.weekday == 1 else { throw Wrong("没有这一周，请从值班表进来", "There is no such week; please come from the roster") }
        return day
    }
    private static let weeks = Field<Int>.number("weeks", Words("后面还有几周也这样排", "Weeks after it with the same people"), hint: Words("只排还空着的日子；不要就写0", "Only days that are still empty; 0 for none"), in: 0...mostWeeks)

    private static func person(_ name: StaticString, _ label: Words, of people: [ID<Person>], _ names: [ID<Person>: String]) -> Field<ID<Person>> {
        let known = Set(people)
        let choices = [Choice("", Words("空着", "Nobody"))] + people.map { Choice($0.text, Words(same: names[$0] ?? "")) }
        return Field(name, label, .select(choices)) { (typed: String) throws(Wrong) -> ID<Person> in
            guard let id = ID<Person>(typed), known.contains(id) else { throw Wrong("请从名单里选一位", "Please choose somebody from the list") }
            return id
        }
    }

    private static func fields(_ shown: Shown, _ weekday: Int) -> (officer: Field<ID<Person>>, expert: Field<ID<Person>>, second: Field<ID<Person>>) {
        let (day, people) = (FreeTime.weekdays[weekday - 1], shown.experts.map(\.person))
        func label(_ chinese: String, _ english: String) -> Words { Words("\(day.chinese)\(chinese)", "\(day.english), \(english)") }
        let place = places[weekday - 1]
        return (
            person(place.officer, label("专员", "officer"), of: shown.officers, shown.names), person(place.expert, label("专家", "expert"), of: people, shown.names),
            person(place.second, label("第二位专家", "second expert"), of: people, shown.names)
        )
    }

    // MARK: The page

    static func show(_ visit: Visit) async throws -> Answer {
        // Whoever arranges a roster has one of their own; the auditor looks at each institution's.
        guard visit.viewer.mayKnock(Permission<Duty, DutyRoster>.setDuty.grants) else { return try await DutyReading.show(visit) }
        let today = visit.now.day
        let asked = visit.question("week").flatMap { Day($0) } ?? today
        let monday = asked + (1 - asked.weekday)
        guard abs(monday - today) < 370 else { throw Problem.notFound }
        let shown = try await shown(visit, try roster(visit).roster.institution, monday, proposing: visit.question("propose") == "yes")
        var form = Form()
        for weekday in 1...7 {
            let here = (shown.week + shown.proposed).filter { $0.day == monday + (weekday - 1) }
            let (officer, expert, second) = fields(shown, weekday)
            let experts = here.filter { $0.kind == .expert }.map(\.person)
            form.fill(officer, here.first { $0.kind == .officer }?.person.text)
            form.fill(expert, experts.first?.text)
            form.fill(second, experts.dropFirst().first?.text)
        }
        return page(shown, form, now: visit.now)
    }

    private static func page(_ shown: Shown, _ form: Form, now: Instant) -> Answer {
        var form = form
        form.fill(week, "\(shown.monday)")
        form.fill(weeks, "0")
        let monday = shown.monday
        func link(_ day: Day, proposing: Bool = false) -> Link { page().with([("week", "\(day)"), ("propose", proposing ? "yes" : nil)]) }
        // A day that has passed is worth a line only when somebody was on duty.
        let days = (1...7).map { (weekday: $0, day: monday + ($0 - 1)) }.filter { one in one.day >= now.day || shown.week.contains { $0.day == one.day } }
        return .page(
            Page(
                Words("值班表", "Duty roster"), word: "experts", back: (Roster.page(), Words("专家名册", "Experts")), wrongs: form.wrongs.count,
                """
                \(title(Words("值班表", "Duty roster"), "\(Words("每天一位专员、至少一位专家。当天要答复的需求按这张表找人。", "One officer and at least one expert a day. Needs that must be answered the same day go to them."))"))
                \(form.summary)
                \(shown.gaps.isEmpty ? say(.good, "<p>\(Words("后面\(horizon)天都排好了", "The next \(horizon) days are filled"))</p>") : warning(shown.gaps, now: now))
                \(shown.proposed.isEmpty ? nil : say(.plain, "<p>\(Words("空着的日子按轮流填好了，看过再保存。", "Empty days were filled in turn; look at them, then save."))</p>"))
                <div class="row mb"><h2 class="h3">\(Words("", "Week of "))\(monday.date())\(Words("起的一周", ""))</h2><span class="end row">\
                <a class="btn quiet" href="\(link(monday + -7))">\(Words("上一周", "Week before"))</a><a class="btn quiet" href="\(link(monday + 7))">\(Words("下一周", "Week after"))</a>\
                <a class="btn" href="\(link(monday, proposing: true))">\(Words("轮流填空着的日子", "Fill empty days in turn"))</a></span></div>
                \(Web.form(page(), """
                    \(form.show(week))\(each: days, { one in
                        let (officer, expert, second) = fields(shown, one.weekday)
                        guard one.day >= now.day else { return "<section class=\"mb\"><h3 class=\"h3\">\(one.day.spoken(now: now))</h3><p class=\"soft\">\(served(one.day, shown))</p></section>" }
                        // A day that is filled is a line to read; one that is not, was just filled in turn or is wrong stands open.
                        let names = [officer.name, expert.name, second.name]
                        let isSettled = [officer.name, expert.name].allSatisfy { form.text($0) != nil } && !shown.proposed.contains { $0.day == one.day } && !form.wrongs.contains { names.contains($0.name) }
                        let fields: HTML = "<div class=\"m12 choices\">\(form.show(officer))\(form.show(expert))\(form.show(second, optional: true))</div>"
                        return "<details class=\"more\"\(flag: "open", !isSettled)><summary>\(one.day.spoken(now: now))\(isSettled ? "<span class=\"light soft\">\(served(one.day, shown))</span>" as HTML : nil)</summary>\(fields)</details>"
                    })\(form.show(weeks))
                    <p><button class="btn go big">\(Words("保存值班表", "Save the roster"))</button></p>
                    """))
                """))
    }

    private static func served(_ day: Day, _ shown: Shown) -> Words {
        let names = shown.week.filter { $0.day == day }.compactMap { shown.names[$0.person] }
        return Words(names.joined(separator: "、"), names.joined(separator: ", "))
    }

    private static func warning(_ gaps: [Gap], now: Instant) -> HTML {
        say(
            .wait,
            """
            <p>\(Words("后面\(horizon)天里有\(gaps.count)天没排齐", gaps.count == 1 ? "One of the next \(horizon) days is not filled" : "\(gaps.count) of the next \(horizon) days are not filled"))</p><ul class="plain">\(each: gaps.prefix(mostShown), { gap in
                let lack = gap.lacksOfficer && gap.lacksExpert ? Words("缺专员和专家", "officer and expert missing") : gap.lacksOfficer ? Words("缺专员", "officer missing") : Words("缺专家", "expert missing")
                return "<li><span><a href=\"\(page().with([("week", "\(gap.day)")]))\">\(gap.day.spoken(now: now))</a>\(Words("　", " · "))\(lack)</span></li>"
            })\(gaps.count > mostShown ? "<li>\(Words("还有\(gaps.count - mostShown)天", "and \(gaps.count - mostShown) more"))</li>" as HTML : nil)</ul>
            """)
    }

    // MARK: Saving

    static func save(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["week", "weeks"] + places.flatMap { ["\($0.officer)", "\($0.expert)", "\($0.second)"] })
        guard let monday = form.value(week), abs(monday - visit.now.day) < 370 else { throw Problem.badRequest("week") }
        let shown = try await shown(visit, try roster(visit).roster.institution, monday, proposing: false)
        let following = form.value(weeks)
        let byPerson = Dictionary(shown.experts.map { ($0.person, $0) }, uniquingKeysWith: { first, _ in first })
        let today = visit.now.day
        var duties: [Duty] = []
        var days: [Day] = []
        for weekday in 1...7 where monday + (weekday - 1) >= today {
            let day = monday + (weekday - 1)
            days.append(day)
            let (officer, expert, second) = fields(shown, weekday)
            if let person = form.optional(officer) { duties.append(Duty(institution: shown.institution, day: day, person: person, kind: .officer)) }
            for field in [expert, second] {
                guard let person = form.optional(field), let chosen = byPerson[person] else { continue }
                if !chosen.isAppointed(on: day) { form.wrong(field, Wrong("\(chosen.name)那天没有有效的聘书", "\(chosen.name) has no valid appointment on that day")) }
                else if chosen.isPaused(on: day) { form.wrong(field, Wrong("\(chosen.name)那天暂停接单", "\(chosen.name) is away on that day")) }
                else if duties.contains(where: { $0.day == day && $0.person == person }) { form.wrong(field, Wrong("同一天已经选了\(chosen.name)", "\(chosen.name) is chosen for that day already")) }
                else { duties.append(Duty(institution: shown.institution, day: day, person: person, kind: .expert)) }
            }
        }
        guard form.isGood, let following else { return page(shown, form, now: visit.now) }
        let (viewer, now, address, chosen, week) = (visit.viewer, visit.now, visit.address, duties, days)
        let link = try await visit.write(once: form) { tx in
            let roster = DutyRoster(institution: shown.institution)
            let may = try viewer.may(Permission<Duty, DutyRoster>.setDuty, roster)
            let later = try tx.duties(of: roster.institution, from: monday + 7, until: monday + 7 * (following + 1))
            let copies = followers(of: chosen, weeks: following, taken: Set(later.map(\.day))) { person, day in
                byPerson[person].map { $0.isAppointed(on: day) && !$0.isPaused(on: day) } ?? true
            }
            try tx.setDuties(chosen + copies, on: week + Set(copies.map(\.day)).sorted(), by: may, of: roster, at: now, from: address)
            return page().with([("week", "\(monday)")])
        }
        return .see(link, saying: Words("值班表已保存", "The roster is saved"))
    }

    /// The same people in the weeks after, on days that are still empty and for those who are there.
    static func followers(of duties: [Duty], weeks: Int, taken: Set<Day>, canServe: (ID<Person>, Day) -> Bool) -> [Duty] {
        guard weeks > 0 else { return [] }
        return (1...weeks).flatMap { week in
            duties.map { Duty(institution: $0.institution, day: $0.day + 7 * week, person: $0.person, kind: $0.kind) }
                .filter { !taken.contains($0.day) && canServe($0.person, $0.day) }
        }
    }
}
