extension Token {
    /// Who may sign, and what a token must say: everything that decides whether a token is good, in one value.
    ///
    /// ```swift
    /// let verifier = Token.Verifier(keys, ClaimsPolicy(issuer: "https://issuer.example", audience: "api"))
    /// let claims = try verifier.verify(token)
    /// ```
    /// An immutable value; share it between tasks freely. It never waits and does no I/O.
    public struct Verifier: Sendable {
        private enum Keys: Sendable {
            case one(VerificationKey)
            case set(JWKSet)
        }

        /// What the claims must say.
        public let policy: ClaimsPolicy
        /// How many bytes a token may have.
        public let maximumBytes: Int
        private let keys: Keys
        private let headers: HeaderMemory

        /// A verifier by the one key of a set that a token's `kid` and `alg` ask for.
        public init(
            _ keys: JWKSet, _ policy: ClaimsPolicy, maximumBytes: Int = UnverifiedToken.maximumBytes
        ) {
            self.keys = .set(keys)
            self.policy = policy
            self.maximumBytes = maximumBytes
            headers = keys.headers
        }

        /// A verifier by one key, whatever `kid` a token names.
        public init(
            _ key: VerificationKey, _ policy: ClaimsPolicy,
            maximumBytes: Int = UnverifiedToken.maximumBytes
        ) {
            keys = .one(key)
            self.policy = policy
            self.maximumBytes = maximumBytes
            headers = HeaderMemory()
        }

        /// The claims of a token that is good at the time `now`.
        /// - Throws: what ``UnverifiedToken/init(_:maximumBytes:)-(String,_)``,
        ///   ``UnverifiedToken/verified(by:)-(JWKSet)`` and ``ClaimsPolicy/check(_:header:at:)`` throw.
        public func verify(_ compact: String, at now: Timestamp = .now) throws(JOSEError) -> Claims {
            try verify(compact.utf8.span, at: now)
        }

        /// The claims of a token that is good at the time `now`, from its ASCII bytes.
        /// - Throws: as for a `String`.
        public func verify(_ compact: Span<UInt8>, at now: Timestamp = .now) throws(JOSEError) -> Claims {
            try compact.withUnsafeBufferPointer { compact throws(JOSEError) in
                if compact.count <= maximumBytes,
                    let (known, payload) = try headers.verified(compact, Base64URL.decodedMemory)
                {
                    // The header is kept as long as the memory, which this value holds.
                    if policy.type != nil {
                        try policy.checkType(known._withUnsafeGuaranteedRef(\.header.type))
                    }
                    return try check(VerifiedToken.claims(consume payload), now)
                }
                let token = try headers.verifiedAnew(compact, maximumBytes) { header throws(JOSEError) in
                    try key(for: header)
                }
                try policy.checkType(token.header.type)
                return try check(token.claims(), now)
            }
        }

        /// The claims of a token that is good at the time `now`, as a type of the caller's.
        /// - Throws: as for ``verify(_:at:)-(String,_)``; `missing_claim` and `invalid_claim` for claims that do not
        ///   fit the type.
        public func verify<Value: Decodable>(
            _ compact: String, as type: Value.Type, at now: Timestamp = .now
        ) throws(JOSEError) -> Value {
            try verify(compact, at: now).decode(type)
        }

        private func check(_ claims: consuming Claims, _ now: Timestamp) throws(JOSEError) -> Claims {
            try policy.check(claims, at: now)
            return claims
        }

        private func key(for header: UnverifiedToken.Header) throws(JOSEError) -> VerificationKey {
            switch keys {
            case .one(let key): return key
            case .set(let keys): return try keys.key(for: header)
            }
        }
    }
}

extension JWKSet {
    /// Parses a compact token and verifies it by the one key that its header asks for.
    ///
    /// Answers as `UnverifiedToken(compact).verified(by: keys)` does, in a fraction of the time: the headers of good
    /// tokens are remembered.
    /// - Throws: `malformed`, `unsupported_algorithm`, `unsupported_critical`, `unknown_key`, `algorithm_mismatch`,
    ///   `invalid_signature`.
    public func verified(_ compact: Span<UInt8>) throws(JOSEError) -> VerifiedToken {
        try compact.withUnsafeBufferPointer { compact throws(JOSEError) in
            let maximumBytes = UnverifiedToken.maximumBytes
            if compact.count <= maximumBytes,
                let (known, payload) = try headers.verified(compact, Base64URL.decode)
            {
                return VerifiedToken(known.takeUnretainedValue(), payload)
            }
            return try headers.verifiedAnew(compact, maximumBytes) { header throws(JOSEError) in
                try key(for: header)
            }
        }
    }
}

extension HeaderMemory {
    /// The short way, for a token under a remembered header: three parts where they must be, their base64url decoded,
    /// the signature checked. Nil if anything is out of the ordinary, and the long way then says what it is.
    /// - Parameter decode: makes the payload of its base64url, or nil if that is not canonical.
    /// - Throws: `invalid_signature`, once there is nothing else to say.
    @inline(__always)
    func verified<Payload>(
        _ compact: UnsafeBufferPointer<UInt8>, _ decode: (UnsafeBufferPointer<UInt8>) -> Payload?
    ) throws(JOSEError) -> (known: Unmanaged<KnownHeader>, payload: Payload)? {
        guard let found = find(compact) else { return nil }
        let (payload, isValid) = found._withUnsafeGuaranteedRef { Self.read(compact, under: $0, decode) }
        guard let payload, let isValid else { return nil }
        guard isValid else { throw VerifiedToken.notByThisKey }
        return (found, payload)
    }

    @inline(__always)
    private static func read<Payload>(
        _ compact: UnsafeBufferPointer<UInt8>, under known: KnownHeader,
        _ decode: (UnsafeBufferPointer<UInt8>) -> Payload?
    ) -> (payload: Payload?, isValid: Bool?) {
        // At least 0, and behind the first dot, by the comparison.
        let dot = compact.count - known.signatureCount - 1
        guard dot >= known.text.count, compact[dot] == UInt8(ascii: "."),
            let payload = decode(UnsafeBufferPointer(rebasing: compact[known.text.count..<dot]))
        else { return (nil, nil) }
        let input = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(compact)[..<dot])
        let text = UnsafeBufferPointer(rebasing: compact[(dot + 1)...])
        let isValid: Bool? = withUnsafeTemporaryAllocation(
            of: UInt8.self, capacity: known.key.signatureBytes
        ) { signature in
            guard Base64URL.decode(text, to: signature) else { return nil }
            return known.key.isValid(signature: UnsafeRawBufferPointer(signature), for: input)
        }
        return (payload, isValid)
    }

    /// The long way, which remembers the header of a good token.
    func verifiedAnew(
        _ compact: UnsafeBufferPointer<UInt8>, _ maximumBytes: Int,
        key: (UnverifiedToken.Header) throws(JOSEError) -> VerificationKey
    ) throws(JOSEError) -> VerifiedToken {
        guard compact.count <= maximumBytes else {
            throw UnverifiedToken.tooLong(compact.count, maximumBytes)
        }
        let token = try UnverifiedToken(Array(compact), maximumBytes: maximumBytes)
        let key = try key(token.header)
        let verified = try token.verified(by: key)
        remember(verified.headerText, verified.header, key)
        return verified
    }
}
