import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Languages
import Markup
import NIOCore
import Storage
import Values

// The way out: an answer becomes a response.
extension Doorway {
    func response(_ answer: Answer, _ visit: Visit, _ cookies: [String: String]) async throws -> Response {
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

    func asset(_ request: Request) -> Response? {
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
