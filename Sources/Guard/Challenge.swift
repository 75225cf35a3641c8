/// The value of `WWW-Authenticate` that goes with a refusal: RFC 6750 §3, and RFC 9470 §3 for step-up.
public struct Challenge: Sendable, Equatable {
    /// The value of the header field: printable ASCII, whatever the realm and scopes hold.
    public let headerValue: String

    /// The challenge for a refusal by the protected space `realm`.
    ///
    /// Without a token there is no `error`: the client did nothing wrong yet (RFC 6750 §3.1). RFC 6750 has one
    /// error for a token that is expired, revoked or malformed; the finer code is in the body. A status that
    /// cannot be checked is no fault of the token's, so it carries no error either.
    public init(realm: String, refusal: Refusal) {
        var parameters = ["realm=\(Self.quotedString(realm))"]
        if let error = Self.error(for: refusal.code) {
            parameters.append("error=\"\(error)\"")
            parameters.append("error_description=\"\(Self.visible(refusal.detail))\"")
        }
        if refusal.code == .insufficientScope, !refusal.scopes.isEmpty {
            let scopes = refusal.scopes.map(Self.visible).joined(separator: " ")
            parameters.append("scope=\"\(scopes)\"")
        }
        if refusal.code == .insufficientUserAuthentication {
            if !refusal.authenticationClasses.isEmpty {
                let classes = refusal.authenticationClasses.map(Self.visible).joined(separator: " ")
                parameters.append("acr_values=\"\(classes)\"")
            }
            if let age = refusal.maximumAge {
                parameters.append("max_age=\"\(max(0, age.components.seconds))\"")
            }
        }
        headerValue = "Bearer " + parameters.joined(separator: ", ")
    }

    private static func error(for code: Refusal.Code) -> String? {
        switch code {
        case .missingToken, .statusUnavailable: nil
        case .invalidRequest, .insufficientScope, .insufficientUserAuthentication: code.rawValue
        default: Refusal.Code.invalidToken.rawValue
        }
    }

    /// RFC 9110 §5.6.4: a quoted string, `"` and `\` escaped. What is not printable ASCII becomes `?`, so that
    /// nothing can end the header.
    private static func quotedString(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case " "..."~": quoted.unicodeScalars.append(scalar)
            default: quoted += "?"
            }
        }
        return quoted + "\""
    }

    /// RFC 6750 §3: descriptions and scopes are printable ASCII without `"` and `\`; others become `?`.
    private static func visible(_ text: String) -> String {
        var visible = ""
        for scalar in text.unicodeScalars {
            let allowed = (" "..."~").contains(scalar) && scalar != "\"" && scalar != "\\"
            visible.unicodeScalars.append(allowed ? scalar : "?")
        }
        return visible
    }
}
