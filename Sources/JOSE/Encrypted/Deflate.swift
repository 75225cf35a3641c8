import CZlib

/// DEFLATE (RFC 1951), by zlib.
package enum Deflate {
    /// What is around it.
    package enum Wrapper: Sendable {
        /// Nothing: `zip` of JWE (RFC 7516 §4.1.3).
        case none
        /// A header and a checksum (RFC 1950): a status list.
        case zlib

        fileprivate var windowBits: Int32 { self == .none ? -MAX_WBITS : MAX_WBITS }
    }

    /// The text made small.
    package static func compressed(
        _ bytes: [UInt8], in wrapper: Wrapper = .none
    ) throws(JOSEError) -> [UInt8] {
        var stream = z_stream()
        guard bytes.count <= Int(Int32.max),
            deflateInit2_(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, wrapper.windowBits, 8, Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw JOSEError(.malformed, "the payload cannot be compressed") }
        defer { deflateEnd(&stream) }
        var input = bytes
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(clamping: bound)
                // The room is what zlib asked for, so one call finishes.
                _ = deflate(&stream, Z_FINISH)
                count = bound - Int(stream.avail_out)
            }
        }
    }

    /// The text of one whole stream, if it has at most `limit` bytes.
    ///
    /// Never more than `limit` and one piece of 16 KiB are held, whatever the stream would become.
    /// - Throws: `malformed` for a stream that is malformed, cut short, followed by something, or too large.
    package static func inflated(
        _ bytes: [UInt8], in wrapper: Wrapper = .none, limit: Int
    ) throws(JOSEError) -> [UInt8] {
        var stream = z_stream()
        guard bytes.count <= Int(Int32.max),
            inflateInit2_(&stream, wrapper.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                == Z_OK
        else { throw JOSEError(.malformed, "the compressed content cannot be read") }
        defer { inflateEnd(&stream) }
        var input = bytes
        var text: [UInt8] = []
        var status = Z_OK
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            while status == Z_OK, text.count <= limit {
                text += [UInt8](unsafeUninitializedCapacity: pieceBytes) { output, count in
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(pieceBytes)
                    status = inflate(&stream, Z_NO_FLUSH)
                    count = pieceBytes - Int(stream.avail_out)
                }
            }
        }
        guard text.count <= limit else {
            throw JOSEError(.malformed, "the content inflates to more than \(limit) bytes")
        }
        guard status == Z_STREAM_END, stream.avail_in == 0 else {
            throw JOSEError(.malformed, "the compressed content is not one whole DEFLATE stream")
        }
        return text
    }

    private static let pieceBytes = 16_384
}
