import ArgumentParser
import Glibc
import VidimusIdentity
import VidimusServer

/// Where the data is: what every command takes.
struct PlaceOptions: ParsableArguments {
    @Option(help: "Configuration file (JSON).") var config: String?
    @Option(help: "Folder for the database and the generated master key.") var data: String?
    @Option(help: "sqlite:PATH (default: vidimus.db in the data folder).") var database: String?
    @Option(help: "URL that tokens name as their issuer.") var issuer: String?
    @Option(help: "File with the master key.") var masterKeyFile: String?

    func load(_ more: [String: String?] = [:]) throws -> SettingsSources {
        let own: [String: String?] = [
            "data": data, "database": database, "issuer": issuer, "master_key_file": masterKeyFile,
        ]
        let flags = own.merging(more) { first, _ in first }.compactMapValues { $0 }
        var environment: [String: String] = [:]
        for (name, value) in Self.environment() where name != "VIDIMUS_CONFIG" { environment[name] = value }
        let path = config ?? Self.environment()["VIDIMUS_CONFIG"]
        do {
            let file = try path.map { (path: $0, bytes: Array(try DataFolder.read($0).utf8)) }
            let sources = try SettingsSources(flags: flags, environment: environment, file: file)
            for warning in sources.warnings { Console.note("vidimus: \(warning)") }
            return sources
        } catch {
            throw Console.failure("\(error)")
        }
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if let name = parts.first, let value = parts.last, parts.count == 2 {
                variables[String(name)] = String(value)
            }
            entry += 1
        }
        return variables
    }

    /// Opens the installation for one command.
    func open() async throws -> (settings: Settings, services: Services) {
        let settings = try load().settings
        do {
            return (settings, try await Services.open(settings, .command))
        } catch {
            throw Console.failure("\(error)")
        }
    }
}

/// What only the server takes.
struct ServerOptions: ParsableArguments {
    @Option(help: "Address to listen on.") var host: String?
    @Option(help: "Port to listen on.") var port: String?
    @Option(help: "Whom access tokens are for (default: the issuer).") var audience: String?
    @Option(help: "What access tokens are signed with: ES256, RS256, PS256, HS256, Ed25519, …") var algorithm:
        String?
    @Option(help: "Life of an access token, such as 15m.") var accessLifetime: String?
    @Option(help: "A session ends when unused for this long.") var idleLifetime: String?
    @Option(help: "A session ends after this long.") var absoluteLifetime: String?
    @Option(help: "Live sessions of an account; the longest unused ends for a new one.") var sessionLimit:
        String?
    @Option(help: "How long audit records are kept, such as 400d.") var auditKept: String?
    @Option(help: "How long a replaced refresh token still answers.") var refreshGrace: String?
    @Option(help: "How long a signing key signs.") var keyPeriod: String?
    @Option(help: "How long verifiers may cache the key set.") var keySetMaxAge: String?
    @Option(help: "How long verifiers without the event stream may use a copy of a status list.")
    var statusTTL: String?
    @Option(help: "Argon2id memory in KiB.") var hashMemory: String?
    @Option(help: "Argon2id passes.") var hashIterations: String?
    @Option(help: "Argon2id lanes.") var hashParallelism: String?
    @Option(help: "Passwords hashed at the same time.") var hashThreads: String?
    @Option(help: "Sign-ins that may wait for a hash; more are answered 503.") var hashQueue: String?
    @Option(help: "Sign-in attempts on one account, such as 20/60s.") var limitAccount: String?
    @Option(help: "Sign-in attempts from one address.") var limitAddress: String?
    @Option(help: "Sign-ups from one address.") var limitSignUp: String?
    @Option(help: "Ranges whose X-Forwarded-For is believed.") var trustedProxies: String?
    @Option(help: "Audiences of hosts behind /forward-auth: HOST=AUDIENCE, with commas between.")
    var hostAudiences: String?
    @Option(help: "Header that may carry the token beside Authorization; empty for none.") var tokenHeader:
        String?
    @Option(help: "PEM file with the certificate chain; needs --tls-key.") var tlsCertificate: String?
    @Option(help: "PEM file with the certificate's private key, ours alone (0600).") var tlsKey: String?
    @Option(help: "Origins whose scripts may read answers, such as https://app.example.com.") var corsOrigins:
        String?
    @Option(help: "Whether anybody may sign up: open or closed.") var signUp: String?
    @Option(help: "Connections at the same time.") var connections: String?
    @Option(help: "Where the first administrator's link is shown: terminal, stdout or file.") var setUpLink:
        String?
    @Option(help: "Log as text or json.") var logFormat: String?
    @Option(help: "trace, debug, info, notice, warning or error.") var logLevel: String?

    var flags: [String: String?] {
        [
            "host": host, "port": port, "audience": audience, "algorithm": algorithm,
            "access_lifetime": accessLifetime, "idle_lifetime": idleLifetime,
            "absolute_lifetime": absoluteLifetime, "session_limit": sessionLimit, "audit_kept": auditKept,
            "refresh_grace": refreshGrace, "key_period": keyPeriod,
            "key_set_max_age": keySetMaxAge, "status_ttl": statusTTL, "hash_memory": hashMemory,
            "hash_iterations": hashIterations,
            "hash_parallelism": hashParallelism, "hash_threads": hashThreads, "hash_queue": hashQueue,
            "limit_account": limitAccount, "limit_address": limitAddress, "limit_sign_up": limitSignUp,
            "trusted_proxies": trustedProxies, "host_audiences": hostAudiences,
            "token_header": tokenHeader, "sign_up": signUp,
            "tls_certificate": tlsCertificate, "tls_key": tlsKey, "cors_origins": corsOrigins,
            "connections": connections, "set_up_link": setUpLink, "log_format": logFormat,
            "log_level": logLevel,
        ]
    }
}
