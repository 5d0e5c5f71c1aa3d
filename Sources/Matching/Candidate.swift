/// One that may be chosen: an id, the hard conditions that forbid it, and how well it fits, part by part.
package struct Candidate: Codable, Hashable, Sendable {
    package let id: String
    /// Keys of the hard conditions that fail; empty means eligible. No score outweighs one of them.
    package let barred: [String]
    package let parts: [Part]

    package init(id: String, barred: [String] = [], parts: [Part] = []) {
        self.id = id
        self.barred = barred
        self.parts = parts
    }

    /// The same candidate, however its lists were ordered; of a part named twice the smaller value counts.
    var canonical: Candidate {
        var least: [String: Part] = [:]
        for part in parts where part.value <= (least[part.name]?.value ?? 1) { least[part.name] = part }
        return Candidate(id: id, barred: Set(barred).sorted(), parts: least.values.sorted { $0.name < $1.name })
    }

    /// Two entries of one id as one: whatever bars either of them bars it.
    func merged(with other: Candidate) -> Candidate {
        Candidate(id: id, barred: barred + other.barred, parts: parts + other.parts).canonical
    }
}
