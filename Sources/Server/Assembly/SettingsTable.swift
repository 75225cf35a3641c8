import Logging
import VidimusIdentity
import VidimusJOSE

/// One thing that can be set: by flag, over `VIDIMUS_NAME`, over the file, over the default.
package struct Setting: Sendable {
    /// As in the file; `--name-with-dashes` is its flag, `VIDIMUS_NAME` its variable.
    package let name: String
    package let summary: String
    package let isSecret: Bool
    /// Reads a written value into the settings, or says what would be right.
    let read: @Sendable (String, inout Settings) throws -> Void
    /// The value in force, written.
    package let show: @Sendable (Settings) -> String

    package var variable: String { "VIDIMUS_" + name.uppercased() }

    package var flag: String { "--" + String(name.map { $0 == "_" ? "-" : $0 }) }
}

/// All settings there are. What is not here is refused by name.
package enum SettingsTable {
    package static let all: [Setting] = [
        text("host", "address to listen on", \.host),
        number("port", "port to listen on", \.port, 0...65_535),
        Setting(
            name: "issuer", summary: "URL that tokens name as their issuer, without a final slash",
            isSecret: false, read: { $1.givenIssuer = try Written.origin($0) }, show: { $0.issuer }),
        Setting(
            name: "audience", summary: "whom access tokens are for (default: the issuer)", isSecret: false,
            read: { $1.givenAudience = $0 }, show: { $0.audience }),
        text("data", "folder for the database and the generated master key", \.dataFolder),
        Setting(
            name: "database", summary: "sqlite:PATH (default: vidimus.db in the data folder)",
            isSecret: false, read: { $1.givenDatabase = $0 }, show: { $0.database }),
        Setting(
            name: "master_key", summary: "VERSION:KEY entries; better in the environment than in a file",
            isSecret: true, read: { $1.masterKey = $0 }, show: { $0.masterKey == nil ? "" : "(hidden)" }),
        Setting(
            name: "master_key_file",
            summary: "file with the master key (default: master.key in the data folder)",
            isSecret: false, read: { $1.masterKeyFile = $0 }, show: { $0.masterKeyFile ?? "" }),
        Setting(
            name: "algorithm",
            summary: "what access tokens are signed with: ES256, RS256, PS256, HS256, Ed25519 (or EdDSA), …",
            isSecret: false,
            read: {
                $1.keys.algorithm = try Written.algorithm($0)
                $1.keys.algorithmName = $0
            }, show: { $0.keys.algorithmName ?? $0.keys.algorithm.rawValue }),
        duration(
            "access_lifetime", "life of an access token", \.sessions.accessLifetime,
            .milliseconds(1) ... .seconds(86_400)),
        duration(
            "idle_lifetime", "a session ends when unused for this long", \.sessions.idleLifetime,
            .milliseconds(1)...Written.tenYears),
        duration(
            "absolute_lifetime", "a session ends after this long", \.sessions.absoluteLifetime,
            .milliseconds(1)...Written.tenYears),
        number(
            "session_limit", "live sessions of an account; the longest unused ends for a new one",
            \.sessions.sessionLimit, 1...1_000_000),
        duration(
            "audit_kept", "how long audit records are kept", \.auditKept, .seconds(3600)...Written.tenYears),
        duration(
            "refresh_grace", "how long a replaced refresh token still answers", \.sessions.grace,
            .zero ... .seconds(300)),
        duration(
            "key_period", "how long a signing key signs", \.keys.period, .milliseconds(2)...Written.tenYears),
        duration(
            "key_set_max_age", "how long verifiers may cache the key set", \.keys.publishedFor,
            .milliseconds(1) ... .seconds(86_400)),
        duration(
            "status_ttl", "how long verifiers without the event stream may use a copy of a status list",
            \.statusTTL, .seconds(1) ... .seconds(3_600)),
        number("hash_memory", "Argon2id memory in KiB", \.hashCost.memory, 8...4_194_304),
        number("hash_iterations", "Argon2id passes", \.hashCost.iterations, 1...100),
        number("hash_parallelism", "Argon2id lanes", \.hashCost.parallelism, 1...16),
        number("hash_threads", "passwords hashed at the same time", \.hashThreads, 1...256),
        number(
            "hash_queue", "sign-ins that may wait for a hash; more are answered 503", \.hashQueue, 0...100_000
        ),
        rate("limit_account", "sign-in attempts on one account, such as 20/60s", \.limits.account),
        rate("limit_address", "sign-in attempts from one address", \.limits.address),
        rate("limit_sign_up", "sign-ups from one address", \.limits.signUp),
        Setting(
            name: "trusted_proxies", summary: "ranges whose X-Forwarded-For is believed, such as 10.0.0.0/8",
            isSecret: false, read: { $1.trustedProxies = try Written.ranges($0) },
            show: { $0.trustedProxies.map(\.description).joined(separator: ",") }),
        Setting(
            name: "host_audiences",
            summary:
                "audiences of hosts behind /forward-auth, such as api.example.com=https://api.example.com",
            isSecret: false, read: { $1.hostAudiences = try Written.hostAudiences($0) },
            show: { $0.hostAudiences.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ",") }
        ),
        Setting(
            name: "token_header",
            summary: "header that may carry the token beside Authorization; empty for none",
            isSecret: false, read: { $1.tokenHeader = try Written.header($0) }, show: { $0.tokenHeader ?? "" }
        ),
        Setting(
            name: "tls_certificate", summary: "PEM file with the certificate chain; needs tls_key",
            isSecret: false, read: { $1.tlsCertificate = $0.isEmpty ? nil : $0 },
            show: { $0.tlsCertificate ?? "" }),
        Setting(
            name: "tls_key", summary: "PEM file with the certificate's private key, ours alone (0600)",
            isSecret: false, read: { $1.tlsKey = $0.isEmpty ? nil : $0 }, show: { $0.tlsKey ?? "" }),
        Setting(
            name: "cors_origins",
            summary: "origins whose scripts may read answers, such as https://app.example.com",
            isSecret: false, read: { $1.corsOrigins = try Written.webOrigins($0) },
            show: { $0.corsOrigins.sorted().joined(separator: ",") }),
        Setting(
            name: "sign_up", summary: "open or closed: whether anybody may sign up", isSecret: false,
            read: { $1.isSignUpOpen = try Written.choice($0, ["open": true, "closed": false]) },
            show: { $0.isSignUpOpen ? "open" : "closed" }),
        number("connections", "connections at the same time", \.connections, 1...1_000_000),
        Setting(
            name: "set_up_link",
            summary: "where the first administrator's link is shown: terminal, stdout or file",
            isSecret: false,
            read: {
                $1.setUpLink = try Written.choice(
                    $0, ["terminal": .terminal, "stdout": .stdout, "file": .file])
            },
            show: { $0.setUpLink.rawValue }),
        Setting(
            name: "log_format", summary: "text or json", isSecret: false,
            read: { $1.isLogJSON = try Written.choice($0, ["text": false, "json": true]) },
            show: { $0.isLogJSON ? "json" : "text" }),
        Setting(
            name: "log_level", summary: "trace, debug, info, notice, warning or error", isSecret: false,
            read: {
                $1.logLevel = try Written.choice(
                    $0, Dictionary(uniqueKeysWithValues: Logger.Level.allCases.map { ($0.rawValue, $0) }))
            }, show: { $0.logLevel.rawValue }),
    ]

    private static func text(
        _ name: String, _ summary: String, _ path: any WritableKeyPath<Settings, String> & Sendable
    )
        -> Setting
    {
        Setting(
            name: name, summary: summary, isSecret: false, read: { $1[keyPath: path] = $0 },
            show: { $0[keyPath: path] })
    }

    private static func number(
        _ name: String, _ summary: String, _ path: any WritableKeyPath<Settings, Int> & Sendable,
        _ range: ClosedRange<Int>
    ) -> Setting {
        Setting(
            name: name, summary: summary, isSecret: false,
            read: { $1[keyPath: path] = try Written.number($0, range) }, show: { String($0[keyPath: path]) })
    }

    private static func duration(
        _ name: String, _ summary: String, _ path: any WritableKeyPath<Settings, Duration> & Sendable,
        _ range: ClosedRange<Duration>
    ) -> Setting {
        Setting(
            name: name, summary: summary, isSecret: false,
            read: { $1[keyPath: path] = try Written.duration($0, range) },
            show: { Written.show($0[keyPath: path]) })
    }

    private static func rate(
        _ name: String, _ summary: String,
        _ path: any WritableKeyPath<Settings, AttemptLimits.Rate> & Sendable
    ) -> Setting {
        Setting(
            name: name, summary: summary, isSecret: false, read: { $1[keyPath: path] = try Written.rate($0) },
            show: { "\(Int($0[keyPath: path].burst))/\(Written.show($0[keyPath: path].interval))" })
    }
}
