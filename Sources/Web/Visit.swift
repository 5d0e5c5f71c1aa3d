import Crypto
import Foundation
package import Hummingbird
import HTTPTypes
package import Languages
import Logging
package import Markup
package import Storage
package import Values

/// One request, seen as a person's visit: who, from where, in which language, at what time.
package struct Visit: Sendable {
    package let site: Site
    package let request: Request
    package let method: HTTPRequest.Method
    package let path: String
    package internal(set) var viewer: Viewer
    package let now: Instant
    /// The address that the request came from; a proxy's header counts only from a configured proxy.
    package let address: String
    /// Whom limits count as one: an IPv4 address, or the first half of an IPv6 one, which is a whole household's (R1, R3).
    package var network: String { Visit.network(of: address) }
    /// The hash of the session's cookie; nil for somebody who is not signed in.
    package let session: String?
    /// The hash of the anonymous cookie, which drafts belong to before the mobile code.
    package let visitor: String
    package let language: Language
    package let largeText: Bool
    /// A number that log and error page share.
    package let number: String
    let visitorCookie: String
    /// Files that came with this request.
    let arrivals = Arrivals()
    /// What was typed before a fresh proof was asked for, and is sent on now.
    var held: HeldForm?
    package let limits: Limits
    let token: FormToken
    let questions: [String: [String]]
    let asked = Asked()

    /// A network of 64 bits is what one subscriber gets: each of its addresses would be a fresh guesser.
    package static func network(of address: String) -> String {
        var parsed = in6_addr()
        guard address.contains(":"), inet_pton(AF_INET6, address, &parsed) == 1 else { return address }
        let bytes = withUnsafeBytes(of: parsed) { Array($0) }
        // ::ffff:192.0.2.7 is an IPv4 address.
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 255, bytes[11] == 255 { return bytes[12...].map { "\($0)" }.joined(separator: ".") }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }

    /// One value of the query; nil when it is missing or empty. A page asks for all that it knows before it decides
    /// anything: what nobody has asked for is a bad request.
    package func question(_ name: String) -> String? {
        asked.note(name, several: false)
        guard let value = questions[name]?.first, !value.isEmpty else { return nil }
        return value
    }

    /// All values of a name that may be given several times.
    package func questions(_ name: String) -> [String] {
        asked.note(name, several: true)
        return questions[name] ?? []
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws -> T { try await site.database.read(body) }
    package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T { try await site.database.write(body) }

    /// Writes once for each form that was sent, however often it arrives: the form's key stands in the same transaction,
    /// and a repetition is led to the same place. `body` answers where to go.
    package func write(once form: Form, _ body: @escaping @Sendable (Transaction) throws -> Link) async throws -> Link {
        let key = site.database.vault.hash("\(session ?? visitor)|\(path)|\(form.once)", for: "once")
        let now = now
        return try await write { tx in
            if let place = try tx.value("select place from once where key = \(key)", String.self) { return Link(path: place) }
            try tx.run("insert into once (key, place, at) values (\(key), '', \(now))")
            let place = try body(tx)
            try tx.run("update once set place = \(place.text) where key = \(key)")
            return place
        }
    }

    /// The person; an anonymous visitor is asked to sign in.
    package func person() throws -> ID<Person> {
        guard let person = viewer.person else { throw Problem.signIn }
        return person
    }

    /// A header of the request; a room needs no HTTP library for it.
    package func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }

    /// A cookie that a room has set; what it says is proved by the room.
    package func cookie(_ name: String) -> String? { Cookie.all(in: request.headers[values: .cookie].joined(separator: "; "))[name] }

    /// The host that the browser asked for, without port.
    package var host: String {
        let host = request.head.authority ?? ""
        return host.hasPrefix("[") ? String(host.prefix { $0 != "]" }) + "]" : String(host.prefix { $0 != ":" })
    }

    /// Notes what went wrong on our side, with the request's number.
    package func logFailure(_ what: String, _ error: any Error) {
        site.log.error("\(what)", metadata: ["request": "\(number)", "cause": "\(error)"])
    }

    /// This page, to come back to.
    package var here: String {
        let query = request.uri.query.map { "?\($0)" } ?? ""
        return path + query
    }

    /// The table in which the keys of sent forms are kept for a week.
    package static let migrations = [
        Migration(
            "Web", 1,
            [
                "create table once (key \(.text) not null primary key, place \(.text) not null, at \(.int) not null)\(.strict)",
                "create index once_at on once (at)",
            ]),
        HeldForm.migration, HeldForm.bySession,
    ]

    package static func forgetOldKeys(before: Instant, in tx: Transaction) throws { try tx.run("delete from once where at < \(before)") }
}

/// What a page that is being made may ask for without being handed it: bound once a request.
package enum Rendering {
    @TaskLocal static var token = ""
    @TaskLocal package static var now = Instant(milliseconds: 0)
}

/// A path of ours and nothing else, for every `next` and `back` (I6): one slash, no second one, no backslash, no control character.
package func safePath(_ text: String?) -> Link? {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"), text.utf8.count <= 500,
        text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), !text.lowercased().hasPrefix("/%2f"), !text.lowercased().hasPrefix("/%5c"),
        !text.lowercased().contains("%0")
    else { return nil }
    return Link(path: text)
}
