import VidimusJOSE

extension Refusal {
    /// The refusal as RFC 9457 problem details, for a body of `application/problem+json`:
    /// `{"type":"about:blank","title","status","detail","code"}`, and `acr_values` and `max_age` where the challenge has
    /// them. The log's ``reason`` is not in it.
    public func problemDetails() -> [UInt8] {
        let title: JSON =
            switch statusCode {
            case 400: "Bad Request"
            case 403: "Forbidden"
            case 503: "Service Unavailable"
            default: "Unauthorized"
            }
        var members: [JSON.Member] = [
            .init("type", "about:blank"),
            .init("title", title),
            .init("status", .integer(Int64(statusCode))),
            .init("detail", .string(detail)),
            .init("code", .string(code.rawValue)),
        ]
        if code == .insufficientUserAuthentication {
            if !authenticationClasses.isEmpty {
                members.append(.init("acr_values", .string(authenticationClasses.joined(separator: " "))))
            }
            if let maximumAge {
                members.append(.init("max_age", .integer(max(0, maximumAge.components.seconds))))
            }
        }
        return JSON.object(members).encoded()
    }
}
