import CZlib

/// DEFLATE in the ZLIB format (RFC 1950), as draft-ietf-oauth-status-list §4.1 wants a list packed.
enum Zlib {
    /// The bytes, compressed; nil only if zlib has no memory.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var length = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        // Level 6: of a million entries it takes 2 ms, and 9 gains nothing worth its time.
        guard compress2(&output, &length, bytes, uLong(bytes.count), 6) == Z_OK else { return nil }
        return Array(output.prefix(Int(length)))
    }

    /// The bytes that were compressed; nil if they are not a whole stream, something follows it, or they come to more
    /// than `limit`, whose memory is never exceeded.
    static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var (input, output, chunk) = (bytes, [UInt8](), [UInt8](repeating: 0, count: 65_536))
        return input.withUnsafeMutableBufferPointer { input -> [UInt8]? in
            guard let count = UInt32(exactly: input.count) else { return nil }
            // Both pointers outlive every call that uses them: zlib is called inside these two scopes only.
            stream.next_in = input.baseAddress
            stream.avail_in = count
            while true {
                let (status, written) = chunk.withUnsafeMutableBufferPointer { chunk in
                    stream.next_out = chunk.baseAddress
                    stream.avail_out = UInt32(chunk.count)
                    let status = inflate(&stream, Z_NO_FLUSH)
                    return (status, chunk.count - Int(stream.avail_out))
                }
                guard output.count + written <= limit else { return nil }
                output += chunk.prefix(written)
                if status == Z_STREAM_END { return stream.avail_in == 0 ? output : nil }
                // Anything else than progress: corrupt, or cut short.
                guard status == Z_OK, written > 0 || stream.avail_in > 0 else { return nil }
            }
        }
    }
}
