import CRedis
import Foundation

/// Sessions in Redis, each under a key that expires by itself.
struct RedisSessions: Credentials {
    private let connections: ConnectionPool<RedisConnection>

    init(_ path: String) throws {
        connections = try ConnectionPool { try RedisConnection(path) }
    }

    func subject(of credential: String) async throws -> String? {
        try connections.use { try $0.ask(["GET", "session:\(credential)"]) }
    }

    func signOut(_ credential: String) async throws {
        _ = try connections.use { try $0.ask(["DEL", "session:\(credential)"]) }
    }

    static func make(_ path: String, _ sessions: [StoredSession]) throws {
        let connection = try RedisConnection(path)
        for session in sessions {
            _ = try connection.ask([
                "SET", "session:\(session.id)", session.subject, "EXAT", String(session.expiresAt),
            ])
        }
    }
}

/// One connection over a socket of this machine.
struct RedisConnection: @unchecked Sendable {
    // Used by one thread at a time: the pool lends it to one.
    private let handle: UnsafeMutablePointer<redisContext>

    struct Failure: Error, CustomStringConvertible { let description: String }

    init(_ path: String) throws {
        guard let handle = redisConnectUnix(path), handle.pointee.err == 0 else {
            throw Failure(description: "Redis cannot be reached")
        }
        self.handle = handle
    }

    /// The answer if it is a text.
    func ask(_ words: [String]) throws -> String? {
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var values = copies.map { UnsafePointer($0) }
        let answer = redisCommandArgv(handle, Int32(values.count), &values, nil)
        guard let answer else { throw Failure(description: "Redis does not answer") }
        defer { freeReplyObject(answer) }
        let reply = answer.assumingMemoryBound(to: redisReply.self).pointee
        switch reply.type {
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return reply.str.map { String(cString: $0) }
        case REDIS_REPLY_ERROR: throw Failure(description: reply.str.map { String(cString: $0) } ?? "")
        default: return nil
        }
    }
}
