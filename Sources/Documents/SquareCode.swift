internal import CQREncode

/// A square code (QR, ISO/IEC 18004): its dark modules, line by line, in runs.
struct SquareCode: Hashable, Sendable {
    /// Modules on each side, without the quiet zone of four.
    let width: Int
    let runs: [Run]

    struct Run: Hashable, Sendable {
        let line: Int
        let start: Int
        let count: Int
    }

    init(_ text: String) throws(SquareCodeFailure) {
        let bytes = [UInt8](text.utf8)
        // Level M: 15 % of it may be dirty or torn.
        guard !bytes.isEmpty, let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else { throw .tooLong(bytes: bytes.count) }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        var runs: [Run] = []
        for line in 0..<width {
            var place = 0
            while place < width {
                // The lowest bit of a module says whether it is dark.
                let start = place
                while place < width, code.pointee.data[line * width + place] & 1 == 1 { place += 1 }
                if place > start { runs.append(Run(line: line, start: start, count: place - start)) } else { place += 1 }
            }
        }
        self.width = width
        self.runs = runs
    }
}

/// A square code as an outline of its dark modules for SVG: one unit a module, the quiet zone of four units on each side
/// included in `side`. What is under it must be white.
package func squareCode(_ text: String) throws(SquareCodeFailure) -> (side: Int, path: String) {
    let code = try SquareCode(text)
    return (code.width + 8, code.runs.map { "M\($0.start + 4) \($0.line + 4)h\($0.count)v1h-\($0.count)z" }.joined())
}

package enum SquareCodeFailure: Error, Equatable { case tooLong(bytes: Int) }
