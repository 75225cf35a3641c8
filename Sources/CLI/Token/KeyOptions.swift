import ArgumentParser
import Glibc
import VidimusJOSE
import VidimusServer

/// The keys of `token sign`, `encrypt` and `decrypt`, from a file. No server is asked.
struct KeyOptions: ParsableArguments {
    @Option(help: "File with a JWK Set or one JWK.") var jwks: String?
    @Option(help: "File with one key (a JWK).") var key: String?
    @Option(
        help: ArgumentHelp(
            "File with a secret or a passphrase, without a line's end after it.", valueName: "file"))
    var secretFile: String?
    @Option(help: "'alg' of keys that do not say theirs.") var algorithm: String?

    func validate() throws {
        guard [jwks, key, secretFile].compactMap({ $0 }).count == 1 else {
            throw ValidationError("Give one of --jwks FILE, --key FILE and --secret-file FILE.")
        }
    }

    /// The JWK Set or JWK, those without an algorithm given the one of `--algorithm`.
    ///
    /// Every command reads its keys here; a further format becomes a JWK here.
    func document() throws -> JSON {
        if let secretFile {
            let secret = Self.withoutLineEnd(Array(try DataFolder.read(secretFile).utf8))
            return saying(["kty": "oct", "k": .string(Base64URL.encode(secret))])
        }
        let text = Array(try DataFolder.read(jwks ?? key ?? "").utf8)
        let json = try JSON.parse(text, limits: .init(bytes: 262_144))
        guard let keys = json["keys"]?.array else { return saying(json) }
        return ["keys": .array(keys.map(saying))]
    }

    private func saying(_ json: JSON) -> JSON {
        guard let algorithm, json["alg"] == nil, let members = json.object else { return json }
        return .object(members + [JSON.Member("alg", .string(algorithm))])
    }

    /// The one key to sign or encrypt with: of this `kid`, or the only one that is fit for it.
    func one<Key>(kid: String?, _ fit: (JWK) throws(JOSEError) -> Key) throws -> Key {
        let document = try document()
        guard let members = document["keys"]?.array else {
            return try fit(try JWK(document.with(kid: kid)))
        }
        var found: [Key] = []
        var objection: JOSEError?
        for member in members where kid == nil || member["kid"]?.string == kid {
            do throws(JOSEError) {
                found.append(try fit(try JWK(member)))
            } catch {
                objection = error
            }
        }
        if let key = found.first, found.count == 1 { return key }
        if found.isEmpty, let objection { throw objection }
        throw JOSEError(
            .unknownKey,
            found.isEmpty
                ? "no key of the set has the kid asked for" : "\(found.count) keys fit; name one by --kid")
    }

    static func withoutLineEnd(_ bytes: [UInt8]) -> [UInt8] {
        bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes
    }
}

extension JSON {
    /// The object with a `kid` if it has none.
    fileprivate func with(kid: String?) -> JSON {
        guard let kid, self["kid"] == nil, let members = object else { return self }
        return .object(members + [Member("kid", .string(kid))])
    }
}

/// What is piped in to be signed or encrypted.
enum PayloadInput {
    /// All of standard input.
    /// - Throws: a failure for more than `limit` bytes.
    static func bytes(limit: Int = 1 << 20) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            guard count >= 0 else { throw JOSEError(.malformed, "standard input cannot be read") }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
        throw JOSEError(.malformed, "standard input has more than \(limit) bytes")
    }
}
