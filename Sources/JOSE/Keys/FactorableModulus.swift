/// RSA moduli that anybody can factor: multiples of a small prime, as a broken or malicious generator makes them, and those
/// that Infineon's chips made until 2017 (ROCA, CVE-2017-15361).
///
/// The primes of the latter are k M + (65537^a mod M), M a product of small primes. The fingerprint is that of M. Nemec et
/// al., "The Return of Coppersmith's Attack", CCS 2017, §2.3: modulo each of these primes such a modulus is a power of
/// 65537; one of another origin is so once in about 2^28.
enum FactorableModulus {
    private static let primes: [UInt64] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
        107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]

    /// For each prime, whether a remainder is a power of 65537.
    private static let powers: [[Bool]] = primes.map { prime in
        var powers = [Bool](repeating: false, count: Int(prime))
        var power: UInt64 = 1
        repeat {
            powers[Int(power)] = true
            power = power * 65_537 % prime
        } while power != 1
        return powers
    }

    /// What is weak about a modulus, big-endian; nil for a sound one.
    static func weakness(of modulus: [UInt8]) -> String? {
        let remainders = primes.map { prime in modulus.reduce(0) { ($0 << 8 | UInt64($1)) % prime } }
        if let factor = zip(primes, remainders).first(where: { $0.1 == 0 })?.0 {
            return "an RSA key that can be factored: 'n' is a multiple of \(factor)"
        }
        let isFingerprint = zip(powers, remainders).allSatisfy { $0[Int($1)] }
        return isFingerprint
            ? "an RSA key that can be factored: it was made as ROCA says (CVE-2017-15361)" : nil
    }
}
