import VidimusDatabase
package import VidimusJOSE

/// One sign-in on one device, until it ends.
package struct Session: Sendable, Equatable {
    package let id: ID<Session>
    package let account: ID<Account>
    package let client: String
    package let generation: Int64
    package let rotatedAt: Timestamp
    package let repeats: Int64
    /// The index its access tokens carry now.
    let place: StatusEntries.Place
    /// Whether that index is no longer valid, so that the next refresh takes a new one.
    let needsNewIndex: Bool
    package let authenticatedAt: Timestamp
    /// How the person was authenticated, in RFC 8176 words.
    package let methods: [String]
    package let device: String?
    package let firstAddress: String?
    package let lastAddress: String?
    package let createdAt: Timestamp
    package let usedAt: Timestamp
    package let expiresAt: Timestamp
    package let endedAt: Timestamp?

    /// Decodes `id, account, client, generation, rotated_at, repeats, list, idx, renew,
    /// authenticated_at, methods, device, first_address, last_address, created_at, used_at, expires_at,
    /// ended_at`.
    init(row: any Row) throws {
        id = ID(bytes: try row.bytes(0))
        account = ID(bytes: try row.bytes(1))
        client = try row.text(2)
        generation = try row.integer(3)
        rotatedAt = try row.time(4)
        repeats = try row.integer(5)
        place = StatusEntries.Place(list: try row.integer(6), index: Int(try row.integer(7)))
        needsNewIndex = try row.flag(8)
        authenticatedAt = try row.time(9)
        methods = try row.text(10).split(separator: " ").map(String.init)
        device = try row.optionalText(11)
        firstAddress = try row.optionalText(12)
        lastAddress = try row.optionalText(13)
        createdAt = try row.time(14)
        usedAt = try row.time(15)
        expiresAt = try row.time(16)
        endedAt = try row.optionalTime(17)
    }

    func standing(isDisabled: Bool) -> RefreshRule.Standing {
        RefreshRule.Standing(
            generation: generation, rotatedAt: rotatedAt, repeats: repeats, usedAt: usedAt,
            expiresAt: expiresAt, hasEnded: endedAt != nil, isDisabled: isDisabled)
    }
}

/// The device and address a request came from, cut to what a list of sessions shows.
package struct Visitor: Sendable {
    package let device: String?
    package let address: String?

    package init(device: String?, address: String?) {
        // A header is the client's word: printable, and no longer than a line.
        self.device = device.map(Self.line)
        self.address = address
    }

    var origin: Origin { Origin(address: address) }

    private static func line(_ text: String) -> String {
        // Nearly every one: nothing to leave out.
        if text.utf8.count <= 200, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
        var line = String.UnicodeScalarView()
        line.append(contentsOf: text.unicodeScalars.lazy.filter(\.isPrintable).prefix(200))
        return String(line)
    }
}

extension Unicode.Scalar {
    /// Whether it only shows something: no control character, no change of direction, no invisible mark.
    package var isPrintable: Bool {
        if ("\u{20}"..."\u{7E}").contains(self) { return true }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            false
        default: true
        }
    }
}

/// What a sign-in or a refresh yields: from it the access token is made.
package struct SessionGrant: Sendable {
    package let session: Session
    package let account: Account
    package let refreshToken: String
}
