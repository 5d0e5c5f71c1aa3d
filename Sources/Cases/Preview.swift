package import Matching
package import Reference
package import Storage
package import Values
import Volunteers

extension Ladder {
    /// What would be proposed for a need that nobody has stated yet (`zhuqi match`). Nothing is stored, nobody is told.
    package struct Preview: Sendable {
        package let ranking: Ranking
        package let places: [Proposal.Place]
        /// Names of those who got a place.
        package let names: [ID<Person>: String]
        /// How many experts of the institution were looked at.
        package let candidates: Int
        /// How many of them each hard condition keeps out.
        package let barred: [String: Int]
    }

    package func preview(
        _ statement: String, domain: Domain, subTopic: String?, region: String, industry: String?, institution: ID<Organisation>, in reader: Reader,
        now: Instant, seed: UInt64
    ) throws -> Preview {
        let asker = Matchmaker.Asker(
            statement: statement, domain: domain, subTopic: subTopic, region: region, industry: industry, creditCode: nil, people: [], refused: [],
            agreedRivals: [], wished: nil)
        let experts = try reader.experts(of: institution, appointedOn: now.day, domain: domain, limit: 20_000)
        let practice = experts.isEmpty ? [:] : try reader.practice(of: experts.map(\.person), cityOf: region, now: now)
        let (ranking, places) = matchmaker.rank(asker, experts, practice, now: now, seed: seed)
        let bars = experts.flatMap { matchmaker.bars(asker, $0, practice[$0.person] ?? Practice(), now) }
        let placed = Set(places.map(\.expert))
        return Preview(
            ranking: ranking, places: places,
            names: Dictionary(experts.filter { placed.contains($0.person) }.map { ($0.person, $0.name) }, uniquingKeysWith: { first, _ in first }),
            candidates: experts.count, barred: Dictionary(bars.map { ($0, 1) }, uniquingKeysWith: +))
    }
}
