import Testing

@testable import Languages

@Suite struct EvaluationTests {
    let evaluation = Evaluation([
        .init(truth: "law", verdict: "law", confidence: 0.9), .init(truth: "law", verdict: "law", confidence: 0.7),
        .init(truth: "law", verdict: "none", confidence: 0.5), .init(truth: "none", verdict: "none", confidence: 0.8),
        .init(truth: "policy", verdict: "law", confidence: 0.4),
    ])

    @Test func `figures are counted a label at a time`() throws {
        #expect(evaluation.accuracy == 0.6)
        let law = try #require(evaluation.figures.first { $0.label == "law" })
        #expect(law.count == 3 && law.precision == 2.0 / 3 && law.recall == 2.0 / 3)
        let policy = try #require(evaluation.figures.first { $0.label == "policy" })
        #expect(policy.precision == 0 && policy.recall == 0 && policy.f1 == 0)
        #expect(abs(evaluation.macroF1 - (2.0 / 3 + 2.0 / 3 + 0) / 3) < 1e-9)
    }

    @Test func `sure and unsure verdicts are told apart at 0_6`() {
        let (sure, unsure) = evaluation.split()
        #expect(sure.count == 3 && sure.accuracy == 1)
        #expect(unsure.count == 2 && unsure.accuracy == 0)
    }

    @Test func `nothing to examine is no crash`() { #expect(Evaluation([]).accuracy == 0 && Evaluation([]).macroF1 == 0) }

    @Test func `every text is held out once, with its label's share in each part`() {
        let labels = Array(repeating: "a", count: 50) + Array(repeating: "b", count: 10)
        let folds = Folds.stratified(labels, count: 5, seed: 1)
        #expect(folds.reduce(into: Set()) { $0.formUnion($1) } == Set(0..<60))
        #expect(folds.allSatisfy { $0.count == 12 && $0.count { labels[$0] == "b" } == 2 })
        #expect(folds == Folds.stratified(labels, count: 5, seed: 1))
    }

    @Test func `no voice is both learnt from and examined`() {
        let voices = (0..<60).map { "v\($0 % 7)" }
        let folds = Folds.grouped(voices, count: 3, seed: 1)
        #expect(folds.flatMap { fold in Set(fold.map { voices[$0] }) }.sorted() == Set(voices).sorted())
        #expect(folds.map(\.count).reduce(0, +) == 60)
    }

    @Test func `a file says by its columns and its name what it is`() throws {
        #expect(
            try Table("id\ttext\tdomain\tvoice\tstyle\na1\t贷款\tfinance\tv01\tshort\n", name: "x.tsv").texts[0].origin == .authored
        )
        #expect(try Table("id\ttext\tdomain\tsource\thow\nd1\t贷款\tfinance\ts\th\n", name: "needs.tsv").texts[0].origin == .real)
        #expect(try Table("id\ttext\tdomain\nw1\t贷款\tfinance\r\n", name: "a.weak.tsv").texts[0].origin == .weak)
        #expect(try Table("id\tdomain\twhy\nd1\tnone\tprivate\n", name: "r.tsv").corrections == ["d1": "none"])
    }

    @Test(arguments: [
        "", "text\tdomain\n1\t2\n", "id\ttext\nd1\t贷款\n", "id\ttext\tdomain\nd1\t贷款\n", "id\ttext\tdomain\nd1\t贷款\t\n",
    ])
    func `a file that cannot be learnt from is refused with its line`(_ content: String) {
        #expect(throws: Training.Unreadable.self) { try Table(content, name: "bad.tsv") }
    }
}
