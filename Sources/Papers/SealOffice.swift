package import Files
import Identity
package import Jobs
import Languages
import Markup
package import Storage
package import Values
import Web

/// The desk where seals are applied for, approved and set, and the register.
package struct SealOffice: Sendable {
    let files: FileStore
    let driver: (any SealDriver)?

    package init(files: FileStore, driver: (any SealDriver)?) {
        self.files = files
        self.driver = driver
    }

    static let size = 30
    static let wayField = Field<Sealing.Way>.choice("way", Words("怎样用印", "How to seal"), of: Sealing.Way.allCases) { $0.words }
    static let reasonField = Field<String>.area("reason", Words("为什么不批", "Why not"), hint: Words("申请人会看到", "The applicant sees it"), longest: 300, low: true)

    // MARK: The register

    func showRegister(_ visit: Visit) async throws -> Answer {
        let viewer = visit.viewer
        let isAll = visit.question("show") == "all"
        let cursor = visit.question("before").flatMap { ID<Sealing>($0) }
        let found = try await visit.read { reader in
            let all = try reader.sealings(for: viewer, onlyOpen: !isAll, before: cursor, limit: SealOffice.size + 1)
            let people = all.flatMap { [$0.applied.by] + ($0.approvedBy.map { [$0] } ?? []) }
            return (all: all, papers: try reader.numbers(ofPapers: all.map(\.paper)), names: try reader.names(of: people))
        }
        let shown = Array(found.all.prefix(SealOffice.size))
        let base = Sealing.register().with([("show", isAll ? "all" : nil)])
        return .page(
            Page(
                Words("用印登记", "Seal register"), word: "papers",
                """
                \(title(Words("用印登记", "Seal register"), "\(Words("申请、批准、用印由不同的人办；每一次都在这里，也记入台账。", "Different people apply and approve; each seal stands here and in the ledger."))"))
                <div class="chips mb"><a class="chip" href="\(Sealing.register())"\(attribute: "aria-current", isAll ? nil : "true")>\(Words("在办", "Open"))</a>\
                <a class="chip" href="\(Sealing.register().with([("show", "all")]))"\(attribute: "aria-current", isAll ? "true" : nil)>\(Words("全部", "All"))</a></div>
                \(shown.isEmpty ? nothing(isAll) : table(shown, found.papers, found.names, visit.now))
                \(shown.isEmpty ? nil : pager(Words("新的在前", "Newest first"), next: found.all.count > SealOffice.size ? (base.with([("before", shown.last?.id.text)]), Words("后\(SealOffice.size)条", "Next \(SealOffice.size)")) : nil, first: cursor == nil ? nil : base))
                """))
    }

    private func nothing(_ isAll: Bool) -> HTML {
        empty(
            isAll ? Words("还没有用过印", "Nothing was sealed yet") : Words("没有在办的用印", "No seal is waiting"),
            Words("在文书页上申请用印后，会出现在这里，写着轮到谁。", "When somebody applies for a seal on a paper's page, it appears here with whose turn it is."),
            isAll ? nil : "<a class=\"btn\" href=\"\(Sealing.register().with([("show", "all")]))\">\(Words("看全部登记", "See the whole register"))</a>")
    }

    private func table(_ all: [Sealing], _ papers: [ID<Paper>: (number: String, kind: Paper.Kind)], _ names: [ID<Person>: String], _ now: Instant) -> HTML {
        """
        <table class="table dense fold"><caption class="hide">\(Words("用印登记", "Seal register"))</caption><thead><tr><th scope="col">\(Words("文书", "Paper"))</th><th scope="col">\(Words("登记号", "Line"))</th><th scope="col">\(Words("方式", "How"))</th><th scope="col">\(Words("申请", "Applied"))</th><th scope="col">\(Words("批准", "Approved"))</th><th scope="col">\(Words("进展", "State"))</th></tr></thead>
        <tbody>\(each: all, { sealing in
            """
            <tr><th scope="row"><a href="\(Sealing.page(sealing.id))">\(papers[sealing.paper].map { $0.kind.words + Words(same: " \($0.number)") } ?? Words("文书", "Paper"))</a></th>\
            <td data-label="\(Words("登记号", "Line")())">\(sealing.line?.name ?? "")</td><td data-label="\(Words("方式", "How")())">\(sealing.way.short)</td>\
            <td data-label="\(Words("申请", "Applied")())">\(names[sealing.applied.by] ?? "")</td><td data-label="\(Words("批准", "Approved")())">\(sealing.approvedBy.flatMap { names[$0] } ?? "")</td>\
            <td data-label="\(Words("进展", "State")())">\(sealing.tag)</td></tr>
            """
        })</tbody></table>
        """
    }

    // MARK: One application

    func show(_ visit: Visit, _ id: ID<Sealing>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let found = try await visit.read { reader -> (Sealing, Paper, [ID<Person>: String], ID<StoredFile>?) in
            guard let sealing = try reader.sealing(id), viewer.covers(Permission<Sealing.Sight, Sealing>.see.grants, sealing.reach), let paper = try reader.paper(sealing.paper) else {
                throw Problem.notFound
            }
            let people = [sealing.applied.by, sealing.approvedBy, sealing.line?.by].compactMap { $0 }
            return (sealing, paper, try reader.names(of: people), try reader.paperFile(paper.id))
        }
        let (sealing, paper, names, file) = found
        let words = Words("用印：\(paper.kind.words.chinese)", "Seal: \(paper.kind.words.english)")
        return .page(
            Page(
                words, word: "papers", width: .narrow, back: (Sealing.register(), Words("用印登记", "Seal register")), wrongs: form.wrongs.count,
                """
                \(title(words, "\(sealing.tag) \(paper.number)"))
                \(form.summary)
                \(next(sealing, of: paper.holder, file, viewer, form))
                <div class="mt">\(timeline([
                    Step(.done, Words("申请", "Applied"), "\(names[sealing.applied.by] ?? "")　\(time(sealing.applied.at))"),
                    approvalStep(sealing, names, isErased: paper.isHolderErased), sealStep(sealing, names, isErased: paper.isHolderErased),
                ]))</div>
                <section class="panel mt"><h2>\(Words("文书内容", "What the paper says"))</h2>\(PaperContent.shown(paper))\
                <p class="mt"><a href="\(Paper.page(paper.id))">\(Words("看这份文书", "See the paper"))</a></p></section>
                """))
    }

    private func approvalStep(_ sealing: Sealing, _ names: [ID<Person>: String], isErased: Bool) -> Step {
        switch sealing.state {
        case .applied: Step(.now, Words("等负责人批准", "Waits for approval"), "\(Words("要由申请人以外的人批", "By somebody other than the applicant"))")
        case .refused(let deed, let reason): Step(.done, Words("没有批准", "Not approved"), "\(time(deed.at))\(isErased ? nil : "　\(reason)" as HTML)")
        case .approved(let deed), .sealed(let deed, _): Step(.done, Words("批准", "Approved"), "\(names[deed.by] ?? "")　\(time(deed.at))")
        }
    }

    private func sealStep(_ sealing: Sealing, _ names: [ID<Person>: String], isErased: Bool) -> Step {
        switch sealing.state {
        case .applied, .refused: Step(.toCome, Words("用印并登记", "Seal and register"))
        case .approved: Step(.now, sealing.way == .ink ? Words("等盖章", "Waits for the stamp") : Words("正在加盖电子印章", "The electronic seal is being set"), "\(sealing.way.words)")
        case .sealed(_, let line):
            Step(
                .done, Words("用印并登记", "Sealed and registered"),
                "\(line.name)　\(line.by.flatMap { names[$0] } ?? "")　\(time(line.at))\(isErased ? nil : "　<a href=\"\(StoredFile.page(line.file))\">\(Words("下载盖章件", "Download the sealed document"))</a>" as HTML)")
        }
    }

    private func next(_ sealing: Sealing, of holder: ID<Person>, _ file: ID<StoredFile>?, _ viewer: Viewer, _ form: Form) -> HTML? {
        switch sealing.state {
        case .applied:
            guard viewer.could(Permission<Sealing.Approval, Sealing>.approveSeal, sealing) else { return nil }
            guard viewer.person != sealing.applied.by else { return say(.wait, "<p>\(Sealing.Refusal.ownApplication.words)</p>") }
            guard viewer.person != holder else { return say(.wait, "<p>\(Sealing.Refusal.ownPaper.words)</p>") }
            return nextStep(
                Words("轮到您", "Your turn"), Words("批准用印", "Approve the seal"),
                """
                <p>\(Words("请先看下面的文书内容。", "Please read the paper below first."))</p>
                \(button(Sealing.approval(sealing.id), Words("批准用印", "Approve the seal"), kind: "btn go"))
                <details class="mt"\(flag: "open", !form.isGood)><summary>\(Words("不批准", "Do not approve"))</summary>\(Web.form(Sealing.refusal(sealing.id), "\(form.show(SealOffice.reasonField))<button class=\"btn\">\(Words("退回申请", "Send it back"))</button>"))</details>
                """)
        case .approved:
            guard sealing.way == .ink, viewer.could(Permission<Sealing, Sealing>.seal, sealing) else { return nil }
            guard viewer.person != holder else { return say(.wait, "<p>\(Sealing.Refusal.ownPaper.words)</p>") }
            return nextStep(
                Words("轮到您", "Your turn"), Words("打印、盖章、传扫描件", "Print, stamp and upload the scan"),
                """
                \(file.map { "<p><a class=\"btn\" href=\"\(StoredFile.page($0))\">\(icon(.file))\(Words("下载要打印的PDF", "Download the PDF to print"))</a></p>" })
                \(Web.form(Sealing.stamp(sealing.id), files: true, "\(uploadField(form, label: Words("盖好章的扫描件", "The stamped scan"), optional: false, several: false))<p><button class=\"btn go\">\(Words("登记用印", "Register the seal"))</button></p>"))
                """)
        case .refused, .sealed: return nil
        }
    }

    // MARK: Deeds

    func apply(_ visit: Visit, _ id: ID<Paper>) async throws -> Answer {
        var form = try await visit.form(["way"])
        guard let way = form.value(SealOffice.wayField) else { throw Problem.badRequest("way") }
        let (viewer, now, hasDriver) = (visit.viewer, visit.now, driver != nil)
        do {
            let place = try await visit.write(once: form) { tx in
                let paper = try tx.lockedPaper(id)
                let may = try viewer.may(.applyForSeal, paper)
                guard way == .ink || hasDriver else { throw Sealing.Refusal.noDriver }
                return Sealing.page(try tx.applyForSeal(on: id, way: way, by: may.person, at: now))
            }
            return .see(place, saying: Words("已申请用印，等负责人批准", "The seal is applied for; the head approves it"))
        } catch let refusal as Sealing.Refusal { return .see(Paper.page(id), saying: refusal.words) } catch Paper.Refusal.missing { throw Problem.notFound }
    }

    func approve(_ visit: Visit, _ id: ID<Sealing>) async throws -> Answer {
        let form = try await visit.form([])
        return try await deed(visit, id, form, saying: Words("已批准用印", "The seal is approved")) { sealing, viewer, now, tx in
            try tx.approve(sealing, by: try viewer.may(.approveSeal, sealing), at: now)
        }
    }

    func refuse(_ visit: Visit, _ id: ID<Sealing>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(SealOffice.reasonField) else { return try await show(visit, id, form) }
        return try await deed(visit, id, form, saying: Words("已退回申请", "The application is sent back")) { sealing, viewer, now, tx in
            try tx.refuse(sealing, reason: reason, by: try viewer.may(.approveSeal, sealing), at: now)
        }
    }

    func stamp(_ visit: Visit, _ id: ID<Sealing>) async throws -> Answer {
        var form = try await visit.form([], files: 1)
        let viewer = visit.viewer
        // Nothing is taken from whoever may not seal.
        let found = try await visit.read { try $0.sealing(id) }
        guard let found, viewer.covers(Permission<Sealing, Sealing>.seal.grants, found.reach) else { throw Problem.notFound }
        let taken = await files.take(&form, most: 1)
        guard form.isGood, let scan = taken.first else {
            if form.isGood { form.wrong(named: FileStore.field, Words("还没有选扫描件", "No scan is chosen yet")) }
            return try await show(visit, id, form)
        }
        guard [.pdf, .jpeg, .png].contains(scan.kind) else {
            scan.forget()
            form.wrong(named: FileStore.field, Words("扫描件要PDF或照片（JPG、PNG）", "The scan should be a PDF or a photo (JPG, PNG)"))
            return try await show(visit, id, form)
        }
        return try await deed(visit, id, form, saying: Words("已用印并登记", "Sealed and registered")) { sealing, viewer, now, tx in
            let may = try viewer.may(.seal, sealing)
            guard sealing.way == .ink else { throw Problem.notFound }
            try sealing.allow(.seal, by: may.person)
            try tx.demand(sealing, by: may.person, at: now)
            try tx.enter(scan, sealing: sealing, by: may.person, at: now)
        }
    }

    private func deed(
        _ visit: Visit, _ id: ID<Sealing>, _ form: Form, saying words: Words, _ body: @escaping @Sendable (Sealing, Viewer, Instant, Transaction) throws -> Void
    ) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        do {
            let place = try await visit.write(once: form) { tx in
                let sealing = try tx.lockedSealing(id)
                guard viewer.covers(Permission<Sealing.Sight, Sealing>.see.grants, sealing.reach) else { throw Problem.notFound }
                try body(sealing, viewer, now, tx)
                return Sealing.page(id)
            }
            return .see(place, saying: words)
        } catch let refusal as Sealing.Refusal {
            var form = form
            form.wrong(named: "state", refusal.words)
            return try await show(visit, id, form)
        }
    }

    // MARK: The electronic seal

    /// Asks the seal's system for what was approved; at least once, and what stands first stays.
    package func worker(_ database: Database, clock: @escaping @Sendable () -> Instant = { .now }) -> Worker {
        Worker(Sealing.stamping) { payload in
            guard let id = ID<Sealing>(payload) else { return }
            try await stamp(id, database, now: clock())
        }
    }

    func stamp(_ id: ID<Sealing>, _ database: Database, now: Instant) async throws {
        let found = try await database.read { reader -> (Sealing, Paper, StoredFile)? in
            guard let sealing = try reader.sealing(id), case .approved = sealing.state, let paper = try reader.paper(sealing.paper),
                let file = try reader.paperFile(paper.id).flatMap({ try reader.file($0) })
            else { return nil }
            return (sealing, paper, file)
        }
        guard let (sealing, paper, file) = found else { return }
        guard let driver else { throw Sealing.Refusal.noDriver }
        let sealed = try await driver.seal(try files.bytes(of: file), institution: sealing.institution, key: id.text)
        let taken = try files.freeze(sealed, name: "\(paper.kind.words.chinese) \(paper.number)（电子印章）.pdf", as: .pdf)
        var isFirst = false
        defer { if !isFirst { taken.forget() } }
        isFirst = try await database.write { tx in
            let sealing = try tx.lockedSealing(id)
            guard case .approved = sealing.state else { return false }
            try tx.enter(taken, sealing: sealing, by: nil, at: now)
            return true
        }
    }
}

extension Sealing {
    var approvedBy: ID<Person>? {
        switch state {
        case .approved(let deed), .sealed(let deed, _): deed.by
        case .applied, .refused: nil
        }
    }

    var line: Line? { if case .sealed(_, let line) = state { line } else { nil } }

    var tag: HTML {
        switch state {
        case .applied: Web.tag(Words("等批准", "Waits for approval"), .wait)
        case .refused: Web.tag(Words("未批准", "Not approved"), .bad)
        case .approved: Web.tag(way == .ink ? Words("等盖章", "Waits for the stamp") : Words("正在用印", "Being sealed"), .wait)
        case .sealed: Web.tag(Words("已用印", "Sealed"), .good)
        }
    }
}
