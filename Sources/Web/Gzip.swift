import CZlib

/// Bytes as gzip (RFC 1952), or nil where zlib has no memory. Level 1 for pages: 13 % more bytes than level 6 for a third of
/// its time. (NIO's own compressor stops the whole process behind Hummingbird.)
func gzip(_ bytes: [UInt8], level: Int32 = 1) -> [UInt8]? {
    var stream = z_stream()
    // 15 + 16: the largest window, with gzip's head and tail.
    guard deflateInit2_(&stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    var finished = false
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
        bytes.withUnsafeBufferPointer { input in
            // zlib reads the input and does not write it; its declaration predates const.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(bound)
            finished = deflate(&stream, Z_FINISH) == Z_STREAM_END
        }
        count = finished ? bound - Int(stream.avail_out) : 0
    }
    return finished ? packed : nil
}
