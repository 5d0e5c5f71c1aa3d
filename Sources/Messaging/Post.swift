package import Jobs
package import Languages
import Logging
package import Storage
package import Values

/// One mail or text message to one recipient.
package struct Letter: Sendable {
    package enum Channel: String, CellCodable { case mail, text }
    package let channel: Channel
    package let recipient: String
    package let subject: String
    package let body: String
    /// Seconds that its sending may take, and as many for the farewell to a server that stalls. Somebody waits at a page for a code or an invitation; nobody waits for a job.
    package let patience: Int
    package init(_ channel: Channel, to recipient: String, subject: String = "", _ body: String, patience: Int = 5) {
        self.channel = channel
        self.recipient = recipient
        self.subject = subject
        self.body = body
        self.patience = patience
    }
}

/// Where a person is reached, in which language.
package struct Contact: Sendable {
    package let mobile: String?
    package let mail: String?
    package let language: Language
    package init(mobile: String?, mail: String?, language: Language) { self.mobile = mobile; self.mail = mail; self.language = language }
}

/// Carries letters to the outside: one driver for mail, one for text messages.
package struct Post: Sendable {
    package let mail: Driver
    package let text: Driver

    package init(mail: Driver, text: Driver) { self.mail = mail; self.text = text }

    package struct Driver: Sendable {
        package let name: String
        package let send: @Sendable (Letter) async throws -> Void
        package init(_ name: String, _ send: @escaping @Sendable (Letter) async throws -> Void) { self.name = name; self.send = send }

        /// Keeps letters in a table, where the demo shows them.
        package static func outbox(_ database: Database, clock: @escaping @Sendable () -> Instant = { .now }) -> Driver {
            Driver("outbox") { letter in
                let now = clock()
                try await database.write { tx in
                    _ = try tx.run(
                        """
                        insert into outbox (id, channel, recipient, subject, body, at)
                        values (\(ID<Letter>(at: now)), \(letter.channel), \(letter.recipient), \(letter.subject), \(letter.body), \(now))
                        """)
                }
            }
        }

        /// Nothing is set up: a letter fails, its job comes again and turns red, and `zhuqi check` says what to set.
        package static let missing = Driver("missing") { _ in throw PostFailure.notSetUp }
    }

    package func send(_ letter: Letter) async throws {
        switch letter.channel {
        case .mail: try await mail.send(letter)
        case .text: try await text.send(letter)
        }
    }

    /// Sends a notice by the channels of its class, in the recipient's language; what must be known goes by all. A reminder is
    /// sent while `waits` says that its thing still waits for somebody.
    package func worker(
        database: Database, baseURL: String, waits: @escaping @Sendable (Subject, Reader) throws -> Bool = { _, _ in true },
        contact: @escaping @Sendable (ID<Person>, Reader) throws -> Contact?
    ) -> Worker {
        Worker("notice.send") { payload in
            // A notice, and of one that goes by several channels the one that is meant.
            let parts = payload.split(separator: " ").map(String.init)
            guard let id = parts.first.flatMap({ ID<Notice>($0) }) else { return }
            let found = try await database.read { reader -> (StoredNotice, Contact)? in
                guard let notice = try reader.notice(id), let contact = try contact(notice.person, reader) else { return nil }
                if notice.isReminder, try !waits(notice.subject, reader) { return nil }
                return (notice, contact)
            }
            guard let (notice, contact) = found else { return }
            let letters = Post.letters(notice, contact, baseURL: baseURL).filter { parts.count == 1 || $0.channel.rawValue == parts[1] }
            // Each is a job by itself: a channel that is down neither holds up the other nor has it sent again.
            guard letters.count < 2 else {
                return try await database.write { tx in for letter in letters { try tx.enqueue(Job("notice.send", "\(id) \(letter.channel.rawValue)"), at: notice.at) } }
            }
            for letter in letters { try await send(letter) }
            try await database.write { tx in _ = try tx.run("update notice set sent_at = \(Instant.now) where id = \(id)") }
        }
    }

    static func letters(_ notice: StoredNotice, _ contact: Contact, baseURL: String) -> [Letter] {
        let words = notice.words(contact.language)
        let detail = notice.detail(contact.language)
        let place = baseURL + notice.place
        let signature = Words("【助企】", "[Zhuqi] ")(contact.language)
        var letters: [Letter] = []
        if let mobile = contact.mobile { letters.append(Letter(.text, to: mobile, "\(signature)\(words) \(place)", patience: 30)) }
        if let mail = contact.mail, notice.kind == .mustKnow || contact.mobile == nil {
            letters.append(Letter(.mail, to: mail, subject: words, "\(words)\n\n\(detail)\n\n\(place)\n", patience: 30))
        }
        return letters
    }
}

package enum PostFailure: Error { case notSetUp, refused(String) }

/// A letter of the outbox, for the demo's page.
package struct OutboxEntry: Sendable {
    package let letter: Letter
    package let at: Instant
}

extension Reader {
    package func outbox(limit: Int, to recipient: String? = nil) throws -> [OutboxEntry] {
        try rows(
            """
            select channel, recipient, subject, body, at from outbox \(recipient.map { "where recipient = \($0)" as SQL }) order by at desc, id desc limit \(limit)
            """
        ) { row in
            let channel: Letter.Channel = try row()
            return OutboxEntry(letter: Letter(channel, to: try row(), subject: try row(), try row()), at: try row())
        }
    }
}

extension Post.Driver {
    /// Text messages through an operator's mail gateway: a mail to `number@domain` (`ZHUQI_TEXT_MAIL`).
    package static func byMail(_ mail: Post.Driver, domain: String) -> Post.Driver {
        Post.Driver("text by mail") { letter in try await mail.send(Letter(.mail, to: "\(letter.recipient)@\(domain)", subject: "", letter.body, patience: letter.patience)) }
    }
}
