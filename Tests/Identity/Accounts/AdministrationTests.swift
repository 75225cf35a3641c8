import Testing
import VidimusDatabase

@testable import VidimusIdentity

@Suite("Administering accounts")
struct AdministrationTests {
    enum Removal: CaseIterable { case roles, disabling, deleting }

    private func remove(_ account: Account, _ removal: Removal, in house: House) async throws -> String {
        let outcome =
            switch removal {
            case .roles:
                try await house.accounts.update(
                    account.id,
                    AccountPatch(roles: .change(adding: [], removing: [.administrator])), origin: Origin())
            case .disabling:
                try await house.accounts.update(account.id, AccountPatch(isDisabled: true), origin: Origin())
            case .deleting:
                try await house.accounts.delete(account.id, origin: Origin())
            }
        return String("\(outcome)".prefix { $0 != "(" })
    }

    @Test("The last administrator cannot be removed, whatever others are called", arguments: Removal.allCases)
    func last(removal: Removal) async throws {
        let house = try await House()
        let boss = try await house.person("boss", roles: ["admin", "editor"])
        for (number, role) in ["Admin", "ADMIN", "admin2", "xadmin", "admin.x", "a-admin", "adminn"]
            .enumerated()
        {
            _ = try await house.person("user\(number)", roles: [role])
        }
        let other = try await house.person("disabled", roles: ["admin", "viewer"])
        try await house.update(other, AccountPatch(isDisabled: true))
        #expect(try await remove(boss, removal, in: house) == "lastAdministrator")
        #expect(try await house.accounts.account(boss.id) == boss)
        try await house.update(other, AccountPatch(isDisabled: false))
        #expect(try await remove(boss, removal, in: house) == "done")
        #expect(try await remove(other, removal, in: house) == "lastAdministrator")
    }

    @Test("Two administrators who remove each other at once do not both succeed", arguments: Removal.allCases)
    func race(removal: Removal) async throws {
        let house = try await House()
        let (one, two) = (
            try await house.person("one", roles: ["admin"]), try await house.person("two", roles: ["admin"])
        )
        async let first = remove(one, removal, in: house)
        async let second = remove(two, removal, in: house)
        #expect(try await [first, second].sorted() == ["done", "lastAdministrator"])
    }

    @Test("A disabled administrator, or one who is none, may go")
    func others() async throws {
        let house = try await House()
        _ = try await house.person("boss", roles: ["admin"])
        let second = try await house.person("second", roles: ["admin"])
        try await house.update(second, AccountPatch(isDisabled: true))
        for removal in Removal.allCases {
            #expect(try await remove(second, removal, in: house) == "done")
        }
        #expect(try await remove(second, .deleting, in: house) == "unknownAccount")
        #expect(try await remove(try await house.person("plain"), .deleting, in: house) == "done")
    }

    @Test("More roles than a token has room for are refused")
    func tooMany() async throws {
        let house = try await House()
        let account = try await house.person()
        func set(_ count: Int) async throws -> String {
            let roles = try (0..<count).map { try #require(Role("r\($0)")) }
            let outcome = try await house.accounts.update(
                account.id, AccountPatch(roles: .set(Roles(roles))), origin: Origin())
            return String("\(outcome)".prefix { $0 != "(" })
        }
        #expect(try await set(Roles.limit) == "done")
        #expect(try await set(Roles.limit + 1) == "tooManyRoles")
    }

    @Test("Pages of accounts hold everybody once, in the order they came")
    func pages() async throws {
        let house = try await House()
        var expected: [ID<Account>] = []
        for number in 0..<7 {
            if number % 3 == 0 { house.clock.advance(.seconds(1)) }
            expected.append(try await house.person("user\(number)").id)
        }
        var seen: [Account] = []
        while true {
            let place = seen.last.map { Accounts.Place(createdAt: $0.createdAt, id: $0.id) }
            let page = try await house.accounts.list(after: place, limit: 2)
            if page.isEmpty { break }
            #expect(page.count <= 2)
            seen += page
        }
        #expect(seen.count == 7 && Set(seen.map(\.id)) == Set(expected))
        #expect(seen.map(\.createdAt) == seen.map(\.createdAt).sorted())
    }
}
