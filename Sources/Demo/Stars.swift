import Cases
import Files
import Foundation
import Identity
import Records
import Reference
import Storage
import Values
import Volunteers
import Web

/// Records of other organisations that experts of the demonstration carried over, and the stars that they reach with them: one
/// given, one asked for; one record waits to be checked, one was not taken.
struct Stars: Sendable {
    let house: Stage.House
    let days: WorkingDays
    let files: FileStore
    let now: Instant

    private enum Fate { case given, asked, waiting, refused }

    func fill(_ database: Database, _ hero: ID<Person>, _ experts: [ID<Person>: Expert]) async throws {
        let others = experts.keys.sorted().filter { $0 != hero }
        let served = try await database.read { reader in try others.filter { try reader.countedMinutes(of: $0).minutes >= 240 } }
        guard served.count >= 3 else { throw WorldFailure.noData }
        let stories: [(ID<Person>, Fate, String, String, Minutes)] = [
            (served[0], .given, "台州市志愿服务总队", "台志证〔2025〕第0318号", Minutes(6000)), (served[1], .asked, "金华市科学技术协会", "金科协志〔2026〕021号", Minutes(6300)),
            (hero, .waiting, "绍兴市红十字会", "绍红志证2026-0107", Minutes(2250)), (served[2], .refused, "社区志愿队", "无", Minutes(1200)),
        ]
        for (person, fate, issuer, number, minutes) in stories {
            let expert = Cast.Part.viewer(person, experts[person]?.name ?? "", .expert, house.institution, region: experts[person]?.region ?? "")
            let paper = try await paper()
            try await database.write { tx in try tell(expert, fate, paper, issuer, number, minutes, tx) }
        }
    }

    private func tell(_ expert: Viewer, _ fate: Fate, _ paper: TakenFile, _ issuer: String, _ number: String, _ minutes: Minutes, _ tx: Transaction) throws {
        let brought = now - .days(fate == .given ? 40 : fate == .asked ? 9 : fate == .refused ? 20 : 1)
        func by(_ viewer: Viewer, _ at: Instant) -> Occasion { Occasion(viewer, at: at, days: days) }
        let id = try tx.bring(paper, issuer: issuer, number: number, minutes: minutes, by: by(expert, brought))
        guard fate != .waiting else { return }
        try tx.decide(id, refusing: fate == .refused ? "证明上没有编号，也没有盖章，请联系出具单位补开后再带入。" : nil, by: by(house.officer, brought + .days(2)))
        guard fate == .given || fate == .asked else { return }
        let star = try tx.askForStar(by: by(expert, brought + .days(6)))
        if fate == .given, let star { try tx.awardStar(star, by: by(house.head, brought + .days(9))) }
    }

    /// A specimen of such a paper, as a photo.
    private func paper() async throws -> TakenFile {
        guard let specimen = Bundle.module.url(forResource: "Data", withExtension: nil)?.appendingPathComponent("carried.png") else { throw WorldFailure.noData }
        let bytes = try Data(contentsOf: specimen)
        let arrival = FileManager.default.temporaryDirectory.appendingPathComponent("zhuqi-\(ID<Carried>().text)")
        try bytes.write(to: arrival)
        return try await files.take(Upload(field: "file", name: "志愿服务记录证明.png", path: arrival.path, size: bytes.count, head: [UInt8](bytes.prefix(4096))))
    }
}
