extension UnverifiedToken {
    /// The protected header of a token (RFC 7515 §4), its registered members of the right type.
    ///
    /// `jku`, `x5u`, `jwk` and `x5c` stay in ``json`` and are never followed.
    public struct Header: Sendable {
        /// `alg` (RFC 7515 §4.1.1); never `none`.
        public let algorithm: SignatureAlgorithm
        /// `kid` (RFC 7515 §4.1.4): the key it is signed by; nil if it names none.
        public let keyID: String?
        /// `typ` (RFC 7515 §4.1.9): what the whole is, "JWT" or "at+jwt" for instance; nil if absent.
        public let type: String?
        /// `cty` (RFC 7515 §4.1.10): what the payload is; nil if absent, as in most.
        public let contentType: String?
        /// All of it, members that have no name here too.
        public let json: JSON

        /// How many bytes a header may have, decoded.
        static let maximumBytes = HeaderMembers.maximumBytes

        /// - Throws: `malformed`, `unsupported_algorithm`, `unsupported_critical`.
        init(parsing bytes: [UInt8]) throws(JOSEError) {
            json = try Self.object(bytes)
            guard let name = try Self.string("alg", in: json) else {
                throw JOSEError(.malformed, "the header has no 'alg'")
            }
            keyID = try Self.string("kid", in: json)
            type = try Self.string("typ", in: json)
            contentType = try Self.string("cty", in: json)
            try Self.checkCritical(json)
            guard let algorithm = SignatureAlgorithm(name: name) else {
                throw JOSEError(
                    .unsupportedAlgorithm, "alg \(name.quoted) is not a signature algorithm we have")
            }
            self.algorithm = algorithm
            for name in ["crit", "b64", "zip"] where json[name] != nil {
                throw JOSEError(.unsupportedCritical, "the header uses '\(name)', which we do not have")
            }
        }

        private static func object(_ bytes: [UInt8]) throws(JOSEError) -> JSON {
            let json: JSON
            do {
                json = try JSON.parse(bytes, limits: JSON.Limits(bytes: maximumBytes))
            } catch {
                throw JOSEError(error.code, "the header: \(error.reason)")
            }
            guard json.object != nil else { throw JOSEError(.malformed, "the header is not a JSON object") }
            return json
        }

        private static func string(_ name: String, in json: JSON) throws(JOSEError) -> String? {
            guard let value = json[name] else { return nil }
            guard let string = value.string else {
                throw JOSEError(.malformed, "'\(name)' in the header is not a string")
            }
            return string
        }

        /// `crit` has a form (RFC 7515 §4.1.11) even though nothing it may ask for is supported.
        private static func checkCritical(_ json: JSON) throws(JOSEError) {
            guard let value = json["crit"] else { return }
            let names = (value.array ?? []).compactMap(\.string)
            guard !names.isEmpty, names.count == value.array?.count,
                !names.repeats({ $0 }), names.allSatisfy({ json[$0] != nil })
            else {
                throw JOSEError(
                    .malformed, "'crit' is not a non-empty array of names of members of the header")
            }
        }

        /// Refuses a key that carries another algorithm than the header says.
        func check(_ key: VerificationKey) throws(JOSEError) {
            guard key.algorithm == algorithm else {
                throw JOSEError(
                    .algorithmMismatch,
                    "the token says \(algorithm.rawValue), its key is for \(key.algorithm.rawValue)")
            }
        }
    }
}
