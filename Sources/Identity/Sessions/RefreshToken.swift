import Crypto
import VidimusJOSE

/// The parts of a refresh token: `vrt1_` + base64url(key version ‖ handle ‖ generation ‖ MAC).
///
/// The handle names the session and is stored only as its hash; the MAC makes a forged token cost no
/// database work; the generation makes the next token a function of this one, so that the same
/// successor can be given twice without storing any token.
struct RefreshToken: Equatable, Sendable {
    static let handleBytes = 16

    let handle: [UInt8]
    let generation: UInt32

    /// What the database knows the handle by.
    var storedHandle: [UInt8] { Array(SHA256.hash(data: handle)) }
}

/// Writes and reads refresh tokens under keys derived from the master keys.
struct RefreshTokenSeal: Sendable {
    private static let prefix = "vrt1_"
    private static let macBytes = 16
    /// Each with its key taken in already, for every token to begin from.
    private let codes: [Int: HMAC<SHA256>]
    private let current: Int

    init(masterKeys: MasterKeys, epoch: Int64) {
        var codes: [Int: HMAC<SHA256>] = [:]
        for version in masterKeys.versions {
            let key = masterKeys.derived(.refreshTokens(epoch: epoch), version: version)
            codes[version] = key.map(HMAC<SHA256>.init(key:))
        }
        self.codes = codes
        current = masterKeys.current
    }

    /// The written form under the current key; nil when there is no such key, which the ring excludes.
    func write(_ token: RefreshToken) -> String? {
        guard var code = codes[current] else { return nil }
        var bytes: [UInt8] = [UInt8(truncatingIfNeeded: current >> 8), UInt8(truncatingIfNeeded: current)]
        bytes += token.handle
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: token.generation >> (24 - 8 * $0)) }
        code.update(data: bytes)
        bytes += code.finalize().prefix(Self.macBytes)
        return Self.prefix + Base64URL.encode(bytes)
    }

    /// The token if we wrote it, else nil: nothing in it is looked at before its MAC.
    func read(_ text: String) -> RefreshToken? {
        guard text.hasPrefix(Self.prefix), text.utf8.count <= 128,
            let bytes = Base64URL.decode(String(text.dropFirst(Self.prefix.count))),
            bytes.count == 2 + RefreshToken.handleBytes + 4 + Self.macBytes,
            var code = codes[Int(bytes[0]) << 8 | Int(bytes[1])]
        else { return nil }
        let signed = bytes.dropLast(Self.macBytes)
        code.update(data: signed)
        let mac = code.finalize().prefix(Self.macBytes)
        guard constantTimeEqual(Array(mac), bytes.suffix(Self.macBytes)) else { return nil }
        let generation = signed.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return RefreshToken(handle: Array(signed.dropFirst(2).dropLast(4)), generation: generation)
    }
}
