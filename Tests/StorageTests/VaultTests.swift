import TestSupport
import Testing

@testable import Storage

@Suite struct VaultTests {
    private let vault = try? testVault()

    @Test func `what is sealed opens at its own place alone`() throws {
        let vault = try #require(vault)
        let sealed = try vault.seal("13800000217", at: "person.mobile.1")
        #expect(try vault.open(sealed, at: "person.mobile.1") == "13800000217")
        #expect(!sealed.contains("13800000217"))
        // Two rows whose sealed values somebody swapped.
        #expect(throws: (any Error).self) { try vault.open(sealed, at: "person.mobile.2") }
        #expect(throws: (any Error).self) { try vault.open(sealed, at: "person.identity.1") }
    }

    @Test func `the same text is sealed differently each time, and found by its hash`() throws {
        let vault = try #require(vault)
        #expect(try vault.seal("a", at: "x") != vault.seal("a", at: "x"))
        #expect(vault.hash("a", for: "mobile") == vault.hash("a", for: "mobile"))
        #expect(vault.hash("a", for: "mobile") != vault.hash("a", for: "session"))
    }

    @Test func `another key is named, not guessed at`() throws {
        let other = try Vault(secret: [UInt8](repeating: 8, count: 32))
        let sealed = try other.seal("a", at: "x")
        let name = try #require(sealed.split(separator: ".").dropFirst().first)
        let vault = try #require(vault)
        #expect(throws: VaultFailure.otherKey(String(name))) { try vault.open(sealed, at: "x") }
    }

    @Test func `a changed or foreign text does not open`() throws {
        let vault = try #require(vault)
        let sealed = try vault.seal("a longer secret", at: "x")
        var changed = Array(sealed)
        changed[sealed.count - 8] = changed[sealed.count - 8] == "A" ? "B" : "A"
        for text in [String(changed), "", "g1", "g1..", "g2.1234.AAAA", String(sealed.dropLast(4))] {
            #expect(throws: (any Error).self) { try vault.open(text, at: "x") }
        }
    }

    @Test func `a key has 32 bytes`() {
        #expect(throws: VaultFailure.badKey) { try Vault(secret: [1, 2, 3]) }
        #expect(throws: VaultFailure.badKey) { try Vault(secret: []) }
    }

    @Test func `a token has 256 bits in 43 harmless characters`() {
        let tokens = Set((0..<100).map { _ in newToken() })
        #expect(tokens.count == 100)
        for token in tokens {
            #expect(token.utf8.count == 43)
            #expect(token.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95 })
        }
        #expect(newDigits(6).count == 6)
    }
}
