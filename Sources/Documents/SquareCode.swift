internal import CQREncode

/// A square code (QR, ISO/IEC 18004) as an outline of its dark modules for SVG: one unit a module, the quiet zone of four
/// units on each side included in `side`. What is under it must be white.
package func squareCode(_ text: String) throws(SquareCodeFailure) -> (side: Int, path: String) {
    let bytes = [UInt8](text.utf8)
    // Level M: 15 % of it may be dirty or torn.
    guard !bytes.isEmpty, let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else { throw .tooLong(bytes: bytes.count) }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width)
    var path = ""
    for line in 0..<width {
        var place = 0
        while place < width {
            // The lowest bit of a module says whether it is dark.
            let start = place
            while place < width, code.pointee.data[line * width + place] & 1 == 1 { place += 1 }
            if place > start { path += "M\(start + 4) \(line + 4)h\(place - start)v1h-\(place - start)z" } else { place += 1 }
        }
    }
    return (width + 8, path)
}

package enum SquareCodeFailure: Error, Equatable { case tooLong(bytes: Int) }
