package import Hummingbird
package import Logging
import NIOCore

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
