import Foundation
import HTTPTypes
import Hummingbird
import Languages
import Markup
import Storage
import Values

// The way in: a request becomes a visit.
extension Doorway {
    /// Refuses hosts that are not ours, and addresses that come too often.
    func admit(_ request: Request, _ peer: String, _ now: Instant) throws {
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

    func arrive(
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
        return Visit(
            site: site, request: request, method: request.method, path: request.uri.path, viewer: viewer ?? .anonymous, now: now,
            address: address(request, peer), session: session, visitor: vault.hash(visitorCookie, for: "visitor"), language: language,
            largeText: cookies[Cookie.text] == "large", number: number, visitorCookie: visitorCookie, limits: limits,
            token: FormToken(of: session ?? visitorCookie, by: tokenKey), questions: try questions(request.uri.query))
    }

    private func questions(_ query: String?) throws -> [String: [String]] {
        guard let query else { return [:] }
        guard query.utf8.count <= 4000 else { throw Problem.badRequest("query") }
        return Dictionary(try Visit.pairs(query).map { ($0.0, [$0.1]) }, uniquingKeysWith: +)
    }

    func language(_ request: Request, _ cookies: [String: String]) -> Language {
        if let chosen = cookies[Cookie.language].flatMap(Language.init(rawValue:)) { return chosen }
        let wanted = (request.headers[.acceptLanguage] ?? "").lowercased()
        return wanted.hasPrefix("en") && !wanted.contains("zh") ? .english : .chinese
    }
}
