/// A session as its client has it.
package struct Session {
    package var access: String
    package var refresh: String

    init?(_ body: ArraySlice<UInt8>) {
        guard let access = Requests.member("access_token", of: body),
            let refresh = Requests.member("refresh_token", of: body)
        else { return nil }
        (self.access, self.refresh) = (access, refresh)
    }
}

/// What a client asks of a server, one request after the other on one connection.
package final class Client {
    private let connection: HTTPConnections

    package init(_ server: Program) throws { connection = try HTTPConnections(ports: [server.port]) }

    /// - Throws: if the answer has another status.
    @discardableResult
    package func ask(_ request: [UInt8], expecting status: Int) throws -> HTTPConnections.Answer {
        let answers = try connection.ask { _ in request }
        guard let answer = answers.first, answer.status == status else {
            let said = answers.first.map { "\($0.status) \(String(decoding: $0.body, as: UTF8.self))" } ?? ""
            throw Unexpected("\(String(decoding: request.prefix(40), as: UTF8.self)): \(said)")
        }
        return answer
    }

    package func signIn(_ account: Int) throws -> Session {
        try session(
            Requests.post(
                "/v1/login",
                "{\"email\":\"user\(account)@example.com\",\"password\":\"\(Seed.password)\"}"))
    }

    /// Sessions of accounts, one each.
    package func signIn(_ accounts: Range<Int>) throws -> [Session] {
        try accounts.map { try signIn($0) }
    }

    /// The session with its next tokens.
    package func refresh(_ session: Session) throws -> Session {
        try self.session(Requests.post("/v1/refresh", "{\"refresh_token\":\"\(session.refresh)\"}"))
    }

    /// The moment of the answer.
    package func signOut(_ session: Session) throws -> Double {
        try ask(Requests.post("/v1/logout", "{}", token: session.access), expecting: 204).at
    }

    private func session(_ request: [UInt8]) throws -> Session {
        let answer = try ask(request, expecting: 200)
        guard let session = Session(answer.body) else { throw Unexpected("an answer without tokens") }
        return session
    }
}
