import SwiftASN1

/// Takes the elements of one SEQUENCE of DER off its front, one after the other.
///
/// swift-asn1 parses: strict lengths, no indefinite form, nothing after the end, at most 50 levels. What the
/// key forms need beyond it, unsigned numbers in their shortest form and no element too many, is here.
struct DERReader {
    private var nodes: ArraySlice<ASN1Node>
    private let name: String

    /// - Parameters:
    ///   - der: one SEQUENCE and nothing after it.
    ///   - name: what it is, for the sentence of a refusal.
    init(_ der: ArraySlice<UInt8>, _ name: String) throws(JOSEError) {
        guard let root = try? DER.parse(der) else {
            throw JOSEError(.malformed, "the \(name) is not DER, is cut short, or has bytes after its end")
        }
        try self.init(root, name)
    }

    private init(_ node: ASN1Node, _ name: String) throws(JOSEError) {
        guard node.identifier == .sequence, case .constructed(let children) = node.content else {
            throw JOSEError(.malformed, "the \(name) lacks a SEQUENCE where its form has one")
        }
        nodes = Array(children)[...]
        self.name = name
    }

    /// The identifiers of the elements that are left.
    var identifiers: [ASN1Identifier] { nodes.map(\.identifier) }

    var isAtEnd: Bool { nodes.isEmpty }

    mutating func any() throws(JOSEError) -> ASN1Node {
        guard let node = nodes.popFirst() else { throw malformed("ends too early") }
        return node
    }

    mutating func sequence() throws(JOSEError) -> DERReader {
        try DERReader(try any(), name)
    }

    /// A number that is not negative, big-endian without leading zeros; zero is empty.
    mutating func unsigned() throws(JOSEError) -> [UInt8] {
        let node = try any()
        guard node.identifier == .integer, case .primitive(let bytes) = node.content, let first = bytes.first
        else { throw malformed("lacks an INTEGER where its form has one") }
        guard first < 0x80 else { throw malformed("has a negative number") }
        guard first != 0 || bytes.count == 1 || bytes.dropFirst().first.map({ $0 >= 0x80 }) == true else {
            throw malformed("has a number that is not in its shortest form")
        }
        return Array(bytes.drop { $0 == 0 })
    }

    /// A number of at most 31 bits.
    mutating func small() throws(JOSEError) -> Int {
        let bytes = try unsigned()
        guard bytes.count < 4 || bytes.count == 4 && bytes.first.map({ $0 < 0x80 }) == true else {
            throw malformed("has a number that is far too large")
        }
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func octets() throws(JOSEError) -> ArraySlice<UInt8> {
        let node = try any()
        guard node.identifier == .octetString, case .primitive(let bytes) = node.content else {
            throw malformed("lacks an OCTET STRING where its form has one")
        }
        return bytes
    }

    /// A BIT STRING of whole bytes.
    mutating func bits() throws(JOSEError) -> ArraySlice<UInt8> {
        let node = try any()
        guard let string = try? ASN1BitString(derEncoded: node), string.paddingBits == 0 else {
            throw malformed("lacks a BIT STRING of whole bytes where its form has one")
        }
        return string.bytes
    }

    mutating func objectIdentifier() throws(JOSEError) -> ASN1ObjectIdentifier {
        let node = try any()
        guard let identifier = try? ASN1ObjectIdentifier(derEncoded: node) else {
            throw malformed("lacks an OBJECT IDENTIFIER where its form has one")
        }
        return identifier
    }

    /// The element of the context-specific tag, if it is the next.
    mutating func tagged(_ number: UInt) -> ASN1Node? {
        guard nodes.first?.identifier == ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
        else { return nil }
        return nodes.popFirst()
    }

    /// The single element inside an explicit tag, as a reader of just that.
    mutating func explicit(_ number: UInt) throws(JOSEError) -> DERReader? {
        guard let node = tagged(number) else { return nil }
        guard case .constructed(let children) = node.content else { throw malformed("has an empty tag") }
        var inner = self
        inner.nodes = Array(children)[...]
        return inner
    }

    /// `NULL`, or nothing.
    mutating func null() throws(JOSEError) {
        guard let node = nodes.popFirst() else { return }
        guard (try? ASN1Null(derEncoded: node)) != nil else {
            throw malformed("has parameters it may not have")
        }
    }

    func end() throws(JOSEError) {
        guard nodes.isEmpty else { throw malformed("has an element too many") }
    }

    private func malformed(_ how: String) -> JOSEError {
        JOSEError(.malformed, "the \(name) \(how)")
    }
}
