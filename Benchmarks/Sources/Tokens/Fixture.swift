import Foundation
import VidimusJOSE

/// The keys and tokens that every contestant is given, as `tokens.py` wrote them.
struct Fixture {
    let folder: URL

    init(_ path: String) {
        folder = URL(filePath: path)
    }

    func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    func jwk(_ algorithm: String) throws -> JSON {
        try JSON.parse(bytes("\(algorithm).jwk"))
    }

    /// A member of a key, decoded.
    func number(_ name: String, of algorithm: String) throws -> [UInt8] {
        guard let text = try jwk(algorithm)[name]?.string, let bytes = Base64URL.decode(text) else {
            throw Wrong("\(algorithm).jwk has no \(name)")
        }
        return bytes
    }

    func token(_ algorithm: String) throws -> String { try text("\(algorithm).jwt") }

    /// What is signed in the token, and the signature.
    func signed(_ algorithm: String) throws -> (input: [UInt8], signature: [UInt8]) {
        let token = Array(try token(algorithm).utf8)
        guard let dot = token.lastIndex(of: UInt8(ascii: ".")),
            let signature = Base64URL.decode(token[(dot + 1)...])
        else { throw Wrong("\(algorithm).jwt is no token") }
        return (Array(token[..<dot]), signature)
    }
}

struct Wrong: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
