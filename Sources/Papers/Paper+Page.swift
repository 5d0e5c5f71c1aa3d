import Files
import Identity
import Languages
import Markup
import Storage
import Values
package import Web

/// A paper as its holder, its institution and its supervisors see it, and the head's deeds to it.
struct PaperDesk: Sendable {
    static let revocation = Path("papers/*/revocation", ID<Paper>.self)
    static let suspension = Path("papers/*/suspension", ID<Paper>.self)
    static let lifting = Path("papers/*/suspension/end", ID<Paper>.self)

    let hasDriver: Bool
    /// Whether somebody has objected to what a paper is about and nobody has answered, asked of the room that knows.
    let isContested: @Sendable (Paper, Reader) throws -> Bool

    static let reasonField = Field<String>.area("reason", Words("原因", "Reason"), hint: Words("只有本机构和监督部门看得到；核验的人只看到结果和日期", "Only the institution and its supervisors see it; whoever checks the paper sees the outcome and the day"), longest: 300, low: true)

    private struct View: Sendable {
        let paper: Paper
        let file: ID<StoredFile>?
        let sealing: Sealing?
        let holder: String
        let successor: (id: ID<Paper>, number: String)?
    }

    private func view(_ id: ID<Paper>, _ viewer: Viewer, _ reader: Reader) throws -> View {
        guard let paper = try reader.paper(id), viewer.covers(Permission<Paper.Sight, Paper>.see.grants, paper.reach) else { throw Problem.notFound }
        return View(
            paper: paper, file: try reader.paperFile(id), sealing: try reader.sealing(of: id), holder: try reader.names(of: [paper.holder])[paper.holder] ?? "",
            successor: try paper.replacedBy.flatMap { try reader.paper($0) }.map { ($0.id, $0.number) })
    }

    func show(_ visit: Visit, _ id: ID<Paper>, _ form: Form = Form()) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let found = try await visit.read { try view(id, viewer, $0) }
        let paper = found.paper
        let isStaff = viewer.could(.applyForSeal, paper)
        return .page(
            Page(
                paper.kind.words, word: "papers", width: .narrow, back: (Paper.list(), Words("文书", "Papers")), wrongs: form.wrongs.count,
                """
                \(title(paper.kind.words, "\(paper.number)", above: paper.isHolderErased ? nil : Words(same: found.holder)))
                \(standing(found, now))
                <div class="mb row">\(paper.isHolderErased ? nil : found.file.map { _ in "<a class=\"btn go\" href=\"\(Paper.file(id))\">\(icon(.file))\(Words("下载PDF", "Download the PDF"))</a>" } ?? making)\
                <a class="btn quiet" href="\(Verify.code(PathText(paper.code.text)))">\(Words("看核验结果", "See what a check shows"))</a></div>
                <section class="panel"><h2>\(Words("内容", "What it says"))</h2>\(PaperContent.shown(paper))</section>
                \(seal(found, isStaff, now))
                \(viewer.could(.revoke, paper) && viewer.person != paper.holder ? deeds(found, now) : nil)
                """))
    }

    private var making: HTML { "<p class=\"soft\">\(Words("PDF正在制作，通常一分钟内好，好了就出现在这里。", "The PDF is being made, usually within a minute; it will appear here."))</p>" }

    private func standing(_ found: View, _ now: Instant) -> HTML? {
        switch found.paper.standing(on: now.day) {
        case .valid: return nil
        case .expired(let day): return say(.wait, "<p>\(Words("有效期已过：", "No longer in force since "))\(day.date())</p>")
        case .replaced:
            return say(.wait, "<p>\(Words("已换发新的一份：", "Replaced by a newer one: "))\(found.successor.map { "<a href=\"\(Paper.page($0.id))\">\($0.number)</a>" })</p>")
        case .suspended(let suspension): return say(.wait, "<p>\(Words("暂停使用，从", "Suspended since "))\(suspension.at.day.date())</p>\(PaperContent.reason(suspension.reason, of: found.paper))")
        case .revoked(let revocation): return say(.bad, "<p>\(Words("已撤销，", "Revoked on "))\(revocation.at.day.date())</p>\(PaperContent.reason(revocation.reason, of: found.paper))")
        }
    }

    private func seal(_ found: View, _ isStaff: Bool, _ now: Instant) -> HTML? {
        if found.paper.isHolderErased { return nil }
        if let line = found.sealing?.line {
            return """
                <section class="panel mt"><h2>\(Words("盖章件", "The sealed document"))</h2><p>\(Words("用印登记号", "Register line ")) \(line.name)　\(time(line.at))</p>\
                <p><a class="btn" href="\(StoredFile.page(line.file))">\(icon(.file))\(Words("下载盖章件", "Download the sealed document"))</a></p></section>
                """
        }
        guard isStaff else { return nil }
        if let sealing = found.sealing, case .refused = sealing.state {} else if let sealing = found.sealing {
            return "<section class=\"panel mt\"><h2>\(Words("用印", "Seal"))</h2><p>\(sealing.tag) <a href=\"\(Sealing.page(sealing.id))\">\(Words("看用印进展", "See how the seal stands"))</a></p></section>"
        }
        guard found.file != nil, found.paper.standing(on: now.day) == .valid else { return nil }
        return """
            <section class="panel mt"><h2>\(Words("用印", "Seal"))</h2><p>\(Words("电子签名不是公章。要盖章，先申请，由负责人批准。", "The electronic signature is not the official seal. To have it sealed, apply first; the head approves."))</p>\
            <div class="row">\(button(Sealing.applying(found.paper.id), Words("申请用实物章", "Apply for the ink seal"), fields: [("way", "ink")]))\
            \(hasDriver ? button(Sealing.applying(found.paper.id), Words("申请用电子印章", "Apply for the electronic seal"), fields: [("way", "electronic")]) : nil)</div></section>
            """
    }

    private func deeds(_ found: View, _ now: Instant) -> HTML? {
        let id = found.paper.id
        switch found.paper.standing(on: now.day) {
        case .revoked: return nil
        case .suspended:
            return """
                <div class="row mt">\(button(PaperDesk.lifting(id), Words("恢复使用", "Lift the suspension")))<a class="btn quiet" href="\(PaperDesk.revocation(id))">\(Words("撤销这份文书", "Revoke this paper"))</a></div>
                """
        case .valid, .expired, .replaced:
            return """
                <div class="row mt"><a class="btn quiet" href="\(PaperDesk.suspension(id))">\(Words("暂停使用", "Suspend it"))</a><a class="btn quiet" href="\(PaperDesk.revocation(id))">\(Words("撤销这份文书", "Revoke this paper"))</a></div>
                """
        }
    }

    /// The frozen PDF, by the store of files, which asks again.
    func file(_ visit: Visit, _ id: ID<Paper>) async throws -> Answer {
        let viewer = visit.viewer
        let file = try await visit.read { reader in
            let found = try view(id, viewer, reader)
            guard !found.paper.isHolderErased else { throw Problem.notFound }
            return found.file
        }
        guard let file else { return .see(Paper.page(id), saying: Words("PDF还在制作，请过一分钟再来", "The PDF is still being made; please come back in a minute")) }
        return .see(StoredFile.page(file))
    }

    // MARK: The head's deeds

    func showRevocation(_ visit: Visit, _ id: ID<Paper>, _ form: Form = Form()) async throws -> Answer {
        try await asking(
            visit, id, form, Words("撤销这份文书", "Revoke this paper"),
            [
                Words("从此核验都显示“已撤销”和日期，不能恢复", "From now on every check says “revoked” with the day; there is no way back"),
                Words("记入台账，持有人会收到通知", "It is entered in the ledger, and the holder is told"), Words("写错了要更正时，请换发新的一份，不用撤销", "To correct a mistake, issue a new edition instead"),
            ], PaperDesk.revocation(id), "btn danger go")
    }

    func showSuspension(_ visit: Visit, _ id: ID<Paper>, _ form: Form = Form()) async throws -> Answer {
        try await asking(
            visit, id, form, Words("暂停使用", "Suspend it"),
            [
                Words("核验显示“暂停使用”和日期，直到恢复", "Every check says “suspended” with the day, until it is lifted"), Words("适合有人提出异议、正在核实的时候", "For the time while an objection is being looked into"),
            ], PaperDesk.suspension(id), "btn go")
    }

    private func asking(_ visit: Visit, _ id: ID<Paper>, _ form: Form, _ words: Words, _ consequences: [Words], _ link: Link, _ kind: String) async throws -> Answer {
        let viewer = visit.viewer
        let paper = try await visit.read { reader -> Paper in
            guard let paper = try reader.paper(id), viewer.covers(Permission<Paper.Revocation, Paper>.revoke.grants, paper.reach) else { throw Problem.notFound }
            return paper
        }
        return .page(
            Page(
                words, width: .narrow, back: (Paper.page(id), paper.kind.words), wrongs: form.wrongs.count,
                """
                \(title(words, "\(paper.number)"))
                \(form.summary)
                <div class="mb"><ul>\(each: consequences, { "<li>\($0)</li>" })</ul></div>
                \(Web.form(link, "\(form.show(PaperDesk.reasonField))<p class=\"row\"><a class=\"btn\" href=\"\(Paper.page(id))\">\(Words("不改，回到文书", "Leave it as it is"))</a><button class=\"\(kind)\">\(words)</button></p>"))
                """))
    }

    func revoke(_ visit: Visit, _ id: ID<Paper>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(PaperDesk.reasonField) else { return try await showRevocation(visit, id, form) }
        return try await deed(visit, id, form, saying: Words("已撤销", "Revoked")) { may, now, tx in
            try tx.revoke(id, reason: reason, by: may.by, at: now)
        }
    }

    func suspend(_ visit: Visit, _ id: ID<Paper>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(PaperDesk.reasonField) else { return try await showSuspension(visit, id, form) }
        return try await deed(visit, id, form, saying: Words("已暂停使用", "Suspended")) { may, now, tx in
            try tx.suspend(id, reason: reason, by: may.by, at: now)
        }
    }

    /// Not past an objection: whoever issued a certificate would decide on it alone.
    func lift(_ visit: Visit, _ id: ID<Paper>) async throws -> Answer {
        let form = try await visit.form([])
        return try await deed(visit, id, form, saying: Words("已恢复使用", "The suspension is lifted")) { may, now, tx in
            if let paper = try tx.paper(id), try isContested(paper, tx) { throw Paper.Refusal.contested }
            try tx.lift(id, by: may.by, at: now)
        }
    }

    private func deed(
        _ visit: Visit, _ id: ID<Paper>, _ form: Form, saying words: Words, _ body: @escaping @Sendable (May<Paper.Revocation, Paper>, Instant, Transaction) throws -> Void
    ) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        do {
            let place = try await visit.write(once: form) { tx in
                do {
                    let paper = try tx.lockedPaper(id)
                    let may = try viewer.may(.revoke, paper)
                    if let one = try tx.oneHuman(may.person, among: [paper.holder], called: paper.claims.names) { throw one.sign == .account ? Paper.Refusal.yourOwn : .oneHuman(one) }
                    try body(may, now, tx)
                } catch Paper.Refusal.missing { throw Problem.notFound }
                return Paper.page(id)
            }
            return .see(place, saying: words)
        } catch let refusal as Paper.Refusal { return .see(Paper.page(id), saying: refusal.words) }
    }
}

extension Permission where Deed == Paper.Revocation, Noun == Paper {
    /// Revoking, suspending, lifting: the head's.
    package static var revoke: Self { Permission("paper.revoke", [Grant(.head, .institution)]) }
}
