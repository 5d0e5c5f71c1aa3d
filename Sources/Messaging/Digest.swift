package import Jobs
import Languages
package import Storage
package import Values

/// News of a day in one letter, in the morning (peers.md, lesson 10). What was read on the page meanwhile is left out, and a
/// day without news has no letter.
package struct Digest: Sendable {
    let post: Post
    let database: Database
    let baseURL: String
    /// Minutes after midnight in China from which on the letters go out.
    let minute: Int
    let contact: @Sendable (ID<Person>, Reader) throws -> Contact?

    /// News older than this was missed for another reason, and is left to the page.
    private static let reach = Span.days(7)
    /// Lines of one letter; how many more there are is said.
    private static let mostLines = 30

    package init(post: Post, database: Database, baseURL: String, minute: Int, contact: @escaping @Sendable (ID<Person>, Reader) throws -> Contact?) {
        self.post = post
        self.database = database
        self.baseURL = baseURL
        self.minute = minute
        self.contact = contact
    }

    /// Asks each ten minutes whether the hour has come, and puts down a job for each person with news: once a day for each.
    package var timer: Recurrence {
        let (database, minute) = (database, minute)
        return Recurrence("digest", every: .minutes(10)) { now in
            guard now.minuteOfDay >= minute else { return }
            var more = true
            while more {
                more = try await database.write { tx in
                    let people = try tx.values(
                        """
                        select distinct n.person from notice n where n.class = 'news' and n.sent_at is null and n.seen_at is null and n.at > \(now - Digest.reach)
                        and n.at < \(Instant(now.day, minute / 60, minute % 60)) and not exists (select 1 from digest d where d.person = n.person and d.day = \(now.day)) limit 200
                        """, ID<Person>.self)
                    for person in people {
                        guard try tx.insertsOnce("insert into digest (person, day, at) values (\(person), \(now.day), \(now)) on conflict do nothing") else { continue }
                        try tx.enqueue(Job("notice.digest", "\(person) \(now.milliseconds)"), at: now)
                    }
                    return people.count == 200
                }
            }
        }
    }

    package var worker: Worker {
        Worker("notice.digest") { payload in
            let parts = payload.split(separator: " ")
            guard parts.count == 2, let person = ID<Person>(String(parts[0])), let milliseconds = Int64(parts[1]) else { return }
            let begun = Instant(milliseconds: milliseconds)
            let contact = contact
            let found = try await database.read { reader -> (news: [StoredNotice], contact: Contact?) in
                (try reader.news(for: person, from: begun - Digest.reach, until: begun), try contact(person, reader))
            }
            guard !found.news.isEmpty else { return }
            if let contact = found.contact, let mail = contact.mail { try await post.send(letter(found.news, to: mail, contact.language)) }
            let ids = found.news.map(\.id)
            try await database.write { tx in _ = try tx.run("update notice set sent_at = \(begun) where id in (\(list: ids)) and sent_at is null") }
        }
    }

    private func letter(_ news: [StoredNotice], to mail: String, _ language: Language) -> Letter {
        let lines = news.prefix(Digest.mostLines).map { notice in
            [notice.words(language), notice.detail(language), baseURL + notice.place].filter { !$0.isEmpty }.joined(separator: "\n")
        }
        let rest = news.count - lines.count
        let more = rest > 0 ? Words("还有\(rest)条，在“消息”里：\(baseURL)/notices", "\(rest) more under Notices: \(baseURL)/notices")(language) + "\n\n" : ""
        let why = Words("新消息每天早上汇成一封；要您办的事和必须知道的事，随时单独发。", "News comes in one letter each morning; what you must do or must know comes at once.")(language)
        return Letter(
            .mail, to: mail, subject: Words("助企：\(news.count)条新消息", news.count == 1 ? "Zhuqi: one piece of news" : "Zhuqi: \(news.count) pieces of news")(language),
            lines.joined(separator: "\n\n") + "\n\n" + more + why + "\n", patience: 30)
    }
}

extension Reader {
    /// News that was neither read nor sent, oldest first.
    fileprivate func news(for person: ID<Person>, from: Instant, until: Instant) throws -> [StoredNotice] {
        try rows(
            """
            \(StoredNotice.columns) where person = \(person) and class = 'news' and sent_at is null and seen_at is null and at > \(from) and at <= \(until)
            order by at, id limit 200
            """, StoredNotice.init)
    }
}
