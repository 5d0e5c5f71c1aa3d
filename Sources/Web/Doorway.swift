import Crypto
import Foundation
import HTTPTypes
package import Hummingbird
import Languages
package import Logging
import Markup
import NIOCore
import Storage
import Values

/// What Hummingbird hands along with a request: the connection's address.
package struct Connected: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let address: String

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? "local"
    }

    /// For a request that did not come over a connection: tests knock at the doorway without a socket.
    package init(from address: String, log: Logger) {
        coreContext = .init(source: Unconnected(logger: log))
        self.address = address
    }

    private struct Unconnected: RequestContextSource { let logger: Logger }
}

/// The way in and out of the house: host, limit, viewer, route, permission, answer, error, headers, log – in this order,
/// once, for every request.
package struct Doorway: HTTPResponder {
    package typealias Context = Connected
    let site: Site
    let routes: Routes
    let assets: Assets
    let limits: Limits
    private let tokenKey: SymmetricKey

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
                    return try await Rendering.$token.withValue(arrived.token) {
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

    // MARK: In

    /// Refuses hosts that are not ours, and addresses that come too often.
    private func admit(_ request: Request, _ peer: String, _ now: Instant) throws {
        let host = request.head.authority ?? request.headers[.init("Host") ?? .accept] ?? ""
        let name = host.hasPrefix("[") ? String(host.prefix { $0 != "]" }) + "]" : String(host.prefix { $0 != ":" })
        guard site.settings.hosts.contains(name.lowercased()) else { throw Problem.wrongHost }
        if let wait = limits.take("all " + Visit.network(of: address(request, peer)), most: site.settings.requestsPerMinute, now: now) { throw Problem.tooMany(retryAfter: wait) }
    }

    private func address(_ request: Request, _ peer: String) -> String {
        guard site.settings.proxies.contains(peer), let header = HTTPField.Name("X-Forwarded-For"), let forwarded = request.headers[header],
            let last = forwarded.split(separator: ",").last
        else { return peer }
        return last.trimmingCharacters(in: .whitespaces)
    }

    private func arrive(
        _ request: Request, _ peer: String, _ now: Instant, _ cookies: [String: String], _ language: Language, _ number: String
    ) async throws -> Visit {
        let vault = site.database.vault
        var viewer: Viewer?
        var session: String?
        if let cookie = cookies[Cookie.session], cookie.utf8.count == 43 {
            let hash = vault.hash(cookie, for: "session")
            let load = site.slots.viewer
            viewer = try await site.database.read { try load(hash, $0, now) }
            if viewer != nil { session = hash; try await site.slots.seen(hash) }
        }
        let given = cookies[Cookie.visitor].flatMap { $0.utf8.count == 43 ? $0 : nil }
        let visitorCookie = given ?? newToken()
        // Bound to the session, or to the anonymous cookie; useless with another (I5).
        let token = HMAC<SHA256>.authenticationCode(for: Data("token \(session ?? visitorCookie)".utf8), using: tokenKey)
        return Visit(
            site: site, request: request, method: request.method, path: request.uri.path, viewer: viewer ?? .anonymous, now: now,
            address: address(request, peer), session: session, visitor: vault.hash(visitorCookie, for: "visitor"), language: language,
            largeText: cookies[Cookie.text] == "large", number: number, visitorCookie: visitorCookie, limits: limits,
            token: Data(token).base64EncodedString(), questions: try questions(request.uri.query))
    }

    private func questions(_ query: String?) throws -> [String: [String]] {
        guard let query else { return [:] }
        guard query.utf8.count <= 4000 else { throw Problem.badRequest("query") }
        return Dictionary(try Visit.pairs(query).map { ($0.0, [$0.1]) }, uniquingKeysWith: +)
    }

    private func language(_ request: Request, _ cookies: [String: String]) -> Language {
        if let chosen = cookies[Cookie.language].flatMap(Language.init(rawValue:)) { return chosen }
        let wanted = (request.headers[.acceptLanguage] ?? "").lowercased()
        return wanted.hasPrefix("en") && !wanted.contains("zh") ? .english : .chinese
    }

    // MARK: Through

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

    // MARK: Out

    private func response(_ answer: Answer, _ visit: Visit, _ cookies: [String: String]) async throws -> Response {
        var headers = answer.headers
        for cookie in answer.cookies { headers.append(HTTPField(name: .setCookie, value: cookie.header)) }
        if let said = answer.said {
            headers.append(HTTPField(name: .setCookie, value: Cookie(Cookie.said, sealed(said), seconds: 120).header))
        }
        switch answer.content {
        case .page(let page):
            // A script that sends files follows the redirect before the person does; the sentence waits for the person.
            let isRead = visit.header("Sec-Fetch-Dest") != "empty"
            let said = isRead ? cookies[Cookie.said].flatMap(opened) : nil
            if isRead, cookies[Cookie.said] != nil { headers.append(HTTPField(name: .setCookie, value: Cookie.forgetting(Cookie.said).header)) }
            let slots = site.slots
            let (viewer, now) = (visit.viewer, visit.now)
            let (counts, facts) = try await site.database.read { (try slots.counts(viewer, now, $0), try slots.operatorFacts($0)) }
            let html = Layout(page: page, visit: visit, words: slots.navigation(viewer), counts: counts, facts: facts, said: said, assets: assets).html()
            headers[.contentType] = "text/html; charset=utf-8"
            headers[.cacheControl] = page.isPublic && visit.session == nil ? "no-cache" : "no-store"
            headers[.vary] = "Cookie, Accept-Encoding, Accept-Language"
            headers[.contentLanguage] = visit.language.rawValue
            return finished(html.bytes, answer.status, headers, visit.request, tagged: answer.status == .ok)
        case .bytes(let bytes, let type):
            headers[.contentType] = type
            if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
            return finished(bytes, answer.status, headers, visit.request, tagged: false)
        case .file(let path, let type):
            headers[.contentType] = type
            headers[.cacheControl] = "private, no-store"
            return try FileAnswer(path: path, headers: headers, request: visit.request).response()
        case .stream(let type, let next):
            headers[.contentType] = type
            headers[.cacheControl] = "no-store"
            let body = ResponseBody { writer in
                var cursor: Int? = 0
                while let from = cursor {
                    let piece = try await next(from)
                    if !piece.bytes.isEmpty { try await writer.write(ByteBuffer(bytes: piece.bytes)) }
                    cursor = piece.cursor
                }
                try await writer.finish(nil)
            }
            return Response(status: answer.status, headers: headers, body: body)
        case .none: return Response(status: answer.status, headers: headers)
        }
    }

    /// Compressed where the browser takes it, and not sent again where it has it already.
    private func finished(_ bytes: [UInt8], _ status: HTTPResponse.Status, _ headers: HTTPFields, _ request: Request, tagged: Bool) -> Response {
        var headers = headers
        if tagged {
            let tag = "\"" + Insecure.MD5.hash(data: bytes).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\""
            headers[.eTag] = tag
            // A proxy that compresses says W/ in front; the page is the same.
            if let known = request.headers[.ifNoneMatch], known.contains(tag) { return Response(status: .notModified, headers: headers) }
        }
        let type = headers[.contentType] ?? ""
        if bytes.count > 600, type.hasPrefix("text/") || type.hasPrefix("application/json"), (request.headers[.acceptEncoding] ?? "").contains("gzip"),
            let packed = gzip(bytes)
        {
            headers[.contentEncoding] = "gzip"
            return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: packed)))
        }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func asset(_ request: Request) -> Response? {
        guard request.method == .get || request.method == .head, let asset = assets.asset(hashed: String(request.uri.path.dropFirst(8))) else { return nil }
        var headers = HTTPFields()
        headers[.contentType] = asset.type
        headers[.cacheControl] = "public, max-age=31536000, immutable"
        headers[.vary] = "Accept-Encoding"
        let packed = (request.headers[.acceptEncoding] ?? "").contains("gzip")
        if packed { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: packed ? asset.gzipped : asset.bytes)))
    }

    private func sealed(_ said: Answer.Said) -> String {
        let text = [said.words.chinese, said.words.english, said.undo?.text ?? ""].map { Data($0.utf8).base64EncodedString() }.joined(separator: ".")
        // A purpose in front, as everybody is shown the code of a cookie of their own choice: their form's token.
        let code = Data(HMAC<SHA256>.authenticationCode(for: Data("said \(text)".utf8), using: tokenKey)).base64EncodedString()
        return Link.encoded("\(text).\(code)")
    }

    private func opened(_ cookie: String) -> Answer.Said? {
        let fields = (cookie.removingPercentEncoding ?? "").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 4, let code = Data(base64Encoded: fields[3]),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data("said \(fields[0..<3].joined(separator: "."))".utf8), using: tokenKey)
        else { return nil }
        let texts = fields[0..<3].map { String(decoding: Data(base64Encoded: $0) ?? Data(), as: UTF8.self) }
        return .init(words: Words(texts[0], texts[1]), undo: safePath(texts[2]))
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
