import Languages
import Storage
package import Values
import Web

/// The owner says no (争议): decided within its deadline by somebody who had no part.
package struct Dispute: Sendable, Equatable {
    package let by: ID<Person>
    package let words: String
    /// What it should be, in the owner's eyes.
    package let minutes: Minutes?
    package let at: Instant
    package let due: Instant
    package let decision: Decision?

    package struct Decision: Sendable, Equatable {
        package let by: ID<Person>
        /// None when nothing counts.
        package let minutes: Minutes
        package let reason: String
        package let at: Instant
    }

    static let wordsField = Field<String>.area("words", Words("哪里不对", "What is wrong"), hint: Words("没有谈、时间多记了，或者别的", "There was no session, too much time, or something else"), longest: 500, shortest: 2, low: true)
    static let minutesField = Field<Int>.number("minutes", Words("实际多少分钟", "How many minutes it was"), hint: Words("没有谈就写0；记不清可以空着", "0 when there was none; may stay empty"), in: 0...1440)
    static let decidedField = Field<Int>.number("minutes", Words("计入多少分钟", "How many minutes count"), hint: Words("不计入写0；不能超过凭证和原来的时间", "0 for none; never more than was claimed or the evidence bears out"), in: 0...1440)
    static let reasonField = Field<String>.area("reason", Words("理由", "Reason"), hint: Words("双方都会看到", "Both sides will read it"), longest: 500, shortest: 4, low: true)
}

extension Transaction {
    func add(_ dispute: Dispute, to record: ServiceRecord) throws {
        try run(
            """
            insert into service_dispute (claim, expert, owner, by_person, words, minutes, at, due)
            values (\(record.id), \(record.expert), \(record.owner), \(dispute.by), \(dispute.words), \(dispute.minutes), \(dispute.at), \(dispute.due))
            """)
    }

    func add(_ decision: Dispute.Decision, on dispute: Dispute, of record: ServiceRecord) throws {
        try run(
            """
            insert into dispute_decision (claim, expert, owner, disputer, by_person, minutes, reason, at)
            values (\(record.id), \(record.expert), \(record.owner), \(dispute.by), \(decision.by), \(decision.minutes), \(decision.reason), \(decision.at))
            """)
    }
}
