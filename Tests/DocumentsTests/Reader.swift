import Foundation

/// Poppler's tools, by which the tests read what was written: a reader that is not ours.
struct Reader {
    private let file: URL

    /// Calls `look` with a reader of these bytes, which lie in a file only as long.
    static func open(_ bytes: [UInt8], _ look: (Reader) throws -> Void) throws {
        let file = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("paper-\(UUID().uuidString).pdf")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try look(Reader(file: file))
    }

    func info() throws -> String { try run("pdfinfo", []) }
    func fonts() throws -> [Substring] { try run("pdffonts", []).split(separator: "\n").dropFirst(2).map { $0 } }
    func bookmarks() throws -> String { try run("pdftohtml", ["-xml", "-stdout", "-i"]) }

    /// The text of each page, line by line.
    func pages() throws -> [[String]] {
        try run("pdftotext", ["-"], after: true).split(separator: "\u{C}").map { page in
            page.split(separator: "\n").map(String.init).filter { !$0.isEmpty }
        }
    }

    /// The document's elements with their text, as a screen reader meets them.
    func structure() throws -> String { try run("pdfinfo", ["-struct-text"]) }

    /// The text of all elements in their order, without blanks.
    func said() throws -> String {
        let texts = try structure().split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("\"") }
        return texts.map { String($0.dropFirst().dropLast()) }.joined().filter { !$0.isWhitespace }
    }

    private struct Failed: Error {
        let tool: String
        let status: Int32
    }

    private func run(_ tool: String, _ arguments: [String], after: Bool = false) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + (after ? [file.path] + arguments : arguments + [file.path])
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(tool: tool, status: process.terminationStatus) }
        return String(decoding: data, as: UTF8.self)
    }
}
