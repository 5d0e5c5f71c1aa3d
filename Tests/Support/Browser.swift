import Foundation
package import HTTPTypes
import Hummingbird
import Logging
package import Markup
import NIOCore
package import Web

/// A browser without a socket: keeps cookies, finds the forms of the page that it shows, sends them as a browser does,
/// and follows redirects.
package final class Browser {
    private let doorway: Doorway
    private let address: String
    package var host = "localhost"
    package var cookies: [String: String] = [:]
    /// Headers that go along with each request.
    package var headers: [String: String] = [:]
    /// The page on show: the last one that came as HTML.
    package private(set) var page: Shown?

    package init(_ doorway: Doorway, address: String = "192.0.2.7") { self.doorway = doorway; self.address = address }

    @discardableResult
    package func open(_ link: Link, _ headers: [String: String] = [:]) async throws -> Shown { try await open(link.text, headers) }

    /// Opens a page, and what it leads on to.
    @discardableResult
    package func open(_ path: String, _ headers: [String: String] = [:]) async throws -> Shown {
        try await follow(try await send(.get, path, headers))
    }

    @discardableResult
    package func post(
        _ action: Link, _ fields: KeyValuePairs<String, String> = [:], files: [PickedFile] = [], following: Bool = true
    ) async throws -> Shown {
        try await post(action.text, fields, files: files, following: following)
    }

    /// Fills in the form on show that goes to `action`, and sends it. What `fields` does not name goes as it stands on the page.
    @discardableResult
    package func post(
        _ action: String, _ fields: KeyValuePairs<String, String> = [:], files: [PickedFile] = [], following: Bool = true
    ) async throws -> Shown {
        guard let form = page?.form(action) else { throw NoSuchForm(action: action, path: page?.path ?? "nowhere", actions: page?.actions ?? []) }
        let named = Set(fields.map(\.key))
        let all = form.fields.filter { !named.contains($0.name) } + fields.map { (name: $0.key, value: $0.value) }
        let answer: Shown
        if form.isMultipart {
            answer = try await send(.post, action, ["Content-Type": "multipart/form-data; boundary=\(PickedFile.boundary)"], PickedFile.body(all, files))
        } else {
            let text = all.map { "\(Link.encoded($0.name))=\(Link.encoded($0.value))" }.joined(separator: "&")
            answer = try await send(.post, action, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](text.utf8))
        }
        return following ? try await follow(answer) : answer
    }

    /// One request, as it is told; nothing is followed. A write carries the Origin of its own site unless `headers` says otherwise.
    @discardableResult
    package func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: [String: String] = [:], _ body: [UInt8] = [], inPieces size: Int? = nil
    ) async throws -> Shown {
        var head = HTTPRequest(method: method, scheme: "http", authority: host, path: path)
        var all = self.headers
        if method != .get, method != .head { all["Origin"] = "http://\(host)" }
        all.merge(headers) { $1 }
        for (name, value) in all where !value.isEmpty { if let name = HTTPField.Name(name) { head.headerFields[name] = value } }
        if !cookies.isEmpty { head.headerFields[.cookie] = cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
        let stream: RequestBody
        if let size {
            let pieces = stride(from: 0, to: body.count, by: size).map { ByteBuffer(bytes: body[$0..<min($0 + size, body.count)]) }
            stream = RequestBody(asyncSequence: AsyncStream { continuation in
                for piece in pieces { continuation.yield(piece) }
                continuation.finish()
            })
        } else { stream = RequestBody(buffer: ByteBuffer(bytes: body)) }
        let response = try await doorway.respond(to: Request(head: head, body: stream), context: Connected(from: address, log: Logger(label: "test")))
        let shown = Shown(path: path, status: response.status.code, headers: response.headers, bytes: try await response.body.collected())
        keep(shown.headers[values: .setCookie])
        if method == .get || method == .post, shown.header("Content-Type")?.hasPrefix("text/html") == true { page = shown }
        return shown
    }

    private func follow(_ shown: Shown) async throws -> Shown {
        var shown = shown
        for _ in 0..<6 {
            guard shown.status == 303 || shown.status == 302, let place = shown.place, place.hasPrefix("/") else { return shown }
            shown = try await send(.get, place)
        }
        return shown
    }

    private func keep(_ lines: [String]) {
        for line in lines {
            let parts = line.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let pair = parts.first?.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false), pair.count == 2 else { continue }
            cookies[String(pair[0])] = parts.contains("Max-Age=0") ? nil : String(pair[1])
        }
    }
}

/// A file that somebody picked in a form.
package struct PickedFile {
    package let field: String
    package let name: String
    package let bytes: [UInt8]
    package init(_ field: String, name: String, _ bytes: [UInt8]) { self.field = field; self.name = name; self.bytes = bytes }

    package static let boundary = "----zhuqi-test-boundary"

    package static func body(_ fields: [(name: String, value: String)], _ files: [PickedFile]) -> [UInt8] {
        var body: [UInt8] = []
        for field in fields { body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n".utf8 }
        for file in files {
            body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(file.field)\"; filename=\"\(file.name)\"\r\n".utf8
            body += "Content-Type: application/octet-stream\r\n\r\n".utf8
            body += file.bytes
            body += "\r\n".utf8
        }
        return body + "--\(boundary)--\r\n".utf8
    }
}

package struct NoSuchForm: Error { package let action: String, path: String, actions: [String] }

extension ResponseBody {
    fileprivate consuming func collected() async throws -> [UInt8] {
        let pieces = Pieces()
        try await write(Collector(pieces: pieces))
        return pieces.bytes
    }
}

/// Filled by one response at a time.
private final class Pieces { var bytes: [UInt8] = [] }

private struct Collector: ResponseBodyWriter {
    let pieces: Pieces
    mutating func write(_ buffer: ByteBuffer) async throws { pieces.bytes += buffer.readableBytesView }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
