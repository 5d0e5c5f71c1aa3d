package import Documents
package import Storage
package import Web

/// The face of Papers: frozen papers, their check by anybody, the seal, and the institution's ledger.
package struct PapersRoom: Room {
    private let drawings: [Paper.Kind: Paper.Drawing]

    /// - Parameter drawings: how each kind is drawn, given by the rooms that issue it; a drawing reads the claims alone.
    package init(drawings: [Paper.Kind: Paper.Drawing]) { self.drawings = drawings }

    package var migrations: [Migration] { [Paper.migration] + Ledger.migrations }

    package func routes(_ routes: inout Routes) {
        // The ledger, for anybody with any tool
        Ledger.routes(&routes)
    }
}

extension Paper {
    /// From the claims to what stands on the page. The frame around it (mark, number, square code, seal's place) is the house's.
    package typealias Drawing = @Sendable (Claims) -> Document
}
