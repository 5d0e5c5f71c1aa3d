import Files
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Storage
import Values
import Web

/// How somebody without a name comes back: the code, then state and dialogue.
struct ReceiptDesk: Sendable {
    let terms: Complaint.Terms

    static let code = Field<String>.text(
        "code", Words("回执码", "Receipt code"), hint: Words("26个字母和数字，大小写和横线都不要紧", "26 letters and digits; capitals and hyphens do not matter"), longest: 60)

    func show(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        guard let (receipt, isNew) = Receipt.shown(visit) else { return enter(form) }
        let now = visit.now
        let found = try await visit.read { reader in try reader.complaint(receipt).map { (try ComplaintView($0, reader), $0.subject) } }
        guard let (view, _) = found else { return enter(form).with(.forgetting(Receipt.cookie)) }
        return .page(
            Page(
                Words("投诉\(view.complaint.name)", "Complaint \(view.complaint.name)"), width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("投诉\(view.complaint.name)", "Complaint \(view.complaint.name)"), "\(view.complaint.stateTag)"))
                \(isNew ? shown(receipt) : nil)
                \(form.summary)
                \(view.forComplainant(now: now, form, sending: Receipt.messages()))
                <div class="mt">\(button(Receipt.departure(), Words("看完了，离开", "Done, leave"), kind: "btn quiet"))</div>
                """))
    }

    private func shown(_ receipt: Receipt) -> HTML {
        say(
            .good,
            """
            <h2 class="h3">\(Words("投诉收到了。请记下回执码", "Your complaint has arrived. Please keep the receipt code"))</h2>\
            <p><b class="n">\(receipt.code.spelled)</b></p>\
            <p>\(Words("凭它回来看进展、补充情况。只有您有，我们不留底，丢了补不回来。可以抄下来或拍张照。", "With it you come back, see how things stand and add to it. Only you have it: we keep no copy and cannot restore it. Write it down or take a photo."))</p>
            """)
    }

    private func enter(_ form: Form) -> Answer {
        .page(
            Page(
                Words("查看投诉进展", "Follow a complaint"), width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("查看投诉进展", "Follow a complaint"), "\(Words("用送出投诉时给您的回执码。", "With the receipt code you were given."))"))
                \(form.summary)
                \(Web.form(Receipt.page(), "\(form.show(ReceiptDesk.code))<p><button class=\"btn go\">\(Words("看进展", "See how it stands"))</button></p>"))
                <p class="hint mt">\(Words("没有回执码？登录后送出的投诉在“投诉”里；不留名的只能凭码查看。", "No code? A complaint you sent while signed in is on your list of complaints; one without a name opens by its code alone."))</p>
                <p><a href="\(Filing.page())">\(Words("送出新的投诉", "Send a new complaint"))</a></p>
                """))
    }

    /// The code cannot be guessed; that many are tried is stopped all the same, by address and hour (S5, R3).
    func open(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["code"])
        if let wait = visit.limits.take("complaint code \(visit.network)", most: visit.site.settings.triesPerMinute, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
        guard let typed = form.value(ReceiptDesk.code) else { return enter(form) }
        let (now, network, most) = (visit.now, visit.network, terms.triesPerHour)
        let receipt = Receipt(typed: typed)
        // Counted before it is compared, in a transaction that is kept, right or wrong.
        let tries = try await visit.write { tx in try tx.countComplaint("code \(network)", span: .hours(1), now: now) }
        guard tries <= most else { throw Problem.tooMany(retryAfter: 3600) }
        let found = try await visit.read { reader in try receipt.flatMap { try reader.complaint($0) } != nil }
        guard let receipt, found else {
            form.wrong(ReceiptDesk.code, Wrong("没有这个回执码。请核对每一位，共26位", "There is no such receipt code. Please check each of its 26 characters"))
            return enter(form)
        }
        return .see(Receipt.page()).with(try receipt.cookie(for: visit, isNew: false))
    }

    func write(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["message"])
        guard let (receipt, _) = Receipt.shown(visit) else { throw Problem.notFound }
        if let wait = visit.limits.take("complaint message \(visit.network)", most: 10, now: visit.now) { throw Problem.tooMany(retryAfter: wait) }
        guard let words = form.value(Message.wordsField) else { return try await show(visit, form) }
        let now = visit.now
        let place = try await visit.write(once: form) { tx in
            guard let complaint = try tx.complaint(receipt) else { throw Problem.notFound }
            try tx.addFromComplainant(words, to: complaint, now: now)
            return Receipt.page()
        }
        return .see(place, saying: Words("已发给受理人", "Sent to whoever deals with it"))
    }

    func leave(_ visit: Visit) async throws -> Answer {
        _ = try await visit.form([])
        return .see(Receipt.page(), saying: Words("已离开。再看时要回执码", "You have left. To look again you need the receipt code")).with(.forgetting(Receipt.cookie))
    }
}

extension Receipt {
    static let page = Path("complaints/receipt")
    static let messages = Path("complaints/receipt/messages")
    static let departure = Path("complaints/receipt/departure")
}

extension Transaction {
    /// The complainant's message, and a notice to those who deal with it.
    func addFromComplainant(_ words: String, to complaint: Complaint, now: Instant) throws {
        guard try count("select count(*) from complaint_message where complaint = \(complaint.id)") < 200 else { throw Problem.tooMany(retryAfter: 86_400) }
        try addMessage(words, to: complaint, by: nil, now: now)
        try record(Complaint.Written(subject: complaint.subject), by: complaint.person.map(Party.person) ?? .system, at: now)
        for person in try complaintHandlers(complaint, now: now) {
            try tell(
                Notice(
                    to: person, .work, about: complaint.subject, key: "complaint.message",
                    Words("投诉人补充了情况", "The complainant wrote more"), place: Complaint.page(complaint.id).text), at: now)
        }
    }
}
