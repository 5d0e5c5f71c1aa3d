import Jobs
package import Languages
package import Storage
package import Values

/// Something a person is told: always on the page, and by mail or text message as its class asks.
package struct Notice: Sendable {
    /// Three classes, so that what must be known is not lost among news.
    package enum Class: String, CellCodable {
        /// Always, at once, by every channel.
        case mustKnow
        /// Work that waits: at once, on the page and by text message or mail.
        case work
        /// On the page at once; by mail in one letter a day, in the morning (`Digest`).
        case news
    }

    package let person: ID<Person>
    package let kind: Class
    package let subject: Subject
    /// One notice per thing, person and day: a second with the same key on the same day is dropped. News of a thing replaces
    /// the day's earlier news of it, whatever its key.
    package let key: String
    package let words: Words
    package let detail: Words
    /// Where it leads: a path of ours.
    package let place: String
    /// It says that something waits: when nothing does any more, it is not sent (lesson 10: closure stops reminders).
    package let isReminder: Bool

    package init(
        to person: ID<Person>, _ kind: Class, about subject: Subject, key: String, _ words: Words, detail: Words = Words("", ""), place: String, isReminder: Bool = false
    ) {
        self.person = person
        self.kind = kind
        self.subject = subject
        self.key = key
        self.words = words
        self.detail = detail
        self.place = place
        self.isReminder = isReminder
    }

    package static let migrations = [
        Migration(
            "Messaging", 1,
            [
                """
                create table notice (id \(.text) not null primary key, person \(.text) not null, class \(.text) not null
                    check (class in ('mustKnow', 'work', 'news')), subject_kind \(.text) not null, subject_id \(.text) not null,
                    key \(.text) not null, day \(.text) not null, words_zh \(.text) not null, words_en \(.text) not null,
                    detail_zh \(.text) not null, detail_en \(.text) not null, place \(.text) not null, at \(.int) not null,
                    seen_at \(.int), sent_at \(.int), unique (person, key, subject_kind, subject_id, day))\(.strict)
                """,
                "create index notice_person on notice (person, at desc)",
                "create index notice_unseen on notice (person) where seen_at is null",
                """
                create table outbox (id \(.text) not null primary key, channel \(.text) not null check (channel in ('mail', 'text')),
                    recipient \(.text) not null, subject \(.text) not null, body \(.text) not null, at \(.int) not null)\(.strict)
                """,
                "create index outbox_at on outbox (at desc)",
            ]),
        Migration(
            "Messaging", 2,
            [
                "alter table notice add column reminder \(.bool) not null default false",
                // What a letter of the morning gathers; and one letter a day for each.
                "create index notice_news on notice (person, at) where class = 'news' and sent_at is null",
                "create table digest (person \(.text) not null, day \(.text) not null, at \(.int) not null, primary key (person, day))\(.strict)",
            ]),
    ]
}

/// A notice as it stands on the page of notices.
package struct StoredNotice: Sendable {
    package let id: ID<Notice>
    package let person: ID<Person>
    package let kind: Notice.Class
    package let subject: Subject
    package let words: Words
    package let detail: Words
    package let place: String
    package let at: Instant
    package let seen: Bool
    package let isReminder: Bool

    init(_ row: inout Row) throws {
        (id, person, kind) = (try row(), try row(), try row())
        subject = Subject(kind: try row(), id: try row())
        (words, detail) = (Words(try row(), try row()), Words(try row(), try row()))
        (place, at) = (try row(), try row())
        seen = try row.maybe(Instant.self) != nil
        isReminder = try row()
    }

    static let columns: SQL = """
        select id, person, class, subject_kind, subject_id, words_zh, words_en, detail_zh, detail_en, place, at, seen_at, reminder from notice
        """
}

extension Transaction {
    /// Tells a person, and sends it by the channels of its class soon after the commit.
    package func tell(_ notice: Notice, at now: Instant) throws {
        if notice.kind == .news, try renews(notice, at: now) { return }
        let id = ID<Notice>(at: now)
        let isNew = try insertsOnce(
            """
            insert into notice (id, person, class, subject_kind, subject_id, key, day, words_zh, words_en, detail_zh, detail_en, place, at, reminder)
            values (\(id), \(notice.person), \(notice.kind), \(notice.subject.kind), \(notice.subject.id), \(notice.key), \(now.day),
                \(notice.words.chinese), \(notice.words.english), \(notice.detail.chinese), \(notice.detail.english), \(notice.place), \(now), \(notice.isReminder))
            on conflict (person, key, subject_kind, subject_id, day) do nothing
            """)
        if isNew, notice.kind != .news { try enqueue(Job("notice.send", id.text), at: now) }
    }

    /// The day's news of a thing says what is newest, once.
    private func renews(_ notice: Notice, at now: Instant) throws -> Bool {
        try run(
            """
            update notice set words_zh = \(notice.words.chinese), words_en = \(notice.words.english), detail_zh = \(notice.detail.chinese),
                detail_en = \(notice.detail.english), place = \(notice.place), at = \(now), seen_at = null
            where person = \(notice.person) and class = 'news' and subject_kind = \(notice.subject.kind) and subject_id = \(notice.subject.id)
                and day = \(now.day) and sent_at is null
            """) > 0
    }

    package func markSeen(_ person: ID<Person>, _ id: ID<Notice>?, at now: Instant) throws {
        try run("update notice set seen_at = \(now) where person = \(person) and seen_at is null \(id.map { "and id = \($0)" as SQL })")
    }
}

extension Reader {
    package func notices(of person: ID<Person>, before: ID<Notice>?, limit: Int) throws -> [StoredNotice] {
        try rows("\(StoredNotice.columns) where person = \(person) \(before.map { "and id < \($0)" as SQL }) order by id desc limit \(limit)", StoredNotice.init)
    }

    package func notice(_ id: ID<Notice>) throws -> StoredNotice? { try first("\(StoredNotice.columns) where id = \(id)", StoredNotice.init) }

    package func unseenNotices(of person: ID<Person>) throws -> Int {
        try count("select count(*) from (select 1 from notice where person = \(person) and seen_at is null limit 1000) n")
    }
}
