import HTTPTypes
import Synchronization
import VidimusJOSE

/// A service's access token for the event stream, by `client_credentials` (RFC 6749 §4.4).
final class ServiceCredential: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// A token and when the next one should be asked for.
    struct Token: Sendable {
        let text: String
        let renewAt: Instant
    }

    private let authorization: String
    private let http: any OutgoingHTTP
    private let pace: Pace
    private let kept = Mutex<Token?>(nil)

    static let scope = "status:read"
    static let maximumBytes = 65_536

    init(id: String, secret: String, _ http: any OutgoingHTTP, _ pace: Pace) {
        // RFC 6749 §2.3.1: both are form-encoded before they are joined.
        let pair = Array("\(id.formEncoded):\(secret.formEncoded)".utf8)
        authorization = "Basic \(Base64.encode(pair))"
        self.http = http
        self.pace = pace
    }

    /// The token kept, or a new one if it is nearly over.
    /// - Throws: `credential_refused`, `unexpected_answer`, `malformed`, `unreachable`.
    func token(from address: String) async throws -> Token {
        if let token = kept.withLock({ $0 }), .now < token.renewAt { return token }
        return try await renew(from: address)
    }

    /// A new token.
    func renew(from address: String) async throws -> Token {
        let asked = Instant.now
        let request = OutgoingRequest(
            .post, address,
            headers: [
                .authorization: authorization, .accept: "application/json",
                .contentType: "application/x-www-form-urlencoded",
            ], body: Array("grant_type=client_credentials&scope=\(Self.scope.formEncoded)".utf8))
        let answer = try await http.fetch(request, limit: Self.maximumBytes, within: pace.request)
        switch answer.status {
        case 200: break
        case 400, 401, 403:
            throw RemoteError(
                .credentialRefused, "\(address) refused the client: \(Self.error(in: answer.body))")
        default: throw RemoteError(.unexpectedAnswer, "\(address) answered \(answer.status)")
        }
        guard let json = try? JSON.parse(answer.body), let text = json["access_token"]?.string,
            json["token_type"]?.string?.lowercased() == "bearer", text.isCredential
        else { throw RemoteError(.malformed, "\(address) did not answer with a bearer token") }
        let seconds = min(max(json["expires_in"]?.integer ?? 300, 1), 86_400)
        let token = Token(text: text, renewAt: asked + .seconds(seconds) * 4 / 5)
        kept.withLock { $0 = token }
        return token
    }

    /// Forgets the token, which was refused.
    func forget() { kept.withLock { $0 = nil } }

    /// The `error` of RFC 6749 §5.2, if it is one; nothing else of an answer gets into a log.
    private static func error(in body: [UInt8]) -> String {
        let known = [
            "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope",
        ]
        let said = (try? JSON.parse(body))?["error"]?.string
        return known.first { $0 == said } ?? "no reason"
    }
}

extension String {
    /// As in `application/x-www-form-urlencoded`.
    fileprivate var formEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: " "): text += "+"
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }

    /// Whether this may stand in a header field as a token68 (RFC 9110 §11.2): no space, no line end.
    fileprivate var isCredential: Bool {
        !isEmpty && utf8.count <= 16_384 && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

private enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
