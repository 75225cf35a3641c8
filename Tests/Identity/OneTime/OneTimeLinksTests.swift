import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("One-time tokens of clients")
struct OneTimeLinksTests {
    private struct Desk: Sendable {
        let house: House
        let links: OneTimeLinks
        let clients: Clients
        let client: Client

        init(_ house: House, epoch: Int64 = 1) async throws {
            self.house = house
            let epoch = try await Installation.open(house.seams, masterKeys: house.masterKeys).epoch
            links = try OneTimeLinks(
                house.seams, masterKeys: house.masterKeys, epoch: epoch, issuer: House.issuer,
                statuses: house.statuses)
            clients = Clients(house.seams)
            client = try await clients.create(
                name: "orders", grants: [.clientCredentials], scopes: [.oneTimeIssue], origin: .commandLine
            ).client
        }

        var status: StatusReference {
            StatusReference(list: house.statuses.address(of: client.place.list), index: client.place.index)
        }

        func issue(seconds: Int64 = 60, account: ID<Account>? = nil) async throws -> OneTimeLinks.Issue {
            let order = OneTimeLinks.Order(
                purpose: try #require(OneTimeLinks.Purpose("invite")), lifetime: .seconds(seconds),
                claims: ["team": "blue"], account: account)
            return try await links.issue(order, for: client.id, showing: status, origin: Origin())
        }

        func token(seconds: Int64 = 60, account: ID<Account>? = nil) async throws -> String {
            let issue = try await issue(seconds: seconds, account: account)
            guard case .issued(let token, _) = issue else { throw House.Unexpected(what: "\(issue)") }
            return token
        }

        func redeem(_ token: String) async throws -> String {
            let outcome = try await links.redeem(token, purpose: nil, client: nil, origin: Origin())
            return String("\(outcome)".prefix { $0 != "(" })
        }
    }

    @Test("say once what was given; afterwards nothing of it is left but two records")
    func once() async throws {
        let desk = try await Desk(House().started())
        let token = try await desk.token()
        #expect(try await desk.redeem(token) == "redeemed")
        #expect(try await desk.redeem(token) == "gone")
        #expect(try await desk.house.count(SQL("SELECT count(*) FROM one_time_tokens")) == 0)
        #expect(try await desk.house.audited(.oneTimeIssued) == 1)
        #expect(try await desk.house.audited(.oneTimeRedeemed) == 1)
        #expect(try !JSON.parse(UnverifiedToken(token).unverifiedPayload).encoded().contains("blue"))
    }

    @Test("used by fifty at once in two processes are used by one")
    func concurrent() async throws {
        let house = try await House().started()
        let desk = try await Desk(house)
        let other = try await Desk(house.beside())
        let token = try await desk.token()
        let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<50 {
                group.addTask { try await (number % 2 == 0 ? desk : other).redeem(token) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == "redeemed" } == 1 && outcomes.count { $0 == "gone" } == 49)
    }

    @Test("last as long as was said", arguments: [(59, "redeemed"), (60, "gone"), (90_000, "gone")])
    func lifetime(seconds: Int64, expected: String) async throws {
        let desk = try await Desk(House().started())
        let token = try await desk.token()
        desk.house.clock.advance(.seconds(seconds))
        #expect(try await desk.redeem(token) == expected)
        desk.house.clock.advance(.seconds(2 * 86_400))
        try await desk.house.upkeep.run()
        #expect(try await desk.house.count(SQL("SELECT count(*) FROM one_time_tokens")) == 0)
    }

    /// What may happen to a client or an account while a link is out.
    enum Event: String, CaseIterable {
        case clientDisabled, secretReplaced, clientDeleted, passwordChanged, signOutAll, accountDisabled
        case accountDeleted, rolesChanged, emailChanged, sessionsEnded
    }

    @Test("die with their client, its secret, and the account or its epoch", arguments: Event.allCases)
    func die(event: Event) async throws {
        let desk = try await Desk(House().started())
        let house = desk.house
        let grant = try await house.signedIn()
        let bound = try await desk.token(account: grant.account.id)
        let free = try await desk.token()
        switch event {
        case .clientDisabled:
            _ = try await desk.clients.setDisabled(desk.client.id, to: true, origin: Origin())
            _ = try await desk.clients.setDisabled(desk.client.id, to: false, origin: Origin())
        case .secretReplaced: _ = try await desk.clients.replaceSecret(desk.client.id, origin: Origin())
        case .clientDeleted: _ = try await desk.clients.delete(desk.client.id, origin: Origin())
        case .passwordChanged:
            _ = try await house.credentials.changePassword(
                of: grant.account.id, session: grant.session.id, current: House.password,
                new: house.credentials.hash("another good password"), origin: Origin())
        case .signOutAll:
            try await house.sessions.signOut(
                grant.session.id, of: grant.account.id, reach: .all, origin: Origin())
        case .accountDisabled: try await house.update(grant.account, AccountPatch(isDisabled: true))
        case .accountDeleted: _ = try await house.accounts.delete(grant.account.id, origin: Origin())
        case .emailChanged:
            try await house.update(grant.account, AccountPatch(email: House.email("lovelace")))
        case .sessionsEnded:
            _ = try await house.sessions.endAll(of: grant.account.id, origin: Origin())
        case .rolesChanged: try await house.setRoles(grant.account, ["editor"])
        }
        let isClients = [.clientDisabled, .secretReplaced, .clientDeleted].contains(event)
        #expect(try await desk.redeem(free) == (isClients ? "gone" : "redeemed"))
        #expect(try await desk.redeem(bound) == (event == .rolesChanged ? "redeemed" : "gone"))
    }

    @Test("are not issued to whoever shows a token that was revoked meanwhile, nor for nobody's account")
    func refused() async throws {
        let desk = try await Desk(House().started())
        let nobody = try await desk.issue(account: ID(random: desk.house.seams.random))
        #expect("\(nobody)" == "unknownAccount")
        _ = try await desk.clients.replaceSecret(desk.client.id, origin: Origin())
        #expect("\(try await desk.issue())" == "refused")
    }

    @Test("wait in a bounded number")
    func bounded() async throws {
        let desk = try await Desk(House().started())
        let (house, limit) = (desk.house, OneTimeLinks.openLimit)
        let client = desk.client.id
        try await house.database.write { transaction in
            for _ in 0..<limit {
                try transaction.execute(
                    SQL(
                        """
                        INSERT INTO one_time_tokens (id, purpose, expires_at, client, claims)
                        VALUES ($1, 'x', $2, $3, '{}')
                        """),
                    [ID<OneTimeTokens>(random: house.seams.random), house.clock.now + .seconds(9), client])
            }
        }
        #expect("\(try await desk.issue())" == "tooMany")
        // What is too old to be redeemed waits for nothing.
        house.clock.advance(.seconds(10))
        #expect("\(try await desk.issue())" != "tooMany")
    }

    @Test("of another kind, of another installation, of another epoch, or altered, are none")
    func foreign() async throws {
        let desk = try await Desk(House().started())
        let house = desk.house
        let own = try await desk.token()
        let foreign = try await Desk(House(masterKeys: House.masterKeys("b8")).started()).token()
        let link = try #require(try await house.setUp.issueLink())
        let setUp = String(try #require(link.split(separator: "=").last))
        for text in [foreign, setUp, "", "x", String(own.dropLast()), own + "A"] {
            #expect(!desk.links.recognises(text))
            #expect(try await desk.redeem(text) == "gone")
        }
        #expect(!house.setUp.recognises(own))
        let later = try OneTimeLinks(
            house.seams, masterKeys: house.masterKeys, epoch: 99, issuer: House.issuer,
            statuses: house.statuses)
        #expect(!later.recognises(own))
        #expect(try await desk.redeem(own) == "redeemed")
    }
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool { String(decoding: self, as: UTF8.self).contains(text) }
}
