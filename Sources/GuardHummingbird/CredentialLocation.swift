package import HTTPTypes
package import VidimusGuard

/// Where in a request a token may stand. There is no location for the URL: what is in one ends in logs and in
/// `Referer` (RFC 6750 §5.3).
public struct CredentialLocation: Sendable, Hashable {
    /// The field's name in small letters; nil for `Authorization: Bearer`.
    fileprivate let headerName: String?

    /// `Authorization: Bearer …` (RFC 6750 §2.1). A field with another scheme is no credential for a guard.
    public static let bearer = CredentialLocation(headerName: nil)

    /// A header field that holds nothing but the token, such as `x-access-token`; upper and lower case aside. A name
    /// that cannot be a field's never occurs in a request.
    public static func header(_ name: String) -> CredentialLocation {
        CredentialLocation(headerName: name.lowercased())
    }
}

/// Finds the token of a request.
package struct CredentialReader: Sendable {
    private let readsBearer: Bool
    private let headers: [String]

    package init(_ locations: Set<CredentialLocation>) {
        readsBearer = locations.contains(.bearer)
        headers = locations.compactMap(\.headerName)
    }

    /// The one token that stands in any of the locations; nil if there is none.
    /// - Throws: `invalid_request` if there are several, or two `Authorization` fields: who chose the wrong one of two
    ///   credentials would check one and act by another.
    package func token(in fields: HTTPFields) throws(Refusal) -> Substring? {
        var found: Substring?
        var authorizations = 0
        for field in fields {
            let token: Substring
            if readsBearer, field.name == .authorization {
                authorizations += 1
                guard authorizations == 1 else {
                    throw Refusal(.invalidRequest, "two Authorization fields in one request")
                }
                guard let bearer = field.value.bearerToken else { continue }
                token = bearer
            } else {
                guard headers.contains(field.name.canonicalName) else { continue }
                token = field.value[...]
            }
            guard found == nil else { throw Refusal(.invalidRequest, "two credentials in one request") }
            found = token
        }
        guard let found, !found.isEmpty else { return nil }
        return found
    }
}

extension String {
    /// What follows the scheme `Bearer` and its spaces, upper and lower case aside (RFC 9110 §11.1); nil for
    /// another scheme.
    fileprivate var bearerToken: Substring? {
        let scheme = "bearer".utf8
        let end = utf8.index(startIndex, offsetBy: scheme.count, limitedBy: endIndex) ?? endIndex
        // 0x20 makes an ASCII letter small and leaves none of the other bytes one of these letters but its capital.
        guard utf8[..<end].elementsEqual(scheme, by: { $0 | 0x20 == $1 }) else { return nil }
        let rest = self[end...]
        guard rest.isEmpty || rest.utf8.first == UInt8(ascii: " ") else { return nil }
        return rest.drop { $0 == " " }
    }
}
