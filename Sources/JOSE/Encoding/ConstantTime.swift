/// Whether both hold the same bytes, in a time that depends on their lengths only.
///
/// Lengths are not secret: unequal ones answer at once.
public func constantTimeEqual(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for (left, right) in zip(a, b) {
        difference |= left ^ right
    }
    return difference == 0
}
