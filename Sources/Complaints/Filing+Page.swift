import Files
import Identity
import Languages
import Markup
import Storage
import Values
import Web

extension Filing {
    static let page = Path("complaints/new")

    func show(_ visit: Visit, _ form: Form? = nil) throws -> Answer {
        var form = form ?? Form()
        form.fill(Filing.aboutKind, visit.question("kind"))
        form.fill(Filing.aboutID, visit.question("id"))
        form.fill(Filing.kind, visit.question("about"))
        form.fill(Filing.code, try Receipt().sealed(for: visit))
        let about = Filing.subject(form)
        let isKnown = visit.viewer.person != nil
        var page = Page(
            Words("投诉与建议", "Complaints"), width: .narrow, wrongs: form.wrongs.count,
            """
            \(title(Words("投诉与建议", "Complaints and suggestions"), "\(Words("不用登录，可以不留名。\(terms.acceptance)个工作日内受理，再过\(terms.decision)个工作日内有结果。被投诉的人看不到。", "No sign-in, and no name unless you wish. It is accepted within \(terms.acceptance) working days and decided within \(terms.decision) more. Whoever it is about does not see it."))"))
            \(form.summary)
            \(Web.form(Filing.page(), files: true, """
                \(form.show(Filing.aboutKind))\(form.show(Filing.aboutID))\(form.show(Filing.code))\
                \(about.map { about in "<p class=\"mb\">\(Words("关于：", "About: "))<b>\(Filing.words(for: about.kind))</b></p>" })\
                \(form.show(Filing.kind))\(form.show(Filing.words))\
                \(uploadField(form, label: Words("截图、收据、录音", "Screenshots, receipts, recordings")))\
                \(isKnown ? form.show(Filing.anonymous) : nil)\
                <p class="row"><button class="btn go big">\(Words("送出投诉", "Send the complaint"))</button></p>
                """))
            <p class="mt"><a href="\(Receipt.page())">\(Words("投诉过？凭回执码查看进展", "Complained before? Follow it with your receipt code"))</a></p>
            """)
        page.isPublic = false
        return .page(page)
    }

    func send(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["kind", "id", "code", "what", "words", "anonymous"], files: Filing.most + 1)
        let kind = form.value(Filing.kind)
        let words = form.value(Filing.words)
        let isAnonymous = form.value(Filing.anonymous) == true
        guard let receipt = form.text("code").flatMap({ Receipt(sealed: $0, for: visit) }) else {
            form.uploads.forEach { $0.forget() }
            throw Problem.badRequest("code")
        }
        let about = Filing.subject(form)
        guard form.isGood, let kind, let words else {
            if !form.uploads.isEmpty {
                form.uploads.forEach { $0.forget() }
                form.wrong(named: FileStore.field, Words("改好上面的内容后，请再选一次文件", "After correcting the above, please choose the files again"))
            }
            return try show(visit, form)
        }
        let taken = await files.take(&form, most: Filing.most)
        guard form.isGood else { return try show(visit, form) }
        let filed = Filed(about: about, kind: kind, words: words, person: isAnonymous ? nil : visit.viewer.person, now: visit.now)
        let address = visit.address
        do {
            let place = try await visit.write(once: form) { tx in
                // The same form once more, from a page that was kept: the complaint is there, and the code opens it.
                guard try tx.complaint(receipt) == nil else { throw AlreadyFiled() }
                try file(filed, taken, receipt, from: address, in: tx)
                return Receipt.page()
            }
            return .see(place).with(try receipt.cookie(for: visit, isNew: true))
        } catch {
            taken.forEach { $0.forget() }
            if error is AlreadyFiled { return .see(Receipt.page()).with(try receipt.cookie(for: visit, isNew: true)) }
            guard let refusal = error as? FileRefusal else { throw error }
            form.wrong(named: FileStore.field, refusal.words)
            return try show(visit, form)
        }
    }

    private struct AlreadyFiled: Error {}

    /// What it is about, if that can be something of ours. It is looked up by the rooms that know it, never shown here.
    static func subject(_ form: Form) -> Subject? {
        guard let kind = form.text("kind"), let id = form.text("id"), (1...30).contains(kind.utf8.count), (1...64).contains(id.utf8.count),
            kind.utf8.allSatisfy({ (97...122).contains($0) || (65...90).contains($0) }),
            id.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || $0 == 45 })
        else { return nil }
        return Subject(kind: kind, id: id)
    }

    static func words(for kind: String) -> Words {
        switch kind {
        case "case": Words("这次服务", "This service")
        case "need": Words("这条需求", "This need")
        case "application": Words("这份报名的结果", "The result of this application")
        case "expert": Words("这位专家", "This expert")
        case "offer": Words("这次邀请", "This invitation")
        case "workstation": Words("这个工作站", "This workstation")
        case "institution", "organisation": Words("这家机构", "This institution")
        case "person": Words("这个人", "This person")
        default: Words("打开的那一页", "The page you came from")
        }
    }
}
