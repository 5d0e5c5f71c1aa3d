import Cases
import Files
import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Values
import Web

struct CarriedPages: Sendable {
    let reference: Reference
    let files: FileStore
    let terms: ServiceRecord.Terms

    func list(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let mayBring = viewer.mayKnock(Permission<Carried, Carried>.bring.grants)
        let isStaff = viewer.mayKnock([Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)])
        let isOpen = isStaff && visit.question("show") != "all"
        let before = visit.question("before").flatMap { ID<Carried>($0) }
        let found = try await visit.read { reader in
            let scope = viewer.scope(Permission<See, Carried>.see.grants, institution: "q.institution", region: "q.region") { tie, person in tie == .oneself ? "q.person = \(person)" : nil }
            let all = try reader.carried(
                "\(scope) \(isOpen ? "and a.at is null and r.reason is null" as SQL : "") \(before.map { "and q.id < \($0)" as SQL })", limit: Self.pageSize + 1)
            return (all: all, names: try reader.names(of: all.map(\.person)))
        }
        let shown = found.all.prefix(Self.pageSize)
        let heading = Words("带入的记录", "Records carried over")
        return .page(
            Page(
                heading, word: "records", width: .narrow, back: (ServiceRecord.list(), Words("服务记录", "Service records")), wrongs: form.wrongs.count,
                """
                \(title(heading, "\(Words("别的机构出具的证明，核对后计入星级的时长，一直标明来处，同一张只计一次。", "Certificates of others count for stars once they are checked; they stay marked, and each counts once."))"))\(form.summary)
                \(isStaff ? openOrAll(Carried.list(), isOpen: isOpen) : nil)
                \(shown.isEmpty ? isStaff ? Self.nothing(isOpen) : empty(Words("还没有带入的记录", "Nothing carried over yet"), Words("有别的机构的志愿服务证明，可以在这里带入。", "If you hold another organisation's certificate, it can be carried over here.")) : """
                    <ul class="list mb">\(each: shown, { it in row(it, found.names, viewer, now) })</ul>
                    """ as HTML)
                \(found.all.count > Self.pageSize ? pager(Words("新的在前", "Newest first"), next: shown.last.map { (Carried.list().with([("show", isStaff && !isOpen ? "all" : nil), ("before", $0.id.text)]), Words("看更早的", "Earlier ones")) }) : nil)
                \(mayBring ? Web.form(Carried.list(), files: true, "<h2 class=\"h3 mt mb\">\(Words("带入一张证明", "Carry over a certificate"))</h2>\(form.show(Carried.issuerField))\(form.show(Carried.numberField))\(form.show(Carried.hoursField))\(uploadField(form, label: Words("证明的照片或扫描件", "A photo or scan of it"), optional: false, several: false))<p><button class=\"btn go\">\(Words("带入，请机构核对", "Carry it over"))</button></p>") : nil)
                """))
    }

    private static let pageSize = 30

    /// What would stand here, and how it comes.
    private static func nothing(_ isOpen: Bool) -> HTML {
        empty(
            isOpen ? Words("没有要核对的记录", "No record to check") : Words("还没有带入的记录", "Nothing carried over yet"),
            Words(
                "专家在别处服务过，可以在自己的“服务记录”里带入那里出具的证明。证明会排在这里：看原件，核对无误就收下，有不对的退回并说明原因。",
                "An expert who served elsewhere can carry that certificate over on their own page of records. It then stands here: look at the paper, take it if it is right, or return it with the reason."))
    }

    private func row(_ it: Carried, _ names: [ID<Person>: String], _ viewer: Viewer, _ now: Instant) -> HTML {
        let isOpen = it.accepted == nil && it.refused == nil
        let mayDecide = isOpen && viewer.could(.decide, it) && viewer.person != it.person
        return """
            <li><div class="stack"><p class="row"><span class="grow">\(it.issuer)　\(it.minutes.words)<br><span class="soft small">\(names[it.person] ?? "")　\(it.number)　\(it.at.spoken(now: now))</span></span>\(tag(it.accepted != nil ? Words("已带入", "Carried over") : it.refused != nil ? Words("没有收", "Not taken") : Words("待核对", "To be checked"), it.accepted != nil ? .good : .wait))</p>\
            <p><a href="\(StoredFile.page(it.file))">\(Words("看证明", "See the paper"))</a></p>\(it.refused.map { "<p class=\"small\">\($0)</p>" as HTML })\
            \(mayDecide ? "<div class=\"row\">\(button(Carried.acceptance(it.id), Words("核对无误，带入", "It is right: take it")))</div><details class=\"more\"><summary>\(Words("不收", "Do not take it"))</summary>\(Web.form(Carried.refusal(it.id), "\(Form().show(Carried.reasonField))<button class=\"btn\">\(Words("退回并说明原因", "Return it with the reason"))</button>"))</details>" as HTML : nil)</div></li>
            """
    }

    func bring(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["issuer", "number", "hours"], files: 1)
        let (issuer, number, minutes) = (form.value(Carried.issuerField), form.value(Carried.numberField), form.value(Carried.hoursField).flatMap { Int($0) })
        if form.uploads.isEmpty { form.wrong(named: FileStore.field, Words("请先拍照或选一个文件", "Please take a photo or choose a file first")) }
        let taken = await files.take(&form, most: 1)
        guard form.isGood, let issuer, let number, let minutes, let file = taken.first else {
            taken.forEach { $0.forget() }
            return try await list(visit, form)
        }
        let (occasion, terms) = (Occasion(visit, days: reference.workingDays), terms)
        let link = try await visit.write(once: form) { tx in
            try tx.bring(file, issuer: issuer, number: number, minutes: Minutes(minutes), by: occasion, terms: terms)
            return Carried.list()
        }
        return .see(link, saying: Words("带来了，\(terms.certificate)个工作日内核对", "Received; it is checked within \(terms.certificate) working days"))
    }

    func accept(_ visit: Visit, _ id: ID<Carried>) async throws -> Answer { try await decide(visit, id, try await visit.form([]), nil) }

    func refuse(_ visit: Visit, _ id: ID<Carried>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(Carried.reasonField) else {
            let viewer = visit.viewer
            try await visit.read { reader in guard let it = try reader.carried(id), viewer.could(.decide, it) else { throw Problem.notFound } }
            return try await list(visit, form)
        }
        return try await decide(visit, id, form, reason)
    }

    private func decide(_ visit: Visit, _ id: ID<Carried>, _ form: Form, _ reason: String?) async throws -> Answer {
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            try tx.decide(id, refusing: reason, by: occasion)
            return Carried.list()
        }
        return .see(link, saying: reason == nil ? Words("带入了，已告诉专家", "Taken; the expert was told") : Words("退回了，已告诉专家", "Returned; the expert was told"))
    }
}
