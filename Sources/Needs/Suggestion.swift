import Languages
package import Reference
package import Values

/// The software's proposal for a new need: domain by the triage model, sub-topic by its signs, urgency by rules.
package struct Adviser: Sendable {
    private let reference: Reference
    /// Label, confidence and the words that speak for it.
    private let classify: @Sendable (String) -> (label: String, confidence: Double, reasons: [String])

    package init(reference: Reference, classify: @escaping @Sendable (String) -> (label: String, confidence: Double, reasons: [String])) {
        self.reference = reference
        self.classify = classify
    }

    package func advise(_ statement: String, said: Urgency?, today: Day) -> Need.Suggestion {
        let verdict = classify(statement)
        let domain = Domain(rawValue: verdict.label)
        let topic = domain.flatMap { reference.subTopics.best(for: statement, in: $0) }
        let urgency = reference.urgencyRules.judge(statement, said: said, today: today)
        var signs = verdict.reasons
        for sign in topic?.signs ?? [] where !signs.contains(sign) { signs.append(sign) }
        return Need.Suggestion(
            domain: domain, subTopic: topic?.topic.code, confidence: verdict.confidence, signs: Array(signs.prefix(6)), urgency: urgency.urgency,
            urgencyReasons: urgency.reasons)
    }
}
