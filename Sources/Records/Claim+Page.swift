import Cases
import Happenings
import Identity
import Languages
import Markup
import Reference
import Storage
import Values
import Web

/// Entering what was not pressed at the time (补记), and the time that a written solution took.
struct ClaimPages: Sendable {
    let reference: Reference
    let terms: ServiceRecord.Terms

    static let page = Path("cases/*/record", ID<Case>.self)
    static let solution = Path("cases/*/solution/record", ID<Case>.self)

    static func day(_ now: Instant) -> Field<Day> { Field<Day>.day("day", Words("哪一天", "Which day")) }
    static func clock(_ name: StaticString, _ words: Words) -> Field<Int> {
        Field(name, words, .line(type: "time", short: true)) { (typed: String) throws(Wrong) -> Int in
            let parts = typed.split(separator: ":")
            guard parts.count >= 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute) else {
                throw Wrong("请写成14:30", "Please write it as 14:30")
            }
            return hour * 60 + minute
        }
    }
    static let from = clock("from", Words("从几点", "From"))
    static let until = clock("until", Words("到几点", "Until"))
    static let content = Field<String>.area("content", Words("做了什么", "What was done"), longest: 500, shortest: 2, low: true)
    static let minutes = Field<Int>.number("minutes", Words("写方案用了多少分钟", "Minutes that the solution took"), in: Claim.fewest...480)

    func ask(_ visit: Visit, _ id: ID<Case>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let found = try await visit.read { reader in
            guard let it = try reader.serviceCase(id), viewer.could(Permission<Claim, Case>.claim, it), it.undertaking != nil else { throw Problem.notFound }
            let solved = try reader.solutions(of: id).contains { $0.by == viewer.person }
            let records = try reader.serviceRecords("q.service_case = \(id) and \(ServiceRecord.scope(viewer))", limit: 50)
            return (it: it, solved: solved && !records.contains { $0.source == .solution && $0.state != .withdrawn }, records: records)
        }
        return .page(
            Page(
                Words("记一次服务", "Record service"), word: "records", width: .narrow, back: (Case.page(id), Words("回到案例", "Back to the case")), wrongs: form.wrongs.count,
                """
                \(title(Words("记一次服务", "Record service"), "\(found.it.title)"))\(form.summary)
                \(found.solved ? """
                    <section class="panel mb"><h2>\(Words("写方案的时间", "The time for the solution"))</h2><p>\(Words("凭证是您交的书面方案，一件案例最多记\(terms.solution)分钟，一天合计最多\(terms.solutionDay)分钟，和面谈不重复，企业确认后计入。", "The evidence is the solution you handed in; at most \(terms.solution) minutes a case and \(terms.solutionDay) a day, apart from sessions, counted once the owner confirms."))</p>\
                    \(Web.form(Self.solution(id), "\(form.show(Self.minutes))<p><button class=\"btn\">\(Words("记下，请企业确认", "Record it, and ask the owner"))</button></p>"))</section>
                    """ as HTML : nil)
                \(say(.wait, "<p><b>\(Words("面谈请当时按“开始”“结束”", "Press start and end at the time"))</b></p><p>\(Words("事后补记的只是申报，不计入。\(terms.papers)小时内补上现场服务单或通话记录，企业再确认，才计入。", "What is entered afterwards is only a claim and does not count. Add a signed sheet or a call log within \(terms.papers) hours, and the owner confirms: then it does."))</p>"))
                \(Web.form(Self.page(id), "\(form.show(Self.day(visit.now)))\(form.show(Self.from))\(form.show(Self.until))\(form.show(Self.content))<p><button class=\"btn go\">\(Words("补记这一次", "Enter this session"))</button></p>"))
                \(found.records.isEmpty ? nil : "<h2 class=\"h3 mt\">\(Words("这件案例已有的记录", "Records of this case"))</h2>\(RecordList.rows(found.records, [:], visit.now))" as HTML)
                """))
    }

    func state(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["day", "from", "until", "content"])
        let (day, from, until) = (form.value(Self.day(visit.now)), form.value(Self.from), form.value(Self.until))
        let content = form.value(Self.content)
        if let from, let until, until <= from { form.wrong(Self.until, Wrong("要晚于开始的时间", "It must be later than the beginning")) }
        if let from, let until, until - from > Claim.longest { form.wrong(Self.until, Wrong("一次最多8小时", "At most eight hours at once")) }
        if let day, let until, Instant(day, 0, until) > visit.now { form.wrong(Self.until, Wrong("还没到这个时间", "This time has not come yet")) }
        if let day, visit.now.day - day > 365 { form.wrong(Self.day(visit.now), Wrong("超过一年的不能补记", "Older than a year cannot be entered")) }
        guard form.isGood, let day, let from, let until, let content else { return try await ask(visit, id, form) }
        let (occasion, terms) = (Occasion(visit, days: reference.workingDays), terms)
        let link = try await visit.write(once: form) { tx in
            ServiceRecord.page(
                try RecordDeeds(occasion, terms: terms, in: tx).state(id, begins: Instant(day, 0, from), ends: Instant(day, 0, until), content: content))
        }
        return .see(link, saying: Words("补记了。它现在只是申报，不计入", "Entered. It is only a claim, and does not count"))
    }

    func stateSolution(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["minutes"])
        let minutes = form.value(Self.minutes)
        if let minutes, minutes > terms.solution { form.wrong(Self.minutes, Wrong("一件案例最多记\(terms.solution)分钟", "At most \(terms.solution) minutes a case")) }
        guard form.isGood, let minutes else { return try await ask(visit, id, form) }
        let (occasion, terms) = (Occasion(visit, days: reference.workingDays), terms)
        do {
            let link = try await visit.write(once: form) { tx in
                ServiceRecord.page(try RecordDeeds(occasion, terms: terms, in: tx).stateSolution(id, minutes: Minutes(minutes)))
            }
            return .see(link, saying: Words("记下了，等企业确认", "Recorded; now the owner confirms"))
        } catch let refusal as Claim.Refusal {
            form.wrong(Self.minutes, Wrong(refusal.words))
            return try await ask(visit, id, form)
        }
    }
}
