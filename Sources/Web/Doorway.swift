import Crypto
import Foundation
import HTTPTypes
package import Hummingbird
import Languages
import Logging
import Markup
import Storage
import Values

/// The way in and out of the house: host, limit, viewer, route, permission, answer, error, headers, log – in this order,
/// once, for every request.
package struct Doorway: HTTPResponder {
    package typealias Context = Connected
    let site: Site
    let routes: Routes
    let assets: Assets
    let limits: Limits
    /// Of form tokens and of the sentence that waits for the next page.
    let tokenKey: SymmetricKey

    package init(site: Site, routes: Routes, assets: Assets, limits: Limits = Limits()) {
        self.site = site
        self.routes = routes
        self.assets = assets
        self.limits = limits
        tokenKey = SymmetricKey(data: Data(site.database.vault.hash("form token", for: "key").utf8))
    }

    @concurrent
    package func respond(to request: Request, context: Connected) async throws -> Response {
        let begin = ContinuousClock.now
        let number = String(ID<Visit>().text.suffix(10))
        var log = site.log
        log[metadataKey: "request"] = "\(number)"
        let path = request.uri.path
        var problem: Problem?
        var (response, visit): (Response, Visit?)
        if path.hasPrefix("/assets/"), let answer = asset(request) {
            (response, visit) = (answer, nil)
        } else {
            (response, visit, problem) = await answer(request, context.address, number, log)
        }
        response.secure(tls: site.settings.tls)
        if request.method == .head { response = response.createHeadResponse() }
        log.log(
            level: problem?.status ?? 200 >= 500 ? .error : .info, "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(Self.loggable(path))", "status": "\(response.status.code)",
                "ms": "\((ContinuousClock.now - begin).milliseconds)", "person": "\(Self.isNameless(path) ? "-" : visit?.viewer.person?.text ?? "-")",
                "problem": "\(problem?.name ?? "-")",
            ])
        return response
    }

    /// An invitation's code and a paper's stand in an address, and never in a log (P8): whoever reads the log reads no paper by it.
    static func loggable(_ path: String) -> String {
        for place in ["/welcome/", "/verify/"] where path.hasPrefix(place) && path != "/verify/file" { return place + "*" }
        return path
    }

    /// Whoever complains may keep their name to themselves; then the log does not know it either.
    private static func isNameless(_ path: String) -> Bool { path == "/complaints/new" || path.hasPrefix("/complaints/receipt") }

    private func answer(_ request: Request, _ peer: String, _ number: String, _ log: Logger) async -> (Response, Visit?, Problem?) {
        let now = site.clock()
        let cookies = Cookie.all(in: request.headers[values: .cookie].joined(separator: "; "))
        let language = language(request, cookies)
        var visit: Visit?
        return await Language.$current.withValue(language) {
            await Rendering.$now.withValue(now) {
                do {
                    try admit(request, peer, now)
                    let arrived = try await arrive(request, peer, now, cookies, language, number)
                    visit = arrived
                    defer { arrived.arrivals.clear() }
                    return try await Rendering.$token.withValue(arrived.token.spelled) {
                        var answer = try await dispatch(arrived)
                        if cookies[Cookie.visitor] != arrived.visitorCookie, arrived.session == nil, case .page = answer.content {
                            answer.cookies.append(Cookie(Cookie.visitor, arrived.visitorCookie, seconds: 30 * 86_400))
                        }
                        return (try await response(answer, arrived, cookies), arrived, nil)
                    }
                } catch {
                    let problem = self.problem(error, log)
                    return (await response(problem, request, visit, number, cookies, language, now), visit, problem)
                }
            }
        }
    }

    private func dispatch(_ visit: Visit) async throws -> Answer {
        let candidates = routes.candidates(visit.path)
        let method = visit.method == .head ? .get : visit.method
        guard !candidates.isEmpty else { throw Problem.notFound }
        guard candidates.contains(where: { $0.method == method }) else {
            throw Problem.methodNotAllowed(Set(candidates.map(\.method.rawValue)).sorted().joined(separator: ", "))
        }
        if method != .get { try isFromHere(visit) }
        for route in candidates where route.method == method {
            try await mayKnock(visit, route)
            var visit = visit
            if route.access.wantsFreshProof, let question = try await provedAfresh(&visit, files: route.access.heldFiles) { return question }
            // What is sent stands in the form alone.
            if method != .get { try visit.asked.check(visit.questions) }
            guard let answer = try await route.answer(visit, visit.path) else { continue }
            if method == .get { try visit.asked.check(visit.questions) }
            return answer
        }
        throw Problem.notFound
    }

    /// Writes come from our own pages: Origin or Sec-Fetch-Site says so (I5); the token is read with the form.
    private func isFromHere(_ visit: Visit) throws {
        let headers = visit.request.headers
        if let field = HTTPField.Name("Sec-Fetch-Site"), let from = headers[field] {
            guard from == "same-origin" || from == "none" else { throw Problem.staleForm }
        }
        if let origin = headers[.origin] {
            // Our own address with its port, as it was asked for or as it is set: another port is another site's.
            let asked = (visit.request.head.authority ?? "").lowercased()
            guard ["http://\(asked)", "https://\(asked)", site.settings.baseURL.lowercased()].contains(origin.lowercased()) else { throw Problem.staleForm }
        } else if HTTPField.Name("Sec-Fetch-Site").flatMap({ headers[$0] }) == nil { throw Problem.staleForm }
    }

    private func mayKnock(_ visit: Visit, _ route: Route) async throws {
        if let page = visit.viewer.mustVisit, visit.path != page, visit.path != "/sign-out", route.access.isGuarded {
            throw Redirect(link: Link(path: page))
        }
        switch route.access.door {
        case .everyone: return
        case .demo: guard site.settings.isDemo else { throw Problem.notFound }
        case .signedIn: guard visit.viewer.person != nil else { throw Problem.signIn }
        case .permission(let entry):
            guard visit.viewer.person != nil else { throw Problem.signIn }
            guard visit.viewer.mayKnock(entry.grants) else {
                try await site.slots.denied(visit, entry.name)
                throw Problem.notFound
            }
        }
    }
}

extension Access {
    /// Routes that a staff session without its second factor may not open.
    fileprivate var isGuarded: Bool {
        switch door {
        case .signedIn, .permission: true
        case .everyone, .demo: false
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
