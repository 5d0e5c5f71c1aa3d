package import Holdings
import Languages
package import Storage
package import Values

extension Notice {
    /// What Messaging keeps about a person. `reach`: the numbers and addresses by which they are written to.
    package static func holdings(reach: @escaping @Sendable (ID<Person>, Reader) throws -> [String]) -> [Holding] {
        [
            Holding(
                "notice", Words("收到的消息", "Notices you received"),
                [
                    .init("words_zh", Words("内容", "Text")), .init("words_en", Words("英文", "English")), .init("detail_zh", Words("说明", "Detail")),
                    .init("detail_en", Words("英文说明", "English detail")), .init("at", Words("时间", "Time"), .instant),
                ], .deleted, age: .init("at", years: 2), whose: { person, _ in "(person = \(person) or (subject_kind = 'person' and subject_id = \(person)))" }),
            Holding(
                "outbox", Words("演示里发出的短信和邮件", "Messages of the demonstration"),
                [.secret("recipient"), .secret("subject"), .secret("body"), .init("at", Words("时间", "Time"), .instant)], .deleted,
                age: .init("at", days: 30), whose: { person, reader in "recipient in (\(list: try reach(person, reader)))" }),
        ]
    }
}
