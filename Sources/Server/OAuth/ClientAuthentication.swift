import HTTPTypes
import Hummingbird
import VidimusIdentity
import VidimusJOSE

/// Who a service is: its id and secret by `Authorization: Basic` or in the form, never both (RFC 6749 §2.3.1).
struct ClientAuthentication {
    let services: Services

    /// The form of a request to an OAuth endpoint: exactly that media type, no parameter twice.
    static func form(of request: Request) async throws -> FormFields {
        guard MediaType(of: request) == .form else {
            throw OAuthRefusal(.invalidRequest, "Send Content-Type: application/x-www-form-urlencoded.")
        }
        do {
            return try FormFields(try await JSONBody.bytes(of: request))
        } catch let problem as Problem {
            throw OAuthRefusal(.invalidRequest, problem.detail)
        }
    }

    /// The client of a request.
    /// - Throws: `invalid_client` in one text, whatever was wrong about it; `invalid_request` for two credentials.
    func client(_ request: Request, _ form: FormFields) async throws -> Client {
        let basic = request.headers[values: .authorization]
        let isInForm = form.has("client_secret")
        guard basic.count + (isInForm ? 1 : 0) <= 1 else {
            throw OAuthRefusal(.invalidRequest, "Authenticate once: by Authorization or in the form.")
        }
        let given = isInForm ? (form["client_id"], form["client_secret"]) : basic.first.flatMap(Self.basic)
        guard let (id, secret) = given, let id = ID<Client>(id),
            let client = try await services.clients.authenticate(id, secret: secret)
        else {
            throw OAuthRefusal(
                .invalidClient, "The client is unknown, disabled, or its secret is another one.")
        }
        guard !form.has("client_id") || ID<Client>(form["client_id"]) == client.id else {
            throw OAuthRefusal(.invalidRequest, "client_id is not the client that authenticates.")
        }
        return client
    }

    /// Both halves are encoded as in a form before they are put together, so neither holds a colon.
    private static func basic(_ value: String) -> (id: String, secret: String)? {
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, let scheme = parts.first, scheme.lowercased() == "basic",
            let last = parts.last,
            let bytes = base64(String(last)), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let id = FormFields.decoded(bytes[..<colon]),
            let secret = FormFields.decoded(bytes[(colon + 1)...])
        else { return nil }
        return (id, secret)
    }

    private static func base64(_ text: String) -> [UInt8]? {
        let unpadded = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        guard text.utf8.dropFirst(unpadded.count).allSatisfy({ $0 == UInt8(ascii: "=") }) else { return nil }
        let urlSafe = unpadded.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return Base64URL.decode(String(decoding: urlSafe, as: UTF8.self))
    }
}
