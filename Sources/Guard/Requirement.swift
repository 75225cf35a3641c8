public import VidimusJOSE

/// What a route asks of a principal beyond a good token. Everything it names must hold.
///
/// ```swift
/// .role("admin")
/// .all(.anyRole("editor", "author"), .scope("articles:write"), .fresh(within: .seconds(300)))
/// ```
public struct Requirement: Sendable, Equatable {
    /// Of each set the principal needs one role; an empty set admits nobody.
    private var roleSets: [[String]] = []
    /// The scopes that the principal needs, all of them.
    public private(set) var scopes: [String] = []
    /// How long ago the sign-in may be.
    public private(set) var maximumAge: Duration?

    /// A good token is enough.
    public static let signedIn = Requirement()

    /// The principal has this role.
    public static func role(_ role: String) -> Requirement {
        Requirement(roleSets: [[role]])
    }

    /// The principal has one of these roles; without roles nobody passes.
    public static func anyRole(_ roles: String...) -> Requirement {
        Requirement(roleSets: [roles])
    }

    /// The token carries this scope.
    public static func scope(_ scope: String) -> Requirement {
        Requirement(scopes: [scope])
    }

    /// The principal signed in at most `age` ago (RFC 9470); without `auth_time` nobody passes.
    public static func fresh(within age: Duration) -> Requirement {
        Requirement(maximumAge: age)
    }

    /// All of them hold.
    public static func all(_ requirements: Requirement...) -> Requirement {
        var together = Requirement()
        for one in requirements {
            together.roleSets += one.roleSets
            together.scopes += one.scopes.filter { scope in
                !together.scopes.contains { $0.isIdentical(to: scope) }
            }
            if let age = one.maximumAge { together.maximumAge = min(age, together.maximumAge ?? age) }
        }
        return together
    }

    /// Says what is missing, or nil if everything holds.
    ///
    /// Freshness comes last: a new sign-in does not help somebody who lacks the role.
    public func check(_ principal: Principal, at now: Timestamp) -> Refusal? {
        for roles in roleSets where !roles.contains(where: principal.hasRole) {
            let wanted =
                roles.isEmpty ? "a role that nobody has" : roles.map(\.quoted).joined(separator: " or ")
            return Refusal(.insufficientScope, "needs the role \(wanted)", scopes: scopes)
        }
        for scope in scopes where !principal.hasScope(scope) {
            return Refusal(.insufficientScope, "needs the scope \(scope.quoted)", scopes: scopes)
        }
        guard let maximumAge else { return nil }
        guard let signedIn = principal.authenticatedAt, now.duration(since: signedIn) <= maximumAge else {
            return Refusal(
                .insufficientUserAuthentication, "needs a sign-in within \(maximumAge)",
                maximumAge: maximumAge)
        }
        return nil
    }
}
