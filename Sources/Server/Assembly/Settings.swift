package import Logging
package import VidimusIdentity
import VidimusJOSE

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Everything that can be set, with its value. ``SettingsTable`` names and reads them.
package struct Settings: Sendable {
    package var host = "127.0.0.1"
    package var port = 8080
    var givenIssuer: String?
    var givenAudience: String?
    package var dataFolder = "./data"
    var givenDatabase: String?
    package var masterKey: String?
    package var masterKeyFile: String?
    package var sessions = SessionPolicy()
    package var keys = KeySchedule()
    package var hashCost = HashCost.standard
    package var hashThreads = 2
    package var hashQueue = 64
    package var auditKept = Duration.seconds(400 * 86_400)
    package var limits = AttemptLimits.Policy()
    package var trustedProxies: [AddressRange] = []
    /// Whom tokens must be for that come to a host by `/forward-auth`, where it is not ``audience``.
    var hostAudiences: [String: String] = [:]
    package var tokenHeader: String? = "x-access-token"
    package var tlsCertificate: String?
    package var tlsKey: String?
    var corsOrigins: Set<String> = []
    package var isSignUpOpen = true
    package var connections = 4096
    /// How long a verifier that only polls may go by a copy of a status list.
    package var statusTTL = Duration.seconds(15)
    package var setUpLink = SetUpLinkPlace.terminal
    package var logLevel = Logger.Level.info
    package var isLogJSON = false

    /// Where the set-up link is shown: it is a credential, so never in the log.
    package enum SetUpLinkPlace: String, Sendable {
        /// On the terminal, if there is one; otherwise in a file.
        case terminal
        /// On standard output, whatever that is.
        case stdout
        /// In `set-up-link` in the data folder, readable by its owner.
        case file
    }

    package init() {}

    /// The URL that tokens name as their issuer; by default where the server listens.
    package var issuer: String { givenIssuer ?? "\(scheme)://localhost:\(port)" }

    /// What the server itself speaks.
    package var scheme: String { certificateFiles == nil ? "http" : "https" }

    /// What TLS is done with; nil when a proxy does it, or nobody.
    package var certificateFiles: CertificateFiles? {
        guard let tlsCertificate, let tlsKey else { return nil }
        return CertificateFiles(certificate: tlsCertificate, key: tlsKey)
    }

    /// Whether users come by https to a name of its own: browsers may be told to come by nothing else. On localhost
    /// that would lock out whatever else runs there.
    var isReachedByHTTPS: Bool {
        issuer.hasPrefix("https://") && !Self.isLoopback(host: Self.host(of: issuer))
    }

    /// Whom access tokens are for; by default the issuer itself.
    package var audience: String { givenAudience ?? issuer }

    /// `sqlite:PATH`.
    package var database: String { givenDatabase ?? "sqlite:\(dataFolder)/vidimus.db" }

    /// What cannot work together, in one sentence that names the settings.
    package func contradiction() -> String? {
        if tlsCertificate == nil, tlsKey != nil {
            return "tls_certificate: is missing; tls_key is of no use without it"
        }
        if tlsKey == nil, tlsCertificate != nil {
            return "tls_key: is missing; tls_certificate is of no use without it"
        }
        if issuer.hasPrefix("http://"), certificateFiles != nil {
            return
                "issuer: \(issuer) is not https, but the server speaks TLS (tls_certificate); give --issuer the "
                + "https address that users see"
        }
        if issuer.hasPrefix("http://"), !Self.isLoopback(host: Self.host(of: issuer)) {
            return "issuer: \(issuer) is not https, which is for localhost only; give --issuer the https "
                + "address that users see"
        }
        if issuer.hasPrefix("http://"), !Self.isLoopback(host: host) {
            return "issuer: the server would listen beyond this machine (host \(host)) under the plain "
                + "address \(issuer); give --issuer the https address that users see"
        }
        if !hostAudiences.isEmpty, trustedProxies.isEmpty {
            return
                "host_audiences: would never matter, because trusted_proxies names no proxy whose word on the "
                + "host is believed"
        }
        if keys.period < keys.publishedFor * 2 {
            return "key_period: keys must sign for at least twice key_set_max_age"
        }
        if sessions.idleLifetime > sessions.absoluteLifetime {
            return "idle_lifetime: is longer than absolute_lifetime, so it would never matter"
        }
        return nil
    }

    static func isLoopback(host: String) -> Bool {
        host == "localhost" || IPAddress(host.trimmingBrackets)?.isLoopback == true
    }

    static func host(of url: String) -> String {
        let rest = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") { return String(rest[...end]) }
        return String(rest.prefix { $0 != ":" })
    }
}

extension String {
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
    }
}
