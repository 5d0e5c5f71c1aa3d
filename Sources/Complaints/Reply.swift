package import Values
import Languages
import Web

/// The answer to the complainant (答复). What was read cannot be taken back, so it has no undoing.
package struct Reply: Sendable, Equatable {
    package let words: String
    package let by: ID<Person>
    package let at: Instant

    static let wordsField = Field<String>.area(
        "replyWords", Words("答复投诉人", "Answer to the complainant"), hint: Words("查了什么、结果怎样、还能找谁。不写别人的隐私", "What was looked into, what came of it, and where else to turn. Nothing private about others"),
        longest: 2000, shortest: 6)
}
