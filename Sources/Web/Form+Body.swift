import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

extension Visit {
    /// Reads the form that was sent. Only the named fields may come, each once unless it is in `several`: state, owner
    /// and institution are never form fields (A5). Files are streamed to disk, at most `files` of them.
    package func form(_ names: [String], several: Set<String> = [], files: Int = 0, filesEach limit: Int = 20 << 20) async throws -> Form {
        let (fields, uploads) = try await fields(files: files, filesEach: limit)
        guard uploads.count <= files, uploads.allSatisfy({ $0.size <= limit }) else { throw Problem.tooLarge }
        var typed: [String: [String]] = [:]
        let allowed = Set(names).union(["token", "once"])
        for (name, value) in fields {
            guard allowed.contains(name) else { throw Problem.badRequest("unknownField") }
            guard typed[name] == nil || several.contains(name) else { throw Problem.badRequest("duplicateField") }
            typed[name, default: []].append(Self.writable(value))
        }
        guard token.isSpelled(by: typed["token"]?.first) else { throw Problem.staleForm }
        guard let once = typed["once"]?.first, !once.isEmpty, once.utf8.count <= 100 else { throw Problem.badRequest("once") }
        typed["token"] = nil
        typed["once"] = nil
        return Form(typed, uploads: uploads, once: once)
    }

    /// Names and values as they came, and the files, which lie in the folder for arrivals. After a fresh proof: as they came before it.
    func fields(files: Int, filesEach limit: Int) async throws -> ([(String, String)], [Upload]) {
        if let held {
            let uploads = try held.arrive(in: site.folder)
            arrivals.add(uploads)
            return (held.fields.map { ($0[0], $0[1]) }, uploads)
        }
        let type = request.headers[.contentType] ?? ""
        if type.lowercased().hasPrefix("multipart/form-data"), let boundary = Multipart.boundary(of: type) {
            let parser = Multipart(boundary: boundary, folder: site.folder + "/arrivals", mostFiles: files, mostBytes: limit, reserve: site.settings.reserve)
            let (fields, uploads) = try await parser.read(request.body)
            arrivals.add(uploads)
            return (fields, uploads)
        }
        guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else { throw Problem.badRequest("contentType") }
        guard let body = try? await request.body.collect(upTo: 256 << 10) else { throw Problem.tooLarge }
        return (try Visit.pairs(String(buffer: body)), [])
    }

    /// Without what is no character: controls other than tab and line feed, and code points that Unicode keeps for no text.
    /// They arrive by pasting from broken files; no page could hold them (HTML, 13.1.4).
    static func writable(_ text: String) -> String {
        func isText(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 9, 10: true
            case 0..<32, 127..<160, 0xFDD0...0xFDEF: false
            default: scalar.value & 0xFFFE != 0xFFFE
            }
        }
        guard !text.unicodeScalars.allSatisfy(isText) else { return text }
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: text.unicodeScalars.lazy.filter(isText))
        return String(kept)
    }

    /// `a=1&b=2`; broken encoding is a bad request.
    package static func pairs(_ text: String) throws -> [(String, String)] {
        let parts = text.split(separator: "&")
        guard parts.count <= 2000 else { throw Problem.badRequest("tooManyFields") }
        return try parts.map { part in
            let fields = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = fields.first ?? nil, let value = fields.count == 2 ? fields[1] : "", !value.contains("\0") else {
                throw Problem.badRequest("encoding")
            }
            return (name, value.replacing("\r\n", with: "\n"))
        }
    }
}

extension Upload {
    /// Removes the arrival; one that a room has taken is gone already.
    package func forget() { try? FileManager.default.removeItem(atPath: path) }
}

/// What came with a request and lies on the disk. The doorway clears it away when the request ends, however it ends; what a
/// room has taken lies elsewhere by then.
final class Arrivals: Sendable {
    private let all = Mutex<[Upload]>([])
    func add(_ uploads: [Upload]) { all.withLock { $0 += uploads } }
    func clear() { all.withLock { $0 }.forEach { $0.forget() } }
}

/// A streaming reader of `multipart/form-data` (RFC 7578): fields into memory with a cap, files onto the disk.
struct Multipart {
    let boundary: [UInt8]
    let folder: String
    let mostFiles: Int
    let mostBytes: Int
    /// Bytes of the disk that files leave free.
    let reserve: Int

    init(boundary: String, folder: String, mostFiles: Int, mostBytes: Int, reserve: Int) {
        self.boundary = [UInt8]("\r\n--\(boundary)".utf8)
        self.folder = folder
        self.mostFiles = mostFiles
        self.mostBytes = mostBytes
        self.reserve = reserve
    }

    static func boundary(of type: String) -> String? {
        guard let range = type.range(of: "boundary=") else { return nil }
        let text = type[range.upperBound...].prefix { $0 != ";" }.trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
        return (1...70).contains(text.utf8.count) ? text : nil
    }

    private var hasRoom: Bool {
        get throws {
            let free = try FileManager.default.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? NSNumber
            return free.map { $0.int64Value >= Int64(reserve) } ?? true
        }
    }

    func read(_ body: RequestBody) async throws -> ([(String, String)], [Upload]) {
        var state = State(parser: self)
        do {
            for try await buffer in body { try state.take(buffer.readableBytesView) }
            try state.finish()
        } catch {
            state.abandon()
            throw error
        }
        return (state.fields, state.uploads)
    }

    private struct State {
        let parser: Multipart
        var fields: [(String, String)] = []
        var uploads: [Upload] = []
        private var rest: [UInt8] = [13, 10]  // the first boundary has no line before it
        private var part: Part?
        private var started = false
        private var ended = false
        private var fieldBytes = 0
        private var parts = 0

        private struct Part {
            let name: String
            let fileName: String?
            var value: [UInt8] = []
            var path = ""
            var size = 0
            var handle: FileHandle?
        }

        init(parser: Multipart) { self.parser = parser }

        mutating func take(_ bytes: some Collection<UInt8>) throws {
            rest += bytes
            // Whatever follows the last boundary is nothing of ours.
            guard !ended || rest.count < 16_384 else { throw Problem.badRequest("multipart") }
            while !ended, try step() {}
        }

        /// True while there may be more to do with what has arrived.
        private mutating func step() throws -> Bool {
            let boundary = parser.boundary
            if part == nil, started || find(boundary, in: rest) == 0 {
                // At a boundary: `--` ends all, otherwise headers follow up to an empty line.
                let after = boundary.count
                guard rest.count >= after + 2 else { return false }
                if rest[after] == 45, rest[after + 1] == 45 { ended = true; return false }
                guard let end = find([13, 10, 13, 10], in: rest) else {
                    guard rest.count < 16_384 else { throw Problem.badRequest("multipart") }
                    return false
                }
                part = try opened(String(decoding: rest[after..<end], as: UTF8.self))
                rest.removeFirst(end + 4)
                started = true
                return true
            }
            guard part != nil else {
                guard rest.count < boundary.count + 2 else { throw Problem.badRequest("multipart") }
                return false
            }
            if let end = find(boundary, in: rest) {
                try keep(rest[..<end])
                rest.removeFirst(end)
                try closePart()
                return true
            }
            let safe = max(0, rest.count - boundary.count)
            try keep(rest[..<safe])
            rest.removeFirst(safe)
            return false
        }

        private func find(_ wanted: [UInt8], in bytes: [UInt8]) -> Int? {
            guard bytes.count >= wanted.count, let first = wanted.first else { return nil }
            var place = 0
            let last = bytes.count - wanted.count
            while place <= last {
                guard let next = bytes[place...last].firstIndex(of: first) else { return nil }
                if bytes[next..<next + wanted.count].elementsEqual(wanted) { return next }
                place = next + 1
            }
            return nil
        }

        private mutating func opened(_ headers: String) throws -> Part {
            var name: String?
            var fileName: String?
            for line in headers.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
                name = Multipart.parameter("name", in: line)
                fileName = Multipart.parameter("filename", in: line)
            }
            guard let name, name.utf8.count <= 100, parts < 2000 else { throw Problem.badRequest("multipart") }
            parts += 1
            var part = Part(name: name, fileName: fileName)
            // A browser sends an empty file where none was chosen.
            if let fileName, !fileName.isEmpty {
                guard uploads.count < parser.mostFiles else { throw Problem.tooLarge }
                guard try parser.hasRoom else { throw Problem.noRoom }
                part.path = parser.folder + "/" + UUID().uuidString
                guard FileManager.default.createFile(atPath: part.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                    throw Problem.busy
                }
                part.handle = FileHandle(forWritingAtPath: part.path)
            }
            return part
        }

        private mutating func keep(_ bytes: ArraySlice<UInt8>) throws {
            guard !bytes.isEmpty, part != nil else { return }
            part?.size += bytes.count
            if let handle = part?.handle {
                guard part?.size ?? 0 <= parser.mostBytes else { throw Problem.tooLarge }
                if let short = part?.value.count, short < 4096 { part?.value += bytes.prefix(4096 - short) }
                try handle.write(contentsOf: bytes)
            } else {
                fieldBytes += bytes.count
                guard fieldBytes <= 256 << 10 else { throw Problem.tooLarge }
                part?.value += bytes
            }
        }

        private mutating func closePart() throws {
            guard let done = part else { return }
            part = nil
            if let handle = done.handle, let fileName = done.fileName {
                try handle.synchronize()
                try handle.close()
                let name = String(fileName.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "file")
                uploads.append(Upload(field: done.name, name: String(name.prefix(150)), path: done.path, size: done.size, head: done.value))
            } else if done.fileName == nil {
                let text = String(decoding: done.value, as: UTF8.self).replacing("\r\n", with: "\n")
                guard !text.contains("\0") else { throw Problem.badRequest("encoding") }
                fields.append((done.name, text))
            }
        }

        func finish() throws { if !ended { throw Problem.badRequest("multipart") } }

        mutating func abandon() {
            if let part, let handle = part.handle { try? handle.close(); try? FileManager.default.removeItem(atPath: part.path) }
            uploads.forEach { $0.forget() }
        }
    }

    /// `name="…"` of a header line; quotes inside come as `%22` from browsers (HTML, multipart encoding).
    static func parameter(_ name: String, in line: Substring) -> String? {
        guard let range = line.range(of: "; \(name)=\"") else { return nil }
        let text = line[range.upperBound...].prefix { $0 != "\"" }
        return String(text).replacing("%22", with: "\"").replacing("%0D", with: "").replacing("%0A", with: "")
    }
}
