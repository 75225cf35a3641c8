public import VidimusJOSE

/// What a route asks of a principal beyond a good token. Everything it names must hold.
///
/// ```swift
/// let administrators = Requirement.role("admin")
/// let writers = Requirement.all(.anyRole("editor", "author"), .scope("articles:write"))
/// let payments = Requirement.all(.role("treasurer"), .fresh(within: .seconds(300)), .acr("aal2"))
/// ```
public struct Requirement: Sendable, Equatable {
    private var roles = SharedTexts([])
    /// Of the roles at each of these places the principal needs one; where there are none, nobody passes.
    private var roleSets: [Range<Int>] = []
    private var needed = SharedTexts([])
    /// How long ago the sign-in may be.
    public private(set) var maximumAge: Duration?
    /// The token's `acr` is one of these; where none is left, nobody passes. Nil where it does not matter.
    private var classes: SharedTexts?

    /// The classes of sign-in that will do, the preferred first; empty where it does not matter.
    public var authenticationClasses: [String] { classes?.texts ?? [] }

    /// The scopes that the principal needs, all of them.
    public var scopes: [String] { needed.texts }

    /// A good token is enough.
    public static let signedIn = Requirement()

    /// The principal has this role.
    public static func role(_ role: String) -> Requirement {
        Requirement(roles: SharedTexts([role]), roleSets: [0..<1])
    }

    /// The principal has one of these roles; without roles nobody passes.
    public static func anyRole(_ roles: String...) -> Requirement { anyRole(of: roles) }

    /// The principal has one of these roles; without roles nobody passes.
    public static func anyRole(of roles: [String]) -> Requirement {
        Requirement(roles: SharedTexts(roles), roleSets: [0..<roles.count])
    }

    /// The token carries this scope.
    public static func scope(_ scope: String) -> Requirement {
        Requirement(needed: SharedTexts([scope]))
    }

    /// The principal signed in at most `age` ago (RFC 9470); without `auth_time` nobody passes.
    public static func fresh(within age: Duration) -> Requirement {
        Requirement(maximumAge: age)
    }

    /// The principal signed in by one of these classes (`acr`, RFC 9470 §3), the preferred first; without classes, and
    /// without `acr` in the token, nobody passes. A class is a name: name a stronger one too if it will do.
    public static func acr(_ classes: String...) -> Requirement {
        Requirement(classes: SharedTexts(classes))
    }

    /// All of them hold.
    public static func all(_ requirements: Requirement...) -> Requirement {
        var together = Requirement()
        var roles: [String] = []
        var scopes: [String] = []
        for one in requirements {
            together.roleSets += one.roleSets.map {
                $0.lowerBound + roles.count..<$0.upperBound + roles.count
            }
            roles += one.roles.texts
            scopes += one.scopes.filter { !scopes.holds($0) }
            if let classes = one.classes {
                let others = together.classes?.texts
                together.classes = SharedTexts(
                    others?.filter { classes.texts.holds($0) } ?? classes.texts)
            }
            if let age = one.maximumAge { together.maximumAge = min(age, together.maximumAge ?? age) }
        }
        together.roles = SharedTexts(roles)
        together.needed = SharedTexts(scopes)
        return together
    }

    /// Says what is missing, or nil if everything holds.
    ///
    /// The sign-in comes last: a new one does not help somebody who lacks the role. Its challenge names all that the new
    /// one must be, so that one is enough.
    public func check(_ principal: Principal, at now: Timestamp) -> Refusal? {
        let sets = roleSets.span
        for index in sets.indices where roles.count(at: sets[index], among: principal.roles.span) == 0 {
            return missingRole(of: roles.texts[sets[index]])
        }
        guard needed.areAll(among: principal.scopes.span) else { return missingScope(principal) }
        if let classes {
            guard let signedInBy = principal.authenticationClass, classes.holds(signedInBy) else {
                return anotherSignIn("needs a sign-in of another class")
            }
        }
        guard let maximumAge else { return nil }
        guard let signedIn = principal.authenticatedAt, now.duration(since: signedIn) <= maximumAge else {
            return anotherSignIn("needs a sign-in within \(maximumAge)")
        }
        return nil
    }

    private func anotherSignIn(_ reason: String) -> Refusal {
        Refusal(
            .insufficientUserAuthentication, reason, maximumAge: maximumAge,
            authenticationClasses: authenticationClasses)
    }

    private func missingRole(of roles: ArraySlice<String>) -> Refusal {
        let wanted = roles.isEmpty ? "that nobody has" : roles.map(\.quoted).joined(separator: " or ")
        return Refusal(.insufficientScope, "needs the role \(wanted)", scopes: scopes)
    }

    private func missingScope(_ principal: Principal) -> Refusal {
        let missing = scopes.filter { !principal.hasScope($0) }.map(\.quoted).joined(separator: ", ")
        return Refusal(.insufficientScope, "needs the scope \(missing)", scopes: scopes)
    }
}
