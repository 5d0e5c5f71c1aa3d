import Cases
import Happenings
import Identity
import Languages
import Markup
import Needs
import Papers
import Reference
import Storage
import Turns
import Values
import Volunteers
import Web

/// Certificates: the expert's own, staff's queues, the internal notice, and each with its next step.
struct CertificatePages: Sendable {
    let reference: Reference
    let terms: ServiceRecord.Terms

    static func month(_ name: StaticString, _ words: Words, _ now: Instant) -> Field<String> {
        Field(name, words, .line(type: "month", short: true)) { (typed: String) throws(Wrong) -> String in
            guard typed.count == 7, let day = Day(typed + "-01") else { throw Wrong("请写成2026-11", "Please write it as 2026-11") }
            guard day <= now.day else { throw Wrong("这个月还没到", "This month has not come yet") }
            return typed
        }
    }
    static let refusalField = Field<String>.area("reason", Words("为什么不能出具", "Why it cannot be issued"), longest: 500, shortest: 4, low: true)
    static let objectionField = Field<String>.area("words", Words("哪里不对", "What is wrong"), longest: 500, shortest: 4, low: true)
    static let answerField = Field<String>.area("reason", Words("理由", "Reason"), longest: 500, shortest: 4, low: true)
    static let verdictField = Field<Objection.Verdict>.choice("verdict", Words("查下来", "The inquiry found"), of: Objection.Verdict.allCases, columns: true) {
        $0 == .upheld ? Words("异议成立，撤销证明", "The objection is right: revoke it") : Words("证明没有错", "The certificate is right")
    }

    // MARK: Asking

    func ask(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let person = try visit.person()
        let (year, month, _) = visit.now.day.parts
        let total = try await visit.read { reader in
            guard try reader.expert(person) != nil else { throw Problem.notFound }
            return try reader.countedMinutes(of: person)
        }
        var form = form
        form.fill(Self.month("from", Words("", ""), visit.now), "\(year)-01")
        form.fill(Self.month("until", Words("", ""), visit.now), "\(year)-\(month < 10 ? "0" : "")\(month)")
        return .page(
            Page(
                Words("申请服务记录证明", "Ask for a certificate"), word: "records", width: .narrow, back: (ServiceRecord.list(), Words("服务记录", "Service records")), wrongs: form.wrongs.count,
                """
                \(title(Words("申请服务记录证明", "Ask for a certificate"), "\(Words("累计计入", "Counted so far: "))\(Minutes(total.minutes).words)"))\(form.summary)
                \(Web.form(Certificate.request(), """
                    \(form.show(Self.month("from", Words("从哪个月", "From the month of"), visit.now)))\(form.show(Self.month("until", Words("到哪个月", "Until the month of"), visit.now)))
                    <p class="hint">\(Words("经办人核对，负责人签发，\(terms.certificate)个工作日内办好，在机构内公示\(terms.notice)天。时长按半小时向下取整，余下的留着下次算。不收费。", "An officer checks it and the head issues it within \(terms.certificate) working days; it stands in the institution's notice for \(terms.notice) days. Hours are rounded down to half an hour; what is left over stays in your records. Free of charge."))</p>
                    <p class="mt"><button class="btn go">\(Words("申请证明", "Ask for the certificate"))</button></p>
                    """))
                """))
    }

    func request(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["from", "until"])
        let from = form.value(Self.month("from", Words("从哪个月", "From the month of"), visit.now))
        let until = form.value(Self.month("until", Words("到哪个月", "Until the month of"), visit.now))
        if let from, let until, until < from { form.wrong(Self.month("until", Words("", ""), visit.now), Wrong("要不早于开始的月份", "Not before the first month")) }
        // Said here, and not by an officer ten days later.
        if form.isGood, let from, let until {
            let person = try visit.person()
            let counted = try await visit.read { try $0.countedMinutes(of: person, from: from, until: until) }.minutes
            if counted < Certificate.fewest.count {
                form.wrong(Self.month("from", Words("", ""), visit.now), Wrong("这几个月计入\(counted)分钟，满30分钟才能出具", "\(counted) minutes count in these months; a certificate wants 30 at least"))
            }
        }
        guard form.isGood, let from, let until else { return try await ask(visit, form) }
        let link = try await write(visit, form) { Certificate.page(try $0.request(from: from, until: until)) }
        return .see(link, saying: Words("申请收到了，\(terms.certificate)个工作日内办好", "Received; it will be ready within \(terms.certificate) working days"))
    }

    private func write(_ visit: Visit, _ form: Form, _ body: @escaping @Sendable (CertificateDeeds) throws -> Link) async throws -> Link {
        let (occasion, terms) = (Occasion(visit, days: reference.workingDays), terms)
        return try await visit.write(once: form) { tx in try body(CertificateDeeds(occasion, terms: terms, in: tx)) }
    }

    // MARK: Lists

    private static func scope(_ viewer: Viewer) -> SQL {
        viewer.scope(Permission<See, Certificate>.see.grants, institution: "q.institution", region: "q.region") { tie, person in tie == .oneself ? "q.person = \(person)" : nil }
    }

    func list(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let isStaff = viewer.mayKnock([Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)])
        let isOpen = isStaff && visit.question("show") != "all"
        let before = visit.question("before").flatMap { ID<Certificate>($0) }
        let found = try await visit.read { reader in
            // An owner who never served has no business here.
            guard try isStaff || viewer.person.map({ try reader.expert($0) != nil }) == true else { throw Problem.notFound }
            let all = try reader.certificates("\(Self.scope(viewer)) \(isOpen ? "and i.request is null and r.request is null" as SQL : nil) \(before.map { "and q.id < \($0)" as SQL })", limit: 31)
            return (all: all, names: try reader.names(of: all.map(\.person)), papers: try reader.papers(aboutEach: Certificate.kind, all.map(\.id.text)))
        }
        let shown = Array(found.all.prefix(30))
        let heading = Words("服务记录证明", "Certificates of service")
        return .page(
            Page(
                heading, word: "records", back: (ServiceRecord.list(), Words("服务记录", "Service records")),
                """
                <div class="row"><h1>\(heading)</h1>\(viewer.mayKnock(Permission<Certificate.Request, Certificate>.request.grants) ? "<span class=\"end\"><a class=\"btn go\" href=\"\(Certificate.request())\">\(Words("申请证明", "Ask for one"))</a></span>" as HTML : nil)</div>
                <div class="chips mt mb">\(isStaff ? """
                    <a class="chip" href="\(Certificate.list())"\(attribute: "aria-current", isOpen ? "true" : nil)>\(Words("待办", "Open"))</a><a class="chip" href="\(Certificate.list().with([("show", "all")]))"\(attribute: "aria-current", isOpen ? nil : "true")>\(Words("全部", "All"))</a>
                    """ as HTML : nil)\(viewer.mayKnock(Permission<Certificate.Notice, Certificate>.notice.grants) ? "<a class=\"chip\" href=\"\(Certificate.notice())\">\(Words("机构内公示", "Internal notice"))</a>" as HTML : nil)</div>
                \(shown.isEmpty ? empty(Words("这里现在没有", "Nothing here now"), Words("申请、核对、签发的证明列在这里。", "Certificates that are asked for, checked and issued are listed here.")) : rows(shown, isStaff ? found.names : [:], found.papers, now))
                \(found.all.count > 30 ? pager(Words("新的在前", "Newest first"), next: shown.last.map { (Certificate.list().with([("show", isOpen ? nil : "all"), ("before", $0.id.text)]), Words("看更早的", "Earlier ones")) }) : nil)
                """))
    }

    private func rows(_ all: [Certificate], _ names: [ID<Person>: String], _ papers: [String: Paper], _ now: Instant) -> HTML {
        """
        <ul class="list">\(each: all, { it in
            "<li><a class=\"hit\" href=\"\(Certificate.page(it.id))\"><span class=\"grow\">\(names[it.person].map { "\($0)\(Words("　", " · "))" as HTML })\(it.check.map { Words("\(Certificate.hours($0.minutes))小时", "\(Certificate.hours($0.minutes)) hours") } ?? Words(it.refusal == nil ? "还没核对" : "", it.refusal == nil ? "not checked yet" : ""))<br><span class=\"soft small\">\(it.period)<br>\(Words("", "asked for "))\(it.at.spoken(now: now))\(Words("申请", ""))</span></span>\(papers[it.id.text].flatMap { standing($0, now) } ?? tag(it.state(at: now).words, it.issue == nil ? .wait : .good))</a></li>"
        })</ul>
        """
    }

    /// 机构内公示: who, which months, how many hours; no document, no telephone.
    func notice(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let before = visit.question("before").flatMap { ID<Certificate>($0) }
        let found = try await visit.read { reader in
            let scope = viewer.scope(Permission<Certificate.Notice, Certificate>.notice.grants, institution: "q.institution", region: "q.region") { _, _ in nil }
            let all = try reader.certificates("\(scope) and i.notice_until > \(now) \(before.map { "and q.id < \($0)" as SQL })", limit: 31)
            return (all: all, names: try reader.names(of: all.map(\.person)), papers: try reader.papers(aboutEach: Certificate.kind, all.map(\.id.text)))
        }
        let shown = found.all.prefix(30)
        let heading = Words("证明公示", "Certificates in the notice")
        return .page(
            Page(
                heading, word: "records", width: .narrow, back: (ServiceRecord.list(), Words("服务记录", "Service records")),
                """
                \(title(heading, "\(Words("签发后在机构内公示\(terms.notice)天，不对的请说出来，由另外的人核查。", "Each stands here for \(terms.notice) days after it is issued; say what is wrong, and somebody else looks into it."))"))
                \(found.all.isEmpty ? empty(Words("现在没有公示的证明", "No certificate stands here now"), Words("新签发的证明会列在这里。", "Newly issued ones are listed here.")) : """
                    <ul class="list">\(each: shown, { it in
                        "<li><a class=\"hit\" href=\"\(Certificate.page(it.id))\"><span class=\"grow\">\(found.names[it.person] ?? "")\(Words("　", " · "))\(it.check.map { Certificate.hours($0.minutes) } ?? "")\(Words("小时", " hours"))<br><span class=\"soft small\">\(it.period)</span></span>\(it.issue.map { tag($0.noticeUntil.left(now: now), .wait) })</a></li>"
                    })</ul>
                    """ as HTML)
                \(found.all.count > 30 ? pager(Words("新的在前", "Newest first"), next: shown.last.map { (Certificate.notice().with([("before", $0.id.text)]), Words("看更早的", "Earlier ones")) }) : nil)
                """))
    }

    // MARK: One certificate

    private struct Found: Sendable {
        let it: Certificate
        let served: Served
        let names: [ID<Person>: String]
        let paper: Paper?
        let objections: [(by: ID<Person>, words: String, due: Instant, upheld: Bool?, reason: String)]
        let institution: String
    }

    private func load(_ visit: Visit, _ id: ID<Certificate>) async throws -> (found: Found, isStaff: Bool) {
        let (viewer, now) = (visit.viewer, visit.now)
        return try await visit.read { reader in
            guard let it = try reader.certificate(id) else { throw Problem.notFound }
            let seesAll = viewer.could(Permission<See, Certificate>.see, it)
            let inNotice = it.issue.map { now < $0.noticeUntil } ?? false
            guard seesAll || (inNotice && viewer.could(.notice, it)) else { throw Problem.notFound }
            let objections = try reader.objections(to: id)
            var people = [it.person] + objections.map(\.by)
            people += [it.check?.by, it.issue?.by, it.refusal?.by].compactMap { $0 }
            return (
                Found(
                    it: it, served: try reader.served(it.person, it.institution, from: it.from, until: it.until), names: try reader.names(of: people), paper: try it.issue.flatMap { try reader.paper($0.paper) },
                    objections: objections.map { ($0.by, $0.words, $0.due, $0.answer?.upheld, $0.answer?.reason ?? "") }, institution: try reader.organisation(it.institution)?.name ?? ""), seesAll
            )
        }
    }

    func show(_ visit: Visit, _ id: ID<Certificate>, _ form: Form = Form()) async throws -> Answer {
        let (found, seesAll) = try await load(visit, id)
        let (it, viewer, now) = (found.it, visit.viewer, visit.now)
        return .page(
            Page(
                Words("服务记录证明", "Certificate of service"), word: "records", back: (Certificate.list(), Words("服务记录证明", "Certificates of service")), wrongs: form.wrongs.count,
                """
                <div class="title"><h1>\(found.names[it.person] ?? "")\(Words("的服务记录证明", ": certificate of service"))</h1><p class="row">\(tag(it.state(at: now).words, it.issue == nil ? .wait : .good))\(found.paper.flatMap { standing($0, now) })<span class="soft small">\(found.institution)</span></p></div>
                \(form.summary)\(next(found, viewer, now, form))
                <div class="cols mt"><div class="stack"><section class="panel"><h2>\(Words("内容", "Content"))</h2><dl class="facts">
                \(facts(found))
                </dl>\(seesAll ? found.paper.map { Self.opening($0, isOwn: it.person == viewer.person) } : nil)</section>
                \(objecting(found, viewer, now, form))
                </div><aside class="stack"><section class="panel"><h2>\(Words("办理进度", "Progress"))</h2>\(timeline(steps(found, now, readsAll: seesAll && !it.isHolderErased, person: viewer.person)))</section></aside></div>
                """))
    }

    private func facts(_ found: Found) -> HTML {
        let (minutes, records) = (found.it.check?.minutes ?? found.served.minutes, found.it.check?.records ?? found.served.records)
        return """
            <dt>\(Words("服务期间", "Period"))</dt><dd>\(found.it.period)</dd>
            <dt>\(Words("服务时长", "Hours"))</dt><dd><b>\(Certificate.hours(minutes))\(Words("小时", " hours"))</b>\(Words("　", " · "))\(minutes.count)\(Words("分钟，按半小时向下取整", " minutes, rounded down to half an hour"))</dd>
            <dt>\(Words("记录", "Records"))</dt><dd>\(records)\(Words("条", ""))</dd>
            \(found.paper.map { paper in "<dt>\(Words("编号", "Number"))</dt><dd>\(paper.number)</dd>" as HTML })
            """
    }

    private static func opening(_ paper: Paper, isOwn: Bool) -> HTML {
        "<p class=\"row mt\"><a class=\"\(isOwn ? "btn go" : "btn")\" href=\"\(Paper.page(paper.id))\">\(Words("打开证明", "Open the paper"))</a></p>"
    }

    private func standing(_ paper: Paper, _ now: Instant) -> HTML? {
        switch paper.standing(on: now.day) {
        case .valid: nil
        case .expired: tag(Words("已过期", "Expired"))
        case .replaced: tag(Words("已换发", "Replaced"))
        case .suspended: tag(Words("暂停使用", "Suspended"), .wait)
        case .revoked: tag(Words("已撤销", "Revoked"), .bad)
        }
    }

    private func next(_ found: Found, _ viewer: Viewer, _ now: Instant, _ form: Form) -> HTML? {
        let it = found.it
        guard let person = viewer.person else { return nil }
        if it.allows(.issue, at: now), viewer.could(.issue, it), person != it.person, person != it.check?.by, let check = it.check {
            let hasChanged = check.minutes != found.served.minutes || check.records != found.served.records
            return nextStep(
                Words("轮到您", "Your turn"), hasChanged ? Words("核对之后记录变了", "The records changed after the check") : Words("签发这份证明", "Issue this certificate"),
                hasChanged
                    ? "<p>\(Words("请经办人重新核对。", "Please have it checked once more."))</p>"
                    : "<p>\(Words("经办人\(found.names[check.by] ?? "")核对：\(check.records)条记录，\(grouped(check.minutes.count))分钟，写\(Certificate.hours(check.minutes))小时。签发后不能改，在机构内公示\(terms.notice)天。", "\(found.names[check.by] ?? "") checked it: \(check.records) \(check.records == 1 ? "record" : "records"), \(grouped(check.minutes.count)) minutes, \(Certificate.hours(check.minutes)) hours on the paper. Once issued it never changes, and stands in the notice for \(terms.notice) days."))</p><div class=\"row\">\(button(Certificate.issuePage(it.id), Words("签发\(Certificate.hours(check.minutes))小时的证明", "Issue it for \(Certificate.hours(check.minutes)) hours"), kind: "btn go"))</div>")
        }
        if it.allows(.check, at: now), viewer.could(.check, it), person != it.person {
            let again = it.check != nil
            return nextStep(
                again ? Words("等负责人签发", "The head issues it") : Words("轮到您", "Your turn"), again ? Words("已核对，可以重新核对", "Checked; it may be checked again") : Words("核对这份证明", "Check this certificate"),
                """
                <p>\(Words("这段时间计入\(found.served.records)条，\(found.served.minutes.count)分钟，写\(Certificate.hours(found.served.minutes))小时。请在", "\(found.served.records) \(found.served.records == 1 ? "record counts" : "records count") in this period, \(found.served.minutes.count) minutes, \(Certificate.hours(found.served.minutes)) hours on the paper. By "))\(it.due.spoken(now: now))\(Words("前办好", ""))</p>
                <div class="row">\(button(Certificate.checkPage(it.id), again ? Words("重新核对", "Check again") : Words("核对无误，交负责人签发", "It is right: to the head"), kind: again ? "btn" : "btn go"))</div>
                <details class="more"\(flag: "open", !form.isGood)><summary>\(Words("不能出具", "It cannot be issued"))</summary>\(Web.form(Certificate.refusalPage(it.id), "\(form.show(Self.refusalField))<button class=\"btn\">\(Words("退回并说明原因", "Return it with the reason"))</button>"))</details>
                """)
        }
        if let open = found.objections.first(where: { $0.upheld == nil }), viewer.could(.answer, it), ![it.person, open.by, it.issue?.by, it.check?.by].contains(person) {
            return nextStep(
                Words("轮到机构", "The institution's turn"), Words("答复异议", "Answer the objection"),
                "\(it.isHolderErased ? nil : "<p>\(open.words)</p>" as HTML)<p>\(Words("请在", "Please answer by "))\(open.due.spoken(now: now))\(Words("前答复", ""))</p>\(Web.form(Certificate.answer(it.id), "\(form.show(Self.verdictField))\(form.show(Self.answerField))<p><button class=\"btn go\">\(Words("答复异议", "Answer"))</button></p>"))")
        }
        return nil
    }

    private func objecting(_ found: Found, _ viewer: Viewer, _ now: Instant, _ form: Form) -> HTML? {
        let it = found.it
        guard it.allows(.object, at: now), viewer.could(.notice, it), viewer.person != it.person else { return nil }
        return """
            <details class="more"\(flag: "open", !form.isGood)><summary>\(Words("对这份证明有异议", "Object to this certificate"))</summary>\
            \(Web.form(Certificate.objection(it.id), "\(form.show(Self.objectionField))<p class=\"hint\">\(Words("核查期间证明暂停使用；\(terms.objection)个工作日内答复。", "While it is looked into the certificate is suspended; an answer comes within \(terms.objection) working days."))</p><p><button class=\"btn\">\(Words("提异议", "Object"))</button></p>"))</details>
            """
    }

    /// Whoever reads the notice alone sees that somebody objects, not what they say of the holder.
    private func steps(_ found: Found, _ now: Instant, readsAll: Bool, person: ID<Person>?) -> [Step] {
        let it = found.it
        var steps = [Step(.done, Words("专家申请", "Asked for"), "\(it.at.spoken(now: now))")]
        if let refusal = it.refusal {
            return steps + [Step(.now, Words("没有出具", "Not issued"), "\(found.names[refusal.by] ?? "")\(Words("　", " · "))\(refusal.at.spoken(now: now))\(readsAll ? "<br>\(refusal.reason)" as HTML : nil)")]
        }
        steps.append(it.check.map { Step(.done, Words("经办人核对", "Checked"), "\(found.names[$0.by] ?? "")\(Words("　", " · "))\($0.at.spoken(now: now))") } ?? Step(.now, Words("经办人核对", "Checked"), "\(it.due.left(now: now))"))
        steps.append(it.issue.map { Step(.done, Words("负责人签发", "Issued by the head"), "\(found.names[$0.by] ?? "")\(Words("　", " · "))\($0.at.spoken(now: now))") } ?? Step(it.check == nil ? .toCome : .now, Words("负责人签发", "Issued by the head"), it.check == nil ? nil : "\(it.due.left(now: now))"))
        if let issue = it.issue {
            steps.append(now < issue.noticeUntil ? Step(.now, Words("机构内公示", "Internal notice"), "\(issue.noticeUntil.left(now: now))") : Step(.done, Words("公示期满", "Notice over"), "\(issue.noticeUntil.spoken(now: now))"))
        } else { steps.append(Step(.toCome, Words("机构内公示\(terms.notice)天", "Internal notice, \(terms.notice) days"))) }
        for objection in found.objections {
            let mayRead = readsAll || objection.by == person
            steps.append(Step(.done, Words("有异议", "Objection"), mayRead ? "\(objection.words)" : nil))
            steps.append(objection.upheld.map { Step(.done, $0 ? Words("异议成立，撤销", "Upheld: revoked") : Words("证明没有错", "The certificate is right"), mayRead ? "\(objection.reason)" : nil) } ?? Step(.now, Words("核查中", "Looked into"), "\(Words("由没有经手的人核查", "by somebody who had no part"))\(Words("　", " · "))\(objection.due.left(now: now))"))
        }
        return steps
    }

    // MARK: Deeds

    private func deed(_ visit: Visit, _ id: ID<Certificate>, _ form: Form, saying words: Words, _ body: @escaping @Sendable (CertificateDeeds) throws -> Void) async throws -> Answer {
        let link = try await write(visit, form) { deeds in
            try body(deeds)
            return Certificate.page(id)
        }
        return .see(link, saying: words)
    }

    private func again<D>(_ visit: Visit, _ id: ID<Certificate>, _ permission: Permission<D, Certificate>, _ form: Form) async throws -> Answer {
        let viewer = visit.viewer
        _ = try await visit.read { try viewer.find($0.certificate(id), permission) }
        return try await show(visit, id, form)
    }

    func check(_ visit: Visit, _ id: ID<Certificate>) async throws -> Answer {
        let form = try await visit.form([])
        return try await deed(visit, id, form, saying: Words("核对好了，等负责人签发", "Checked; the head issues it")) { try $0.check(id) }
    }

    func refuse(_ visit: Visit, _ id: ID<Certificate>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(Self.refusalField) else { return try await again(visit, id, .check, form) }
        return try await deed(visit, id, form, saying: Words("退回了，已告诉专家", "Returned; the expert was told")) { try $0.refuse(id, reason: reason) }
    }

    func issue(_ visit: Visit, _ id: ID<Certificate>) async throws -> Answer {
        let form = try await visit.form([])
        return try await deed(visit, id, form, saying: Words("签发了，正在制作PDF，开始公示", "Issued; the PDF is being made, and it stands in the notice")) { try $0.issue(id) }
    }

    func object(_ visit: Visit, _ id: ID<Certificate>) async throws -> Answer {
        var form = try await visit.form(["words"])
        guard let words = form.value(Self.objectionField) else { return try await again(visit, id, .notice, form) }
        return try await deed(visit, id, form, saying: Words("收到了，会有人核查", "Received; it will be looked into")) { try $0.object(id, words: words) }
    }

    func answer(_ visit: Visit, _ id: ID<Certificate>) async throws -> Answer {
        var form = try await visit.form(["verdict", "reason"])
        let (verdict, reason) = (form.value(Self.verdictField), form.value(Self.answerField))
        guard form.isGood, let verdict, let reason else { return try await again(visit, id, .answer, form) }
        return try await deed(visit, id, form, saying: Words("答复了，已告诉双方", "Answered; both were told")) { try $0.answer(id, upheld: verdict == .upheld, reason: reason) }
    }
}

extension Certificate {
    /// 2025年10月至2026年11月; one month stands alone.
    var period: Words {
        func words(_ month: String) -> Words { Day(month + "-01")?.month() ?? Words(same: month) }
        return from == until ? words(from) : words(from) + Words("至", " to ") + words(until)
    }
}
