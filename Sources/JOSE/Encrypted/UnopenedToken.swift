/// A compact JWE (RFC 7516 §7.1) that was parsed and that nobody has decrypted.
///
/// Its only way on is ``opened(by:inflatingTo:)-(DecryptionKey,_)``. It was refused already, before any secret
/// was used, if it had another number of parts than five, anything but canonical base64url in them, an
/// initialization vector or tag of another length than `enc` says, an encrypted key where there is none or
/// none where there is one, or a header that is not as ``Header`` describes.
public struct UnopenedToken: Sendable {
    /// What the token says about itself.
    public let header: Header
    let encryptedKey: [UInt8]
    let iv: [UInt8]
    let ciphertext: [UInt8]
    let tag: [UInt8]
    /// The header as it came, in base64url: what the tag covers beside the content.
    let authenticatedData: [UInt8]

    /// How many bytes a token may have unless the caller says otherwise: a signed token of the largest size
    /// fits in, and in another once more.
    public static let maximumBytes = 65_536

    /// Parses a token.
    /// - Throws: `malformed`, `unsupported_algorithm`, `unsupported_critical`.
    public init(_ compact: String, maximumBytes: Int = Self.maximumBytes) throws(JOSEError) {
        try self.init(Array(compact.utf8), maximumBytes: maximumBytes)
    }

    /// Parses a token from its ASCII bytes.
    /// - Throws: `malformed`, `unsupported_algorithm`, `unsupported_critical`.
    public init(_ compact: [UInt8], maximumBytes: Int = Self.maximumBytes) throws(JOSEError) {
        guard compact.count <= maximumBytes else {
            throw JOSEError(
                .malformed, "a token of \(compact.count) bytes, at most \(maximumBytes) are allowed")
        }
        // Six are enough to tell that there are too many.
        let parts = compact.split(
            separator: UInt8(ascii: "."), maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 5 else { throw Self.wrongParts(parts.count) }
        guard !parts[0].isEmpty else { throw JOSEError(.malformed, "the header part is empty") }
        guard parts[0].count <= HeaderMembers.maximumBytes * 4 / 3 + 2 else {
            throw JOSEError(.malformed, "a header of more than \(HeaderMembers.maximumBytes) bytes")
        }
        header = try Header(parsing: try Self.decode(parts[0], "header"))
        authenticatedData = Array(parts[0])
        encryptedKey = try Self.decode(parts[1], "encrypted key")
        iv = try Self.decode(parts[2], "initialization vector")
        ciphertext = try Self.decode(parts[3], "ciphertext")
        tag = try Self.decode(parts[4], "tag")
        guard encryptedKey.isEmpty == header.algorithm.carriesNoKey else {
            throw JOSEError(
                .malformed,
                "an encrypted key is \(encryptedKey.isEmpty ? "missing" : "given") for \(header.algorithm.rawValue)"
            )
        }
        let encryption = header.encryption
        guard iv.count == encryption.ivBytes, tag.count == encryption.tagBytes else {
            throw JOSEError(
                .malformed,
                "\(encryption.rawValue) needs a vector of \(encryption.ivBytes) and a tag of \(encryption.tagBytes) bytes"
            )
        }
    }

    private static func decode(_ part: ArraySlice<UInt8>, _ name: String) throws(JOSEError) -> [UInt8] {
        guard let bytes = Base64URL.decode(part) else {
            throw JOSEError(.malformed, "the \(name) part is not canonical base64url")
        }
        return bytes
    }

    private static func wrongParts(_ count: Int) -> JOSEError {
        let said = count == 6 ? "more than five parts" : "\(count) part\(count == 1 ? "" : "s")"
        let hint = count == 3 ? "; three are a signed token (JWS)" : ""
        return JOSEError(.malformed, "an encrypted token of \(said), needs exactly five\(hint)")
    }
}
