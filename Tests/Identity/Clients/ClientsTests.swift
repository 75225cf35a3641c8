import Testing
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("Clients")
struct ClientsTests {
    private func made(_ house: House) async throws -> (Clients, Client, ClientSecret) {
        let clients = Clients(house.seams)
        let (client, secret) = try await clients.create(
            name: "orders", grants: [.clientCredentials], scopes: [.statusRead], origin: .commandLine)
        return (clients, client, secret)
    }

    private func status(_ client: Client, _ house: House) -> Status? {
        house.statuses.lists()[house.statuses.address(of: client.place.list)]?.status(at: client.place.index)
    }

    @Test("The secret it was made with is the one that is good, and it is stored as a hash only")
    func authenticates() async throws {
        let house = try await House().started()
        let (clients, client, secret) = try await made(house)
        #expect(secret.text.hasPrefix("vcs1_") && secret.text.utf8.count == 48)
        #expect(try await clients.authenticate(client.id, secret: secret.text) == client)
        for wrong in [
            "", "vcs1_", secret.text + "A", String(secret.text.dropLast()), secret.text.lowercased(),
        ] {
            #expect(try await clients.authenticate(client.id, secret: wrong) == nil)
        }
        #expect(try await clients.authenticate(ID(random: house.seams.random), secret: secret.text) == nil)
        #expect(client.secret == secret.hash && client.secret.count == 32)
    }

    @Test(
        "Its token names it as subject and client, has the scopes given and no session, and carries a status")
    func token() async throws {
        let house = try await House().started()
        let (_, client, _) = try await made(house)
        let minted = try house.tokens.mint(for: client, scopes: [.statusRead])
        let verified = try UnverifiedToken(minted.token).verified(by: #require(house.ring.verificationKeys()))
        let claims = try verified.claims()
        #expect(claims["sub"]?.string == client.id.description && claims["client_id"] == claims["sub"])
        #expect(claims["scope"] == "status:read")
        #expect(claims["sid"] == nil && claims["roles"] == nil)
        #expect(claims["status"]?["status_list"]?["idx"]?.integer == Int64(client.place.index))
        #expect(verified.header.type == "at+jwt")
    }

    @Test(
        "Disabled, it is not let in and its tokens are revoked; enabled, later ones are good and the old stay dead"
    )
    func disable() async throws {
        let house = try await House().started()
        let (clients, client, secret) = try await made(house)
        let disabled = try #require(try await clients.setDisabled(client.id, to: true, origin: .commandLine))
        #expect(disabled.isDisabled)
        #expect(status(client, house) == .revoked)
        #expect(try await clients.authenticate(client.id, secret: secret.text) == nil)
        let enabled = try #require(try await clients.setDisabled(client.id, to: false, origin: .commandLine))
        #expect(try await clients.authenticate(client.id, secret: secret.text) == enabled)
        #expect(enabled.place != client.place)
        #expect(status(enabled, house) == .valid)
        #expect(status(client, house) == .revoked)
    }

    @Test("With another secret the old one is good for nothing, nor are the tokens got by it")
    func secret() async throws {
        let house = try await House().started()
        let (clients, client, old) = try await made(house)
        let (changed, new) = try #require(try await clients.replaceSecret(client.id, origin: .commandLine))
        #expect(status(client, house) == .revoked)
        #expect(status(changed, house) == .valid)
        #expect(try await clients.authenticate(client.id, secret: old.text) == nil)
        #expect(try await clients.authenticate(client.id, secret: new.text) == changed)
    }

    @Test("Deleted, it is gone, its tokens are revoked, and the trail says so")
    func delete() async throws {
        let house = try await House().started()
        let (clients, client, secret) = try await made(house)
        #expect(try await clients.delete(client.id, origin: .commandLine))
        #expect(try await clients.delete(client.id, origin: .commandLine) == false)
        #expect(status(client, house) == .revoked)
        #expect(try await clients.authenticate(client.id, secret: secret.text) == nil)
        let trail = try await AuditTrail(house.seams).list(before: nil, limit: 10)
        #expect(Set(trail.map(\.event)).isSuperset(of: ["client.created", "client.deleted"]))
    }

    @Test(
        "A scope is printable ASCII without quotes and backslashes",
        arguments: [
            ("status:read", true), ("a", true), ("!#[]~", true), ("", false), ("a b", false), ("a\"", false),
            ("a\\", false), ("é", false), (String(repeating: "a", count: 129), false),
        ])
    func scopes(text: String, isGood: Bool) {
        #expect((Scope(text) != nil) == isGood)
    }
}
