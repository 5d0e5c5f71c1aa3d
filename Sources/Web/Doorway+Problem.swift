import Foundation
import HTTPTypes
import Hummingbird
import Languages
import Logging
package import Markup
import NIOCore
import Storage
import Values

// What goes wrong on the way becomes an answer here, and nowhere else.
extension Doorway {
    /// The one place that turns errors into answers.
    func problem(_ error: any Error, _ log: Logger) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let redirect as Redirect: return redirect.problem
        case StorageFailure.missing: return .notFound
        case StorageFailure.unavailable(let what), StorageFailure.retry(let what):
            log.error("database unavailable", metadata: ["cause": "\(what)"])
            return .busy
        default:
            log.error("unexpected", metadata: ["cause": "\(error)"])
            return .unexpected()
        }
    }

    func response(
        _ problem: Problem, _ request: Request, _ visit: Visit?, _ number: String, _ cookies: [String: String], _ language: Language, _ now: Instant
    ) async -> Response {
        var headers = HTTPFields()
        if problem.name == "redirect" {
            headers[.location] = problem.title.chinese
            return Response(status: .seeOther, headers: headers)
        }
        if problem.name == "signIn", request.method == .get || request.method == .head {
            headers[.location] = site.slots.signIn.with([("next", visit?.here ?? "/")]).text
            return Response(status: .seeOther, headers: headers)
        }
        if let wait = problem.retryAfter { headers[.retryAfter] = String(wait) }
        if let allowed = problem.allowed { headers[.allow] = allowed }
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.cacheControl] = "no-store"
        let page = Page(
            problem.title, width: .narrow,
            """
            \(title(problem.title, "\(problem.advice)"))
            <p class="row">\(wayOn(problem, request))</p>
            <p class="soft small mt">\(Words("编号 ", "Number "))\(number)</p>
            """)
        let viewer = visit?.viewer ?? .anonymous
        let shown = visit ?? Visit(
            site: site, request: request, method: request.method, path: "/", viewer: viewer, now: now, address: "", session: nil, visitor: "",
            language: language, largeText: cookies[Cookie.text] == "large", number: number, visitorCookie: "", limits: limits, token: FormToken(of: "", by: tokenKey), questions: [:])
        let html = Layout(
            page: page, visit: shown, words: problem.status >= 500 ? [] : site.slots.navigation(viewer), counts: [:], facts: OperatorFacts(), said: nil,
            assets: assets
        ).html()
        return Response(status: .init(code: problem.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: html.bytes)))
    }

    /// The one thing to do now: sign in again, or go back to the page whose form was too old; else the home page.
    private func wayOn(_ problem: Problem, _ request: Request) -> HTML {
        let page = request.headers[.referer].flatMap { URLComponents(string: $0) }
        let before = page.flatMap { page in safePath(page.percentEncodedPath + (page.percentEncodedQuery.map { "?" + $0 } ?? "")) }
        if problem.name == Problem.signIn.name { return "<a class=\"btn go\" href=\"\(site.slots.signIn.with([("next", before?.text)]))\">\(Words("登录，接着办", "Sign in and go on"))</a>" }
        if problem.name == Problem.staleForm.name, let before { return "<a class=\"btn go\" href=\"\(before)\">\(Words("回到刚才那一页", "Back to that page"))</a>" }
        return "<a class=\"btn go\" href=\"\(Link(path: "/"))\">\(Words("回首页", "Home page"))</a>"
    }
}

/// On to another page, from wherever it is thrown.
package struct Redirect: Error {
    package let link: Link
    package init(link: Link) { self.link = link }
    var problem: Problem { Problem("redirect", status: 303, Words(same: link.text), Words("", "")) }
}
