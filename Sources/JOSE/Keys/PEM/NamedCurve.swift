import Crypto
import SwiftASN1

/// The curves we have, with their names in JWK, X.509 and OpenSSH.
enum NamedCurve: String, CaseIterable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    /// Bytes in a coordinate or scalar.
    var bytes: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// RFC 5480 §2.1.1.1.
    var identifier: ASN1ObjectIdentifier {
        switch self {
        case .p256: .NamedCurves.secp256r1
        case .p384: .NamedCurves.secp384r1
        case .p521: .NamedCurves.secp521r1
        }
    }

    /// RFC 5656 §10.1.
    var openSSHName: String {
        switch self {
        case .p256: "nistp256"
        case .p384: "nistp384"
        case .p521: "nistp521"
        }
    }

    /// - Throws: `unsupported_algorithm` for a curve that we do not have.
    init(_ identifier: ASN1ObjectIdentifier) throws(JOSEError) {
        guard let curve = Self.allCases.first(where: { $0.identifier == identifier }) else {
            let name = identifier == [1, 3, 132, 0, 10] ? "secp256k1" : "\(identifier)"
            throw JOSEError(
                .unsupportedAlgorithm, "a key on the curve \(name.quoted), needs one of P-256, P-384, P-521")
        }
        self = curve
    }

    /// The members of a public key from its point (SEC 1 §2.3.3), compressed or not.
    /// - Throws: `invalid_key` for a point that is not on the curve, or in a form that nobody writes.
    func members(point: ArraySlice<UInt8>) throws(JOSEError) -> [JSON.Member] {
        let point = Array(point)
        let whole: [UInt8]?
        switch point.first {
        case 0x04 where point.count == 1 + 2 * bytes: whole = point
        case 0x02, 0x03: whole = point.count == 1 + bytes ? uncompressed(point) : nil
        default: whole = nil
        }
        guard let whole else { throw JOSEError(.invalidKey, "the public half is not a point on \(rawValue)") }
        return [
            JSON.Member("kty", "EC"), JSON.Member("crv", .string(rawValue)),
            .bytes("x", Array(whole[1..<1 + bytes])), .bytes("y", Array(whole[(1 + bytes)...])),
        ]
    }

    /// The members of a private key; its public half is computed if `point` is nil.
    ///
    /// A scalar that was written without its leading zeros is a number as good as with them.
    func members(scalar: ArraySlice<UInt8>, point: ArraySlice<UInt8>?) throws(JOSEError) -> [JSON.Member] {
        guard scalar.count <= bytes else {
            throw JOSEError(.invalidKey, "the private half has \(scalar.count) bytes, needs \(bytes)")
        }
        let scalar = [UInt8](repeating: 0, count: bytes - scalar.count) + scalar
        guard let point = point.map(Array.init) ?? publicPoint(of: scalar) else {
            throw JOSEError(.invalidKey, "the private half is not a number for \(rawValue)")
        }
        return try members(point: point[...]) + [.bytes("d", scalar)]
    }

    private func uncompressed(_ point: [UInt8]) -> [UInt8]? {
        switch self {
        case .p256:
            (try? P256.Signing.PublicKey(compressedRepresentation: point)).map {
                Array($0.x963Representation)
            }
        case .p384:
            (try? P384.Signing.PublicKey(compressedRepresentation: point)).map {
                Array($0.x963Representation)
            }
        case .p521:
            (try? P521.Signing.PublicKey(compressedRepresentation: point)).map {
                Array($0.x963Representation)
            }
        }
    }

    private func publicPoint(of scalar: [UInt8]) -> [UInt8]? {
        switch self {
        case .p256:
            (try? P256.Signing.PrivateKey(rawRepresentation: scalar)).map {
                Array($0.publicKey.x963Representation)
            }
        case .p384:
            (try? P384.Signing.PrivateKey(rawRepresentation: scalar)).map {
                Array($0.publicKey.x963Representation)
            }
        case .p521:
            (try? P521.Signing.PrivateKey(rawRepresentation: scalar)).map {
                Array($0.publicKey.x963Representation)
            }
        }
    }
}

extension JSON.Member {
    /// A member whose value is bytes in base64url.
    static func bytes(_ name: String, _ bytes: [UInt8]) -> JSON.Member {
        JSON.Member(name, .string(Base64URL.encode(bytes)))
    }
}
