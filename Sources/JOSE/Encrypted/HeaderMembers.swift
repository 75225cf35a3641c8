/// Typed access to the members of a header; every failure is `malformed` and names the member.
struct HeaderMembers {
    let json: JSON

    /// How many bytes a header may have, decoded: room for a chain of certificates.
    static let maximumBytes = 8_192

    init(parsing bytes: [UInt8]) throws(JOSEError) {
        do {
            json = try JSON.parse(bytes, limits: JSON.Limits(bytes: Self.maximumBytes))
        } catch {
            throw JOSEError(error.code, "the header: \(error.reason)")
        }
        guard json.object != nil else { throw JOSEError(.malformed, "the header is not a JSON object") }
    }

    init(_ json: JSON) {
        self.json = json
    }

    func string(_ name: String) throws(JOSEError) -> String? {
        guard let value = json[name] else { return nil }
        guard let string = value.string else {
            throw JOSEError(.malformed, "'\(name)' in the header is not a string")
        }
        return string
    }

    func required(_ name: String) throws(JOSEError) -> String {
        guard let string = try string(name) else {
            throw JOSEError(.malformed, "the header has no '\(name)'")
        }
        return string
    }

    /// The bytes of a base64url member; nil if absent.
    func bytes(_ name: String) throws(JOSEError) -> [UInt8]? {
        guard let text = try string(name) else { return nil }
        guard let bytes = Base64URL.decode(text) else {
            throw JOSEError(.malformed, "'\(name)' in the header is not base64url")
        }
        return bytes
    }

    /// The bytes of a required base64url member that has exactly `count`.
    func bytes(_ name: String, count: Int) throws(JOSEError) -> [UInt8] {
        guard let bytes = try bytes(name) else { throw JOSEError(.malformed, "the header has no '\(name)'") }
        guard bytes.count == count else {
            throw JOSEError(.malformed, "'\(name)' in the header has \(bytes.count) bytes, needs \(count)")
        }
        return bytes
    }

    /// The names in `crit`, which has a form (RFC 7515 §4.1.11); empty if absent.
    func critical() throws(JOSEError) -> [String] {
        guard let value = json["crit"] else { return [] }
        let names = (value.array ?? []).compactMap(\.string)
        guard !names.isEmpty, names.count == value.array?.count, !names.repeats({ $0 }),
            names.allSatisfy({ json[$0] != nil })
        else {
            throw JOSEError(
                .malformed, "'crit' is not a non-empty array of names of members of the header")
        }
        return names
    }
}
