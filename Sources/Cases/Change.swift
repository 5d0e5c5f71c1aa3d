import Happenings
import Identity
import Languages
import Markup
import Messaging
import Needs
import Reference
import Storage
import Turns
package import Values
package import Web

/// Another expert takes over (换一位专家): the history stays, and the owner is told who and why.
package struct Change: Sendable {
    package enum Kind: String, Sendable {
        /// The owner wants another; the expert cannot go on; the institution decides.
        case owner, expert, institution

        var words: Words {
            switch self {
            case .owner: Words("企业请求换人", "changed at the owner's wish")
            case .expert: Words("专家办不了，换人", "the expert could not go on")
            case .institution: Words("服务机构换人", "changed by the institution")
            }
        }
    }

    package let expert: ID<Person>
    package let kind: Kind
    package let reason: String
    package let at: Instant

    static let page = Path("cases/*/change", ID<Case>.self)
    static let reason = Field<String>.area("reason", Words("为什么要换", "Why"), hint: Words("接手的专家会看到，方便接着办", "The next expert reads it, to go on from there"), longest: 300, low: true)

    struct Done: Happening {
        static let kind = "case.expertChanged"
        let subject: Subject
        let fields: [String: String]
    }
}

package enum Review {}
extension Permission where Deed == Change, Noun == Case {
    package static var change: Self {
        Permission("case.change", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague)), Grant(.expert, .own(.expert)), Grant(.officer, .institution), Grant(.head, .institution)])
    }
}
extension Permission where Deed == Review, Noun == Case {
    package static var review: Self { Permission("case.review", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Reader {
    func changes(of id: ID<Case>) throws -> [Change] {
        try rows("select expert, kind, reason, at from expert_change where service_case = \(id) order by at limit 50") { row in
            Change(expert: try row(), kind: Change.Kind(rawValue: try row()) ?? .institution, reason: try row(), at: try row())
        }
    }
}

struct ChangePages: Sendable {
    let ladder: Ladder
    let reference: Reference

    func ask(_ visit: Visit, _ id: ID<Case>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let found = try await visit.read { reader in
            let found = try viewer.find(reader.serviceCase(id), .change)
            return (it: found, name: try found.expert.map { try reader.names(of: [$0])[$0] ?? "" } ?? "")
        }
        let isExpert = found.it.expert == viewer.person
        // Before the undertaking an expert does not know what it is about.
        let name = isExpert && found.it.undertaking == nil ? found.it.number : found.it.title
        return .page(
            Page(
                isExpert ? Words("请换人接手", "Hand over") : Words("换一位专家", "Another expert"), word: "cases", width: .narrow, back: (Case.page(id), Words("回到案例", "Back to the case")), wrongs: form.wrongs.count,
                """
                \(title(isExpert ? Words("请换人接手", "Hand this case over") : Words("换一位专家", "Another expert"), "\(name)"))\(form.summary)
                <ul class="plain"><li>\(isExpert ? Words("企业会知道换人和原因", "The owner is told, and why") : Words("\(found.name)老师会收到通知，不再看到这件案例", "\(found.name) is told and no longer sees this case"))</li><li>\(Words("说过的话、文件和方案都留给下一位", "Conversation, files and solution stay for the next expert"))</li><li>\(Words("重新推荐，您再选", "New experts are proposed to choose from"))</li></ul>
                \(Web.form(Change.page(id), "\(form.show(Change.reason))<div class=\"row\"><a class=\"btn go\" href=\"\(Case.page(id))\">\(Words("不换，继续", "Keep it as it is"))</a><button class=\"btn danger\">\(isExpert ? Words("请换人", "Hand over") : Words("换一位专家", "Change the expert"))</button></div>"))
                """))
    }

    func change(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(Change.reason) else { return try await ask(visit, id, form) }
        let (viewer, now, address, ladder) = (visit.viewer, visit.now, visit.address, ladder)
        let link = try await visit.write(once: form) { tx in
            let found = try tx.lock(id)
            let may = try viewer.may(.change, found)
            let kind: Change.Kind = may.person == found.expert ? .expert : found.reach.people[.asker]?.contains(may.person) == true || found.colleagues.contains(may.person) ? .owner : .institution
            try ChangePages.change(found, kind, reason: reason, by: may.by, ladder, tx, now, address)
            return kind == .expert ? Case.list() : Case.page(id)
        }
        return .see(link, saying: Words("知道了，正在找下一位", "Understood; the next one is being found"))
    }

    /// Takes the expert off the case and looks for the next: also when an appointment ends in mid-case.
    static func change(_ found: Case, _ kind: Change.Kind, reason: String, told: Words? = nil, by: Party, _ ladder: Ladder, _ tx: Transaction, _ now: Instant, _ address: String) throws {
        guard let expert = found.expert, try found.isOpen || found.closure?.verdict == .not || tx.followUp(of: found.id)?.verdict == .not else { throw found.refusal() }
        let person: ID<Person> = if case .person(let person) = by { person } else { expert }
        try tx.run(
            """
            insert into expert_change (service_case, expert, from_at, at, kind, reason, by_person)
            values (\(found.id), \(expert), \(found.undertaking ?? found.begun), \(now), \(kind.rawValue), \(reason), \(person))
            """)
        // A verdict of "not solved" is kept in the history of happenings; the case goes on.
        try tx.reopen(found.id)
        try tx.reopen(found.need)
        // One that was begun and never ended counts for nobody: the next expert was not there.
        for meeting in try tx.meetings(of: found.id) where meeting.allows(.cancel) || meeting.allows(.end) { try tx.cancel(meeting.id, reason: "", by: person, now: now) }
        try tx.setExpert(nil, of: found.id)
        try tx.endTurn(of: found.subject)
        try tx.endTurn(of: Declaration.subject(found.id))
        try tx.endTurn(of: FollowUp.subject(found.id))
        try tx.giveBack(found.need)
        try tx.record(Change.Done(subject: found.subject, fields: ["expert": expert.text, "kind": kind.rawValue]), by: by, at: now, from: address)
        try tx.tell(Notice(to: found.asker, .mustKnow, about: found.subject, key: "change", Words("您的案例要换一位专家（\(kind.words.chinese)），正在重新推荐", "Your case gets another expert (\(kind.words.english)); new ones are being proposed"), detail: told ?? Words(same: kind == .owner ? "" : reason), place: Need.page(found.need).text), at: now)
        if kind != .expert { try tx.tell(Notice(to: expert, .mustKnow, about: found.subject, key: "change", Words("这件案例换人了，谢谢您到目前的帮助", "This case was handed on; thank you for your help so far"), place: Case.list().text), at: now) }
        _ = try ladder.propose(found.need, in: tx, now: now, by: by, address: address)
    }
}
