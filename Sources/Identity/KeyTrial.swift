package import Storage
import Values

extension Reader {
    /// Whether the key opens what the database has sealed; nil where nothing is sealed yet.
    package func opensWhatIsSealed() throws -> Bool? {
        let sealed = try first("select person, totp_sealed from account where totp_sealed is not null limit 1") { (person: try $0(ID<Person>.self), text: try $0(String.self)) }
        guard let sealed else { return nil }
        do {
            _ = try vault.open(sealed.text, at: "account.totp.\(sealed.person)")
            return true
        } catch { return false }
    }
}
