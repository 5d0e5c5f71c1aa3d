import Crypto
package import Foundation
import Values

/// The keys that keep sensitive values unreadable at rest. They come from `ZHUQI_KEY_FILE`, which lives outside the data
/// folder and its backups. A sealed value names its key and is bound to table, row and column (`security.md` P3).
package struct Vault: Sendable {
    /// Names the key and says nothing of it: stands in each sealed value, and on a backup.
    package let id: String
    private let sealing: SymmetricKey
    private let hashing: SymmetricKey
    private let signing: SymmetricKey

    /// `secret`: 32 bytes from the system's generator.
    package init(secret: [UInt8]) throws {
        guard secret.count == 32 else { throw VaultFailure.badKey }
        let root = SymmetricKey(data: secret)
        func derived(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Data(purpose.utf8), outputByteCount: 32)
        }
        sealing = derived("zhuqi seal 1")
        hashing = derived("zhuqi hash 1")
        signing = derived("zhuqi sign 1")
        id = SHA256.hash(data: Data("zhuqi key id".utf8) + secret).prefix(4).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    package static func newSecret() -> [UInt8] { SymmetricKey(size: .bits256).withUnsafeBytes { [UInt8]($0) } }

    /// AES-256-GCM; `place` is the table, column and row that the value belongs to.
    package func seal(_ text: String, at place: String) throws -> String {
        let box = try AES.GCM.seal(Data(text.utf8), using: sealing, authenticating: Data(place.utf8))
        guard let combined = box.combined else { throw VaultFailure.badKey }
        return "g1.\(id).\(combined.base64EncodedString())"
    }

    package func open(_ sealed: String, at place: String) throws -> String {
        let fields = sealed.split(separator: ".", maxSplits: 2)
        guard fields.count == 3, fields[0] == "g1", let data = Data(base64Encoded: String(fields[2])) else { throw VaultFailure.unreadable }
        guard fields[1] == id else { throw VaultFailure.otherKey(String(fields[1])) }
        let plain = try AES.GCM.open(AES.GCM.SealedBox(combined: data), using: sealing, authenticating: Data(place.utf8))
        return String(decoding: plain, as: UTF8.self)
    }

    /// A piece of a file, such as a backup's; `place` is the file and the piece's number.
    package func seal(_ bytes: Data, at place: String) throws -> Data {
        guard let combined = try AES.GCM.seal(bytes, using: sealing, authenticating: Data(place.utf8)).combined else { throw VaultFailure.badKey }
        return combined
    }

    package func open(_ sealed: Data, at place: String) throws -> Data {
        try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: sealing, authenticating: Data(place.utf8))
    }

    /// A keyed hash by which a sealed value is found again, and by which tokens are kept without being kept.
    package func hash(_ text: String, for purpose: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(purpose)\u{0}\(text)".utf8), using: hashing)
        return Data(code).base64EncodedString()
    }
}

extension Vault {
    /// An Ed25519 signature, in base64: what carries it can be checked by whoever has the public key, and made by this key alone.
    package func sign(_ text: String) throws -> String { try signer.signature(for: Data(text.utf8)).base64EncodedString() }

    package func isSigned(_ text: String, _ signature: String) throws -> Bool {
        guard let signature = Data(base64Encoded: signature) else { return false }
        return try signer.publicKey.isValidSignature(signature, for: Data(text.utf8))
    }

    /// The public half, 32 bytes in base64.
    package var publicKey: String { get throws { try signer.publicKey.rawRepresentation.base64EncodedString() } }

    private var signer: Curve25519.Signing.PrivateKey {
        get throws { try Curve25519.Signing.PrivateKey(rawRepresentation: signing.withUnsafeBytes { Data($0) }) }
    }
}

package enum VaultFailure: Error, Equatable {
    case badKey, unreadable
    case otherKey(String)
}

/// 256 random bits, in 43 characters that need no escaping in a URL or cookie (`security.md` P10, S6).
package func newToken() -> String {
    Data(Vault.newSecret()).base64EncodedString().map { $0 == "+" ? "-" : $0 == "/" ? "_" : String($0) }.joined()
        .replacingOccurrences(of: "=", with: "")
}

/// `count` decimal digits from the system's generator.
package func newDigits(_ count: Int) -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
}
