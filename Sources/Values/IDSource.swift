import Synchronization

/// Where the random part of names comes from: the system's generator, unless this process has asked for names that come
/// again, as `zhuqi demo` does. Names are no secrets (`security.md` P10); tokens have a generator of their own.
package enum IDSource {
    private static let state = Mutex<UInt64?>(nil)

    /// From here on the same names in the same order, until the process ends.
    package static func repeats(from seed: UInt64) { state.withLock { $0 = seed } }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    static func next() -> UInt64? {
        state.withLock { state in
            guard let last = state else { return nil }
            let now = last &+ 0x9E37_79B9_7F4A_7C15
            state = now
            var z = now
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    struct Generator: RandomNumberGenerator {
        func next() -> UInt64 {
            if let number = IDSource.next() { return number }
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
    }
}
