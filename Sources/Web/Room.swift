package import Holdings
package import Storage

/// The face of a room: what it gives the house. `House` lists the rooms and is the one place of wiring.
package protocol Room: Sendable {
    var migrations: [Migration] { get }
    /// All routes of the room on one screen, each with its permission.
    func routes(_ routes: inout Routes)
    /// What the room keeps about a person: see, take out, erase, and for how long (PIPL 44–47).
    var holdings: [Holding] { get }
}

extension Room {
    package var migrations: [Migration] { [] }
    package func routes(_ routes: inout Routes) {}
    package var holdings: [Holding] { [] }
}
