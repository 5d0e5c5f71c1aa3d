import Foundation
import Testing

@testable import Ledgers

/// The hashes of RFC 6962, with the values that its reference implementation publishes.
@Suite struct TreeHashTests {
    @Test func `no entries, and one without content, hash as RFC 6962 says`() {
        #expect(TreeHash.ofNothing.description == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        #expect(TreeHash.leaf([]).description == "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=")
    }

    @Test func `only 32 bytes are a hash, and they come out as they went in`() {
        #expect(TreeHash([UInt8](repeating: 1, count: 31)) == nil)
        #expect(TreeHash([UInt8](repeating: 1, count: 33)) == nil)
        #expect(TreeHash([UInt8](0..<32))?.bytes == [UInt8](0..<32))
    }
}
