import Files
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Storage
import Values
import Web

/// A file that one of the two puts into a case.
enum CaseFile {
    static let page = Path("cases/*/files", ID<Case>.self)
    struct Added: Happening { static let kind = "case.fileAdded"; let subject: Subject }
}

extension CasePages {
    func filesTab(_ found: Dossier, _ viewer: Viewer, _ form: Form) -> HTML {
        """
        \(found.files.isEmpty ? "<p class=\"soft\">\(Words("还没有文件。", "No files yet."))</p>" as HTML : fileList(found.files, remove: nil))
        \(viewer.could(.talk, found.it) && found.it.state == .running ? Web.form(CaseFile.page(found.it.id), files: true, "\(uploadField(form, optional: false))<p><button class=\"btn\">\(icon(.upload))\(Words("传给对方", "Send to the other side"))</button></p>") : nil)
        """
    }

    func upload(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form([], files: 10)
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let person = try visit.person()
        if form.uploads.isEmpty { form.wrong(named: FileStore.field, Words("请先选一个文件", "Please choose a file first")) }
        let taken = await files.take(&form)
        guard form.isGood else {
            taken.forEach { $0.forget() }
            return try await show(visit, id, tab: "files", form)
        }
        let link = try await visit.write(once: form) { tx in
            let found = try tx.lock(id)
            let may = try viewer.may(.talk, found)
            guard found.state == .running else { throw found.refusal() }
            for file in taken { _ = try tx.add(file, to: found.subject, by: .person(person), now: now) }
            try tx.record(CaseFile.Added(subject: found.subject), by: may.by, at: now, from: address)
            if let other = found.other(than: may.person) {
                try tx.tell(Notice(to: other, .work, about: found.subject, key: "file", Words("对方传了文件给您", "A file was sent to you"), place: Self.tab(id, "files").text), at: now)
            }
            return Self.tab(id, "files")
        }
        return .see(link, saying: Words("传好了", "Sent"))
    }
}
