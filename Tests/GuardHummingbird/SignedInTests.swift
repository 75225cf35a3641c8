import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusGuard
import VidimusGuardHummingbird
import VidimusJOSE
import VidimusStatusList

@Suite("A signed-in request")
struct SignedInTests {
    let service: Service

    init() throws { service = try Service() }

    @Test("Parameters and the rest of the context come through the guard")
    func context() async throws {
        let token = try service.token()
        try await service.run { client in
            let response = try await client.executeRequest(
                uri: "/items/42", method: .get, headers: [.authorization: "Bearer \(token)"], body: nil)
            #expect(response.text == "42")
        }
    }

    @Test("A route that takes one but stands behind no guard refuses everybody")
    func forgottenGuard() async throws {
        let token = try service.token(role: "admin")
        try await service.run { client in
            let response = try await client.executeRequest(
                uri: "/forgotten", method: .get, headers: [.authorization: "Bearer \(token)"], body: nil)
            #expect(response.status == .unauthorized)
            #expect(response.code == "missing_token")
        }
    }

    @Test("The challenge names the realm and what is missing; the body has no reason in it")
    func challenge() async throws {
        let token = try service.token(role: "editor")
        try await service.run { client in
            let headers: HTTPFields = [.authorization: "Bearer \(token)"]
            let admin = try await client.executeRequest(
                uri: "/admin", method: .get, headers: headers, body: nil)
            #expect(
                admin.headers[.wwwAuthenticate]?.hasPrefix(
                    #"Bearer realm="admin", error="insufficient_scope""#) == true)
            #expect(!admin.text.contains("needs the role"))
            let orders = try await client.executeRequest(
                uri: "/orders", method: .post, headers: headers, body: nil)
            #expect(orders.headers[.wwwAuthenticate]?.hasSuffix(#"scope="orders:write""#) == true)
            let nobody = try await client.executeRequest(uri: "/me", method: .get, headers: [:], body: nil)
            #expect(nobody.headers[.wwwAuthenticate] == #"Bearer realm="api""#)
            #expect(nobody.headers[.contentLength] == String(nobody.text.utf8.count))
        }
        #expect(service.refusals.codes == [.insufficientScope, .insufficientScope, .missingToken])
    }

    @Test(
        "A sign-in that is too long ago asks for another one",
        arguments: [(30, 200), (60, 200), (61, 401)] as [(Int64, Int)])
    func stepUp(signedIn: Int64, status: Int) async throws {
        let token = try service.token(signedIn: signedIn)
        try await service.run { client in
            let response = try await client.executeRequest(
                uri: "/password", method: .get, headers: [.authorization: "Bearer \(token)"], body: nil)
            #expect(response.status.code == status)
            #expect(response.code == (status == 200 ? nil : "insufficient_user_authentication"))
            #expect(status == 200 || response.headers[.wwwAuthenticate]?.hasSuffix(#"max_age="60""#) == true)
        }
    }
}
