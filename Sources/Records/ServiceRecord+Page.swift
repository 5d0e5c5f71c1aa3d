import Cases
import Files
import Happenings
import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Turns
import Values
import Web

/// A record as its people see it: what is asked of them, the facts, the two keys, and what became of it.
struct RecordPages: Sendable {
    let reference: Reference
    let files: FileStore
    let terms: ServiceRecord.Terms

    private struct Found: Sendable {
        let it: ServiceRecord
        let meeting: Meeting?
        let names: [ID<Person>: String]
        let files: [StoredFile]
        let objections: [Objection]
        let turn: Turn?
        let institution: String
        let overlapping: ID<ServiceRecord>?
        /// Whether the reader had part in it, or is taken for somebody who had.
        let part: OneHuman?
        /// Whether the reader brought owner and expert together, and so speaks for neither.
        let arranged: OneHuman?
        /// Whoever may not open the case any more reads its number alone.
        let opensCase: Bool
    }

    private func load(_ visit: Visit, _ id: ID<ServiceRecord>) async throws -> Found {
        let viewer = visit.viewer
        return try await visit.read { reader in
            let it = try viewer.find(reader.serviceRecord(id), Permission<See, ServiceRecord>.see)
            let objections = try reader.objections(to: id)
            var people = [it.expert, it.owner, it.statedBy] + it.evidence.map(\.by) + objections.map(\.by) + objections.compactMap(\.answer?.by)
            people += [it.confirmation?.by, it.dispute?.by, it.dispute?.decision?.by].compactMap { $0 }
            let hands = try it.hands.union(reader.experts(of: it.serviceCase)).union(objections.filter { $0.answer == nil }.map(\.by)).union([it.confirmation?.by, it.dispute?.decision?.by].compactMap { $0 })
            return Found(
                it: it, meeting: try it.meeting.flatMap { try reader.meeting($0) }, names: try reader.names(of: people), files: try reader.files(of: it.subject), objections: objections,
                turn: try reader.turn(of: it.subject), institution: try reader.organisation(it.institution)?.name ?? "",
                overlapping: it.counted == nil ? try reader.recordOverlapping(it) : nil,
                part: try viewer.person.flatMap { try reader.oneHuman($0, among: hands) },
                arranged: try viewer.person.flatMap { try reader.oneHuman($0, among: reader.arrangers(of: it.serviceCase)) },
                opensCase: try reader.serviceCase(it.serviceCase).map { viewer.could(Permission<See, Case>.see, $0) } ?? false)
        }
    }

    func show(_ visit: Visit, _ id: ID<ServiceRecord>, _ form: Form = Form(), asked: ServiceRecord.Deed? = nil) async throws -> Answer {
        let found = try await load(visit, id)
        let (it, viewer, now) = (found.it, visit.viewer, visit.now)
        return .page(
            Page(
                Words("服务记录", "Service record"), word: "records", back: (ServiceRecord.list(), Words("服务记录", "Service records")), wrongs: form.wrongs.count,
                """
                <div class="title"><h1>\(it.source.words)\(Words("　", " · "))\(it.claimed.words)</h1><p class="row">\(tag(it.state.words, it.state.tone))<span>\(Words("专家：", "Expert: "))\(found.names[it.expert] ?? "")</span><span class="soft small">\(it.caseNumber)\(Words("　", " · "))\(it.begins.spoken(now: now))</span></p></div>
                \(form.summary)\(next(found, viewer, now, form))
                <div class="cols mt"><div class="stack">
                \(facts(found, viewer, now))
                \(lower(found, viewer, now, form))
                </div><aside class="stack"><section class="panel"><h2>\(Words("两把钥匙", "The two keys"))</h2>\(timeline(keys(found, now)))\
                <p class="hint mt">\(Words("凭证和企业的确认都有了，时间才计入。谁也不能单独写时间，管理员也不能。", "Time counts once there is evidence and the owner's word. Nobody can write it alone, not even the administrator."))</p></section></aside></div>
                """))
    }

    // MARK: What is asked of the reader

    private func next(_ found: Found, _ viewer: Viewer, _ now: Instant, _ form: Form) -> HTML? {
        let it = found.it
        let person = viewer.person
        func left(to one: OneHuman) -> HTML {
            nextStep(
                Words("轮到机构", "The institution's turn"), Words("请没有参与的同事来办", "For a colleague who had no part"),
                "<p>\(one.sign == .account ? Words("需求由您录入或分办，或者专家由您推荐。代企业确认和裁定，由别人来办。", "You entered or sorted the need, or proposed the expert. Standing in for the owner and deciding are left to others.") : one.words)</p>")
        }
        let isParty = found.part?.sign == .account
        if it.allows(.confirm), viewer.could(.confirm, it), person != it.expert {
            return nextStep(
                Words("轮到您", "Your turn"), Words("\(found.names[it.expert] ?? "")为您服务了\(it.claimed.words.chinese)，对吗？", "Did \(found.names[it.expert] ?? "") help you for \(it.claimed.words.english)?"),
                """
                <p>\(it.source == .solution ? Words("写书面方案用的时间", "The time that the written solution took") : it.begins.spoken(now: now) + Words("到", " to ") + it.ends.clock)\(found.turn.map { "\(Words("　", " · "))\($0.due.left(now: now))" as HTML })</p>
                <ul><li>\(Words("确认后，记入这位专家的志愿服务时长；您不用付任何费用", "Once confirmed, it counts as volunteer service; you pay nothing"))</li><li>\(Words("时间不对，或者没有谈，请点“时间不对”，机构会另派人裁定", "If the time is wrong, or there was no session, say so: somebody who had no part decides"))</li></ul>
                <div class="row">\(button(ServiceRecord.confirmation(it.id), Words("确认\(it.claimed.words.chinese)", "Confirm \(it.claimed.words.english)"), kind: "btn go"))<a class="btn" href="\(ServiceRecord.dispute(it.id))">\(Words("时间不对", "The time is wrong"))</a></div>
                """)
        }
        if it.allows(.attach), it.state == .unproven, viewer.could(.attach, it) {
            guard now < it.ends + .hours(terms.papers) else {
                return nextStep(
                    Words("不能计入", "Cannot count"), Words("过了补凭证的时间", "It is too late for evidence"),
                    "<p>\(Words("当时没有留下凭证的时间不能计入，也不进证明和星级。下次请按开始、结束，让企业按“我们开始了”。", "Time without evidence from the time counts neither in certificates nor for stars. Next time press start and end, and let the owner press “we have begun”."))</p>")
            }
            return nextStep(
                Words("轮到您", "Your turn"), Words("补上当时的凭证", "Add evidence from the time"),
                """
                <p>\(Words("双方签字的现场服务单拍照，或通话记录。最迟", "A photo of the sheet signed by both, or a call log. By "))\((it.ends + .hours(terms.papers)).spoken(now: now))</p>
                \(Web.form(ServiceRecord.evidencePage(it.id), files: true, "\(form.show(Evidence.kindField))\(uploadField(form, label: Words("照片或文件", "Photo or file"), optional: false, several: false))<p><button class=\"btn go\">\(icon(.upload))\(Words("传凭证，请企业确认", "Send it, and ask the owner"))</button></p>"))
                """)
        }
        if it.allows(.standIn), viewer.could(.standIn, it), !isParty, case .waiting(let since) = it.state {
            let from = since + .days(max(terms.silence, 7))
            guard !(now < from) else {
                return nextStep(Words("等企业", "Waiting for the owner"), Words("企业还可以答复", "The owner may still answer"), "<p>\(Words("\(max(terms.silence, 7))天没有答复，可以代为确认：", "After \(max(terms.silence, 7)) days of silence you may stand in: "))\(from.spoken(now: now))</p>")
            }
            if let one = found.part ?? found.arranged { return left(to: one) }
            return nextStep(
                Words("轮到机构", "The institution's turn"), Words("企业到期没有答复，可以代为确认", "The owner is silent: you may stand in"),
                """
                <p>\(Words("只凭当时留下的凭证，写明理由；记录上会一直标着。", "Only over evidence from the time, with your reason; the record says so for good."))</p>
                \(Web.form(ServiceRecord.standIn(it.id), "\(form.show(Confirmation.reason))<p><button class=\"btn go\">\(Words("代为确认\(it.claimed.words.chinese)", "Stand in for \(it.claimed.words.english)"))</button></p>"))
                """)
        }
        if it.allows(.decide), let dispute = it.dispute, viewer.could(.decide, it), !isParty {
            if let one = found.part ?? found.arranged { return left(to: one) }
            return nextStep(
                Words("轮到机构", "The institution's turn"), Words("裁定：计入多少分钟", "Decide how many minutes count"),
                """
                <p>\(Words("企业说：", "The owner says: "))\(dispute.words)\(dispute.minutes.map { "\(Words("　", " · "))\($0.count == 0 ? Words("说没有谈", "no session at all") : Words("实际", "it was ") + $0.words)" as HTML })</p><p>\(Words("请在", "By "))\(dispute.due.spoken(now: now))\(Words("前", ""))\(Words("　", " · "))\(dispute.due.left(now: now))</p>
                \(found.overlapping.map { "<p>\(Words("注意：和", "Note: it overlaps with "))<a href=\"\(ServiceRecord.page($0))\">\(Words("另一条记录", "another record"))</a>\(Words("时间重叠，重叠的不能计入。", ", and a minute counts once."))</p>" })
                \(Web.form(ServiceRecord.decision(it.id), "\(form.show(Dispute.decidedField))\(form.show(Dispute.reasonField))<p><button class=\"btn go\">\(Words("这样裁定", "Decide so"))</button></p>"))
                """)
        }
        if let objection = found.objections.first(where: { $0.answer == nil }), viewer.could(.answer, it), !isParty {
            if let one = found.part { return left(to: one) }
            return nextStep(
                Words("轮到机构", "The institution's turn"), Words("答复异议", "Answer the objection"),
                """
                <p>\(found.names[objection.by] ?? "")：\(objection.words)</p><p>\(Words("应该是", "It should be "))\(objection.minutes.words)\(Words("　", " · "))\(Words("请在", "by "))\(objection.due.spoken(now: now))\(Words("前答复", ""))</p>
                \(Web.form(ServiceRecord.answer(it.id), "\(form.show(Objection.verdictField))\(form.show(Objection.reasonField))<p><button class=\"btn go\">\(Words("答复异议", "Answer"))</button></p>"))
                """)
        }
        return nil
    }

    // MARK: The facts

    private func facts(_ found: Found, _ viewer: Viewer, _ now: Instant) -> HTML {
        let it = found.it
        return """
            <section class="panel"><h2>\(Words("事实", "Facts"))</h2><dl class="facts">
            <dt>\(Words("案例", "Case"))</dt><dd>\(found.opensCase ? "<a href=\"\(Case.page(it.serviceCase))\">\(it.caseTitle)</a>" as HTML : "\(it.caseNumber)")</dd>
            <dt>\(Words("时间", "Time"))</dt><dd>\(it.source == .solution ? it.ends.spoken(now: now) : it.begins.spoken(now: now) + Words("到", " to ") + it.ends.clock)\(Words("　", " · "))\(it.claimed.words)</dd>
            \(found.meeting.map { "<dt>\(Words("方式", "How"))</dt><dd>\($0.way.words)</dd>" as HTML })
            \(it.content.isEmpty ? nil : "<dt>\(Words("内容", "Content"))</dt><dd>\(it.content)</dd>" as HTML)
            <dt>\(Words("记录人", "Recorded by"))</dt><dd>\(found.names[it.statedBy] ?? "")\(Words("　", " · "))\(it.statedAt.spoken(now: now))</dd>
            <dt>\(Words("凭证", "Evidence"))</dt><dd>\(it.evidence.isEmpty ? Words("没有当时的凭证", "None from the time") : nil)\(each: it.evidence, { "<span>\($0.kind.words)\(Words("　", " · "))\($0.madeAt.spoken(now: now))</span><br>" })</dd>
            <dt>\(Words("机构", "Institution"))</dt><dd>\(found.institution)</dd>
            \(it.counted.map { "<dt>\(Words("公开编号", "Public no."))</dt><dd>\(plain: $0.number)</dd>" as HTML })
            </dl>\(found.files.isEmpty ? nil : fileList(found.files))</section>
            """
    }

    private func keys(_ found: Found, _ now: Instant) -> [Step] {
        let it = found.it
        var steps: [Step] = []
        steps.append(
            it.evidence.first.map { Step(.done, Words("当时的凭证", "Evidence from the time"), "\($0.kind.words)\(Words("　", " · "))\($0.at.spoken(now: now))") } ?? Step(it.state == .unproven ? .now : .toCome, Words("当时的凭证", "Evidence from the time"), "\(Words("还没有", "none yet"))"))
        if let dispute = it.dispute {
            steps.append(Step(.done, Words("企业说不对", "The owner says no"), "\(dispute.at.spoken(now: now))"))
            steps.append(
                dispute.decision.map { Step(.done, Words("机构裁定", "The institution decided"), "\(found.names[$0.by] ?? "")\(Words("　", " · "))\($0.at.spoken(now: now))<br>\($0.reason)") } ?? Step(.now, Words("等机构裁定", "The institution decides"), "\(dispute.due.left(now: now))"))
        } else if let confirmation = it.confirmation {
            steps.append(
                Step(.done, confirmation.kind.words, "\(found.names[confirmation.by] ?? "")\(Words("　", " · "))\(confirmation.at.spoken(now: now))\(confirmation.reason.isEmpty ? nil : "<br>\(confirmation.reason)" as HTML)"))
        } else {
            let isDue = !it.evidence.isEmpty && it.withdrawn == nil
            steps.append(Step(isDue ? .now : .toCome, Words("企业确认", "The owner's word"), isDue ? waiting(found, now) : nil))
        }
        if let counted = it.counted {
            steps.append(Step(.done, Words("计入\(counted.recorded.words.chinese)", "\(counted.recorded.words.english) counted"), "\(counted.at.spoken(now: now))"))
        } else { steps.append(Step(.toCome, Words("计入", "Counted"))) }
        for objection in found.objections {
            steps.append(Step(.done, Words("有异议：应为\(objection.minutes.words.chinese)", "Objection: should be \(objection.minutes.words.english)"), "\(found.names[objection.by] ?? "")\(Words("　", " · "))\(objection.at.spoken(now: now))<br>\(objection.words)"))
            steps.append(
                objection.answer.map { answer in
                    Step(.done, answer.upheld ? Words("更正为\(objection.minutes.words.chinese)", "Corrected to \(objection.minutes.words.english)") : Words("记录没有错", "The record is right"), "\(found.names[answer.by] ?? "")\(Words("　", " · "))\(answer.at.spoken(now: now))<br>\(answer.reason)")
                } ?? Step(.now, Words("机构在查", "The institution looks into it"), "\(objection.due.left(now: now))"))
        }
        return steps
    }

    /// By when the owner answers, and what follows when they do not.
    private func waiting(_ found: Found, _ now: Instant) -> HTML? {
        guard case .waiting(let since) = found.it.state else { return nil }
        let from = since + .days(max(terms.silence, 7))
        return now < from
            ? "\(found.names[found.it.owner] ?? "")\(Words("　", " · "))\(from.left(now: now))<br>\(Words("到时没有答复，由没有参与的人凭凭证代为确认", "without an answer by then, somebody who had no part may stand in over the evidence"))"
            : "\(Words("企业没有答复，等机构凭凭证代为确认", "The owner has not answered; the institution may stand in over the evidence"))"
    }

    private func lower(_ found: Found, _ viewer: Viewer, _ now: Instant, _ form: Form) -> HTML {
        let it = found.it
        let mayObject = it.allows(.object) && viewer.could(.object, it) && found.objections.allSatisfy { $0.answer != nil }
        return """
            \(it.allows(.withdraw) && viewer.could(.attach, it) ? button(ServiceRecord.withdrawal(it.id), Words("记错了，撤回", "Wrong: take it back"), kind: "btn quiet") : nil)
            \(mayObject ? """
                <details class="more"\(flag: "open", !form.isGood)><summary>\(Words("记录有错，提异议", "The record is wrong: object"))</summary>\
                \(Web.form(ServiceRecord.objection(it.id), "\(form.show(Objection.minutesField))\(form.show(Objection.wordsField))<p class=\"hint\">\(Words("\(terms.objection)个工作日内答复；更正是新的一条，原记录保留。", "Answered within \(terms.objection) working days; a correction is a new entry, and the old one stays."))</p><p><button class=\"btn\">\(Words("提异议", "Object"))</button></p>"))</details>
                """ as HTML : nil)
            """
    }

    // MARK: No

    func askDispute(_ visit: Visit, _ id: ID<ServiceRecord>, _ form: Form = Form()) async throws -> Answer {
        let found = try await load(visit, id)
        guard visit.viewer.could(.confirm, found.it) else { throw Problem.notFound }
        guard found.it.allows(.deny) else { return .see(ServiceRecord.page(id)) }
        let name = found.names[found.it.expert] ?? ""
        return .page(
            Page(
                Words("时间不对", "The time is wrong"), word: "records", width: .narrow, back: (ServiceRecord.page(id), Words("回到记录", "Back to the record")), wrongs: form.wrongs.count,
                """
                \(title(Words("时间不对？", "Is the time wrong?"), "\(name)\(Words("　", " · "))\(found.it.claimed.words)\(Words("　", " · "))\(found.it.begins.spoken(now: visit.now))"))\(form.summary)
                \(say(.wait, "<p><b>\(Words("说了不对之后", "After that"))</b></p><ul><li>\(Words("这段时间先不计入", "This time does not count for now"))</li><li>\(Words("\(terms.dispute)个工作日内，由没有参与的人裁定，结果告诉您", "Within \(terms.dispute) working days somebody who had no part decides, and you are told"))</li><li>\(Words("不影响正在办的事，也不影响您的评价", "Neither the case nor your verdict is touched"))</li></ul>"))
                \(Web.form(ServiceRecord.dispute(id), "\(form.show(Dispute.wordsField))\(form.show(Dispute.minutesField, optional: true))<div class=\"row\"><a class=\"btn\" href=\"\(ServiceRecord.page(id))\">\(Words("再看看，先不说", "Not now"))</a><button class=\"btn danger go\">\(Words("时间不对，请裁定", "It is wrong: please decide"))</button></div>"))
                """))
    }

    // MARK: Deeds

    private func deed(_ visit: Visit, _ id: ID<ServiceRecord>, _ form: Form, saying words: Words, _ body: @escaping @Sendable (RecordDeeds) throws -> Void) async throws -> Answer {
        let (occasion, terms) = (Occasion(visit, days: reference.workingDays), terms)
        let link = try await visit.write(once: form) { tx in
            try body(RecordDeeds(occasion, terms: terms, in: tx))
            return ServiceRecord.page(id)
        }
        return .see(link, saying: words)
    }

    /// The page with what is wrong, for those alone who may do the deed.
    private func again<D>(_ visit: Visit, _ id: ID<ServiceRecord>, _ permission: Permission<D, ServiceRecord>, _ form: Form) async throws -> Answer {
        let viewer = visit.viewer
        _ = try await visit.read { try viewer.find($0.serviceRecord(id), permission) }
        return try await show(visit, id, form)
    }

    func confirm(_ visit: Visit, _ id: ID<ServiceRecord>) async throws -> Answer {
        let form = try await visit.form([])
        return try await deed(visit, id, form, saying: Words("确认了，谢谢", "Confirmed, thank you")) { try $0.confirm(id) }
    }

    func standIn(_ visit: Visit, _ id: ID<ServiceRecord>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(Confirmation.reason) else { return try await again(visit, id, .standIn, form) }
        return try await deed(visit, id, form, saying: Words("代为确认了，已告诉双方", "You stood in; both sides were told")) { try $0.standIn(id, reason: reason) }
    }

    func deny(_ visit: Visit, _ id: ID<ServiceRecord>) async throws -> Answer {
        var form = try await visit.form(["words", "minutes"])
        let words = form.value(Dispute.wordsField)
        let minutes = form.optional(Dispute.minutesField).map { Minutes($0) }
        guard form.isGood, let words else { return try await askDispute(visit, id, form) }
        return try await deed(visit, id, form, saying: Words("记下了，机构会裁定并告诉您", "Noted; the institution decides and tells you")) { try $0.deny(id, words: words, minutes: minutes) }
    }

    func decide(_ visit: Visit, _ id: ID<ServiceRecord>) async throws -> Answer {
        var form = try await visit.form(["minutes", "reason"])
        let minutes = form.value(Dispute.decidedField)
        let reason = form.value(Dispute.reasonField)
        guard form.isGood, let minutes, let reason else { return try await again(visit, id, .decide, form) }
        return try await deed(visit, id, form, saying: Words("裁定了，已告诉双方", "Decided; both sides were told")) { try $0.decide(id, minutes: Minutes(minutes), reason: reason) }
    }

    func object(_ visit: Visit, _ id: ID<ServiceRecord>) async throws -> Answer {
        var form = try await visit.form(["words", "minutes"])
        let words = form.value(Objection.wordsField)
        let minutes = form.value(Objection.minutesField)
        let viewer = visit.viewer
        let recorded = try await visit.read { reader -> Minutes? in
            let it = try viewer.find(reader.serviceRecord(id), .object)
            return it.counted?.recorded
        }
        if let minutes, let recorded, minutes > recorded.count {
            form.wrong(Objection.minutesField, Wrong("最多是原来记的\(recorded.count)分钟；少记的请另外补记一次", "At most the \(recorded.count) minutes recorded; what is missing is entered as a session of its own"))
        }
        guard form.isGood, let words, let minutes else { return try await show(visit, id, form) }
        return try await deed(visit, id, form, saying: Words("收到了，\(terms.objection)个工作日内答复", "Received; an answer comes within \(terms.objection) working days")) { try $0.object(id, words: words, minutes: Minutes(minutes)) }
    }

    func answer(_ visit: Visit, _ id: ID<ServiceRecord>) async throws -> Answer {
        var form = try await visit.form(["verdict", "reason"])
        let verdict = form.value(Objection.verdictField)
        let reason = form.value(Objection.reasonField)
        guard form.isGood, let verdict, let reason else { return try await again(visit, id, .answer, form) }
        return try await deed(visit, id, form, saying: Words("答复了，已告诉各方", "Answered; all were told")) { try $0.answer(id, upheld: verdict == .upheld, reason: reason) }
    }

    func withdraw(_ visit: Visit, _ id: ID<ServiceRecord>) async throws -> Answer {
        let form = try await visit.form([])
        return try await deed(visit, id, form, saying: Words("撤回了", "Taken back")) { try $0.withdraw(id) }
    }

    func attach(_ visit: Visit, _ id: ID<ServiceRecord>) async throws -> Answer {
        var form = try await visit.form(["kind"], files: 1)
        let kind = form.value(Evidence.kindField)
        let viewer = visit.viewer
        _ = try await visit.read { try viewer.find($0.serviceRecord(id), .attach) }
        if form.uploads.isEmpty { form.wrong(named: FileStore.field, Words("请先拍照或选一个文件", "Please take a photo or choose a file first")) }
        let taken = await files.take(&form, most: 1)
        guard form.isGood, let kind, let file = taken.first else {
            taken.forEach { $0.forget() }
            return try await show(visit, id, form)
        }
        do {
            return try await deed(visit, id, form, saying: Words("传好了，等企业确认", "Sent; now the owner confirms")) { try $0.attach(id, kind, file) }
        } catch let used as Evidence.UsedBefore {
            file.forget()
            form.wrong(named: FileStore.field, used.words)
            return try await show(visit, id, form)
        }
    }
}

extension Instant {
    /// 14:30
    var clock: Words {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return Words(same: "\(two(minuteOfDay / 60)):\(two(minuteOfDay % 60))")
    }
}
