import Synchronization

/// What a page has asked the query for. Nothing is declared twice: a page's parameters are those that it reads, and a
/// query that holds another one, or one of them twice, is a bad request (I8).
final class Asked: Sendable {
    /// What messengers put behind an address that somebody passes on; it means nothing here, and the page must open.
    static let passedOn: Set<String> = ["from", "isappinstalled"]

    private let names = Mutex<(one: Set<String>, several: Set<String>)>(([], []))

    func note(_ name: String, several: Bool) {
        names.withLock { names in _ = several ? names.several.insert(name) : names.one.insert(name) }
    }

    /// Refuses what nobody has asked for.
    func check(_ given: [String: [String]]) throws {
        guard !given.isEmpty else { return }
        let (one, several) = names.withLock { $0 }
        for (name, values) in given where !several.contains(name) {
            guard one.contains(name) || Self.passedOn.contains(name) else { throw Problem.badRequest("unknownParameter") }
            guard values.count == 1 else { throw Problem.badRequest("duplicateParameter") }
        }
    }
}
