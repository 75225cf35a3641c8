import CCryptoBoringSSL
import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// Public keys as BoringSSL has them, made of swift-crypto's, which were checked. What swift-crypto does around BoringSSL's
// call takes 0.3 µs for RSA and 1 µs for ECDSA. BoringSSL lets any number of threads verify with one key.

/// An RSA key that verifies (RFC 8017).
final class RSAVerificationKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// - Throws: `invalid_key`.
    init(_ key: _RSA.Signing.PublicKey) throws(JOSEError) {
        let der = Array(key.pkcs1DERRepresentation)
        guard let key = CCryptoBoringSSL_RSA_public_key_from_bytes(der, der.count) else {
            throw JOSEError(.invalidKey, "'n' and 'e' are not an RSA key")
        }
        self.key = key
    }

    deinit { CCryptoBoringSSL_RSA_free(key) }

    /// Whether `signature` is over `input`: by RSASSA-PSS with a salt as long as the digest and the same hash in its mask
    /// (RFC 8017 §8.1.2, RFC 7518 §3.5), or by RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2).
    func isValid<Hash: SHA2>(
        _ signature: UnsafeRawBufferPointer, for input: UnsafeRawBufferPointer, _ hash: Hash.Type, isPSS: Bool
    ) -> Bool {
        let signature = signature.assumingMemoryBound(to: UInt8.self)
        return Hash.withDigest(of: input) { digest in
            let digest = digest.assumingMemoryBound(to: UInt8.self)
            let (text, count) = (signature.baseAddress, signature.count)
            guard isPSS else {
                return CCryptoBoringSSL_RSA_verify(
                    Hash.identifier, digest.baseAddress, digest.count, text, count, key) == 1
            }
            return CCryptoBoringSSL_RSA_verify_pss_mgf1(
                key, digest.baseAddress, digest.count, Hash.method, Hash.method, Self.saltAsLongAsDigest,
                text,
                count) == 1
        }
    }

    private static let saltAsLongAsDigest: CInt = -1
}

/// A key on one of NIST's curves that verifies ECDSA (FIPS 186-5 §6.4.2).
final class CurveVerificationKey: @unchecked Sendable {
    enum Curve {
        case p256, p384, p521

        fileprivate var identifier: CInt {
            switch self {
            case .p256: NID_X9_62_prime256v1
            case .p384: NID_secp384r1
            case .p521: NID_secp521r1
            }
        }
    }

    private let key: OpaquePointer

    /// - Parameter point: uncompressed (SEC 1 §2.3.3).
    /// - Throws: `invalid_key`.
    init(_ point: Data, on curve: Curve) throws(JOSEError) {
        let point = Array(point)
        guard let key = CCryptoBoringSSL_EC_KEY_new_by_curve_name(curve.identifier) else {
            throw JOSEError(.invalidKey, "a curve that is not here")
        }
        guard CCryptoBoringSSL_EC_KEY_oct2key(key, point, point.count, nil) == 1 else {
            CCryptoBoringSSL_EC_KEY_free(key)
            throw JOSEError(.invalidKey, "'x' and 'y' are not a point on the curve")
        }
        self.key = key
    }

    deinit { CCryptoBoringSSL_EC_KEY_free(key) }

    /// Whether r and s, one after the other, each of the length of the curve's order, sign `input`.
    func isValid<Hash: SHA2>(
        _ signature: UnsafeRawBufferPointer, for input: UnsafeRawBufferPointer, _ hash: Hash.Type
    ) -> Bool {
        let signature = signature.assumingMemoryBound(to: UInt8.self)
        return Hash.withDigest(of: input) { digest in
            let digest = digest.assumingMemoryBound(to: UInt8.self)
            return CCryptoBoringSSL_ECDSA_verify_p1363(
                digest.baseAddress, digest.count, signature.baseAddress, signature.count, key) == 1
        }
    }
}
