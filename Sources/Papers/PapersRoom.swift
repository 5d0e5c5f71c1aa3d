package import Storage
package import Web

/// The face of Papers: frozen papers with their numbers, seals and check page, and the institution's ledger.
package struct PapersRoom: Room {
    package init() {}

    package var migrations: [Migration] { [] }

    package func routes(_ routes: inout Routes) {}
}
