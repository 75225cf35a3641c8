/// A textual block of RFC 7468: a label and the bytes between its boundaries.
struct PEMBlock: Equatable {
    let label: String
    let bytes: [UInt8]

    /// How many blocks a text may have.
    static let maximumCount = 32

    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)

    /// Whether a line begins a block.
    static func appear(in text: [UInt8]) -> Bool {
        lines(text).contains { $0.starts(with: begin) }
    }

    /// The blocks of a text. Lines outside of them are explanations (RFC 7468 §2) and are passed over.
    /// - Throws: `malformed` for a block that is not whole, has another label at its end, is empty or not
    ///   canonical base64; `unsupported_key_form` for one encrypted in OpenSSL's old way (RFC 1421 headers).
    static func read(_ text: [UInt8]) throws(JOSEError) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var open: (label: String, base64: [UInt8])?
        for line in lines(text) {
            guard let (label, base64) = open else {
                open = try opened(by: line).map { ($0, []) }
                continue
            }
            guard line.starts(with: dashes) else {
                if line.contains(UInt8(ascii: ":")) { throw header(line, label) }
                open = (label, base64 + line.filter { !$0.isBlank })
                continue
            }
            guard line.elementsEqual(end + Array(label.utf8) + dashes) else {
                throw JOSEError(.malformed, "the PEM block \(label.quoted) does not end with its own label")
            }
            guard blocks.count < maximumCount else {
                throw JOSEError(.malformed, "more than \(maximumCount) PEM blocks in one text")
            }
            guard let bytes = decode(base64), !bytes.isEmpty else {
                throw JOSEError(.malformed, "the PEM block \(label.quoted) is not base64")
            }
            blocks.append(PEMBlock(label: label, bytes: bytes))
            open = nil
        }
        if let open { throw JOSEError(.malformed, "the PEM block \(open.label.quoted) is cut short") }
        return blocks
    }

    /// The label, if the line begins a block.
    private static func opened(by line: ArraySlice<UInt8>) throws(JOSEError) -> String? {
        guard line.starts(with: dashes) else { return nil }
        let label = line.dropFirst(begin.count).dropLast(dashes.count)
        guard line.starts(with: begin), line.count > begin.count + dashes.count,
            line.suffix(dashes.count).elementsEqual(dashes),
            label.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "-") })
        else {
            let isOneLine = line.starts(with: begin) && line.contains(end)
            throw JOSEError(
                .malformed,
                isOneLine
                    ? "a PEM block all in one line; it needs its line ends, not \\n written out and not blanks"
                    : "a line of dashes that does not begin a PEM block")
        }
        return String(decoding: label, as: UTF8.self)
    }

    private static func header(_ line: ArraySlice<UInt8>, _ label: String) -> JOSEError {
        guard line.starts(with: Array("Proc-Type:".utf8)) || line.starts(with: Array("DEK-Info:".utf8)) else {
            return JOSEError(.malformed, "the PEM block \(label.quoted) has a header, which no key needs")
        }
        if label == "DSA PRIVATE KEY" { return KeyRefusal.dsa }
        return KeyRefusal.encryption("OpenSSL's old PEM encryption (DEK-Info)")
    }

    /// Without white space around them, as people paste them; CR LF, LF and CR all end a line, and a byte order mark begins
    /// none.
    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return text.dropFirst(text.starts(with: mark) ? mark.count : 0).split { $0 == 0x0A || $0 == 0x0D }
            .compactMap { line in
                let line = line.drop(while: \.isBlank)
                return line.lastIndex { !$0.isBlank }.map { line[...$0] }
            }
    }

    /// base64 with its padding (RFC 4648 §4), in its one canonical form; nil for anything else.
    static func decode(_ base64: [UInt8]) -> [UInt8]? {
        guard base64.count % 4 == 0 else { return nil }
        let padding = base64.reversed().prefix(2).prefix { $0 == UInt8(ascii: "=") }.count
        var text: [UInt8] = []
        text.reserveCapacity(base64.count)
        for character in base64.dropLast(padding) {
            switch character {
            case UInt8(ascii: "+"): text.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): text.append(UInt8(ascii: "_"))
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: text.append(character)
            }
        }
        return Base64URL.decode(text[...])
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
}
