extension UnopenedToken {
    /// The header of an encrypted token (RFC 7516 §4), its registered members of the right type and size.
    ///
    /// `jku`, `x5u`, `jwk` and `x5c` stay in ``json`` and are never followed.
    public struct Header: Sendable {
        /// `alg` (RFC 7516 §4.1.1): how the content key is agreed on or carried.
        public let algorithm: KeyManagementAlgorithm
        /// `enc` (RFC 7516 §4.1.2): how the content is encrypted.
        public let encryption: ContentEncryption
        /// `kid` (RFC 7516 §4.1.6): the key it is encrypted to; nil if it names none.
        public let keyID: String?
        /// `typ` (RFC 7516 §4.1.11): what the whole is; nil if absent.
        public let type: String?
        /// `cty`; "JWT" for a nested token (RFC 7519 §5.2).
        public let contentType: String?
        /// Whether the content was compressed before it was encrypted (`zip`).
        public let isCompressed: Bool
        /// All of it, members that have no name here too.
        public let json: JSON
        let parameters: Parameters

        /// What a family of algorithms puts into the header for the recipient (RFC 7518 §4.6.1, §4.7.1,
        /// §4.8.1).
        enum Parameters: Sendable {
            case none
            case agreement(ephemeral: AgreementPublicKey, PartyInfo)
            case gcm(iv: [UInt8], tag: [UInt8])
            case passphrase(salt: [UInt8], iterations: Int64)
        }

        /// `apu` and `apv`; empty if absent.
        struct PartyInfo: Sendable {
            let producer: [UInt8]
            let recipient: [UInt8]

            init(_ members: HeaderMembers) throws(JOSEError) {
                producer = try members.bytes("apu") ?? []
                recipient = try members.bytes("apv") ?? []
            }
        }

        /// - Throws: `malformed`, `unsupported_algorithm`, `unsupported_critical`.
        init(parsing bytes: [UInt8]) throws(JOSEError) {
            let members = try HeaderMembers(parsing: bytes)
            json = members.json
            let (alg, enc) = (try members.required("alg"), try members.required("enc"))
            keyID = try members.string("kid")
            type = try members.string("typ")
            contentType = try members.string("cty")
            guard try members.critical().isEmpty, members.json["b64"] == nil else {
                throw JOSEError(.unsupportedCritical, "the header uses 'crit' or 'b64', which we do not have")
            }
            let zip = try members.string("zip")
            guard zip?.isIdentical(to: "DEF") ?? true else {
                throw JOSEError(.unsupportedCritical, "zip is not 'DEF', the only one there is")
            }
            isCompressed = zip != nil
            guard let algorithm = KeyManagementAlgorithm(name: alg) else {
                throw KeyManagementAlgorithm.refusal(ofName: alg)
            }
            guard let encryption = ContentEncryption(name: enc) else {
                throw JOSEError(
                    .unsupportedAlgorithm, "enc \(enc.quoted) is not a content encryption we have")
            }
            self.algorithm = algorithm
            self.encryption = encryption
            parameters = try Self.parameters(members, algorithm)
        }

        private static func parameters(
            _ members: HeaderMembers, _ algorithm: KeyManagementAlgorithm
        ) throws(JOSEError) -> Parameters {
            switch algorithm.family {
            case .direct, .keyWrap, .rsa:
                return .none
            case .gcmKeyWrap:
                return .gcm(
                    iv: try members.bytes("iv", count: 12), tag: try members.bytes("tag", count: 16))
            case .agreement:
                guard let key = members.json["epk"] else {
                    throw JOSEError(.malformed, "the header has no 'epk'")
                }
                return .agreement(
                    ephemeral: try AgreementPublicKey(ephemeral: key), try PartyInfo(members))
            case .passphrase:
                guard let salt = try members.bytes("p2s"), salt.count >= 8 else {
                    throw JOSEError(.malformed, "'p2s' in the header needs 8 bytes or more")
                }
                guard let count = members.json["p2c"]?.integer, count >= PassphraseWrapping.leastIterations
                else {
                    throw JOSEError(
                        .malformed,
                        "'p2c' in the header is not an integer from \(PassphraseWrapping.leastIterations)")
                }
                return .passphrase(salt: salt, iterations: count)
            }
        }
    }
}
