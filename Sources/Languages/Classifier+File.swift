extension Classifier {
    /// The classifier that travels with the program.
    package static let bundled: Classifier = {
        do { return try Classifier(reading: Bundled.bytes("triage.model")) } catch {
            fatalError("The installation is incomplete: triage.model: \(error).")
        }
    }()

    /// A file that is no classifier, or one of another make.
    package enum Damaged: Error, Equatable {
        case notAModel, tooShort, outOfOrder
    }

    /// Reads what `write()` gave: numbers in little endian, the arrays one after the other.
    package init(reading bytes: [UInt8]) throws(Damaged) {
        var reader = Reader(bytes)
        guard try reader.bytes(4).elementsEqual(Classifier.mark) else { throw .notAModel }
        longest = Int(try reader.number() as UInt32)
        let (labels, grams) = (Int(try reader.number() as UInt32), Int(try reader.number() as UInt32))
        guard (2...1000).contains(labels), (1...4).contains(longest), grams <= bytes.count else { throw .notAModel }
        self.labels = try reader.many(labels) { reader throws(Damaged) in
            String(decoding: try reader.bytes(Int(try reader.number() as UInt32)), as: UTF8.self)
        }
        scale = try reader.many(labels) { reader throws(Damaged) in try reader.float() }
        bias = try reader.many(labels) { reader throws(Damaged) in try reader.float() }
        let sharpness = Double(try reader.float())
        calibration = Calibration(
            sharpness: sharpness, bias: try reader.many(labels) { reader throws(Damaged) in Double(try reader.float()) })
        self.grams = try reader.many(grams) { reader throws(Damaged) in try reader.number() }
        rarity = try reader.many(grams) { reader throws(Damaged) in Float(try reader.number() as UInt16) / Classifier.raritySteps
        }
        weights = try reader.bytes(grams * labels).map { Int8(bitPattern: $0) }
        guard reader.isAtEnd else { throw .notAModel }
        guard zip(self.grams, self.grams.dropFirst()).allSatisfy(<) else { throw .outOfOrder }
    }

    package func write() -> [UInt8] {
        var bytes = Classifier.mark
        func put(_ number: some FixedWidthInteger) {
            for place in 0..<(type(of: number).bitWidth / 8) { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
        }
        put(UInt32(longest))
        put(UInt32(labels.count))
        put(UInt32(grams.count))
        for label in labels {
            put(UInt32(label.utf8.count))
            bytes += Array(label.utf8)
        }
        for number in scale + bias + [Float(calibration.sharpness)] + calibration.bias.map({ Float($0) }) {
            put(number.bitPattern)
        }
        for gram in grams { put(gram) }
        for one in rarity { put(UInt16(one * Classifier.raritySteps)) }
        return bytes + weights.map { UInt8(bitPattern: $0) }
    }

    private static let mark: [UInt8] = Array("ZQT1".utf8)
    /// A rarity is at most 1 + ln(texts), so that steps of 1/4,096 fit in sixteen bits.
    static let raritySteps: Float = 4096

    private struct Reader {
        private var rest: ArraySlice<UInt8>
        init(_ bytes: [UInt8]) { rest = bytes[...] }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func bytes(_ count: Int) throws(Damaged) -> ArraySlice<UInt8> {
            guard count >= 0, rest.count >= count else { throw .tooShort }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func number<Number: FixedWidthInteger>() throws(Damaged) -> Number {
            try bytes(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
        }

        mutating func float() throws(Damaged) -> Float { Float(bitPattern: try number()) }

        mutating func many<Value>(_ count: Int, _ read: (inout Reader) throws(Damaged) -> Value) throws(Damaged) -> [Value] {
            var values: [Value] = []
            for _ in 0..<count { values.append(try read(&self)) }
            return values
        }
    }
}
