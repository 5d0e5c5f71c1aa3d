import Cases
import Identity
import Records
import Reference
import Storage
import Values
import Volunteers
import Web

/// Certificates of the demonstration in every state: issued, in the notice, objected to, revoked, waiting for the head, waiting
/// for an officer, and not issued.
struct Certificates: Sendable {
    let house: Stage.House
    let days: WorkingDays
    let now: Instant

    /// How far each comes, and how many days ago it was asked for.
    private enum Fate: CaseIterable { case issued, noticed, checked, requested, objected, revoked, refused }

    func fill(_ database: Database, _ hero: ID<Person>, _ experts: [ID<Person>: Expert]) async throws {
        let others = experts.keys.sorted().filter { $0 != hero }
        let served = try await database.read { reader in try ([hero] + others).filter { try reader.countedMinutes(of: $0).minutes >= 60 } }
        for (person, fate) in zip(served + served.prefix(1), Fate.allCases) {
            let expert = Cast.Part.viewer(person, experts[person]?.name ?? "", .expert, house.institution, region: experts[person]?.region ?? "")
            try await database.write { tx in try tell(expert, fate, tx) }
        }
        // The hero has one from last year's records, too.
        guard let expert = served.first.map({ Cast.Part.viewer($0, experts[$0]?.name ?? "", .expert, house.institution, region: experts[$0]?.region ?? "") }) else { return }
        try await database.write { tx in try tell(expert, .noticed, tx) }
    }

    private func tell(_ expert: Viewer, _ fate: Fate, _ tx: Transaction) throws {
        let asked = now - .days(fate == .issued ? 60 : fate == .requested || fate == .checked ? 2 : fate == .noticed ? 5 : 30)
        func deeds(_ viewer: Viewer, _ at: Instant) -> CertificateDeeds { CertificateDeeds(Occasion(viewer, at: at, days: days), in: tx) }
        func month(_ day: Day) -> String { String(day.description.prefix(7)) }
        let id = try deeds(expert, asked).request(from: month(now.day + -395), until: month(asked.day))
        guard fate != .requested else { return }
        if fate == .refused { return try deeds(house.officer, asked + .days(1)).refuse(id, reason: "八月的两次面谈还有争议没有裁定，裁定后请再申请。") }
        try deeds(house.officer, asked + .hours(20)).check(id)
        guard fate != .checked else { return }
        try deeds(house.head, asked + .hours(30)).issue(id)
        guard fate == .objected || fate == .revoked, let second = house.second else { return }
        try deeds(objector, asked + .days(3)).object(id, words: fate == .revoked ? "其中一次面谈当天这位专家在外地开会，请核对。" : "六月的时长看着偏多，请核对。")
        guard fate == .revoked else { return }
        try deeds(second, asked + .days(9)).answer(id, upheld: true, reason: "核对行程，该次面谈记录有误，撤销后重新出具。")
    }

    /// Somebody of the house who neither checked nor issued.
    private var objector: Viewer { house.third ?? house.head }
}
