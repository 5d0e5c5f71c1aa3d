import Languages
import Markup
import Reference
import Storage
import Values
import Web

// A colleague's answer: they learn that somebody asks, and nothing of who it is.
extension SpeakerDesk {
    static let word = Field<String>.text("word", Words("同事告诉您的6位口令", "The six digits your colleague told you"), hint: Words("没人告诉您口令，就先不要同意", "If nobody told you one, do not approve"), longest: 12, control: .line(keyboard: "numeric", short: true))

    /// Says that somebody asks and nothing of who it is.
    func showApproval(_ visit: Visit, _ id: ID<Speaker>, _ form: Form = Form()) async throws -> Answer {
        let found = try await find(visit, id)
        guard visit.viewer.could(.approveSpeaker, found.speaker), case .asks(let since) = found.speaker.state else { throw Problem.notFound }
        return .page(
            Page(
                Words("有人想加入", "Somebody asks to join"), width: .narrow, back: (OwnAccount.page(), Words("我的账号", "My account")), wrongs: form.wrongs.count,
                """
                \(title(Words("有人想一起代表\(found.enterprise.name)", "Somebody asks to speak for \(found.enterprise.name) too"), "\(time(since))"))
                \(form.summary)
                <p>\(Words("同意以前，我们不告诉您他是谁，也不告诉他您是谁。请在单位里问问：真是同事，他会告诉您一个口令。", "Until you approve, we tell neither of you who the other is. Ask at work: a real colleague can tell you the word."))</p>
                \(Web.form(Speaker.approval(id), "\(form.show(SpeakerDesk.word))<p><button class=\"btn go big\">\(Words("是同事，同意加入", "A colleague: approve"))</button></p>"))
                <section class="mt panel"><h2 class="h3">\(Words("不是同事", "Not a colleague"))</h2>\
                \(Web.form(Speaker.refusal(id), "\(form.show(SpeakerDesk.reason))<p><button class=\"btn\">\(Words("不同意", "Decline"))</button></p>"))</section>
                """))
    }

    func approve(_ visit: Visit, _ id: ID<Speaker>) async throws -> Answer {
        var form = try await visit.form(["word"])
        guard visit.viewer.could(.approveSpeaker, try await find(visit, id).speaker) else { throw Problem.notFound }
        guard let word = form.value(SpeakerDesk.word) else { return try await showApproval(visit, id, form) }
        let (now, viewer, address) = (visit.now, visit.viewer, visit.address)
        let door = "speaker \(id)"
        // Counted behind the lock of the same transaction: however many words are tried at once, five are looked at (S5).
        let refusal = try await visit.write { tx -> Speaker.Refusal? in
            let speaker = try tx.lockedSpeaker(id)
            let may = try viewer.may(.approveSpeaker, speaker)
            guard try tx.failures(door, address, now: now).anywhere < 5 else { return .tooMany }
            do {
                try tx.approve(speaker, word: word, by: may, at: now, from: address)
                return nil
            } catch let refusal as Speaker.Refusal {
                if refusal == .word { try tx.fail("speaker", door, address, now: now) }
                return refusal
            }
        }
        // A second click finds it approved.
        if case .past(.confirmed)? = refusal { return .see(OwnAccount.page(), saying: Words("已经同意过了", "It was approved before")) }
        if let refusal {
            form.wrong(SpeakerDesk.word, Wrong(refusal.words))
            return try await showApproval(visit, id, form)
        }
        return .see(OwnAccount.page(), saying: Words("同意了，已告诉对方", "Approved, and they were told"))
    }
}
