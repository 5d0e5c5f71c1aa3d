import Happenings
import Holdings
import Identity
package import Languages
import Markup
import Papers
import Reference
import Storage
import Turns
import Values
import Web

// MARK: As anybody sees an expert

extension Expert {
    static func showPage(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        let (viewer, today) = (visit.viewer, visit.now.day)
        let expert = try await visit.read { reader -> (expert: Expert, hasEnded: Bool) in
            // Of whoever was erased, or served long ago, nothing is left to show.
            guard let expert = try reader.expert(person), expert.name != Holding.dash else { throw Problem.notFound }
            // Whoever is not appointed is known to themselves and to staff alone.
            let mayAlways = viewer.person == person || viewer.could(Permission<Roster, Expert>.see, expert)
            guard expert.isAppointed(on: today) || expert.wasAppointed(by: today) || mayAlways else { throw Problem.notFound }
            return (expert: expert, hasEnded: !expert.isAppointed(on: today) && !mayAlways)
        }
        return .page(expert.hasEnded ? expert.expert.formerPage() : expert.expert.publicPage(visit))
    }

    /// Somebody whose link is still kept: who they were is known, what they know is no longer offered.
    private func formerPage() -> Page {
        Page(
            Words("\(name)的聘任已结束", "\(name) no longer serves"), word: "experts", width: .narrow, back: (Expert.directory(), Words("全部专家", "All experts")), isPublic: true,
            """
            \(title(Words("\(name)的聘任已结束", "\(name) no longer serves"), "\(Words("谢谢付出的时间，谢谢帮过的每一家企业。", "With thanks for the time given to small firms."))"))
            <p>\(Words("别的专家可以接着帮您：先说难题，或自己挑一位。", "Others go on helping: state your need, or choose somebody yourself."))</p>
            <div class="row"><a class="btn go" href="\(Link(path: "/needs/new"))">\(Words("说出需求", "State your need"))</a><a class="btn" href="\(Expert.directory())">\(Words("看全部专家", "See all experts"))</a></div>
            """)
    }

    private func publicPage(_ visit: Visit) -> Page {
        let now = visit.now
        let appointment = appointment(on: now.day)
        let topics = subTopics.compactMap { SubTopics.bundled[$0] }
        return Page(
            Words("\(name)专家", "\(name), expert"), word: "experts", back: (Expert.directory(), Words("全部专家", "All experts")), isPublic: true,
            """
            <div class="cols">
            <div class="stack">
            <div class="person">\(face(name))<div><h1>\(name)</h1><p class="soft">\(headline)\(Words("　", " · "))\(place)</p>\
            <p class="mt near row">\(each: domains, { tag($0.words, .line) })\(appointment == nil ? tag(Words("还没公开", "Not public yet"), .wait) : tag(Words("在任", "Appointment valid"), .good))</p></div></div>
            \(topics.isEmpty ? nil : "<h2>\(Words("能帮您什么", "What they can help with"))</h2><ul>\(each: topics, { topic in "<li>\(topic.words)</li>" })</ul>")
            \(biography.chinese.isEmpty ? nil : "<h2>\(Words("介绍", "About"))</h2>\(paragraphs(biography))")
            <h2>\(Words("资历", "Credentials"))</h2>
            <dl class="facts"><dt>\(Words("类别", "Kind"))</dt><dd>\(kind.words)\(Words("，", ", "))\(standing.words)</dd>\
            \(appointment.map { "<dt>\($0.number.isEmpty ? Words("聘期", "Term") : Words("聘书", "Letter"))</dt><dd>\($0.number)\($0.number.isEmpty ? Words("至", "until ") : Words("，至", ", until "))\($0.until.date())</dd>" })\
            <dt>\(Words("常在", "Usually in"))</dt><dd>\(RegionCode(region).map(Regions.bundled.path))</dd></dl>
            </div>
            <section class="panel" aria-labelledby="ask"><h2 id="ask">\(Words("找\(name)帮忙", "Ask \(name) for help"))</h2>
            \(isPaused(on: now.day) ? pause.map { say(.wait, "<p>\(Words("暂停接单到", "Away until "))\($0.until.spoken(now: now))\(Words("，可以先说需求。", ". You can state your need already."))</p>") } : nil)
            <p>\(nextFreeWords(now: now))</p>
            \(freeTimes.isEmpty ? nil : "<ul class=\"plain small soft\">\(each: freeTimes.sorted(), { free in "<li>\(free.words)</li>" })</ul>")
            <p class="mt"><a class="btn go wide" href="\(Link(path: "/needs/new").with([("expert", person.text)]))">\(Words("向这位专家说需求", "State a need to this expert"))</a></p>
            <p class="mt near hint">\(Words("不收费。先说清楚难在哪，专家答应后再约时间。", "Free of charge. Say first what the difficulty is; once the expert accepts, you agree on a time."))</p></section>
            </div>
            """)
    }

    private func paragraphs(_ words: Words) -> HTML {
        "\(each: words().split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }, { line in "<p>\(line)</p>" })"
    }
}

// MARK: As staff see an expert

extension Expert.State {
    var words: Words {
        switch self {
        case .entered: Words("待任命", "To be appointed")
        case .coming(let day): Words("", "Serves from ") + day.date() + Words("起在任", "")
        case .appointed: Words("在任", "Serving")
        case .paused(let day): Words("暂停到", "Pauses until ") + day.date()
        case .expired(let day): Words("聘期", "Term ended ") + day.date() + Words("满", "")
        case .ended(let day): Words("", "Ended ") + day.date() + Words("结束聘任", "")
        }
    }

    var tone: Tone {
        switch self {
        case .entered, .coming, .paused: .wait
        case .appointed: .good
        case .expired, .ended: .plain
        }
    }
}

extension Expert {
    static func showStaffPage(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        let viewer = visit.viewer
        let shown = try await visit.read { reader -> Shown in
            guard let expert = try reader.expert(person) else { throw Problem.notFound }
            guard viewer.could(Permission<Roster, Expert>.see, expert) else { throw Problem.notFound }
            let happenings = try reader.happenings(of: expert.subject, limit: 100)
            let people = happenings.compactMap { if case .person(let id) = $0.by { id } else { nil } }
            return Shown(
                expert: expert, mobile: try reader.profile(person)?.mobile?.description, happenings: happenings,
                names: try reader.names(of: people + [expert.enteredBy]), turn: try reader.turn(of: expert.subject), agreement: try reader.currentAgreement(of: person),
                background: try reader.background(of: person), papers: try reader.papers(of: person, limit: 50))
        }
        return .page(shown.page(visit))
    }

    private struct Shown: Sendable {
        let expert: Expert
        /// Masked.
        let mobile: String?
        let happenings: [HappeningEntry]
        let names: [ID<Person>: String]
        let turn: Turn?
        let agreement: ServiceAgreement?
        let background: Background
        let papers: [Paper]

        func page(_ visit: Visit) -> Page {
            let (now, viewer) = (visit.now, visit.viewer)
            let state = expert.state(on: now.day)
            let whole: HTML? =
                mobile == nil || !viewer.mayKnock(Permission<Unmasking, Unmasking.Tied>.unmask.grants) || viewer.person == expert.person
                ? nil : " <a class=\"small\" href=\"\(Unmasking.page(expert.person))\">\(Words("看完整的", "see it whole"))</a>" as HTML
            let industry = expert.industry.flatMap { Industries.bundled[$0]?.name }
            return Page(
                Words(same: expert.name), word: "experts", back: (Roster.page(), Words("专家名册", "Experts")),
                """
                <div class="cols">
                <div class="stack">
                <div class="person">\(face(expert.name))<div><h1>\(expert.name)</h1><p class="soft">\(expert.headline)\(Words("　", " · "))\(expert.place)</p>\
                <p class="mt near row">\(tag(state.words, state.tone))\(each: expert.domains, { tag($0.words, .line) })</p></div></div>
                \(next(state, viewer, now))
                <h2>\(Words("资料", "Details"))</h2>
                <dl class="facts"><dt>\(Words("手机", "Mobile"))</dt><dd>\(mobile ?? "–")\(whole)</dd>\
                <dt>\(Words("类别", "Kind"))</dt><dd>\(expert.kind.words)\(Words("，", ", "))\(expert.standing.words)</dd>\
                <dt>\(Words("单位", "Employer"))</dt><dd>\(expert.employer)\(expert.employerCode.map { " <span class=\"soft small\">\($0)</span>" })</dd>\
                \(industry.map { "<dt>\(Words("行业", "Industry"))</dt><dd>\($0)</dd>" })\
                <dt>\(Words("专长", "Strengths"))</dt><dd>\(expert.subTopics.isEmpty ? Words("没有填", "None given") : expert.strengths(most: 20))</dd>\
                <dt>\(Words("一周接", "Cases a week"))</dt><dd>\(Words("最多\(expert.weeklyLimit)件", "At most \(expert.weeklyLimit)"))</dd>\
                <dt>\(Words("可约", "Free"))</dt><dd>\(expert.freeTimes.isEmpty ? "\(Words("时间面议", "By arrangement"))" as HTML : "\(each: expert.freeTimes.sorted(), { free in "\(free.words)<br>" })" as HTML)</dd>\
                <dt>\(Words("录入", "Entered"))</dt><dd>\(names[expert.enteredBy] ?? "")\(Words("，", ", "))\(expert.enteredAt.spoken(now: now))</dd></dl>
                \(binding)
                <h2>\(Words("服务协议", "Service agreement"))</h2>\(agreement.map { one in "<p><a href=\"\(ServiceAgreement.page(one.id))\">\(one.terms.from.date(to: one.terms.until))</a> \(tag(one.isSigned ? Words("双方已签", "Signed by both") : one.due == .expert ? Words("等专家签", "The expert signs next") : Words("等机构签", "The institution signs next"), one.isSigned ? .good : .wait))</p>" as HTML } ?? "<p class=\"soft\">\(Words("还没有在平台上签。", "None was signed here yet."))</p>" as HTML)
                \(expert.appointments.isEmpty ? nil : "<h2>\(Words("聘任", "Appointments"))</h2><ul class=\"list\">\(each: expert.appointments, letter)</ul>")
                </div>
                <div class="stack">
                <section class="panel"><h2>\(Words("办理", "To do"))</h2><p class="row">\
                \(viewer.could(Permission<ExpertEntry, Expert>.correct, expert) ? "<a class=\"btn\" href=\"\(Expert.correction(expert.person))\">\(Words("修改资料", "Correct the details"))</a>" as HTML : nil)\
                \(viewer.could(Permission<Availability, Expert>.setAvailability, expert) ? "<a class=\"btn\" href=\"\(Availability.page(expert.person))\">\(Words("替专家改时间", "Set their times"))</a>" as HTML : nil)\
                \(viewer.could(Permission<Appointment, Expert>.appoint, expert) && state != .entered && !expert.hasComing(now.day) ? "<a class=\"btn\" href=\"\(Expert.appointing(expert.person))\">\(Words("续聘或再聘", "Appoint again"))</a>" as HTML : nil)\
                \(viewer.could(Permission<ServiceAgreement, Expert>.offerAgreement, expert) ? "<a class=\"btn\" href=\"\(ServiceAgreement.offer(expert.person))\">\(agreement.map { !$0.isSigned } ?? false ? Words("改了另发一份协议", "Send a changed agreement") : Words("发服务协议", "Send an agreement"))</a>" as HTML : nil)\
                <a class="btn quiet" href="\(Expert.page(expert.person))">\(Words("看公开页", "See the public page"))</a>\
                \(viewer.could(Permission<Appointment.Ending, Expert>.endAppointment, expert) && expert.appointments.contains { $0.stands(on: now.day) } ? "<a class=\"btn danger\" href=\"\(Expert.ending(expert.person))\">\(Words("结束聘任", "End the appointment"))</a>" as HTML : nil)</p></section>
                <section class="panel"><h2>\(Words("经过", "What happened"))</h2>\(timeline(happenings.map { step($0, now) }))</section>
                </div>
                </div>
                """)
        }

        /// What binds: consent, former office, licences.
        private var binding: HTML? {
            guard background != Background() else { return nil }
            return """
                <h2>\(Words("条件", "What binds"))</h2><dl class="facts">\
                \(background.employerConsent.map { "<dt>\(Words("单位意见", "Employer"))</dt><dd>\($0.words)</dd>" })\
                \(background.office.map { office in "<dt>\(Words("曾任公职", "Former office"))</dt><dd>\(office.unit)\(Words("，", ", "))\(office.rank.words)<br><span class=\"small soft\">\(Words("到", "bound until ") + office.boundUntil.date() + Words("不安排原领域、原地区", ""))</span></dd>" })\
                \(background.licences.isEmpty ? nil : "<dt>\(Words("资格证书", "Licences"))</dt><dd>\(each: background.licences, { licence in "\(licence.kind.words)\(Words("　", " · "))\(licence.number)\(Words("　", " · "))\(licence.until.map { Words("到", "until ") + $0.date() } ?? Words("长期", "without an end"))<br>" })</dd>" as HTML)</dl>
                """
        }

        private func next(_ state: State, _ viewer: Viewer, _ now: Instant) -> HTML? {
            guard case .entered = state else { return nil }
            if let agreement, !agreement.isSigned {
                let isHeads = agreement.due == .institution && viewer.could(Permission<ServiceAgreement.Signature, ServiceAgreement>.countersign, agreement)
                return nextStep(
                    isHeads ? Words("轮到您", "Your turn") : Words("等签字", "To be signed"), agreement.due == .expert ? Words("等专家签服务协议", "The expert signs the agreement") : Words("等负责人签服务协议", "The head signs the agreement"),
                    "<p><a class=\"btn go\" href=\"\(ServiceAgreement.page(agreement.id))\">\(Words("看服务协议", "See the agreement"))</a></p>")
            }
            let due = turn.map { "\($0.due.left(now: now))" as HTML }
            if viewer.could(Permission<Appointment, Expert>.appoint, expert), viewer.person != expert.enteredBy, viewer.person != expert.person {
                return nextStep(
                    Words("轮到您", "Your turn"), Words("任命\(expert.name)", "Appoint \(expert.name)"),
                    "<p>\(due)</p><p><a class=\"btn go\" href=\"\(Expert.appointing(expert.person))\">\(Words("任命\(expert.name)", "Appoint \(expert.name)"))</a></p>")
            }
            return nextStep(Words("等负责人", "The head's turn"), Words("等负责人任命", "Waits for the head's appointment"), "<p>\(due)</p>")
        }

        private func letter(_ one: Appointment) -> HTML {
            """
            <li><p>\(one.number.isEmpty ? "\(Words("还没有聘书", "No letter yet"))" as HTML : papers.first { $0.about == Subject("appointment", one.id) }.map { "<a href=\"\(Paper.page($0.id))\"><b>\(one.number)</b></a>" as HTML } ?? "<b>\(one.number)</b>" as HTML)\(Words("　", " · "))\(one.from.date(to: one.until))</p>\
            \(one.number.isEmpty && one.ending == nil ? "<p class=\"small soft\">\(Words("服务协议双方签好后自动发出", "It follows by itself once both have signed the service agreement"))</p>" as HTML : nil)\
            \(one.ending.map { "<p class=\"small soft\">\($0.at.day.date())\($0.kind == .resigned ? Words("辞聘", " resigned") : Words("结束", " ended"))\($0.reason.isEmpty ? "" : "：" + $0.reason)</p>" })</li>
            """
        }

        private func step(_ entry: HappeningEntry, _ now: Instant) -> Step {
            let who = if case .person(let id) = entry.by { names[id] ?? "" } else { "" }
            return Step(.done, Expert.words(entry.kind), "\(who)\(Words("，", ", "))\(entry.at.spoken(now: now))")
        }
    }

    fileprivate func hasComing(_ day: Day) -> Bool { appointments.contains { $0.ending == nil && $0.from > day } }

    /// What a happening of an expert is called on a timeline.
    package static func words(_ happening: String) -> Words {
        switch happening {
        case Entered.kind: Words("录入", "Entered")
        case Corrected.kind: Words("修改资料", "Details corrected")
        case Appointed.kind: Words("任命", "Appointed")
        case AppointmentEnded.kind: Words("结束聘任", "Appointment ended")
        case AvailabilitySet.kind: Words("改了时间", "Times set")
        case BiographySet.kind: Words("改了简介", "Biography changed")
        case Policy.Trained.kind: Words("完成上岗培训", "Trained")
        case Paused.kind: Words("暂停接单", "Paused")
        case Resumed.kind: Words("恢复接单", "Back to work")
        default: Words("变更", "Changed")
        }
    }
}
