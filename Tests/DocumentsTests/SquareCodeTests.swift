import Foundation
import Testing

@testable import Documents

@Suite struct SquareCodeTests {
    private static let secret = "otpauth://totp/Zhuqi:a1b2c3?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Zhuqi"

    /// The modules that the outline draws, true for dark.
    private func modules(_ code: (side: Int, path: String)) throws -> [[Bool]] {
        var dark = Array(repeating: Array(repeating: false, count: code.side), count: code.side)
        var rest = code.path[...]
        while let piece = rest.prefixMatch(of: /M(\d+) (\d+)h(\d+)v1h-(\d+)z/) {
            let (x, y, width) = (try #require(Int(piece.1)), try #require(Int(piece.2)), try #require(Int(piece.3)))
            #expect(piece.3 == piece.4)
            for place in x..<x + width { dark[y][place] = true }
            rest = rest[piece.range.upperBound...]
        }
        #expect(rest.isEmpty)
        return dark
    }

    @Test func `a code has its three corners and a quiet zone around`() throws {
        let code = try squareCode(Self.secret)
        let dark = try modules(code)
        #expect((code.side - 8 - 17).isMultiple(of: 4))
        let corner = [0b1111111, 0b1000001, 0b1011101, 0b1011101, 0b1011101, 0b1000001, 0b1111111]
        for (top, left) in [(4, 4), (4, code.side - 11), (code.side - 11, 4)] {
            let found = (0..<7).map { line in dark[top + line][left..<left + 7].reduce(0) { $0 << 1 | ($1 ? 1 : 0) } }
            #expect(found == corner)
        }
        for edge in [0, 1, 2, 3, code.side - 4, code.side - 1] {
            #expect(!dark[edge].contains(true) && !dark.contains { $0[edge] })
        }
    }

    @Test(arguments: [secret, "a", "证书第2026–0217号 ✓", String(repeating: "x", count: 2000)])
    func `a reader that is not ours reads what was written`(_ text: String) throws {
        let python = ".venv/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            Issue.record("the square code was NOT read back: there is no .venv (script/setup test makes one)", severity: .warning)
            return
        }
        let dark = try modules(try squareCode(text))
        // A picture in the plainest format there is, three dots a module.
        let lines = dark.flatMap { line in Array(repeating: line.map { $0 ? "1 1 1" : "0 0 0" }.joined(separator: " "), count: 3) }
        let file = NSTemporaryDirectory() + "square-\(UUID().uuidString).pbm"
        try Data("P1\n\(dark.count * 3) \(dark.count * 3)\n\(lines.joined(separator: "\n"))\n".utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", "import sys, zxingcpp; from PIL import Image; print(zxingcpp.read_barcode(Image.open(sys.argv[1]).convert('L')).text, end='')", file]
        process.environment = ["PYTHONIOENCODING": "utf-8"]
        process.standardOutput = output
        try process.run()
        let read = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(String(decoding: read, as: UTF8.self) == text)
    }

    @Test func `what is too long for a code is refused`() {
        #expect(throws: SquareCodeFailure.tooLong(bytes: 3000)) { try squareCode(String(repeating: "x", count: 3000)) }
        #expect(throws: SquareCodeFailure.tooLong(bytes: 0)) { try squareCode("") }
    }
}
