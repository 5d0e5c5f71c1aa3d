import Happenings
package import Identity
package import Languages
package import Storage
package import Values
package import Web

/// What the owner says at the end.
package enum Verdict: String, Sendable, CaseIterable {
    case solved, partly, not

    package var words: Words {
        switch self {
        case .solved: Words("解决了", "Solved")
        case .partly: Words("解决了一部分", "Partly solved")
        case .not: Words("没有解决", "Not solved")
        }
    }
}

/// Closed means solved by the owner's word (lesson 9): a written solution, the owner's tap, the next follow-up date.
/// Nobody else can write this row.
package struct Closure: Sendable, Equatable {
    package let verdict: Verdict
    /// Three scales of 1 to 5: the advice, the contact, the speed.
    package let advice: Int
    package let contact: Int
    package let speed: Int
    package let words: String
    /// The owner confirms that no charge was made (1.a).
    package let noCharge: Bool
    /// What 1.d measures, where it fits: how it was, and what it should become.
    package let baseline: String
    package let target: String
    package let by: ID<Person>
    package let at: Instant

    package init(
        verdict: Verdict, advice: Int, contact: Int, speed: Int, words: String, noCharge: Bool, baseline: String, target: String, by: ID<Person>, at: Instant
    ) {
        self.verdict = verdict
        self.advice = advice
        self.contact = contact
        self.speed = speed
        self.words = words
        self.noCharge = noCharge
        self.baseline = baseline
        self.target = target
        self.by = by
        self.at = at
    }

    static let page = Path("cases/*/closure", ID<Case>.self)

    package struct Done: Happening {
        package static let kind = "case.closed"
        package let subject: Subject
        package let fields: [String: String]
    }

    static let verdict = Field<Verdict>.choice("verdict", Words("这件事解决了吗", "Is the matter solved?"), of: Verdict.allCases) { $0.words }
    // Nothing is chosen for the owner.
    private static let scale: [Choice] = [Choice("", Words("请选", "Please choose")), Choice("5", Words("5 很好", "5 very good")), Choice("4", Words("4 好", "4 good")), Choice("3", Words("3 一般", "3 fair")), Choice("2", Words("2 不太好", "2 poor")), Choice("1", Words("1 不好", "1 bad"))]
    private static func scale(_ name: StaticString, _ words: Words) -> Field<Int> {
        Field(name, words, .select(scale)) { (typed: String) throws(Wrong) -> Int in
            guard let number = Int(typed), (1...5).contains(number) else { throw Wrong("请选1到5", "Please choose 1 to 5") }
            return number
        }
    }
    static let advice = scale("advice", Words("出的主意", "The advice"))
    static let contact = scale("contact", Words("待人接物", "The contact"))
    static let speed = scale("speed", Words("快慢", "The speed"))
    static let words = Field<String>.area("words", Words("想说的话", "In your words"), longest: 500, low: true)
    static let noCharge = Field<Bool>.tick("noCharge", Words("专家没有向我收过任何费用", "The expert charged me nothing at all"))
    static let baseline = Field<String>.text("baseline", Words("原来怎样", "How it was"), hint: Words("有数字最好，如：良率81%", "A figure is best, such as: yield 81%"), longest: 100)
    static let target = Field<String>.text("target", Words("想做到怎样", "How it should become"), hint: Words("如：两个月内良率95%", "Such as: yield 95% within two months"), longest: 100)
    static let names = ["verdict", "advice", "contact", "speed", "words", "noCharge", "baseline", "target"]

    static let migration = Migration(
        "Cases", 5,
        [
            """
            create table case_closure (service_case \(.text) not null primary key references service_case (id), verdict \(.text) not null
                check (verdict in ('solved', 'partly', 'not')), advice \(.int) not null check (advice between 1 and 5), contact \(.int) not null
                check (contact between 1 and 5), speed \(.int) not null check (speed between 1 and 5), words \(.text) not null, no_charge \(.bool) not null,
                baseline \(.text) not null, target \(.text) not null, by_person \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index case_closure_at on case_closure (at)",
            // The expert's own declaration that nothing was charged (1.a).
            "create table case_declaration (service_case \(.text) not null primary key references service_case (id), by_person \(.text) not null, at \(.int) not null)\(.strict)",
            // Thirty days later: does it still help?
            """
            create table follow_up (service_case \(.text) not null primary key references service_case (id), due \(.text) not null, verdict \(.text)
                check (verdict in ('solved', 'partly', 'not')), result \(.text), by_person \(.text), at \(.int))\(.strict)
            """,
            "create index follow_up_due on follow_up (due) where at is null",
        ])
}

extension Permission where Deed == Closure, Noun == Case {
    package static var close: Self { Permission("case.close", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague))]) }
}

extension Closure {
    init?(_ row: inout Row) throws {
        let verdict = try row.maybe(String.self).flatMap(Verdict.init(rawValue:))
        let (advice, contact, speed) = (try row.maybe(Int.self), try row.maybe(Int.self), try row.maybe(Int.self))
        let (words, noCharge) = (try row.maybe(String.self), try row.maybe(Bool.self))
        let (baseline, target) = (try row.maybe(String.self), try row.maybe(String.self))
        let (by, at) = (try row.maybe(ID<Person>.self), try row.maybe(Instant.self))
        guard let verdict, let advice, let contact, let speed, let words, let noCharge, let baseline, let target, let by, let at else { return nil }
        self.init(
            verdict: verdict, advice: advice, contact: contact, speed: speed, words: words, noCharge: noCharge, baseline: baseline, target: target, by: by, at: at)
    }
}

extension Case {
    /// May be repeated with the same verdict.
    func close(_ closure: Closure, hasSolution: Bool) throws(ClosureRefusal) -> Closure.Done? {
        if let earlier = self.closure { if earlier.verdict == closure.verdict { return nil } else { throw .past(earlier.verdict) } }
        guard ended == nil else { throw .ended }
        guard expert != nil else { throw .changing }
        guard hasSolution || closure.verdict == .not else { throw .noSolution }
        return Closure.Done(subject: subject, fields: ["verdict": closure.verdict.rawValue])
    }
}

enum ClosureRefusal: Error {
    case past(Verdict)
    case ended
    case noSolution
    case changing

    var words: Words {
        switch self {
        case .past(let verdict): Words("这件案例已经评过：\(verdict.words.chinese)", "This case has its verdict already: \(verdict.words.english)")
        case .ended: Words("案例已结束，不用再评", "The case has ended; no verdict is wanted any more")
        case .changing: Words("正在换专家，换好了再评；不想办了可以撤回需求", "Another expert is being found; say it after that, or withdraw the need")
        case .noSolution: Words("专家还没有交书面方案，收到后再评", "There is no written solution yet; please wait for it")
        }
    }
}

extension Reader {
    /// All verdicts since a moment, and those of solved or partly solved: owners' words alone.
    package func verdicts(since: Instant) throws -> (all: Int, good: Int) {
        try one("select count(*), cast(coalesce(sum(case when verdict <> 'not' then 1 else 0 end), 0) as \(.int)) from case_closure where at > \(since)") { (try $0(), try $0()) }
    }
}

extension Transaction {
    package func save(_ closure: Closure, of id: ID<Case>, by may: May<Closure, Case>) throws {
        try run(
            """
            insert into case_closure (service_case, verdict, advice, contact, speed, words, no_charge, baseline, target, by_person, at)
            values (\(id), \(closure.verdict.rawValue), \(closure.advice), \(closure.contact), \(closure.speed), \(closure.words), \(closure.noCharge),
                \(closure.baseline), \(closure.target), \(may.person), \(closure.at))
            """)
    }
}
