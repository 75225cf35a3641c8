/// A compact JWS (RFC 7515 §7.1) that was parsed but whose signature nobody checked.
///
/// Nothing in it is to be believed: its only way on is ``verified(by:)-(VerificationKey)``. It was refused
/// already, before any cryptography, if it had another number of parts than three, anything but canonical
/// base64url in them, or a header that is not as ``Header`` describes.
public struct UnverifiedToken: Sendable {
    /// What the token says about itself.
    public let header: Header
    /// The payload, decoded; may be empty.
    public let unverifiedPayload: [UInt8]
    /// The first two parts and the dot between them, as they came.
    let signingInput: ArraySlice<UInt8>
    let signature: [UInt8]
    /// The first part as it came, with its dot.
    var headerText: [UInt8] { Array(signingInput[...headerEnd]) }
    private let headerEnd: Int

    /// How many bytes a token may have unless the caller says otherwise.
    public static let maximumBytes = 16_384

    /// Parses a token.
    /// - Throws: `malformed`, `unsupported_algorithm`, `unsupported_critical`.
    public init(_ compact: String, maximumBytes: Int = Self.maximumBytes) throws(JOSEError) {
        try self.init(Array(compact.utf8), maximumBytes: maximumBytes)
    }

    /// Parses a token from its ASCII bytes.
    /// - Throws: `malformed`, `unsupported_algorithm`, `unsupported_critical`.
    public init(_ compact: [UInt8], maximumBytes: Int = Self.maximumBytes) throws(JOSEError) {
        guard compact.count <= maximumBytes else { throw Self.tooLong(compact.count, maximumBytes) }
        let dot = UInt8(ascii: ".")
        guard let first = compact.firstIndex(of: dot), let second = compact.lastIndex(of: dot),
            first < second,
            // A dot between these two would be refused as base64url as well; this names the reason.
            !compact[(first + 1)..<second].contains(dot)
        else { throw Self.wrongParts(compact) }
        guard first > 0 else { throw JOSEError(.malformed, "the header part is empty") }
        guard second < compact.count - 1 else { throw JOSEError(.malformed, "the signature part is empty") }
        guard first <= Header.maximumBytes * 4 / 3 + 2 else {
            throw JOSEError(.malformed, "a header of more than \(Header.maximumBytes) bytes")
        }
        let header = try Self.decode(compact[..<first], "header")
        unverifiedPayload = try Self.decode(compact[(first + 1)..<second], "payload")
        signature = try Self.decode(compact[(second + 1)...], "signature")
        signingInput = compact[..<second]
        headerEnd = first
        self.header = try Header(parsing: header)
    }

    private static func decode(_ part: ArraySlice<UInt8>, _ name: String) throws(JOSEError) -> [UInt8] {
        guard let bytes = Base64URL.decode(part) else {
            throw JOSEError(.malformed, "the \(name) part is not canonical base64url")
        }
        return bytes
    }

    static func tooLong(_ count: Int, _ maximum: Int) -> JOSEError {
        JOSEError(.malformed, "a token of \(count) bytes, at most \(maximum) are allowed")
    }

    private static func wrongParts(_ compact: [UInt8]) -> JOSEError {
        let parts = compact.count { $0 == UInt8(ascii: ".") } + 1
        let hint = parts == 5 ? "; five are an encrypted token (JWE)" : ""
        return JOSEError(
            .malformed, "a token of \(parts) part\(parts == 1 ? "" : "s"), needs exactly three\(hint)")
    }
}

extension UnverifiedToken {
    /// The claims as whoever wrote the token says, which may be anybody: for a log or a debugger, and to decide which
    /// issuer's keys to look for. Never to decide what is allowed.
    /// - Throws: `malformed` unless the payload is a JSON object.
    public func unverifiedClaims() throws(JOSEError) -> Claims {
        try VerifiedToken.claims(unverifiedPayload)
    }
}
