package import Storage
import Web

/// The second face of Identity: one's own account, who speaks for a company, consents.
package struct AccountRoom: Room {
    package init() {}

    package var migrations: [Migration] { [Enterprise.migration, Speaker.migration, Consent.migration] }
}
