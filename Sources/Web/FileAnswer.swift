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
        guard let asked = request.headers[.range] else { return Response(status: .ok, headers: headers, body: body(0, size)) }
        guard let range = FileAnswer.range(asked, of: size) else {
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

    /// One range of `bytes=a-b`, `bytes=a-` or `bytes=-n`; nil for any other.
    static func range(_ header: String, of size: Int) -> Range<Int>? {
        guard header.hasPrefix("bytes="), !header.contains(",") else { return nil }
        let ends = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        switch (Int(ends[0]), Int(ends[1])) {
        case (let first?, let last?): return first <= last && first < size ? first..<min(last + 1, size) : nil
        case (let first?, nil) where ends[1].isEmpty: return first < size ? first..<size : nil
        case (nil, let last?) where ends[0].isEmpty: return last > 0 && size > 0 ? max(0, size - last)..<size : nil
        default: return nil
        }
    }
}
