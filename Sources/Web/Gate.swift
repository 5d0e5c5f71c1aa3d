package import HTTPTypes
package import NIOCore
import NIOHTTP1
package import NIOHTTPTypes

/// Refuses what may mean two things before it is taken for a request (I13): no host or two, a target that names another
/// host, a target that is far too long. The connection ends with it, so that nothing behind it is read as a request.
///
/// One for each connection; all its work is on that connection's event loop.
package final class Gate: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart

    /// What a target may be long, in bytes.
    private static let longest = 8 << 10
    private var isShut = false

    package init() {}

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isShut else { return }
        guard case .head(let head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        guard let head = Self.admitted(head) else {
            isShut = true
            // What came before is answered first; then this is, with 400, and the connection is closed.
            return context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// The request as it may go on; nil for one that is refused.
    package static func admitted(_ head: HTTPRequest) -> HTTPRequest? {
        // The first Host has become the authority: what is left of the name is a second one.
        guard let host = head.authority, !host.isEmpty, let name = HTTPField.Name("Host"), head.headerFields[name] == nil, let target = head.path, target.utf8.count <= longest
        else { return nil }
        guard !target.hasPrefix("/") else { return head }
        // The absolute form (RFC 9112, 3.2.2) is taken where it says the same as the Host.
        for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
            let rest = target.dropFirst(scheme.count)
            let authority = rest.prefix { !"/?#".contains($0) }
            guard authority.lowercased() == host.lowercased() else { return nil }
            var own = head
            let path = rest.dropFirst(authority.count)
            own.path = path.hasPrefix("/") ? String(path) : "/\(path)"
            return own
        }
        return nil
    }
}
