import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A stored file, streamed from the disk in pieces; a part of it on request (RFC 9110, 206), without which seeking in media fails.
struct FileAnswer {
    let path: String
    let headers: HTTPFields
    let request: Request

    func response() throws -> Response {
        guard let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else { throw Problem.notFound }
        var headers = headers
        headers[.acceptRanges] = "bytes"
        guard let asked = request.headers[.range], let ends = FileAnswer.ends(asked) else { return Response(status: .ok, headers: headers, body: body(0, size)) }
        guard let range = FileAnswer.range(ends, of: size) else {
            headers[.contentRange] = "bytes */\(size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
        return Response(status: .partialContent, headers: headers, body: body(range.lowerBound, range.count))
    }

    private func body(_ offset: Int, _ count: Int) -> ResponseBody {
        let path = path
        return ResponseBody(contentLength: count) { writer in
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(offset))
            var left = count
            while left > 0, let piece = try handle.read(upToCount: min(left, 64 << 10)), !piece.isEmpty {
                try await writer.write(ByteBuffer(bytes: piece))
                left -= piece.count
            }
            try await writer.finish(nil)
        }
    }

    /// The ends of one range, `bytes=a-b`, `bytes=a-` or `bytes=-n`. Nil for any other, which is answered with the whole
    /// file (RFC 9110, 14.2).
    static func ends(_ header: String) -> (first: Int?, last: Int?)? {
        guard header.hasPrefix("bytes=") else { return nil }
        let ends = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
        let (first, last) = (Int(ends[0]), Int(ends[1]))
        guard (first != nil || ends[0].isEmpty) && (last != nil || ends[1].isEmpty), first != nil || last != nil, first ?? 0 <= last ?? .max else { return nil }
        return (first, last)
    }

    /// Nil where the file has none of it.
    static func range(_ ends: (first: Int?, last: Int?), of size: Int) -> Range<Int>? {
        guard let first = ends.first else {
            let count = min(ends.last ?? 0, size)
            return count > 0 ? size - count..<size : nil
        }
        // Never `last + 1`: the largest number would stop the program.
        return first < size ? first..<min(ends.last ?? size - 1, size - 1) + 1 : nil
    }
}
