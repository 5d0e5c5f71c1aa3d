import Matching
import Testing
import Values

@Suite("A score") struct ScoreTests {
    @Test func `for load falls from 1 with nothing open to 0 at the limit and stays there`() {
        #expect(Score.load(open: 0, limit: 4) == 1)
        #expect(Score.load(open: 1, limit: 4) == 0.75)
        #expect(Score.load(open: 4, limit: 4) == 0)
        #expect(Score.load(open: 9, limit: 4) == 0)
        #expect(Score.load(open: 0, limit: 0) == 0)
    }

    @Test func `for answering is one half at the named time and for whoever was never asked`() {
        #expect(Score.answer(median: .hours(24), half: .hours(24)) == 0.5)
        #expect(Score.answer(median: nil, half: .hours(24)) == 0.5)
        #expect(Score.answer(median: .hours(0), half: .hours(24)) == 1)
        #expect(Score.answer(median: .hours(72), half: .hours(24)) == 0.25)
    }

    @Test func `for newcomers is 1 without a past and gone after five`() {
        #expect((0...6).map { Score.newcomer(past: $0) } == [1, 0.8, 0.6, 0.4, 1 - 4.0 / 5, 0, 0])
    }

    @Test func `for newcomers never lifts past somebody who fits better by more than its share of the weights`() {
        let weights: Weights = ["skill": 9, "newcomer": 1]
        let known = Candidate(id: "known", parts: [Part("skill", 0.7), Part("newcomer", Score.newcomer(past: 40))])
        for (skill, first) in [(0.6, "newcomer"), (0.58, "known")] {
            let new = Candidate(id: "newcomer", parts: [Part("skill", skill), Part("newcomer", Score.newcomer(past: 0))])
            #expect(Ranking.rank([known, new], weights: weights, seed: 1, take: 1).places[0].id == first)
        }
    }
}

@Suite("Similarity") struct SimilarityTests {
    let corpus = [["模具", "开裂", "注塑"], ["注塑", "飞边"], ["注塑", "劳动", "合同"], ["注塑", "社保"]]

    @Test func `is 1 for the same mixture, 0 for nothing in common or nothing at all`() {
        let likeness = Similarity(corpus: corpus)
        #expect(abs(likeness.cosine(["模具", "开裂"], ["开裂", "模具", "模具", "开裂"]) - 1) < 1e-12)
        #expect(likeness.cosine(["模具"], ["社保"]) == 0)
        #expect(likeness.cosine([], ["社保"]) == 0)
        #expect(Similarity(corpus: []).cosine(["a"], ["a"]) == 1)
    }

    @Test func `counts a rare word for more than one that everybody writes`() {
        let likeness = Similarity(corpus: corpus)
        let need = ["注塑", "开裂"]
        #expect(likeness.cosine(need, ["开裂", "质检"]) > likeness.cosine(need, ["注塑", "质检"]))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `is symmetric, within 0…1 and the same to the last bit in whatever order words come`(seed: UInt64) {
        var dice = Dice(seed)
        func text() -> [String] { (0..<30).map { _ in "w\(Int.random(in: 0..<40, using: &dice))" } }
        let likeness = Similarity(corpus: (0..<50).map { _ in text() })
        let (a, b) = (text(), text())
        let near = likeness.cosine(a, b)
        #expect((0...1).contains(near))
        #expect(likeness.cosine(b, a) == near)
        #expect(likeness.cosine(a.shuffled(using: &dice), b.shuffled(using: &dice)) == near)
    }
}
