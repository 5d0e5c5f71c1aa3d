import Foundation
import Hummingbird
package import HTTPTypes
package import Languages
package import Markup
import NIOCore

/// What a route answers with.
package struct Answer: Sendable {
    package var status: HTTPResponse.Status = .ok
    package var headers = HTTPFields()
    package var content: Content
    var said: Said?
    var cookies: [Cookie] = []

    package enum Content: Sendable {
        case page(Page)
        case bytes([UInt8], type: String)
        /// From `offset`, `count` bytes of the file, streamed.
        case file(path: String, type: String)
        /// Piece by piece, each from where the one before ended; the first from 0, the last names no next. For what may be
        /// longer than memory should hold.
        case stream(type: String, next: @Sendable (Int) async throws -> (bytes: [UInt8], cursor: Int?))
        case none
    }

    /// A sentence shown once on the next page, with the one click that undoes the deed where it can be undone.
    struct Said: Sendable {
        let words: Words
        let undo: Link?
    }

    package init(_ content: Content, status: HTTPResponse.Status = .ok) { self.content = content; self.status = status }

    /// A page with something to correct answers 422, so that programs know it too.
    package static func page(_ page: Page) -> Answer { Answer(.page(page), status: page.wrongs > 0 ? .unprocessableContent : .ok) }

    /// Somebody was quicker (409): the page says how it stands now.
    package var quicker: Answer {
        var answer = self
        answer.status = .conflict
        return answer
    }

    /// On to another page after a deed (303), with a sentence that says what was done.
    package static func see(_ link: Link, saying words: Words? = nil, undo: Link? = nil) -> Answer {
        var answer = Answer(.none, status: .seeOther)
        answer.headers[.location] = link.text
        answer.said = words.map { Said(words: $0, undo: undo) }
        return answer
    }

    /// Done, and nothing to show (204).
    package static var nothing: Answer { Answer(.none, status: .noContent) }

    package static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Answer { Answer(.bytes(bytes, type: "application/json"), status: status) }
    package static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(.bytes([UInt8](text.utf8), type: "text/plain; charset=utf-8"), status: status)
    }

    /// A file to keep, never shown inside our pages (F3).
    package static func download(_ content: Content, name: String) -> Answer {
        var answer = Answer(content)
        // RFC 6266: an ASCII name for old programs, the true one percent-encoded; neither can split the header (I10).
        answer.headers[.contentDisposition] = "attachment; filename=\"file\"; filename*=UTF-8''\(Link.encoded(name))"
        answer.headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        return answer
    }

    package mutating func set(header name: String, _ value: String) {
        if let field = HTTPField.Name(name) { headers[field] = value }
    }

    package func with(_ cookie: Cookie) -> Answer {
        var answer = self
        answer.cookies.append(cookie)
        return answer
    }
}

/// A cookie of ours: `__Host-`, Secure, HttpOnly, SameSite=Lax, path / (S6).
package struct Cookie: Sendable {
    let name: String
    let value: String
    let seconds: Int?

    package static let session = "__Host-session"
    static let visitor = "__Host-visitor"
    static let language = "__Host-language"
    static let text = "__Host-text"
    static let said = "__Host-said"

    package init(_ name: String, _ value: String, seconds: Int?) { self.name = name; self.value = value; self.seconds = seconds }
    package static func forgetting(_ name: String) -> Cookie { Cookie(name, "", seconds: 0) }

    var header: String {
        "\(name)=\(value); Path=/; Secure; HttpOnly; SameSite=Lax" + (seconds.map { "; Max-Age=\($0)" } ?? "")
    }

    /// All cookies of a request; of one given twice the first counts.
    static func all(in header: String?) -> [String: String] {
        var all: [String: String] = [:]
        for part in (header ?? "").split(separator: ";").prefix(50) {
            let fields = part.split(separator: "=", maxSplits: 1)
            guard fields.count == 2 else { continue }
            let name = fields[0].trimmingCharacters(in: .whitespaces)
            if all[name] == nil { all[name] = fields[1].trimmingCharacters(in: .whitespaces) }
        }
        return all
    }
}
