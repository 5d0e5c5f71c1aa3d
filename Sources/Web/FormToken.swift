import Crypto
import Foundation
import Storage

/// What shows that a form came from a page of ours (I5): a code of the session, or of the anonymous cookie, and useless with
/// another. It is written under fresh random bytes each time, as pages are compressed: beside words that somebody else has put
/// into a page, its length would give the code away, a character at a time (BREACH).
struct FormToken: Sendable {
    private let code: [UInt8]

    init(of owner: String, by key: SymmetricKey) { code = [UInt8](HMAC<SHA256>.authenticationCode(for: Data("token \(owner)".utf8), using: key)) }

    /// As a page shows it, another each time.
    var spelled: String {
        let cover = Vault.newSecret()
        return Data(cover + zip(cover, code).map { $0 ^ $1 }).base64EncodedString()
    }

    /// Compared in constant time (P11).
    func isSpelled(by text: String?) -> Bool {
        guard let bytes = text.flatMap({ Data(base64Encoded: $0) }).map({ [UInt8]($0) }), bytes.count == 2 * code.count else { return false }
        let given = zip(bytes, bytes.dropFirst(code.count)).map { $0 ^ $1 }
        return zip(given, code).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
