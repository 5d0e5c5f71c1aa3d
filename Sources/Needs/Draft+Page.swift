import Files
import Foundation
import Identity
import Languages
import Markup
import Reference
import Storage
import Values
import Web

/// Saying what the matter is: the first page of the thread. No account is needed; nothing typed is ever lost.
struct DraftPages: Sendable {
    let files: FileStore
    /// Who the chosen expert is, from the room above: their name, or nil.
    let expertName: @Sendable (ID<Person>, Reader) throws -> String?

    /// Goes on with the draft that is there, or begins a new one.
    func start(_ visit: Visit) async throws -> Answer {
        let writer = visit.writer
        let (wished, isFresh, domain) = (visit.question("expert").flatMap { ID<Person>($0) }, visit.question("fresh") != nil, visit.question("domain"))
        let open = try await visit.read { try $0.openDraft(of: writer) }
        if let open, wished == nil, !isFresh { return .see(Draft.page(open.id)) }
        let id = ID<Draft>(at: visit.now)
        var form = Form()
        form.fill(Draft.expert, wished?.text)
        if let domain { form.fill(Draft.domain, domain) }
        return try await page(visit, id, form, files: [])
    }

    func show(_ visit: Visit, _ id: ID<Draft>) async throws -> Answer {
        let isChecked = visit.question("check") != nil
        let (draft, files) = try await visit.draft(id)
        if let need = draft.sent { return .see(Need.page(need)) }
        var form = Form(draft.form)
        if isChecked { check(&form) }
        return try await page(visit, id, form, files: files)
    }

    private func check(_ form: inout Form) {
        _ = form.value(Draft.statement)
        _ = form.optional(Draft.domain)
        _ = form.value(Draft.urgency)
    }

    private func page(_ visit: Visit, _ id: ID<Draft>, _ form: Form, files: [StoredFile]) async throws -> Answer {
        let expert = try await wished(visit, form)
        let isIn = visit.viewer.person != nil
        var page = Page(
            Words("说出需求", "State your need"), word: "needs", width: .narrow, wrongs: form.wrongs.count,
            """
            \(title(Words("说说您的难题", "What is the matter?"), "\(Words("用平常话说就行，写错了以后还能改。", "Plain words will do; you can change it later."))", above: isIn ? Words("第1步，共2步", "Step 1 of 2") : Words("第1步，共3步", "Step 1 of 3")))
            \(form.summary)
            \(expert.map { name in say(.plain, "<p>\(Words("先请\(name)老师看", "\(name) will be asked first"))</p>") })
            \(Web.form(Draft.page(id), files: true, draft: Draft.text(id), """
                \(form.show(Draft.expert))\(form.show(Draft.statement))<div class="mb">\(unclassified)</div>\(form.show(Draft.domain, optional: true))\(form.show(Draft.urgency))\
                \(files.count < Draft.mostFiles || isIn ? uploadField(form, label: Words("照片或文件", "Photos or files")) : nil)\
                <div class="row mt"><button class="btn go big">\(isIn ? Words("下一步：说明您是谁", "Next: say who you are") : Words("下一步：留手机号", "Next: your mobile number"))</button>\
                <button class="btn quiet" name="later" value="yes">\(Words("先存着，回头再写", "Keep it, go on later"))</button></div>
                """))
            \(files.isEmpty ? nil : """
                <section class="stack mt far" aria-labelledby="files"><h2 class="h3" id="files">\(Words("放好的文件", "Files that are here"))</h2>\(fileList(files, remove: { Draft.file(Two(id, $0.id)) }))</section>
                """ as HTML)
            \(telephone(visit))
            """)
        page.scripts = ["draft.js"]
        return .page(page)
    }

    private func telephone(_ visit: Visit) -> HTML {
        "<p class=\"hint mt\">\(Words("不想打字？打页脚的咨询电话，我们替您填。", "Rather talk? Call the number at the foot of the page and we fill it in for you."))</p>"
    }

    private func wished(_ visit: Visit, _ form: Form) async throws -> String? {
        guard let id = form.text("expert").flatMap({ ID<Person>($0) }) else { return nil }
        let expertName = expertName
        return try await visit.read { try expertName(id, $0) }
    }

    // MARK: Keeping

    /// The draft as typed, made where there is none yet; never somebody else's.
    private func kept(_ visit: Visit, _ id: ID<Draft>, _ form: Form) async throws {
        let (writer, now) = (visit.writer, visit.now)
        let typed = form.typed(Draft.names + Sender.names)
        try await visit.write { tx in
            let old = try tx.draft(id)
            if let old, !old.belongs(to: writer) { throw Problem.notFound }
            let merged = (old?.form ?? [:]).merging(typed) { $1 }
            try tx.keep(Draft(id: id, visitor: writer.visitor, person: old?.person ?? writer.person, form: merged, updated: now, sent: nil))
        }
    }

    /// What the script keeps while it is typed, here and on the page that asks who it is.
    func keepText(_ visit: Visit, _ id: ID<Draft>) async throws -> Answer {
        let form = try await visit.form(Draft.names + ["later"] + Sender.names)
        try await kept(visit, id, form)
        return .nothing
    }

    /// Words and files come in one form: a file that was chosen is never left behind, nor what was typed before it.
    func send(_ visit: Visit, _ id: ID<Draft>) async throws -> Answer {
        var form = try await visit.form(Draft.names + ["later"], files: Draft.taken(from: visit.writer))
        try await kept(visit, id, form)
        try await files.keep(&form, in: id, visit)
        if form.isGood, form.text("later") != nil {
            return .see(visit.viewer.person == nil ? Link(path: "/") : Need.list(), saying: Words("存好了，30天内都能接着写", "Kept; you can go on within 30 days"))
        }
        guard form.isGood else {
            let files = try await visit.read { try $0.files(ofDraft: id) }
            return try await page(visit, id, form, files: files)
        }
        // What is wrong is shown on a page of its own address: a reload then never sends the older words over the newer.
        check(&form)
        guard form.isGood else { return .see(Draft.page(id).with([("check", "1")])) }
        return .see(Draft.who(id))
    }

    // MARK: Files

    func removeFile(_ visit: Visit, _ ids: Two<ID<Draft>, ID<StoredFile>>) async throws -> Answer {
        _ = try await visit.form([])
        let writer = visit.writer
        try await visit.write { tx in
            let draft = try tx.draft(ids.first, of: writer)
            try tx.removeFile(ids.second, of: draft.subject)
        }
        return .see(Draft.page(ids.first), saying: Words("文件移除了", "The file was removed"))
    }

    func remove(_ visit: Visit, _ id: ID<Draft>) async throws -> Answer {
        _ = try await visit.form([])
        let writer = visit.writer
        try await visit.write { tx in
            try tx.removeDraft(tx.draft(id, of: writer).id)
        }
        return .see(Need.list(), saying: Words("草稿删了", "The draft was deleted"))
    }
}
