package import HTTPTypes

/// Who may knock at a route at all. The deed itself asks for the proof again, inside its transaction.
package struct Access: Sendable {
    package enum Door: Sendable {
        /// Anybody, signed in or not; says why in a word, which the printed table shows.
        case everyone
        /// Whoever is signed in, for things that are their own (account, notices).
        case signedIn
        case permission(PermissionEntry)
        /// A route that exists only in a demo.
        case demo
    }

    package let door: Door
    /// Whether the person proves anew who they are, unless they did within five minutes (S9).
    package private(set) var wantsFreshProof = false
    /// How many files a form may bring that is held until the proof.
    private(set) var heldFiles = 0

    private init(_ door: Door) { self.door = door }

    package static let everyone = Access(.everyone)
    package static let signedIn = Access(.signedIn)
    package static let demo = Access(.demo)
    package static func needs<Deed, Noun>(_ permission: Permission<Deed, Noun>) -> Access { Access(.permission(permission.entry)) }

    /// For what must not be done at a desk that somebody has left: appointing, signing, issuing, unmasking, exporting, changing
    /// mail, telephone, factor or role. What was typed goes on after the proof (`FreshProof`).
    package var freshly: Access { freshly(files: 0) }

    /// The same for a form that brings files.
    package func freshly(files: Int) -> Access {
        var access = self
        (access.wantsFreshProof, access.heldFiles) = (true, files)
        return access
    }
}

/// One route as it is declared: for dispatch, and for the printed table.
package struct Route: Sendable {
    package let method: HTTPRequest.Method
    package let pattern: String
    package let access: Access
    let answer: @Sendable (Visit, String) async throws -> Answer?

    package var verb: String { method.rawValue }
}

/// All routes of the house, collected room by room. A route without its access cannot be written (A1).
package struct Routes: Sendable {
    package private(set) var all: [Route] = []
    private var byShape: [String: [Route]] = [:]

    package init() {}

    package mutating func get<P>(_ path: Path<P>, _ access: Access, _ handler: @escaping @Sendable (Visit, P) async throws -> Answer) {
        add(.get, path, access, handler)
    }

    package mutating func post<P>(_ path: Path<P>, _ access: Access, _ handler: @escaping @Sendable (Visit, P) async throws -> Answer) {
        add(.post, path, access, handler)
    }

    private mutating func add<P>(
        _ method: HTTPRequest.Method, _ path: Path<P>, _ access: Access, _ handler: @escaping @Sendable (Visit, P) async throws -> Answer
    ) {
        if case .everyone = access.door { precondition(!access.wantsFreshProof, "nobody in particular can prove anew who they are: \(path.pattern)") }
        precondition(!all.contains { $0.method == method && $0.pattern == path.pattern }, "two routes \(method) \(path.pattern)")
        let route = Route(method: method, pattern: path.pattern, access: access) { visit, text in
            guard let parameter = path.parse(text) else { return nil }
            return try await handler(visit, parameter)
        }
        all.append(route)
        byShape[Routes.shape(path.pattern), default: []].append(route)
    }

    /// The routes that a path may mean, fixed words before stars.
    func candidates(_ path: String) -> [Route] {
        guard path != "/" else { return byShape["0/"] ?? [] }
        return (byShape[Routes.shape(path)] ?? []).filter { Routes.matches($0.pattern, path) }
            .sorted { $0.pattern.count(where: { $0 == "*" }) < $1.pattern.count(where: { $0 == "*" }) }
    }

    private static func shape(_ path: String) -> String {
        let parts = path.split(separator: "/")
        return "\(parts.count)/\(parts.first ?? "")"
    }

    private static func matches(_ pattern: String, _ path: String) -> Bool {
        let (wanted, given) = (pattern.split(separator: "/"), path.split(separator: "/"))
        return wanted.count == given.count && zip(wanted, given).allSatisfy { $0 == "*" || $0 == $1 }
    }
}
