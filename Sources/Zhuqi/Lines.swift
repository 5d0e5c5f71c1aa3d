import Foundation
import SystemPackage

/// The lines of a file or of the standard input, each as soon as it is there. What is not UTF-8 is read as U+FFFD.
struct Lines {
    private let name: String
    private let descriptor: FileDescriptor
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// More than any text; what is longer is no file of lines.
    private static let longest = 16 << 20

    init(of file: String?) throws {
        name = file ?? "the standard input"
        do { descriptor = try file.map { try FileDescriptor.open(FilePath($0), .readOnly) } ?? .standardInput } catch let error as Errno {
            throw Stop("\(name) cannot be read: \(error)")
        }
    }

    mutating func next() throws -> String? {
        var looked = start
        while true {
            if let end = buffer[looked...].firstIndex(of: 10) {
                defer { start = end + 1 }
                return line(start..<end)
            }
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return line(start..<buffer.count)
            }
            buffer.removeFirst(start)
            (start, looked) = (0, buffer.count)
            guard buffer.count < Lines.longest else { throw Stop("\(name) has a line of more than 16 MB; is it a text of one line each?") }
            try more()
        }
    }

    private mutating func more() throws {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        do {
            let count = try unsafe chunk.withUnsafeMutableBytes { bytes in try unsafe descriptor.read(into: bytes) }
            isAtEnd = count == 0
            buffer += chunk.prefix(count)
        } catch let error as Errno { throw Stop("\(name) cannot be read: \(error)") }
    }

    private func line(_ range: Range<Int>) -> String {
        let bytes = buffer[range]
        return String(decoding: bytes.last == 13 ? bytes.dropLast() : bytes, as: UTF8.self)
    }
}

extension FileHandle {
    var isTerminal: Bool { isatty(fileDescriptor) == 1 }
}
