package import Storage
import Web

/// The face of Volunteers: experts from their entry to the end of their appointment, the directory, the duty roster.
package struct VolunteersRoom: Room {
    package init() {}

    package var migrations: [Migration] { Expert.migrations }
}
