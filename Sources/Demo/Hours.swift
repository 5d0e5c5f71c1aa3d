import Cases
import Identity
import Records
import Reference
import Storage
import Values
import Web

/// What became of the hours of a session or a solution in the demonstration: most are confirmed by their owner within a day or
/// two; some are waited for, disputed, stood in for, objected to, or have no evidence at all.
struct Hours: Sendable {
    let asker: Viewer
    let expert: Viewer
    let head: Viewer
    let days: WorkingDays
    let now: Instant
    /// 0 to 19.
    let fate: Int

    private func deeds(_ viewer: Viewer, _ at: Instant, _ tx: Transaction) -> RecordDeeds { RecordDeeds(Occasion(viewer, at: at, days: days), in: tx) }

    /// Whether the owner was a witness while the session was held.
    var isWitnessed: Bool { fate != 19 }

    func witness(_ meeting: ID<Meeting>, _ way: Meeting.Way, at: Instant, _ tx: Transaction) throws {
        guard isWitnessed else { return }
        func deeds(_ viewer: Viewer) -> WitnessDeeds { WitnessDeeds(meeting, Occasion(viewer, at: at, days: days), in: tx) }
        if way == .onSite { _ = try deeds(expert).visit(Witness.code(meeting, tx.vault)) } else { try deeds(asker).begun() }
    }

    func session(_ meeting: ID<Meeting>, over: Instant, _ tx: Transaction) throws {
        guard let record = try tx.stateSession(meeting, days: days, at: over), isWitnessed else { return }
        let age = now - over
        switch fate {
        case 18 where age > .days(1), 17 where age > .days(1):
            try deeds(asker, over + .hours(20), tx).deny(record, words: fate == 18 ? "记多了，中间停了二十来分钟接电话。" : "这次没有谈成，专家的网断了，改天再约的。", minutes: fate == 18 ? Minutes(30) : Minutes(0))
            guard age > .days(12) else { return }
            try deeds(head, over + .days(6), tx).decide(record, minutes: Minutes(fate == 18 ? 30 : 0), reason: fate == 18 ? "核对通话起止和双方说明，扣去中断的时间。" : "双方说法一致，这次没有谈成，不计入。")
        case 16 where age > .days(9):
            try deeds(head, over + .days(8), tx).standIn(record, reason: "看过起止时间和企业当时的确认，电话联系企业两次没有接通。")
        case 15, 16: if age > .days(fate == 15 ? 60 : 30) { try confirm(record, over, tx) }
        case 14, 13:
            try confirm(record, over, tx)
            guard age > .days(fate == 14 ? 20 : 3), age < .days(fate == 14 ? 400 : 12) else { return }
            let found = try tx.serviceRecord(record)
            guard let counted = found?.counted else { return }
            try deeds(asker, over + .days(2), tx).object(record, words: "结束按晚了，后面几分钟在等材料。", minutes: Minutes(max(5, counted.recorded.count - 10)))
            if fate == 14 { try deeds(head, over + .days(7), tx).answer(record, upheld: true, reason: "核对对话时间，后10分钟没有服务，更正。") }
        default: try confirm(record, over, tx)
        }
    }

    /// The time for the written solution; sometimes a session that was only typed afterwards, too.
    func solution(_ id: ID<Case>, handed: Instant, minutes: Int, _ tx: Transaction) throws {
        guard fate % 2 == 0, now - handed > .hours(30) else { return }
        // Whoever was in a session just before, or has written enough that day, states nothing.
        if let record = try deeds(expert, handed + .hours(1), tx).writing(id, minutes: Minutes(minutes)) { try confirm(record, handed + .hours(1), tx) }
        guard fate == 12 else { return }
        let typed = Instant(handed.day, 20)
        _ = try deeds(expert, typed + .days(2), tx).state(id, begins: typed, ends: typed + .minutes(40), content: "晚上又通了一次电话，讲方案怎么落实。")
    }

    private func confirm(_ record: ID<ServiceRecord>, _ over: Instant, _ tx: Transaction) throws {
        let at = over + .hours(3 + fate * 2)
        guard at < now else { return }
        // Two sessions of one person may have run into each other: then this one is left to the institution.
        do { try deeds(asker, at, tx).confirm(record) } catch is Problem { return }
    }
}
