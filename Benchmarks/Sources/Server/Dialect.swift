import Measuring

/// How two servers' ways of signing in and refreshing differ.
struct Dialect {
    var login = "/v1/login"
    var refresh = "/v1/refresh"
    var guarded = "/v1/me"
    /// Members of the sign-in's request and of the answers.
    var name = "email"
    var access = "access_token"
    var renewal = "refresh_token"
    /// The member of a refresh's body; nil where the token stands in `Authorization`.
    var presented: String? = "refresh_token"

    static let vidimus = Dialect()
    static let simpleJWT = Dialect(
        login: "/login", refresh: "/refresh", guarded: "/guarded", name: "username", access: "access",
        renewal: "refresh", presented: "refresh")
    static let flask = Dialect(
        login: "/login", refresh: "/refresh", guarded: "/guarded", presented: nil)

    func signIn(_ account: Int) -> [UInt8] {
        Requests.post(login, "{\"\(name)\":\"user\(account)@example.com\",\"password\":\"\(Seed.password)\"}")
    }

    func refreshing(_ token: String) -> [UInt8] {
        guard let presented else { return Requests.post(refresh, "{}", token: token) }
        return Requests.post(refresh, "{\"\(presented)\":\"\(token)\"}")
    }
}
