import VidimusIdentity
import VidimusJOSE

/// The shapes of bodies (JSON Schema 2020-12), by name.
enum Schemas {
    static func reference(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }

    static let named: [(name: String, schema: JSON)] = requests + answers

    private static let requests: [(name: String, schema: JSON)] = [
        ("SignUp", object(["email": email, "password": newPassword], optional: ["name": displayName])),
        (
            "Login",
            object(
                ["email": text, "password": text],
                optional: [
                    "device": optionalText, "cookies": ["enum": [false, nullValue]],
                    "refresh_token": optionalText, "acr_values": optionalText,
                    "max_age": [
                        "type": ["integer", "null"], "minimum": 0, "maximum": .integer(Int64(Int32.max)),
                    ],
                ])
        ),
        ("Refresh", object(["refresh_token": text])),
        (
            "Logout",
            object(
                [:],
                optional: [
                    "scope": ["enum": ["this", "others", "all", nullValue]], "refresh_token": optionalText,
                ])
        ),
        (
            "TokenRequest",
            object(["grant_type": text], optional: ["scope": text, "client_id": text, "client_secret": text])
        ),
        (
            "PresentedToken",
            object(
                ["token": text],
                optional: ["token_type_hint": text, "client_id": text, "client_secret": text])
        ),
        (
            "NewClient",
            object(
                ["name": ["type": "string", "minLength": 1, "maxLength": 100]],
                optional: ["grants": optional(texts), "scopes": optional(texts)])
        ),
        ("ClientChange", object(["disabled": ["type": "boolean"]])),
        (
            "NewOneTimeToken",
            object(
                [
                    "purpose": ["type": "string", "pattern": .string(purposePattern)],
                    "ttl": [
                        "type": "integer", "minimum": 1, "maximum": .integer(OneTimeLinks.maximumLifetime),
                    ],
                ],
                optional: [
                    "claims": ["type": ["object", "null"]], "account": optionalID, "page": optionalText,
                ])
        ),
        (
            "Redemption",
            object(["token": text], optional: ["purpose": optionalText, "client_id": optionalText])
        ),
        ("SetUp", object(["token": text, "email": email, "password": newPassword])),
        (
            "ProfileChange",
            anyOf(["name", "email"], object([:], optional: ["name": displayName, "email": email]))
        ),
        (
            "KeyRotation",
            object([:], optional: ["haste": ["enum": ["published", "now", "emergency", nullValue]]])
        ),
        ("PasswordChange", object(["current_password": text, "new_password": newPassword])),
        (
            "NewUser",
            object(
                ["email": email],
                optional: [
                    "password": optional(newPassword), "name": displayName, "roles": optional(roles),
                ])
        ),
        (
            "UserChange",
            anyOf(
                ["name", "roles", "disabled", "email"],
                object(
                    [:],
                    optional: [
                        "name": displayName, "roles": roles, "disabled": ["type": "boolean"], "email": email,
                    ]))
        ),
    ]

    private static let answers: [(name: String, schema: JSON)] = [
        (
            "Problem",
            object([
                "type": ["const": "about:blank"], "title": text, "status": ["type": "integer"],
                "detail": text, "code": ["type": "string", "pattern": "^[a-z_]+$"],
            ])
        ),
        (
            "Account",
            object([
                "id": id, "email": text, "name": optionalText, "roles": roles,
                "disabled": flag, "created_at": time,
            ])
        ),
        ("Accounts", object(["users": list("Account"), "next": cursor])),
        (
            "Session",
            object([
                "id": id, "current": flag, "device": optionalText, "first_address": optionalText,
                "last_address": optionalText, "created_at": time, "last_used_at": time, "expires_at": time,
            ])
        ),
        ("Sessions", object(["sessions": list("Session")])),
        (
            "Tokens",
            object([
                "access_token": text, "token_type": ["const": "Bearer"],
                "expires_in": ["type": "integer", "minimum": 1], "refresh_token": text, "session_id": id,
            ])
        ),
        (
            "AuditRecord",
            object([
                "id": id, "at": time, "event": text, "account": optionalID, "session": optionalID,
                "actor": optionalText, "address": optionalText, "detail": optionalText,
            ])
        ),
        ("AuditRecords", object(["records": list("AuditRecord"), "next": cursor])),
        (
            "SigningKeys",
            object([
                "keys": [
                    "type": "array",
                    "items": object([
                        "kid": text, "algorithm": text,
                        "state": ["enum": ["announced", "active", "retired", "gone"]], "announced_at": time,
                        "activated_at": optionalTime, "retired_at": optionalTime,
                    ]),
                ]
            ])
        ),
        ("Client", object(client)),
        ("NewlyMadeClient", object(client, ["client_secret": text])),
        ("Clients", object(["clients": list("Client"), "next": cursor])),
        (
            "ClientToken",
            object([
                "access_token": text, "token_type": ["const": "Bearer"],
                "expires_in": ["type": "integer", "minimum": 1], "scope": text,
            ])
        ),
        ("OneTimeToken", object(["token": text, "url": text, "expires_at": time])),
        (
            "OneTimeClaims",
            object([
                "purpose": text, "claims": ["type": "object"], "client_id": id, "account": optionalID,
            ])
        ),
        (
            "Introspection",
            object(
                ["active": flag],
                optional: [
                    "scope": text, "client_id": text, "sub": text, "aud": ["type": ["string", "array"]],
                    "iss": text, "exp": ["type": "integer"], "iat": ["type": "integer"], "jti": text,
                    "sid": text, "token_type": text, "roles": texts, "auth_time": ["type": "integer"],
                    "acr": text, "amr": texts,
                ])
        ),
        ("OAuthRefusal", object(["error": text], optional: ["error_description": text])),
        ("StatusLists", object(["status_lists": texts])),
        ("StatusListToken", text),
        (
            "Metadata",
            object([
                "issuer": text, "jwks_uri": text, "token_endpoint": text, "response_types_supported": texts,
                "introspection_endpoint": text, "revocation_endpoint": text,
                "status_list_aggregation_endpoint": text,
            ])
        ),
        ("Health", object(["status": ["const": "ok"]])),
        (
            "Readiness",
            object([
                "status": ["enum": ["ready", "not ready"]], "signing_key": flag, "database": flag,
                "statuses": flag,
            ])
        ),
        (
            "KeySet",
            object([
                "keys": [
                    "type": "array",
                    "items": object(
                        ["kty": text, "kid": text, "alg": text, "use": ["const": "sig"]],
                        optional: ["crv": text, "x": text, "y": text, "n": text, "e": text]),
                ]
            ])
        ),
        ("Description", object(["openapi": text, "info": ["type": "object"], "paths": ["type": "object"]])),
    ]

    // MARK: Parts

    static let text: JSON = ["type": "string"]
    private static let texts: JSON = ["type": "array", "items": ["type": "string"]]
    private static let client: JSON = [
        "client_id": id, "name": text, "grants": texts, "scopes": texts, "disabled": flag, "created_at": time,
    ]
    private static let purposePattern = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"
    static let id: JSON = ["type": "string", "format": "uuid"]
    private static let nullValue = JSON.null
    private static let optionalText: JSON = ["type": ["string", "null"]]
    private static let optionalID: JSON = ["type": ["string", "null"], "format": "uuid"]
    private static let flag: JSON = ["type": "boolean"]
    private static let time: JSON = ["type": "string", "format": "date-time"]
    private static let optionalTime: JSON = ["type": ["string", "null"], "format": "date-time"]
    private static let email: JSON = ["type": "string", "format": "email", "maxLength": 254]
    private static let newPassword: JSON = [
        "type": "string", "minLength": .integer(Int64(PasswordRule.minimumCharacters)),
        "maxLength": .integer(Int64(PasswordRule.maximumBytes)),
    ]
    private static let displayName: JSON = [
        "type": ["string", "null"], "maxLength": 400,
        "description": "A line of printable characters, at most 400 bytes; null or empty for none.",
    ]
    private static let roles: JSON = [
        "type": "array", "maxItems": .integer(Int64(Roles.limit)),
        "items": ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"],
    ]
    private static let cursor: JSON = [
        "type": ["string", "null"],
        "description": "The value of 'after' for the next page; null on the last.",
    ]

    private static func optional(_ schema: JSON) -> JSON { ["anyOf": [schema, ["type": "null"]]] }

    /// An object with one of these members at least.
    private static func anyOf(_ names: [String], _ schema: JSON) -> JSON {
        let wishes = names.map { JSON.object([.init("required", [.string($0)])]) }
        return .object((schema.object ?? []) + [.init("anyOf", .array(wishes))])
    }

    private static func list(_ name: String) -> JSON { ["type": "array", "items": reference(name)] }

    /// Members that are not named are ignored in requests and may be added to answers.
    private static func object(_ first: JSON, _ more: JSON = [:], optional: JSON = [:]) -> JSON {
        let required = JSON.object((first.object ?? []) + (more.object ?? []))
        let names = (required.object ?? []).map { JSON.string($0.name) }
        let properties = (required.object ?? []) + (optional.object ?? [])
        var members: [JSON.Member] = [.init("type", "object"), .init("properties", .object(properties))]
        if !names.isEmpty { members.insert(.init("required", .array(names)), at: 1) }
        return .object(members)
    }
}
