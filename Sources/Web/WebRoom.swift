import Foundation
import HTTPTypes
import Hummingbird
import Languages
import Logging
package import Storage
import Markup

/// What the web itself offers: switches of language and text size, health, reports of the browser.
package struct WebRoom: Room {
    package init() {}
    package var migrations: [Migration] { Visit.migrations }

    package func routes(_ routes: inout Routes) {
        routes.get(Path("language"), .everyone) { visit, _ in
            let to: Language = visit.question("to") == "en" ? .english : .chinese
            return .see(safePath(visit.question("back")) ?? Link(path: "/")).with(Cookie(Cookie.language, to.rawValue, seconds: 365 * 86_400))
        }
        routes.get(Path("text"), .everyone) { visit, _ in
            let large = visit.question("to") == "large"
            return .see(safePath(visit.question("back")) ?? Link(path: "/")).with(Cookie(Cookie.text, large ? "large" : "normal", seconds: 365 * 86_400))
        }
        routes.get(Path("healthz"), .everyone) { _, _ in .text("ok\n") }
        routes.get(Path("readyz"), .everyone) { visit, _ in
            _ = try await visit.read { try $0.value("select 1", Int.self) }
            return .text("ready\n")
        }
        routes.post(Path("csp-reports"), .everyone) { visit, _ in
            guard let body = try? await visit.request.body.collect(upTo: 16 << 10) else { throw Problem.tooLarge }
            visit.site.log.warning("csp report", metadata: ["report": "\(String(buffer: body).filter { !$0.isNewline }.prefix(2000))"])
            return Answer(.none, status: .noContent)
        }
    }
}
