import Testing

@testable import VidimusIdentity

@Suite("Roles")
struct RoleTests {
    static let names: [(String, Bool)] = [
        ("admin", true), ("Admin", true), ("0", true), ("a.b_c:d-e", true),
        (String(repeating: "r", count: 64), true), (String(repeating: "r", count: 65), false),
        ("", false), (".a", false), ("_a", false), (":a", false), ("-a", false), ("a b", false),
        ("a,b", false),
        ("a\n", false), ("ä", false), ("a/b", false), ("a*", false), ("a\0", false), ("\u{212A}", false),
    ]

    @Test("have names of a stated form", arguments: names)
    func name(text: String, isRole: Bool) {
        #expect((Role(text)?.description == text) == isRole)
    }

    @Test("stand sorted and once each, and come back from a row as they were")
    func roles() throws {
        let roles = Roles(try ["b", "a", "b", "B"].map { try #require(Role($0)) })
        #expect(roles.strings == ["B", "a", "b"])
        #expect(Roles(stored: roles.stored) == roles)
        #expect(Roles(stored: "").names.isEmpty)
    }

    @Test("are compared exactly: only admin administers")
    func administrator() throws {
        for name in ["Admin", "ADMIN", "admin2", "xadmin", "admin.x"] {
            #expect(!Roles([try #require(Role(name))]).contains(.administrator))
        }
        #expect(Roles([try #require(Role("admin"))]).contains(.administrator))
    }

    @Test("are edited by adding and removing, and removing wins")
    func edits() throws {
        let roles = Roles(stored: "a b")
        let (a, c) = (try #require(Role("a")), try #require(Role("c")))
        #expect(AccountPatch.RolesEdit.set(Roles([c])).applied(to: roles).strings == ["c"])
        #expect(
            AccountPatch.RolesEdit.change(adding: [c], removing: [a]).applied(to: roles).strings == [
                "b", "c",
            ])
        #expect(
            AccountPatch.RolesEdit.change(adding: [c], removing: [c]).applied(to: roles).strings == [
                "a", "b",
            ])
    }
}
