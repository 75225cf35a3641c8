/// How a service knows who is asking: what contestants differ in.
protocol Credentials: Sendable {
    /// Whose the credential is; nil: nobody's.
    func subject(of credential: String) async throws -> String?
    /// Ends it. Returns when that holds as far as this way of knowing has it hold.
    func signOut(_ credential: String) async throws
}

/// A session as the stores keep it.
struct StoredSession: Sendable {
    /// 32 hexadecimal digits.
    let id: String
    let subject: String
    /// Seconds since 1970.
    let expiresAt: Int

    /// So many sessions with identifiers that look as random ones do, the same ones each time.
    static func many(_ count: Int, expiresAt: Int) -> [StoredSession] {
        var generator = SplitMix(state: 1)
        return (0..<count).map { _ in
            StoredSession(
                id: generator.hexadecimal() + generator.hexadecimal(),
                subject: generator.hexadecimal() + generator.hexadecimal(), expiresAt: expiresAt)
        }
    }
}

/// Steele, Lea and Flood's generator: quick, and the same numbers on every machine.
private struct SplitMix {
    var state: UInt64

    mutating func hexadecimal() -> String {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        let digits = String(value ^ (value >> 31), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
