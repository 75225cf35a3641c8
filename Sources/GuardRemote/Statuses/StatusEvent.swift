import VidimusJOSE
import VidimusStatusList

/// What an issuer's event stream says, with the number of the last change that it covers (decision 23).
struct StatusEvent: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// The database was asked at that time, and everything up to the number was sent before this.
        case heartbeat(at: Timestamp)
        /// Entries of one list rose.
        case status(list: String, [Rise])
        /// Fetch the key set now.
        case keys
        /// Fetch everything.
        case reset
    }

    /// An entry and what it rose to.
    struct Rise: Sendable, Equatable {
        let index: Int
        let status: Status
    }

    let number: Int64
    let kind: Kind

    /// Reads an event; nil for one of a name we do not know, which a later issuer may have.
    /// - Throws: `malformed`.
    init?(_ event: ServerSentEvent) throws(RemoteError) {
        guard ["heartbeat", "status", "keys", "reset"].contains(event.name) else { return nil }
        let body = Array(event.data.utf8)
        guard let number = Int64(event.id), number >= 0,
            let json = try? JSON.parse(body, limits: .init(bytes: max(65_536, body.count))),
            json.object != nil
        else { throw Self.malformed(event.name) }
        self.number = number
        switch event.name {
        case "heartbeat":
            guard json["head"]?.integer == number, let at = json["at"]?.integer else {
                throw Self.malformed(event.name)
            }
            kind = .heartbeat(at: Timestamp(milliseconds: at))
        case "status":
            guard let list = json["list"]?.string, let changes = json["changes"]?.array else {
                throw Self.malformed(event.name)
            }
            let rises = changes.compactMap(Rise.init)
            guard rises.count == changes.count else { throw Self.malformed(event.name) }
            kind = .status(list: list, rises)
        case "keys": kind = .keys
        default: kind = .reset
        }
    }

    private static func malformed(_ name: String) -> RemoteError {
        RemoteError(.malformed, "the event stream sent an event '\(name)' that cannot be read")
    }
}

extension StatusEvent.Rise {
    fileprivate init?(_ json: JSON) {
        guard let pair = json.array, pair.count == 2, let index = pair[0].integer.flatMap(Int.init(exactly:)),
            let status = pair[1].integer.flatMap(UInt8.init(exactly:)).flatMap(Status.init(rawValue:))
        else { return nil }
        self.init(index: index, status: status)
    }
}
