/// The curve of Ed25519 (RFC 8032 §5.1), as far as it takes to tell whether 32 bytes are a sound public key.
///
/// Nothing here is secret, so nothing takes constant time.
enum Edwards25519 {
    /// Whether 32 bytes encode a point on the curve (RFC 8032 §5.1.3). About half of all do not.
    ///
    /// Two that decode to x = 0 with a sign pass; they are of small order.
    static func isPoint(_ encoded: [UInt8]) -> Bool {
        guard encoded.count == 32 else { return false }
        // The top bit is the sign of x.
        let y = Field(littleEndian: encoded.dropLast() + [encoded[31] & 0x7F])
        guard y.isCanonical else { return false }
        // There is an x with x² = u / v if and only if u v is a square; v is never 0.
        let square = y * y
        let (u, v) = (square - .one, square * d + .one)
        return (u * v).isSquare
    }

    /// -121665 / 121666, of x² - y² = -1 - d x² y².
    private static let d = Field(
        limbs: [0x75EB_4DCA_1359_78A3, 0x0070_0A4D_4141_D8AB, 0x8CC7_4079_7779_E898, 0x5203_6CEE_2B6F_FE73])

    /// Whether the point has an order of 1, 2, 4 or 8, in any encoding: some signatures hold under such a key
    /// for every message (RFC 8032 §5.1.7 does not ask verifiers to notice).
    static func isOfSmallOrder(_ encoded: [UInt8]) -> Bool {
        guard encoded.count == 32 else { return false }
        // Both signs of x are of the same order.
        return smallOrders.contains(encoded.dropLast() + [encoded[31] & 0x7F])
    }

    private static let smallOrders: Set<[UInt8]> = {
        let zeros = [UInt8](repeating: 0, count: 31)
        let ones = [UInt8](repeating: 0xFF, count: 30) + [0x7F]
        let ofOrderEight: [[UInt8]] = [
            [
                0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98,
                0xF0,
                0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC,
                0x05,
            ],
            [
                0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67,
                0x0F,
                0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03,
                0x7A,
            ],
        ]
        // y = 0, 1, p - 1, and the two above p that read as 0 and 1.
        return Set([[0] + zeros, [1] + zeros, [0xEC] + ones, [0xED] + ones, [0xEE] + ones] + ofOrderEight)
    }()
}

/// A number modulo p = 2^255 - 19, kept below 2^256.
private struct Field {
    /// Of 64 bits each, the lowest first. A vector, since a set of keys may have thousands and arrays would be made anew
    /// for each step.
    private var limbs: SIMD4<UInt64>

    static let one = Field(limbs: [1, 0, 0, 0])
    private static let modulus = SIMD4<UInt64>(
        0xFFFF_FFFF_FFFF_FFED, .max, .max, 0x7FFF_FFFF_FFFF_FFFF)

    init(limbs: SIMD4<UInt64>) {
        self.limbs = limbs
    }

    /// - Parameter bytes: 32, the lowest first.
    init(littleEndian bytes: [UInt8]) {
        limbs = .zero
        for (place, byte) in bytes.prefix(32).enumerated() {
            limbs[place / 8] |= UInt64(byte) << UInt64(place % 8 * 8)
        }
    }

    /// Whether it is below p as it stands.
    var isCanonical: Bool {
        for place in (0..<4).reversed() where limbs[place] != Self.modulus[place] {
            return limbs[place] < Self.modulus[place]
        }
        return false
    }

    private var reduced: Field {
        var value = self
        // Below 2^256, so at most twice.
        while !value.isCanonical { value.limbs = Self.difference(value.limbs, Self.modulus) }
        return value
    }

    /// By Euler: whether this to the power of (p - 1) / 2 is 1, or 0.
    var isSquare: Bool {
        // 2^254 - 10: 250 ones, and 0110.
        var power = self
        for place in (0..<253).reversed() {
            power = power * power
            if place > 3 || place == 2 || place == 1 { power = power * self }
        }
        let limbs = power.reduced.limbs
        return limbs == .zero || limbs == Self.one.limbs
    }

    static func + (left: Field, right: Field) -> Field {
        Field(folding: left.limbs, adding: right.limbs)
    }

    static func - (left: Field, right: Field) -> Field {
        left + Field(limbs: difference(modulus, right.reduced.limbs))
    }

    static func * (left: Field, right: Field) -> Field {
        var product = SIMD8<UInt64>.zero
        for place in 0..<4 {
            var carry: UInt64 = 0
            for other in 0..<4 {
                let (high, low) = sum(
                    left.limbs[place], right.limbs[other], product[place + other], carry)
                product[place + other] = low
                carry = high
            }
            product[place + 4] = carry
        }
        // 2^256 is 38 modulo p.
        var (scaled, carry) = (SIMD4<UInt64>.zero, 0 as UInt64)
        for place in 0..<4 {
            (carry, scaled[place]) = sum(product[place + 4], 38, carry, 0)
        }
        let folded = Field(folding: product.lowHalf, adding: scaled)
        // At most 37 is carried.
        return Field(folding: folded.limbs, adding: [carry * 38, 0, 0, 0])
    }

    /// The sum of two, what is beyond 2^256 folded back until nothing is.
    private init(folding left: SIMD4<UInt64>, adding right: SIMD4<UInt64>) {
        var addend = right
        limbs = left
        while addend != .zero {
            var carry = false
            for place in 0..<4 {
                let (first, over) = limbs[place].addingReportingOverflow(addend[place])
                let (second, overAgain) = first.addingReportingOverflow(carry ? 1 : 0)
                limbs[place] = second
                carry = over || overAgain
            }
            addend = [carry ? 38 : 0, 0, 0, 0]
        }
    }

    /// Of a number and one that is not larger.
    private static func difference(_ left: SIMD4<UInt64>, _ right: SIMD4<UInt64>) -> SIMD4<UInt64> {
        var (difference, borrow) = (SIMD4<UInt64>.zero, false)
        for place in 0..<4 {
            let (first, under) = left[place].subtractingReportingOverflow(right[place])
            let (second, underAgain) = first.subtractingReportingOverflow(borrow ? 1 : 0)
            difference[place] = second
            borrow = under || underAgain
        }
        return difference
    }

    /// a b + c + d, which always fits.
    private static func sum(
        _ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64
    ) -> (high: UInt64, low: UInt64) {
        let product = a.multipliedFullWidth(by: b)
        let (first, over) = product.low.addingReportingOverflow(c)
        let (second, overAgain) = first.addingReportingOverflow(d)
        return (product.high &+ (over ? 1 : 0) &+ (overAgain ? 1 : 0), second)
    }
}
