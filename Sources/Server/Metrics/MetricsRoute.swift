import HTTPTypes
import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusIdentity

/// `GET /metrics`: Prometheus text. Without a credential on loopback only; elsewhere for administrators.
struct MetricsRoute {
    let services: Services
    let settings: Settings
    let credentials: CredentialReader

    func respond(to request: Request, context: APIContext) throws -> Response {
        if !isLoopback(request, context) { try requireAdministrator(request) }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: services.metrics.text(services))))
    }

    /// Issuer, bind address and peer; and nobody in between who might speak for somebody further off.
    private func isLoopback(_ request: Request, _ context: APIContext) -> Bool {
        let isForwarded = request.headers.contains { field in
            field.name.canonicalName == "forwarded" || field.name.canonicalName.hasPrefix("x-forwarded-")
                || field.name.canonicalName == "x-real-ip"
        }
        return !isForwarded && Settings.isLoopback(host: Settings.host(of: settings.issuer))
            && Settings.isLoopback(host: settings.host)
            && context.clientAddress.map(Settings.isLoopback(host:)) == true
    }

    private func requireAdministrator(_ request: Request) throws {
        do throws(Refusal) {
            guard let token = try credentials.token(in: request.headers) else {
                throw Refusal(.missingToken, "no token came")
            }
            _ = try services.verifier.verify(
                token,
                requiring: .all(.scope(AccessTokens.accountScope), .role(Role.administrator.description)))
        } catch {
            throw GuardError(error, realm: Services.realm)
        }
    }
}
