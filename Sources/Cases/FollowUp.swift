import Happenings
import Identity
import Languages
package import Storage
package import Values
import Web

/// Thirty days later: does it still help, what came of it (clause 1.d).
package struct FollowUp: Sendable {
    package let due: Day
    package let verdict: Verdict?
    package let result: String?

    static let page = Path("cases/*/follow-up", ID<Case>.self)
    static let days = 30
    static let verdict = Field<Verdict>.choice("verdict", Words("过了一阵，问题还解决着吗", "After a while, is it still solved?"), of: Verdict.allCases) { $0.words }
    static let result = Field<String>.area("result", Words("现在怎样了", "How is it now?"), hint: Words("有数字最好，如：良率从81%到95%", "A figure is best, such as: yield from 81% to 95%"), longest: 500, low: true)

    package struct Answered: Happening {
        package static let kind = "case.followedUp"
        package let subject: Subject
        package let fields: [String: String]
    }

    static func subject(_ id: ID<Case>) -> Subject { Subject("followUp", id) }

    func isOpen(on today: Day) -> Bool { verdict == nil && today >= due }

    /// May be repeated with the same verdict; before its day there is nothing to answer yet.
    func answer(_ answer: Verdict, on today: Day, subject: Subject) throws(Problem) -> Answered? {
        if let verdict {
            if verdict == answer { return nil }
            throw Problem("followUp.past", status: 409, Words("已经答过回访", "The follow-up was answered already"), Words("答的是“\(verdict.words.chinese)”。情况又变了，请打电话告诉服务机构。", "The answer was “\(verdict.words.english)”. If things have changed since, please call the institution."))
        }
        guard today >= due else {
            throw Problem("followUp.early", status: 409, Words("还没到回访日", "It is too early for the follow-up"), Words("回访日是\(due.full().chinese)，到时会提醒您。", "It is due on \(due.full().english); you will be reminded."))
        }
        return Answered(subject: subject, fields: ["verdict": answer.rawValue])
    }
}

extension Reader {
    package func followUp(of id: ID<Case>) throws -> FollowUp? {
        try first("select due, verdict, result from follow_up where service_case = \(id)") { row in
            FollowUp(due: try row(), verdict: try row.maybe(String.self).flatMap(Verdict.init(rawValue:)), result: try row.maybe())
        }
    }
}

extension Transaction {
    func setFollowUp(_ id: ID<Case>, on day: Day) throws { try run("insert into follow_up (service_case, due) values (\(id), \(day)) on conflict do nothing") }

    func save(_ verdict: Verdict, result: String, ofFollowUp id: ID<Case>, by may: May<Closure, Case>, now: Instant) throws {
        try run("update follow_up set verdict = \(verdict.rawValue), result = \(result), by_person = \(may.person), at = \(now) where service_case = \(id) and at is null")
    }
}
