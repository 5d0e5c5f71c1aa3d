import Files
package import Holdings
import Languages
package import Storage
package import Values

extension Reader {
    /// The names of all needs that a person has asked, for the rooms that keep something about them.
    package func needIDs(askedBy person: ID<Person>) throws -> [ID<Need>] { try values("select id from need where asker = \(person) order by id limit 10000") }
}

extension NeedsRoom {
    private static let law = Words("服务记录按规定保存10年", "Records of service are kept for ten years by law")

    private static let columns: [Holding.Column] = [
        .init("statement", Words("内容", "Text")), .init("outer_number", Words("外部编号", "Outer number"), optional: true), .init("number", Words("编号", "Number")), .init("at", Words("时间", "Time"), .instant),
    ]

    /// When a need was done with: served, withdrawn, referred, or joined to another. Null while it is open.
    private static func end(_ need: SQL) -> SQL {
        """
        coalesce((select e.at from need_closure e where e.need = \(need)), (select e.at from need_withdrawal e where e.need = \(need)),
            (select e.at from need_referral e where e.need = \(need)), (select e.at from need_joint e where e.need = \(need)))
        """
    }

    package var holdings: [Holding] {
        let mine: @Sendable (ID<Person>, Reader) -> SQL = { person, _ in "need in (select id from need where asker = \(person))" }
        return [
            Holding(
                "need_draft", Words("没写完的需求", "Unfinished needs"),
                [.secret("visitor"), .init("fields", Words("写过的内容", "What was typed"), .form), .init("updated", Words("时间", "Time"), .instant)], .deleted,
                age: .init("updated", days: 90) { limit, tx in try tx.removeFiles(ofEach: Draft.subjectKind, in: "select id from need_draft where updated < \(limit)") },
                // Files that came before signing in name nobody: they are found by their draft.
                also: { person, _, tx in try tx.removeFiles(ofEach: Draft.subjectKind, in: "select id from need_draft where person = \(person)") },
                whose: { person, _ in "person = \(person)" }),
            Holding("need_term", key: "need", Words("查找用的词", "Terms by which needs are found"), [.secret("term")], .deleted, age: .tenYears(since: NeedsRoom.end("need_term.need")), whose: mine),
            Holding("need_suggestion", key: "need", Words("分办的建议", "Suggestions for sorting"), [.init("signs", Words("看到的线索", "Signs"))], .deleted,
                age: .tenYears(since: NeedsRoom.end("need_suggestion.need")), whose: mine),
            Holding(
                "need_edit", key: "need || '.' || cast(version as text)", Words("需求以前的写法", "Earlier wordings of needs"),
                [.init("statement", Words("内容", "Text")), .init("at", Words("时间", "Time"), .instant)], .emptied,
                age: .emptiedAfterTenYears(since: NeedsRoom.end("need_edit.need")), whose: mine),
            Holding(
                "need_referral", key: "need", Words("转到哪里", "Where needs were referred"), [.init("place", Words("转到", "To")), .init("reason", Words("原因", "Why"))], .stays,
                why: Words("服务机构的决定", "The institution's decision"), whose: mine),
            Holding(
                "need", Words("得到服务的需求", "Needs that were served"), NeedsRoom.taken, .blocked(years: 10), why: NeedsRoom.law,
                age: .emptiedAfterTenYears(since: NeedsRoom.end("need.id")) { limit, tx in try tx.removeFiles(ofEach: "need", in: "select id from need where \(NeedsRoom.end("need.id")) < \(limit)") },
                correction: "/needs",
                whose: { person, _ in "asker = \(person) and exists (select 1 from need_uptake u where u.need = need.id)" }),
            Holding(
                "need", Words("其他需求", "Other needs"), NeedsRoom.taken, .emptied, age: .emptiedAfterTenYears(since: NeedsRoom.end("need.id")), correction: "/needs",
                whose: { person, _ in "asker = \(person) and not exists (select 1 from need_uptake u where u.need = need.id)" }),
        ]
    }

    /// The number stays: registers are complete without gaps.
    private static let taken = columns.filter { "\($0.name)" != "number" }
}
