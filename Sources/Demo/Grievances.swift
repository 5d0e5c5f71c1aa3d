import Cases
import Complaints
import Identity
import Storage
import Values
import Web

/// A few complaints of the year, each at another step of its course: waiting, accepted, answered as founded, answered as not.
struct Grievances: Sendable {
    let stage: Stage
    let world: World
    let house: Stage.House

    /// How far a complaint has come, and what was found.
    private struct Course: Sendable {
        let daysAgo: Int
        let measure: (Measure.Kind, String)?
        let decision: (Decision.Outcome, String)?
        let answer: String?
    }

    private static let courses: [String: Course] = [
        "k01": Course(
            daysAgo: 3, measure: (.evidence, "已请企业把聊天截图和通话记录发来存好；约专家明天上午来说明。"), decision: nil, answer: nil),
        "k02": Course(daysAgo: 0, measure: nil, decision: nil, answer: nil),
        "k03": Course(
            daysAgo: 40, measure: (.talk, "调了平台上的查看记录，又和专家当面谈了一次。"),
            decision: (.unfounded, "图样在平台上只有企业和这位专家打开过；群里的草图比企业上传早四天，出自另一家的旧款。"),
            answer: "查了查看记录和群里那张图的时间：它比您上传早四天，不是从这里出去的。图样只有您和专家打开过，记录附在案卷里，您随时可以来看。"),
        "k04": Course(
            daysAgo: 25, measure: (.talk, "和专家核对了三次改期的时间。"),
            decision: (.founded, "三次改期属实，最后一次只提前十五分钟。已提醒专家，并写进约定：来不了最迟前一天说。"),
            answer: "您说的三次改期属实，对不起，让您停了半条线。我们提醒了专家，也把“来不了，最迟前一天说”写进了见面的约定。"),
    ]

    func tell(_ cases: [String: Story.Lived]) async throws {
        for grievance in world.grievances {
            guard let course = Grievances.courses[grievance.key] else { continue }
            let lived = cases[grievance.need]
            // A complaint about a case names it; where the case did not come about, nothing is named.
            let about = lived?.serviceCase.map { Subject("case", $0) }
            let person = grievance.isAnonymous ? nil : lived?.asker.person
            let (stage, head) = (stage, house.head)
            let wanted = course.daysAgo == 0 ? stage.now - .hours(3) : Instant(stage.now.day + -course.daysAgo, 10, 20)
            // Not before the case that it is about; and what follows fits between then and now.
            let begun = try await stage.database.read { reader in try lived?.serviceCase.flatMap { try reader.serviceCase($0)?.begun } }
            let filed = begun.map { max(wanted, min($0 + .days(2), stage.now - .hours(20))) } ?? wanted
            let day = min(Span.days(1).milliseconds, (stage.now - filed).milliseconds / 10)
            @Sendable func after(_ days: Int64) -> Instant { filed + Span(milliseconds: day * days) }
            let words = "\(grievance.text)\n\(grievance.wish)"
            let kind = Grievances.kind(grievance.kind)
            let id = try await stage.database.write { tx in try stage.complaints.file(kind, words, about: about, by: person, in: tx, now: filed) }
            guard course.daysAgo > 0 else { continue }
            try await stage.database.write { tx in
                func deal(_ at: Instant, _ deed: (Complaint, May<Complaint.Handling, Complaint>, Instant) throws -> Void) throws {
                    let complaint = try tx.complaint(id, for: head)
                    try deed(complaint, try head.may(.handle, complaint), at)
                }
                try deal(after(1)) { try tx.accept($0, by: $1, at: $2) }
                if let (kind, words) = course.measure { try deal(after(2)) { try tx.take(kind, words, $0, by: $1, at: $2) } }
                if let (outcome, words) = course.decision { try deal(after(6)) { try tx.decide($0, outcome, words, by: $1, at: $2) } }
                if let words = course.answer { try deal(after(7)) { try tx.answer($0, words, by: $1, at: $2) } }
            }
        }
    }

    private static func kind(_ text: String) -> Complaint.Kind {
        switch text {
        case "askedToPay": .charge
        case "selling": .selling
        case "confidentiality": .confidentiality
        case "lateness": .manner
        default: .other
        }
    }
}
