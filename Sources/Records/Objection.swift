import Languages
import Storage
package import Values
import Web

/// Somebody says that a record is wrong (异议). Where they are right, a correction follows: a new entry that points to the old.
package struct Objection: Sendable, Equatable {
    package let id: ID<Objection>
    package let by: ID<Person>
    package let words: String
    /// What it should be, less than what was recorded: what is missing is stated as a claim of its own.
    package let minutes: Minutes
    package let at: Instant
    package let due: Instant
    package let answer: Answer?

    package struct Answer: Sendable, Equatable {
        package let by: ID<Person>
        package let upheld: Bool
        package let reason: String
        package let at: Instant
    }

    static let wordsField = Field<String>.area("words", Words("哪里记错了", "What is wrong"), longest: 500, shortest: 4, low: true)
    static let minutesField = Field<Int>.number("minutes", Words("应该是多少分钟", "How many minutes it should be"), hint: Words("只能改少；少记了请另外补记一次", "Only less: what is missing is entered as a session of its own"), in: 0...1440)
    enum Verdict: String, CaseIterable { case upheld, refused }
    static let verdictField = Field<Verdict>.choice("verdict", Words("查下来", "The inquiry found"), of: Verdict.allCases, columns: true) {
        $0 == .upheld ? Words("异议成立，更正", "The objection is right: correct it") : Words("记录没有错", "The record is right")
    }
    static let reasonField = Field<String>.area("reason", Words("理由", "Reason"), longest: 500, shortest: 4, low: true)
}

extension Transaction {
    /// - Parameter recorded: the minutes that stood when somebody objected.
    func add(_ objection: Objection, to record: ServiceRecord, recorded: Minutes) throws {
        try run(
            """
            insert into record_objection (id, claim, expert, recorded, by_person, words, minutes, at, due)
            values (\(objection.id), \(record.id), \(record.expert), \(recorded), \(objection.by), \(objection.words), \(objection.minutes), \(objection.at), \(objection.due))
            """)
    }

    func add(_ answer: Objection.Answer, to objection: Objection, of record: ServiceRecord, recorded: Minutes) throws {
        try run(
            """
            insert into objection_answer (objection, claim, expert, recorded, objector, by_person, upheld, reason, at)
            values (\(objection.id), \(record.id), \(record.expert), \(recorded), \(objection.by), \(answer.by), \(answer.upheld), \(answer.reason), \(answer.at))
            """)
    }
}
