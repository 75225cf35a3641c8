import VidimusJOSE

extension Refusal {
    /// The refusal as RFC 9457 problem details, for a body of `application/problem+json`:
    /// `{"type":"about:blank","title","status","detail","code"}`. The log's ``reason`` is not in it.
    public func problemDetails() -> [UInt8] {
        let title: JSON =
            switch statusCode {
            case 400: "Bad Request"
            case 403: "Forbidden"
            case 503: "Service Unavailable"
            default: "Unauthorized"
            }
        let document: JSON = [
            "type": "about:blank",
            "title": title,
            "status": .integer(Int64(statusCode)),
            "detail": .string(detail),
            "code": .string(code.rawValue),
        ]
        return document.encoded()
    }
}
