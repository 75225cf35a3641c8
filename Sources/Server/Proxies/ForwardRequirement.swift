import HTTPTypes
import VidimusGuard

/// What a proxy asks of the principal, in the query of `/forward-auth`: `role=editor,author` for one of them, `scope=a+b`
/// for all of them, `max_age=300` for a sign-in that many seconds ago at most.
///
/// What is not understood refuses: a requirement that was misspelt must not let anybody pass.
struct ForwardRequirement {
    let requirement: Requirement

    /// - Throws: `invalid_parameter` for a name that is unknown or comes twice, and for a value that says nothing.
    init(query: String) throws {
        guard let fields = try? FormFields(Array(query.utf8)) else {
            throw Self.wrong("The query is not readable, or repeats a name.")
        }
        if let name = fields.names.first(where: { !Self.names.contains($0) }) {
            throw Self.wrong(
                "'\(name.prefix(40))' is no requirement; there are \(Self.names.joined(separator: ", ")).")
        }
        var requirement = Requirement.signedIn
        if fields.has("role") {
            let roles = try Self.list(fields["role"], "role", separator: ",")
            requirement = .all(requirement, .anyRole(of: roles))
        }
        if fields.has("scope") {
            for scope in try Self.list(fields["scope"], "scope", separator: " ") {
                requirement = .all(requirement, .scope(scope))
            }
        }
        if fields.has("max_age") {
            guard let seconds = Int(fields["max_age"]), (0...315_360_000).contains(seconds) else {
                throw Self.wrong("'max_age' is not a number of seconds.")
            }
            requirement = .all(requirement, .fresh(within: .seconds(seconds)))
        }
        self.requirement = requirement
    }

    private static let names = ["role", "scope", "max_age"]
    /// Anybody may ask, before any token is looked at: what is asked for must be little work.
    private static let longestList = 64

    private static func list(_ text: String, _ name: String, separator: Character) throws -> [String] {
        let items = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        guard !items.contains("") else {
            throw wrong("'\(name)' names nothing, or has a separator too many.")
        }
        guard items.count <= longestList else {
            throw wrong("'\(name)' names more than \(longestList).")
        }
        return items
    }

    private static func wrong(_ detail: String) -> Problem {
        Problem(.badRequest, "invalid_parameter", detail)
    }
}
