import Files
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Reference
package import Storage
import Turns
package import Values
import Web

extension Application {
    /// What an application says, as a list of facts.
    static func facts(_ entry: ExpertEntry, _ background: Background, _ hours: Int, files: [StoredFile], now: Instant) -> HTML {
        let topics = entry.subTopics.compactMap { SubTopics.bundled[$0] }
        return """
            <dl class="facts"><dt>\(Words("姓名", "Name"))</dt><dd>\(entry.name)</dd>\
            <dt>\(Words("类别", "Kind"))</dt><dd>\(entry.kind.words)\(Words("，", ", "))\(entry.standing.words)</dd>\
            <dt>\(Words("单位", "Employer"))</dt><dd>\(entry.employer)\(background.employerConsent.map { "<br><span class=\"small soft\">\($0.words)</span>" })</dd>\
            <dt>\(Words("领域", "Fields"))</dt><dd>\(each: entry.domains, { domain in "\(tag(domain.words, .line)) " })\(topics.isEmpty ? nil : "<br>\(each: topics, { topic in "\(topic.words)　" })" as HTML)</dd>\
            <dt>\(Words("常在", "Usually in"))</dt><dd>\(RegionCode(entry.region).map(Regions.bundled.path))</dd>\
            <dt>\(Words("一年", "A year"))</dt><dd>\(Words("约\(hours)小时", "about \(hours) hours"))</dd>\
            <dt>\(Words("自我介绍", "About"))</dt><dd><p>\(entry.headline)</p>\(paragraphs(entry.biography()))</dd>\
            \(background.office.map { office in "<dt>\(Words("曾任公职", "Former office"))</dt><dd>\(office.unit)\(Words("，", ", "))\(office.rank.words)\(Words("，", ", "))\(office.left.date())\(Words("离职", ""))<br><span class=\"small soft\">\(Words("到", "Until "))\(office.boundUntil.date())\(Words("不安排原领域、原地区的服务", " no service touches the former field and region"))</span></dd>" })\
            \(background.licences.isEmpty ? nil : "<dt>\(Words("资格证书", "Licences"))</dt><dd>\(each: background.licences, { licence in "<p>\(licence.kind.words)\(Words("　", " · "))\(licence.number)\(Words("　", " · "))\(licence.until.map { Words("有效期到", "valid until ") + $0.date() } ?? Words("长期有效", "without an end"))</p>" })\(background.firmConsents ? "<p class=\"small soft\">\(Words("执业机构已同意", "The firm consents"))</p>" as HTML : nil)</dd>" as HTML)\
            <dt>\(Words("材料", "Evidence"))</dt><dd>\(files.isEmpty ? "\(Words("没有附", "None"))" as HTML : fileList(files))</dd></dl>
            """
    }
}

/// One application: what the applicant, the officer and the head see, and their deeds.
struct ApplicationPages: Sendable {
    /// Where somebody complains about a thing, from the room above.
    let complaint: @Sendable (Subject) -> Link

    static let suitable = Field<Verdict>.choice("suitable", Words("审核意见", "Opinion"), of: Verdict.allCases) { $0.review }
    static let selected = Field<Verdict>.choice("selected", Words("决定", "Decision"), of: Verdict.allCases) { $0.selection }
    static let reviewReason = Field<String>.area("reason", Words("理由", "Reason"), hint: Words("核对了哪些材料，凭什么这样看", "What was checked, and why you think so"), longest: 500, shortest: 4, low: true)
    static let reason = Field<String>.area("reason", Words("理由", "Reason"), hint: Words("不入选的，本人会看到这段话，请写得客气、具体", "Somebody not selected reads this: please be kind and exact"), longest: 500, shortest: 4, low: true)

    enum Verdict: String, CaseIterable {
        case yes, no
        var review: Words { self == .yes ? Words("符合条件，建议入选", "Meets the conditions: select") : Words("不符合条件，建议不入选", "Does not meet them: do not select") }
        var selection: Words { self == .yes ? Words("入选，请本人签服务协议", "Select, and send the agreement to sign") : Words("这次不入选", "Not this time") }
    }

    private struct Shown: Sendable {
        let it: Application
        let institution: OrganisationEntry?
        let call: Recruitment?
        let files: [StoredFile]
        let happenings: [HappeningEntry]
        let names: [ID<Person>: String]
        let agreement: ID<ServiceAgreement>?
        let turn: Turn?
    }

    func show(_ visit: Visit, _ id: ID<Application>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let shown = try await visit.read { reader -> Shown in
            guard let it = try reader.application(id) else { throw Problem.notFound }
            guard viewer.could(Permission<Application, Application>.see, it) else { throw Problem.notFound }
            let happenings = try reader.happenings(of: it.subject, limit: 50)
            return Shown(
                it: it, institution: try reader.organisation(it.institution), call: try it.recruitment.flatMap(reader.recruitment), files: try reader.files(of: it.subject, limit: 50),
                happenings: happenings, names: try reader.names(of: happenings.compactMap { if case .person(let id) = $0.by { id } else { nil } }),
                agreement: try reader.currentAgreement(of: it.person).flatMap { $0.institution == it.institution ? $0.id : nil }, turn: try reader.turn(of: it.subject))
        }
        return .page(page(visit, shown, form))
    }

    private func page(_ visit: Visit, _ shown: Shown, _ form: Form) -> Page {
        let (it, now, viewer) = (shown.it, visit.now, visit.viewer)
        let isOwn = viewer.person == it.person
        let heading = isOwn ? Words("我的报名", "My application") : Words("\(it.entry.name)的报名", "Application of \(it.entry.name)")
        return Page(
            heading, word: "experts", back: isOwn ? nil : (Application.list(), Words("遴选名单", "Vetting list")), wrongs: form.wrongs.count,
            """
            <div class="cols">
            <div class="stack">
            \(title(heading, "\(shown.institution?.name ?? "")\(shown.call.map { "\(Words("　", " · "))\($0.title)" })"))
            <p>\(tag(it.state.words, it.state.tone))</p>
            \(form.summary)
            \(isOwn ? own(shown, now) : staff(shown, viewer, form, now))
            \(Application.facts(it.entry, it.background, it.hours, files: shown.files, now: now))
            </div>
            <section class="panel"><h2>\(Words("经过", "What happened"))</h2>\(timeline(shown.happenings.map { entry in
                // Who reviewed is no business of the applicant: the institution answers.
                let who = if case .person(let id) = entry.by { isOwn && id != it.person ? shown.institution?.name ?? "" : shown.names[id] ?? "" } else { "" }
                return Step(.done, Application.words(entry.kind), "\(who)\(Words("，", ", "))\(entry.at.spoken(now: now))")
            }))</section>
            </div>
            """)
    }

    /// What the applicant reads: kindly, with the way on.
    private func own(_ shown: Shown, _ now: Instant) -> HTML {
        let it = shown.it
        let telephone = shown.institution?.telephone ?? ""
        let withdraw: HTML = "<div>\(button(Application.withdrawal(it.id), Words("撤回报名", "Withdraw my application"), kind: "btn quiet"))</div>"
        switch it.state {
        case .sent, .reviewed:
            let due = WorkingDays.bundled.add(workingDays: 10, to: it.at).at
            return nextStep(Words("已收到", "Received"), Words("\(due.day.spoken(now: now).chinese)前告诉您结果", "You hear from us by \(due.day.spoken(now: now).english)"), withdraw)
        case .selected:
            return nextStep(
                Words("您入选了", "You were selected"), Words("下一步：看服务协议，签字", "Next: read and sign the service agreement"),
                shown.agreement.map { "<p><a class=\"btn go\" href=\"\(ServiceAgreement.page($0))\">\(Words("看服务协议", "Read the agreement"))</a></p>" } ?? .empty)
        case .refused(_, let selection):
            return nextStep(
                Words("这次没有入选", "Not selected this time"), Words("谢谢您愿意帮助中小企业", "Thank you for offering your help"),
                """
                <p>\(Words("原因：", "Why: "))\(selection.reason)</p>
                <p>\(Words("条件变了可以再报。觉得不妥，可以打电话问", "You may apply again when things change. If you disagree, call us"))\(telephone.isEmpty ? nil : " <a href=\"\(Link(telephone: telephone))\">\(telephone)</a>" as HTML)\(Words("，也可以投诉，由没有经手的人来办。", ", or complain; somebody who took no part will look into it."))</p>
                <p class="row"><a class="btn" href="\(Recruitment.list())">\(Words("看别的招募", "See other calls"))</a><a class="btn quiet" href="\(complaint(it.subject))">\(Words("对结果不服，投诉", "Complain about the result"))</a></p>
                """)
        case .withdrawn: return say(.plain, "<p>\(Words("您撤回了这份报名，随时可以再报。", "You withdrew this application; you may apply again at any time."))</p>")
        }
    }

    private func staff(_ shown: Shown, _ viewer: Viewer, _ form: Form, _ now: Instant) -> HTML {
        let it = shown.it
        let due: HTML = shown.turn.map { "<p>\(Words("请在", "By "))\($0.due.spoken(now: now))\(Words("前", ""))　\($0.due.left(now: now))</p>" } ?? .empty
        let opinion: (Application.Review) -> HTML = { review in
            say(review.isSuitable ? .good : .wait, "<p><b>\((review.isSuitable ? Verdict.yes : Verdict.no).review)</b></p><p>\(review.reason)</p><p class=\"small soft\">\(shown.names[review.by] ?? "")</p>")
        }
        switch it.state {
        case .sent where viewer.could(Permission<Application.Review, Application>.review, it):
            return nextStep(
                Words("轮到您", "Your turn"), Words("审核这份报名", "Review this application"),
                due + Web.form(Application.review(it.id), "\(form.show(ApplicationPages.suitable))\(form.show(ApplicationPages.reviewReason))<p><button class=\"btn go\">\(Words("写下审核意见", "Give your opinion"))</button></p>"))
        case .sent: return nextStep(Words("等专员", "The officer's turn"), Words("等专员审核", "Waits for the officer's review"), due)
        case .reviewed(let review) where viewer.could(Permission<Application.Selection, Application>.select, it) && viewer.person != review.by:
            return """
                \(opinion(review))
                \(nextStep(
                    Words("轮到您", "Your turn"), Words("决定是否入选", "Decide"),
                    due + Web.form(Application.selection(it.id), "\(form.show(ApplicationPages.selected))\(form.show(ApplicationPages.reason))\(form.show(ServiceAgreement.hoursField))\(form.show(ServiceAgreement.waysField))<p><button class=\"btn go\">\(Words("写下决定", "Decide"))</button></p>")))
                """
        case .reviewed(let review): return "\(opinion(review))\(nextStep(Words("等负责人", "The head's turn"), Words("等负责人决定", "Waits for the head's decision"), due))"
        case .selected(let review, let selection), .refused(let review, let selection):
            return """
                \(opinion(review))\(say(selection.isSelected ? .good : .plain, "<p><b>\((selection.isSelected ? Verdict.yes : Verdict.no).selection)</b></p><p>\(selection.reason)</p><p class=\"small soft\">\(shown.names[selection.by] ?? "")</p>"))
                \(shown.agreement.map { "<p><a class=\"btn go\" href=\"\(ServiceAgreement.page($0))\">\(Words("看服务协议", "See the agreement"))</a></p>" })
                """
        case .withdrawn: return say(.plain, "<p>\(Words("本人撤回了。", "Withdrawn by the applicant."))</p>")
        }
    }

    // MARK: The deeds

    func review(_ visit: Visit, _ id: ID<Application>) async throws -> Answer {
        var form = try await visit.form(["suitable", "reason"])
        let (suitable, reason) = (form.value(ApplicationPages.suitable), form.value(ApplicationPages.reviewReason))
        guard let suitable, let reason else { return try await show(visit, id, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        return try await answering(visit, id, form, ApplicationPages.suitable) {
            let link = try await visit.write(once: form) { tx in
                var it = try tx.lockedApplication(id)
                let may = try viewer.may(Permission<Application.Review, Application>.review, it)
                let review = Application.Review(isSuitable: suitable == .yes, reason: reason, by: may.person, at: now)
                try it.review(review)
                try tx.save(review, of: it, by: may, from: address)
                for head in try tx.members(of: it.institution, role: Role.head.name, now: now, limit: 20) {
                    try tx.tell(
                        Notice(
                            to: head, .work, about: it.subject, key: "application.reviewed", Words("有一份专家报名等您决定", "An application waits for your decision"),
                            detail: Words(same: it.entry.name), place: Application.page(id).text), at: now)
                }
                return Application.page(id)
            }
            return .see(link, saying: Words("审核意见写下了，等负责人决定", "Your opinion is kept; the head decides"))
        }
    }

    func select(_ visit: Visit, _ id: ID<Application>) async throws -> Answer {
        var form = try await visit.form(["selected", "reason", "hours", "ways"])
        let (selected, reason) = (form.value(ApplicationPages.selected), form.value(ApplicationPages.reason))
        let (hours, ways) = selected == .no ? (nil, nil) : (form.optional(ServiceAgreement.hoursField), form.optional(ServiceAgreement.waysField))
        guard form.isGood, let selected, let reason else { return try await show(visit, id, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        return try await answering(visit, id, form, ApplicationPages.selected) {
            let link = try await visit.write(once: form) { tx in
                var it = try tx.lockedApplication(id)
                let may = try viewer.may(Permission<Application.Selection, Application>.select, it)
                let selection = Application.Selection(isSelected: selected == .yes, reason: reason, by: may.person, at: now)
                try it.select(selection)
                guard case .selected(let review, _) = it.state else {
                    if case .refused(let review, _) = it.state { try tx.save(selection, of: it, reviewedBy: review.by, by: may, from: address) }
                    try tx.tell(
                        Notice(
                            to: it.person, .mustKnow, about: it.subject, key: "application.selected", Words("您的报名有结果了，谢谢您愿意帮忙", "There is an answer to your application; thank you for offering your help"),
                            place: Application.page(id).text), at: now)
                    return Application.page(id)
                }
                try tx.save(selection, of: it, reviewedBy: review.by, by: may, from: address)
                let expert = try tx.enrol(it, enteredBy: review.by, at: now, from: address)
                let terms = ServiceAgreement.Terms(hours: hours ?? it.hours, ways: ways ?? .both, domains: expert.domains, from: now.day, until: now.day.plus(years: 2) + -1)
                try tx.offerAgreement(to: expert, terms, by: may.person, at: now, from: address)
                return Application.page(id)
            }
            return .see(link, saying: selected == .yes ? Words("入选了，服务协议已发给本人签", "Selected; the agreement has gone out to be signed") : Words("决定写下了，本人会收到通知", "The decision is kept; the applicant is told"))
        }
    }

    func withdraw(_ visit: Visit, _ id: ID<Application>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                var it = try tx.lockedApplication(id)
                let may = try viewer.may(Permission<Application, Application>.withdraw, it)
                try it.withdraw(at: now)
                try tx.withdraw(it, by: may, at: now, from: address)
                return Application.page(id)
            }
            return .see(link, saying: Words("报名撤回了", "Your application is withdrawn"))
        } catch let refusal as Application.Refusal { return .see(Application.page(id), saying: refusal.words) }
    }

    private func answering(_ visit: Visit, _ id: ID<Application>, _ form: Form, _ field: Field<Verdict>, _ deed: () async throws -> Answer) async throws -> Answer {
        do { return try await deed() } catch let refusal as Application.Refusal {
            var form = form
            form.wrong(field, Wrong(refusal.words))
            let answer = try await show(visit, id, form)
            if case .past = refusal { return answer.quicker }
            return answer
        }
    }
}

extension Transaction {
    /// The selected applicant becomes an expert of the institution, entered by whoever reviewed: the letter is then the head's,
    /// a second hand (A7). Somebody who served before keeps their history.
    package func enrol(_ it: Application, enteredBy: ID<Person>, at now: Instant, from address: String = "") throws -> Expert {
        if let known = try profile(it.person), known.name.hasPrefix("用户") { try rename(it.person, it.entry.name) }
        if var old = try expert(it.person) {
            guard old.institution == it.institution else { throw Application.Refusal.servesAlready }
            _ = it.entry.correct(&old)
            try update(old)
            try list(old, now: now)
            try set(it.background, of: it.person, application: it.id)
            return old
        }
        let new = it.entry.expert(it.person, of: it.institution, by: enteredBy, at: now)
        try insert(new)
        try list(new, now: now)
        try set(it.background, of: it.person, application: it.id)
        try record(Expert.Entered(subject: new.subject), by: .person(enteredBy), at: now, from: address)
        return new
    }
}
