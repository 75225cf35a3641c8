import VidimusJOSE

/// What a body was refused with; nil if it was not.
func refusal<Value>(_ body: () throws -> Value) -> JOSEError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? JOSEError
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}

extension JSON {
    /// The value of a JSON text.
    init(text: String) throws {
        self = try JSON.parse(text.bytes)
    }

    /// The object with some members replaced, added (at the end), or with nil removed.
    func with(_ changes: (String, JSON?)...) -> JSON {
        var members = object ?? []
        for (name, value) in changes {
            let index = members.firstIndex { $0.name == name }
            switch (index, value) {
            case (let index?, let value?): members[index] = Member(name, value)
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name, value))
            case (nil, nil): break
            }
        }
        return .object(members)
    }
}

/// One key for each algorithm, made once: RSA keys are slow to find.
enum Keys {
    static let all: [SignatureAlgorithm: SigningKey] = {
        var keys: [SignatureAlgorithm: SigningKey] = [:]
        for algorithm in SignatureAlgorithm.allCases {
            keys[algorithm] = try? SigningKey.generate(algorithm, id: "k-\(algorithm.rawValue)")
        }
        return keys
    }()

    static func key(_ algorithm: SignatureAlgorithm) throws -> SigningKey {
        try all[algorithm] ?? SigningKey.generate(algorithm)
    }
}
