package import NIOCore
package import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Refuses what may mean two things before it is taken for a request (I13): no host or two, a target that names another
/// host, a target that is far too long. The connection ends with it, so that nothing behind it is read as a request.
///
/// One for each connection; all its work is on that connection's event loop. It stands right behind the parser, as the
/// translation after that drops a target's own host.
package final class Gate: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart

    /// What a target may be long, in bytes.
    private static let longest = 8 << 10
    private var isShut = false

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
    package static func admitted(_ head: HTTPRequestHead) -> HTTPRequestHead? {
        let hosts = head.headers["Host"]
        guard hosts.count == 1, let host = hosts.first, !host.isEmpty, head.uri.utf8.count <= longest else { return nil }
        guard !head.uri.hasPrefix("/") else { return head }
        // The absolute form (RFC 9112, 3.2.2) is taken where it says the same as the Host.
        for scheme in ["http://", "https://"] where head.uri.lowercased().hasPrefix(scheme) {
            let rest = head.uri.dropFirst(scheme.count)
            let authority = rest.prefix { !"/?#".contains($0) }
            guard authority.lowercased() == host.lowercased() else { return nil }
            var own = head
            let path = rest.dropFirst(authority.count)
            own.uri = path.hasPrefix("/") ? String(path) : "/\(path)"
            return own
        }
        return nil
    }

    /// Puts a gate behind the parser of each new connection; handed to the server, which adds its own handlers only later on the way.
    package final class Keeper: ChannelInboundHandler, RemovableChannelHandler {
        package typealias InboundIn = NIOAny
        package init() {}

        package func handlerAdded(context: ChannelHandlerContext) {
            let pipeline = context.pipeline.syncOperations
            do { try pipeline.addHandler(Gate(), position: .before(try pipeline.handler(type: HTTP1ToHTTPServerCodec.self))) } catch {
                // Without a gate there is no connection.
                context.close(promise: nil)
            }
        }
    }
}
