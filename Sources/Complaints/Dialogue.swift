package import Values
import Languages
import Web

/// What complainant and handler write to each other. A note is another type: nobody can send one by mistake.
package struct Message: Sendable {
    package let id: ID<Message>
    /// Nil: the complainant wrote it.
    package let by: ID<Person>?
    package let words: String
    package let at: Instant

    static let wordsField = Field<String>.area("message", Words("写一句话", "Write a message"), longest: 2000, low: true)
}

/// What those who deal with it write down for themselves (内部记录); the complainant never sees it.
package struct Note: Sendable {
    package let id: ID<Note>
    package let by: ID<Person>
    package let words: String
    package let at: Instant

    static let wordsField = Field<String>.area(
        "note", Words("写一条记录", "Write a note"), hint: Words("投诉人看不到", "The complainant does not see it"), longest: 2000, low: true)
}
