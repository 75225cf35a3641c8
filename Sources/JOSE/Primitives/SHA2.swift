import CCryptoBoringSSL

/// SHA-2 (FIPS 180-4) as it runs: a plain value, which is copied without an object and without counting a reference.
///
/// swift-crypto keeps each running digest in an object: 0.1 µs each, and what is kept for a key would be counted by all
/// threads at once.
protocol SHA2: Sendable {
    /// How many bytes the digest has.
    static var digestBytes: Int { get }
    /// How many bytes are hashed at a time.
    static var blockBytes: Int { get }
    /// The identifier of the hash in BoringSSL.
    static var identifier: CInt { get }
    /// What BoringSSL calls to compute it.
    static var method: OpaquePointer? { get }

    init()

    /// Adds bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer)

    /// Writes the digest, for which there must be room. Nothing may be added after.
    mutating func finish(to digest: UnsafeMutableBufferPointer<UInt8>)
}

extension SHA2 {
    /// The digest of `bytes`.
    static func digest(of bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { withDigest(of: $0) { Array($0) } }
    }

    /// Calls with the digest of `input`.
    @inline(__always)
    static func withDigest<Result>(
        of input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        var hash = Self()
        hash.update(input)
        return hash.withDigest(body)
    }

    /// Calls with the digest of what was added, and wipes it and the state: under a key they are secret.
    @inline(__always)
    mutating func withDigest<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.digestBytes) { digest in
            finish(to: digest)
            defer {
                CCryptoBoringSSL_OPENSSL_cleanse(digest.baseAddress, digest.count)
                withUnsafeMutableBytes(of: &self) {
                    CCryptoBoringSSL_OPENSSL_cleanse($0.baseAddress, $0.count)
                }
            }
            return body(UnsafeRawBufferPointer(digest))
        }
    }
}

// BoringSSL answers 1 each time; its header has 0 for a state that was not begun, which there is none of.

struct SHA256State: SHA2 {
    static let digestBytes = 32
    static let blockBytes = 64
    static let identifier = NID_sha256
    static var method: OpaquePointer? { CCryptoBoringSSL_EVP_sha256() }
    private var state = SHA256_CTX()

    init() { CCryptoBoringSSL_SHA256_Init(&state) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        CCryptoBoringSSL_SHA256_Update(&state, bytes.baseAddress, bytes.count)
    }

    mutating func finish(to digest: UnsafeMutableBufferPointer<UInt8>) {
        CCryptoBoringSSL_SHA256_Final(digest.baseAddress, &state)
    }
}

struct SHA384State: SHA2 {
    static let digestBytes = 48
    static let blockBytes = 128
    static let identifier = NID_sha384
    static var method: OpaquePointer? { CCryptoBoringSSL_EVP_sha384() }
    private var state = SHA512_CTX()

    init() { CCryptoBoringSSL_SHA384_Init(&state) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        CCryptoBoringSSL_SHA384_Update(&state, bytes.baseAddress, bytes.count)
    }

    mutating func finish(to digest: UnsafeMutableBufferPointer<UInt8>) {
        CCryptoBoringSSL_SHA384_Final(digest.baseAddress, &state)
    }
}

struct SHA512State: SHA2 {
    static let digestBytes = 64
    static let blockBytes = 128
    static let identifier = NID_sha512
    static var method: OpaquePointer? { CCryptoBoringSSL_EVP_sha512() }
    private var state = SHA512_CTX()

    init() { CCryptoBoringSSL_SHA512_Init(&state) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        CCryptoBoringSSL_SHA512_Update(&state, bytes.baseAddress, bytes.count)
    }

    mutating func finish(to digest: UnsafeMutableBufferPointer<UInt8>) {
        CCryptoBoringSSL_SHA512_Final(digest.baseAddress, &state)
    }
}
