import Cases
import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Turns
import Values
import Volunteers
import Web

/// Records: an expert's own hours, an owner's confirmations, staff's queues.
struct RecordList: Sendable {
    private static let pageSize = 30

    func show(_ visit: Visit) async throws -> Answer {
        let isStaff = visit.viewer.mayKnock([Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)])
        return isStaff ? try await staff(visit) : try await mine(visit)
    }

    private func mine(_ visit: Visit) async throws -> Answer {
        let person = try visit.person()
        let (viewer, now) = (visit.viewer, visit.now)
        let before = visit.question("before").flatMap { ID<ServiceRecord>($0) }
        let year = now.day.parts.year
        let found = try await visit.read { reader in
            // Also whose appointment is over: what they gave stays theirs to read.
            let isExpert = try reader.expert(person) != nil
            let records = try reader.serviceRecords("\(ServiceRecord.scope(viewer)) \(before.map { "and q.id < \($0)" as SQL })", limit: Self.pageSize + 1)
            return (
                isExpert: isExpert, records: records, names: try reader.names(of: records.map { $0.expert == person ? $0.owner : $0.expert }),
                all: isExpert ? try reader.countedMinutes(of: person) : nil, year: isExpert ? try reader.countedMinutes(of: person, from: "\(year)-01", until: "\(year)-12") : nil,
                months: isExpert ? try reader.countedMonths(of: person, limit: 12) : [], stars: isExpert ? try reader.stars("q.person = \(person)", limit: 20) : [],
                carried: isExpert ? try reader.carriedMinutes(of: person) : 0, number: RecordExport.pseudonym(person, reader.vault)
            )
        }
        let (shown, isExpert) = (Array(found.records.prefix(Self.pageSize)), found.isExpert)
        let heading = isExpert ? Words("服务记录", "Service records") : Words("服务时间确认", "Service to confirm")
        return .page(
            Page(
                heading, word: "records",
                """
                <div class="row"><h1>\(heading)</h1>\(isExpert ? "<span class=\"end row\"><a class=\"btn\" href=\"\(Certificate.list())\">\(Words("我的证明", "My certificates"))</a><a class=\"btn go\" href=\"\(Certificate.request())\">\(Words("申请证明", "Ask for a certificate"))</a></span>" as HTML : nil)</div>
                \(found.all.map { all in
                    """
                    <div class="grid fit mt">
                    <div class="stat"><b>\(plain: all.minutes / 60)<small>\(Words("小时\(all.minutes % 60)分", " h \(all.minutes % 60) min"))</small></b><span>\(Words("累计计入，\(grouped(all.records))次", "counted in all, \(all.records == 1 ? "once" : "\(grouped(all.records)) times")"))</span></div>
                    \(found.year.map { "<div class=\"stat\"><b>\(plain: $0.minutes / 60)<small>\(Words("小时\($0.minutes % 60)分", " h \($0.minutes % 60) min"))</small></b><span>\(Words("\(year)年", "in \(year)"))</span></div>" as HTML })
                    </div>
                    <p class="mt near hint">\(Words("只有凭证和企业的确认都有了的时间才计入，不含路途。", "Only time with evidence and the owner's word counts; travel does not."))<br>\(Words("公开导出里您的编号：", "Your number in the public export: "))<code>\(found.number)</code>\(Words("　", " · "))<a href="\(RecordExport.page())">\(Words("公开导出", "Public export"))</a></p>
                    """
                })
                <div class="cols mt"><div>
                \(shown.isEmpty ? empty(
                    isExpert ? Words("还没有记录", "No records yet") : Words("没有要确认的", "Nothing to confirm"),
                    isExpert ? Words("面谈时按“开始”“结束”，企业确认后就记在这里。", "Press start and end in a meeting; once the owner confirms it is recorded here.") : Words("专家为您服务后，请在这里确认时间。", "After an expert has helped you, please confirm the time here.")) : Self.rows(shown, found.names, now))
                \(found.records.count > Self.pageSize ? pager(Words("新的在前", "Newest first"), next: shown.last.map { (ServiceRecord.list().with([("before", $0.id.text)]), Words("看更早的", "Earlier ones")) }) : nil)
                </div>\(!isExpert ? nil : """
                    <aside class="stack">\(StarPages.panel(found.stars, minutes: (found.all?.minutes ?? 0) + found.carried, carried: found.carried))<section class="panel"><h2>\(Words("按月", "By month"))</h2><table class="table"><caption class="hide">\(Words("按月计入的时间", "Counted time by month"))</caption><thead><tr><th scope="col">\(Words("月份", "Month"))</th><th scope="col" class="num">\(Words("分钟", "Minutes"))</th></tr></thead><tbody>\(each: found.months, { month in
                        "<tr><th scope=\"row\"><time datetime=\"\(month.month)\">\(Day(month.month + "-01")?.month() ?? Words(same: month.month))</time></th><td class=\"num\">\(month.minutes)</td></tr>"
                    })</tbody></table></section></aside>
                    """ as HTML)</div>
                """))
    }

    static func rows(_ records: [ServiceRecord], _ names: [ID<Person>: String], _ now: Instant) -> HTML {
        """
        <ul class="list">\(each: records, { it in
            """
            <li><a class="hit" href="\(ServiceRecord.page(it.id))"><span class="grow">\(it.source.words)\(Words("　", " · "))\((it.counted?.minutes ?? it.claimed).words)<br><span class="soft small">\(it.begins.spoken(now: now))\(Words("　", " · "))\(names[it.owner] ?? names[it.expert] ?? "")\(Words("　", " · "))\(it.caseNumber)</span></span>\(tag(it.state.words, it.state.tone))</a></li>
            """
        })</ul>
        """
    }

    // MARK: Staff

    static func queues(_ viewer: Viewer, _ reader: Reader) throws -> [QueueWord] {
        guard viewer.mayKnock(Permission<See, ServiceRecord>.see.grants) else { return [] }
        let scope = viewer.scope(Permission<See, ServiceRecord>.see.grants, institution: "institution", region: "region") { _, _ in nil }
        func word(_ key: String, _ words: Words, _ kind: String, _ permission: String) throws -> QueueWord {
            QueueWord(key, words, ServiceRecord.list().with([("queue", key)]), count: try reader.waitingCount(scope: scope, .init(kind: kind, permission: permission)))
        }
        return [
            try word("disputed", Words("有争议", "Disputed"), ServiceRecord.kind, Permission<Dispute.Decision, ServiceRecord>.decide.name),
            try word("silent", Words("企业没答复", "Owner silent"), ServiceRecord.kind, Permission<Confirmation.StandIn, ServiceRecord>.standIn.name),
            try word("objections", Words("异议", "Objections"), "recordObjection", Permission<Objection.Answer, ServiceRecord>.answer.name),
            try word("waiting", Words("等企业确认", "Owner confirms"), ServiceRecord.kind, Permission<Confirmation, ServiceRecord>.confirm.name),
            QueueWord("all", Words("全部", "All"), ServiceRecord.list().with([("queue", "all")]), count: try reader.count("select count(*) from (select 1 from service_claim q where \(ServiceRecord.scope(viewer)) limit 1001) n")),
        ]
    }

    /// What would stand in a queue, and how it comes.
    private static func nothing(_ queue: String) -> Words {
        switch queue {
        case "disputed": Words("企业说时间不对的，排在这里，由没有参与的人裁定。", "What an owner disputes stands here, for somebody who had no part to decide.")
        case "silent": Words("企业到期没有答复的，排在这里，可以凭当时的凭证代为确认。", "Where an owner stays silent it stands here, and you may stand in over the evidence.")
        case "objections": Words("有人说记录有错的，排在这里等答复。", "What somebody says is wrong in a record stands here for an answer.")
        case "waiting": Words("有了凭证、等企业确认的，列在这里，最急的在最上面。", "What has its evidence and waits for the owner's word stands here, the most urgent first.")
        default: Words("面谈时按“开始”“结束”，或者专家补记，就有一条记录。", "Pressing start and end in a meeting makes a record, and so does an expert who enters one afterwards.")
        }
    }

    private func staff(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let queue = visit.question("queue") ?? "disputed"
        let before = visit.question("before").flatMap { ID<ServiceRecord>($0) }
        let after = visit.question("after").flatMap(Turn.place)
        let found = try await visit.read { reader -> (records: [ServiceRecord], names: [ID<Person>: String], dues: [String: Instant], last: Turn?, queues: [QueueWord]) in
            let scope = viewer.scope(Permission<See, ServiceRecord>.see.grants, institution: "institution", region: "region") { _, _ in nil }
            let filters: [String: Turn.Filter] = [
                "disputed": .init(kind: ServiceRecord.kind, permission: Permission<Dispute.Decision, ServiceRecord>.decide.name),
                "silent": .init(kind: ServiceRecord.kind, permission: Permission<Confirmation.StandIn, ServiceRecord>.standIn.name),
                "objections": .init(kind: "recordObjection", permission: Permission<Objection.Answer, ServiceRecord>.answer.name),
                "waiting": .init(kind: ServiceRecord.kind, permission: Permission<Confirmation, ServiceRecord>.confirm.name),
            ]
            var records: [ServiceRecord]
            var dues: [String: Instant] = [:]
            var last: Turn?
            if let filter = filters[queue] {
                let waiting = try reader.waiting(scope: scope, filter, limit: Self.pageSize + 1, after: after)
                let turns = waiting.prefix(Self.pageSize)
                last = waiting.count > Self.pageSize ? turns.last : nil
                dues = Dictionary(turns.map { ($0.subject.id, $0.due) }, uniquingKeysWith: { first, _ in first })
                records = try reader.serviceRecords("q.id in (\(list: turns.map(\.subject.id))) and \(ServiceRecord.scope(viewer))", limit: Self.pageSize)
                records.sort { (dues[$0.id.text] ?? now) < (dues[$1.id.text] ?? now) }
            } else {
                records = try reader.serviceRecords("\(ServiceRecord.scope(viewer)) \(before.map { "and q.id < \($0)" as SQL })", limit: Self.pageSize + 1)
            }
            return (records, try reader.names(of: records.map(\.expert)), dues, last, try Self.queues(viewer, reader))
        }
        let isAll = queue == "all"
        let shown = isAll ? Array(found.records.prefix(Self.pageSize)) : found.records
        let heading = found.queues.first { $0.key == queue }?.words ?? Words("服务记录", "Service records")
        return .page(
            Page(
                heading, word: "records",
                """
                <div class="cols left">\(queueList(found.queues, current: queue))<div><div class="row"><h1>\(heading)</h1><span class="end row"><a class="btn" href="\(Certificate.list())">\(Words("证明", "Certificates"))</a><a class="btn" href="\(Star.list())">\(Words("星级", "Stars"))</a><a class="btn" href="\(Carried.list())">\(Words("带入", "Carried over"))</a></span></div>
                \(shown.isEmpty ? empty(Words("这里现在没有", "Nothing here now"), Self.nothing(queue)) : """
                    <table class="table dense fold mt"><caption class="hide">\(heading)</caption><thead><tr><th scope="col">\(Words("案例", "Case"))</th><th scope="col">\(Words("专家", "Expert"))</th><th scope="col">\(Words("哪天", "Day"))</th><th scope="col" class="num">\(Words("分钟", "Minutes"))</th><th scope="col">\(Words("现在", "State"))</th><th scope="col">\(isAll ? Words("凭证", "Evidence") : Words("时限", "Due"))</th></tr></thead>
                    <tbody>\(each: shown, { it in
                        """
                        <tr><th scope="row"><a href="\(ServiceRecord.page(it.id))">\(it.caseNumber)</a></th><td data-label="\(Words("专家", "Expert"))">\(found.names[it.expert] ?? "")</td><td data-label="\(Words("哪天", "Day"))">\(it.begins.day.spoken(now: now))</td><td class="num" data-label="\(Words("分钟", "Minutes"))">\((it.counted?.minutes ?? it.claimed).count)<span class="narrow-only">\(Words("分钟", " minutes"))</span></td>\
                        <td data-label="\(Words("现在", "State"))">\(tag(it.state.words, it.state.tone))</td><td data-label="\(isAll ? Words("凭证", "Evidence") : Words("时限", "Due"))">\(isAll ? "\(it.evidence.first?.kind.words ?? Words("没有", "none"))" as HTML : found.dues[it.id.text].map { due($0, now) } ?? .empty)</td></tr>
                        """
                    })</tbody></table>
                    """ as HTML)
                \(isAll && found.records.count > Self.pageSize ? pager(Words("新的在前", "Newest first"), next: shown.last.map { (ServiceRecord.list().with([("queue", "all"), ("before", $0.id.text)]), Words("看更早的", "Earlier ones")) }) : nil)\
                \(found.last.map { pager(Words("最急的在前", "Most urgent first"), next: (ServiceRecord.list().with([("queue", queue), ("after", $0.place)]), Words("后\(Self.pageSize)条", "Next \(Self.pageSize)"))) })
                </div></div>
                """))
    }
}

/// The two views of a desk's list: what is to be done, and everything.
func openOrAll(_ list: Link, isOpen: Bool) -> HTML {
    """
    <div class="chips mt mb"><a class="chip" href="\(list)"\(attribute: "aria-current", isOpen ? "true" : nil)>\(Words("待办", "Open"))</a>\
    <a class="chip" href="\(list.with([("show", "all")]))"\(attribute: "aria-current", isOpen ? nil : "true")>\(Words("全部", "All"))</a></div>
    """
}
