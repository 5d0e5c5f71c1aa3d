package import Storage
package import Values

/// Where the chain of seals ends. `zhuqi audit verify` walks the whole of it.
package struct ChainHead: Sendable {
    /// 0 where nothing is sealed yet.
    package let seal: Int64
    package let hash: String
    /// The last happening, sealed or not.
    package let last: Instant?
    /// Since when the first one after the head waits; nil where none does.
    package let waitsSince: Instant?
}

extension Reader {
    package func chainHead() throws -> ChainHead {
        let head = try first("select number, happening, hash from seal order by number desc limit 1") {
            (seal: try $0(Int64.self), happening: try $0(Int64.self), hash: try $0(String.self))
        }
        return ChainHead(
            seal: head?.seal ?? 0, hash: head?.hash ?? "", last: try value("select at from happening order by number desc limit 1"),
            waitsSince: try value("select at from happening where number > \(head?.happening ?? 0) order by number limit 1"))
    }
}
