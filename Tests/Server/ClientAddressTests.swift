import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("The client's address")
struct ClientAddressTests {
    @Test(
        "X-Forwarded-For is believed only from a trusted peer, and only up to the first hop that is not one",
        arguments: [
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"), ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "", "10.0.0.1"), ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1,10.0.0.7 , 10.0.0.8", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.1, unknown, 10.0.0.7", "10.0.0.7"),
            ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"), ("fd00::1", "2001:db8::5", "2001:db8::5"),
            ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"), ("11.0.0.1", "198.51.100.1", "11.0.0.1"),
            ("10.0.0.1", "198.51.100.1:443", "10.0.0.1"),
        ])
    func client(peer: String, forwarded: String, expected: String) throws {
        let trusted = try ["10.0.0.0/8", "fd00::/8"].map { try #require(AddressRange($0)) }
        let middleware = ClientAddressMiddleware(trusted: trusted)
        #expect(middleware.client(peer: peer, forwarded: forwarded) == expected)
    }

    @Test("Without a peer there is no address, whatever the header says")
    func noPeer() throws {
        let middleware = ClientAddressMiddleware(trusted: [try #require(AddressRange("0.0.0.0/0"))])
        #expect(middleware.client(peer: nil, forwarded: "198.51.100.1") == nil)
    }

    @Test(
        "On the wire: a session shows the forwarded address when the peer is trusted",
        arguments: [true, false])
    func onTheWire(isTrusted: Bool) async throws {
        let loopback = try ["127.0.0.0/8", "::1"].map { try #require(AddressRange($0)) }
        try await House.open(mode: .live, settings: { $0.trustedProxies = isTrusted ? loopback : [] }) {
            house in
            _ = try await house.person()
            let body: JSON = ["email": "ada@example.com", "password": .string(House.password)]
            let answer = try await house.call(
                .post, "/v1/login", body,
                headers: [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "198.51.100.1")])
            let grant = try Grant(answer)
            let sessions = try await house.call(.get, "/v1/sessions", token: grant.access).json["sessions"]
            let own = try #require(sessions?.array?.first { $0["current"]?.bool == true })
            #expect((own["first_address"] == "198.51.100.1") == isTrusted)
            #expect(own["first_address"] != "6.6.6.6")
        }
    }
}
