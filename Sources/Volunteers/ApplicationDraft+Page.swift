import Files
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import Values
import Web

/// Applying: no account is needed to begin, nothing typed is lost, the mobile code comes last.
struct ApplicationDraftPages: Sendable {
    let files: FileStore

    /// Answers a call: goes on with the draft that is there, or begins a new one.
    func start(_ visit: Visit, _ id: ID<Recruitment>) async throws -> Answer {
        let (today, writer) = (visit.now.day, visit.writer)
        let (found, open, sent) = try await visit.read { reader in
            guard let found = try reader.recruitment(id), found.isOpen(on: today) else { throw Problem.notFound }
            return (
                found, try reader.openApplicationDraft(of: writer, to: found.institution),
                try writer.person.flatMap { try reader.openApplication(of: $0, to: found.institution) }
            )
        }
        if let sent { return .see(Application.page(sent), saying: Words("您已经报过名了，进展在这里", "You have applied already; here is how it stands")) }
        if let open { return .see(ApplicationDraft.page(open.id)) }
        // Nothing is written before something is typed: the form carries what it answers.
        let draft = ApplicationDraft(
            id: ID(at: visit.now), visitor: writer.visitor, person: writer.person, institution: found.institution, recruitment: id, invitation: nil, form: [:], updated: visit.now, sent: nil)
        return try await page(visit, draft, Form(), files: [])
    }

    static let call = Field<String>.hidden("recruitment")
    private static let names = Application.names + ["later", "recruitment"]

    func show(_ visit: Visit, _ id: ID<ApplicationDraft>) async throws -> Answer {
        let isChecked = visit.question("check") != nil
        let (draft, files) = try await visit.draft(id)
        if let sent = draft.sent { return .see(Application.page(sent)) }
        var form = Form(draft.form)
        if isChecked { _ = Application.read(&form, area: try await place(visit, draft).area, today: visit.now.day) }
        return try await page(visit, draft, form, files: files)
    }

    private func place(_ visit: Visit, _ draft: ApplicationDraft) async throws -> (institution: OrganisationEntry, area: RegionCode, call: Recruitment?) {
        let found = try await visit.read { (try $0.organisation(draft.institution), try draft.recruitment.flatMap($0.recruitment)) }
        guard let institution = found.0, let area = RegionCode(institution.region) else { throw Problem.notFound }
        return (institution, area, found.1)
    }

    private func page(_ visit: Visit, _ draft: ApplicationDraft, _ form: Form, files: [StoredFile]) async throws -> Answer {
        let (institution, area, call) = try await place(visit, draft)
        let isIn = visit.viewer.person != nil
        let id = draft.id
        var form = form
        form.fill(Self.call, draft.recruitment?.text)
        var page = Page(
            Words("报名做志愿专家", "Apply as a volunteer expert"), word: "experts", width: .narrow,
            back: draft.recruitment.map { (Recruitment.page($0), Words("回到招募公告", "Back to the call")) }, wrongs: form.wrongs.count,
            """
            \(title(Words("报名做志愿专家", "Apply as a volunteer expert"), "\(institution.name)\(call.map { "\(Words("　", " · "))\($0.title)" })", above: Words("第1步，共2步", "Step 1 of 2")))
            \(form.summary)
            \(say(.plain, "<p>\(Words("边写边存，30天内都能接着写。服务自愿、无偿，随时可以退出。", "What you write is kept as you go, for 30 days. Service is voluntary and unpaid, and you can leave at any time."))</p>"))
            \(Web.form(ApplicationDraft.page(id), files: true, draft: ApplicationDraft.text(id), """
                \(draft.recruitment == nil ? nil : form.show(Self.call))\(Application.fields(form, area: area))\
                \(files.count < ApplicationDraft.mostFiles || isIn ? uploadField(form, label: Words("证明材料", "Evidence")) : unclassified)\
                <div class="row mt"><button class="btn go big">\(isIn ? Words("下一步：核对报名", "Next: look it over") : Words("下一步：留手机号", "Next: your mobile number"))</button>\
                <button class="btn quiet" name="later" value="yes">\(Words("先存着，回头再写", "Keep it, go on later"))</button></div>
                """))
            \(files.isEmpty ? nil : """
                <section class="stack mt far" aria-labelledby="files"><h2 class="h3" id="files">\(Words("放好的文件", "Files that are here"))</h2>\(fileList(files, remove: { ApplicationDraft.file(Two(id, $0.id)) }))</section>
                """ as HTML)
            \(form.typed(Application.names).isEmpty ? nil : "<div class=\"mt\">\(button(ApplicationDraft.removal(id), Words("删去这份草稿", "Delete this draft"), kind: "btn quiet"))</div>" as HTML)
            <p class="hint mt">\(Words("不想打字？打页脚的咨询电话，我们替您填。", "Rather talk? Call the number at the foot of the page and we fill it in for you."))</p>
            """)
        page.scripts = ["draft.js"]
        return .page(page)
    }

    // MARK: Keeping

    /// The draft as typed; never somebody else's.
    private func kept(_ visit: Visit, _ id: ID<ApplicationDraft>, _ form: Form) async throws -> ApplicationDraft {
        let (writer, now) = (visit.writer, visit.now)
        let typed = form.typed(Application.names)
        let call = form.text(Self.call.name).flatMap { ID<Recruitment>($0) }
        return try await visit.write { tx in
            let old = try tx.draft(id)
            if let old, !old.belongs(to: writer) { throw Problem.notFound }
            // A new one answers a call that is open.
            let answered = try old == nil ? call.flatMap { try tx.recruitment($0) }.flatMap { $0.isOpen(on: now.day) ? $0 : nil } : nil
            guard let institution = old?.institution ?? answered?.institution else { throw Problem.notFound }
            // Ticks that were taken away are not in the form at all.
            let draft = ApplicationDraft(
                id: id, visitor: writer.visitor, person: old?.person ?? writer.person, institution: institution, recruitment: old?.recruitment ?? answered?.id, invitation: old?.invitation,
                form: typed, updated: now, sent: old?.sent)
            if draft.sent == nil { try tx.keep(draft) }
            return draft
        }
    }

    /// What the script keeps while it is typed.
    func keepText(_ visit: Visit, _ id: ID<ApplicationDraft>) async throws -> Answer {
        _ = try await kept(visit, id, try await visit.form(Self.names, several: Application.several))
        return .nothing
    }

    func send(_ visit: Visit, _ id: ID<ApplicationDraft>) async throws -> Answer {
        var form = try await visit.form(Self.names, several: Application.several, files: ApplicationDraft.taken(from: visit.writer))
        let draft = try await kept(visit, id, form)
        if let sent = draft.sent { return .see(Application.page(sent)) }
        try await files.keep(&form, in: id, visit)
        guard form.isGood else {
            let files = try await visit.read { try $0.files(ofDraft: id) }
            return try await page(visit, draft, form, files: files)
        }
        if form.text("later") != nil {
            return .see(draft.recruitment.map { Recruitment.page($0) } ?? Recruitment.list(), saying: Words("存好了，30天内都能接着写", "Kept; you can go on within 30 days"))
        }
        // What is wrong is shown on a page of its own address: a reload then never sends the older words over the newer.
        guard Application.read(&form, area: try await place(visit, draft).area, today: visit.now.day) != nil else { return .see(ApplicationDraft.page(id).with([("check", "1")])) }
        return .see(ApplicationDraft.confirmation(id))
    }

    func removeFile(_ visit: Visit, _ ids: Two<ID<ApplicationDraft>, ID<StoredFile>>) async throws -> Answer {
        _ = try await visit.form([])
        let writer = visit.writer
        try await visit.write { tx in
            let draft = try tx.draft(ids.first, of: writer)
            try tx.removeFile(ids.second, of: draft.subject)
        }
        return .see(ApplicationDraft.page(ids.first), saying: Words("文件移除了", "The file was removed"))
    }

    func remove(_ visit: Visit, _ id: ID<ApplicationDraft>) async throws -> Answer {
        _ = try await visit.form([])
        let writer = visit.writer
        try await visit.write { tx in
            try tx.removeDraft(tx.draft(id, of: writer).id)
        }
        return .see(Recruitment.list(), saying: Words("草稿删了", "The draft was deleted"))
    }

    // MARK: Looking it over and sending it

    static let isTrue = Field<Bool>.tick("isTrue", Words("以上内容真实、准确、完整；我自愿无偿服务，不以志愿服务名义牟利", "All this is true, exact and complete; I serve voluntarily and unpaid, and seek no profit in its name"))
    static let mayVet = Field<Bool>.tick("mayVet", Words("同意服务机构为遴选使用这些资料，必要时向单位核实", "I agree that the institution uses these data to select, and asks my employer where needed"))

    func confirm(_ visit: Visit, _ id: ID<ApplicationDraft>, _ form: Form = Form()) async throws -> Answer {
        let (draft, files) = try await visit.draft(id)
        if let sent = draft.sent { return .see(Application.page(sent)) }
        let (institution, area, _) = try await place(visit, draft)
        var typed = Form(draft.form)
        guard let (entry, background, hours) = Application.read(&typed, area: area, today: visit.now.day) else { return .see(ApplicationDraft.page(id).with([("check", "1")])) }
        return .page(
            Page(
                Words("核对报名", "Look your application over"), word: "experts", width: .narrow, back: (ApplicationDraft.page(id), Words("回去改", "Back, to change it")), wrongs: form.wrongs.count,
                """
                \(title(Words("核对报名", "Look your application over"), "\(Words("交给", "To "))\(institution.name)", above: Words("第2步，共2步", "Step 2 of 2")))
                \(form.summary)
                \(Application.facts(entry, background, hours, files: files, now: visit.now))
                \(Web.form(ApplicationDraft.confirmation(id), """
                    \(form.show(ApplicationDraftPages.isTrue))\(form.show(ApplicationDraftPages.mayVet))\
                    <p><button class="btn go big">\(Words("交出报名", "Send the application"))</button></p>
                    """))
                <p class="hint mt"><a href="\(Link(path: "/privacy"))">\(Words("怎样保护您的信息", "How your information is protected"))</a></p>
                """))
    }

    func finish(_ visit: Visit, _ id: ID<ApplicationDraft>) async throws -> Answer {
        var form = try await visit.form(["isTrue", "mayVet"])
        let person = try visit.person()
        let (draft, _) = try await visit.draft(id)
        if let sent = draft.sent { return .see(Application.page(sent)) }
        let (institution, area, call) = try await place(visit, draft)
        var typed = Form(draft.form)
        guard let (entry, background, hours) = Application.read(&typed, area: area, today: visit.now.day) else { return .see(ApplicationDraft.page(id).with([("check", "1")])) }
        _ = form.ticked(ApplicationDraftPages.isTrue, orElse: Words("请确认内容真实", "Please confirm that it is true"))
        _ = form.ticked(ApplicationDraftPages.mayVet, orElse: Words("不同意就没法遴选；可以先存着", "Without it nobody can select; you can keep the draft"))
        guard form.isGood else { return try await confirm(visit, id, form) }
        if let call, !call.isOpen(on: visit.now.day) {
            form.wrong(ApplicationDraftPages.isTrue, Wrong("这次招募已经结束了，欢迎看别的公告", "This call has ended; please look at others"))
            return try await confirm(visit, id, form)
        }
        let (now, address) = (visit.now, visit.address)
        let application = Application(
            id: ID(at: now), institution: institution.id, region: institution.region, recruitment: draft.recruitment, person: person, entry: entry, background: background,
            hours: hours, at: now, state: .sent)
        do {
            let link = try await visit.write(once: form) { tx in
                guard let current = try tx.draft(id), current.sent == nil else {
                    return try tx.draft(id)?.sent.map { Application.page($0) } ?? Recruitment.list()
                }
                if let expert = try tx.expert(person), expert.isAppointed(on: now.day) { throw Application.Refusal.servesAlready }
                // Who signed in by code before is called after the number; now the name is known.
                if let known = try tx.profile(person), known.name.hasPrefix("用户") { try tx.rename(person, entry.name) }
                try tx.send(application, from: address)
                if let invitation = draft.invitation { try tx.use(invitation, by: person, application: application.id, at: now) }
                guard try tx.markSent(id, as: application.id) else { throw Problem.notFound }
                // Those that came before signing in are the applicant's from now on.
                try tx.moveFiles(from: current.subject, to: application.subject, by: .person(person))
                for officer in try tx.members(of: institution.id, role: Role.officer.name, now: now, limit: 20) {
                    try tx.tell(
                        Notice(
                            to: officer, .work, about: application.subject, key: "application.sent", Words("有一份专家报名等您审核", "An application waits for your review"),
                            detail: Words(same: entry.name), place: Application.page(application.id).text), at: now)
                }
                return Application.page(application.id)
            }
            return .see(link, saying: Words("报名收到了，10个工作日内告诉您结果", "Your application has arrived. You hear from us within ten working days"))
        } catch let refusal as Application.Refusal {
            if case .appliedAlready(let open) = refusal { return .see(Application.page(open), saying: refusal.words) }
            form.wrong(ApplicationDraftPages.isTrue, Wrong(refusal.words))
            return try await confirm(visit, id, form)
        }
    }
}
