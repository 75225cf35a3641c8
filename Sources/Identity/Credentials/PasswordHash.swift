import CArgon2

/// What an Argon2id hash costs (RFC 9106).
package struct HashCost: Sendable, Hashable {
    /// KiB.
    package var memory: Int
    package var iterations: Int
    package var parallelism: Int

    /// OWASP's recommendation: 19 MiB, two passes, one lane.
    package static let standard = HashCost(memory: 19_456, iterations: 2, parallelism: 1)

    /// Reads `$argon2id$v=19$m=19456,t=2,p=1$…`; nil for any other text.
    init?(ofStored text: String) {
        let parts = text.split(separator: "$")
        guard parts.count == 5, parts[0] == "argon2id" else { return nil }
        let numbers = parts[2].split(separator: ",").map { Int($0.dropFirst(2)) }
        guard numbers.count == 3, let memory = numbers[0], let iterations = numbers[1],
            let parallelism = numbers[2]
        else { return nil }
        self.init(memory: memory, iterations: iterations, parallelism: parallelism)
    }

    package init(memory: Int, iterations: Int, parallelism: Int) {
        self.memory = memory
        self.iterations = iterations
        self.parallelism = parallelism
    }
}

/// A password as it is stored: Argon2id in the PHC string form, salt and cost included.
package struct PasswordHash: Sendable, Equatable {
    package let encoded: String

    package struct Failed: Error, CustomStringConvertible {
        let code: Int32
        package var description: String { "Argon2: " + String(cString: argon2_error_message(code)) }
    }

    init(stored: String) { encoded = stored }

    /// Hashes a password. Takes tens of milliseconds and `cost.memory`: call it on ``HashingPool``.
    init(_ password: [UInt8], salt: [UInt8], cost: HashCost) throws(Failed) {
        guard let iterations = UInt32(exactly: cost.iterations), let memory = UInt32(exactly: cost.memory),
            let lanes = UInt32(exactly: cost.parallelism), let saltLength = UInt32(exactly: salt.count)
        else { throw Failed(code: ARGON2_INCORRECT_PARAMETER.rawValue) }
        let length = argon2_encodedlen(iterations, memory, lanes, saltLength, 32, Argon2_id)
        var text = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            iterations, memory, lanes, password, password.count, salt, salt.count, 32, &text, length)
        guard code == ARGON2_OK.rawValue else { throw Failed(code: code) }
        encoded = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether the password is the one hashed. The comparison takes the same time either way.
    func matches(_ password: [UInt8]) -> Bool {
        argon2id_verify(encoded, password, password.count) == ARGON2_OK.rawValue
    }

    /// Whether it was made at another cost than hashes are made at now.
    func needsRehash(for cost: HashCost) -> Bool {
        !encoded.hasPrefix(
            "$argon2id$v=19$m=\(cost.memory),t=\(cost.iterations),p=\(cost.parallelism)$")
    }
}
