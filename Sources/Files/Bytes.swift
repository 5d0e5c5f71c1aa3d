// Numbers and words in the bytes of a file; nil where the file ends before.

extension [UInt8] {
    func big16(at offset: Int) -> Int? {
        offset >= 0 && offset + 2 <= count ? Int(self[offset]) << 8 | Int(self[offset + 1]) : nil
    }

    func big32(at offset: Int) -> Int? {
        guard let high = big16(at: offset), let low = big16(at: offset + 2) else { return nil }
        return high << 16 | low
    }

    func little16(at offset: Int) -> Int? { big16(at: offset).map { $0 >> 8 | ($0 & 0xFF) << 8 } }

    func little32(at offset: Int) -> Int? {
        guard let low = little16(at: offset), let high = little16(at: offset + 2) else { return nil }
        return high << 16 | low
    }

    /// The ASCII text of `count` bytes; nil where the file ends before.
    func text(at offset: Int, _ length: Int) -> String? {
        offset >= 0 && offset + length <= count ? String(decoding: self[offset..<offset + length], as: UTF8.self) : nil
    }

    /// Where `mark` first begins.
    func position(of mark: [UInt8]) -> Int? {
        guard let first = mark.first, count >= mark.count else { return nil }
        return (0...count - mark.count).first { self[$0] == first && self[$0..<$0 + mark.count].elementsEqual(mark) }
    }
}
