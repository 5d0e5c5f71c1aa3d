package import Languages
import Matching
package import Needs
import Reference
package import Values
import Volunteers

/// Five experts, ranked for a need and stored with all that the ranking was made of; three are shown, "more" shows the other two.
/// Weights, inputs and seed are kept, so that it can be replayed (N7, clause 2.4a).
package struct Proposal: Sendable {
    package let id: ID<Proposal>
    package let need: ID<Need>
    /// 1 for the first, then one more for each 重新推荐.
    package let round: Int
    package let at: Instant
    package let places: [Place]

    package struct Place: Sendable {
        package let expert: ID<Person>
        package let rank: Int
        package let score: Double
        /// Sentences that a person understands.
        package let reasons: [Words]
        /// The expert serves in a rival company: asked only if the person agrees.
        package let isRival: Bool
    }

    static let shown = 3
    static let taken = 5

    package enum Seen {}

    /// Whether somebody knows the matter counts for more than all the rest together: no free hour makes a mould maker of a tea maker.
    static let weights: Weights = [
        "subTopic": 0.30, "text": 0.30, "cases": 0.10, "region": 0.12, "load": 0.06, "answer": 0.05, "free": 0.04, "newcomer": 0.03,
    ]
}

/// What matching knows of an expert's work: from the cases of this room, read once for all candidates.
struct Practice: Sendable {
    /// Cases closed in each domain, and of those in the asker's city.
    var closed: [Domain: Int] = [:]
    var closedTopics: [String: Int] = [:]
    var closedInCity = 0
    var open = 0
    /// Offers that were made to them in the last seven days and count against the weekly limit.
    var thisWeek = 0
    /// How long they take to answer an offer; nil when they were never asked.
    var answer: Span?
    var all: Int { closed.values.reduce(open, +) }
}

/// Pure: need, experts and their practice in, a ranking with reasons out.
struct Matchmaker: Sendable {
    let reference: Reference

    struct Asker: Sendable {
        let statement: String
        let domain: Domain
        let subTopic: String?
        let region: String
        let industry: String?
        let creditCode: String?
        /// Who asks and who speaks for the company: none of them can be the expert.
        let people: Set<ID<Person>>
        /// Experts who refused this need, were changed away from it, or were proposed and turned down.
        let refused: Set<ID<Person>>
        /// Rivals whom the person agreed to.
        let agreedRivals: Set<ID<Person>>
        let wished: ID<Person>?
    }

    func rank(_ asker: Asker, _ experts: [Expert], _ practice: [ID<Person>: Practice], now: Instant, seed: UInt64) -> (ranking: Ranking, places: [Proposal.Place]) {
        let profiles = experts.map { expert in
            bigrams(of: [expert.headline.chinese, expert.biography.chinese, expert.subTopics.compactMap { reference.subTopics[$0]?.words.chinese }.joined(separator: " ")].joined(separator: " ").normalisedForSearch())
        }
        let similarity = Similarity(corpus: profiles)
        let wanted = similarity.weighed(bigrams(of: asker.statement.normalisedForSearch()))
        let topics = topics(asker)
        let candidates = zip(experts, profiles).map { expert, profile -> Candidate in
            let practice = practice[expert.person] ?? Practice()
            // A few sentences beside a few sentences: a cosine of 1/7 is as near as two of them come.
            let closeness = min(1, similarity.cosine(wanted, similarity.weighed(profile)) * 7)
            return Candidate(
                id: expert.person.text, barred: bars(asker, expert, practice, now),
                parts: [
                    Part("subTopic", topics.isEmpty ? 0.5 : topics.reduce(0) { $0 + (expert.subTopics.contains($1.code) ? $1.share : 0) }), Part("text", closeness),
                    Part("cases", min(1, topics.reduce(min(0.25, Double(practice.closed[asker.domain] ?? 0) / 16)) { $0 + Double(practice.closedTopics[$1.code] ?? 0) * $1.share / 4 })),
                    Part("region", near(asker.region, expert.region)), Part("load", Score.load(open: practice.open + practice.thisWeek, limit: max(1, expert.weeklyLimit))),
                    Part("answer", Score.answer(median: practice.answer, half: .hours(24))),
                    Part("free", soon(expert.nextFree(after: now), now)),
                    Part("newcomer", Score.newcomer(past: practice.all)),
                ])
        }
        let ranking = Ranking.rank(candidates.filter { $0.barred.isEmpty || $0.barred == ["rival"] }.map { Candidate(id: $0.id, parts: $0.parts) }, weights: Proposal.weights, seed: seed, take: Proposal.taken + 1)
        let rivals = Set(candidates.filter { $0.barred == ["rival"] }.map(\.id))
        let byID = Dictionary(experts.map { ($0.person.text, $0) }, uniquingKeysWith: { first, _ in first })
        var order = ranking.places.compactMap { place in byID[place.id].map { (expert: $0, score: place.score) } }
        // Whom the person chose in the directory comes first, if nothing forbids it.
        if let wished = asker.wished, let expert = byID[wished.text], candidates.first(where: { $0.id == wished.text })?.barred.isEmpty == true {
            let score = order.first { $0.expert.person == wished }?.score ?? 1
            order = [(expert: expert, score: score)] + order.filter { $0.expert.person != wished }
        }
        let places = order.prefix(Proposal.taken).enumerated().map { index, entry in
            Proposal.Place(
                expert: entry.expert.person, rank: index + 1, score: entry.score,
                reasons: reasons(asker, entry.expert, practice[entry.expert.person] ?? Practice()), isRival: rivals.contains(entry.expert.person.text))
        }
        return (ranking, places)
    }

    /// What the need is about, in shares that make 1: the officer's sub-topic has half at least, what else the words speak of has the rest.
    private func topics(_ asker: Asker) -> [(code: String, share: Double)] {
        var weights = reference.subTopics.all(in: asker.statement, of: asker.domain).map { (code: $0.topic.code, weight: $0.weight) }
        if let chosen = asker.subTopic {
            let all = max(1, weights.reduce(0) { $0 + $1.weight })
            if let place = weights.firstIndex(where: { $0.code == chosen }) { weights[place].weight += all } else { weights.append((chosen, all)) }
        }
        let all = Double(weights.reduce(0) { $0 + $1.weight })
        return weights.map { ($0.code, Double($0.weight) / all) }
    }

    /// Hard conditions, each by its key; empty when the expert may be asked.
    func bars(_ asker: Asker, _ expert: Expert, _ practice: Practice, _ now: Instant) -> [String] {
        var bars: [String] = []
        if !expert.domains.contains(asker.domain) { bars.append("domain") }
        if !expert.isAppointed(on: now.day) { bars.append("appointment") }
        if expert.isPaused(on: now.day) { bars.append("pause") }
        if practice.thisWeek >= expert.weeklyLimit { bars.append("weeklyLimit") }
        if asker.refused.contains(expert.person) { bars.append("refused") }
        if asker.people.contains(expert.person) { bars.append("conflict.person") }
        if let code = asker.creditCode, code == expert.employerCode { bars.append("conflict.company") }
        if let mine = asker.industry, let theirs = expert.industry, reference.industries.areRivals(mine, theirs), !asker.agreedRivals.contains(expert.person) { bars.append("rival") }
        return bars + expert.background.bars(asker.domain, region: asker.region, standing: expert.standing, on: now.day)
    }

    /// How soon they are free: within three days, a week, later, or unknown.
    private func soon(_ free: Instant?, _ now: Instant) -> Double {
        guard let free else { return 0.3 }
        return free - now < .days(3) ? 1 : free - now < .days(7) ? 0.6 : 0.2
    }

    private func near(_ mine: String, _ theirs: String) -> Double {
        mine == theirs ? 1 : mine.prefix(4) == theirs.prefix(4) ? 0.8 : mine.prefix(2) == theirs.prefix(2) ? 0.4 : 0
    }

    /// What holds on any day: when somebody is free next is read when the list is shown.
    private func reasons(_ asker: Asker, _ expert: Expert, _ practice: Practice) -> [Words] {
        var reasons: [Words] = []
        let known = topics(asker).filter { expert.subTopics.contains($0.code) }.max { $0.share < $1.share }
        if let known, let words = reference.subTopics[known.code]?.words {
            reasons.append(Words("长项正是“\(words.chinese)”", "Their field is exactly “\(words.english)”"))
        } else {
            reasons.append(Words("做\(asker.domain.words.chinese)方面的志愿专家", "A volunteer expert in \(asker.domain.words.english.lowercased())"))
        }
        if let closed = practice.closed[asker.domain], closed > 0 {
            reasons.append(
                practice.closedInCity > 0
                    ? Words("办过\(closed)件\(asker.domain.words.chinese)方面的难题，其中\(practice.closedInCity)件在您所在的市", "Handled \(closed) \(asker.domain.words.english.lowercased()) cases, \(practice.closedInCity) of them in your city")
                    : Words("办过\(closed)件\(asker.domain.words.chinese)方面的难题", "Handled \(closed) \(asker.domain.words.english.lowercased()) cases"))
        } else if practice.all == 0 { reasons.append(Words("新来的志愿专家，现在手上没有别的事", "New as a volunteer, with no other case at hand")) }
        if asker.region == expert.region { reasons.append(Words("就在您的区县，可以入企看现场", "In your own district, and can come to see")) }
        else if asker.region.prefix(4) == expert.region.prefix(4) { reasons.append(Words("和您在同一个市", "In your city")) }
        if let answer = practice.answer {
            reasons.append(answer < .hours(12) ? Words("一般半天内答复", "Usually answers within half a day") : answer < .hours(30) ? Words("一般一天内答复", "Usually answers within a day") : Words("一般两三天答复", "Usually answers in two or three days"))
        }
        return reasons
    }
}
