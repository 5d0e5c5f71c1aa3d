import Identity
import Languages
import Markup
import Papers
import Reference
import Storage
import Values
import Web

extension Availability {
    static let limit = Field<Int>.number("limit", Words("一周最多接几件新的", "New cases a week, at most"), in: Expert.limits)

    /// One line for each day of the week, as the institution's hours are written.
    static let days: [Field<[FreeTime]>] = zip(1...7, dayNames).map { weekday, name in
        Field(name, FreeTime.weekdays[weekday - 1], hint: weekday == 1 ? Words("如 9:00-12:00, 14:00-17:00；不方便的日子空着", "As 9:00-12:00, 14:00-17:00; leave a day empty when it does not suit") : nil, .line()) { (typed: String) throws(Wrong) -> [FreeTime] in
            let periods: [WorkingHours.Period]
            do throws(WorkingHours.Flaw) { periods = try WorkingHours(typed).periods } catch { throw Wrong(error.words) }
            let times = periods.compactMap { FreeTime(weekday: weekday, from: $0.from, until: $0.until) }
            guard times.count == periods.count else { throw Wrong("每段至少30分钟", "Each stretch is at least 30 minutes") }
            return times
        }
    }
    private static let dayNames: [StaticString] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    // MARK: The page

    static func show(_ visit: Visit, _ person: ID<Person>, times: Form? = nil, words: Form? = nil, pause: Form? = nil) async throws -> Answer {
        let viewer = visit.viewer
        let (expert, papers, agreement, covered) = try await visit.read { reader in
            guard let expert = try reader.expert(person) else { throw Problem.notFound }
            _ = try viewer.may(Permission<Availability, Expert>.setAvailability, expert)
            return (expert, try reader.papers(of: person, limit: 50), try reader.currentAgreement(of: person), try reader.readiness(of: person, on: visit.now.day))
        }
        let isOneself = viewer.person == person
        var (times, words, pause) = (times ?? Form(), words ?? Form(), pause ?? Form())
        times.fill(limit, "\(expert.weeklyLimit)")
        for (place, day) in days.enumerated() {
            times.fill(day, expert.freeTimes.sorted().filter { $0.weekday == place + 1 }.map { "\(FreeTime.clock($0.from))-\(FreeTime.clock($0.until))" }.joined(separator: ", "))
        }
        words.fill(ExpertEntry.biography, expert.biography.chinese)
        words.fill(ExpertEntry.biographyEnglish, expert.biography.english == expert.biography.chinese ? nil : expert.biography.english)
        pause.fill(Pause.fromDay, "\(visit.now.day)")
        let wrongs = [times, words, pause].first { !$0.isGood } ?? Form()
        let heading = isOneself ? Words("我的时间", "My times") : Words("\(expert.name)的时间", "Times of \(expert.name)")
        return .page(
            Page(
                heading, word: isOneself ? "availability" : "experts", width: .narrow,
                back: isOneself ? nil : (Expert.staffPage(person), Words(same: expert.name)), wrongs: wrongs.wrongs.count,
                """
                \(title(heading, "\(Words("企业照着这里约，改了马上生效。", "Owners book by this; a change counts at once."))"))
                \(wrongs.summary)
                <div class="stack">
                <p><a href="\(Expert.page(person))">\(Words("看公开页是什么样", "See the public page"))</a></p>
                \(Pause.panel(expert, pause, now: visit.now))
                <h2>\(Words("什么时候可以约", "When one can meet"))</h2>
                \(Web.form(page(person), """
                    \(times.show(limit))\(each: days, { day in times.show(day, optional: true) })\
                    <p><button class="btn go">\(Words("保存时间", "Save the times"))</button></p>
                    """))
                <h2>\(Words("简介", "Biography"))</h2>
                \(Web.form(biography(person), """
                    \(words.show(ExpertEntry.biography))\(words.show(ExpertEntry.biographyEnglish, optional: true))\
                    <p><button class="btn">\(Words("保存简介", "Save the biography"))</button></p>
                    """))
                <h2>\(Words("聘书、协议和保险", "Letter, agreement, insurance"))</h2>
                <dl class="facts">\(each: papers.filter { $0.kind == .letter || $0.kind == .agreement }, { paper in
                    "<dt>\(paper.kind.words)</dt><dd><a href=\"\(Paper.page(paper.id))\">\(paper.number)</a>\(paper.validUntil.map { "<br><span class=\"small soft\">\(Words("到", "until "))\($0.date())</span>" })</dd>"
                })\
                \(papers.contains { $0.kind == .letter } ? nil : expert.appointment.map { "<dt>\(Words("聘书", "Letter"))</dt><dd>\($0.number.isEmpty ? Words("服务协议双方签好后发", "Follows once both have signed the agreement") : Words(same: $0.number))<br><span class=\"small soft\">\(Words("聘期到", "term until "))\($0.until.date())</span></dd>" as HTML })\
                \(agreement.map { one in one.isSigned ? nil : "<dt>\(Words("服务协议", "Agreement"))</dt><dd><a href=\"\(ServiceAgreement.page(one.id))\">\(Words("还没签完，去看看", "Not signed yet: see it"))</a></dd>" as HTML } ?? nil)\
                <dt>\(Words("入企服务", "Service on site"))</dt><dd>\(covered.words)</dd></dl>
                \(isOneself && expert.appointments.contains { $0.stands(on: visit.now.day) } ? "<p><a class=\"btn quiet\" href=\"\(Resignation.page(person))\">\(Words("辞去聘任", "Resign"))</a></p>" as HTML : nil)
                </div>
                """))
    }

    static func set(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(["limit"] + days.map(\.name))
        let limit = form.value(limit)
        var times: [FreeTime] = []
        for day in days { times += form.optional(day) ?? [] }
        guard form.isGood, let limit else { return try await show(visit, person, times: form) }
        let (viewer, now, address, chosen) = (visit.viewer, visit.now, visit.address, times)
        let link = try await visit.write(once: form) { tx in
            var expert = try tx.lockedExpert(person)
            let may = try viewer.may(Permission<Availability, Expert>.setAvailability, expert)
            expert.weeklyLimit = limit
            expert.freeTimes = chosen.sorted()
            try tx.set(expert, by: may, Expert.AvailabilitySet(subject: expert.subject), at: now, from: address)
            return page(person)
        }
        return .see(link, saying: Words("时间已保存", "The times are saved"))
    }

    static func setBiography(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(["biography", "biographyEnglish"])
        let chinese = form.value(ExpertEntry.biography)
        let english = form.optional(ExpertEntry.biographyEnglish)
        guard form.isGood, let chinese else { return try await show(visit, person, words: form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            var expert = try tx.lockedExpert(person)
            let may = try viewer.may(Permission<Availability, Expert>.setAvailability, expert)
            expert.biography = Words(chinese, english ?? chinese)
            try tx.set(expert, by: may, Expert.BiographySet(subject: expert.subject), at: now, from: address)
            return page(person)
        }
        return .see(link, saying: Words("简介已保存", "The biography is saved"))
    }
}

extension Pause {
    static let fromDay = Field<Day>.day("from", Words("从哪天", "From"))
    static let untilDay = Field<Day>.day("until", Words("到哪天", "Until"), hint: Words("最后一天", "The last day"))

    static func panel(_ expert: Expert, _ form: Form, now: Instant) -> HTML {
        if let pause = expert.pause, pause.until >= now.day {
            return """
                <section class="panel"><h2>\(Words("暂停接单", "Paused"))</h2><p>\(pause.from.spoken(now: now))\(Words("至", " to "))\(pause.until.spoken(now: now))</p>\
                \(button(resumption(expert.person), Words("恢复接单", "Take cases again")))</section>
                """
        }
        return """
            <details class="panel"\(flag: "open", !form.isGood)><summary>\(Words("出差、休假？先暂停接单", "Away for a while? Pause"))</summary>\
            \(Web.form(place(expert.person), "\(form.show(fromDay))\(form.show(untilDay))<p><button class=\"btn\">\(Words("暂停这段时间", "Pause for this time"))</button></p>"))</details>
            """
    }

    static func begin(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(["from", "until"])
        let from = form.value(fromDay)
        let until = form.value(untilDay)
        if let from, let until {
            if until < from { form.wrong(untilDay, Wrong("最后一天不能早于第一天", "The last day is not before the first")) }
            else if until < visit.now.day { form.wrong(untilDay, Wrong("最后一天已经过了", "The last day has passed")) }
            else if until - from > 366 { form.wrong(untilDay, Wrong("一次最多暂停一年", "A pause is at most a year")) }
        }
        guard form.isGood, let from, let until else { return try await Availability.show(visit, person, pause: form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            var expert = try tx.lockedExpert(person)
            let may = try viewer.may(Permission<Pause, Expert>.pause, expert)
            try tx.pause(&expert, Pause(from: from, until: until), by: may, at: now, from: address)
            return Availability.page(person)
        }
        return .see(link, saying: Words("", "Paused from ") + from.date(to: until) + Words("暂停接单", ""), undo: resumption(person))
    }

    static func end(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            var expert = try tx.lockedExpert(person)
            let may = try viewer.may(Permission<Pause, Expert>.pause, expert)
            try tx.resume(&expert, by: may, at: now, from: address)
            return Availability.page(person)
        }
        return .see(link, saying: Words("已恢复接单", "Taking cases again"))
    }
}
