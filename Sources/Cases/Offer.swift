import Happenings
import Identity
package import Languages
package import Needs
package import Storage
package import Values
package import Web

/// A need offered to one expert: accept, not now, or pass on with a reason; no answer in time, and the next is asked (N9).
/// Until acceptance the expert sees a summary with names, numbers and places blacked out.
package struct Offer: Reachable, Sendable {
    package let id: ID<Offer>
    package let need: ID<Need>
    package let expert: ID<Person>
    package let institution: ID<Organisation>
    package let region: String
    package let at: Instant
    package let due: Instant
    package let summary: String
    package var state: State

    package enum State: Sendable, Equatable {
        case open
        case answered(Answer, reason: String, at: Instant)
    }

    package enum Answer: String, Sendable, CaseIterable {
        case accepted, notNow, passedOn, lapsed, recalled

        package var words: Words {
            switch self {
            case .accepted: Words("接手了", "Accepted")
            case .notNow: Words("这次没空", "Not now")
            case .passedOn: Words("建议请别人", "Passed on")
            case .lapsed: Words("过了时限没有答复", "No answer in time")
            case .recalled: Words("收回了", "Recalled")
            }
        }
    }

    package var subject: Subject { Subject("offer", id) }
    package var reach: Reach { Reach(institution: institution, region: region, people: [.expert: [expert]]) }

    package static let list = Path("offers")
    package static let page = Path("offers/*", ID<Offer>.self)
    /// The one short link of the text message: a fixed place, and a code to type.
    package static let short = Path("o")
    static let answer = Path("offers/*/answer", ID<Offer>.self)

    package struct Made: Happening {
        package static let kind = "offer.made"
        package let subject: Subject
        package let fields: [String: String]
    }
    package struct Answered: Happening {
        package static let kind = "offer.answered"
        package let subject: Subject
        package let fields: [String: String]
    }

    /// May be repeated with the same answer: a double click is no error.
    mutating func answer(_ answer: Answer, reason: String, now: Instant) throws(Refusal) -> Answered? {
        switch state {
        case .open:
            guard answer == .lapsed || answer == .recalled || now <= due else { throw .late }
            state = .answered(answer, reason: reason, at: now)
            return Answered(subject: subject, fields: ["answer": answer.rawValue])
        case .answered(let earlier, _, _): if earlier == answer { return nil } else { throw .past(earlier) }
        }
    }

    package enum Refusal: Error {
        case late
        case past(Answer)

        package var words: Words {
            switch self {
            case .late: Words("答复时限过了，已请下一位专家。谢谢您看过", "The time to answer has passed and the next expert was asked. Thank you for looking")
            case .past(let answer): Words("这份邀请已经是“\(answer.words.chinese)”", "This invitation is already “\(answer.words.english)”")
            }
        }
    }

    static let migration = Migration(
        "Cases", 2,
        [
            """
            create table offer (id \(.text) not null primary key, need \(.text) not null references need (id), expert \(.text) not null,
                institution \(.text) not null, region \(.text) not null, at \(.int) not null, due \(.int) not null, summary \(.text) not null,
                code_hash \(.text) not null unique)\(.strict)
            """,
            "create index offer_expert on offer (expert, at desc)",
            "create index offer_need on offer (need, at)",
            """
            create table offer_answer (offer \(.text) not null primary key references offer (id), answer \(.text) not null
                check (answer in ('accepted', 'notNow', 'passedOn', 'lapsed', 'recalled')), reason \(.text) not null, at \(.int) not null)\(.strict)
            """,
            // A need has one open offer at most: the key that two choices at once collide on.
            "create table open_offer (need \(.text) not null primary key, offer \(.text) not null unique references offer (id), due \(.int) not null)\(.strict)",
            "create index open_offer_due on open_offer (due)",
        ])
}

package enum AnswerDeed {}
package enum Choose {}
package enum Propose {}

extension Permission where Deed == AnswerDeed, Noun == Offer {
    package static var answer: Self { Permission("offer.answer", [Grant(.expert, .own(.expert))]) }
}
extension Permission where Deed == See, Noun == Offer {
    package static var see: Self { Permission("offer.see", [Grant(.expert, .own(.expert)), Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)]) }
}
extension Permission where Deed == Choose, Noun == Need {
    /// The owner chooses; an officer can choose for somebody who asked by telephone.
    package static var choose: Self { Permission("need.choose", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague)), Grant(.officer, .institution)]) }
}
extension Permission where Deed == Propose, Noun == Need {
    package static var propose: Self { Permission("need.propose", [Grant(.officer, .institution)]) }
}

extension Reader {
    package func offer(_ id: ID<Offer>) throws -> Offer? { try first("\(Offer.columns) where o.id = \(id)", Offer.init) }

    func offers(of expert: ID<Person>, limit: Int) throws -> [Offer] { try rows("\(Offer.columns) where o.expert = \(expert) order by o.at desc limit \(limit)", Offer.init) }

    func offers(for need: ID<Need>) throws -> [Offer] { try rows("\(Offer.columns) where o.need = \(need) order by o.at limit 50", Offer.init) }

    package func openOffer(for need: ID<Need>) throws -> Offer? { try first("\(Offer.columns) join open_offer p on p.offer = o.id where p.need = \(need)", Offer.init) }

    func offer(code: String, of expert: ID<Person>) throws -> ID<Offer>? { try value("select id from offer where code_hash = \(vault.hash(code, for: "offer")) and expert = \(expert)") }

    func lapsedOffers(now: Instant, limit: Int) throws -> [ID<Offer>] { try values("select offer from open_offer where due < \(now) order by due limit \(limit)") }
}

extension Transaction {
    /// Makes an offer and answers its short code, which is not kept. The key of `open_offer` refuses a second one for the same need.
    func add(_ offer: Offer) throws -> String {
        let code = newDigits(8)
        try run(
            """
            insert into offer (id, need, expert, institution, region, at, due, summary, code_hash) values (\(offer.id), \(offer.need), \(offer.expert),
                \(offer.institution), \(offer.region), \(offer.at), \(offer.due), \(offer.summary), \(vault.hash(code, for: "offer")))
            """)
        try run("insert into open_offer (need, offer, due) values (\(offer.need), \(offer.id), \(offer.due))")
        return code
    }

    func lock(_ id: ID<Offer>) throws -> Offer {
        _ = try values("select id from offer where id = \(id)\(.forUpdate)", String.self)
        guard let offer = try offer(id) else { throw Problem.notFound }
        return offer
    }

    func save(_ answer: Offer.Answer, reason: String, of offer: Offer, now: Instant) throws {
        try run("insert into offer_answer (offer, answer, reason, at) values (\(offer.id), \(answer.rawValue), \(reason), \(now))")
        try run("delete from open_offer where offer = \(offer.id)")
    }
}

extension Offer {
    fileprivate static let columns: SQL = """
        select o.id, o.need, o.expert, o.institution, o.region, o.at, o.due, o.summary, a.answer, a.reason, a.at from offer o left join offer_answer a on a.offer = o.id
        """

    fileprivate init(_ row: inout Row) throws {
        (id, need, expert, institution) = (try row(), try row(), try row(), try row())
        (region, at, due, summary) = (try row(), try row(), try row(), try row())
        let answer = try row.maybe(String.self).flatMap(Answer.init(rawValue:))
        let (reason, answered) = (try row.maybe(String.self), try row.maybe(Instant.self))
        state = if let answer, let reason, let answered { .answered(answer, reason: reason, at: answered) } else { .open }
    }
}
